
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/door.h"
#include "journey/decision.h"
#include "journey/disown.h"
#include "journey/hidden_number.h"
#include "journey/reason.h"


/* Messages in one iteration of the event loop: about a millisecond. */
#define NGX_HTTP_WHATSAUTH_VALIDATE_TURN  500

/* Milliseconds between two turns. */
#define NGX_HTTP_WHATSAUTH_VALIDATE_WAIT  1


static void ngx_http_whatsauth_validate_turn(ngx_event_t *ev);
static void ngx_http_whatsauth_validate_message(
    ngx_http_whatsauth_decision_t *decision);
static void ngx_http_whatsauth_validate_text(
    ngx_http_whatsauth_decision_t *decision);
static void ngx_http_whatsauth_validate_card(
    ngx_http_whatsauth_decision_t *decision);
static void ngx_http_whatsauth_validate_asked(void *data, ngx_int_t rc,
    uint64_t key);


ngx_http_whatsauth_validation_t *
ngx_http_whatsauth_validate(ngx_http_whatsauth_main_conf_t *mcf,
    ngx_http_whatsauth_webhook_t *webhook, ngx_log_t *log,
    ngx_http_whatsauth_validated_pt handler, void *data)
{
    ngx_http_whatsauth_validation_t  *validation;

    validation = ngx_calloc(sizeof(ngx_http_whatsauth_validation_t)
                            + webhook->batch.n
                              * sizeof(ngx_http_whatsauth_decision_t), log);
    if (validation == NULL) {
        return NULL;
    }

    validation->conf = mcf;
    validation->webhook = webhook;
    validation->log = log;
    validation->handler = handler;
    validation->data = data;

    return validation;
}


void
ngx_http_whatsauth_validation_submit(
    ngx_http_whatsauth_validation_t *validation)
{
    ngx_event_t  *turn;

    /* Held, so that nothing that fails at once ends it too early. */
    validation->pending = 1;

    turn = &validation->turn;
    turn->handler = ngx_http_whatsauth_validate_turn;
    turn->data = validation;
    turn->log = ngx_cycle->log;

    ngx_http_whatsauth_validate_turn(turn);
}


/*
 * A body of 3 MB has 37000 messages: all at once would hold up the worker.
 * The next turn has a timer, because a worker that is to end stays for timers
 * and not for posted events.
 */

static void
ngx_http_whatsauth_validate_turn(ngx_event_t *ev)
{
    size_t                            i, end;
    ngx_http_whatsauth_decision_t    *decision;
    ngx_http_whatsauth_validation_t  *validation;

    validation = ev->data;
    end = ngx_min(validation->next + NGX_HTTP_WHATSAUTH_VALIDATE_TURN,
                  validation->webhook->batch.n);

    for (i = validation->next; i < end; i++) {
        decision = &validation->decisions[i];
        decision->validation = validation;
        decision->message = &validation->webhook->batch.messages[i];

        ngx_http_whatsauth_validate_message(decision);
    }

    validation->next = end;

    if (end < validation->webhook->batch.n) {
        ngx_add_timer(ev, NGX_HTTP_WHATSAUTH_VALIDATE_WAIT);
        return;
    }

    ngx_http_whatsauth_validation_end(validation);
}


/* Messages without a turn come again: the provider has had no response. */

void
ngx_http_whatsauth_validation_forget(
    ngx_http_whatsauth_validation_t *validation)
{
    validation->handler = NULL;

    if (validation->turn.timer_set) {
        ngx_del_timer(&validation->turn);
        ngx_http_whatsauth_validation_end(validation);
    }
}


/* Each message holds the validation until it is ignored or decided. */

static void
ngx_http_whatsauth_validate_message(ngx_http_whatsauth_decision_t *decision)
{
    decision->validation->pending++;

    switch (decision->message->kind) {

    case WHATSAUTH_MESSAGE_CONTACT:
        ngx_http_whatsauth_validate_card(decision);
        break;

    case WHATSAUTH_MESSAGE_CHANGED:
        ngx_http_whatsauth_disown(decision);
        break;

    default:
        ngx_http_whatsauth_validate_text(decision);
    }
}


static void
ngx_http_whatsauth_validate_text(ngx_http_whatsauth_decision_t *decision)
{
    const char                       *reason;
    whatsauth_codec_t                *codec;
    ngx_http_whatsauth_validation_t  *validation;

    validation = decision->validation;
    reason = NULL;

    switch (whatsauth_message_code(&decision->message->text,
                                   &decision->code))
    {

    case WHATSAUTH_CODE_ABSENT:

        if (decision->message->kind == WHATSAUTH_MESSAGE_TEXT
            && whatsauth_message_is_zero(&decision->message->text))
        {
            ngx_http_whatsauth_disown(decision);
            return;
        }

        reason = decision->message->kind == WHATSAUTH_MESSAGE_NO_TEXT
                 ? "no_text" : NULL;
        break;

    case WHATSAUTH_CODE_MALFORMED:
        reason = "malformed";
        break;

    case WHATSAUTH_CODE_AMBIGUOUS:
        reason = "ambiguous";
        break;

    case WHATSAUTH_CODE_FOUND:
        codec = ngx_http_whatsauth_door_codec();

        if (codec != NULL
            && whatsauth_code_decode(codec, decision->code.code,
                                     ngx_http_whatsauth_door_now(),
                                     &decision->key)
               == 0)
        {
            (void) ngx_http_whatsauth_door_read(decision->key,
                                             ngx_http_whatsauth_decision_read,
                                             decision);
            return;
        }

        validation->failed = 1;
    }

    if (reason != NULL) {
        ngx_http_whatsauth_reason_note(validation->log, reason, NULL, 0);
    }

    ngx_http_whatsauth_validation_end(validation);
}


/* A card has no code: it counts for what its sender was asked about. */

static void
ngx_http_whatsauth_validate_card(ngx_http_whatsauth_decision_t *decision)
{
    ngx_http_whatsauth_validation_t  *validation;

    validation = decision->validation;

    if (decision->message->contact_phone.len == 0) {
        ngx_http_whatsauth_validate_asked(decision, NGX_DECLINED, 0);
        return;
    }

    ngx_http_whatsauth_hidden_number_find(validation->conf,
                                          validation->webhook,
                                          decision->message,
                                          ngx_http_whatsauth_validate_asked,
                                          decision);
}


static void
ngx_http_whatsauth_validate_asked(void *data, ngx_int_t rc, uint64_t key)
{
    ngx_http_whatsauth_decision_t *decision = data;

    ngx_http_whatsauth_validation_t  *validation;

    validation = decision->validation;

    if (ngx_http_whatsauth_validation_is_forgotten(validation)) {
        return;
    }

    if (rc == NGX_OK) {
        decision->key = key;
        (void) ngx_http_whatsauth_door_read(key,
                                            ngx_http_whatsauth_decision_read,
                                            decision);
        return;
    }

    if (rc == NGX_DECLINED) {
        ngx_http_whatsauth_reason_note(validation->log, "contact", NULL, 0);

    } else {
        validation->failed = 1;
    }

    ngx_http_whatsauth_validation_end(validation);
}
