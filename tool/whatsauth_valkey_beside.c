
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Compares a record or session with its neighbours in the partition: its entry
 * in the index, and the time at which the server removes it.
 */


#include "ledger/bytes.h"
#include "whatsauth_valkey_check.h"


/*
 * MIGRATE hands a time over as the rest of a life, so a record whose slot has
 * moved goes some milliseconds later, and by another clock.
 */
#define WHATSAUTH_VALKEY_MOVED  60000


/* Two commands for each row of a part. */

typedef struct {
    whatsauth_valkey_check_t    *check;
    unsigned char                entry[WHATSAUTH_VALKEY_PART]
                                      [LEDGER_ROW_DUE_LEN];
    valkey_store_name_t          row[WHATSAUTH_VALKEY_PART];
    valkey_store_name_t          due[WHATSAUTH_VALKEY_PART];
    whatsauth_valkey_command_t   command[2 * WHATSAUTH_VALKEY_PART];
    unsigned char                wrong[WHATSAUTH_VALKEY_PART];
} whatsauth_valkey_beside_t;


/* An entry that must not be there is found with the index. */

static int
whatsauth_valkey_beside_stands(const whatsauth_valkey_expect_t *expect,
    int stands)
{
    return stands || !expect->stands;
}


static int
whatsauth_valkey_beside_goes(const whatsauth_valkey_expect_t *expect,
    int64_t gone_at)
{
    uint64_t  at;

    if (!expect->goes) {
        return gone_at < 0;
    }

    if (gone_at < 0) {
        return 0;
    }

    at = (uint64_t) gone_at;

    return expect->gone_at == 0
           || (at + WHATSAUTH_VALKEY_MOVED >= expect->gone_at
               && at <= expect->gone_at + WHATSAUTH_VALKEY_MOVED);
}


static int
whatsauth_valkey_beside_reply(void *data, size_t i,
    const valkey_store_reply_t *reply)
{
    whatsauth_valkey_beside_t        *beside;
    const whatsauth_valkey_expect_t  *expect;

    beside = data;
    expect = &beside->check->expect[i / 2];

    if (i % 2 == 0) {
        beside->wrong[i / 2] =
            !whatsauth_valkey_beside_stands(expect,
                reply->type == VALKEY_STORE_REPLY_BULK);

    } else if (!whatsauth_valkey_beside_goes(expect, reply->integer)) {
        beside->wrong[i / 2] = 1;
    }

    return 0;
}


static void
whatsauth_valkey_beside_tell(whatsauth_valkey_check_t *check,
    const whatsauth_valkey_look_t *look)
{
    const char                       *what;
    unsigned long long                key;
    const whatsauth_valkey_expect_t  *expect;

    expect = &look->expect;
    key = expect->key;
    what = expect->kind == VALKEY_STORE_RECORD ? "record" : "session";

    if (!whatsauth_valkey_beside_stands(expect, look->stands)) {
        whatsauth_valkey_check_fault(check, "%s %llu is missing in the index",
                                     what, key);
    }

    if (whatsauth_valkey_beside_goes(expect, look->gone_at)) {
        return;
    }

    if (!expect->goes) {
        whatsauth_valkey_check_fault(check, "the server removes %s %llu,"
                                     " which is not over", what, key);

    } else if (look->gone_at < 0) {
        whatsauth_valkey_check_fault(check, "the server never removes %s"
                                     " %llu, which is over", what, key);

    } else {
        whatsauth_valkey_check_fault(check, "the server removes %s %llu at a"
                                     " wrong time", what, key);
    }
}


/* The second look, at the entry that the row names by now. */

static int
whatsauth_valkey_beside_again(whatsauth_valkey_check_t *check,
    const whatsauth_valkey_expect_t *expect)
{
    int                       rc;
    unsigned                  tries;
    ledger_entry_t            entry;
    whatsauth_valkey_look_t   look;

    look.expect = *expect;

    for (tries = 0; tries < WHATSAUTH_VALKEY_TRIES; tries++) {
        entry = look.expect.entry;

        rc = whatsauth_valkey_look(check->valkey, &look, expect->kind,
                                   expect->key, &entry);

        if (rc != 1 || !look.found || !look.sound) {
            return rc == -1 ? -1 : 0;
        }

        if (!look.expect.stands
            || whatsauth_valkey_entry_same(&look.expect.entry, &entry))
        {
            whatsauth_valkey_beside_tell(check, &look);
            return 0;
        }
    }

    return 0;
}


static void
whatsauth_valkey_beside_prepare(whatsauth_valkey_beside_t *beside, size_t i)
{
    unsigned                          partition;
    const ledger_text_t              *prefix;
    whatsauth_valkey_command_t       *command;
    const whatsauth_valkey_expect_t  *expect;

    expect = &beside->check->expect[i];
    prefix = &beside->check->valkey->options.prefix;
    command = &beside->command[2 * i];
    partition = valkey_store_partition(expect->key);

    valkey_store_name(&beside->due[i], prefix, partition, VALKEY_STORE_DUE);
    valkey_store_name_key(&beside->row[i], prefix, expect->kind, expect->key);
    ledger_row_due_encode(beside->entry[i], &expect->entry);

    whatsauth_valkey_command(&command[0], partition, "ZSCORE",
                             &beside->due[i]);
    whatsauth_valkey_word(&command[0], beside->entry[i], LEDGER_ROW_DUE_LEN);
    whatsauth_valkey_command(&command[1], partition, "PEXPIRETIME",
                             &beside->row[i]);
}


int
whatsauth_valkey_check_beside(whatsauth_valkey_check_t *check)
{
    int                         rc;
    size_t                      i;
    whatsauth_valkey_beside_t   beside;

    beside.check = check;

    for (i = 0; i < check->n; i++) {
        whatsauth_valkey_beside_prepare(&beside, i);
    }

    rc = whatsauth_valkey_ask(check->valkey, beside.command, 2 * check->n,
                              whatsauth_valkey_beside_reply, &beside);

    for (i = 0; rc == 0 && i < check->n; i++) {
        if (beside.wrong[i]) {
            rc = whatsauth_valkey_beside_again(check, &check->expect[i]);
        }
    }

    check->n = 0;

    return rc;
}
