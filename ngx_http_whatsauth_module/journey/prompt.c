
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "journey/prompt.h"


/* In an hour: to one sender, and of an app. */
#define NGX_HTTP_WHATSAUTH_PROMPT_SENDER    10
#define NGX_HTTP_WHATSAUTH_PROMPT_APP       10000

/* After 0, 4 and 16 seconds. */
#define NGX_HTTP_WHATSAUTH_PROMPT_ATTEMPTS  3


static void ngx_http_whatsauth_prompt_unsent(
    const ngx_http_whatsauth_prompt_t *prompt);
static ngx_http_whatsauth_prompt_t *ngx_http_whatsauth_prompt_keep(
    ngx_pool_t *pool, const ngx_http_whatsauth_prompt_t *prompt);
static ngx_int_t ngx_http_whatsauth_prompt_keep_text(ngx_pool_t *pool,
    ledger_text_t *text);
static ngx_int_t ngx_http_whatsauth_prompt_refused(
    ngx_http_whatsauth_sending_t *sending, ngx_uint_t refused);
static void ngx_http_whatsauth_prompt_dropped(
    ngx_http_whatsauth_sending_t *sending);
static void ngx_http_whatsauth_prompt_again(ngx_event_t *ev);


/* A login hangs on it, so replies must not use up its budget. */

ngx_int_t
ngx_http_whatsauth_prompt_budget(const ngx_http_whatsauth_prompt_t *prompt,
    ngx_http_whatsauth_limited_t what)
{
    ngx_http_whatsauth_quota_t  quota;

    quota.what = what;
    quota.each = NGX_HTTP_WHATSAUTH_PROMPT_SENDER;
    quota.all = NGX_HTTP_WHATSAUTH_PROMPT_APP;

    return ngx_http_whatsauth_sending_is_limited(prompt->app, &quota,
                                                 &prompt->destination)
           ? NGX_DECLINED : NGX_OK;
}


void
ngx_http_whatsauth_prompt_send(const ngx_http_whatsauth_prompt_t *prompt)
{
    ngx_http_whatsauth_sending_t  *sending;

    sending = ngx_http_whatsauth_sending_create(prompt->app, prompt->channel,
                                                &prompt->text,
                                                prompt->words == NULL
                                                ? NULL : prompt->words[0],
                                                &prompt->destination);
    if (sending == NULL) {
        ngx_http_whatsauth_prompt_unsent(prompt);
        return;
    }

    sending->data = ngx_http_whatsauth_prompt_keep(sending->pool, prompt);

    if (sending->data == NULL) {
        ngx_http_whatsauth_sending_destroy(sending);
        ngx_http_whatsauth_prompt_unsent(prompt);
        return;
    }

    sending->refused = ngx_http_whatsauth_prompt_refused;
    sending->dropped = ngx_http_whatsauth_prompt_dropped;

    ngx_http_whatsauth_sending_start(sending);
}


static void
ngx_http_whatsauth_prompt_unsent(const ngx_http_whatsauth_prompt_t *prompt)
{
    if (prompt->unsent != NULL) {
        prompt->unsent(prompt);
    }
}


static ngx_http_whatsauth_prompt_t *
ngx_http_whatsauth_prompt_keep(ngx_pool_t *pool,
    const ngx_http_whatsauth_prompt_t *prompt)
{
    ledger_text_t                 text;
    ngx_http_whatsauth_prompt_t  *kept;

    kept = ngx_palloc(pool, sizeof(ngx_http_whatsauth_prompt_t));
    if (kept == NULL) {
        return NULL;
    }

    *kept = *prompt;

    text.data = prompt->text.data;
    text.len = prompt->text.len;

    if (ngx_http_whatsauth_prompt_keep_text(pool, &text) != NGX_OK
        || ngx_http_whatsauth_prompt_keep_text(pool, &kept->destination.sender)
           != NGX_OK
        || ngx_http_whatsauth_prompt_keep_text(pool,
                                               &kept->destination.user_id)
           != NGX_OK
        || ngx_http_whatsauth_prompt_keep_text(pool, &kept->destination.route)
           != NGX_OK
        || ngx_http_whatsauth_prompt_keep_text(pool,
                                               &kept->destination.message_id)
           != NGX_OK)
    {
        return NULL;
    }

    kept->text.data = text.data;

    return kept;
}


static ngx_int_t
ngx_http_whatsauth_prompt_keep_text(ngx_pool_t *pool, ledger_text_t *text)
{
    ngx_str_t  given;

    given.data = (u_char *) text->data;
    given.len = text->len;

    text->data = ngx_pstrdup(pool, &given);

    return text->data == NULL ? NGX_ERROR : NGX_OK;
}


/*
 * An API that does not know the word has sent nothing: the next word may go
 * out.  One that is busy may have.
 *
 * A worker that is to exit stays until the timer ends: nobody else would send
 * it, and a login hangs on it.
 */

static ngx_int_t
ngx_http_whatsauth_prompt_refused(ngx_http_whatsauth_sending_t *sending,
    ngx_uint_t refused)
{
    ngx_http_whatsauth_prompt_t  *prompt;

    prompt = sending->data;

    if ((refused & NGX_HTTP_WHATSAUTH_REFUSED_UNKNOWN)
        && prompt->words != NULL && prompt->words[1] != NULL)
    {
        prompt->words++;
        ngx_http_whatsauth_prompt_send(prompt);
        return NGX_DONE;
    }

    if (prompt->attempt + 1 == NGX_HTTP_WHATSAUTH_PROMPT_ATTEMPTS
        || (!sending->outgoing.untried
            && !(refused & NGX_HTTP_WHATSAUTH_REFUSED_BUSY)))
    {
        return NGX_DECLINED;
    }

    prompt->attempt++;

    sending->timer.handler = ngx_http_whatsauth_prompt_again;
    sending->timer.data = sending;
    sending->timer.log = ngx_cycle->log;
    sending->timer.cancelable = 0;

    ngx_add_timer(&sending->timer, (ngx_msec_t) 1000 << 2 * prompt->attempt);

    return NGX_AGAIN;
}


static void
ngx_http_whatsauth_prompt_dropped(ngx_http_whatsauth_sending_t *sending)
{
    ngx_http_whatsauth_prompt_unsent(sending->data);
}


static void
ngx_http_whatsauth_prompt_again(ngx_event_t *ev)
{
    ngx_http_whatsauth_sending_t  *sending;

    sending = ev->data;

    ngx_http_whatsauth_prompt_send(sending->data);

    ngx_http_whatsauth_sending_destroy(sending);
}
