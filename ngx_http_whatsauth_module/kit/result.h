
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_RESULT_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_RESULT_H_INCLUDED_


#include "kit/module.h"


/*
 * The results of requests to the API: the name, the HTTP status, the machine
 * word of "error" and of $whatsauth_result, and the title.  The words are a
 * contract: new ones may be added, none may change.
 */

#define NGX_HTTP_WHATSAUTH_RESULTS(X)                                         \
    X(NONE,             0, "",                      "")                       \
    X(ISSUED,         200, "issued",                "OK")                     \
    X(ACCEPTED,       200, "accepted",              "OK")                     \
    X(IGNORED,        200, "ignored",               "OK")                     \
    X(INVALID_BODY,   200, "invalid_body",          "OK")                     \
    X(SUBSCRIBED,     200, "subscribed",            "OK")                     \
    X(FOUND,          200, "found",                 "OK")                     \
    X(SHOWN,          200, "page",                  "OK")                     \
    X(DONE,           200, "done",                  "OK")                     \
    X(COLLECTED,      200, "collected",             "OK")                     \
    X(REVOKED,        200, "revoked",               "OK")                     \
    X(PREFLIGHT,      204, "preflight",             "No content")             \
    X(SEE_OTHER,      303, "see_other",             "See other")              \
    X(INVALID_PARAMETER,                                                      \
                      400, "invalid_parameter",     "Invalid parameter")      \
    X(NUMBER_REQUIRED,                                                        \
                      400, "number_required",       "Number required")        \
    X(LOGIN_REQUIRED, 401, "login_required",        "Login required")         \
    X(INVALID_TOKEN,  401, "invalid_token",         "Invalid token")          \
    X(INVALID_CLAIM,  401, "invalid_claim",         "Invalid claim")          \
    X(INVALID_SIGNATURE,                                                      \
                      401, "invalid_signature",     "Invalid signature")      \
    X(ACCESS_DENIED,  403, "access_denied",         "Access denied")          \
    X(APP_DISABLED,   403, "app_disabled",          "App disabled")           \
    X(INVALID_VERIFY_TOKEN,                                                   \
                      403, "invalid_verify_token",  "Invalid verify token")   \
    X(CALLBACK_NOT_AUTHORIZED,                                                \
                      403, "callback_not_authorized",                         \
                                                    "Callback not authorized")\
    X(CROSS_SITE,     403, "cross_site",            "Cross-site request")     \
    X(NUMBER_NOT_ALLOWED,                                                     \
                      403, "number_not_allowed",    "Number not allowed")     \
    X(ORIGIN_NOT_ALLOWED,                                                     \
                      403, "origin_not_allowed",    "Origin not allowed")     \
    X(PARAMETER_NOT_ALLOWED,                                                  \
                      403, "parameter_not_allowed", "Parameter not allowed")  \
    X(PIN_WRONG,      403, "pin_wrong",             "Wrong PIN")              \
    X(NOT_FOUND,      404, "not_found",             "Not found")              \
    X(METHOD_NOT_ALLOWED,                                                     \
                      405, "method_not_allowed",    "Method not allowed")     \
    X(ALREADY_COLLECTED,                                                      \
                      409, "already_collected",     "Already collected")      \
    X(NOT_VALIDATED,  409, "not_validated",         "Not validated")          \
    X(EXPIRED,        410, "expired",               "Expired")                \
    X(FAILED,         410, "failed",                "Failed")                 \
    X(BODY_TOO_LARGE, 413, "body_too_large",        "Body too large")         \
    X(UNSUPPORTED_MEDIA_TYPE,                                                 \
                      415, "unsupported_media_type",                          \
                                                    "Unsupported media type") \
    X(TOO_MANY_CODES, 429, "too_many_codes",        "Too many codes")         \
    X(TOO_MANY_REQUESTS,                                                      \
                      429, "too_many_requests",     "Too many requests")      \
    X(STORE_SHARE_EXCEEDED,                                                   \
                      429, "store_share_exceeded",  "Store share exceeded")   \
    X(INTERNAL_ERROR, 500, "internal_error",        "Internal error")         \
    X(OVERLOADED,     503, "overloaded",            "Overloaded")             \
    X(TOO_MANY_STREAMS,                                                       \
                      503, "too_many_streams",      "Too many streams")       \
    X(STORE_UNAVAILABLE,                                                      \
                      503, "store_unavailable",     "Store unavailable")

typedef enum {
#define NGX_HTTP_WHATSAUTH_RESULT(name, status, word, title)                  \
    NGX_HTTP_WHATSAUTH_##name,
    NGX_HTTP_WHATSAUTH_RESULTS(NGX_HTTP_WHATSAUTH_RESULT)
#undef NGX_HTTP_WHATSAUTH_RESULT
    NGX_HTTP_WHATSAUTH_RESULTS_N
} ngx_http_whatsauth_result_t;

typedef struct {
    ngx_uint_t  status;
    ngx_str_t   word;
    ngx_str_t   title;
} ngx_http_whatsauth_result_info_t;

extern const ngx_http_whatsauth_result_info_t
    ngx_http_whatsauth_results[NGX_HTTP_WHATSAUTH_RESULTS_N];


#endif /* _NGX_HTTP_WHATSAUTH_RESULT_H_INCLUDED_ */
