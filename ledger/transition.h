
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The transitions, one for each kind of operation, and their helpers.
 *
 * Each is called with *after equal to *before and an empty *change.
 */


#ifndef _LEDGER_TRANSITION_H_INCLUDED_
#define _LEDGER_TRANSITION_H_INCLUDED_


#include "ledger.h"


/* A record and, if the operation wants it, its subject, as they stand. */

typedef struct {
    const ledger_record_t   *record;
    const ledger_subject_t  *subject;
} ledger_before_t;

typedef ledger_result_t (*ledger_transition_pt)(const ledger_before_t *before,
    ledger_op_t *op, uint64_t now, ledger_record_t *after,
    ledger_change_t *change);


ledger_result_t ledger_message(const ledger_before_t *before,
    ledger_op_t *op, uint64_t now, ledger_record_t *after,
    ledger_change_t *change);
ledger_result_t ledger_take(const ledger_before_t *before, ledger_op_t *op,
    uint64_t now, ledger_record_t *after, ledger_change_t *change);
ledger_result_t ledger_complete(const ledger_before_t *before,
    ledger_op_t *op, uint64_t now, ledger_record_t *after,
    ledger_change_t *change);
ledger_result_t ledger_time(const ledger_before_t *before, ledger_op_t *op,
    uint64_t now, ledger_record_t *after, ledger_change_t *change);
ledger_result_t ledger_browser(const ledger_before_t *before,
    ledger_op_t *op, uint64_t now, ledger_record_t *after,
    ledger_change_t *change);
ledger_result_t ledger_collect(const ledger_before_t *before,
    ledger_op_t *op, uint64_t now, ledger_record_t *after,
    ledger_change_t *change);

/* judge.c: OK, or the reason for which a message may not act on a record. */
ledger_result_t ledger_judge(const ledger_record_t *record,
    const ledger_op_t *op, uint64_t now);


/* A span may have any length: the sum stops at the last time. */

static inline uint64_t
ledger_after(uint64_t time, uint64_t span)
{
    return time > UINT64_MAX - span ? UINT64_MAX : time + span;
}


/* claim.c: 1 if the record waits for a PIN, whether it could be sent or not. */
int ledger_pin_is_due(const ledger_record_t *record);

/* 1 if L's page has begun the claim of the record. */
int ledger_is_page(const ledger_record_t *record);

/* Validates a record; returns the reply that is granted at once, or 0. */
unsigned ledger_validate(ledger_record_t *record, unsigned replies,
    uint64_t now, ledger_change_t *change);

/*
 * Ends the waiting of a record that has its final status.  Its callback, if it
 * has one, is the first attempt of the caller for a lease; 0: due at once.
 */
void ledger_decide(ledger_record_t *record, uint64_t lease, uint64_t retain,
    uint64_t now, ledger_change_t *change);

/*
 * Gives a record its final status: it waits for its callback in a lane or, if
 * that status has none, is kept.
 */
void ledger_finish(ledger_record_t *record, unsigned lane, uint64_t due_at,
    uint64_t purge_at, ledger_change_t *change);

/* A record with which nothing is to be done any more. */
void ledger_keep(ledger_record_t *record, uint64_t purge_at,
    ledger_change_t *change);

/* A record that is due at another time, or in another lane. */
void ledger_move(ledger_record_t *record, unsigned lane, uint64_t due_at,
    ledger_change_t *change);

/* Spends the record's reply on one that the caller would send, if it can. */
unsigned ledger_reply(ledger_record_t *record, unsigned replies,
    unsigned reply, ledger_change_t *change);


#endif /* _LEDGER_TRANSITION_H_INCLUDED_ */
