
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The forms that a relying party posts by itself: to `token` (RFC 6749, 4.1.3
 * and 6), `revoke` (RFC 7009) and `introspect` (RFC 7662); and who it says it
 * is, which is the same for all of them.
 */


#ifndef _WHATSAUTH_TOKEN_FORM_H_INCLUDED_
#define _WHATSAUTH_TOKEN_FORM_H_INCLUDED_


#include "basic.h"
#include "oauth.h"
#include "redirect_uri.h"


/* Longer than any token of ours: a wrong one is refused by its own word. */
#define WHATSAUTH_TOKEN_FORM_TOKEN_MAX  8192

/* Name and bytes; all of them are printable ASCII. */
#define WHATSAUTH_TOKEN_FORM_PARAMETERS(X)                                    \
    X(CLIENT_ID, "client_id", WHATSAUTH_OAUTH_CLIENT_ID_MAX)                  \
    X(CLIENT_SECRET, "client_secret", WHATSAUTH_OAUTH_CLIENT_SECRET_MAX)      \
    X(GRANT_TYPE, "grant_type", 128)                                          \
    X(CODE, "code", WHATSAUTH_TOKEN_FORM_TOKEN_MAX)                           \
    X(REDIRECT_URI, "redirect_uri", WHATSAUTH_REDIRECT_URI_MAX)               \
    X(VERIFIER, "code_verifier", 256)                                         \
    X(REFRESH_TOKEN, "refresh_token", WHATSAUTH_TOKEN_FORM_TOKEN_MAX)         \
    X(SCOPE, "scope", 1024)                                                   \
    X(TOKEN, "token", WHATSAUTH_TOKEN_FORM_TOKEN_MAX)

enum {
#define WHATSAUTH_TOKEN_FORM_PARAMETER(name, word, max)                       \
    WHATSAUTH_TOKEN_FORM_##name,
    WHATSAUTH_TOKEN_FORM_PARAMETERS(WHATSAUTH_TOKEN_FORM_PARAMETER)
#undef WHATSAUTH_TOKEN_FORM_PARAMETER
    WHATSAUTH_TOKEN_FORM_PARAMETERS_N
};


typedef enum {
    WHATSAUTH_TOKEN_FORM_PUBLIC = 0,       /* an id, and nothing to prove it */
    WHATSAUTH_TOKEN_FORM_BASIC,
    WHATSAUTH_TOKEN_FORM_POST
} whatsauth_token_form_method_t;

/* The texts live as long as the buffers that they were read into. */
typedef struct {
    whatsauth_oauth_value_t        value[WHATSAUTH_TOKEN_FORM_PARAMETERS_N];
    whatsauth_token_form_method_t  method;
    whatsauth_text_t               id;
    whatsauth_text_t               secret;        /* not compared here */
    unsigned                       refresh:1;     /* else a code */
} whatsauth_token_form_t;


/*
 * Reads a form and the client's credentials: from the header Authorization,
 * unless that is NULL, or from the form, never from both (RFC 6749, 2.3).
 *
 * buf is as for whatsauth_form_start(), basic as for whatsauth_basic(); *wrong
 * is the name of the parameter or header that is to blame.  The caller
 * cleanses both buffers.
 */
whatsauth_oauth_result_t whatsauth_token_form_read(
    const whatsauth_text_t *form, char *buf, const whatsauth_text_t *header,
    char basic[WHATSAUTH_BASIC_MAX], whatsauth_token_form_t *request,
    whatsauth_text_t *wrong);

/* Judges a form for `token`, and sets refresh. */
whatsauth_oauth_result_t whatsauth_token_form_grant(
    whatsauth_token_form_t *request, whatsauth_text_t *wrong);

/* Judges a form for `revoke` and `introspect`. */
whatsauth_oauth_result_t whatsauth_token_form_token(
    const whatsauth_token_form_t *request, whatsauth_text_t *wrong);


#endif /* _WHATSAUTH_TOKEN_FORM_H_INCLUDED_ */
