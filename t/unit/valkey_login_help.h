
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Logins of one person on two hosts: operations and reads. */


#ifndef _VALKEY_LOGIN_HELP_H_INCLUDED_
#define _VALKEY_LOGIN_HELP_H_INCLUDED_


#include "valkey_race_help.h"


#define SUBJECT  "56911111111"


static inline ledger_op_t
issue_op(unsigned flags, unsigned claim_flags)
{
    ledger_op_t  op;

    memset(&op, 0, sizeof(op));
    op.kind = LEDGER_ISSUE;
    op.u.issue.lifetime = 5 * PLANT_MINUTE;
    op.u.issue.channel = LEDGER_CHANNEL_WHATSAPP;
    op.u.issue.flags = flags;
    op.u.issue.claim_flags = claim_flags;
    op.u.issue.host_lane = 7;
    memset(op.u.issue.digest, 'd', LEDGER_DIGEST_LEN);
    plant_text(&op, LEDGER_APP, "shop");
    plant_text(&op, LEDGER_CALLBACK_URL, "https://shop.test/hook");

    return op;
}


static inline uint64_t
issue(unsigned flags, unsigned claim_flags)
{
    ledger_op_t  op;

    op = issue_op(flags, claim_flags);
    assert_int_equal(plant_do(host[0], &op), LEDGER_OK);

    return op.u.issue.key;
}


static inline ledger_op_t
message_op(ledger_kind_t kind, uint64_t key, const char *id)
{
    ledger_op_t  op;

    memset(&op, 0, sizeof(op));
    op.kind = kind;
    op.u.message.key = key;
    op.u.message.lease = PLANT_LEASE;
    op.u.message.retain = PLANT_HOUR;
    op.u.message.channel = LEDGER_CHANNEL_WHATSAPP;
    op.u.message.provider = LEDGER_PROVIDER_META;
    op.u.message.error = LEDGER_ERROR_PHONE_NUMBER_NOT_AUTHORIZED;
    op.u.message.sender = ledger_hash(id, strlen(id));
    plant_text(&op, LEDGER_APP, "shop");
    plant_text(&op, 1 + LEDGER_SENDER, SUBJECT);
    plant_text(&op, 1 + LEDGER_MESSAGE_ID, id);
    plant_text(&op, LEDGER_OP_SUBJECT, SUBJECT);

    return op;
}


static inline void
validate(uint64_t key)
{
    ledger_op_t  op;

    op = message_op(LEDGER_VALIDATE, key, "m0");
    assert_int_equal(plant_do(host[0], &op), LEDGER_OK);
}


static inline ledger_op_t
browser_op(ledger_kind_t kind, uint64_t key)
{
    ledger_op_t  op;

    memset(&op, 0, sizeof(op));
    op.kind = kind;
    op.u.browser.key = key;
    op.u.browser.retain = PLANT_HOUR;
    memset(op.u.browser.digest, 'd', LEDGER_DIGEST_LEN);
    plant_text(&op, LEDGER_APP, "shop");
    plant_text(&op, LEDGER_OP_SUBJECT, SUBJECT);

    return op;
}


static inline ledger_op_t
collect_op(uint64_t key, int collect_key)
{
    ledger_op_t  op;

    memset(&op, 0, sizeof(op));
    op.kind = LEDGER_COLLECT;
    op.u.collect.key = key;
    op.u.collect.session = 1;
    op.u.collect.absolute = 10 * PLANT_HOUR;
    op.u.collect.idle = PLANT_HOUR;
    memset(op.u.collect.digest, 'd', LEDGER_DIGEST_LEN);
    memset(op.u.collect.collect_key, collect_key, LEDGER_DIGEST_LEN);
    memset(op.u.collect.session_digest, 's', LEDGER_DIGEST_LEN);
    memset(op.u.collect.mark, 'm', LEDGER_DIGEST_LEN);
    plant_text(&op, LEDGER_APP, "shop");
    plant_text(&op, LEDGER_OP_SUBJECT, SUBJECT);

    return op;
}


static inline ledger_op_t
revoke_op(uint64_t key)
{
    ledger_op_t  op;

    memset(&op, 0, sizeof(op));
    op.kind = LEDGER_REVOKE;
    op.u.revoke.key = key;
    plant_text(&op, LEDGER_APP, "shop");

    if (key == 0) {
        plant_text(&op, LEDGER_OP_SUBJECT, SUBJECT);
    }

    return op;
}


/* A login in L's page that its browser has not collected yet. */

static inline uint64_t
login(void)
{
    uint64_t  key;

    key = issue(LEDGER_CLAIMED, LEDGER_CLAIM_PAGE);
    validate(key);

    return key;
}


static inline uint64_t
session(void)
{
    uint64_t     key;
    ledger_op_t  op;

    key = login();
    op = collect_op(key, 'k');
    assert_int_equal(plant_do(host[0], &op), LEDGER_OK);

    return key;
}


/* Reads */

static ledger_result_t   read_result;
static ledger_copy_t     read_copy;
static ledger_subject_t  read_subject;


static inline void
record_read(void *data, ledger_result_t result, const ledger_record_t *record)
{
    (void) data;
    read_result = result;

    if (record != NULL) {
        ledger_copy(&read_copy, record);
    }
}


static inline const ledger_record_t *
record_of(uint64_t key)
{
    assert_int_equal(valkey_store_read(host[1], key, record_read, NULL),
                     LEDGER_OK);

    while (plant_step(valkey_store_client(host[1]), 1)) {
        /* void */
    }

    assert_int_equal(read_result, LEDGER_OK);

    return &read_copy.record;
}


static inline void
session_read(void *data, ledger_result_t result,
    const ledger_session_t *found)
{
    (void) data;
    (void) found;
    read_result = result;
}


static inline int
lives(uint64_t key)
{
    assert_int_equal(valkey_store_read_session(host[1], key, session_read,
                                               NULL),
                     LEDGER_OK);

    while (plant_step(valkey_store_client(host[1]), 1)) {
        /* void */
    }

    return read_result == LEDGER_OK;
}


static inline void
subject_read(void *data, ledger_result_t result,
    const ledger_subject_t *subject)
{
    (void) data;
    read_result = result;

    if (subject != NULL) {
        read_subject = *subject;
    }
}


static inline unsigned
sessions(void)
{
    ledger_text_t  app = { "shop", 4 }, number = { SUBJECT, 11 };

    assert_int_equal(valkey_store_read_subject(host[1], &app, &number,
                                               subject_read, NULL),
                     LEDGER_OK);

    while (plant_step(valkey_store_client(host[1]), 1)) {
        /* void */
    }

    assert_int_equal(read_result, LEDGER_OK);

    return read_subject.n_sessions;
}


/* A server and two hosts for all tests of a file. */

static inline int
race_setup(void **state)
{
    (void) state;

    plant_start();

    plant_now = PLANT_EPOCH;
    host[0] = plant_open();
    host[1] = plant_open();

    return 0;
}


static inline int
race_teardown(void **state)
{
    (void) state;

    valkey_store_destroy(host[0]);
    valkey_store_destroy(host[1]);
    plant_stop();

    return 0;
}


/* A test that is run in each way: see race_all(). */

#define race_test(name, lost)                                                 \
    static void test_##name(void **state)                                     \
    {                                                                         \
        (void) state;                                                         \
        race_all(name, lost);                                                 \
    }


#endif /* _VALKEY_LOGIN_HELP_H_INCLUDED_ */
