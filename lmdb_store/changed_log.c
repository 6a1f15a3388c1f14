
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "changed_log.h"


static void changed_log_extend(changed_log_t *log, uint64_t upto);


uint64_t
changed_log_head(const changed_log_t *log)
{
    return atomic_load(&log->head);
}


unsigned
changed_log_read(const changed_log_t *log, uint64_t *pos, uint64_t *keys,
    unsigned max)
{
    uint64_t  head, written;
    unsigned  n;

    head = atomic_load_explicit(&log->head, memory_order_acquire);

    if (head - *pos > CHANGED_LOG_SLOTS) {
        *pos = head;
        return CHANGED_LOG_LOST;
    }

    for (n = 0; n < max && *pos + n != head; n++) {
        keys[n] = atomic_load_explicit(&log->slot[(*pos + n)
                                                  % CHANGED_LOG_SLOTS],
                                       memory_order_relaxed);
    }

    /* Had one of them been written over, written would tell. */

    atomic_thread_fence(memory_order_acquire);
    written = atomic_load_explicit(&log->written, memory_order_relaxed);

    if (n != 0 && written - *pos > CHANGED_LOG_SLOTS) {
        *pos = atomic_load_explicit(&log->head, memory_order_acquire);
        return CHANGED_LOG_LOST;
    }

    *pos += n;

    return n;
}


uint64_t
changed_log_write(changed_log_t *log, uint64_t pos, uint64_t key)
{
    changed_log_extend(log, pos + 1);

    atomic_store_explicit(&log->slot[pos % CHANGED_LOG_SLOTS], key,
                          memory_order_relaxed);

    return pos + 1;
}


/* No reader is so near to the new head that it has not lost anything. */

uint64_t
changed_log_write_lost(changed_log_t *log, uint64_t pos)
{
    pos += CHANGED_LOG_SLOTS + 1;
    changed_log_extend(log, pos);

    return pos;
}


/*
 * Before the slots are written, so that a reader which finds a new key in an
 * old place also finds written beyond it.  It never moves back: what a holder
 * left unpublished has spoilt its slots all the same.
 */

static void
changed_log_extend(changed_log_t *log, uint64_t upto)
{
    if (atomic_load_explicit(&log->written, memory_order_relaxed) < upto) {
        atomic_store_explicit(&log->written, upto, memory_order_relaxed);
    }

    atomic_thread_fence(memory_order_release);
}


int
changed_log_publish(changed_log_t *log, uint64_t upto)
{
    uint64_t  head;

    head = atomic_load(&log->head);

    while (head < upto) {
        if (atomic_compare_exchange_weak(&log->head, &head, upto)) {
            return 1;
        }
    }

    return 0;
}
