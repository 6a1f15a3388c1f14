
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Sessions begin and end; browsers are known and forgotten. */


#include "ledger_claim_help.h"


/* Collects and begins, as an engine does. */

static uint64_t
begin(ledger_record_t *record, ledger_op_t *op,
    const ledger_subject_t *before, ledger_session_t *session,
    ledger_subject_t *after, uint64_t now)
{
    uint64_t     ended;
    help_made_t  made;

    made = help_apply_to(record, before, op, now);
    assert_int_equal(made.result, LEDGER_OK);
    assert_true(made.change.begins);

    memset(session, 0xff, sizeof(ledger_session_t));
    memset(after, 0xff, sizeof(ledger_subject_t));
    ended = 1;

    ledger_begin(&made.after, op, before, session, after, &ended);

    return ended;
}


static void
a_collected_login_has_a_session(void **state)
{
    ledger_op_t       op;
    ledger_record_t   record;
    ledger_session_t  session;
    ledger_subject_t  subject;

    (void) state;

    record = help_won(LEDGER_CLAIM_PAGE | LEDGER_CLAIM_RECOGNISED);
    op = help_collect_op(1);

    assert_true(begin(&record, &op, NULL, &session, &subject, HELP_NOW) == 0);

    assert_true(session.key == HELP_KEY);
    assert_int_equal(session.flags, LEDGER_CLAIM_RECOGNISED);
    assert_true(session.login_at == HELP_NOW && session.seen_at == HELP_NOW);
    assert_true(session.ends_at == HELP_NOW + 10000);
    assert_true(session.idle == 3000);
    assert_memory_equal(session.digest, "the session has.",
                        LEDGER_DIGEST_LEN);
    assert_true(ledger_text_same(&session.text[LEDGER_SESSION_APP],
                                 &record.text[LEDGER_APP]));
    assert_true(ledger_text_same(&session.text[LEDGER_SESSION_SUBJECT],
                                 &op.text[LEDGER_OP_SUBJECT]));
    assert_true(ledger_text_same(&session.text[LEDGER_SESSION_PHONE],
                                 &record.message[LEDGER_SENDER]));
    assert_true(ledger_text_same(&session.text[LEDGER_SESSION_NAME],
                                 &record.message[LEDGER_PROFILE_NAME]));
    assert_true(ledger_text_same(&session.text[LEDGER_SESSION_PLACE],
                                 &record.text[LEDGER_PLACE]));
    assert_true(ledger_text_same(&session.text[LEDGER_SESSION_DEVICE],
                                 &record.text[LEDGER_DEVICE]));

    assert_true(subject.made_at == HELP_NOW && subject.revoked_at == 0);
    assert_memory_equal(subject.seed, "a random seed...",
                        LEDGER_SUBJECT_SEED_LEN);
    assert_int_equal(subject.n_sessions, 1);
    assert_true(subject.session[0].key == HELP_KEY);
    assert_true(subject.session[0].login_at == HELP_NOW);
    assert_true(ledger_subject_has(&subject, HELP_KEY));
    assert_false(ledger_subject_has(&subject, HELP_KEY + 1));
    assert_int_equal(subject.n_marks, 0);
    assert_true(ledger_text_same(&subject.text[LEDGER_SUBJECT_APP],
                                 &record.text[LEDGER_APP]));
    assert_true(ledger_text_same(&subject.text[LEDGER_SUBJECT_NUMBER],
                                 &op.text[LEDGER_OP_SUBJECT]));
}


static void
a_session_ends_by_its_life_or_by_idleness(void **state)
{
    unsigned          i;
    ledger_session_t  session;

    static const struct {
        uint64_t      seen_at, ends_at, idle, until;
    } row[] = {
        { 1000, 9000, 3000, 4000 },
        { 7000, 9000, 3000, 9000 },
        { 6000, 9000, 3000, 9000 },
        { 1000, 9000, UINT64_MAX, 9000 },
        { 1000, UINT64_MAX, UINT64_MAX, UINT64_MAX }
    };

    (void) state;

    for (i = 0; i < 5; i++) {
        session.seen_at = row[i].seen_at;
        session.ends_at = row[i].ends_at;
        session.idle = row[i].idle;
        assert_true(ledger_session_until(&session) == row[i].until);
    }
}


/* A person whom the app has met before keeps the seed and the browsers. */

static void
a_subject_stays_the_same_person(void **state)
{
    ledger_op_t       op;
    ledger_record_t   record;
    ledger_session_t  session;
    ledger_subject_t  person, after;

    (void) state;

    record = help_won(LEDGER_CLAIM_PAGE);
    person = help_person(HELP_NOW + 1);
    help_digest(person.seed, "an older one....");
    person.revoked_at = HELP_ISSUED;
    op = help_collect_op(1);

    assert_true(begin(&record, &op, &person, &session, &after, HELP_NOW) == 0);

    assert_memory_equal(after.seed, "an older one....",
                        LEDGER_SUBJECT_SEED_LEN);
    assert_true(after.made_at == person.made_at);
    assert_true(after.revoked_at == HELP_ISSUED);
    assert_int_equal(after.n_marks, 2);
    assert_int_equal(after.n_sessions, 1);
}


static void
the_33rd_session_ends_the_oldest(void **state)
{
    uint64_t          ended;
    unsigned          i;
    ledger_op_t       op;
    ledger_record_t   record;
    ledger_session_t  session;
    ledger_subject_t  person, after;

    (void) state;

    person = help_person(0);

    for (i = 0; i <= LEDGER_SESSIONS_MAX; i++) {
        record = help_won(LEDGER_CLAIM_PAGE);
        record.key = HELP_KEY + i;
        op = help_collect_op(1);

        ended = begin(&record, &op, &person, &session, &after, HELP_NOW + i);
        person = after;

        assert_true(ended == (i < LEDGER_SESSIONS_MAX ? 0 : HELP_KEY));
        assert_int_equal(person.n_sessions, i < LEDGER_SESSIONS_MAX
                         ? i + 1 : LEDGER_SESSIONS_MAX);
        assert_true(person.session[person.n_sessions - 1].key
                    == HELP_KEY + i);
    }

    assert_true(person.session[0].key == HELP_KEY + 1);
    assert_true(person.session[0].login_at == HELP_NOW + 1);
}


/*
 * An engine that writes the subject before the session may have to begin
 * again.
 */

static void
a_session_that_begins_again_stands_once(void **state)
{
    unsigned          i;
    ledger_op_t       op;
    ledger_record_t   record;
    ledger_session_t  session;
    ledger_subject_t  person, after;

    (void) state;

    person = help_person(0);

    for (i = 0; i < 2 * LEDGER_SESSIONS_MAX; i++) {
        record = help_won(LEDGER_CLAIM_PAGE);
        record.key = HELP_KEY + i % LEDGER_SESSIONS_MAX;
        op = help_collect_op(1);

        assert_true(begin(&record, &op, &person, &session, &after,
                          HELP_NOW + i) == 0);
        person = after;
    }

    assert_int_equal(person.n_sessions, LEDGER_SESSIONS_MAX);

    for (i = 0; i < LEDGER_SESSIONS_MAX; i++) {
        assert_true(person.session[i].key == HELP_KEY + i);
        assert_true(person.session[i].login_at
                    == HELP_NOW + LEDGER_SESSIONS_MAX + i);
    }
}


/* A browser is known after a login that had a PIN, and no other one. */

/* The documents tell these numbers: they change together. */

static void
spans_and_limits_are_those_of_the_documents(void **state)
{
    (void) state;

    assert_int_equal(LEDGER_COLLECT_SPAN, 60 * 1000);
    assert_int_equal(LEDGER_PIN_SPAN, 3 * 60 * 1000);
    assert_int_equal(LEDGER_MARK_SPAN, 180 * UINT64_C(86400000));
    assert_int_equal(LEDGER_WRONG_PINS_MAX, 3);
    assert_int_equal(LEDGER_REFUSALS_MAX + 1, 3);
    assert_int_equal(LEDGER_MARKS_MAX, 8);
    assert_int_equal(LEDGER_SESSIONS_MAX, 32);
    assert_int_equal(LEDGER_TOUCHES_MAX, 16);
}


static void
a_browser_is_known_after_a_pin(void **state)
{
    ledger_op_t       op;
    ledger_record_t   record;
    ledger_session_t  session;
    ledger_subject_t  after;

    (void) state;

    record = help_won(LEDGER_CLAIM_PAGE);
    op = help_collect_op(1);
    (void) begin(&record, &op, NULL, &session, &after, HELP_NOW);
    assert_int_equal(op.u.collect.marked, 0);
    assert_false(ledger_subject_knows(&after, op.u.collect.mark, HELP_NOW));

    record = help_won(LEDGER_CLAIM_PAGE | LEDGER_CLAIM_CONFIRMED);
    op = help_collect_op(1);
    (void) begin(&record, &op, NULL, &session, &after, HELP_NOW);
    assert_int_equal(op.u.collect.marked, 1);
    assert_int_equal(session.flags, LEDGER_CLAIM_CONFIRMED);
    assert_true(ledger_subject_knows(&after, op.u.collect.mark,
                                     HELP_NOW + LEDGER_MARK_SPAN - 1));
    assert_false(ledger_subject_knows(&after, op.u.collect.mark,
                                      HELP_NOW + LEDGER_MARK_SPAN));

    op.u.collect.mark[LEDGER_DIGEST_LEN - 1] ^= 1;
    assert_false(ledger_subject_knows(&after, op.u.collect.mark, HELP_NOW));
}


static void
the_9th_mark_replaces_the_oldest(void **state)
{
    unsigned          i;
    ledger_op_t       op;
    ledger_record_t   record;
    ledger_session_t  session;
    ledger_subject_t  person, after;

    (void) state;

    record = help_won(LEDGER_CLAIM_PAGE | LEDGER_CLAIM_CONFIRMED);

    /* One of the two has had its time. */
    person = help_person(HELP_NOW);

    for (i = 0; i < LEDGER_MARKS_MAX; i++) {
        op = help_collect_op(1);
        op.u.collect.mark[0] = (uint8_t) i;
        (void) begin(&record, &op, &person, &session, &after, HELP_NOW);
        person = after;

        assert_int_equal(person.n_marks, i < 7 ? i + 2 : LEDGER_MARKS_MAX);
        assert_true(ledger_subject_knows(&person, op.u.collect.mark,
                                         HELP_NOW));
    }

    op.u.collect.mark[0] = 0;
    assert_true(ledger_subject_knows(&person, op.u.collect.mark, HELP_NOW));
    help_digest(op.u.collect.mark, "another browser.");
    assert_false(ledger_subject_knows(&person, op.u.collect.mark, HELP_NOW));
}


/* A person with three logins: an hour ago, a minute ago, now. */

static ledger_subject_t
three(void)
{
    ledger_subject_t  person;

    person = help_person(HELP_NOW + 1);
    person.n_sessions = 3;
    person.session[0].key = 11;
    person.session[0].login_at = HELP_NOW - 3600000;
    person.session[1].key = 12;
    person.session[1].login_at = HELP_NOW - 60000;
    person.session[2].key = 13;
    person.session[2].login_at = HELP_NOW;

    return person;
}


static ledger_op_t
revoke_op(const char *subject)
{
    ledger_op_t  op;

    memset(&op, 0, sizeof(op));
    op.kind = LEDGER_REVOKE;
    op.text[LEDGER_APP] = help_text("shop");
    op.text[LEDGER_OP_SUBJECT] = help_text(subject);

    return op;
}


static void
a_person_is_revoked_with_all_that_is_known(void **state)
{
    uint64_t          ended[LEDGER_SESSIONS_MAX];
    ledger_op_t       op;
    ledger_subject_t  person, after;

    (void) state;

    person = three();
    op = revoke_op(HELP_SENDER);
    assert_int_equal(ledger_revoke(&person, &op, HELP_NOW, &after, ended),
                     LEDGER_OK);
    assert_int_equal(op.u.revoke.ended, 3);
    assert_true(ended[0] == 11 && ended[1] == 12 && ended[2] == 13);
    assert_int_equal(after.n_sessions, 0);
    assert_int_equal(after.n_marks, 0);
    assert_true(after.revoked_at == HELP_NOW);
    assert_true(after.made_at == person.made_at);

    /* Once more: nothing is left, and the clock has stepped back. */
    person = after;
    assert_int_equal(ledger_revoke(&person, &op, HELP_NOW - 1, &after, ended),
                     LEDGER_OK);
    assert_int_equal(op.u.revoke.ended, 0);
    assert_true(after.revoked_at == HELP_NOW);

    /* The clock has stepped back: a session in the future ends, too. */
    person = three();
    assert_int_equal(ledger_revoke(&person, &op, HELP_NOW - 1, &after, ended),
                     LEDGER_OK);
    assert_int_equal(op.u.revoke.ended, 3);

    /* Only those that began since then. */
    person = three();
    op.u.revoke.since = HELP_NOW - 60000;
    assert_int_equal(ledger_revoke(&person, &op, HELP_NOW, &after, ended),
                     LEDGER_OK);
    assert_int_equal(op.u.revoke.ended, 2);
    assert_true(ended[0] == 12 && ended[1] == 13);
    assert_int_equal(after.n_sessions, 1);
    assert_true(ledger_subject_has(&after, 11));
    assert_int_equal(after.n_marks, 0);

    /* And that had begun by then: a late repetition ends nothing newer. */
    person = three();
    op.u.revoke.since = 0;
    op.u.revoke.until = person.session[1].login_at;
    assert_int_equal(ledger_revoke(&person, &op, HELP_NOW, &after, ended),
                     LEDGER_OK);
    assert_int_equal(op.u.revoke.ended, 2);
    assert_true(ledger_subject_has(&after, 13));
    assert_true(after.revoked_at == op.u.revoke.until);

    op.u.revoke.until = HELP_NOW + 1;
    assert_int_equal(ledger_revoke(&person, &op, HELP_NOW, &after, ended),
                     LEDGER_OK);
    assert_int_equal(op.u.revoke.ended, 3);
    assert_true(after.revoked_at == HELP_NOW);

    assert_int_equal(ledger_revoke(NULL, &op, HELP_NOW, &after, ended),
                     LEDGER_UNKNOWN);
    assert_int_equal(op.u.revoke.ended, 0);
}


static void
one_session_ends_by_its_key(void **state)
{
    uint64_t          ended[LEDGER_SESSIONS_MAX];
    ledger_op_t       op;
    ledger_subject_t  person, after;

    (void) state;

    person = three();
    op = revoke_op("");
    op.u.revoke.key = 12;
    assert_int_equal(ledger_revoke(&person, &op, HELP_NOW, &after, ended),
                     LEDGER_OK);
    assert_int_equal(op.u.revoke.ended, 1);
    assert_true(ended[0] == 12);
    assert_int_equal(after.n_sessions, 2);
    assert_true(ledger_subject_has(&after, 11));
    assert_true(ledger_subject_has(&after, 13));

    /* The browser stays known, and other logins go on. */
    assert_int_equal(after.n_marks, 2);
    assert_true(after.revoked_at == 0);

    person = after;
    assert_int_equal(ledger_revoke(&person, &op, HELP_NOW, &after, ended),
                     LEDGER_UNKNOWN);
    assert_memory_equal(&person, &after, sizeof(person));

    ledger_subject_drop(&person, 13);
    ledger_subject_drop(&person, 14);
    assert_int_equal(person.n_sessions, 1);
    assert_true(person.session[0].key == 11);
}


/* Their texts are their own, so those they were made of may go. */

static void
copies_have_their_texts_with_them(void **state)
{
    char                   app[] = "shop", number[] = "569", name[] = "Ana";
    ledger_session_t       session;
    ledger_subject_t       person;
    ledger_session_copy_t  session_copy;
    ledger_subject_copy_t  person_copy;

    (void) state;

    memset(&session, 0, sizeof(session));
    session.key = 11;
    session.text[LEDGER_SESSION_APP] = help_text(app);
    session.text[LEDGER_SESSION_NAME] = help_text(name);
    person = three();
    person.text[LEDGER_SUBJECT_APP] = help_text(app);
    person.text[LEDGER_SUBJECT_NUMBER] = help_text(number);

    ledger_session_copy(&session_copy, &session);
    ledger_subject_copy(&person_copy, &person);
    memset(app, 'x', 4);
    memset(number, 'x', 3);
    memset(name, 'x', 3);

    assert_true(session_copy.session.key == 11);
    assert_memory_equal(session_copy.texts, "shopAna", 7);
    assert_true(session_copy.session.text[LEDGER_SESSION_NAME].data
                == session_copy.texts + 4);
    assert_int_equal(person_copy.subject.n_sessions, 3);
    assert_memory_equal(person_copy.texts, "shop569", 7);
    assert_true(person_copy.subject.text[LEDGER_SUBJECT_NUMBER].data
                == person_copy.texts + 4);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_collected_login_has_a_session),
        cmocka_unit_test(a_session_ends_by_its_life_or_by_idleness),
        cmocka_unit_test(a_subject_stays_the_same_person),
        cmocka_unit_test(the_33rd_session_ends_the_oldest),
        cmocka_unit_test(a_session_that_begins_again_stands_once),
        cmocka_unit_test(spans_and_limits_are_those_of_the_documents),
        cmocka_unit_test(a_browser_is_known_after_a_pin),
        cmocka_unit_test(the_9th_mark_replaces_the_oldest),
        cmocka_unit_test(a_person_is_revoked_with_all_that_is_known),
        cmocka_unit_test(one_session_ends_by_its_key),
        cmocka_unit_test(copies_have_their_texts_with_them)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
