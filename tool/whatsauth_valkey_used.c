
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Finds out if hosts use a store: each of their workers looks for due work once
 * a second, and holds each partition for a moment meanwhile, see ADR 014.
 */


#include <time.h>

#include "whatsauth_valkey.h"


/* A partition is held for 250 ms: until nothing is left of a worker that has
   just ended, and from one look to the next. */
#define WHATSAUTH_VALKEY_USED_FIRST  400
#define WHATSAUTH_VALKEY_USED_WAIT   100
/* More than a second. */
#define WHATSAUTH_VALKEY_USED_LOOKS  14


static int
whatsauth_valkey_used_held(void *data, size_t i,
    const valkey_store_reply_t *reply)
{
    int  *used;

    (void) i;
    used = data;
    *used |= reply->type != VALKEY_STORE_REPLY_NIL;

    return 0;
}


static void
whatsauth_valkey_used_wait(long ms)
{
    struct timespec  wait;

    wait.tv_sec = 0;
    wait.tv_nsec = ms * 1000000;

    (void) nanosleep(&wait, NULL);
}


ledger_result_t
whatsauth_valkey_used(void *data, int *used)
{
    int                         rc;
    unsigned                    i, looks;
    whatsauth_valkey_t         *valkey;
    valkey_store_name_t         name[VALKEY_STORE_PARTITIONS];
    whatsauth_valkey_command_t  command[VALKEY_STORE_PARTITIONS];

    valkey = data;
    *used = 0;

    for (i = 0; i < VALKEY_STORE_PARTITIONS; i++) {
        valkey_store_name(&name[i], &valkey->options.prefix, i,
                          VALKEY_STORE_SCAN);
        whatsauth_valkey_command(&command[i], i, "GET", &name[i]);
    }

    whatsauth_valkey_used_wait(WHATSAUTH_VALKEY_USED_FIRST);

    for (rc = 0, looks = 0;
         rc == 0 && !*used && looks < WHATSAUTH_VALKEY_USED_LOOKS;
         looks++)
    {
        whatsauth_valkey_used_wait(WHATSAUTH_VALKEY_USED_WAIT);
        rc = whatsauth_valkey_ask(valkey, command, VALKEY_STORE_PARTITIONS,
                                  whatsauth_valkey_used_held, used);
    }

    return rc ? LEDGER_FAILED : LEDGER_OK;
}
