
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * valkey_store - the ledger's records on Valkey or Redis, for several hosts.
 * docs/adr/014-valkey.md says what each operation does, and why.
 *
 * A store is one worker's, and single-threaded.  It has no sockets and no
 * clock: valkey_store_io_t is the world, and client.h how the world answers.
 *
 * All that is taken ends, exactly once, by its handler, and never before the
 * call that has handed it over has returned: with an answer that a confirmed
 * turn has brought, or with FAILED once options->timeout is over.  A handler
 * may call anything here but valkey_store_destroy().
 *
 * Units: every time is unix time in milliseconds, every span milliseconds.
 * Ownership: what is passed in is copied where it is needed later; what a
 * handler gets lasts until it returns.
 */


#ifndef _VALKEY_STORE_H_INCLUDED_
#define _VALKEY_STORE_H_INCLUDED_


#include "client.h"
#include "ledger/ledger.h"
#include "meta.h"


typedef struct valkey_store_s  valkey_store_t;


/*
 * Called once with io's data, when the keys of the store are known: they can
 * be had from valkey_store_keys() from then on.
 */
typedef void (*valkey_store_opened_pt)(void *io_data);

/*
 * A store whose client begins to connect.  options and io outlive it.
 *
 * keys: KEYS_LEN bytes that another worker has read from this store, or NULL.
 * With them the store is open at once.  It asks for them all the same: if the
 * server has others, or a schema that is not known, that is crit, and the
 * store closes.
 *
 * opened may be NULL.  Returns NULL where there is no memory.
 */
valkey_store_t *valkey_store_create(const valkey_store_options_t *options,
    const valkey_store_io_t *io, void *io_data, const uint8_t *keys,
    valkey_store_opened_pt opened);

/* Hands back as FAILED, within the call, all that is under way. */
void valkey_store_destroy(valkey_store_t *store);

/* For its ticks, its links, its watches, and to ask if it is idle. */
valkey_store_client_t *valkey_store_client(valkey_store_t *store);

/*
 * KEYS_LEN bytes, or NULL while the store is not open.  The first worker of
 * all makes them, and they never change.
 */
const uint8_t *valkey_store_keys(const valkey_store_t *store);


/* op is the store's own copy, and ledger_op_record() its record, if wanted. */
typedef void (*valkey_store_done_pt)(void *data, const ledger_op_t *op);

/*
 * Takes an operation.  op->record_room asks for the record; op->copy, which is
 * the caller's way to ask LMDB, is not looked at.  Shares of the store are not
 * known here, and not refused.
 *
 * Returns 0; or -1, and done is not called: op->result says why.  It is FAILED
 * while the store is not open or there is no memory, BUSY where too much waits,
 * and else what is known without the servers.
 *
 * A result is known to be so, FAILED apart: the operation may have taken place
 * and may not.  FULL: the servers have no memory left for anything new.
 */
int valkey_store_submit(valkey_store_t *store, ledger_op_t *op,
    valkey_store_done_pt done, void *data);


/*
 * Reads.  result is OK, and only then is there a record, session or subject;
 * UNKNOWN; or FAILED.  They return OK; or the result, and done is not called:
 * FAILED if the store is not open, there is no memory, or too much waits.
 */

typedef void (*valkey_store_record_pt)(void *data, ledger_result_t result,
    const ledger_record_t *record);
typedef void (*valkey_store_session_pt)(void *data, ledger_result_t result,
    const ledger_session_t *session);
typedef void (*valkey_store_subject_pt)(void *data, ledger_result_t result,
    const ledger_subject_t *subject);

/* Its status is that of now: a code whose time is over has expired. */
ledger_result_t valkey_store_read(valkey_store_t *store, uint64_t key,
    valkey_store_record_pt done, void *data);

/* The record of an app about which a user was asked last. */
ledger_result_t valkey_store_read_asked(valkey_store_t *store,
    const ledger_text_t *app, const ledger_text_t *user_id,
    valkey_store_record_pt done, void *data);

/* UNKNOWN once it has ended, by its time too. */
ledger_result_t valkey_store_read_session(valkey_store_t *store, uint64_t key,
    valkey_store_session_pt done, void *data);

ledger_result_t valkey_store_read_subject(valkey_store_t *store,
    const ledger_text_t *app, const ledger_text_t *number,
    valkey_store_subject_pt done, void *data);


/*
 * A look for due callbacks.  Of all workers of all hosts one looks at a
 * partition at a time: what others look at is not seen here.  The structure
 * lasts until done is called.
 */

typedef struct valkey_store_due_s  valkey_store_due_t;

struct valkey_store_due_s {
    uint64_t    now;         /* in */
    uint64_t    horizon;     /* in: span; what is due later than that is due
                                now: a wall clock stepped back */
    unsigned    lanes;       /* in: in all partitions together, about */
    unsigned    each;        /* in: entries of a lane in one partition */

    /*
     * Entries of one lane and one partition, in order, 1 to each: so it may be
     * called several times for one lane.
     */
    void      (*head)(valkey_store_due_t *look, const ledger_due_t *due,
                      unsigned n);
    void      (*done)(valkey_store_due_t *look);
    void       *data;        /* the caller's own */

    unsigned    more:1;      /* out: other lanes follow, in the next look */
    unsigned    full:1;      /* out: more is due in a lane that was seen */

    /* The store's. */
    unsigned         waiting;   /* partitions */
    valkey_store_t  *store;
};

/* Returns 0; or -1, where a read is FAILED.  One look at a time. */
int valkey_store_due(valkey_store_t *store, valkey_store_due_t *look);


#endif /* _VALKEY_STORE_H_INCLUDED_ */
