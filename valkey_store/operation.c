
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdlib.h>
#include <string.h>

#include "operation.h"


static const valkey_store_way_t  *const valkey_store_operation_ways[] = {
    [LEDGER_ISSUE]    = &valkey_store_issue_way,
    [LEDGER_VALIDATE] = &valkey_store_change_way,
    [LEDGER_REFUSE]   = &valkey_store_change_way,
    [LEDGER_ASK]      = &valkey_store_change_way,
    [LEDGER_TAKE]     = &valkey_store_change_way,
    [LEDGER_COMPLETE] = &valkey_store_change_way,
    [LEDGER_SWEEP]    = &valkey_store_sweep_way,
    [LEDGER_CONFIRM]  = &valkey_store_change_way,
    [LEDGER_RESEND]   = &valkey_store_change_way,
    [LEDGER_UNSENT]   = &valkey_store_change_way,
    [LEDGER_CANCEL]   = &valkey_store_change_way,
    [LEDGER_COLLECT]  = &valkey_store_collect_way,
    [LEDGER_REVOKE]   = &valkey_store_revoke_way,
    [LEDGER_TOUCH]    = &valkey_store_touch_way
};


/* Places in one piece of memory are aligned for any type. */

static size_t
valkey_store_operation_align(size_t size)
{
    return (size + _Alignof(max_align_t) - 1) & ~(_Alignof(max_align_t) - 1);
}


static size_t
valkey_store_operation_room(const ledger_op_t *op)
{
    return op->record_room
           ? offsetof(ledger_copy_t, texts) + op->record_room : 0;
}


static void
valkey_store_operation_own(ledger_op_t *op, unsigned char *p)
{
    unsigned  i;

    for (i = 0; i < LEDGER_TEXTS; i++) {

        if (op->text[i].len) {
            memcpy(p, op->text[i].data, op->text[i].len);
        }

        op->text[i].data = p;
        p += op->text[i].len;
    }
}


/* The kind's structure, room for the record, the texts: in one piece. */

static valkey_store_operation_t *
valkey_store_operation_make(valkey_store_t *store, const ledger_op_t *op)
{
    size_t                     size, room, texts;
    unsigned                   i;
    unsigned char             *p;
    valkey_store_operation_t  *operation;

    size = valkey_store_operation_align(
               valkey_store_operation_ways[op->kind]->size);
    room = valkey_store_operation_align(valkey_store_operation_room(op));
    texts = 0;

    for (i = 0; i < LEDGER_TEXTS; i++) {
        texts += op->text[i].len;
    }

    p = malloc(size + room + texts);
    if (p == NULL) {
        return NULL;
    }

    operation = (valkey_store_operation_t *) p;

    valkey_store_task_init(&operation->task, store);
    operation->op = *op;
    operation->copy = room ? (ledger_copy_t *) (p + size) : NULL;
    operation->op.copy = NULL;
    valkey_store_operation_own(&operation->op, p + size + room);

    return operation;
}


int
valkey_store_submit(valkey_store_t *store, ledger_op_t *op,
    valkey_store_done_pt done, void *data)
{
    valkey_store_operation_t  *operation;

    op->result = LEDGER_FAILED;

    if (op->kind < LEDGER_ISSUE || op->kind > LEDGER_KIND_LAST
        || !valkey_store_opening(store))
    {
        return -1;
    }

    operation = valkey_store_operation_make(store, op);
    if (operation == NULL) {
        return -1;
    }

    operation->done = done;
    operation->data = data;
    operation->op.result = LEDGER_BUSY;

    if (valkey_store_operation_ways[op->kind]->start(operation)) {
        op->result = operation->op.result;
        free(operation);
        return -1;
    }

    return 0;
}


/* In a store that has closed meanwhile, it was done to a stranger's rows. */

void
valkey_store_operation_end(valkey_store_operation_t *operation,
    ledger_result_t result)
{
    operation->op.result = operation->task.store->is_open ? result
                                                          : LEDGER_FAILED;
    operation->done(operation->data, &operation->op);

    free(operation);
}


/* A new row finds no memory: that of a code, or of a first session. */

int
valkey_store_operation_is_over(valkey_store_operation_t *operation,
    valkey_store_outcome_t outcome)
{
    if (outcome == VALKEY_STORE_CONFIRMED) {
        return 0;
    }

    valkey_store_operation_end(operation,
                               outcome == VALKEY_STORE_NO_MEMORY
                               && operation->op.kind == LEDGER_COLLECT
                               ? LEDGER_FULL : LEDGER_FAILED);

    return 1;
}


void
valkey_store_operation_hand_over(valkey_store_operation_t *operation,
    const ledger_record_t *record)
{
    operation->op.copy = operation->copy;
    ledger_hand_over(&operation->op, record);
}
