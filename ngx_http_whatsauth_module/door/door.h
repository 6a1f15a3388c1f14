
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The door to the ledger: operations go in, results, records and due work
 * come out.  Behind it is an engine, chosen by the form of `whatsauth_store`;
 * no other room names one.
 *
 * Nothing here blocks.  A result may come before the call returns, as that of
 * most reads of an engine on this machine does, or in a later pass of the event
 * loop: callers are written for both.  The data of a handler is valid until it
 * returns.
 *
 * Times are unix time in milliseconds.
 */


#ifndef _NGX_HTTP_WHATSAUTH_DOOR_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_DOOR_H_INCLUDED_


#include "kit/module.h"

#include "ledger/ledger.h"
#include "protocol/code.h"


/* An operation or a read that is not done. */
typedef struct ngx_http_whatsauth_wait_s  ngx_http_whatsauth_wait_t;


ngx_int_t ngx_http_whatsauth_door_init_module(ngx_cycle_t *cycle);
ngx_int_t ngx_http_whatsauth_door_init_process(ngx_cycle_t *cycle);
void ngx_http_whatsauth_door_exit_process(ngx_cycle_t *cycle);


/*
 * Called once when an operation is decided or could not be handed over;
 * op->result is LEDGER_FAILED if nothing is known, and LEDGER_BUSY or
 * LEDGER_FAILED if nothing was handed over.
 */
typedef void (*ngx_http_whatsauth_done_pt)(void *data, const ledger_op_t *op);

/*
 * Hands an operation over; op and its texts are copied.  Returns NULL if it
 * could not be handed over and done has been called already, else a wait that
 * may be forgotten until it is.
 */
ngx_http_whatsauth_wait_t *ngx_http_whatsauth_door_submit(ledger_op_t *op,
    ngx_http_whatsauth_done_pt done, void *data);

/*
 * The caller goes away: done is not called.  An operation takes place all the
 * same.
 */
void ngx_http_whatsauth_door_forget(ngx_http_whatsauth_wait_t *wait);


/* record is NULL unless result is LEDGER_OK; else LEDGER_UNKNOWN or _FAILED. */
typedef void (*ngx_http_whatsauth_read_pt)(void *data, ledger_result_t result,
    const ledger_record_t *record);

/*
 * Reads the record of a key.  Returns NULL if done has been called already,
 * else a wait that may be forgotten until it is.
 */
ngx_http_whatsauth_wait_t *ngx_http_whatsauth_door_read(uint64_t key,
    ngx_http_whatsauth_read_pt done, void *data);

/*
 * The same for the record of an app about which a user was asked last; both
 * texts are copied where they are needed later.
 */
ngx_http_whatsauth_wait_t *ngx_http_whatsauth_door_read_asked(
    const ledger_text_t *app, const ledger_text_t *user_id,
    ngx_http_whatsauth_read_pt done, void *data);


/*
 * Likewise of the session of a key, which is LEDGER_UNKNOWN once it has ended,
 * and of the person with a canonical number as an app knows him.
 */
typedef void (*ngx_http_whatsauth_session_pt)(void *data,
    ledger_result_t result, const ledger_session_t *session);
typedef void (*ngx_http_whatsauth_subject_pt)(void *data,
    ledger_result_t result, const ledger_subject_t *subject);

ngx_http_whatsauth_wait_t *ngx_http_whatsauth_door_read_session(uint64_t key,
    ngx_http_whatsauth_session_pt done, void *data);
ngx_http_whatsauth_wait_t *ngx_http_whatsauth_door_read_subject(
    const ledger_text_t *app, const ledger_text_t *number,
    ngx_http_whatsauth_subject_pt done, void *data);


/* A look for due work: the heads of the lanes that have any. */

typedef struct ngx_http_whatsauth_scan_s  ngx_http_whatsauth_scan_t;

/* The entries that are due in one lane, in order, at most HEAD_MAX. */
typedef void (*ngx_http_whatsauth_head_pt)(ngx_http_whatsauth_scan_t *scan,
    const ledger_due_t *due, ngx_uint_t n);

typedef void (*ngx_http_whatsauth_scanned_pt)(ngx_http_whatsauth_scan_t *scan);

#define NGX_HTTP_WHATSAUTH_HEAD_MAX  64

struct ngx_http_whatsauth_scan_s {
    unsigned                        lane;      /* in: to begin with; out: to
                                                  go on with */
    ngx_uint_t                      lanes;     /* in: at most so many */
    uint64_t                        now;       /* in */
    uint64_t                        horizon;   /* in: span; what is due later
                                                  than that is due now: the
                                                  wall clock stepped back */
    ngx_http_whatsauth_head_pt      head;      /* in */
    ngx_http_whatsauth_scanned_pt   done;      /* in */

    unsigned                        more:1;    /* out: lanes follow */
    unsigned                        full:1;    /* out: a lane has more than
                                                  head was given of it */
    unsigned                        own:1;     /* out, before head: no other
                                                  worker sees these entries */
};

/* Calls head for lane after lane, then done, at once or later. */
void ngx_http_whatsauth_door_due(ngx_http_whatsauth_scan_t *scan);

/* Calls done with 1 if something is to be expired or purged, else 0. */
typedef void (*ngx_http_whatsauth_wanted_pt)(ngx_uint_t wanted);
void ngx_http_whatsauth_door_sweep_wanted(uint64_t now,
    ngx_http_whatsauth_wanted_pt done);


/* Codes and ids of this store's keys; NULL until it has been open. */
whatsauth_codec_t *ngx_http_whatsauth_door_codec(void);

/*
 * A worker that has just begun may not know the keys of the store yet.  Calls
 * done when it does, or has tried for as long as an operation may take.  NULL,
 * and done is not called: it does, or has tried.
 */
typedef void (*ngx_http_whatsauth_opened_pt)(void *data);
ngx_http_whatsauth_wait_t *ngx_http_whatsauth_door_opening(
    ngx_http_whatsauth_opened_pt done, void *data);

/* The time, the same during an iteration of the event loop. */
uint64_t ngx_http_whatsauth_door_now(void);


#endif /* _NGX_HTTP_WHATSAUTH_DOOR_H_INCLUDED_ */
