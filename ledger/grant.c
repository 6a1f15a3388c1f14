
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <string.h>

#include "grant.h"
#include "transition.h"


/* Nothing counts whose session has ended, whatever the grant says. */

static int
ledger_grant_lives(const ledger_session_t *session, const ledger_text_t *app,
    uint64_t now)
{
    return session != NULL && now < ledger_session_until(session)
           && ledger_text_same(app, &session->text[LEDGER_SESSION_APP]);
}


static int
ledger_grant_is_of(const ledger_grant_t *grant,
    const ledger_grant_caller_t *caller)
{
    return grant != NULL
           && ledger_text_same(&caller->party,
                               &grant->text[LEDGER_GRANT_PARTY]);
}


static int
ledger_grant_is_its_own(const ledger_session_t *session,
    const ledger_grant_t *grant, const ledger_grant_caller_t *caller,
    uint64_t now)
{
    return ledger_grant_is_of(grant, caller)
           && ledger_grant_lives(session, &caller->app, now)
           && grant->key == session->key;
}


/* A number that none of them has, and none has had for long. */

static uint8_t
ledger_grant_number(const ledger_grant_t *others, unsigned n,
    unsigned newest)
{
    uint8_t   number;
    unsigned  i;

    number = n == 0 ? 0 : (uint8_t) (others[newest].number + 1);

    for (i = 0; i < n; /* void */ ) {

        if (others[i].number == number) {
            number++;
            i = 0;

        } else {
            i++;
        }
    }

    return number;
}


/* Of two that were made at one time the later one in the list is newer. */

static void
ledger_grant_ends(const ledger_grant_t *others, unsigned n, unsigned *oldest,
    unsigned *newest)
{
    unsigned  i;

    *oldest = 0;
    *newest = 0;

    for (i = 1; i < n; i++) {

        if (others[i].made_at < others[*oldest].made_at) {
            *oldest = i;
        }

        if (others[i].made_at >= others[*newest].made_at) {
            *newest = i;
        }
    }
}


ledger_result_t
ledger_grant_begin(const ledger_session_t *session, const ledger_text_t *app,
    const uint8_t *digest, const ledger_grant_t *asked,
    const ledger_grant_t *others, unsigned n, uint64_t now,
    ledger_grant_t *after, unsigned *ended)
{
    unsigned  oldest, newest;

    if (!ledger_grant_lives(session, app, now)
        || !ledger_digest_same(digest, session->digest))
    {
        return LEDGER_UNKNOWN;
    }

    if (asked->text[LEDGER_GRANT_PARTY].len > LEDGER_PARTY_MAX
        || asked->text[LEDGER_GRANT_NONCE].len > LEDGER_NONCE_MAX)
    {
        return LEDGER_TOO_LARGE;
    }

    ledger_grant_ends(others, n, &oldest, &newest);

    *after = *asked;
    after->key = session->key;
    after->number = ledger_grant_number(others, n, newest);
    after->state = LEDGER_GRANT_WAITING;
    after->made_at = now;
    after->access_until = 0;
    after->generation = 0;
    after->rotated_at = 0;

    *ended = n < LEDGER_GRANTS_MAX ? n : oldest;

    return LEDGER_OK;
}


/*
 * A verifier without a challenge is wrong, too: a code that an attacker has got
 * without one would count in the login of somebody else (RFC 9700, 4.8.2).
 */

static int
ledger_grant_is_for(const ledger_grant_t *grant, const ledger_redeem_t *op)
{
    int  same;

    if (!grant->challenged || !op->verified) {
        return !grant->challenged && !op->verified
               && ledger_digest_same(op->uri, grant->uri);
    }

    same = ledger_digest_same(op->verifier, grant->challenge)
           & ledger_digest_same(op->verifier + LEDGER_DIGEST_LEN,
                                grant->challenge + LEDGER_DIGEST_LEN);

    return same && ledger_digest_same(op->uri, grant->uri);
}


static void
ledger_grant_open(ledger_grant_t *grant, const uint8_t *access,
    uint64_t span, uint64_t now)
{
    grant->access_until = ledger_after(now, span);
    memcpy(grant->access, access, LEDGER_DIGEST_LEN);
}


static void
ledger_grant_next(ledger_grant_t *grant, const uint8_t *refresh, uint64_t now)
{
    memcpy(grant->last, grant->refresh, LEDGER_DIGEST_LEN);
    memcpy(grant->refresh, refresh, LEDGER_DIGEST_LEN);
    grant->rotated_at = now;
    grant->generation++;
}


/* The texts and digests that only a waiting code needs go. */

static void
ledger_grant_spend(ledger_grant_t *grant)
{
    grant->state = LEDGER_GRANT_REDEEMED;
    grant->challenged = 0;

    memset(grant->uri, 0, sizeof(grant->uri));
    memset(grant->challenge, 0, sizeof(grant->challenge));
    memset(&grant->text[LEDGER_GRANT_NONCE], 0, sizeof(ledger_text_t));
}


static ledger_result_t
ledger_grant_judge(const ledger_grant_t *grant, const ledger_redeem_t *op,
    uint64_t now)
{
    if (grant->state != LEDGER_GRANT_WAITING) {
        return LEDGER_USED;
    }

    if (now >= ledger_after(grant->made_at, LEDGER_GRANT_CODE_SPAN)) {
        return LEDGER_EXPIRED;
    }

    return ledger_grant_is_for(grant, op) ? LEDGER_OK : LEDGER_ENDED;
}


ledger_result_t
ledger_grant_redeem(const ledger_session_t *session,
    const ledger_grant_t *before, const ledger_grant_caller_t *caller,
    const ledger_redeem_t *op, uint64_t now, ledger_grant_t *after,
    ledger_grant_change_t *change)
{
    ledger_result_t  result;

    memset(change, 0, sizeof(ledger_grant_change_t));

    if (!ledger_grant_is_its_own(session, before, caller, now)
        || !ledger_digest_same(op->code, before->code))
    {
        return LEDGER_UNKNOWN;
    }

    result = ledger_grant_judge(before, op, now);

    if (result != LEDGER_OK) {
        change->remove = 1;
        return result;
    }

    *after = *before;
    ledger_grant_spend(after);
    ledger_grant_open(after, op->access, op->access_span, now);

    if (op->with_refresh) {
        ledger_grant_next(after, op->refresh, now);
    }

    change->save = 1;

    return LEDGER_OK;
}


/* 1 if the response that brought the present tokens may have been lost. */

static int
ledger_grant_is_again(const ledger_grant_t *grant, const ledger_refresh_t *op,
    uint64_t now)
{
    return now < ledger_after(grant->rotated_at, LEDGER_GRANT_AGAIN_SPAN)
           && ledger_digest_same(op->refresh, grant->last)
           && ledger_digest_same(op->next, grant->refresh)
           && ledger_digest_same(op->access, grant->access);
}


ledger_result_t
ledger_grant_refresh(const ledger_session_t *session,
    const ledger_grant_t *before, const ledger_grant_caller_t *caller,
    const ledger_refresh_t *op, uint64_t now, ledger_grant_t *after,
    ledger_grant_change_t *change)
{
    memset(change, 0, sizeof(ledger_grant_change_t));

    if (!ledger_grant_is_its_own(session, before, caller, now)
        || op->generation == 0 || op->generation > before->generation)
    {
        return LEDGER_UNKNOWN;
    }

    *after = *before;

    if (op->generation == before->generation) {

        if (!ledger_digest_same(op->refresh, before->refresh)) {
            return LEDGER_UNKNOWN;
        }

        ledger_grant_open(after, op->access, op->access_span, now);
        ledger_grant_next(after, op->next, now);
        change->save = 1;

        return LEDGER_OK;
    }

    if (ledger_grant_is_again(before, op, now)) {
        return LEDGER_OK;
    }

    change->remove = 1;

    return LEDGER_USED;
}


ledger_result_t
ledger_grant_revoke(const ledger_grant_t *before,
    const ledger_grant_caller_t *caller, const uint8_t *digest,
    ledger_grant_change_t *change)
{
    memset(change, 0, sizeof(ledger_grant_change_t));

    if (!ledger_grant_is_of(before, caller)
        || before->state != LEDGER_GRANT_REDEEMED
        || !(ledger_digest_same(digest, before->access)
             | (before->generation != 0
                && ledger_digest_same(digest, before->refresh))))
    {
        return LEDGER_UNKNOWN;
    }

    change->remove = 1;

    return LEDGER_OK;
}


int
ledger_grant_is_open(const ledger_session_t *session,
    const ledger_grant_t *grant, const ledger_text_t *app,
    const uint8_t *digest, uint64_t now)
{
    return ledger_grant_lives(session, app, now)
           && grant != NULL
           && grant->key == session->key
           && grant->state == LEDGER_GRANT_REDEEMED
           && now < grant->access_until
           && ledger_digest_same(digest, grant->access);
}
