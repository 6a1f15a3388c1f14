
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Entries of the index that no row has: the server has stopped a script in its
 * middle, or removed a row by itself.  They must not hold up the others.
 */


#include <stdlib.h>

#include "put.h"


typedef struct {
    valkey_store_task_t  task;
    valkey_store_put_t   put;
} valkey_store_stray_t;


static void
valkey_store_stray_done(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply)
{
    (void) outcome;
    (void) reply;

    free(request);
}


/* Nobody waits for it: the next look finds an entry that is still there. */

void
valkey_store_stray(valkey_store_t *store, const ledger_entry_t *entry,
    const ledger_text_t *value)
{
    valkey_store_stray_t  *stray;

    stray = malloc(sizeof(valkey_store_stray_t));
    if (stray == NULL) {
        return;
    }

    valkey_store_task_init(&stray->task, store);

    if (valkey_store_put_stray(&stray->put, store, entry, value)
        || valkey_store_task_commit(&stray->task, &stray->put.commit,
                                    valkey_store_stray_done))
    {
        free(stray);
    }
}
