
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * URLs that nginx is to call.  The rules are far stricter than RFC 3986.  A
 * client with a token chooses some of these URLs, so anything that two parsers
 * could read in different ways is refused.
 */


#ifndef _WHATSAUTH_URL_H_INCLUDED_
#define _WHATSAUTH_URL_H_INCLUDED_


#include "text.h"


#define WHATSAUTH_URL_MAX  1024       /* bytes */


/* Why a URL is refused: the sentence goes into the response's detail. */
#define WHATSAUTH_URL_RESULTS(X)                                              \
    X(OK,         "")                                                         \
    X(TOO_LONG,   "is longer than 1024 bytes")                                \
    X(CHARACTER,  "has a control character, space, backslash or a byte that " \
                  "must be percent-encoded")                                  \
    X(SCHEME,     "is not an absolute http or https URL")                     \
    X(USERINFO,   "has user information")                                     \
    X(FRAGMENT,   "has a fragment")                                           \
    X(HOST,       "has an invalid host")                                      \
    X(PORT,       "has an invalid port")                                      \
    X(PATH,       "has a dot segment in its path")                            \
    X(UTF8,       "has escapes in its path that are not UTF-8")               \
    X(IP_HTTPS,   "names an IP address with https, which cannot be verified")

typedef enum {
#define WHATSAUTH_URL_RESULT(name, text)  WHATSAUTH_URL_##name,
    WHATSAUTH_URL_RESULTS(WHATSAUTH_URL_RESULT)
#undef WHATSAUTH_URL_RESULT
    WHATSAUTH_URL_RESULTS_N
} whatsauth_url_result_t;

const char *whatsauth_url_strresult(whatsauth_url_result_t result);


/* Bytes that whatsauth_url_host_header() may write. */
#define WHATSAUTH_URL_HOST_HEADER_MAX                                         \
    (WHATSAUTH_URL_MAX + sizeof("[]:65535"))


/* Parts of a URL; they point into the text that was parsed. */
typedef struct {
    unsigned           https:1;
    unsigned           ip:1;         /* host is an IPv4 or IPv6 literal */
    unsigned           default_port:1;
    uint16_t           port;
    whatsauth_text_t   host;         /* as written; IPv6 without brackets */
    whatsauth_text_t   path;         /* begins with "/" or is empty */
    whatsauth_text_t   query;        /* from "?" on, or empty */
} whatsauth_url_t;


/*
 * Splits and checks an absolute URL.  Takes IP literals only in their canonical
 * spellings (dotted quad, bracketed IPv6); a host whose last label is numeric
 * or hexadecimal ("127.1", "0x7f000001", "2130706433") is HOST.
 */
whatsauth_url_result_t whatsauth_url_parse(const whatsauth_text_t *text,
    whatsauth_url_t *url);

/*
 * 1 if text has a character that RFC 3986 allows nowhere.  "[" and "]" occur in
 * queries.
 */
int whatsauth_url_has_bad_character(const whatsauth_text_t *text);

/*
 * 1 if text is only a scheme, a host and perhaps a port, as browsers name the
 * origin of a page (RFC 6454, 6.2).  Here https may name an IP address, because
 * nginx does not call it.
 */
int whatsauth_url_origin(const whatsauth_text_t *text, whatsauth_url_t *url);

/* 1 if scheme, host (in any spelling) and port are equal. */
int whatsauth_url_same_origin(const whatsauth_url_t *a,
    const whatsauth_url_t *b);

/* 1 if both have the same origin and path; the queries may differ. */
int whatsauth_url_equal_but_query(const whatsauth_url_t *a,
    const whatsauth_url_t *b);

/*
 * 1 if url has the origin of prefix and its path begins with prefix's path
 * at a segment boundary: "/a" and "/a/" hold "/a/b", neither holds "/ab".
 */
int whatsauth_url_within(const whatsauth_url_t *prefix,
    const whatsauth_url_t *url);

/*
 * Writes what a Host header says (RFC 9110, 7.2): the host, IPv6 in brackets,
 * and the port unless it is the default.  Returns the length.
 */
size_t whatsauth_url_host_header(const whatsauth_url_t *url, char *header);


#endif /* _WHATSAUTH_URL_H_INCLUDED_ */
