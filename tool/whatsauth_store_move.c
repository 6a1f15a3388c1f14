
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Makes one store of another, row by row.  The random keys go with them, so
 * that codes, ids, tokens and cookies stay valid.
 */


#include <inttypes.h>
#include <stdio.h>

#include "whatsauth_store.h"


typedef struct {
    const whatsauth_store_target_t  *target;
    uint64_t                         records;
    uint64_t                         sessions;
    uint64_t                         subjects;
    int                              failed;
} whatsauth_store_move_t;


/* A walk reports a code that has expired as such, and a store does not. */

static int
whatsauth_store_move_record(const ledger_record_t *record, void *to)
{
    ledger_record_t          stored;
    whatsauth_store_move_t  *move;

    move = to;
    move->records++;
    stored = *record;

    if (stored.state == LEDGER_STATE_WAITING) {
        stored.status = LEDGER_STATUS_REQUESTED;
    }

    move->failed = move->target->engine->record(move->target->data, &stored);

    return move->failed;
}


static int
whatsauth_store_move_session(const ledger_session_t *session, void *to)
{
    whatsauth_store_move_t  *move;

    move = to;
    move->sessions++;
    move->failed = move->target->engine->session(move->target->data, session);

    return move->failed;
}


static int
whatsauth_store_move_subject(const ledger_subject_t *subject, void *to)
{
    whatsauth_store_move_t  *move;

    move = to;
    move->subjects++;
    move->failed = move->target->engine->subject(move->target->data, subject);

    return move->failed;
}


/* OK also where the target has failed. */

static ledger_result_t
whatsauth_store_move_rows(const whatsauth_store_t *store,
    whatsauth_store_move_t *move)
{
    ledger_result_t                  result;
    const whatsauth_store_engine_t  *engine;

    engine = store->engine;
    result = engine->walk(store->data, whatsauth_store_move_record, move);

    if (result == LEDGER_OK && !move->failed) {
        result = engine->walk_subjects(store->data,
                                       whatsauth_store_move_subject, move);
    }

    if (result == LEDGER_OK && !move->failed) {
        result = engine->walk_sessions(store->data,
                                       whatsauth_store_move_session, move);
    }

    return result;
}


int
whatsauth_store_move(const whatsauth_store_t *store, void *data)
{
    whatsauth_store_keys_t           keys;
    whatsauth_store_move_t           move = { 0 };
    const whatsauth_store_target_t  *target;

    target = data;
    move.target = target;
    move.failed = target->engine->begin(target->data);

    if (!move.failed
        && whatsauth_store_move_rows(store, &move) != LEDGER_OK)
    {
        return whatsauth_store_broken(store);
    }

    store->engine->keys(store->data, &keys);

    if (move.failed || target->engine->end(target->data, &keys)) {
        fprintf(stderr, "whatsauth-store: %s\n",
                target->engine->last_error(target->data));
        return WHATSAUTH_STORE_FAILED;
    }

    printf("moved %" PRIu64 " records, %" PRIu64 " sessions, %" PRIu64
           " subjects\n", move.records, move.sessions, move.subjects);

    return WHATSAUTH_STORE_OK;
}
