
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * An app, as its block configures it: one structure for each subject, whose
 * directives are in setup/app_SUBJECT.c.
 */


#ifndef _NGX_HTTP_WHATSAUTH_APP_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_APP_H_INCLUDED_


#include "kit/secret.h"

#include "protocol/language.h"
#include "protocol/url.h"


/* See provider/provider.h. */
typedef struct ngx_http_whatsauth_provider_s  ngx_http_whatsauth_provider_t;


/* Those who may ask for codes. */
typedef struct {
    ngx_array_t      tokens;         /* ngx_http_whatsauth_digest_t */
    ngx_array_t      page_tokens;    /* ngx_http_whatsauth_digest_t */
    ngx_array_t      origins;        /* whatsauth_url_t */
} ngx_http_whatsauth_app_access_t;


/* The numbers that users write to: "+" and digits, or for SMS the digits of a
   short code. */
typedef struct {
    ngx_str_t        whatsapp;
    ngx_str_t        sms;
    ngx_uint_t       sms_on;
} ngx_http_whatsauth_app_phone_t;


/* Defaults of a code, which its request may override. */
typedef struct {
    ngx_msec_t       expires;
    ngx_msec_t       expires_max;
    ngx_uint_t       message_any;    /* 0: only as the link has it */
} ngx_http_whatsauth_app_code_t;


/* The senders whose messages validate a code. */
typedef struct {
    ngx_str_t        numbers;        /* digits, commas; empty: anybody's */
    ngx_uint_t       ask_hidden;     /* for a number that is hidden */
} ngx_http_whatsauth_app_sender_t;


/* Where and how the site is called. */
typedef struct {
    ngx_str_t        url;
    whatsauth_url_t  parsed;         /* the parts of url */
    ngx_array_t      authorized;     /* whatsauth_url_t */
    ngx_array_t      retry;          /* ngx_msec_t */
    ngx_array_t      secrets;        /* whatsauth_webhook_key_t */
    ngx_uint_t       on;             /* LEDGER_ON_* */
    ngx_uint_t       strict;         /* 0: every 2xx is a success */
    unsigned         to_public:1;    /* any https URL in public */
    unsigned         no_secret:1;    /* the operator wrote "none" */
} ngx_http_whatsauth_app_callback_t;


/* Texts for users. */
typedef struct {
    ngx_str_t        link;           /* percent-encoded */
    uint64_t         link_hash;      /* of what link says */
    ngx_str_t        response;
    ngx_str_t        expiration;
    ngx_str_t        failure;
} ngx_http_whatsauth_app_texts_t;


/* Limits of codes and of the store; _page: the part of pages. */
typedef struct {
    ngx_uint_t       max_live;
    ngx_uint_t       max_live_page;
    ngx_uint_t       share;          /* ten-thousandths */
    ngx_uint_t       share_page;
    ngx_uint_t       start_minute;   /* 0: no limit */
    ngx_uint_t       start_hour;
} ngx_http_whatsauth_app_limits_t;


/* The replies to users, and their number in an hour. */
typedef struct {
    ngx_uint_t       sandbox;        /* no replies */
    ngx_uint_t       by_sms;
    ngx_uint_t       limit_sender;
    ngx_uint_t       limit_app;
} ngx_http_whatsauth_app_reply_t;


/* The texts that users get in the chat, for logins at the login page. */

#define NGX_HTTP_WHATSAUTH_CHAT_MAX       1536   /* bytes with their values */
#define NGX_HTTP_WHATSAUTH_CHAT_TIME_LEN  (sizeof("2026-11-28 05:10 UTC") - 1)

typedef enum {
    NGX_HTTP_WHATSAUTH_CHAT_PIN = 0,
    NGX_HTTP_WHATSAUTH_CHAT_LOGGED_IN,
    NGX_HTTP_WHATSAUTH_CHAT_ENDED,       /* the answer to 0 */
    NGX_HTTP_WHATSAUTH_CHAT_N
} ngx_http_whatsauth_chat_number_t;

typedef struct {
    whatsauth_text_t  text[WHATSAUTH_LANGUAGES_N][NGX_HTTP_WHATSAUTH_CHAT_N];
} ngx_http_whatsauth_chat_t;


/* The login page of the app; paths are whole. */
typedef struct {
    ngx_uint_t       on;
    ngx_uint_t       autostart;      /* a visit is enough for a code */
    ngx_str_t        title;          /* empty: the app's name */
    ngx_str_t        logo;           /* file of an image; empty: none */
    ngx_str_t        style;          /* file of CSS; empty: none */
    ngx_str_t        texts;          /* file of JSON; empty: none */
    ngx_str_t        language;
    ngx_http_whatsauth_chat_t  *chat;    /* NULL without page */
} ngx_http_whatsauth_app_login_t;


/* When a login at the login page needs a PIN from the chat. */
typedef enum {
    NGX_HTTP_WHATSAUTH_CONFIRM_OFF = 0,
    NGX_HTTP_WHATSAUTH_CONFIRM_UNKNOWN,     /* unless the browser is known */
    NGX_HTTP_WHATSAUTH_CONFIRM_ALWAYS
} ngx_http_whatsauth_confirm_mode_t;

/* Against somebody who has another send the message of his own login. */
typedef struct {
    ngx_uint_t                  confirm;    /* NGX_HTTP_WHATSAUTH_CONFIRM_* */
    ngx_uint_t                  ask_number; /* the page asks for the number,
                                               and no other counts */
    ngx_http_complex_value_t   *place;      /* NULL: device and network */
} ngx_http_whatsauth_app_consent_t;


/* The sessions that begin at the login page. */
typedef struct {
    ngx_msec_t       absolute;       /* from the login on */
    ngx_msec_t       idle;           /* from the last request on */
    ngx_uint_t       persist;        /* the browser keeps it when it ends */
} ngx_http_whatsauth_app_session_t;


/*
 * An account of the app at a provider: one directive of it.  The provider's own
 * structure begins with this.
 */
typedef struct {
    const ngx_http_whatsauth_provider_t  *provider;

    ngx_str_t                         id;       /* in messages, and the route
                                                   of replies; empty: any */
    ngx_http_whatsauth_secret_mask_t  secret_mask;
    whatsauth_url_t                   api;
    unsigned                          replies:1;    /* the API can be called */
} ngx_http_whatsauth_account_t;


typedef struct {
    ngx_str_t                           name;
    ngx_uint_t                          enabled;

    ngx_http_whatsauth_app_access_t     access;
    ngx_http_whatsauth_app_phone_t      phone;
    ngx_http_whatsauth_app_code_t       code;
    ngx_http_whatsauth_app_sender_t     sender;
    ngx_http_whatsauth_app_callback_t   callback;
    ngx_http_whatsauth_app_texts_t      texts;
    ngx_http_whatsauth_app_limits_t     limits;
    ngx_http_whatsauth_app_reply_t      reply;
    ngx_http_whatsauth_app_login_t      login;
    ngx_http_whatsauth_app_session_t    session;
    ngx_http_whatsauth_app_consent_t    consent;

    ngx_array_t                         accounts;
                                            /* ngx_http_whatsauth_account_t * */

    ngx_shm_zone_t                     *zone;    /* ngx_http_whatsauth_zone_t */
} ngx_http_whatsauth_app_t;


/* The trust in a callback URL. */
typedef enum {
    NGX_HTTP_WHATSAUTH_CALLBACK_REFUSED = 0,
    NGX_HTTP_WHATSAUTH_CALLBACK_PUBLIC,     /* to public addresses only */
    NGX_HTTP_WHATSAUTH_CALLBACK_DECLARED    /* the operator wrote it */
} ngx_http_whatsauth_trust_t;

ngx_http_whatsauth_trust_t ngx_http_whatsauth_app_trusts(
    ngx_http_whatsauth_app_t *app, const whatsauth_url_t *url);


#endif /* _NGX_HTTP_WHATSAUTH_APP_H_INCLUDED_ */
