
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A store on this machine that is to be.
 */


#include <stdio.h>
#include <string.h>

#include "whatsauth_lmdb.h"


/* Bytes at its beginning: it grows, and nginx enlarges it to "size". */
#define WHATSAUTH_LMDB_TARGET_SIZE   (UINT64_C(128) * 1024 * 1024)

/* Rows of one transaction: it has all its pages in memory. */
#define WHATSAUTH_LMDB_TARGET_BATCH  2048


typedef struct {
    const char    *path;
    lmdb_store_t  *store;
    unsigned       rows;        /* of the open transaction; 0: none is open */
    char           error[2 * LMDB_STORE_DETAIL_MAX];
} whatsauth_lmdb_target_t;


static int
whatsauth_lmdb_target_fail(whatsauth_lmdb_target_t *target)
{
    snprintf(target->error, sizeof(target->error), "\"%s\": %s", target->path,
             lmdb_store_last_error(target->store));

    return -1;
}


static int
whatsauth_lmdb_target_begin(void *data)
{
    lmdb_store_options_t      options;
    whatsauth_lmdb_target_t  *target;

    target = data;

    if (whatsauth_lmdb_drop_rights(target->path, target->error) == -1) {
        return -1;
    }

    memset(&options, 0, sizeof(options));
    options.path = target->path;
    options.map_size = WHATSAUTH_LMDB_TARGET_SIZE;
    options.fill = 1;

    if (lmdb_store_open(&options, &target->store, target->error)
        != LEDGER_OK)
    {
        return -1;
    }

    if (target->error[0] != '\0') {
        fprintf(stderr, "whatsauth-store: %s\n", target->error);
    }

    return 0;
}


static int
whatsauth_lmdb_target_commit(whatsauth_lmdb_target_t *target)
{
    if (target->rows == 0) {
        return 0;
    }

    target->rows = 0;

    return lmdb_store_commit(target->store) == LEDGER_OK
           ? 0 : whatsauth_lmdb_target_fail(target);
}


/* Sees to a transaction for the next row. */

static int
whatsauth_lmdb_target_next(whatsauth_lmdb_target_t *target)
{
    if (target->rows == WHATSAUTH_LMDB_TARGET_BATCH
        && whatsauth_lmdb_target_commit(target) == -1)
    {
        return -1;
    }

    if (target->rows == 0
        && lmdb_store_fill_begin(target->store) != LEDGER_OK)
    {
        return whatsauth_lmdb_target_fail(target);
    }

    target->rows++;

    return 0;
}


static int
whatsauth_lmdb_target_done(whatsauth_lmdb_target_t *target, int rc)
{
    if (rc == 0) {
        return 0;
    }

    (void) whatsauth_lmdb_target_fail(target);
    lmdb_store_abort(target->store);
    target->rows = 0;

    return -1;
}


static int
whatsauth_lmdb_target_record(void *data, const ledger_record_t *record)
{
    whatsauth_lmdb_target_t  *target;

    target = data;

    return whatsauth_lmdb_target_next(target) == -1
           ? -1 : whatsauth_lmdb_target_done(target,
                      lmdb_store_fill_record(target->store, record));
}


static int
whatsauth_lmdb_target_asked(void *data, const ledger_record_t *record)
{
    whatsauth_lmdb_target_t  *target;

    target = data;

    return whatsauth_lmdb_target_next(target) == -1
           ? -1 : whatsauth_lmdb_target_done(target,
                      lmdb_store_fill_asked(target->store, record));
}


static int
whatsauth_lmdb_target_session(void *data, const ledger_session_t *session)
{
    whatsauth_lmdb_target_t  *target;

    target = data;

    return whatsauth_lmdb_target_next(target) == -1
           ? -1 : whatsauth_lmdb_target_done(target,
                      lmdb_store_fill_session(target->store, session));
}


static int
whatsauth_lmdb_target_subject(void *data, const ledger_subject_t *subject)
{
    whatsauth_lmdb_target_t  *target;

    target = data;

    return whatsauth_lmdb_target_next(target) == -1
           ? -1 : whatsauth_lmdb_target_done(target,
                      lmdb_store_fill_subject(target->store, subject));
}


static int
whatsauth_lmdb_target_count(whatsauth_lmdb_target_t *target,
    const whatsauth_store_moved_t *moved)
{
    lmdb_store_stat_t  stat;

    if (lmdb_store_stat(target->store, &stat) != LEDGER_OK) {
        return whatsauth_lmdb_target_fail(target);
    }

    if (stat.records == moved->records && stat.sessions == moved->sessions
        && stat.subjects == moved->subjects)
    {
        return 0;
    }

    snprintf(target->error, sizeof(target->error), "%llu records, %llu"
             " sessions and %llu subjects were moved, and %llu, %llu and %llu"
             " are there",
             (unsigned long long) moved->records,
             (unsigned long long) moved->sessions,
             (unsigned long long) moved->subjects,
             (unsigned long long) stat.records,
             (unsigned long long) stat.sessions,
             (unsigned long long) stat.subjects);

    return -1;
}


static int
whatsauth_lmdb_target_end(void *data, const whatsauth_store_keys_t *keys,
    const whatsauth_store_moved_t *moved)
{
    whatsauth_lmdb_target_t  *target;

    target = data;

    if (whatsauth_lmdb_target_commit(target) == -1
        || whatsauth_lmdb_target_count(target, moved) == -1
        || whatsauth_lmdb_target_next(target) == -1
        || whatsauth_lmdb_target_done(target,
               lmdb_store_fill_end(target->store, keys->code, keys->id,
                                   keys->token))
           == -1
        || whatsauth_lmdb_target_commit(target) == -1)
    {
        return -1;
    }

    lmdb_store_close(target->store);

    return 0;
}


static const char *
whatsauth_lmdb_target_last_error(void *data)
{
    whatsauth_lmdb_target_t  *target;

    target = data;

    return target->error;
}


static const whatsauth_store_target_engine_t  whatsauth_lmdb_target_engine = {
    whatsauth_lmdb_target_begin,
    whatsauth_lmdb_target_record,
    whatsauth_lmdb_target_asked,
    whatsauth_lmdb_target_session,
    whatsauth_lmdb_target_subject,
    whatsauth_lmdb_target_end,
    whatsauth_lmdb_target_last_error
};


void
whatsauth_lmdb_target(whatsauth_store_target_t *target, const char *path)
{
    static whatsauth_lmdb_target_t  lmdb;

    lmdb.path = path;
    target->engine = &whatsauth_lmdb_target_engine;
    target->data = &lmdb;
}
