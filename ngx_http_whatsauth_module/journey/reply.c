
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/door.h"
#include "journey/place.h"
#include "journey/reply.h"
#include "journey/reply_text.h"
#include "kit/limit.h"
#include "kit/log.h"
#include "kit/trouble.h"
#include "wire/outgoing_log.h"


typedef struct {
    ngx_pool_t                      *pool;
    ngx_http_whatsauth_app_t        *app;
    const ngx_http_whatsauth_provider_t
                                    *provider;
    ngx_http_whatsauth_place_t       place;
    ngx_http_whatsauth_outgoing_t    outgoing;
    whatsauth_url_t                  url;
    ngx_uint_t                       waits;      /* for a place, so far */
    ngx_event_t                      again;

    /* Of a question, which may have to be put again. */
    const char *const               *questions;  /* as in the content */
    ngx_uint_t                       attempt;
    ngx_http_whatsauth_destination_t
                                     destination;   /* texts in pool */
} ngx_http_whatsauth_sending_t;


/* Questions in an hour: to one sender, and of an app. */
#define NGX_HTTP_WHATSAUTH_QUESTIONS_SENDER        10
#define NGX_HTTP_WHATSAUTH_QUESTIONS_APP           10000

/* A question is put after 0, 4 and 16 seconds. */
#define NGX_HTTP_WHATSAUTH_ASK_ATTEMPTS            3

/* Replies without a place wait for 1, 4 and 16 seconds; at most so many. */
#define NGX_HTTP_WHATSAUTH_REPLY_WAITS             3
#define NGX_HTTP_WHATSAUTH_REPLY_WAITING_MAX       4096


static ngx_uint_t ngx_http_whatsauth_reply_limited(
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_quota_t *quota,
    const ngx_http_whatsauth_destination_t *destination);
static void ngx_http_whatsauth_ask_as(ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_destination_t *destination,
    const char *const *questions, ngx_uint_t attempt);
static ngx_int_t ngx_http_whatsauth_ask_keep(
    ngx_http_whatsauth_sending_t *sending,
    const ngx_http_whatsauth_destination_t *destination);
static ngx_uint_t ngx_http_whatsauth_ask_other(
    ngx_http_whatsauth_sending_t *sending);
static ngx_uint_t ngx_http_whatsauth_ask_later(
    ngx_http_whatsauth_sending_t *sending, ngx_uint_t refused);
static void ngx_http_whatsauth_ask_again(ngx_event_t *ev);
static void ngx_http_whatsauth_reply_start(ngx_http_whatsauth_app_t *app,
    ledger_channel_t channel,
    const ngx_http_whatsauth_reply_content_t *content,
    const ngx_http_whatsauth_destination_t *destination);
static ngx_int_t ngx_http_whatsauth_reply_send(ngx_pool_t *pool,
    ngx_http_whatsauth_app_t *app, ledger_channel_t channel,
    const ngx_http_whatsauth_reply_content_t *content,
    const ngx_http_whatsauth_destination_t *destination);
static ngx_int_t ngx_http_whatsauth_reply_try(
    ngx_http_whatsauth_sending_t *sending);
static ngx_int_t ngx_http_whatsauth_reply_wait(
    ngx_http_whatsauth_sending_t *sending);
static void ngx_http_whatsauth_reply_waited(ngx_event_t *ev);
static void ngx_http_whatsauth_reply_answered(
    ngx_http_whatsauth_outgoing_t *outgoing);
static void ngx_http_whatsauth_reply_refused(
    ngx_http_whatsauth_sending_t *sending);


/* Of this worker. */
static ngx_uint_t  ngx_http_whatsauth_replies_waiting;


void
ngx_http_whatsauth_reply(ngx_http_whatsauth_app_t *app,
    const ledger_record_t *record, unsigned reply,
    const ngx_http_whatsauth_destination_t *destination)
{
    ngx_http_whatsauth_quota_t          quota;
    ngx_http_whatsauth_reply_content_t  content;

    quota.what = NGX_HTTP_WHATSAUTH_LIMIT_REPLY;
    quota.each = app->reply.limit_sender;
    quota.all = app->reply.limit_app;

    if (ngx_http_whatsauth_reply_limited(app, &quota, destination)) {
        ngx_http_whatsauth_log(NGX_LOG_NOTICE, ngx_cycle->log,
                               "reply suppressed, reason=reply_limit, "
                               "app=%V", &app->name);
        return;
    }

    content.text = ngx_http_whatsauth_reply_text(app, record, reply);
    content.questions = NULL;
    content.attempt = 0;

    ngx_http_whatsauth_reply_start(app, record->channel, &content,
                                   destination);
}


/* A login hangs on a question, so replies must not use up its budget. */

ngx_int_t
ngx_http_whatsauth_ask(ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_destination_t *destination)
{
    ngx_http_whatsauth_quota_t            quota;
    const ngx_http_whatsauth_provider_t  *provider;

    quota.what = NGX_HTTP_WHATSAUTH_LIMIT_QUESTION;
    quota.each = NGX_HTTP_WHATSAUTH_QUESTIONS_SENDER;
    quota.all = NGX_HTTP_WHATSAUTH_QUESTIONS_APP;

    if (ngx_http_whatsauth_reply_limited(app, &quota, destination)) {
        return NGX_DECLINED;
    }

    provider = ngx_http_whatsauth_provider(destination->provider);

    ngx_http_whatsauth_ask_as(app, destination, provider->questions, 1);

    return NGX_OK;
}


static void
ngx_http_whatsauth_ask_as(ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_destination_t *destination,
    const char *const *questions, ngx_uint_t attempt)
{
    ngx_http_whatsauth_reply_content_t  content;

    static const whatsauth_text_t  text = whatsauth_text(
        "Please tap the button to send your phone number and log in.");

    content.text = text;
    content.questions = questions;
    content.attempt = attempt;

    ngx_http_whatsauth_reply_start(app, LEDGER_CHANNEL_WHATSAPP, &content,
                                   destination);
}


static void
ngx_http_whatsauth_reply_start(ngx_http_whatsauth_app_t *app,
    ledger_channel_t channel,
    const ngx_http_whatsauth_reply_content_t *content,
    const ngx_http_whatsauth_destination_t *destination)
{
    ngx_pool_t  *pool;

    if (ngx_exiting || ngx_terminate) {
        return;
    }

    pool = ngx_create_pool(2048, ngx_cycle->log);
    if (pool == NULL) {
        return;
    }

    if (ngx_http_whatsauth_reply_send(pool, app, channel, content,
                                      destination)
        != NGX_OK)
    {
        ngx_destroy_pool(pool);
    }
}


static ngx_uint_t
ngx_http_whatsauth_reply_limited(ngx_http_whatsauth_app_t *app,
    ngx_http_whatsauth_quota_t *quota,
    const ngx_http_whatsauth_destination_t *destination)
{
    const ledger_text_t  *sender;

    sender = destination->sender.len ? &destination->sender
                                     : &destination->user_id;

    quota->key = sender->data;
    quota->len = sender->len;

    return ngx_http_whatsauth_limit(app, quota, 1) != 0;
}


static ngx_int_t
ngx_http_whatsauth_reply_send(ngx_pool_t *pool, ngx_http_whatsauth_app_t *app,
    ledger_channel_t channel,
    const ngx_http_whatsauth_reply_content_t *content,
    const ngx_http_whatsauth_destination_t *destination)
{
    ngx_http_whatsauth_sending_t  *sending;

    sending = ngx_pcalloc(pool, sizeof(ngx_http_whatsauth_sending_t));
    if (sending == NULL) {
        return NGX_ERROR;
    }

    sending->pool = pool;
    sending->app = app;
    sending->provider = ngx_http_whatsauth_provider(destination->provider);
    sending->questions = content->questions;
    sending->attempt = content->attempt;
    sending->outgoing.request = ngx_http_whatsauth_reply_request(pool, app,
                                   channel, content, destination,
                                   &sending->url);

    if (sending->outgoing.request == NULL
        || ngx_http_whatsauth_ask_keep(sending, destination) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_reply_try(sending);
}


static ngx_int_t
ngx_http_whatsauth_reply_try(ngx_http_whatsauth_sending_t *sending)
{
    whatsauth_url_t                 *url;
    ngx_http_whatsauth_outgoing_t   *out;
    ngx_http_whatsauth_main_conf_t  *mcf;

    mcf = ngx_http_cycle_get_module_main_conf(ngx_cycle,
                                              ngx_http_whatsauth_module);
    url = &sending->url;

    if (ngx_http_whatsauth_place_take(&sending->place, mcf, sending->app, url,
                                      0)
        != NGX_OK)
    {
        return ngx_http_whatsauth_reply_wait(sending);
    }

    out = &sending->outgoing;

    out->pool = sending->pool;
    out->want_body = 1;
    out->handler = ngx_http_whatsauth_reply_answered;
    out->data = sending;

    ngx_http_whatsauth_outgoing_target(out, url);
    ngx_http_whatsauth_outgoing_send(out, mcf->outgoing);

    return NGX_OK;
}


/* Nothing of it has gone out, so it cannot come twice. */

static ngx_int_t
ngx_http_whatsauth_reply_wait(ngx_http_whatsauth_sending_t *sending)
{
    if (sending->waits == NGX_HTTP_WHATSAUTH_REPLY_WAITS
        || ngx_http_whatsauth_replies_waiting
           == NGX_HTTP_WHATSAUTH_REPLY_WAITING_MAX)
    {
        ngx_http_whatsauth_log(NGX_LOG_NOTICE, ngx_cycle->log,
                               "reply suppressed, reason=inflight, app=%V",
                               &sending->app->name);
        return NGX_ERROR;
    }

    sending->again.handler = ngx_http_whatsauth_reply_waited;
    sending->again.data = sending;
    sending->again.log = ngx_cycle->log;
    sending->again.cancelable = 1;

    ngx_add_timer(&sending->again, (ngx_msec_t) 1000 << 2 * sending->waits);

    sending->waits++;
    ngx_http_whatsauth_replies_waiting++;

    return NGX_OK;
}


static void
ngx_http_whatsauth_reply_waited(ngx_event_t *ev)
{
    ngx_http_whatsauth_sending_t  *sending;

    sending = ev->data;
    ngx_http_whatsauth_replies_waiting--;

    if (ngx_http_whatsauth_reply_try(sending) != NGX_OK) {
        ngx_destroy_pool(sending->pool);
    }
}


/* The other words for a question go to the same user. */

static ngx_int_t
ngx_http_whatsauth_ask_keep(ngx_http_whatsauth_sending_t *sending,
    const ngx_http_whatsauth_destination_t *destination)
{
    ngx_uint_t          i;
    ngx_str_t           text;
    ledger_text_t  *texts[3];

    if (sending->questions == NULL) {
        return NGX_OK;
    }

    ngx_memzero(&sending->destination,
                sizeof(ngx_http_whatsauth_destination_t));

    sending->destination.provider = destination->provider;
    sending->destination.user_id = destination->user_id;
    sending->destination.route = destination->route;
    sending->destination.message_id = destination->message_id;

    texts[0] = &sending->destination.user_id;
    texts[1] = &sending->destination.route;
    texts[2] = &sending->destination.message_id;

    for (i = 0; i < 3; i++) {
        text.data = (u_char *) texts[i]->data;
        text.len = texts[i]->len;
        texts[i]->data = ngx_pstrdup(sending->pool, &text);

        if (texts[i]->data == NULL) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static void
ngx_http_whatsauth_reply_answered(ngx_http_whatsauth_outgoing_t *outgoing)
{
    ngx_http_whatsauth_sending_t  *sending;

    sending = outgoing->data;
    ngx_http_whatsauth_place_give(&sending->place);

    if (outgoing->status < 200 || outgoing->status >= 300) {
        ngx_http_whatsauth_reply_refused(sending);
        return;
    }

    ngx_http_whatsauth_trouble_over(NGX_HTTP_WHATSAUTH_TROUBLE_REPLY,
                                    sending->app, NULL);
    ngx_destroy_pool(sending->pool);
}


/* A reply is not repeated: nobody knows whether the first one went out. */

static void
ngx_http_whatsauth_reply_refused(ngx_http_whatsauth_sending_t *sending)
{
    uint32_t                             code;
    ngx_str_t                            url;
    ngx_uint_t                           status, refused;
    whatsauth_text_t                     body;
    ngx_http_whatsauth_outgoing_name_t   name;

    body = ngx_http_whatsauth_text(&sending->outgoing.body);
    code = whatsauth_reply_error(&body);
    status = sending->outgoing.status;
    refused = ngx_http_whatsauth_provider_refused(sending->provider, status,
                                                  code);

    if ((refused & NGX_HTTP_WHATSAUTH_REFUSED_UNKNOWN)
        && ngx_http_whatsauth_ask_other(sending))
    {
        ngx_destroy_pool(sending->pool);
        return;
    }

    url = ngx_http_whatsauth_outgoing_url(&sending->outgoing, name);

    ngx_http_whatsauth_log(NGX_LOG_WARN, ngx_cycle->log,
                           "a reply was not accepted by %V, status %ui, "
                           "error %uD, app=%V", &url, status, code,
                           &sending->app->name);

    if (ngx_http_whatsauth_ask_later(sending, refused)) {
        return;
    }

    /* A login hangs on a question. */

    if (sending->questions != NULL
        || (refused & NGX_HTTP_WHATSAUTH_REFUSED_FORBIDDEN))
    {
        ngx_http_whatsauth_trouble(NGX_HTTP_WHATSAUTH_TROUBLE_REPLY,
                                   sending->app, NULL, ngx_cycle->log,
                                   "replies refused by %V, status %ui, "
                                   "error %uD", &url, status, code);
    }

    ngx_destroy_pool(sending->pool);
}


/* This one did not go out: the API has refused it for its name. */

static ngx_uint_t
ngx_http_whatsauth_ask_other(ngx_http_whatsauth_sending_t *sending)
{
    if (sending->questions == NULL || sending->questions[1] == NULL) {
        return 0;
    }

    ngx_http_whatsauth_ask_as(sending->app, &sending->destination,
                              sending->questions + 1, sending->attempt);

    return 1;
}


/*
 * The login hangs on a question, and a second one does no harm: it is put
 * again where the API says that it is not able to now.
 */

static ngx_uint_t
ngx_http_whatsauth_ask_later(ngx_http_whatsauth_sending_t *sending,
    ngx_uint_t refused)
{
    if (sending->questions == NULL
        || sending->attempt == NGX_HTTP_WHATSAUTH_ASK_ATTEMPTS
        || (!sending->outgoing.untried
            && !(refused & NGX_HTTP_WHATSAUTH_REFUSED_BUSY)))
    {
        return 0;
    }

    sending->again.handler = ngx_http_whatsauth_ask_again;
    sending->again.data = sending;
    sending->again.log = ngx_cycle->log;
    sending->again.cancelable = 1;

    ngx_add_timer(&sending->again, (ngx_msec_t) 1000
                                   << 2 * sending->attempt);

    return 1;
}


static void
ngx_http_whatsauth_ask_again(ngx_event_t *ev)
{
    ngx_http_whatsauth_sending_t  *sending;

    sending = ev->data;

    ngx_http_whatsauth_ask_as(sending->app, &sending->destination,
                              sending->questions, sending->attempt + 1);

    ngx_destroy_pool(sending->pool);
}
