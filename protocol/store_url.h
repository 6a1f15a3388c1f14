
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The URL of a store on other hosts, as an operator writes it:
 *
 *     valkey://10.0.0.1:6379,[2001:db8::1],c.example
 *     valkeys://..., redis://, rediss://
 *     valkey+sentinel://10.0.0.1:26379,...?name=wa
 *
 * A secret has no place in it: processes, logs and nginx -T show URLs.
 */


#ifndef _WHATSAUTH_STORE_URL_H_INCLUDED_
#define _WHATSAUTH_STORE_URL_H_INCLUDED_


#include "text.h"


#define WHATSAUTH_STORE_URL_HOSTS_MAX      16
#define WHATSAUTH_STORE_URL_DEFAULT_PORT   6379
#define WHATSAUTH_STORE_URL_SENTINEL_PORT  26379


/* Why a URL is refused: the sentence follows the URL's part. */
#define WHATSAUTH_STORE_URL_RESULTS(X)                                        \
    X(OK,        "")                                                          \
    X(SCHEME,    "is not a URL of valkey, valkeys, redis, rediss or one of "  \
                 "these with +sentinel")                                      \
    X(USERINFO,  "must have no user or password, see the parameters user "    \
                 "and password")                                              \
    X(HOST,      "has an invalid host")                                       \
    X(PORT,      "has an invalid port")                                       \
    X(HOSTS,     "has more than 16 hosts")                                    \
    X(TWICE,     "has a host twice")                                          \
    X(PATH,      "must have no path: there is only database 0")               \
    X(FRAGMENT,  "must have no fragment")                                     \
    X(PARAMETER, "may have one parameter, name, and with +sentinel only")     \
    X(NAME,      "must tell Sentinel's name of the primary: ?name=NAME, of "  \
                 "letters, digits, \".\", \"-\" and \"_\"")

typedef enum {
#define WHATSAUTH_STORE_URL_RESULT(name, text)  WHATSAUTH_STORE_URL_##name,
    WHATSAUTH_STORE_URL_RESULTS(WHATSAUTH_STORE_URL_RESULT)
#undef WHATSAUTH_STORE_URL_RESULT
    WHATSAUTH_STORE_URL_RESULTS_N
} whatsauth_store_url_result_t;

const char *whatsauth_store_url_strresult(whatsauth_store_url_result_t result);


typedef struct {
    whatsauth_text_t   name;         /* IPv6 without brackets */
    uint16_t           port;
    unsigned           ipv6:1;
} whatsauth_store_url_host_t;

/* Parts of a URL; they point into the text that was parsed. */
typedef struct {
    unsigned                     tls:1;
    unsigned                     sentinel:1;
    size_t                       hosts;
    whatsauth_store_url_host_t   host[WHATSAUTH_STORE_URL_HOSTS_MAX];
    whatsauth_text_t             name;         /* with sentinel, else empty */
} whatsauth_store_url_t;


/*
 * Splits and checks a URL.  If it is refused, *wrong is the part of it that is
 * to blame, to be shown; empty for USERINFO, which may have a password in it.
 */
whatsauth_store_url_result_t whatsauth_store_url_parse(
    const whatsauth_text_t *text, whatsauth_store_url_t *url,
    whatsauth_text_t *wrong);


#endif /* _WHATSAUTH_STORE_URL_H_INCLUDED_ */
