
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_MODULE_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_MODULE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "lmdb_store/lmdb_store.h"
#include "protocol/code.h"
#include "protocol/signature.h"
#include "protocol/text.h"
#include "protocol/url.h"
#include "protocol/webhook_signature.h"

#include "kit/result.h"


#if !(NGX_THREADS)
#error ngx_http_whatsauth_module requires nginx built --with-threads
#endif

#if !(NGX_HTTP_SSL)
#error ngx_http_whatsauth_module requires nginx built --with-http_ssl_module
#endif


#define NGX_HTTP_WHATSAUTH_VERSION  "0.1.0"

/* Not every package of nginx has the directory that it lies in. */
#define NGX_HTTP_WHATSAUTH_STORE_PARENT   "/var/lib/nginx"
#define NGX_HTTP_WHATSAUTH_STORE_DEFAULT                                      \
    NGX_HTTP_WHATSAUTH_STORE_PARENT "/whatsauth"


/* A secret that is only ever compared: its SHA-256. */
typedef struct {
    u_char  sha256[WHATSAUTH_SHA256_LEN];
} ngx_http_whatsauth_digest_t;


/*
 * Secrets that webhooks are proven by, each distinct one once for all apps: a
 * body is hashed once per secret, and the set that verified it is a bit mask.
 */
#define NGX_HTTP_WHATSAUTH_SECRETS_MAX  64

typedef uint64_t  ngx_http_whatsauth_secrets_t;

typedef struct {
    ngx_str_t  value;     /* signs the body, or is a header's: its SHA-256 */
    ngx_str_t  header;    /* the name of that header, or empty */
} ngx_http_whatsauth_secret_t;


/* The lane of a host is a hash modulo this prime, 2^31 - 1. */
#define NGX_HTTP_WHATSAUTH_LANE_PRIME  2147483647u


/* One "meta" directive: a number of ours at Meta. */
typedef struct {
    ngx_http_whatsauth_secrets_t   secrets;
    ngx_array_t                    verify_tokens;
                                            /* ngx_http_whatsauth_digest_t */
    ngx_str_t                      phone_number_id;
    ngx_str_t                      access_token;    /* for replies */
    whatsauth_url_t                api;
    unsigned                       verify_by_token:1;
                                            /* the app's tokens verify, too */
} ngx_http_whatsauth_meta_t;


/* See wire/outgoing_session.h. */
typedef struct ngx_http_whatsauth_sessions_s  ngx_http_whatsauth_sessions_t;


/* One "twilio" directive: an account at Twilio. */
typedef struct {
    ngx_str_t                      account_sid;
    ngx_http_whatsauth_secrets_t   auth_tokens;  /* of those of all apps */
    ngx_str_t                      auth_token;   /* the first: for replies */
    whatsauth_url_t                api;
} ngx_http_whatsauth_twilio_t;


typedef struct {
    ngx_str_t                      name;
    ngx_array_t                    tokens;  /* ngx_http_whatsauth_digest_t */
    ngx_array_t                    page_tokens;
                                            /* ngx_http_whatsauth_digest_t */
    ngx_str_t                      phone;   /* "+" and digits */
    ngx_str_t                      sms_phone;
    ngx_str_t                      callback_url;
    whatsauth_url_t                callback;
    ngx_array_t                    authorized_callbacks;
                                            /* whatsauth_url_t */
    ngx_flag_t                     enabled;
    ngx_msec_t                     expires;
    ngx_msec_t                     expires_max;
    ngx_array_t                    authorized_origins;
                                            /* whatsauth_url_t */
    ngx_str_t                      authorized_numbers;  /* digits, commas */
    ngx_array_t                    callback_retry;  /* ngx_msec_t */
    ngx_uint_t                     callback_on;     /* LEDGER_ON_* */
    ngx_array_t                    callback_keys;
                                            /* whatsauth_webhook_key_t */
    ngx_uint_t                     max_live;
    ngx_uint_t                     max_live_page;
    ngx_uint_t                     store_share;     /* ten-thousandths */
    ngx_uint_t                     store_share_page;
    ngx_uint_t                     start_limit_minute;  /* 0: none */
    ngx_uint_t                     start_limit_hour;
    ngx_array_t                    meta;    /* ngx_http_whatsauth_meta_t */
    ngx_array_t                    twilio;  /* ngx_http_whatsauth_twilio_t */
    ngx_str_t                      link_message;    /* percent-encoded */
    uint64_t                       link_hash;       /* of what it says */
    ngx_str_t                      response_message;
    ngx_str_t                      expiration_message;
    ngx_str_t                      failure_message;
    ngx_flag_t                     sandbox;
    ngx_flag_t                     sms;
    ngx_flag_t                     sms_reply;
    ngx_flag_t                     hidden_request;
    ngx_uint_t                     reply_limit_sender;  /* an hour */
    ngx_uint_t                     reply_limit_app;
    ngx_shm_zone_t                *zone;    /* ngx_http_whatsauth_zone_t */

    unsigned                       callback_public:1;
    unsigned                       callback_strict:1;
    unsigned                       callback_unsigned:1;  /* meant so */
    unsigned                       message_any:1;   /* not as prefilled */

    /* Whether a directive of the block has been seen, a bit each. */
    uint64_t                       seen;
} ngx_http_whatsauth_app_t;


typedef struct {
    ngx_str_t                      store_path;
    size_t                         store_size;
    ngx_msec_t                     retain;

    ngx_str_t                      public_url;

    ngx_array_t                    apps;    /* ngx_http_whatsauth_app_t */
    ngx_array_t                    secrets;      /* of Meta */
    ngx_array_t                    auth_tokens;  /* of Twilio, both
                                            ngx_http_whatsauth_secret_t */
    ngx_array_t                    open_files;   /* ngx_str_t: configurations
                                            whose secrets all may read */

    /* The most of them that one app has and that sign bodies. */
    ngx_uint_t                     app_secrets_most;
    ngx_uint_t                     app_auth_tokens_most;

    ngx_msec_t                     callback_timeout;
    ngx_uint_t                     callback_inflight;
    ngx_uint_t                     callback_per_host;
    uint32_t                       lane_point;  /* of the lanes' hash */
    ngx_str_t                      callback_trusted_certificate;

    ngx_str_t                      threads;      /* the name of its pool */
    ngx_thread_pool_t             *thread_pool;
    ngx_shm_zone_t                *zone;    /* of no app alone */

    /* What outgoing requests run in: the first location with the API. */
    ngx_http_conf_ctx_t           *outgoing_ctx;
    ngx_http_upstream_conf_t       outgoing;
    ngx_http_upstream_srv_conf_t   outgoing_peer;
    ngx_http_whatsauth_sessions_t *outgoing_sessions;
    ngx_resolver_t                *resolver;
    ngx_msec_t                     resolver_timeout;
} ngx_http_whatsauth_main_conf_t;


typedef struct {
    ngx_array_t                    locations;  /* with the API:
                                                  ngx_http_core_loc_conf_t * */
} ngx_http_whatsauth_srv_conf_t;


/*
 * An endpoint, named by what follows the prefix location.  A name that ends
 * in "/" is followed by what the handler finds in ctx->rest.
 */
typedef struct {
    ngx_str_t                      name;
    ngx_http_handler_pt            handler;
} ngx_http_whatsauth_endpoint_t;

typedef struct {
    /* NULL: all of them, below the location's prefix. */
    const ngx_http_whatsauth_endpoint_t  *endpoint;
    ngx_str_t                             prefix;
    ngx_str_t                             file;    /* of the configuration, */
    ngx_uint_t                            line;    /* with the directive */
    unsigned                              enabled:1;
} ngx_http_whatsauth_loc_conf_t;


/* What the variables and the log tell of a request. */
typedef struct {
    ngx_http_whatsauth_app_t      *app;
    ngx_http_whatsauth_result_t    result;
    ngx_str_t                      id;
    ngx_str_t                      rest;    /* of the URI */
    ngx_str_t                      request_line;
                                            /* whole, while the location that
                                               it was cut for is a guess */
    void                          *data;    /* the endpoint's own */
    unsigned                       page:1;  /* the app by a page's token */
} ngx_http_whatsauth_ctx_t;


/* Of every location with the API. */
ngx_int_t ngx_http_whatsauth_handler(ngx_http_request_t *r);

/*
 * The endpoint that the rest of a URI names, or NULL; takes its name off the
 * rest.
 */
const ngx_http_whatsauth_endpoint_t *ngx_http_whatsauth_endpoint(
    ngx_str_t *rest);

ngx_int_t ngx_http_whatsauth_verification_code_handler(ngx_http_request_t *r);
ngx_int_t ngx_http_whatsauth_messages_handler(ngx_http_request_t *r);
ngx_int_t ngx_http_whatsauth_verification_handler(ngx_http_request_t *r);
ngx_int_t ngx_http_whatsauth_qr_handler(ngx_http_request_t *r);

ngx_int_t ngx_http_whatsauth_add_variables(ngx_conf_t *cf);

/* NULL when memory is out. */
ngx_http_whatsauth_ctx_t *ngx_http_whatsauth_get_ctx(ngx_http_request_t *r);


static ngx_inline whatsauth_text_t
ngx_http_whatsauth_text(const ngx_str_t *str)
{
    whatsauth_text_t  text;

    text.len = str->len;
    text.data = (const char *) str->data;

    return text;
}


extern ngx_module_t  ngx_http_whatsauth_module;


#endif /* _NGX_HTTP_WHATSAUTH_MODULE_H_INCLUDED_ */
