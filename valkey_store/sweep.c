
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Time acts on records and sessions: codes expire, sessions end.  Records that
 * are only kept are not here: the server removes them by itself.
 *
 * A sweep looks at all partitions, a few at a time; in each at the lane of time
 * and then at that of sessions, again and again while it finds as many entries
 * as it asks for.  It commits what it finds at once, and looks again when all
 * of that is decided.
 */


#include <stdlib.h>

#include "operation.h"


/* Partitions that a sweep looks at at a time. */
#define VALKEY_STORE_SWEEP_LOOKS     8

#define VALKEY_STORE_SWEEP_EACH      16     /* entries in a look */
#define VALKEY_STORE_SWEEP_ROUNDS    32     /* looks at one lane */

/* After so many ms without an answer it is left to the next sweep. */
#define VALKEY_STORE_SWEEP_PATIENCE  1000


typedef struct {
    valkey_store_operation_t   operation;
    unsigned                   partition;   /* that is looked at next */
    unsigned                   looks;       /* under way */
    unsigned                   answered:1;
} valkey_store_sweep_t;

/* One partition. */
typedef struct {
    valkey_store_task_t        task;
    valkey_store_sweep_t      *sweep;
    valkey_store_heads_t       heads;
    unsigned                   lane;
    unsigned                   rounds;
    unsigned                   found;       /* entries in this round; */
    unsigned                   left;        /* not decided yet; */
    unsigned                   gone;        /* out of the index by now */
} valkey_store_sweep_look_t;


static int valkey_store_sweep_start(valkey_store_operation_t *operation);
static void valkey_store_sweep_go_on(valkey_store_sweep_t *sweep);
static int valkey_store_sweep_look(valkey_store_sweep_t *sweep);
static int valkey_store_sweep_send(valkey_store_sweep_look_t *look);
static int valkey_store_sweep_write(valkey_store_request_t *request,
    valkey_store_out_t *out);
static void valkey_store_sweep_looked(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply);
static void valkey_store_sweep_found(valkey_store_sweep_look_t *look,
    valkey_store_found_t *found);
static void valkey_store_sweep_swept(void *data,
    valkey_store_swept_result_t result);
static void valkey_store_sweep_decided(valkey_store_sweep_look_t *look);
static int valkey_store_sweep_next(valkey_store_sweep_look_t *look);
static void valkey_store_sweep_end(valkey_store_sweep_look_t *look);


const valkey_store_way_t  valkey_store_sweep_way = {
    sizeof(valkey_store_sweep_t),
    valkey_store_sweep_start
};


static int
valkey_store_sweep_start(valkey_store_operation_t *operation)
{
    ledger_op_t           *op;
    valkey_store_sweep_t  *sweep;

    op = &operation->op;
    op->u.sweep.expired = 0;
    op->u.sweep.purged = 0;
    op->u.sweep.more = 0;

    sweep = (valkey_store_sweep_t *) operation;
    sweep->partition = 0;
    sweep->looks = 0;
    sweep->answered = 0;

    valkey_store_sweep_go_on(sweep);

    return sweep->looks ? 0 : -1;
}


static void
valkey_store_sweep_go_on(valkey_store_sweep_t *sweep)
{
    while (sweep->looks < VALKEY_STORE_SWEEP_LOOKS
           && sweep->partition < VALKEY_STORE_PARTITIONS)
    {
        if (valkey_store_sweep_look(sweep)) {
            sweep->partition = VALKEY_STORE_PARTITIONS;
        }
    }
}


static int
valkey_store_sweep_look(valkey_store_sweep_t *sweep)
{
    valkey_store_t             *store;
    valkey_store_sweep_look_t  *look;

    look = malloc(sizeof(valkey_store_sweep_look_t));
    if (look == NULL) {
        return -1;
    }

    store = sweep->operation.task.store;

    valkey_store_task_init(&look->task, store);
    valkey_store_guard_begin(&store->sweep, store, sweep->partition,
                             &look->heads);

    look->heads.guard = VALKEY_STORE_SWEEP;
    look->heads.lanes = 1;
    look->heads.each = VALKEY_STORE_SWEEP_EACH;
    look->sweep = sweep;
    look->lane = LEDGER_LANE_TIME;
    look->rounds = 0;

    if (valkey_store_sweep_send(look)) {
        free(look);
        return -1;
    }

    sweep->partition++;
    sweep->looks++;

    return 0;
}


static int
valkey_store_sweep_send(valkey_store_sweep_look_t *look)
{
    valkey_store_t        *store;
    valkey_store_heads_t  *heads;

    store = look->task.store;
    heads = &look->heads;

    look->task.until = valkey_store_clock(store) + VALKEY_STORE_SWEEP_PATIENCE;
    look->rounds++;

    heads->from = look->lane > 0;
    heads->after = heads->from ? look->lane - 1 : 0;
    heads->to = look->lane + 1;
    heads->before = valkey_store_now(store) + 1;

    return valkey_store_task_send(&look->task, heads->partition,
                                  valkey_store_sweep_write,
                                  valkey_store_sweep_looked);
}


static int
valkey_store_sweep_write(valkey_store_request_t *request,
    valkey_store_out_t *out)
{
    const valkey_store_sweep_look_t  *look;

    look = (const valkey_store_sweep_look_t *) request;

    return valkey_store_heads_write(&look->heads, out);
}


static void
valkey_store_sweep_looked(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply)
{
    valkey_store_found_t        found;
    valkey_store_sweep_look_t  *look;

    look = (valkey_store_sweep_look_t *) request;

    if (outcome != VALKEY_STORE_CONFIRMED
        || valkey_store_heads_read(reply, &found))
    {
        valkey_store_sweep_end(look);
        return;
    }

    look->sweep->answered = 1;

    if (found.busy) {
        valkey_store_sweep_end(look);
        return;
    }

    valkey_store_guard_has(&look->task.store->sweep, look->task.store,
                           &look->heads);
    look->heads.who.len = 0;

    valkey_store_sweep_found(look, &found);
}


/* One that is held until all are under way: none may be decided at once. */

static void
valkey_store_sweep_found(valkey_store_sweep_look_t *look,
    valkey_store_found_t *found)
{
    uint64_t         retain;
    ledger_text_t    value;
    ledger_entry_t   entry;
    valkey_store_t  *store;

    store = look->task.store;
    retain = look->sweep->operation.op.u.sweep.retain;

    look->found = 0;
    look->gone = 0;
    look->left = 1;

    while (valkey_store_heads_next(found, &entry, &value)) {
        look->found++;

        if (valkey_store_swept(store, &entry, &value, retain,
                               look->task.until, valkey_store_sweep_swept,
                               look)
            == 0)
        {
            look->left++;
        }
    }

    valkey_store_sweep_decided(look);
}


static void
valkey_store_sweep_swept(void *data, valkey_store_swept_result_t result)
{
    valkey_store_sweep_look_t *look = data;

    look->gone += result != VALKEY_STORE_SWEPT_NOTHING;
    look->sweep->operation.op.u.sweep.expired
        += result == VALKEY_STORE_SWEPT_EXPIRED;

    valkey_store_sweep_decided(look);
}


static void
valkey_store_sweep_decided(valkey_store_sweep_look_t *look)
{
    look->left--;

    if (look->left == 0
        && (!valkey_store_sweep_next(look) || valkey_store_sweep_send(look)))
    {
        valkey_store_sweep_end(look);
    }
}


/*
 * 1 if there is more to look at.  Entries that nothing takes out of the index
 * are not looked at again and again.
 */

static int
valkey_store_sweep_next(valkey_store_sweep_look_t *look)
{
    if (look->found == VALKEY_STORE_SWEEP_EACH && look->gone) {

        if (look->rounds < VALKEY_STORE_SWEEP_ROUNDS) {
            return 1;
        }

        look->sweep->operation.op.u.sweep.more = 1;
    }

    if (look->lane == VALKEY_STORE_LANE_SESSIONS) {
        return 0;
    }

    look->lane = VALKEY_STORE_LANE_SESSIONS;
    look->rounds = 0;

    return 1;
}


static void
valkey_store_sweep_end(valkey_store_sweep_look_t *look)
{
    valkey_store_sweep_t  *sweep;

    sweep = look->sweep;
    free(look);

    sweep->looks--;
    valkey_store_sweep_go_on(sweep);

    if (sweep->looks == 0) {
        valkey_store_operation_end(&sweep->operation,
                                   sweep->answered ? LEDGER_OK
                                                   : LEDGER_FAILED);
    }
}
