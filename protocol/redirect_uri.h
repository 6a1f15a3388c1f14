
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Where a relying party gets its users back: a list in the configuration, and
 * one of it in each request.  Both are compared byte for byte, as nobody agrees
 * on what a URI is otherwise (RFC 9700, 2.1).
 */


#ifndef _WHATSAUTH_REDIRECT_URI_H_INCLUDED_
#define _WHATSAUTH_REDIRECT_URI_H_INCLUDED_


#include "form.h"
#include "url.h"


#define WHATSAUTH_REDIRECT_URI_MAX  WHATSAUTH_URL_MAX     /* bytes */


/* Why one is refused: the sentence follows the URI. */
#define WHATSAUTH_REDIRECT_URI_RESULTS(X)                                     \
    X(OK,       "")                                                           \
    X(TOO_LONG, "is longer than 1024 bytes")                                  \
    X(WILDCARD, "has a wildcard; it is compared byte for byte")               \
    X(FRAGMENT, "has a fragment")                                             \
    X(URL,      "is not a URL that all browsers read in the same way")        \
    X(HTTP,     "has http for a host that is not loopback")                   \
    X(SCHEME,   "has a scheme that is neither https nor a domain in "         \
                "reverse, as com.example.app")                                \
    X(PUBLIC,   "has a scheme of its own, which any app on a phone may "      \
                "take; only a client without a secret and with PKCE may "     \
                "have one")

typedef enum {
#define WHATSAUTH_REDIRECT_URI_RESULT(name, text)                             \
    WHATSAUTH_REDIRECT_URI_##name,
    WHATSAUTH_REDIRECT_URI_RESULTS(WHATSAUTH_REDIRECT_URI_RESULT)
#undef WHATSAUTH_REDIRECT_URI_RESULT
    WHATSAUTH_REDIRECT_URI_RESULTS_N
} whatsauth_redirect_uri_result_t;

const char *whatsauth_redirect_uri_strresult(
    whatsauth_redirect_uri_result_t result);


/*
 * Checks one of the configuration: https; http on loopback only; or a scheme of
 * its own for a client that is public (RFC 8252, 7.1), which must have a dot,
 * so that "javascript:" and its like are none.
 */
whatsauth_redirect_uri_result_t whatsauth_redirect_uri_check(
    const whatsauth_text_t *uri, int is_public);

/* 1 if uri is one of the list. */
int whatsauth_redirect_uri_is_among(const whatsauth_text_t *uri,
    const whatsauth_text_t *list, size_t n);

/*
 * Writes uri with fields behind its query, without a zero, and returns the
 * length; with out NULL it only measures.  Fields are form-encoded (RFC 6749,
 * 4.1.2), those without a value are left out.
 */
size_t whatsauth_redirect_uri_write(const whatsauth_text_t *uri,
    const whatsauth_field_t *fields, size_t n, char *out);


#endif /* _WHATSAUTH_REDIRECT_URI_H_INCLUDED_ */
