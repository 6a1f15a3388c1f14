
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The inside of the engine that keeps the store on servers of Valkey or Redis,
 * shared by the files door/valkey*.c alone.
 *
 * valkey_store/ does the work and knows no sockets; here are those, and the
 * rest of what it asks of the world.  Nothing is read or written at once, so
 * whoever asks waits.
 */


#ifndef _NGX_HTTP_WHATSAUTH_VALKEY_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_VALKEY_H_INCLUDED_


#include "door/engine.h"

#include "protocol/code.h"
#include "protocol/store_url.h"
#include "valkey_store/key.h"
#include "valkey_store/valkey_store.h"


/* A host of the URL, as it was found when the configuration was read. */
typedef struct {
    ngx_addr_t                         *addrs;
    ngx_uint_t                          n;
} ngx_http_whatsauth_valkey_host_t;


/* See valkey_shared.c. */
typedef struct ngx_http_whatsauth_valkey_shared_s
    ngx_http_whatsauth_valkey_shared_t;


/* store.conf of this engine. */
typedef struct {
    whatsauth_store_url_t               url;
    ngx_http_whatsauth_valkey_host_t    host[WHATSAUTH_STORE_URL_HOSTS_MAX];

    ngx_str_t                           user;
    ngx_str_t                           password;
    ngx_str_t                           prefix;
    ngx_str_t                           trusted_certificate;
    ngx_uint_t                          replicas;
    ngx_msec_t                          timeout;
    ngx_msec_t                          session_cache;   /* 0: none */

    valkey_store_options_t              options;         /* of all these */
    ngx_ssl_t                          *ssl;             /* NULL: no TLS */
    ngx_shm_zone_t                     *zone;
} ngx_http_whatsauth_valkey_conf_t;


/* Of this worker. */
typedef struct {
    ngx_str_t                          *place;           /* for log lines */
    ngx_resolver_t                     *resolver;        /* or NULL */
    ngx_msec_t                          resolver_timeout;
    ngx_http_whatsauth_valkey_conf_t   *conf;
    ngx_http_whatsauth_valkey_shared_t *shared;

    valkey_store_t                     *store;
    uint64_t                            clock;           /* of the store */
    whatsauth_codec_t                  *codec;           /* NULL: not open */

    ngx_queue_t                         waiting;
    ngx_queue_t                         free;            /* waits, over */

    ngx_connection_t                    dummy;           /* a debug log prints
                                                            its fd */
    ngx_event_t                         tick;            /* timer or posted:
                                                            that of the store */
    ngx_event_t                         stay;            /* timer, while
                                                            somebody waits */
    ngx_event_t                         net;             /* timer, while
                                                            anybody watches */
    ngx_event_t                         opening;         /* timer or posted,
                                                            until the first
                                                            keys are known */
    ngx_uint_t                          watches;

    valkey_store_due_t                  look;
} ngx_http_whatsauth_valkey_t;


extern ngx_http_whatsauth_valkey_t  ngx_http_whatsauth_valkey;


/* A caller that waits for an operation or a read. */
typedef struct {
    ngx_http_whatsauth_wait_t           wait;
    uint64_t                            age;             /* of a session: */
    ngx_msec_t                          began;           /* see the cache */
    unsigned                            opening:1;       /* for the keys */
} ngx_http_whatsauth_valkey_wait_t;


static ngx_inline ledger_text_t
ngx_http_whatsauth_valkey_text(const ngx_str_t *str)
{
    ledger_text_t  text;

    text.len = str->len;
    text.data = (const char *) str->data;

    return text;
}


/* valkey_option.c: the parameters of the directive */

extern const ngx_http_whatsauth_option_t  ngx_http_whatsauth_valkey_options[];


/* valkey_conf.c: the directive */

ngx_uint_t ngx_http_whatsauth_valkey_conf_recognise(const ngx_str_t *place);
ngx_int_t ngx_http_whatsauth_valkey_conf(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf);
ngx_int_t ngx_http_whatsauth_valkey_conf_complete(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf);


/* valkey_shared.c: what the workers of one nginx tell one another */

/* A zone for the store of that identity, which outlives reloads. */
ngx_shm_zone_t *ngx_http_whatsauth_valkey_shared_add(ngx_conf_t *cf,
    const ngx_str_t *identity);

/* The keys of the store that a worker has read: 1, and keys are filled. */
ngx_uint_t ngx_http_whatsauth_valkey_shared_keys(
    ngx_http_whatsauth_valkey_shared_t *shared,
    u_char keys[VALKEY_STORE_KEYS_LEN]);

/* Tells them to the others. */
void ngx_http_whatsauth_valkey_shared_tell(
    ngx_http_whatsauth_valkey_shared_t *shared, const u_char *keys);

/* 1 if this worker is the one to write the line. */
ngx_uint_t ngx_http_whatsauth_valkey_shared_reports(
    ngx_http_whatsauth_valkey_shared_t *shared,
    valkey_store_severity_t severity, const char *text);


/* valkey_io.c: the world, as the store asks for it */

extern const valkey_store_io_t  ngx_http_whatsauth_valkey_io;

void ngx_http_whatsauth_valkey_io_init(ngx_http_whatsauth_valkey_t *valkey,
    ngx_log_t *log);

/* To be called when the first begins to wait, and when the last is over. */
void ngx_http_whatsauth_valkey_io_stay(ngx_http_whatsauth_valkey_t *valkey);

/* Takes its timers and events away. */
void ngx_http_whatsauth_valkey_io_exit(ngx_http_whatsauth_valkey_t *valkey);


/*
 * The connection of a link, from io->connect to io->close.
 *
 *     wait for the name's addresses -> connect -> TLS -> bytes
 *
 * The store must not be called from its own calls, so each step that may end
 * at once begins in a posted event.
 */

typedef struct {
    valkey_store_link_t                *link;
    const valkey_store_address_t       *address;
    ngx_pool_t                         *pool;
    ngx_log_t                           log;             /* of which nginx
                                                            writes nothing */
    ngx_event_t                         step;            /* posted */
    ngx_resolver_ctx_t                 *resolving;       /* or NULL */
    ngx_peer_connection_t               peer;
    ngx_str_t                           host;            /* ends in a zero */
    const char                         *why;             /* it has failed, for
                                                            this reason */
    const char                         *alert;           /* the server's, by
                                                            TLS; or NULL */
    unsigned                            connected:1;     /* the link knows */
    unsigned                            called:1;        /* by an event of
                                                            its own: */
    unsigned                            closed:1;        /* it goes then */
} ngx_http_whatsauth_valkey_socket_t;


/* valkey_connect.c: io->connect, up to the call of tls_begin() or ready() */

void ngx_http_whatsauth_valkey_connect(void *data, valkey_store_link_t *link,
    const valkey_store_address_t *address);


/* valkey_socket.c: to and from the link, see valkey_store_io_t */

void ngx_http_whatsauth_valkey_socket_send(void *data,
    valkey_store_link_t *link);
void ngx_http_whatsauth_valkey_socket_close(void *data,
    valkey_store_link_t *link);

/* Bytes may come and go; or it has failed, and goes. */
void ngx_http_whatsauth_valkey_socket_ready(
    ngx_http_whatsauth_valkey_socket_t *s);
void ngx_http_whatsauth_valkey_socket_failed(
    ngx_http_whatsauth_valkey_socket_t *s, const char *why);


/* valkey_address.c: finds s->peer.sockaddr; s->step is posted then */

void ngx_http_whatsauth_valkey_address_find(
    ngx_http_whatsauth_valkey_socket_t *s);
void ngx_http_whatsauth_valkey_address_cancel(
    ngx_http_whatsauth_valkey_socket_t *s);


/* valkey_tls.c: from a connection without to a socket that is ready */

void ngx_http_whatsauth_valkey_tls_begin(
    ngx_http_whatsauth_valkey_socket_t *s);


/* valkey_cache.c: sessions that were read a moment ago */

/* Without it nothing is kept, and nothing found. */
ngx_int_t ngx_http_whatsauth_valkey_cache_init(ngx_pool_t *pool);

/* NULL: it has to be read.  The session lasts until anything else is called. */
const ledger_session_t *ngx_http_whatsauth_valkey_cache_get(uint64_t key);

/* To be asked before a session is read, and given back when it was. */
uint64_t ngx_http_whatsauth_valkey_cache_age(uint64_t key);
void ngx_http_whatsauth_valkey_cache_put(const ledger_session_t *session,
    uint64_t age, ngx_msec_t began);

void ngx_http_whatsauth_valkey_cache_evict(uint64_t key);
void ngx_http_whatsauth_valkey_cache_evict_all(void);


/* valkey_read.c */

ngx_http_whatsauth_wait_t *ngx_http_whatsauth_valkey_read(uint64_t key,
    ngx_http_whatsauth_read_pt done, void *data);
ngx_http_whatsauth_wait_t *ngx_http_whatsauth_valkey_read_asked(
    const ledger_text_t *app, const ledger_text_t *user_id,
    ngx_http_whatsauth_read_pt done, void *data);
ngx_http_whatsauth_wait_t *ngx_http_whatsauth_valkey_read_session(
    uint64_t key, ngx_http_whatsauth_session_pt done, void *data);
ngx_http_whatsauth_wait_t *ngx_http_whatsauth_valkey_read_subject(
    const ledger_text_t *app, const ledger_text_t *number,
    ngx_http_whatsauth_subject_pt done, void *data);
void ngx_http_whatsauth_valkey_read_due(ngx_http_whatsauth_scan_t *scan);
void ngx_http_whatsauth_valkey_read_sweep_wanted(uint64_t now,
    ngx_http_whatsauth_wanted_pt done);


/* valkey_wait.c: operations, and who waits */

ngx_http_whatsauth_wait_t *ngx_http_whatsauth_valkey_wait_submit(
    ledger_op_t *op, ngx_http_whatsauth_done_pt done, void *data);

/* Begins all zeros; NULL: no memory. */
ngx_http_whatsauth_valkey_wait_t *ngx_http_whatsauth_valkey_wait(
    ngx_http_whatsauth_valkey_t *valkey);
void ngx_http_whatsauth_valkey_wait_over(ngx_http_whatsauth_valkey_t *valkey,
    ngx_http_whatsauth_valkey_wait_t *w);


/* valkey_opening.c: who waits for the keys of the store */

/* waits: they are not known. */
void ngx_http_whatsauth_valkey_opening_init(
    ngx_http_whatsauth_valkey_t *valkey, ngx_log_t *log, ngx_uint_t waits);
ngx_http_whatsauth_wait_t *ngx_http_whatsauth_valkey_opening(
    ngx_http_whatsauth_opened_pt done, void *data);

/* They are known now; may be called by the store. */
void ngx_http_whatsauth_valkey_opening_over(
    ngx_http_whatsauth_valkey_t *valkey);


/* valkey_watch.c */

ngx_int_t ngx_http_whatsauth_valkey_watch(uint64_t key);
void ngx_http_whatsauth_valkey_unwatch(uint64_t key);
void ngx_http_whatsauth_valkey_watch_net(ngx_event_t *ev);


#endif /* _NGX_HTTP_WHATSAUTH_VALKEY_H_INCLUDED_ */
