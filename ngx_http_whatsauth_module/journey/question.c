
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "journey/question.h"
#include "journey/sending.h"


/* In an hour: to one sender, and of an app. */
#define NGX_HTTP_WHATSAUTH_QUESTION_SENDER    10
#define NGX_HTTP_WHATSAUTH_QUESTION_APP       10000

/* After 0, 4 and 16 seconds. */
#define NGX_HTTP_WHATSAUTH_QUESTION_ATTEMPTS  3


/* The question, to be put again; its texts lie in the pool of the sending. */

typedef struct {
    const char *const                 *words;      /* this one and the next */
    ngx_uint_t                         attempt;    /* counted from 1 */
    ngx_http_whatsauth_destination_t   destination;
} ngx_http_whatsauth_question_t;


static void ngx_http_whatsauth_question_put(ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_destination_t *destination,
    const char *const *words, ngx_uint_t attempt);
static ngx_int_t ngx_http_whatsauth_question_keep(ngx_pool_t *pool,
    const ngx_http_whatsauth_destination_t *from,
    ngx_http_whatsauth_destination_t *to);
static ngx_int_t ngx_http_whatsauth_question_copy(ngx_pool_t *pool,
    const ledger_text_t *from, ledger_text_t *to);
static ngx_int_t ngx_http_whatsauth_question_refused(
    ngx_http_whatsauth_sending_t *sending, ngx_uint_t refused);
static void ngx_http_whatsauth_question_again(ngx_event_t *ev);


/* A login hangs on a question, so replies must not use up its budget. */

ngx_int_t
ngx_http_whatsauth_question(ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_destination_t *destination)
{
    ngx_http_whatsauth_quota_t            quota;
    const ngx_http_whatsauth_provider_t  *provider;

    quota.what = NGX_HTTP_WHATSAUTH_LIMIT_QUESTION;
    quota.each = NGX_HTTP_WHATSAUTH_QUESTION_SENDER;
    quota.all = NGX_HTTP_WHATSAUTH_QUESTION_APP;

    if (ngx_http_whatsauth_sending_is_limited(app, &quota, destination)) {
        return NGX_DECLINED;
    }

    provider = ngx_http_whatsauth_provider(destination->provider);

    ngx_http_whatsauth_question_put(app, destination, provider->questions, 1);

    return NGX_OK;
}


static void
ngx_http_whatsauth_question_put(ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_destination_t *destination,
    const char *const *words, ngx_uint_t attempt)
{
    ngx_http_whatsauth_sending_t   *sending;
    ngx_http_whatsauth_question_t  *question;

    static const whatsauth_text_t  text = whatsauth_text(
        "Please tap the button to send your phone number and log in.");

    sending = ngx_http_whatsauth_sending_create(app, LEDGER_CHANNEL_WHATSAPP,
                                                &text, words[0], destination);
    if (sending == NULL) {
        return;
    }

    question = ngx_pcalloc(sending->pool,
                           sizeof(ngx_http_whatsauth_question_t));

    if (question == NULL
        || ngx_http_whatsauth_question_keep(sending->pool, destination,
                                            &question->destination)
           != NGX_OK)
    {
        ngx_http_whatsauth_sending_destroy(sending);
        return;
    }

    question->words = words;
    question->attempt = attempt;

    sending->refused = ngx_http_whatsauth_question_refused;
    sending->data = question;

    ngx_http_whatsauth_sending_start(sending);
}


static ngx_int_t
ngx_http_whatsauth_question_keep(ngx_pool_t *pool,
    const ngx_http_whatsauth_destination_t *from,
    ngx_http_whatsauth_destination_t *to)
{
    to->provider = from->provider;

    if (ngx_http_whatsauth_question_copy(pool, &from->user_id, &to->user_id)
        != NGX_OK
        || ngx_http_whatsauth_question_copy(pool, &from->route, &to->route)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_question_copy(pool, &from->message_id,
                                            &to->message_id);
}


static ngx_int_t
ngx_http_whatsauth_question_copy(ngx_pool_t *pool, const ledger_text_t *from,
    ledger_text_t *to)
{
    ngx_str_t  text;

    text.data = (u_char *) from->data;
    text.len = from->len;

    to->data = ngx_pstrdup(pool, &text);
    to->len = from->len;

    return to->data == NULL ? NGX_ERROR : NGX_OK;
}


/*
 * An API that does not know the word has sent nothing: the next word may go
 * out.  One that is busy may have, but a second question does no harm.
 */

static ngx_int_t
ngx_http_whatsauth_question_refused(ngx_http_whatsauth_sending_t *sending,
    ngx_uint_t refused)
{
    ngx_http_whatsauth_question_t  *question;

    question = sending->data;

    if ((refused & NGX_HTTP_WHATSAUTH_REFUSED_UNKNOWN)
        && question->words[1] != NULL)
    {
        ngx_http_whatsauth_question_put(sending->app, &question->destination,
                                        question->words + 1,
                                        question->attempt);
        return NGX_DONE;
    }

    if (question->attempt == NGX_HTTP_WHATSAUTH_QUESTION_ATTEMPTS
        || (!sending->outgoing.untried
            && !(refused & NGX_HTTP_WHATSAUTH_REFUSED_BUSY)))
    {
        return NGX_DECLINED;
    }

    sending->timer.handler = ngx_http_whatsauth_question_again;
    sending->timer.data = sending;
    sending->timer.log = ngx_cycle->log;
    sending->timer.cancelable = 1;

    ngx_add_timer(&sending->timer, (ngx_msec_t) 1000
                                   << 2 * question->attempt);

    return NGX_AGAIN;
}


static void
ngx_http_whatsauth_question_again(ngx_event_t *ev)
{
    ngx_http_whatsauth_sending_t   *sending;
    ngx_http_whatsauth_question_t  *question;

    sending = ev->data;
    question = sending->data;

    ngx_http_whatsauth_question_put(sending->app, &question->destination,
                                    question->words, question->attempt + 1);

    ngx_http_whatsauth_sending_destroy(sending);
}
