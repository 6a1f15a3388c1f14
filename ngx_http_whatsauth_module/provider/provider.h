
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_PROVIDER_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_PROVIDER_H_INCLUDED_


#include "journey/inspect.h"
#include "kit/conf.h"
#include "kit/secret.h"
#include "kit/trouble.h"


/* A provider: the way in which its webhooks differ from those of others. */
struct ngx_http_whatsauth_provider_s {
    const char     *type;            /* of a body */
    size_t          body_max;
    const char     *too_large;       /* detail of the refusal */

    ngx_str_t       header;          /* that holds the signature */
    const char     *no_signature;    /* details of refusals */
    const char     *bad_signature;
    const char     *not_the_apps;    /* a bad one, where the URL names an app */
    const char     *bad_target;
    const char     *bad_reading;

    const char     *answer_type;
    ngx_str_t       answer;          /* whenever it is 200 */

    size_t          secrets;         /* offset of the main configuration's
                                        ngx_array_t of
                                        ngx_http_whatsauth_secret_t */

    size_t          most;            /* and of the ngx_uint_t that tells how
                                        many sign for one app at most */

    ngx_http_whatsauth_secret_mask_t  (*app_secrets)(
                                      ngx_http_whatsauth_app_t *app);

    /* Reads the header; 0, or -1 if it holds no signature. */
    int  (*parse)(const whatsauth_text_t *value, uint8_t *mac);

    /* 1 if the URL is one that may be signed; NULL: any. */
    ngx_uint_t  (*is_target)(ngx_http_request_t *r);

    /* Gives the inspection what it needs of the request; may be NULL. */
    void  (*prepare)(ngx_http_request_t *r,
                     ngx_http_whatsauth_inspection_t *inspection);

    /*
     * Finds `verified`, which is none where a good signature proves nothing
     * (`bad_reading`, with a reason); NGX_ERROR if that cannot be told.
     */
    ngx_int_t  (*verify)(ngx_http_whatsauth_inspection_t *inspection);

    whatsauth_batch_result_t  (*read)(const char *body, size_t len,
                                      whatsauth_message_batch_t *batch,
                                      char *reason);
    void  (*free)(whatsauth_message_batch_t *batch);

    /* For the log, when no secret fits. */
    ngx_http_whatsauth_cause_t  cause;
    const char     *claim;           /* the field that names our number */
};


/* The provider that posts bodies of the request's type, or NULL. */
const ngx_http_whatsauth_provider_t *ngx_http_whatsauth_provider(
    ngx_http_request_t *r);

/* The secrets of the provider that apps have. */
ngx_array_t *ngx_http_whatsauth_provider_secrets(
    const ngx_http_whatsauth_provider_t *provider,
    ngx_http_whatsauth_main_conf_t *mcf);

/* The least number of them to be tried for an app that a URL names. */
ngx_uint_t ngx_http_whatsauth_provider_tries(
    const ngx_http_whatsauth_provider_t *provider,
    ngx_http_whatsauth_main_conf_t *mcf);

/* Counts that, once all apps are known. */
void ngx_http_whatsauth_provider_count(ngx_http_whatsauth_main_conf_t *mcf);

/* Those of the candidates that a header of the request proves. */
ngx_http_whatsauth_secret_mask_t ngx_http_whatsauth_provider_headers(
    ngx_http_request_t *r, const ngx_http_whatsauth_provider_t *provider,
    ngx_http_whatsauth_secret_mask_t candidates);

/*
 * 1 if a message that was signed with these secrets of its provider came to
 * a number of the app by a way that the app has configured with one of them.
 */
ngx_uint_t ngx_http_whatsauth_provider_hears(ngx_http_whatsauth_app_t *app,
    ngx_http_whatsauth_secret_mask_t verified,
    const whatsauth_message_t *message);


#endif /* _NGX_HTTP_WHATSAUTH_PROVIDER_H_INCLUDED_ */
