
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
    whatsauth_store_moved_t          moved;
    int                              failed;
} whatsauth_store_move_t;


/* A walk reports a code that has expired as such, and a store does not. */

static int
whatsauth_store_move_record(const ledger_record_t *record, void *to)
{
    ledger_record_t          stored;
    whatsauth_store_move_t  *move;

    move = to;
    move->moved.records++;
    stored = *record;

    if (stored.state == LEDGER_STATE_WAITING) {
        stored.status = LEDGER_STATUS_REQUESTED;
    }

    move->failed = move->target->engine->record(move->target->data, &stored)
                   == -1;

    return move->failed;
}


static int
whatsauth_store_move_asked(const ledger_record_t *record, void *to)
{
    whatsauth_store_move_t  *move;

    move = to;
    move->failed = move->target->engine->asked(move->target->data, record)
                   == -1;

    return move->failed;
}


static int
whatsauth_store_move_session(const ledger_session_t *session, void *to)
{
    whatsauth_store_move_t  *move;

    move = to;
    move->moved.sessions++;
    move->failed = move->target->engine->session(move->target->data, session)
                   == -1;

    return move->failed;
}


static int
whatsauth_store_move_subject(const ledger_subject_t *subject, void *to)
{
    whatsauth_store_move_t  *move;

    move = to;
    move->moved.subjects++;
    move->failed = move->target->engine->subject(move->target->data, subject)
                   == -1;

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
        result = engine->walk_asked(store->data, whatsauth_store_move_asked,
                                    move);
    }

    if (result == LEDGER_OK && !move->failed) {
        result = engine->walk_sessions(store->data,
                                       whatsauth_store_move_session, move);
    }

    if (result == LEDGER_OK && !move->failed) {
        result = engine->walk_subjects(store->data,
                                       whatsauth_store_move_subject, move);
    }

    return result;
}


/* WHATSAUTH_STORE_OK, or FAILED, and has said why. */

static int
whatsauth_store_move_unused(const whatsauth_store_t *store)
{
    int  used;

    if (store->engine->used(store->data, &used) != LEDGER_OK) {
        return whatsauth_store_broken(store);
    }

    if (used) {
        fprintf(stderr, "whatsauth-store: the store is in use: stop nginx, on"
                " all of its hosts, and move again\n");
        return WHATSAUTH_STORE_FAILED;
    }

    return WHATSAUTH_STORE_OK;
}


static int
whatsauth_store_move_failed(const whatsauth_store_target_t *target)
{
    fprintf(stderr, "whatsauth-store: %s\n",
            target->engine->last_error(target->data));

    return WHATSAUTH_STORE_FAILED;
}


/*
 * The source is looked at before, so that nothing is begun in vain, and behind
 * its last row: an nginx that was started meanwhile may have changed it.
 */

static int
whatsauth_store_move_all(const whatsauth_store_t *store,
    whatsauth_store_move_t *move)
{
    const whatsauth_store_target_t  *target;

    target = move->target;

    if (whatsauth_store_move_unused(store) != WHATSAUTH_STORE_OK) {
        return WHATSAUTH_STORE_FAILED;
    }

    if (target->engine->begin(target->data) == -1) {
        return whatsauth_store_move_failed(target);
    }

    if (whatsauth_store_move_rows(store, move) != LEDGER_OK) {
        return whatsauth_store_broken(store);
    }

    return move->failed ? whatsauth_store_move_failed(target)
                        : whatsauth_store_move_unused(store);
}


int
whatsauth_store_move(const whatsauth_store_t *store, void *data)
{
    whatsauth_store_keys_t           keys;
    whatsauth_store_move_t           move = { 0 };
    const whatsauth_store_target_t  *target;

    target = data;
    move.target = target;

    if (whatsauth_store_move_all(store, &move) != WHATSAUTH_STORE_OK) {
        return WHATSAUTH_STORE_FAILED;
    }

    store->engine->keys(store->data, &keys);

    if (target->engine->end(target->data, &keys, &move.moved) == -1) {
        return whatsauth_store_move_failed(target);
    }

    printf("moved %" PRIu64 " records, %" PRIu64 " sessions, %" PRIu64
           " subjects\n", move.moved.records, move.moved.sessions,
           move.moved.subjects);

    return WHATSAUTH_STORE_OK;
}
