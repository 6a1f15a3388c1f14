
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * valkey_store/operation - an operation of the ledger, from submit to done.
 *
 * Each kind is a function that sends its first request, and handlers that go
 * on from there: read, let the ledger apply the operation, commit; and again
 * where somebody else was faster.  The clock bounds the repetitions: a request
 * is given up when the time of its task is over.
 */


#ifndef _VALKEY_STORE_OPERATION_H_INCLUDED_
#define _VALKEY_STORE_OPERATION_H_INCLUDED_


#include "put.h"


/* Stands first in the structure of each kind. */
typedef struct {
    valkey_store_task_t     task;
    valkey_store_done_pt    done;
    void                   *data;
    ledger_copy_t          *copy;         /* for its record, or NULL */
    ledger_op_t             op;           /* its texts are its own */
} valkey_store_operation_t;

/* The way in which operations of a kind are done. */
typedef struct {
    size_t     size;             /* of the kind's structure */

    /*
     * Sends the first request, and returns 0; or -1: nothing was sent.
     * op.result says why, and is BUSY before.
     */
    int      (*start)(valkey_store_operation_t *operation);
} valkey_store_way_t;


/* Hands it back, and frees it. */
void valkey_store_operation_end(valkey_store_operation_t *operation,
    ledger_result_t result);

/*
 * 1 if a request has brought no reply: the operation is at its end then, FULL
 * or FAILED.
 */
int valkey_store_operation_is_over(valkey_store_operation_t *operation,
    valkey_store_outcome_t outcome);

/* Hands the record over, if it is wanted; the last one counts. */
void valkey_store_operation_hand_over(valkey_store_operation_t *operation,
    const ledger_record_t *record);


/*
 * change.c: VALIDATE to CANCEL, TAKE and COMPLETE, and what COLLECT has in
 * common with them: it reads a record, and its subject if the ledger wants it.
 */

typedef struct {
    valkey_store_operation_t  operation;
    valkey_store_record_t     before;
    ledger_op_t               in;               /* as it was submitted */
    ledger_result_t           result;           /* once it is committed */
    unsigned                  is_recent:1;      /* before is, not read */
    unsigned                  is_there:1;       /* the record is */
    unsigned                  has_subject:1;
    valkey_store_subject_t    subject;
    ledger_change_t           change;
    uint64_t                  asked_until;      /* a user points to it */
    valkey_store_put_t        put;
} valkey_store_change_t;

/* Begins with the record.  Returns 0, or -1: nothing was sent. */
int valkey_store_change_start(valkey_store_operation_t *operation);

/* From the read of the record on; ends the operation if it cannot. */
void valkey_store_change_again(valkey_store_change_t *change);

/* Sends the commit of the record.  Returns 0, or -1: it is not sent. */
int valkey_store_change_commit(valkey_store_change_t *change);


/*
 * ask.c: the pointer of a user who is asked for a number.  Writes it, and then
 * commits after, the record that has asked.  Returns 0, or -1: nothing was
 * sent.
 */
int valkey_store_ask(valkey_store_change_t *change,
    const ledger_record_t *after);


/* end.c: a session that somebody ends */

typedef struct valkey_store_ending_s  valkey_store_ending_t;

/* failed: it may have ended, and may not. */
typedef void (*valkey_store_ended_pt)(valkey_store_ending_t *ending,
    int failed);

struct valkey_store_ending_s {
    valkey_store_task_t       task;
    uint64_t                  key;
    unsigned                  is_known:1;       /* there was such a session */
    unsigned                  language;         /* of it, else 0 */
    valkey_store_ended_pt     ended;
    valkey_store_put_t        put;
};

/* Returns 0, or -1: nothing was sent. */
int valkey_store_end(valkey_store_ending_t *ending, valkey_store_t *store,
    uint64_t key, uint64_t until, valkey_store_ended_pt ended);


/* collect.c: a session that begins */

typedef struct {
    valkey_store_change_t     change;
    valkey_store_name_t       session_name;
    ledger_entry_t            session_takes;
    unsigned char             session_value[VALKEY_STORE_SESSION_VALUE_MAX];
    valkey_store_put_t        subject_put;
    unsigned                  needs_subject:1;  /* it is to be written */
    unsigned                  was_taken:1;      /* the session's key, before */
    valkey_store_ending_t     displaced;        /* the session that goes */
} valkey_store_collect_t;

/*
 * The ledger has made after of the record, whose commit is in change->put, and
 * a session begins.  Returns 0, or -1: nothing was sent.
 */
int valkey_store_collect_begin(valkey_store_collect_t *collect,
    const valkey_store_record_t *after);

/* The session's key is taken: nothing was written. */
void valkey_store_collect_taken(valkey_store_collect_t *collect);


/* swept.c: a row that time acts on */

typedef enum {
    VALKEY_STORE_SWEPT_NOTHING,      /* it stands where it stood, or failed */
    VALKEY_STORE_SWEPT_MOVED,        /* its entry is gone, */
    VALKEY_STORE_SWEPT_EXPIRED       /* because its code has expired */
} valkey_store_swept_result_t;

typedef void (*valkey_store_swept_pt)(void *data,
    valkey_store_swept_result_t result);

/*
 * Returns 0, and done is called; or -1: there is nothing to be done, or it
 * cannot.  value: of the row of the entry, data NULL: it is gone.
 */
int valkey_store_swept(valkey_store_t *store, const ledger_entry_t *entry,
    const ledger_text_t *value, uint64_t retain, uint64_t until,
    valkey_store_swept_pt done, void *data);


/* The ways, a file for each. */
extern const valkey_store_way_t  valkey_store_change_way;
extern const valkey_store_way_t  valkey_store_collect_way;
extern const valkey_store_way_t  valkey_store_issue_way;
extern const valkey_store_way_t  valkey_store_revoke_way;
extern const valkey_store_way_t  valkey_store_sweep_way;
extern const valkey_store_way_t  valkey_store_touch_way;


#endif /* _VALKEY_STORE_OPERATION_H_INCLUDED_ */
