
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A provider posts messages to us and sends our replies.  Its object holds
 * every difference from other providers, and nothing outside of this folder
 * knows a provider by name.
 *
 *     provider   one of the table: meta, twilio, gateway
 *     account    what an app has at a provider: one directive of it
 *     webhook    one POST of a provider, and what proves it
 *     call       one request to a provider's API
 *
 * docs/ADDING.md says how to add one.
 */


#ifndef _NGX_HTTP_WHATSAUTH_PROVIDER_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_PROVIDER_H_INCLUDED_


#include "kit/conf.h"
#include "kit/options.h"
#include "kit/secret.h"

#include "ledger/ledger.h"
#include "protocol/message.h"
#include "protocol/reply.h"
#include "protocol/url.h"


/* The URL that a provider called. */
typedef struct {
    whatsauth_text_t  scheme;
    whatsauth_text_t  host;       /* empty: the provider does not sign it */
    whatsauth_text_t  target;     /* raw */
    whatsauth_text_t  userinfo;   /* decoded */
} ngx_http_whatsauth_webhook_url_t;


/*
 * A POST without its request, so that a thread can look at it.  Texts of url
 * point into the request, or for a thread into a copy.
 */
typedef struct {
    const ngx_http_whatsauth_provider_t  *provider;

    ngx_array_t                      *secrets;
                                      /* ngx_http_whatsauth_secret_t */
    ngx_http_whatsauth_secret_mask_t  candidates;
    ngx_uint_t                        tries;     /* so many at least */
    u_char                            mac[WHATSAUTH_SHA256_LEN];
    ngx_http_whatsauth_webhook_url_t  url;
    u_char                           *body;
    size_t                            len;

    ngx_http_whatsauth_secret_mask_t  verified;  /* 0: not verified */
    unsigned                          bad_reading:1;
                                      /* signed, but see reason */

    /* If it is verified. */
    whatsauth_batch_result_t          result;
    whatsauth_message_batch_t         batch;
    char                              reason[WHATSAUTH_BATCH_REASON_MAX];
} ngx_http_whatsauth_webhook_t;


/* A POST to a provider's API. */
typedef struct {
    whatsauth_url_t   url;
    ngx_str_t         path;            /* after the path of url */
    ngx_str_t         authorization;   /* empty: none */
    const char       *type;
    char             *body;            /* to be freed with free() */
    size_t            len;
} ngx_http_whatsauth_call_t;


/* The meanings of an API's refusal: bits. */
#define NGX_HTTP_WHATSAUTH_REFUSED_BUSY       0x01  /* not now */
#define NGX_HTTP_WHATSAUTH_REFUSED_FORBIDDEN  0x02  /* the operator has to mend
                                                       token, rights or URL */
#define NGX_HTTP_WHATSAUTH_REFUSED_UNKNOWN    0x04  /* a parameter, such as the
                                                       word for a question */

/* The code in an API's error, and what it means; the last code is 0. */
typedef struct {
    uint32_t    code;
    ngx_uint_t  refused;
} ngx_http_whatsauth_provider_code_t;


struct ngx_http_whatsauth_provider_s {

    ledger_provider_t   number;          /* in records; its word names the
                                            directive */

    /* The directive. */

    size_t              account_size;
    const ngx_http_whatsauth_option_t  *options;

    /* Defaults, and what is missing; logs its own [emerg], as all here do. */
    ngx_int_t         (*complete)(ngx_conf_t *cf,
                                  ngx_http_whatsauth_app_t *app,
                                  ngx_http_whatsauth_account_t *account);

    /* The account against those of all apps so far. */
    ngx_int_t         (*check)(ngx_conf_t *cf, ngx_http_whatsauth_app_t *app,
                               ngx_http_whatsauth_account_t *account);

    /* Needed where an app has an account, or NULL: whatsauth_public_url. */
    const char         *needs_public_url;

    /* Webhooks. */

    const char         *type;            /* of a body */
    size_t              body_max;
    ngx_str_t           header;          /* that it signs in, and the parser */
    int               (*parse)(const whatsauth_text_t *value, uint8_t *mac);
    const char         *too_large;       /* details of refusals */
    const char         *no_signature;
    const char         *bad_signature;
    const char         *not_the_apps;    /* bad, and the URL names an app */
    const char         *bad_target;
    const char         *bad_reading;

    const char         *response_type;
    ngx_str_t           response;        /* whenever the status is 200 */

    const char         *id_field;        /* that names our account; or NULL */

    /* Handles the provider's GET to the endpoint; NULL: it sends none. */
    ngx_int_t         (*handshake)(ngx_http_request_t *r);

    /*
     * Where header is empty: 1 if the request has a header that the provider
     * signs in.
     */
    ngx_uint_t        (*recognise)(ngx_http_request_t *r,
                                   ngx_http_whatsauth_main_conf_t *mcf);

    /* 1 if the URL is one that may be signed; NULL: any. */
    ngx_uint_t        (*is_target)(ngx_http_request_t *r);

    /*
     * Where header is empty: reads the signature into mac, and leaves only the
     * candidates that sign in its header.  NGX_DECLINED if there is none.
     */
    ngx_int_t         (*signature)(ngx_http_request_t *r,
                                   ngx_http_whatsauth_webhook_t *webhook);

    /* Sets url; NULL: the provider does not sign it. */
    void              (*prepare)(ngx_http_request_t *r,
                                 ngx_http_whatsauth_webhook_t *webhook);

    /*
     * In a thread or not.  Adds to `verified`, or sets `bad_reading` where a
     * good signature proves nothing; NGX_ERROR if it cannot be checked.
     */
    ngx_int_t         (*verify)(ngx_http_whatsauth_webhook_t *webhook);

    /* In a thread or not.  Sets result, and batch or reason. */
    void              (*read)(ngx_http_whatsauth_webhook_t *webhook);
    void              (*free)(whatsauth_message_batch_t *batch);

    /* 1 if a message, verified by the account's secrets, came to it. */
    ngx_uint_t        (*hears)(ngx_http_whatsauth_app_t *app,
                               const ngx_http_whatsauth_account_t *account,
                               const whatsauth_message_t *message);

    /* Replies. */

    /*
     * The words that the API may have for the question for a hidden phone
     * number, the last is NULL, and what a directive needs to ask it; both
     * NULL: the provider has no question.
     */
    const char *const  *questions;
    const char         *ask_needs;

    /* Fills call, from the route that the message came in on; question is
       NULL or one of the above. */
    ngx_int_t         (*reply)(ngx_pool_t *pool,
                               const ngx_http_whatsauth_account_t *account,
                               const ngx_str_t *route,
                               const whatsauth_reply_t *reply,
                               const char *question,
                               ngx_http_whatsauth_call_t *call);

    const ngx_http_whatsauth_provider_code_t  *codes;
};


extern const ngx_http_whatsauth_provider_t  ngx_http_whatsauth_meta;
extern const ngx_http_whatsauth_provider_t  ngx_http_whatsauth_twilio;
extern const ngx_http_whatsauth_provider_t  ngx_http_whatsauth_gateway;

/* All of them; the last is NULL. */
extern const ngx_http_whatsauth_provider_t *const
    ngx_http_whatsauth_providers[];


/* The provider of that number, or NULL. */
const ngx_http_whatsauth_provider_t *ngx_http_whatsauth_provider(
    unsigned number);

/*
 * The provider that has posted the request, by media type and, where several
 * post bodies of that type, by the header that it signs with; or NULL.
 */
const ngx_http_whatsauth_provider_t *ngx_http_whatsauth_provider_of(
    ngx_http_request_t *r, ngx_http_whatsauth_main_conf_t *mcf);

/* 1 if digits are those of the app's WhatsApp number. */
ngx_uint_t ngx_http_whatsauth_provider_is_phone(
    const ngx_http_whatsauth_app_t *app, const whatsauth_text_t *digits);

/* The longest body that a provider posts. */
size_t ngx_http_whatsauth_provider_body_max(void);

/* Reads the signature of the request into webhook->mac; or NGX_DECLINED. */
ngx_int_t ngx_http_whatsauth_provider_signature(ngx_http_request_t *r,
    ngx_http_whatsauth_webhook_t *webhook);

/* Adds to webhook->verified what headers of the request prove. */
void ngx_http_whatsauth_provider_headers(ngx_http_request_t *r,
    ngx_http_whatsauth_webhook_t *webhook);

/*
 * Adds to webhook->verified the candidates for which made_by() is 1.  It is 0
 * for a secret that has not made the MAC of content, -1 if that could not be
 * computed.
 */
ngx_int_t ngx_http_whatsauth_provider_try(
    ngx_http_whatsauth_webhook_t *webhook,
    int (*made_by)(const void *content, const whatsauth_text_t *secret,
                   const uint8_t *mac),
    const void *content);

/* The same by HMAC-SHA256 of the body. */
ngx_int_t ngx_http_whatsauth_provider_verify_sha256(
    ngx_http_whatsauth_webhook_t *webhook);

/* The meaning of an API's refusal, by its status and the code of its error,
   0 without one. */
ngx_uint_t ngx_http_whatsauth_provider_refused(
    const ngx_http_whatsauth_provider_t *provider, ngx_uint_t status,
    uint32_t code);

/* Needed by a directive whose account is to ask for hidden phone numbers. */
const char *ngx_http_whatsauth_provider_ask_needs(void);


#endif /* _NGX_HTTP_WHATSAUTH_PROVIDER_H_INCLUDED_ */
