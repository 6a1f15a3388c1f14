
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The parameters of OAuth 2.0 and OpenID Connect, and why they are refused.
 * A parameter that nobody knows is ignored, one that is known comes once: of
 * two values another reader could take the other one.
 */


#ifndef _WHATSAUTH_OAUTH_H_INCLUDED_
#define _WHATSAUTH_OAUTH_H_INCLUDED_


#include "form.h"


/*
 * Why a request is refused: the word of the protocol, and a sentence that
 * follows the name of the parameter.  Both together are an error_description,
 * which must have no quotation mark and no backslash (RFC 6749, A.8).
 */
#define WHATSAUTH_OAUTH_RESULTS(X)                                            \
    X(OK, "", "")                                                             \
    X(REPEATED, "invalid_request", "comes more than once")                    \
    X(TOO_LONG, "invalid_request", "is too long")                             \
    X(CHARACTER, "invalid_request", "has a character that is not allowed")    \
    X(MISSING, "invalid_request", "is missing")                               \
    X(VALUE, "invalid_request", "has a value that is not supported")          \
    X(TWO_WAYS, "invalid_request",                                            \
      "must not come beside the header Authorization")                        \
    X(OTHER_CLIENT, "invalid_request",                                        \
      "names another client than the header Authorization")                   \
    X(NO_CLIENT, "invalid_client", "is missing")                              \
    X(CREDENTIALS, "invalid_client",                                          \
      "must be Basic, with the form-encoded id and secret of a client")       \
    X(SCOPE, "invalid_scope", "must have openid")                             \
    X(RESPONSE_TYPE, "unsupported_response_type", "must be code")             \
    X(GRANT_TYPE, "unsupported_grant_type",                                   \
      "must be authorization_code or refresh_token")                          \
    X(REQUEST, "request_not_supported", "is not supported")                   \
    X(REQUEST_URI, "request_uri_not_supported", "is not supported")           \
    X(REGISTRATION, "registration_not_supported", "is not supported")

typedef enum {
#define WHATSAUTH_OAUTH_RESULT(name, word, text)  WHATSAUTH_OAUTH_##name,
    WHATSAUTH_OAUTH_RESULTS(WHATSAUTH_OAUTH_RESULT)
#undef WHATSAUTH_OAUTH_RESULT
    WHATSAUTH_OAUTH_RESULTS_N
} whatsauth_oauth_result_t;

const char *whatsauth_oauth_word(whatsauth_oauth_result_t result);
const char *whatsauth_oauth_strresult(whatsauth_oauth_result_t result);


#define WHATSAUTH_OAUTH_CLIENT_ID_MAX      128     /* bytes */
#define WHATSAUTH_OAUTH_CLIENT_SECRET_MAX  256

typedef struct {
    whatsauth_text_t           name;
    size_t                     max;       /* bytes, decoded */
    unsigned                   utf8:1;    /* else printable ASCII alone */
} whatsauth_oauth_parameter_t;

/* A value with a fault is empty, and so is one that is absent. */
typedef struct {
    whatsauth_text_t           text;
    unsigned                   given:1;
    whatsauth_oauth_result_t   result;    /* OK, REPEATED, TOO_LONG or
                                             CHARACTER */
} whatsauth_oauth_value_t;


/*
 * Reads a query or form.  values[i] is that of parameters[i].  buf is as for
 * whatsauth_form_start(), and the values live as long as it does.  An empty
 * value counts as absent (RFC 6749, 3.1), but for coming twice.
 */
void whatsauth_oauth_read(const whatsauth_text_t *form, char *buf,
    const whatsauth_oauth_parameter_t *parameters, size_t n,
    whatsauth_oauth_value_t *values);

/*
 * The first fault among values, and in *wrong the name of its parameter; OK:
 * there is none, and *wrong stays.
 */
whatsauth_oauth_result_t whatsauth_oauth_fault(
    const whatsauth_oauth_parameter_t *parameters, size_t n,
    const whatsauth_oauth_value_t *values, whatsauth_text_t *wrong);

/* Returns result, and unless that is OK the parameter to blame in *wrong. */
whatsauth_oauth_result_t whatsauth_oauth_blame(whatsauth_oauth_result_t result,
    const whatsauth_oauth_parameter_t *parameter, whatsauth_text_t *wrong);

/* 1 if text is printable ASCII (VSCHAR of RFC 6749, A). */
int whatsauth_oauth_is_ascii(const whatsauth_text_t *text);

/*
 * The words of a list with spaces between them, as bits by their places in
 * words.  Returns how many are none of these, each time they come.
 */
size_t whatsauth_oauth_words(const whatsauth_text_t *list,
    const whatsauth_text_t *words, size_t n, unsigned *set);


#endif /* _WHATSAUTH_OAUTH_H_INCLUDED_ */
