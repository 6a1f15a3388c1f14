
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Sessions that were read within `session_cache`: a page brings dozens of
 * requests, and each would wait for a server.  The servers tell when a session
 * ends, and it goes at once; the time is the bound where that was lost.
 *
 * One place for each few keys, where the last session of them stands.  So the
 * memory is bounded, and nobody can fill it for others.
 */


#include "door/valkey.h"


#define NGX_HTTP_WHATSAUTH_VALKEY_CACHE_BITS    12
#define NGX_HTTP_WHATSAUTH_VALKEY_CACHE_PLACES                                \
    (1 << NGX_HTTP_WHATSAUTH_VALKEY_CACHE_BITS)


typedef struct {
    uint64_t                             key;
    ngx_msec_t                           until;
    ledger_session_t                     session;
    u_char                               texts[1];     /* all of them */
} ngx_http_whatsauth_valkey_cached_t;


/*
 * The age of a place counts what was told of its keys.  A session that was read
 * at another age may have ended since, and is not kept.
 */

typedef struct {
    ngx_http_whatsauth_valkey_cached_t  *cached;       /* or NULL */
    uint32_t                             age;
} ngx_http_whatsauth_valkey_place_t;


typedef struct {
    ngx_http_whatsauth_valkey_place_t   *places;       /* NULL: no cache */
    uint64_t                             age;          /* of all */
    uint64_t                             watched;      /* partitions, a bit for
                                                          each */
} ngx_http_whatsauth_valkey_cache_t;


static ngx_http_whatsauth_valkey_place_t *
    ngx_http_whatsauth_valkey_cache_place(uint64_t key);
static void ngx_http_whatsauth_valkey_cache_empty(
    ngx_http_whatsauth_valkey_place_t *place);
static ngx_http_whatsauth_valkey_cached_t *
    ngx_http_whatsauth_valkey_cache_copy(const ledger_session_t *session);
static void ngx_http_whatsauth_valkey_cache_watch(uint64_t key);


static ngx_http_whatsauth_valkey_cache_t  ngx_http_whatsauth_valkey_cache;


ngx_int_t
ngx_http_whatsauth_valkey_cache_init(ngx_pool_t *pool)
{
    ngx_http_whatsauth_valkey_cache.places = ngx_pcalloc(pool,
                                NGX_HTTP_WHATSAUTH_VALKEY_CACHE_PLACES
                                * sizeof(ngx_http_whatsauth_valkey_place_t));

    return ngx_http_whatsauth_valkey_cache.places != NULL ? NGX_OK : NGX_ERROR;
}


static ngx_http_whatsauth_valkey_place_t *
ngx_http_whatsauth_valkey_cache_place(uint64_t key)
{
    uint64_t  hash;

    hash = key * 0x9e3779b97f4a7c15u
           >> (64 - NGX_HTTP_WHATSAUTH_VALKEY_CACHE_BITS);

    return &ngx_http_whatsauth_valkey_cache.places[hash];
}


const ledger_session_t *
ngx_http_whatsauth_valkey_cache_get(uint64_t key)
{
    ngx_http_whatsauth_valkey_place_t   *place;
    ngx_http_whatsauth_valkey_cached_t  *cached;

    if (ngx_http_whatsauth_valkey_cache.places == NULL) {
        return NULL;
    }

    place = ngx_http_whatsauth_valkey_cache_place(key);
    cached = place->cached;

    if (cached == NULL || cached->key != key) {
        return NULL;
    }

    if ((ngx_msec_int_t) (ngx_current_msec - cached->until) >= 0
        || ngx_http_whatsauth_door_now()
           >= ledger_session_until(&cached->session))
    {
        ngx_http_whatsauth_valkey_cache_empty(place);
        return NULL;
    }

    return &cached->session;
}


/* Both parts only grow, so the sum tells of either. */

uint64_t
ngx_http_whatsauth_valkey_cache_age(uint64_t key)
{
    if (ngx_http_whatsauth_valkey_cache.places == NULL) {
        return 0;
    }

    return ngx_http_whatsauth_valkey_cache.age
           + ngx_http_whatsauth_valkey_cache_place(key)->age;
}


void
ngx_http_whatsauth_valkey_cache_put(const ledger_session_t *session,
    uint64_t age, ngx_msec_t began)
{
    ngx_http_whatsauth_valkey_place_t   *place;
    ngx_http_whatsauth_valkey_cached_t  *cached;

    if (ngx_http_whatsauth_valkey_cache.places == NULL
        || age != ngx_http_whatsauth_valkey_cache_age(session->key))
    {
        return;
    }

    cached = ngx_http_whatsauth_valkey_cache_copy(session);
    if (cached == NULL) {
        return;
    }

    /* From the time at which the server may have read it. */
    cached->until = began + ngx_http_whatsauth_valkey.conf->session_cache;

    place = ngx_http_whatsauth_valkey_cache_place(session->key);

    ngx_http_whatsauth_valkey_cache_empty(place);
    place->cached = cached;

    ngx_http_whatsauth_valkey_cache_watch(session->key);
}


static void
ngx_http_whatsauth_valkey_cache_empty(
    ngx_http_whatsauth_valkey_place_t *place)
{
    if (place->cached != NULL) {
        ngx_free(place->cached);
        place->cached = NULL;
    }
}


static ngx_http_whatsauth_valkey_cached_t *
ngx_http_whatsauth_valkey_cache_copy(const ledger_session_t *session)
{
    size_t                               len;
    u_char                              *p;
    ngx_uint_t                           i;
    ledger_text_t                       *text;
    ngx_http_whatsauth_valkey_cached_t  *cached;

    for (len = 0, i = 0; i < LEDGER_SESSION_TEXTS; i++) {
        len += session->text[i].len;
    }

    cached = ngx_alloc(offsetof(ngx_http_whatsauth_valkey_cached_t, texts)
                       + len, ngx_cycle->log);
    if (cached == NULL) {
        return NULL;
    }

    cached->key = session->key;
    cached->session = *session;

    p = cached->texts;

    for (i = 0; i < LEDGER_SESSION_TEXTS; i++) {
        text = &cached->session.text[i];
        (void) ngx_cpymem(p, text->data, text->len);
        text->data = (const char *) p;
        p += text->len;
    }

    return cached;
}


/*
 * From the first session of a partition on, for as long as the worker lives:
 * where there is a gate, each partition has some at any time.
 */

static void
ngx_http_whatsauth_valkey_cache_watch(uint64_t key)
{
    uint64_t  bit;
    unsigned  partition;

    partition = valkey_store_partition(key);
    bit = (uint64_t) 1 << partition;

    if ((ngx_http_whatsauth_valkey_cache.watched & bit) == 0) {
        ngx_http_whatsauth_valkey_cache.watched |= bit;
        valkey_store_client_watch(
                         valkey_store_client(ngx_http_whatsauth_valkey.store),
                         partition);
    }
}


void
ngx_http_whatsauth_valkey_cache_evict(uint64_t key)
{
    ngx_http_whatsauth_valkey_place_t  *place;

    if (ngx_http_whatsauth_valkey_cache.places == NULL) {
        return;
    }

    place = ngx_http_whatsauth_valkey_cache_place(key);

    place->age++;

    ngx_http_whatsauth_valkey_cache_empty(place);
}


void
ngx_http_whatsauth_valkey_cache_evict_all(void)
{
    ngx_uint_t  i;

    if (ngx_http_whatsauth_valkey_cache.places == NULL) {
        return;
    }

    ngx_http_whatsauth_valkey_cache.age++;

    for (i = 0; i < NGX_HTTP_WHATSAUTH_VALKEY_CACHE_PLACES; i++) {
        ngx_http_whatsauth_valkey_cache_empty(
                                  &ngx_http_whatsauth_valkey_cache.places[i]);
    }
}
