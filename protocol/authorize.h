
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The request that a relying party sends a browser to `authorize` with (RFC
 * 6749, 4.1.1, and OpenID Connect Core, 3.1.2.1).
 *
 * It is judged in two steps.  Until client and redirect URI are known, nothing
 * may be redirected, or a link to us would lead anywhere that an attacker
 * writes into it.
 */


#ifndef _WHATSAUTH_AUTHORIZE_H_INCLUDED_
#define _WHATSAUTH_AUTHORIZE_H_INCLUDED_


#include "hint.h"
#include "oauth.h"
#include "redirect_uri.h"
#include "signature.h"


#define WHATSAUTH_AUTHORIZE_OBJECT_MAX  16384

/* Name, bytes, and whether it may have more than printable ASCII. */
#define WHATSAUTH_AUTHORIZE_PARAMETERS(X)                                     \
    X(CLIENT_ID, "client_id", WHATSAUTH_OAUTH_CLIENT_ID_MAX, 0)               \
    X(REDIRECT_URI, "redirect_uri", WHATSAUTH_REDIRECT_URI_MAX, 0)            \
    X(STATE, "state", 2048, 1)                                                \
    X(RESPONSE_TYPE, "response_type", 64, 0)                                  \
    X(RESPONSE_MODE, "response_mode", 32, 0)                                  \
    X(SCOPE, "scope", 1024, 0)                                                \
    X(NONCE, "nonce", 512, 1)                                                 \
    X(PROMPT, "prompt", 64, 0)                                                \
    X(MAX_AGE, "max_age", 10, 0)                                              \
    X(CHALLENGE, "code_challenge", 128, 0)                                    \
    X(CHALLENGE_METHOD, "code_challenge_method", 16, 0)                       \
    X(LOGIN_HINT, "login_hint", 256, 1)                                       \
    X(ID_TOKEN_HINT, "id_token_hint", WHATSAUTH_HINT_MAX, 0)                  \
    X(UI_LOCALES, "ui_locales", 256, 0)                                       \
    X(REQUEST, "request", WHATSAUTH_AUTHORIZE_OBJECT_MAX, 1)                  \
    X(REQUEST_URI, "request_uri", WHATSAUTH_AUTHORIZE_OBJECT_MAX, 1)          \
    X(REGISTRATION, "registration", WHATSAUTH_AUTHORIZE_OBJECT_MAX, 1)

enum {
#define WHATSAUTH_AUTHORIZE_PARAMETER(name, word, max, utf8)                  \
    WHATSAUTH_AUTHORIZE_##name,
    WHATSAUTH_AUTHORIZE_PARAMETERS(WHATSAUTH_AUTHORIZE_PARAMETER)
#undef WHATSAUTH_AUTHORIZE_PARAMETER
    WHATSAUTH_AUTHORIZE_PARAMETERS_N
};


/* A set of scopes, or of prompts, has a bit for each: 1 << SCOPE_PHONE. */

#define WHATSAUTH_AUTHORIZE_SCOPES(X)                                         \
    X(OPENID, "openid")                                                       \
    X(PROFILE, "profile")                                                     \
    X(PHONE, "phone")                                                         \
    X(EMAIL, "email")                                                         \
    X(GROUPS, "groups")                                                       \
    X(OFFLINE_ACCESS, "offline_access")

#define WHATSAUTH_AUTHORIZE_PROMPTS(X)                                        \
    X(NONE, "none")                                                           \
    X(LOGIN, "login")                                                         \
    X(CONSENT, "consent")                                                     \
    X(SELECT_ACCOUNT, "select_account")

enum {
#define WHATSAUTH_AUTHORIZE_SCOPE(name, word)  WHATSAUTH_SCOPE_##name,
    WHATSAUTH_AUTHORIZE_SCOPES(WHATSAUTH_AUTHORIZE_SCOPE)
#undef WHATSAUTH_AUTHORIZE_SCOPE
    WHATSAUTH_SCOPES_N
};

enum {
#define WHATSAUTH_AUTHORIZE_PROMPT(name, word)  WHATSAUTH_PROMPT_##name,
    WHATSAUTH_AUTHORIZE_PROMPTS(WHATSAUTH_AUTHORIZE_PROMPT)
#undef WHATSAUTH_AUTHORIZE_PROMPT
    WHATSAUTH_PROMPTS_N
};


/* When a request may come without a code_challenge. */
typedef enum {
    WHATSAUTH_PKCE_REQUIRED = 0,     /* never */
    WHATSAUTH_PKCE_OR_NONCE,
    WHATSAUTH_PKCE_OFF
} whatsauth_pkce_policy_t;


/* The texts live as long as the buffer that the query was read into. */
typedef struct {
    whatsauth_oauth_value_t  value[WHATSAUTH_AUTHORIZE_PARAMETERS_N];
    whatsauth_pkce_policy_t  policy;
    unsigned                 scopes;
    unsigned                 prompts;
    uint64_t                 max_age;          /* seconds */
    unsigned                 has_max_age:1;
    unsigned                 has_challenge:1;
    uint8_t                  challenge[WHATSAUTH_SHA256_LEN];
} whatsauth_authorize_t;


/*
 * Reads a query, or the form of a POST, and tells whether it names a client and
 * a redirect URI.  Any other result than OK must be shown and not redirected;
 * so must a URI that is none of the client's.
 *
 * buf is as for whatsauth_form_start(); *wrong is the name of the parameter
 * that is to blame.
 */
whatsauth_oauth_result_t whatsauth_authorize_read(
    const whatsauth_text_t *query, char *buf, whatsauth_authorize_t *request,
    whatsauth_text_t *wrong);

/*
 * Judges all else, and sets the other members.  The result goes to the redirect
 * URI, with the state, which is empty if it is itself to blame.
 */
whatsauth_oauth_result_t whatsauth_authorize_judge(
    whatsauth_authorize_t *request, whatsauth_pkce_policy_t policy,
    whatsauth_text_t *wrong);


#endif /* _WHATSAUTH_AUTHORIZE_H_INCLUDED_ */
