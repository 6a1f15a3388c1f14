
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/door.h"
#include "journey/chat.h"
#include "journey/disown.h"
#include "journey/message_op.h"
#include "journey/reason.h"
#include "journey/reply.h"
#include "journey/revoke.h"
#include "kit/log.h"


/* It reaches back so far; milliseconds. */
#define NGX_HTTP_WHATSAUTH_DISOWN_SPAN   (24 * 60 * 60 * 1000)

/* The provider tells times in whole seconds, by a clock of its own. */
#define NGX_HTTP_WHATSAUTH_DISOWN_SLACK  60000


/* One app, until its sessions have ended. */

typedef struct {
    ngx_http_whatsauth_validation_t  *validation;
    ngx_http_whatsauth_app_t         *app;
    unsigned                          provider;
    unsigned                          changed:1;    /* nobody has answered */
} ngx_http_whatsauth_disown_t;


static void ngx_http_whatsauth_disown_in(
    ngx_http_whatsauth_decision_t *decision, ngx_http_whatsauth_app_t *app);
static ngx_int_t ngx_http_whatsauth_disown_submit(
    ngx_http_whatsauth_decision_t *decision, ngx_http_whatsauth_app_t *app,
    ledger_op_t *op);
static void ngx_http_whatsauth_disown_op(
    const ngx_http_whatsauth_decision_t *decision,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_message_buf_t *buf,
    ledger_op_t *op);
static void ngx_http_whatsauth_disown_done(void *data,
    const ledger_op_t *op);
static void ngx_http_whatsauth_disown_ended(
    const ngx_http_whatsauth_disown_t *disown, const ledger_op_t *op);


void
ngx_http_whatsauth_disown(ngx_http_whatsauth_decision_t *decision)
{
    ngx_uint_t                        i;
    ngx_http_whatsauth_app_t        **apps;
    ngx_http_whatsauth_main_conf_t   *mcf;

    mcf = decision->validation->conf;
    apps = mcf->apps.elts;

    for (i = 0; i < mcf->apps.nelts; i++) {

        if (apps[i]->login.on) {
            ngx_http_whatsauth_disown_in(decision, apps[i]);
        }
    }

    ngx_http_whatsauth_validation_end(decision->validation);
}


/* SMS can be forged: anybody could end the sessions of anybody. */

static void
ngx_http_whatsauth_disown_in(ngx_http_whatsauth_decision_t *decision,
    ngx_http_whatsauth_app_t *app)
{
    ledger_op_t                       op;
    ngx_http_whatsauth_validation_t  *validation;
    ngx_http_whatsauth_message_buf_t  buf;

    validation = decision->validation;

    if (decision->message->channel == WHATSAUTH_CHANNEL_SMS
        || ngx_http_whatsauth_account_hears(app, validation->webhook->provider,
                                            validation->webhook->verified,
                                            decision->message)
           == NULL
        || ngx_http_whatsauth_reason_unheard(app, validation->webhook,
                                             decision->message,
                                             &decision->account,
                                             validation->log)
           != NULL)
    {
        return;
    }

    ngx_http_whatsauth_disown_op(decision, app, &buf, &op);

    if (op.text[LEDGER_OP_SUBJECT].len
        && ngx_http_whatsauth_disown_submit(decision, app, &op) != NGX_OK)
    {
        validation->failed = 1;
    }
}


static ngx_int_t
ngx_http_whatsauth_disown_submit(ngx_http_whatsauth_decision_t *decision,
    ngx_http_whatsauth_app_t *app, ledger_op_t *op)
{
    ngx_http_whatsauth_disown_t  *disown;

    disown = ngx_alloc(sizeof(ngx_http_whatsauth_disown_t), ngx_cycle->log);
    if (disown == NULL) {
        return NGX_ERROR;
    }

    disown->validation = decision->validation;
    disown->app = app;
    disown->provider = decision->account->provider->number;
    disown->changed = decision->message->kind == WHATSAUTH_MESSAGE_CHANGED;

    disown->validation->pending++;

    (void) ngx_http_whatsauth_door_submit(op, ngx_http_whatsauth_disown_done,
                                          disown);

    return NGX_OK;
}


/*
 * A provider repeats messages for days: it is the time of the message that
 * counts, or a late repetition would end sessions that began after it.
 */

static void
ngx_http_whatsauth_disown_op(const ngx_http_whatsauth_decision_t *decision,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_message_buf_t *buf,
    ledger_op_t *op)
{
    uint64_t                    now, sent_at;
    const whatsauth_message_t  *message;

    now = ngx_http_whatsauth_door_now();
    message = decision->message;
    sent_at = message->sent_at ? ngx_min(message->sent_at, now) : now;

    ngx_http_whatsauth_revoke_op(app, 0, NULL, op);

    op->u.revoke.since = message->kind == WHATSAUTH_MESSAGE_CHANGED
                         ? 0
                         : sent_at - ngx_min(sent_at,
                                             NGX_HTTP_WHATSAUTH_DISOWN_SPAN);
    op->u.revoke.until = sent_at + NGX_HTTP_WHATSAUTH_DISOWN_SLACK;

    /* The message may go before it is answered, and the operation has it. */

    ngx_http_whatsauth_message_op_texts(app, decision->account, message, buf,
                                        op);
    ngx_http_whatsauth_message_op_subject(buf, op);
}


static void
ngx_http_whatsauth_disown_done(void *data, const ledger_op_t *op)
{
    ngx_http_whatsauth_disown_t *disown = data;

    ngx_int_t                         ended;
    ngx_http_whatsauth_validation_t  *validation;

    validation = disown->validation;
    ended = ngx_http_whatsauth_revoke_ended(op);

    if (ended == NGX_ERROR) {
        validation->failed = 1;

    } else if (ended) {
        validation->accepted++;
        ngx_http_whatsauth_disown_ended(disown, op);
    }

    ngx_free(disown);
    ngx_http_whatsauth_validation_end(validation);
}


static void
ngx_http_whatsauth_disown_ended(const ngx_http_whatsauth_disown_t *disown,
    const ledger_op_t *op)
{
    u_char                            buf[NGX_HTTP_WHATSAUTH_CHAT_MAX];
    whatsauth_text_t                  text;
    ngx_http_whatsauth_destination_t  destination;

    ngx_http_whatsauth_log(NGX_LOG_NOTICE, ngx_cycle->log,
                           "%ui sessions ended, reason=%s, app=%V",
                           (ngx_uint_t) op->u.revoke.ended,
                           disown->changed ? "number_changed" : "answer_0",
                           &disown->app->name);

    if (disown->changed || disown->app->reply.sandbox) {
        return;
    }

    ngx_http_whatsauth_destination(&destination, disown->provider,
                                   &ledger_message_text(op, 0));

    text = ngx_http_whatsauth_chat(disown->app, NGX_HTTP_WHATSAUTH_CHAT_ENDED,
                                   op->u.revoke.language, NULL, NULL, buf);

    ngx_http_whatsauth_reply_of_login(disown->app, LEDGER_CHANNEL_WHATSAPP,
                                      &text, &destination);
}
