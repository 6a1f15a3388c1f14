
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Due work as a test lets it be found, and entries of its index, past the
 * store.
 */


#ifndef _VALKEY_DUE_HELP_H_INCLUDED_
#define _VALKEY_DUE_HELP_H_INCLUDED_


#include "valkey_login_help.h"


#define FOUND_MAX  256


static ledger_due_t  found[FOUND_MAX];
static unsigned      n_found;
static unsigned      looks_done;


static inline void
head(valkey_store_due_t *look, const ledger_due_t *due, unsigned n)
{
    unsigned  i;

    assert_true(n > 0 && n <= look->each);

    for (i = 0; i < n; i++) {
        assert_true(n_found < FOUND_MAX);
        found[n_found++] = due[i];
    }
}


static inline void
look_done(valkey_store_due_t *look)
{
    (void) look;
    looks_done++;
}


/* Lets a host look; returns the entries that it finds. */

static inline unsigned
look_at(unsigned i, valkey_store_due_t *look)
{
    n_found = 0;
    looks_done = 0;

    memset(look, 0, sizeof(*look));
    look->now = plant_now;
    look->horizon = PLANT_HOUR;
    look->lanes = 256;
    look->each = 4;
    look->head = head;
    look->done = look_done;

    assert_int_equal(valkey_store_due(host[i], look), 0);
    assert_int_equal(looks_done, 0);

    while (plant_step(valkey_store_client(host[i]), 1)) {
        /* void */
    }

    assert_int_equal(looks_done, 1);

    return n_found;
}


static inline unsigned
look(unsigned i)
{
    valkey_store_due_t  due;

    return look_at(i, &due);
}


/* The second in which a host has all partitions is over. */

static inline void
next_second(void)
{
    plant_clock += 1000;
    plant_forget_guards();
}


/* A code that is validated, and its callback due at once. */

static inline uint64_t
callback(void)
{
    uint64_t     key;
    ledger_op_t  op;

    key = issue(LEDGER_ON_VALIDATED, 0);
    op = message_op(LEDGER_VALIDATE, key, "m1");
    op.u.message.lease = 0;
    assert_int_equal(plant_do(host[0], &op), LEDGER_OK);

    return key;
}


static inline ledger_result_t
take(uint64_t key, uint64_t lease)
{
    ledger_op_t  op;

    memset(&op, 0, sizeof(op));
    op.kind = LEDGER_TAKE;
    op.u.take.key = key;
    op.u.take.due_at = record_of(key)->due_at;
    op.u.take.lease = lease;

    return plant_do(host[0], &op);
}


static inline ledger_op_t
sweep(unsigned i)
{
    ledger_op_t  op;

    memset(&op, 0, sizeof(op));
    op.kind = LEDGER_SWEEP;
    op.u.sweep.retain = PLANT_HOUR;
    assert_int_equal(plant_do(host[i], &op), LEDGER_OK);

    return op;
}


static inline void
begin(void)
{
    (void) plant_call("FLUSHDB", NULL);
    next_second();
    plant_now += 100 * PLANT_HOUR;
}


/* Entries, past the store */

static inline void
name_due(uint64_t key, valkey_store_name_t *name)
{
    ledger_text_t  prefix = { "wa", 2 };

    valkey_store_name(name, &prefix, valkey_store_partition(key),
                      VALKEY_STORE_DUE);
}


static inline void
add_entry(unsigned lane, uint64_t due_at, uint64_t key)
{
    ledger_entry_t       entry = { lane, due_at, key };
    unsigned char        bytes[LEDGER_ROW_DUE_LEN];
    valkey_store_out_t   out;
    valkey_store_name_t  name;

    name_due(key, &name);
    ledger_row_due_encode(bytes, &entry);

    memset(&out, 0, sizeof(out));
    valkey_store_out_begin(&out, 4);
    valkey_store_out_word(&out, "ZADD", 4);
    valkey_store_out_word(&out, name.data, name.len);
    valkey_store_out_word(&out, "0", 1);
    valkey_store_out_word(&out, bytes, sizeof(bytes));
    assert_int_equal(valkey_store_out_end(&out), 0);
    plant_write(plant.at, &out);
    free(out.data);

    assert_int_equal(plant_reply(plant.at)->integer, 1);
}


static inline unsigned
entries(uint64_t key)
{
    valkey_store_name_t  name;

    name_due(key, &name);

    return (unsigned) plant_ask("ZCARD", name.data, name.len, NULL,
                                NULL)->integer;
}


#endif /* _VALKEY_DUE_HELP_H_INCLUDED_ */
