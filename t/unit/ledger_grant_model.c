
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Grants against a model: random operations with tokens of any age, of living
 * and dead grants.  The model keeps no digests: it knows each token by the
 * grant that it was made for and by its generation, and follows what a person
 * would say of them.  After each operation all tokens that were ever made are
 * shown to the rows, and open what the model says.
 *
 * WHATSAUTH_MODEL_SEED changes the seed.
 */


#include <stdio.h>

#include "ledger_claim_help.h"
#include "ledger/grant.h"


#define MODEL_OPS     20000
#define MODEL_SEED    UINT64_C(0x5eed)
#define MODEL_GRANTS  4096
#define MODEL_RECENT  40
#define ACCESS_SPAN   UINT64_C(30000)


/* A grant as a person knows it. */

typedef struct {
    unsigned   lives;
    unsigned   redeemed;
    unsigned   party;
    unsigned   uri;
    unsigned   verifier;        /* 0: none */
    unsigned   number;
    unsigned   generation;      /* 0: no refresh token */
    uint64_t   made_at;
    uint64_t   rotated_at;
    uint64_t   opened_at;
} known_t;

typedef struct {
    uint64_t           random;
    uint64_t           now;
    ledger_session_t   session;
    ledger_grant_t     row[LEDGER_GRANTS_MAX];
    unsigned           rows;
    known_t            known[MODEL_GRANTS];
    unsigned           n;
    unsigned           seen[LEDGER_RESULTS_N];    /* how often each came */
} model_t;

/* The digest of a token tells what it is, and nothing else. */

typedef enum { CODE = 1, ACCESS, REFRESH, URI } token_t;


static unsigned
pick(model_t *m, unsigned n)
{
    m->random ^= m->random << 13;
    m->random ^= m->random >> 7;
    m->random ^= m->random << 17;

    return (unsigned) (m->random >> 11) % n;
}


static void
write_digest(uint8_t digest[LEDGER_DIGEST_LEN], token_t token, unsigned serial,
    unsigned generation)
{
    char  text[LEDGER_DIGEST_LEN + 1];

    snprintf(text, sizeof(text), "%u %06u %06u", token, serial % 1000000,
             generation % 1000000);
    memset(digest, 0, LEDGER_DIGEST_LEN);
    memcpy(digest, text, strlen(text));
}


static ledger_grant_caller_t
caller_of(unsigned party)
{
    ledger_grant_caller_t  caller;

    caller.app = help_text("shop");
    caller.party = help_text(party ? "grafana" : "gitlab");

    return caller;
}


/* A place among the rows, or NULL. */

static ledger_grant_t *
row_of(model_t *m, unsigned number)
{
    unsigned  i;

    for (i = 0; i < m->rows; i++) {
        if (m->row[i].number == number) {
            return &m->row[i];
        }
    }

    return NULL;
}


static void
carry_out(model_t *m, ledger_grant_t *row, const ledger_grant_t *after,
    const ledger_grant_change_t *change)
{
    if (change->save) {
        *row = *after;
    }

    if (change->remove) {
        m->rows--;
        memmove(row, row + 1, (size_t) (&m->row[m->rows] - row)
                              * sizeof(ledger_grant_t));
    }
}


static int
session_lives(const model_t *m)
{
    return m->now < m->session.ends_at;
}


static void
do_begin(model_t *m)
{
    unsigned          ended, i, oldest;
    known_t          *known;
    ledger_text_t     app;
    ledger_grant_t    in, after;
    ledger_result_t   result;

    known = &m->known[m->n];
    memset(known, 0, sizeof(known_t));
    known->party = pick(m, 2);
    known->uri = pick(m, 2);
    known->verifier = pick(m, 3);

    memset(&in, 0, sizeof(in));
    write_digest(in.code, CODE, m->n, 0);
    write_digest(in.uri, URI, known->uri, 0);
    in.challenged = known->verifier != 0;
    memset(in.challenge, (int) known->verifier, sizeof(in.challenge));
    in.text[LEDGER_GRANT_PARTY] = caller_of(known->party).party;

    app = help_text("shop");
    result = ledger_grant_begin(&m->session, &app, m->session.digest, &in,
                                m->row, m->rows, m->now, &after, &ended);
    m->seen[result]++;
    assert_int_equal(result, session_lives(m) ? LEDGER_OK : LEDGER_UNKNOWN);

    if (result != LEDGER_OK) {
        return;
    }

    assert_null(row_of(m, after.number));

    /* The oldest that lives makes room for the 17th. */

    if (m->rows == LEDGER_GRANTS_MAX) {
        for (oldest = 0, i = 0; i < m->n; i++) {
            oldest = m->known[oldest].lives ? oldest : i;
        }

        assert_int_equal(m->row[ended].number, m->known[oldest].number);
        m->known[oldest].lives = 0;
        m->rows--;
        memmove(&m->row[ended], &m->row[ended + 1],
                (m->rows - ended) * sizeof(ledger_grant_t));
    }

    m->row[m->rows++] = after;
    known->lives = 1;
    known->number = after.number;
    known->made_at = m->now;
    m->n++;
}


/* One of the last that were made, alive or not. */

static unsigned
pick_serial(model_t *m)
{
    unsigned  recent;

    recent = m->n < MODEL_RECENT ? m->n : MODEL_RECENT;

    return m->n - 1 - pick(m, recent);
}


static ledger_result_t
expect_redeem(model_t *m, known_t *known, unsigned party, unsigned uri,
    unsigned verifier)
{
    if (!session_lives(m) || !known->lives || known->party != party) {
        return LEDGER_UNKNOWN;
    }

    known->lives = 0;

    if (known->redeemed) {
        return LEDGER_USED;
    }

    if (m->now >= known->made_at + 60000) {
        return LEDGER_EXPIRED;
    }

    if (known->uri != uri || known->verifier != verifier) {
        return LEDGER_ENDED;
    }

    known->lives = 1;
    known->redeemed = 1;
    known->opened_at = m->now;

    return LEDGER_OK;
}


static void
do_redeem(model_t *m)
{
    unsigned               serial, party, uri, verifier;
    known_t               *known;
    ledger_grant_t        *row, after;
    ledger_redeem_t        op;
    ledger_result_t        result;
    ledger_grant_caller_t  caller;
    ledger_grant_change_t  change;

    serial = pick_serial(m);
    known = &m->known[serial];
    party = pick(m, 8) ? known->party : !known->party;
    uri = pick(m, 8) ? known->uri : !known->uri;
    verifier = pick(m, 8) ? known->verifier : pick(m, 3);

    memset(&op, 0, sizeof(op));
    write_digest(op.code, CODE, serial, 0);
    write_digest(op.uri, URI, uri, 0);
    op.verified = verifier != 0;
    memset(op.verifier, (int) verifier, sizeof(op.verifier));
    op.access_span = ACCESS_SPAN;
    write_digest(op.access, ACCESS, serial, 1);
    op.with_refresh = pick(m, 4) != 0;
    write_digest(op.refresh, REFRESH, serial, 1);

    row = row_of(m, known->number);
    caller = caller_of(party);
    result = ledger_grant_redeem(&m->session, row, &caller, &op, m->now,
                                 &after, &change);
    m->seen[result]++;
    assert_int_equal(result, expect_redeem(m, known, party, uri, verifier));

    if (result == LEDGER_OK) {
        known->generation = op.with_refresh;
        known->rotated_at = m->now;
    }

    carry_out(m, row, &after, &change);
}


static ledger_result_t
expect_refresh(model_t *m, known_t *known, unsigned party, unsigned generation)
{
    if (!session_lives(m) || !known->lives || known->party != party
        || generation == 0 || generation > known->generation)
    {
        return LEDGER_UNKNOWN;
    }

    if (generation == known->generation) {
        known->generation++;
        known->rotated_at = m->now;
        known->opened_at = m->now;
        return LEDGER_OK;
    }

    if (generation + 1 == known->generation
        && m->now < known->rotated_at + 10000)
    {
        return LEDGER_OK;
    }

    known->lives = 0;

    return LEDGER_USED;
}


static void
do_refresh(model_t *m)
{
    unsigned               serial, party, generation;
    known_t               *known;
    ledger_grant_t        *row, after;
    ledger_result_t        result;
    ledger_refresh_t       op;
    ledger_grant_caller_t  caller;
    ledger_grant_change_t  change;

    serial = pick_serial(m);
    known = &m->known[serial];
    party = pick(m, 8) ? known->party : !known->party;
    generation = pick(m, 4) ? known->generation
                            : pick(m, known->generation + 2);

    memset(&op, 0, sizeof(op));
    op.generation = generation;
    op.access_span = ACCESS_SPAN;
    write_digest(op.refresh, REFRESH, serial, generation);
    write_digest(op.next, REFRESH, serial, generation + 1);
    write_digest(op.access, ACCESS, serial, generation + 1);

    /* The number of a grant that is dead may be another's: not tried here. */

    row = known->lives ? row_of(m, known->number) : NULL;
    caller = caller_of(party);
    result = ledger_grant_refresh(&m->session, row, &caller, &op, m->now,
                                  &after, &change);
    m->seen[result]++;
    assert_int_equal(result, expect_refresh(m, known, party, generation));

    carry_out(m, row, &after, &change);
}


static void
do_revoke(model_t *m)
{
    unsigned               serial, party;
    known_t               *known;
    uint8_t                digest[LEDGER_DIGEST_LEN];
    ledger_grant_t        *row;
    ledger_result_t        result;
    ledger_grant_caller_t  caller;
    ledger_grant_change_t  change;

    serial = pick_serial(m);
    known = &m->known[serial];
    party = pick(m, 4) ? known->party : !known->party;

    if (known->generation != 0 && pick(m, 2)) {
        write_digest(digest, REFRESH, serial, known->generation);

    } else {
        write_digest(digest, ACCESS, serial,
                     known->generation ? known->generation : 1);
    }

    row = row_of(m, known->number);
    caller = caller_of(party);
    result = ledger_grant_revoke(row, &caller, digest, &change);
    m->seen[result]++;

    assert_int_equal(result, known->lives && known->redeemed
                             && known->party == party
                             ? LEDGER_OK : LEDGER_UNKNOWN);

    if (result == LEDGER_OK) {
        known->lives = 0;
    }

    carry_out(m, row, NULL, &change);
}


/* An engine ends a session with its grants; a time that has come does not. */

static void
do_session(model_t *m)
{
    unsigned  i;

    for (i = 0; i < m->n; i++) {
        m->known[i].lives = 0;
    }

    m->rows = 0;
    m->session.key++;
    m->session.login_at = m->now;
    m->session.seen_at = m->now;
    m->session.ends_at = m->now + 600000;
    m->session.idle = 600000;
    m->session.text[LEDGER_SESSION_APP] = help_text("shop");
}


static void
compare(model_t *m)
{
    unsigned        i, first, generation, open, expected;
    known_t        *known;
    uint8_t         digest[LEDGER_DIGEST_LEN];
    ledger_text_t   app;

    app = help_text("shop");
    first = m->n < MODEL_RECENT ? 0 : m->n - MODEL_RECENT;

    for (i = first; i < m->n; i++) {
        known = &m->known[i];

        for (generation = 0; generation < known->generation + 2; generation++)
        {
            write_digest(digest, ACCESS, i, generation);
            open = (unsigned) ledger_grant_is_open(&m->session,
                                       row_of(m, known->number), &app, digest,
                                       m->now);
            expected = session_lives(m) && known->lives && known->redeemed
                       && generation == (known->generation
                                         ? known->generation : 1)
                       && m->now < known->opened_at + ACCESS_SPAN;
            assert_int_equal(open, expected);
        }
    }
}


static void
do_one(model_t *m)
{
    m->now += pick(m, 4) ? pick(m, 500) : pick(m, 12000);

    switch (m->n == 0 ? 0 : pick(m, 40)) {

    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
        if (m->n < MODEL_GRANTS) {
            do_begin(m);
        }
        break;

    case 6:
        do_revoke(m);
        break;

    case 7:
        if (pick(m, 10) == 0) {
            do_session(m);
        }
        break;

    default:
        if (pick(m, 2)) {
            do_redeem(m);

        } else {
            do_refresh(m);
        }
        break;
    }

    compare(m);
}


static void
a_grant_is_what_a_person_would_say_of_it(void **state)
{
    unsigned         i;
    const char      *seed;
    static model_t   m;

    (void) state;

    seed = getenv("WHATSAUTH_MODEL_SEED");
    m.random = seed ? strtoull(seed, NULL, 0) : MODEL_SEED;
    m.now = HELP_NOW;
    do_session(&m);

    for (i = 0; i < MODEL_OPS; i++) {
        do_one(&m);
    }

    /* It has gone all ways. */

    assert_true(m.seen[LEDGER_OK] > 1000);
    assert_true(m.seen[LEDGER_UNKNOWN] > 1000);
    assert_true(m.seen[LEDGER_USED] > 100);
    assert_true(m.seen[LEDGER_ENDED] > 50);
    assert_true(m.seen[LEDGER_EXPIRED] > 10);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_grant_is_what_a_person_would_say_of_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
