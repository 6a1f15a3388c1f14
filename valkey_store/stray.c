
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Entries of the index that no row has: the server has stopped a script in its
 * middle, or removed a row by itself.  They must not hold up the others.
 *
 * Nor must those of rows that cannot be read.  One that is due would be met
 * each second for ever, and so its entry goes, and the row stays as it is, for
 * whoever wants to know what has become of it.
 */


#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "put.h"


/* Longer than the name of a record or session, each byte written as \xff. */
#define VALKEY_STORE_STRAY_SHOWN  512


typedef struct {
    valkey_store_task_t  task;
    valkey_store_put_t   put;
} valkey_store_stray_t;


/* A name as valkey-cli takes it, between quotation marks. */
static void
valkey_store_stray_show(char shown[VALKEY_STORE_STRAY_SHOWN],
    const valkey_store_name_t *name)
{
    size_t         i, n;
    unsigned char  c;

    n = 0;

    for (i = 0; i < name->len && n < VALKEY_STORE_STRAY_SHOWN - 5; i++) {
        c = name->data[i];

        n += (size_t) sprintf(shown + n,
                              c > ' ' && c < 0x7f && c != '\\' && c != '"'
                              ? "%c" : "\\x%02x", c);
    }

    shown[n] = '\0';
}


/*
 * One worker of all hosts has taken the entry out, so there is one line.  The
 * number is the one by which `whatsauth-store check` names the row.
 */

void
valkey_store_stray_gone(valkey_store_t *store, const valkey_store_put_t *put)
{
    int                     is_session;
    char                    shown[VALKEY_STORE_STRAY_SHOWN];
    char                    line[VALKEY_STORE_STRAY_SHOWN + 64];
    valkey_store_name_t     name;
    const ledger_entry_t   *entry;

    if (!put->unreadable) {
        return;
    }

    entry = &put->leaves;
    is_session = entry->lane == VALKEY_STORE_LANE_SESSIONS;

    valkey_store_name_key(&name, &store->options->prefix,
                          is_session ? VALKEY_STORE_SESSION
                                     : VALKEY_STORE_RECORD,
                          entry->key);
    valkey_store_stray_show(shown, &name);

    (void) snprintf(line, sizeof(line),
                    "%s %" PRIu64 " cannot be read, key \"%s\"",
                    is_session ? "session" : "record", entry->key, shown);
    store->io->log(store->io_data, VALKEY_STORE_CRIT, line);
}


static void
valkey_store_stray_done(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply)
{
    ledger_text_t          present;
    valkey_store_stray_t  *stray;

    stray = (valkey_store_stray_t *) request;

    if (outcome == VALKEY_STORE_CONFIRMED
        && valkey_store_put_read(&stray->put, reply, &present)
           == VALKEY_STORE_WRITTEN)
    {
        valkey_store_stray_gone(stray->task.store, &stray->put);
    }

    free(stray);
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
