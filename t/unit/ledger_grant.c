
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Grants: what an authorization code and a refresh token may do, and when. */


#include "ledger_claim_help.h"
#include "ledger/grant.h"


#define CODE     "the code's digest"
#define URI      "the URI's digest."
#define ACCESS   "an access token.."
#define REFRESH  "a refresh token.."
#define NEXT     "the next refresh."
#define LATER    "another access..."


static void
set_digest(uint8_t digest[LEDGER_DIGEST_LEN], const char *s)
{
    memcpy(digest, s, LEDGER_DIGEST_LEN);
}


static ledger_session_t
session_of_an_hour(void)
{
    ledger_session_t  session;

    memset(&session, 0, sizeof(session));
    session.key = 11;
    session.login_at = HELP_NOW;
    session.seen_at = HELP_NOW;
    session.ends_at = HELP_NOW + 3600000;
    session.idle = 3600000;
    session.text[LEDGER_SESSION_APP] = help_text("shop");
    help_digest(session.digest, "the session has.");

    return session;
}


static ledger_grant_t
asked(void)
{
    ledger_grant_t  grant;

    memset(&grant, 0, sizeof(grant));
    grant.scopes = 5;
    set_digest(grant.code, CODE);
    set_digest(grant.uri, URI);
    grant.challenged = 1;
    memset(grant.challenge, 'c', sizeof(grant.challenge));
    grant.text[LEDGER_GRANT_PARTY] = help_text("grafana");
    grant.text[LEDGER_GRANT_NONCE] = help_text("n-1");

    return grant;
}


static ledger_grant_t
waiting(void)
{
    unsigned           ended;
    ledger_text_t      app;
    ledger_grant_t     in, grant;
    ledger_session_t   session;

    in = asked();
    session = session_of_an_hour();
    app = help_text("shop");

    assert_int_equal(ledger_grant_begin(&session, &app, session.digest, &in,
                                        NULL, 0, HELP_NOW, &grant, &ended),
                     LEDGER_OK);
    assert_int_equal(ended, 0);

    return grant;
}


static ledger_grant_caller_t
grafana(void)
{
    ledger_grant_caller_t  caller;

    caller.app = help_text("shop");
    caller.party = help_text("grafana");

    return caller;
}


static ledger_redeem_t
redeem_op(void)
{
    ledger_redeem_t  op;

    memset(&op, 0, sizeof(op));
    set_digest(op.code, CODE);
    set_digest(op.uri, URI);
    op.verified = 1;
    memset(op.verifier, 'c', sizeof(op.verifier));
    op.access_span = 600000;
    set_digest(op.access, ACCESS);
    op.with_refresh = 1;
    set_digest(op.refresh, REFRESH);

    return op;
}


static ledger_grant_t
redeemed(void)
{
    ledger_grant_t         before, after;
    ledger_redeem_t        op;
    ledger_session_t       session;
    ledger_grant_caller_t  caller;
    ledger_grant_change_t  change;

    session = session_of_an_hour();
    before = waiting();
    op = redeem_op();
    caller = grafana();

    assert_int_equal(ledger_grant_redeem(&session, &before, &caller, &op,
                                         HELP_NOW + 1, &after, &change),
                     LEDGER_OK);
    assert_int_equal(change.save, 1);
    assert_int_equal(change.remove, 0);

    return after;
}


static void
a_grant_begins_with_a_session_that_lives(void **state)
{
    unsigned           ended;
    ledger_text_t      app;
    ledger_grant_t     in, grant;
    ledger_session_t   session;

    (void) state;

    grant = waiting();
    assert_int_equal(grant.key, 11);
    assert_int_equal(grant.state, LEDGER_GRANT_WAITING);
    assert_int_equal(grant.made_at, HELP_NOW);
    assert_int_equal(grant.scopes, 5);

    in = asked();
    session = session_of_an_hour();
    app = help_text("shop");

    assert_int_equal(ledger_grant_begin(NULL, &app, session.digest, &in, NULL,
                                        0, HELP_NOW, &grant, &ended),
                     LEDGER_UNKNOWN);
    assert_int_equal(ledger_grant_begin(&session, &app, session.digest, &in,
                                        NULL, 0, session.ends_at, &grant,
                                        &ended), LEDGER_UNKNOWN);
    assert_int_equal(ledger_grant_begin(&session, &app, in.code, &in, NULL, 0,
                                        HELP_NOW, &grant, &ended),
                     LEDGER_UNKNOWN);

    app = help_text("other");
    assert_int_equal(ledger_grant_begin(&session, &app, session.digest, &in,
                                        NULL, 0, HELP_NOW, &grant, &ended),
                     LEDGER_UNKNOWN);

    app = help_text("shop");
    in.text[LEDGER_GRANT_NONCE].len = LEDGER_NONCE_MAX + 1;
    assert_int_equal(ledger_grant_begin(&session, &app, session.digest, &in,
                                        NULL, 0, HELP_NOW, &grant, &ended),
                     LEDGER_TOO_LARGE);
}


static void
the_seventeenth_grant_ends_the_oldest(void **state)
{
    unsigned           i, ended;
    ledger_text_t      app;
    ledger_grant_t     in, grant, others[LEDGER_GRANTS_MAX];
    ledger_session_t   session;

    (void) state;

    in = asked();
    session = session_of_an_hour();
    app = help_text("shop");
    memset(others, 0, sizeof(others));

    for (i = 0; i < LEDGER_GRANTS_MAX; i++) {
        others[i].number = (uint8_t) (250 + i);
        others[i].made_at = HELP_NOW + (i + 3) % LEDGER_GRANTS_MAX;
    }

    /* The newest one has 6, and 7 to 9 are taken. */

    assert_int_equal(ledger_grant_begin(&session, &app, session.digest, &in,
                                        others, LEDGER_GRANTS_MAX, HELP_NOW,
                                        &grant, &ended), LEDGER_OK);
    assert_int_equal(ended, 13);
    assert_int_equal(grant.number, 10);

    assert_int_equal(ledger_grant_begin(&session, &app, session.digest, &in,
                                        others, LEDGER_GRANTS_MAX - 1,
                                        HELP_NOW, &grant, &ended), LEDGER_OK);
    assert_int_equal(ended, LEDGER_GRANTS_MAX - 1);
}


static void
a_redeemed_code_leaves_nothing_that_a_code_needs(void **state)
{
    ledger_grant_t  grant;

    static const uint8_t  zeros[LEDGER_GRANT_CHALLENGE_LEN];

    (void) state;

    grant = redeemed();

    assert_int_equal(grant.state, LEDGER_GRANT_REDEEMED);
    assert_int_equal(grant.access_until, HELP_NOW + 1 + 600000);
    assert_int_equal(grant.generation, 1);
    assert_int_equal(grant.text[LEDGER_GRANT_NONCE].len, 0);
    assert_int_equal(grant.challenged, 0);
    assert_memory_equal(grant.challenge, zeros, sizeof(grant.challenge));
    assert_memory_equal(grant.uri, zeros, sizeof(grant.uri));
}


typedef struct {
    const char       *app;
    const char       *party;
    char              verifier;       /* '-': none */
    char              challenge;      /* '-': none */
    const char       *uri;
    const char       *code;
    uint64_t          at;
    ledger_result_t   result;
    unsigned          remove;
} redeem_case_t;


static const redeem_case_t  cases[] = {
    { "shop", "grafana", 'c', 'c', URI, CODE, 59999, LEDGER_OK, 0 },
    { "shop", "grafana", '-', '-', URI, CODE, 0, LEDGER_OK, 0 },

    { "shop", "grafana", 'c', 'c', URI, CODE, 60000, LEDGER_EXPIRED, 1 },
    { "shop", "grafana", 'd', 'c', URI, CODE, 0, LEDGER_ENDED, 1 },
    { "shop", "grafana", '-', 'c', URI, CODE, 0, LEDGER_ENDED, 1 },
    { "shop", "grafana", 'c', '-', URI, CODE, 0, LEDGER_ENDED, 1 },
    { "shop", "grafana", 'c', 'c', ACCESS, CODE, 0, LEDGER_ENDED, 1 },

    { "shop", "gitlab", 'c', 'c', URI, CODE, 0, LEDGER_UNKNOWN, 0 },
    { "shop", "grafan", 'c', 'c', URI, CODE, 0, LEDGER_UNKNOWN, 0 },
    { "other", "grafana", 'c', 'c', URI, CODE, 0, LEDGER_UNKNOWN, 0 },
    { "shop", "grafana", 'c', 'c', URI, ACCESS, 0, LEDGER_UNKNOWN, 0 },
    { "shop", "gitlab", 'c', 'c', URI, CODE, 60000, LEDGER_UNKNOWN, 0 },
};


static void
a_code_is_for_its_party_uri_and_verifier(void **state)
{
    size_t                 i;
    ledger_grant_t         before, after;
    ledger_redeem_t        op;
    ledger_session_t       session;
    const redeem_case_t   *c;
    ledger_grant_caller_t  caller;
    ledger_grant_change_t  change;

    (void) state;

    session = session_of_an_hour();

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        c = &cases[i];

        before = waiting();
        before.challenged = (c->challenge != '-');

        op = redeem_op();
        op.verified = (c->verifier != '-');
        op.verifier[LEDGER_GRANT_CHALLENGE_LEN - 1] = (uint8_t) c->verifier;
        set_digest(op.uri, c->uri);
        set_digest(op.code, c->code);

        caller.app = help_text(c->app);
        caller.party = help_text(c->party);

        assert_int_equal(ledger_grant_redeem(&session, &before, &caller, &op,
                                             HELP_NOW + c->at, &after,
                                             &change), c->result);
        assert_int_equal(change.remove, c->remove);
        assert_int_equal(change.save, c->result == LEDGER_OK);
    }
}


static void
a_second_use_of_a_code_ends_the_grant(void **state)
{
    ledger_grant_t         before, after;
    ledger_redeem_t        op;
    ledger_session_t       session;
    ledger_grant_caller_t  caller;
    ledger_grant_change_t  change;

    (void) state;

    session = session_of_an_hour();
    before = redeemed();
    op = redeem_op();
    caller = grafana();

    assert_int_equal(ledger_grant_redeem(&session, &before, &caller, &op,
                                         HELP_NOW + 2, &after, &change),
                     LEDGER_USED);
    assert_int_equal(change.remove, 1);
    assert_int_equal(change.save, 0);

    /* That of another party, or of another grant with this number, does not. */

    caller.party = help_text("gitlab");
    assert_int_equal(ledger_grant_redeem(&session, &before, &caller, &op,
                                         HELP_NOW + 2, &after, &change),
                     LEDGER_UNKNOWN);
    assert_int_equal(change.remove, 0);

    caller = grafana();
    set_digest(op.code, NEXT);
    assert_int_equal(ledger_grant_redeem(&session, &before, &caller, &op,
                                         HELP_NOW + 2, &after, &change),
                     LEDGER_UNKNOWN);
    assert_int_equal(change.remove, 0);
}


static ledger_refresh_t
refresh_op(uint32_t generation, const char *refresh, const char *next)
{
    ledger_refresh_t  op;

    memset(&op, 0, sizeof(op));
    op.generation = generation;
    op.access_span = 600000;
    set_digest(op.refresh, refresh);
    set_digest(op.access, LATER);
    set_digest(op.next, next);

    return op;
}


static void
a_lost_response_is_given_again_for_ten_seconds(void **state)
{
    ledger_grant_t         before, after, again;
    ledger_session_t       session;
    ledger_refresh_t       op;
    ledger_grant_caller_t  caller;
    ledger_grant_change_t  change;

    (void) state;

    session = session_of_an_hour();
    before = redeemed();
    op = refresh_op(1, REFRESH, NEXT);
    caller = grafana();

    assert_int_equal(ledger_grant_refresh(&session, &before, &caller, &op,
                                          HELP_NOW + 1000, &after, &change),
                     LEDGER_OK);
    assert_int_equal(change.save, 1);
    assert_int_equal(after.generation, 2);
    assert_int_equal(after.access_until, HELP_NOW + 601000);

    assert_int_equal(ledger_grant_refresh(&session, &after, &caller, &op,
                                          HELP_NOW + 10999, &again, &change),
                     LEDGER_OK);
    assert_int_equal(change.save, 0);
    assert_int_equal(change.remove, 0);
    assert_memory_equal(&again, &after, sizeof(again));

    assert_int_equal(ledger_grant_refresh(&session, &after, &caller, &op,
                                          HELP_NOW + 11000, &again, &change),
                     LEDGER_USED);
    assert_int_equal(change.remove, 1);

    /* The block of a token without its secret gives nothing again. */

    op = refresh_op(1, CODE, NEXT);
    assert_int_equal(ledger_grant_refresh(&session, &after, &caller, &op,
                                          HELP_NOW + 1001, &again, &change),
                     LEDGER_USED);
    assert_int_equal(change.remove, 1);

    /* Once the next one is used, there was no lost response. */

    op = refresh_op(2, NEXT, CODE);
    assert_int_equal(ledger_grant_refresh(&session, &after, &caller, &op,
                                          HELP_NOW + 1001, &again, &change),
                     LEDGER_OK);
    op = refresh_op(1, REFRESH, NEXT);
    assert_int_equal(ledger_grant_refresh(&session, &again, &caller, &op,
                                          HELP_NOW + 1002, &after, &change),
                     LEDGER_USED);
    assert_int_equal(change.remove, 1);
}


static void
a_refresh_token_that_is_none_changes_nothing(void **state)
{
    ledger_grant_t         before, after;
    ledger_session_t       session;
    ledger_refresh_t       op;
    ledger_grant_caller_t  caller, other;
    ledger_grant_change_t  change;

    (void) state;

    session = session_of_an_hour();
    before = redeemed();
    caller = grafana();
    other = caller;
    other.party = help_text("gitlab");

    op = refresh_op(1, NEXT, NEXT);
    assert_int_equal(ledger_grant_refresh(&session, &before, &caller, &op,
                                          HELP_NOW, &after, &change),
                     LEDGER_UNKNOWN);
    assert_int_equal(change.remove | change.save, 0);

    op = refresh_op(2, REFRESH, NEXT);
    assert_int_equal(ledger_grant_refresh(&session, &before, &caller, &op,
                                          HELP_NOW, &after, &change),
                     LEDGER_UNKNOWN);
    assert_int_equal(change.remove | change.save, 0);

    op = refresh_op(1, REFRESH, NEXT);
    assert_int_equal(ledger_grant_refresh(&session, &before, &other, &op,
                                          HELP_NOW, &after, &change),
                     LEDGER_UNKNOWN);
    assert_int_equal(change.remove | change.save, 0);

    before = waiting();
    memset(&op, 0, sizeof(op));
    assert_int_equal(ledger_grant_refresh(&session, &before, &caller, &op,
                                          HELP_NOW, &after, &change),
                     LEDGER_UNKNOWN);
    assert_int_equal(change.remove | change.save, 0);
}


static void
a_party_revokes_by_either_token(void **state)
{
    uint8_t                digest[LEDGER_DIGEST_LEN];
    ledger_grant_t         grant;
    ledger_grant_caller_t  caller;
    ledger_grant_change_t  change;

    (void) state;

    grant = redeemed();
    caller = grafana();

    set_digest(digest, ACCESS);
    assert_int_equal(ledger_grant_revoke(&grant, &caller, digest, &change),
                     LEDGER_OK);
    assert_int_equal(change.remove, 1);

    set_digest(digest, REFRESH);
    assert_int_equal(ledger_grant_revoke(&grant, &caller, digest, &change),
                     LEDGER_OK);

    set_digest(digest, CODE);
    assert_int_equal(ledger_grant_revoke(&grant, &caller, digest, &change),
                     LEDGER_UNKNOWN);
    assert_int_equal(change.remove, 0);

    set_digest(digest, ACCESS);
    caller.party = help_text("gitlab");
    assert_int_equal(ledger_grant_revoke(&grant, &caller, digest, &change),
                     LEDGER_UNKNOWN);

    /* A grant without tokens has zeros where they would stand. */

    grant = waiting();
    caller = grafana();
    memset(digest, 0, sizeof(digest));
    assert_int_equal(ledger_grant_revoke(&grant, &caller, digest, &change),
                     LEDGER_UNKNOWN);
}


static void
an_access_token_ends_with_its_session(void **state)
{
    uint8_t           digest[LEDGER_DIGEST_LEN];
    ledger_text_t     app, other;
    ledger_grant_t    grant;
    ledger_session_t  session;

    (void) state;

    grant = redeemed();
    session = session_of_an_hour();
    app = help_text("shop");
    other = help_text("other");
    set_digest(digest, ACCESS);

    assert_int_equal(ledger_grant_is_open(&session, &grant, &app, digest,
                                          HELP_NOW + 600000), 1);
    assert_int_equal(ledger_grant_is_open(&session, &grant, &app, digest,
                                          HELP_NOW + 600001), 0);
    assert_int_equal(ledger_grant_is_open(&session, &grant, &other, digest,
                                          HELP_NOW), 0);
    assert_int_equal(ledger_grant_is_open(NULL, &grant, &app, digest,
                                          HELP_NOW), 0);
    assert_int_equal(ledger_grant_is_open(&session, NULL, &app, digest,
                                          HELP_NOW), 0);

    session.idle = 1000;
    assert_int_equal(ledger_grant_is_open(&session, &grant, &app, digest,
                                          HELP_NOW + 999), 1);
    assert_int_equal(ledger_grant_is_open(&session, &grant, &app, digest,
                                          HELP_NOW + 1000), 0);

    session = session_of_an_hour();
    session.key = 12;
    assert_int_equal(ledger_grant_is_open(&session, &grant, &app, digest,
                                          HELP_NOW), 0);

    session = session_of_an_hour();
    grant = waiting();
    memset(digest, 0, sizeof(digest));
    assert_int_equal(ledger_grant_is_open(&session, &grant, &app, digest, 0),
                     0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_grant_begins_with_a_session_that_lives),
        cmocka_unit_test(the_seventeenth_grant_ends_the_oldest),
        cmocka_unit_test(a_redeemed_code_leaves_nothing_that_a_code_needs),
        cmocka_unit_test(a_code_is_for_its_party_uri_and_verifier),
        cmocka_unit_test(a_second_use_of_a_code_ends_the_grant),
        cmocka_unit_test(a_lost_response_is_given_again_for_ten_seconds),
        cmocka_unit_test(a_refresh_token_that_is_none_changes_nothing),
        cmocka_unit_test(a_party_revokes_by_either_token),
        cmocka_unit_test(an_access_token_ends_with_its_session),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
