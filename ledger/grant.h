
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Grants: logins at relying parties.  A grant has the key of its session and a
 * number, and lives no longer than the session does.
 *
 *             60 s, wrong URI or verifier
 *    WAITING -----------------------------> gone
 *       |                                     ^
 *       | REDEEM, once                        |  second use of the code, old
 *       v                                     |  refresh token, REVOKE, end of
 *    REDEEMED --------------------------------+  the session
 *     |    ^
 *     +----+ REFRESH: the next refresh token, another access token
 *
 * These rules hold for any repetition, order and concurrency:
 *
 *  - an authorization code is redeemed at most once, by the relying party, for
 *    the redirect URI and with the verifier that it was made for;
 *  - a code that is used again, and a refresh token that is used after the one
 *    that followed it, end the grant: one of two users is a thief;
 *  - a grant has one access token and one refresh token; a refresh token counts
 *    once more for AGAIN_SPAN while the next one is unused, for the party that
 *    has lost the response, and gives the same tokens;
 *  - nothing counts whose session has ended, and nothing brings a grant back;
 *  - another relying party changes nothing and learns nothing.
 *
 * Pure functions, as in ledger.h: secrets come as digests, which are compared
 * in constant time, and the caller makes the tokens.
 */


#ifndef _LEDGER_GRANT_H_INCLUDED_
#define _LEDGER_GRANT_H_INCLUDED_


#include "session.h"


#define LEDGER_GRANT_CODE_SPAN      (UINT64_C(60) * 1000)
#define LEDGER_GRANT_AGAIN_SPAN     (UINT64_C(10) * 1000)

/* The 17th grant of a session ends the oldest. */
#define LEDGER_GRANTS_MAX           16

#define LEDGER_GRANT_CHALLENGE_LEN  32     /* SHA-256 of a PKCE verifier */
#define LEDGER_PARTY_MAX            128
#define LEDGER_NONCE_MAX            512


typedef enum {
    LEDGER_GRANT_WAITING = 1,      /* for its authorization code */
    LEDGER_GRANT_REDEEMED
} ledger_grant_state_t;

enum {
    LEDGER_GRANT_PARTY = 0,
    LEDGER_GRANT_NONCE,            /* while it is WAITING */
    LEDGER_GRANT_TEXTS
};

/* Its texts are borrowed from its source. */

typedef struct {
    uint64_t              key;              /* of its session */
    uint8_t               number;
    ledger_grant_state_t  state;
    unsigned              scopes;           /* a set, not looked at here */
    uint64_t              made_at;
    uint8_t               code[LEDGER_DIGEST_LEN];

    /* WAITING */
    uint8_t               uri[LEDGER_DIGEST_LEN];
    unsigned              challenged;       /* 1: challenge is set */
    uint8_t               challenge[LEDGER_GRANT_CHALLENGE_LEN];

    /* REDEEMED */
    uint64_t              access_until;
    uint8_t               access[LEDGER_DIGEST_LEN];
    uint32_t              generation;       /* of the refresh token, from 1 on;
                                               0: there is none */
    uint64_t              rotated_at;
    uint8_t               refresh[LEDGER_DIGEST_LEN];
    uint8_t               last[LEDGER_DIGEST_LEN];    /* the one before it */

    ledger_text_t         text[LEDGER_GRANT_TEXTS];
} ledger_grant_t;

/* The work of an engine for an operation. */

typedef struct {
    unsigned              save:1;
    unsigned              remove:1;
} ledger_grant_change_t;


/* A relying party that has proved who it is, for the app that it belongs to. */

typedef struct {
    ledger_text_t         app;
    ledger_text_t         party;
} ledger_grant_caller_t;

typedef struct {
    uint8_t               code[LEDGER_DIGEST_LEN];
    uint8_t               uri[LEDGER_DIGEST_LEN];
    unsigned              verified;         /* 1: verifier is set */
    uint8_t               verifier[LEDGER_GRANT_CHALLENGE_LEN];
    uint64_t              access_span;
    uint8_t               access[LEDGER_DIGEST_LEN];      /* of a new token */
    unsigned              with_refresh;     /* 1: refresh is set */
    uint8_t               refresh[LEDGER_DIGEST_LEN];     /* of a new token */
} ledger_redeem_t;

typedef struct {
    uint32_t              generation;
    uint8_t               refresh[LEDGER_DIGEST_LEN];
    uint64_t              access_span;
    uint8_t               access[LEDGER_DIGEST_LEN];   /* of those that follow
                                               from the refresh token alone */
    uint8_t               next[LEDGER_DIGEST_LEN];
} ledger_refresh_t;


/*
 * Begins a grant.  The caller fills party, nonce, scopes, code, uri, challenge
 * of *asked; digest is that of the session's token.  others are the n grants
 * that the session has; *ended becomes the place of the one that goes for the
 * new one, or n.
 * Results: OK, UNKNOWN (no such session), TOO_LARGE.
 */
ledger_result_t ledger_grant_begin(const ledger_session_t *session,
    const ledger_text_t *app, const uint8_t *digest,
    const ledger_grant_t *asked, const ledger_grant_t *others, unsigned n,
    uint64_t now, ledger_grant_t *after, unsigned *ended);

/*
 * The others turn the grant, NULL if there is none, into *after, as *change
 * tells.  session is that of the grant, NULL if there is none.
 *
 * REDEEM: an authorization code.  before keeps the nonce.
 * Results: OK, UNKNOWN, EXPIRED, ENDED (a wrong URI or verifier), USED (a
 * second use).
 */
ledger_result_t ledger_grant_redeem(const ledger_session_t *session,
    const ledger_grant_t *before, const ledger_grant_caller_t *caller,
    const ledger_redeem_t *op, uint64_t now, ledger_grant_t *after,
    ledger_grant_change_t *change);

/*
 * REFRESH: a refresh token.  A repetition is OK, and saves nothing.  The block
 * of a token proves its generation, so one that is too old needs no digest.
 * Results: OK, UNKNOWN, USED (an old one).
 */
ledger_result_t ledger_grant_refresh(const ledger_session_t *session,
    const ledger_grant_t *before, const ledger_grant_caller_t *caller,
    const ledger_refresh_t *op, uint64_t now, ledger_grant_t *after,
    ledger_grant_change_t *change);

/*
 * REVOKE: the access or refresh token with this digest ends the grant.
 * Results: OK, UNKNOWN.
 */
ledger_result_t ledger_grant_revoke(const ledger_grant_t *before,
    const ledger_grant_caller_t *caller, const uint8_t *digest,
    ledger_grant_change_t *change);

/* 1 if this is the grant's access token, and it counts. */
int ledger_grant_is_open(const ledger_session_t *session,
    const ledger_grant_t *grant, const ledger_text_t *app,
    const uint8_t *digest, uint64_t now);


#endif /* _LEDGER_GRANT_H_INCLUDED_ */
