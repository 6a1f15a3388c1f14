
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * valkey_store/task - work that is done by one request after the other, all of
 * them until one time.
 */


#ifndef _VALKEY_STORE_TASK_H_INCLUDED_
#define _VALKEY_STORE_TASK_H_INCLUDED_


#include "command.h"
#include "valkey_store.h"


typedef struct valkey_store_task_s  valkey_store_task_t;

typedef int (*valkey_store_write_pt)(valkey_store_request_t *request,
    valkey_store_out_t *out);
typedef void (*valkey_store_request_done_pt)(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply);

/* Stands first in whatever has one: handlers are given its request. */
struct valkey_store_task_s {
    valkey_store_request_t        request;
    valkey_store_t               *store;
    uint64_t                      until;     /* of the clock */
    valkey_store_name_t           name;      /* of the key that is read */
    const valkey_store_commit_t  *commit;    /* that is written */
};


/* Begins one that lasts for options->timeout. */
void valkey_store_task_init(valkey_store_task_t *task, valkey_store_t *store);

/* Each sends the next request, and returns 0, or -1: too many wait. */
int valkey_store_task_send(valkey_store_task_t *task, unsigned partition,
    valkey_store_write_pt write, valkey_store_request_done_pt done);

/* GET task->name */
int valkey_store_task_get(valkey_store_task_t *task, unsigned partition,
    valkey_store_request_done_pt done);

/* The commit and all that it points to last until done is called. */
int valkey_store_task_commit(valkey_store_task_t *task,
    const valkey_store_commit_t *commit, valkey_store_request_done_pt done);

/*
 * Reads the reply of GET: data NULL, there is no such key.  Returns 0, or -1:
 * GET returns nothing like that.
 */
int valkey_store_task_value(const valkey_store_reply_t *reply,
    ledger_text_t *value);


#endif /* _VALKEY_STORE_TASK_H_INCLUDED_ */
