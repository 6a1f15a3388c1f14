
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Limits how often something happens in a minute or an hour of the clock: to
 * one key, such as a sender or a client's address, and in all of an app.  All
 * workers count in shared memory, and a reload keeps the counts.
 *
 * Each table is a count-min sketch: a key has one cell in each row, and its
 * count is the least of them.  A collision can only count too much, and it
 * takes one in all rows.  The cells are found by HMAC-SHA256 under a key that
 * is random for each app and start of nginx, so nobody can aim at a victim's
 * cells, and neither addresses nor numbers lie in memory.
 *
 * With R rows of N cells and a limit of L, K keys that have used up theirs
 * leave an innocent key a chance of (K / N)^R to be refused: 4e-6 for 333
 * senders of 3 replies (the 1000 that an app has in an hour), 2e-4 for 1000
 * senders of 10 questions.  An attack on one key must fill all cells: 8192
 * addresses that each use up their limit in the same window.
 */


#ifndef _NGX_HTTP_WHATSAUTH_LIMIT_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_LIMIT_H_INCLUDED_


#include "kit/app.h"


/* The things that are counted, each in a table, and the seconds it spans. */
#define NGX_HTTP_WHATSAUTH_LIMITS(X)                                          \
    X(REPLY,           3600)                                                  \
    X(LOGIN,           3600)                                                  \
    X(QUESTION,        3600)                                                  \
    X(PIN,             3600)                                                  \
    X(GUESS,           3600)                                                  \
    X(START_MINUTE,    60)                                                    \
    X(START_HOUR,      3600)                                                  \
    X(NETWORK_MINUTE,  60)                                                    \
    X(NETWORK_HOUR,    3600)

typedef enum {
#define NGX_HTTP_WHATSAUTH_LIMIT(name, seconds)                               \
    NGX_HTTP_WHATSAUTH_LIMIT_##name,
    NGX_HTTP_WHATSAUTH_LIMITS(NGX_HTTP_WHATSAUTH_LIMIT)
#undef NGX_HTTP_WHATSAUTH_LIMIT
    NGX_HTTP_WHATSAUTH_LIMITS_N
} ngx_http_whatsauth_limited_t;


/* No limit can be higher. */
#define NGX_HTTP_WHATSAUTH_LIMIT_MAX         65535

#define NGX_HTTP_WHATSAUTH_LIMIT_KEY_LEN     32
#define NGX_HTTP_WHATSAUTH_LIMIT_ROWS        4
#define NGX_HTTP_WHATSAUTH_LIMIT_CELLS       8192

/* One table, in shared memory. */
typedef struct {
    time_t      window;                /* of these counts; 0: none yet */
    ngx_uint_t  all;
    uint16_t    cells[NGX_HTTP_WHATSAUTH_LIMIT_ROWS]
                     [NGX_HTTP_WHATSAUTH_LIMIT_CELLS];
} ngx_http_whatsauth_counts_t;


typedef struct {
    ngx_http_whatsauth_limited_t  what;
    ngx_uint_t                    each;       /* of one key */
    ngx_uint_t                    all;        /* of the app; 0: any number */
    const void                   *key;
    size_t                        len;
} ngx_http_whatsauth_quota_t;

/* Quotas in one call. */
#define NGX_HTTP_WHATSAUTH_QUOTAS_MAX        6

/*
 * Counts one in each of the n quotas and returns 0; or, if one of them is
 * used up, counts nothing and returns the seconds until its window ends.
 */
time_t ngx_http_whatsauth_limit(ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_quota_t *quotas, ngx_uint_t n);


#endif /* _NGX_HTTP_WHATSAUTH_LIMIT_H_INCLUDED_ */
