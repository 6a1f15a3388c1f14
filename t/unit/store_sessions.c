
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The sessions and subjects that come of claims. */


#include "store_session_help.h"
#include "lmdb_store/store.h"


static void
a_collection_makes_a_session_and_its_subject(void **state)
{
    help_t            *h = *state;
    uint8_t            digest[LEDGER_DIGEST_LEN];
    uint64_t           key;
    ledger_session_t   session;
    ledger_subject_t   subject;

    key = help_session(h, HELP_NUMBER);
    help_close(h);
    help_open(h);

    assert_int_equal(help_get_session(h, key, &session), LEDGER_OK);
    assert_true(session.key == key);
    assert_true(session.login_at == help_now);
    assert_true(session.seen_at == help_now);
    assert_true(session.ends_at == help_now + HELP_ABSOLUTE);
    assert_true(session.idle == HELP_IDLE);
    assert_int_equal(session.flags, 0);
    help_digest(digest, 's');
    assert_memory_equal(session.digest, digest, sizeof(digest));
    help_same(&session.text[LEDGER_SESSION_APP], "shop");
    help_same(&session.text[LEDGER_SESSION_SUBJECT], HELP_NUMBER);
    help_same(&session.text[LEDGER_SESSION_PHONE], HELP_NUMBER);
    help_same(&session.text[LEDGER_SESSION_NAME], "John Doe");
    help_same(&session.text[LEDGER_SESSION_PLACE], "Santiago, 203.0.113.x");
    help_same(&session.text[LEDGER_SESSION_DEVICE], "Chrome on Windows");

    assert_int_equal(help_get_subject(h, "shop", HELP_NUMBER, &subject),
                     LEDGER_OK);
    assert_true(subject.made_at == help_now);
    assert_int_equal(subject.n_marks, 0);
    assert_int_equal(subject.n_sessions, 1);
    assert_true(subject.session[0].key == key);
    assert_true(subject.session[0].login_at == help_now);
    help_digest(digest, 'e');
    assert_memory_equal(subject.seed, digest, sizeof(digest));
    help_same(&subject.text[LEDGER_SUBJECT_APP], "shop");
    help_same(&subject.text[LEDGER_SUBJECT_NUMBER], HELP_NUMBER);

    assert_int_equal(help_get_subject(h, "shop2", HELP_NUMBER, &subject),
                     LEDGER_UNKNOWN);
    assert_int_equal(help_get_subject(h, "shop", "56922222222", &subject),
                     LEDGER_UNKNOWN);
    assert_int_equal(help_get_session(h, key + 1, &session), LEDGER_UNKNOWN);

    assert_int_equal(help_stat(h).sessions, 1);
    assert_int_equal(help_stat(h).subjects, 1);
    assert_int_equal(help_stat(h).due, 2);
    assert_true(help_first_due(h, LMDB_STORE_LANE_SESSIONS)
                == help_now + HELP_IDLE);
    assert_int_equal(help_faults(h), 0);
}


/* A second request gets the record, too: the first answer may be lost. */

static void
a_repeated_collection_hands_over_and_writes_nothing(void **state)
{
    help_t         *h = *state;
    uint64_t        key, bytes;
    ledger_op_t     op;
    ledger_copy_t   copy;

    key = help_session(h, HELP_NUMBER);
    bytes = help_stat(h).bytes;
    help_now += LEDGER_COLLECT_SPAN - 1;

    memset(&copy, 0, sizeof(copy));
    op = help_collect_op(key, HELP_NUMBER);
    op.record_room = LEDGER_TEXTS_MAX;
    op.copy = &copy;
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    assert_int_equal(op.u.collect.repeated, 1);
    help_same(&copy.record.message[LEDGER_SENDER], HELP_NUMBER);
    assert_int_equal(help_stat(h).sessions, 1);
    assert_int_equal(help_stat(h).bytes, bytes);

    op = help_revoke_op(key, "", 0);
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    op = help_collect_op(key, HELP_NUMBER);
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    assert_int_equal(op.u.collect.repeated, 1);
    assert_false(help_has_session(h, key));
    assert_int_equal(help_faults(h), 0);
}


static void
the_thirty_third_session_ends_the_first(void **state)
{
    help_t            *h = *state;
    uint64_t           first, second;
    unsigned           i;
    ledger_subject_t   subject;

    first = help_session(h, HELP_NUMBER);
    second = help_session(h, HELP_NUMBER);

    for (i = 2; i < LEDGER_SESSIONS_MAX; i++) {
        (void) help_session(h, HELP_NUMBER);
    }

    assert_true(help_has_session(h, first));
    assert_int_equal(help_stat(h).sessions, LEDGER_SESSIONS_MAX);

    (void) help_session(h, HELP_NUMBER);
    assert_false(help_has_session(h, first));
    assert_true(help_has_session(h, second));
    assert_int_equal(help_stat(h).sessions, LEDGER_SESSIONS_MAX);
    assert_int_equal(help_get_subject(h, "shop", HELP_NUMBER, &subject),
                     LEDGER_OK);
    assert_int_equal(subject.n_sessions, LEDGER_SESSIONS_MAX);
    assert_int_equal(help_faults(h), 0);
}


static void
a_session_ends_in_its_time_and_its_subject_stays(void **state)
{
    int                wanted;
    help_t            *h = *state;
    uint64_t           key, subjects;
    unsigned           expired, purged;
    ledger_subject_t   subject;

    key = help_session(h, HELP_NUMBER);

    help_now += HELP_IDLE - 1;
    help_sweep(h, &expired, &purged);
    assert_true(help_has_session(h, key));
    assert_int_equal(lmdb_store_sweep_wanted(h->store, help_now, &wanted),
                     LEDGER_OK);
    assert_false(wanted);

    help_now++;
    assert_false(help_has_session(h, key));
    assert_int_equal(help_stat(h).sessions, 1);
    assert_int_equal(lmdb_store_sweep_wanted(h->store, help_now, &wanted),
                     LEDGER_OK);
    assert_true(wanted);

    help_sweep(h, &expired, &purged);
    assert_int_equal(help_stat(h).sessions, 0);
    assert_int_equal(help_get_subject(h, "shop", HELP_NUMBER, &subject),
                     LEDGER_OK);
    assert_int_equal(subject.n_sessions, 0);
    assert_int_equal(help_faults(h), 0);

    help_now += HELP_HOUR;
    help_sweep(h, &expired, &purged);
    assert_int_equal(help_stat(h).records, 0);
    assert_int_equal(help_stat(h).due, 0);
    subjects = help_stat(h).bytes;
    assert_true(subjects > 0);
    assert_int_equal(help_faults(h), 0);

    (void) help_session(h, HELP_NUMBER);
    assert_int_equal(help_stat(h).subjects, 1);
    assert_int_equal(help_faults(h), 0);
}


static void
revocation_ends_the_sessions_of_a_number_since_a_time(void **state)
{
    help_t            *h = *state;
    uint64_t           old, young, others;
    ledger_op_t        op;
    ledger_subject_t   subject;

    old = help_session(h, HELP_NUMBER);
    help_now += HELP_MINUTE;
    young = help_session(h, HELP_NUMBER);
    others = help_session(h, "56922222222");

    op = help_revoke_op(0, HELP_NUMBER, help_now);
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    assert_int_equal(op.u.revoke.ended, 1);
    assert_true(help_has_session(h, old));
    assert_false(help_has_session(h, young));
    assert_true(help_has_session(h, others));
    assert_int_equal(help_get_subject(h, "shop", HELP_NUMBER, &subject),
                     LEDGER_OK);
    assert_true(subject.revoked_at == help_now);
    assert_int_equal(help_faults(h), 0);

    op = help_revoke_op(0, HELP_NUMBER, 0);
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    assert_int_equal(op.u.revoke.ended, 1);
    assert_false(help_has_session(h, old));
    assert_int_equal(help_stat(h).sessions, 1);
    assert_int_equal(help_faults(h), 0);

    op = help_revoke_op(0, "56933333333", 0);
    assert_int_equal(help_do(h, &op), LEDGER_UNKNOWN);
}


static void
revocation_ends_one_session_of_its_app_alone(void **state)
{
    help_t       *h = *state;
    uint64_t      one, other;
    ledger_op_t   op;

    one = help_session(h, HELP_NUMBER);
    other = help_session(h, HELP_NUMBER);

    op = help_revoke_op(one, "", 0);
    help_text(&op, LEDGER_APP, "shop2");
    assert_int_equal(help_do(h, &op), LEDGER_UNKNOWN);
    assert_true(help_has_session(h, one));

    op = help_revoke_op(one, "", 0);
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    assert_int_equal(op.u.revoke.ended, 1);
    assert_false(help_has_session(h, one));
    assert_true(help_has_session(h, other));

    op = help_revoke_op(one, "", 0);
    assert_int_equal(help_do(h, &op), LEDGER_UNKNOWN);
    assert_int_equal(help_faults(h), 0);
}


/* The browser is known by the mark that COLLECT has stored for it. */

static void
a_known_browser_needs_no_pin(void **state)
{
    help_t            *h = *state;
    uint64_t           key;
    ledger_op_t        op;
    ledger_session_t   session;

    key = help_login(h, LEDGER_CLAIM_PIN_UNKNOWN);
    op = help_person_op(key, HELP_NUMBER);
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    assert_int_equal(op.u.message.step, LEDGER_STEP_PIN);

    op = help_confirm_op(key);
    assert_int_equal(help_do(h, &op), LEDGER_OK);

    op = help_collect_op(key, HELP_NUMBER);
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    assert_int_equal(op.u.collect.marked, 1);
    assert_int_equal(help_faults(h), 0);

    op = help_login_op(LEDGER_CLAIM_PIN_UNKNOWN | LEDGER_CLAIM_MARKED);
    help_digest(op.u.issue.known, 'm');
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    key = op.u.issue.key;

    op = help_person_op(key, HELP_NUMBER);
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    assert_int_equal(op.u.message.status, LEDGER_STATUS_VALIDATED);

    op = help_collect_op(key, HELP_NUMBER);
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    assert_int_equal(help_get_session(h, key, &session), LEDGER_OK);
    assert_int_equal(session.flags, LEDGER_CLAIM_RECOGNISED);
    assert_int_equal(help_faults(h), 0);
}


typedef struct {
    unsigned  n;
    uint64_t  keys[8];
} walk_t;


static int
each_session(const ledger_session_t *session, void *data)
{
    walk_t  *walk;

    walk = data;
    walk->keys[walk->n++] = session->key;

    return 0;
}


static int
each_subject(const ledger_subject_t *subject, void *data)
{
    walk_t  *walk;

    walk = data;
    walk->keys[walk->n++] = subject->session[0].key;

    return 0;
}


static void
walks_visit_every_session_and_subject(void **state)
{
    help_t    *h = *state;
    walk_t     walk;
    uint64_t   keys[3];

    memset(&walk, 0, sizeof(walk));
    assert_int_equal(lmdb_store_walk_sessions(h->store, each_session, &walk),
                     LEDGER_OK);
    assert_int_equal(lmdb_store_walk_subjects(h->store, each_subject, &walk),
                     LEDGER_OK);
    assert_int_equal(walk.n, 0);

    keys[0] = help_session(h, "5692");
    keys[1] = help_session(h, "569");
    keys[2] = help_session(h, "5691");

    assert_int_equal(lmdb_store_walk_sessions(h->store, each_session, &walk),
                     LEDGER_OK);
    assert_int_equal(walk.n, 3);
    assert_memory_equal(walk.keys, keys, sizeof(keys));

    assert_int_equal(lmdb_store_walk_subjects(h->store, each_subject, &walk),
                     LEDGER_OK);
    assert_int_equal(walk.n, 6);
    assert_true(walk.keys[3] == keys[1]);
    assert_true(walk.keys[4] == keys[2]);
    assert_true(walk.keys[5] == keys[0]);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        help_test(a_collection_makes_a_session_and_its_subject),
        help_test(a_repeated_collection_hands_over_and_writes_nothing),
        help_test(the_thirty_third_session_ends_the_first),
        help_test(a_session_ends_in_its_time_and_its_subject_stays),
        help_test(revocation_ends_the_sessions_of_a_number_since_a_time),
        help_test(revocation_ends_one_session_of_its_app_alone),
        help_test(a_known_browser_needs_no_pin),
        help_test(walks_visit_every_session_and_subject)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
