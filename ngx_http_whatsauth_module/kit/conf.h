
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The configuration of http, of servers and of locations. */


#ifndef _NGX_HTTP_WHATSAUTH_CONF_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_CONF_H_INCLUDED_


#include "kit/app.h"

#include "ledger/ledger.h"

#include "protocol/phone_set.h"


struct ngx_http_whatsauth_outgoing_conf_s;     /* wire/outgoing_conf.h */

/* An endpoint, see face/face.h. */
typedef struct ngx_http_whatsauth_face_s  ngx_http_whatsauth_face_t;


/* Where a directive stands in the configuration. */
typedef struct {
    ngx_str_t                       file;
    ngx_uint_t                      line;
} ngx_http_whatsauth_conf_line_t;


/* See door/engine.h. */
typedef struct ngx_http_whatsauth_engine_s  ngx_http_whatsauth_engine_t;


typedef struct {
    const ngx_http_whatsauth_engine_t
                                   *engine;
    ngx_str_t                       place;     /* a path or a URL, as log lines
                                                  name the store */
    ngx_str_t                       identity;  /* what a reload must not
                                                  change */
    size_t                          size;
    ngx_msec_t                      retain;
    void                           *conf;      /* the engine's own */
    ngx_resolver_t                 *resolver;  /* or NULL */
    ngx_msec_t                      resolver_timeout;
} ngx_http_whatsauth_store_conf_t;


typedef struct {
    ngx_msec_t                      timeout;
    ngx_uint_t                      inflight;
    ngx_uint_t                      per_host;
    ngx_str_t                       trusted_certificate;
    uint32_t                        lane_point;  /* of the lanes' hash */
} ngx_http_whatsauth_callback_conf_t;


/* Responses that stay open, in each worker. */
typedef struct {
    ngx_uint_t                      max;
    ngx_uint_t                      per_address;
} ngx_http_whatsauth_streams_conf_t;


typedef struct {
    ngx_str_t                       name;
    ngx_thread_pool_t              *pool;
} ngx_http_whatsauth_threads_conf_t;


/* Of all apps, those of one provider. */
typedef struct {
    ngx_array_t                     all;   /* ngx_http_whatsauth_secret_t */
    ngx_uint_t                      most;  /* that one app has, and that sign
                                              bodies */
} ngx_http_whatsauth_secrets_t;


typedef struct {
    ngx_str_t                            public_url;

    ngx_http_whatsauth_store_conf_t      store;
    ngx_http_whatsauth_callback_conf_t   callback;
    ngx_http_whatsauth_threads_conf_t    threads;
    ngx_http_whatsauth_streams_conf_t    streams;

    /* Of the first location with the API; NULL: there is none. */
    ngx_http_conf_ctx_t                 *carrier_ctx;
    struct ngx_http_whatsauth_outgoing_conf_s
                                        *outgoing;

    ngx_array_t                          apps;  /* ngx_http_whatsauth_app_t * */

    ngx_http_whatsauth_secrets_t         secrets[LEDGER_PROVIDERS_N];

    ngx_array_t                          open_files;   /* ngx_str_t:
                                            configurations whose secrets every
                                            user of the machine may read */

    ngx_array_t                          gate_conditions;
                                     /* ngx_http_whatsauth_gate_condition_t * */

    ngx_int_t                            cookie_variable;   /* $http_cookie */

    ngx_shm_zone_t                      *zone;    /* of no app alone */
} ngx_http_whatsauth_main_conf_t;


typedef struct {
    ngx_array_t                          locations;  /* with the API:
                                            ngx_http_core_loc_conf_t * */
    ngx_array_t                          blocks;     /* the server, and its
                                            locations that have a name:
                                            ngx_http_whatsauth_loc_conf_t * */
} ngx_http_whatsauth_srv_conf_t;


/* See login/template.h. */
typedef struct ngx_http_whatsauth_pages_s  ngx_http_whatsauth_pages_t;


/* A location's "whatsauth_login". */
typedef struct {
    ngx_str_t                            name;
    /* Set when all apps are read. */
    ngx_http_whatsauth_app_t            *app;
    ngx_http_whatsauth_pages_t          *pages;
} ngx_http_whatsauth_login_conf_t;


/* A gate: what a request must bring along to be served by the location. */
typedef struct {
    /* Set when all servers are read. */
    ngx_http_whatsauth_app_t            *app;
    ngx_str_t                            login;    /* prefix of the app's
                                                      login page, in this
                                                      server */
    ngx_uint_t                           status;   /* of the login page: 401,
                                                      or 200 */
    const whatsauth_phone_set_t         *numbers;  /* NULL: anybody's */
    ngx_array_t                         *require;  /* ngx_http_complex_value_t,
                                                      or NULL */
    unsigned                             optional:1;
} ngx_http_whatsauth_gate_conf_t;


/* The directives of gates, see setup/gate_location.h. */
typedef struct ngx_http_whatsauth_gate_line_s  ngx_http_whatsauth_gate_line_t;
typedef struct ngx_http_whatsauth_gate_condition_s
                                          ngx_http_whatsauth_gate_condition_t;

/* Those of a block; NULL: not there, nor in the blocks around it. */
typedef struct {
    ngx_http_whatsauth_gate_line_t      *gate;
    ngx_http_whatsauth_gate_condition_t *numbers;
    ngx_http_whatsauth_gate_condition_t *require;
} ngx_http_whatsauth_gate_lines_t;


typedef struct ngx_http_whatsauth_loc_conf_s  ngx_http_whatsauth_loc_conf_t;

struct ngx_http_whatsauth_loc_conf_s {
    ngx_http_core_loc_conf_t            *core;
    ngx_http_whatsauth_loc_conf_t       *around;  /* of the block around */
    /* The endpoints below the location's prefix; the last one is NULL. */
    const ngx_http_whatsauth_face_t    *const *faces;
    /* The only one of the location, or NULL. */
    const ngx_http_whatsauth_face_t     *face;
    ngx_http_whatsauth_login_conf_t     *login;   /* NULL: "whatsauth" */
    ngx_str_t                            prefix;
    ngx_str_t                            directive;
    ngx_http_whatsauth_conf_line_t       at;      /* of the directive */
    ngx_http_whatsauth_gate_conf_t      *gate;    /* NULL: not gated */
    ngx_http_whatsauth_gate_lines_t      gate_lines;
    unsigned                             enabled:1;
};


/*
 * The app of that name, or NULL.  Looks at all apps in any case, so that the
 * time does not tell which one it is.
 */
ngx_http_whatsauth_app_t *ngx_http_whatsauth_conf_app(
    ngx_http_whatsauth_main_conf_t *mcf, const void *name, size_t len);

/* The line that is being read. */
void ngx_http_whatsauth_conf_line(ngx_conf_t *cf,
    ngx_http_whatsauth_conf_line_t *at);

/* As ngx_conf_log_error(), with the file and line of a directive. */
void ngx_cdecl ngx_http_whatsauth_conf_log_error(ngx_uint_t level,
    ngx_conf_t *cf, const ngx_http_whatsauth_conf_line_t *at, const char *fmt,
    ...);


#endif /* _NGX_HTTP_WHATSAUTH_CONF_H_INCLUDED_ */
