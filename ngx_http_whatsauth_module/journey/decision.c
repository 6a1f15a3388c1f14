
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/door.h"
#include "journey/decision.h"
#include "journey/due.h"
#include "journey/message_op.h"
#include "journey/pin.h"
#include "journey/question.h"
#include "journey/reason.h"
#include "journey/reply.h"
#include "journey/trouble_messages.h"

#include "protocol/verification.h"


static ngx_int_t ngx_http_whatsauth_decision_judge(
    ngx_http_whatsauth_decision_t *decision, const ledger_record_t *record,
    const char **reason);
static void ngx_http_whatsauth_decision_submit(
    ngx_http_whatsauth_decision_t *decision, const ledger_record_t *record);
static void ngx_http_whatsauth_decision_done(void *data,
    const ledger_op_t *op);
static void ngx_http_whatsauth_decision_pin(
    ngx_http_whatsauth_decision_t *decision, const ledger_op_t *op);
static const char *ngx_http_whatsauth_decision_accepted(
    ngx_http_whatsauth_decision_t *decision, const ledger_op_t *op);
static void ngx_http_whatsauth_decision_reply(
    ngx_http_whatsauth_decision_t *decision, const ledger_op_t *op);


void
ngx_http_whatsauth_decision_read(void *data, ledger_result_t result,
    const ledger_record_t *record)
{
    ngx_http_whatsauth_decision_t *decision = data;

    const char                       *reason;
    ngx_http_whatsauth_validation_t  *validation;

    validation = decision->validation;
    reason = NULL;

    if (ngx_http_whatsauth_validation_is_forgotten(validation)) {
        return;
    }

    switch (result) {

    case LEDGER_OK:

        if (ngx_http_whatsauth_decision_judge(decision, record, &reason)
            == NGX_OK)
        {
            ngx_http_whatsauth_decision_submit(decision, record);
            return;
        }

        validation->failed |= (reason == NULL);
        break;

    case LEDGER_UNKNOWN:
        ngx_http_whatsauth_reason_note(validation->log, "unknown", NULL, 0);
        break;

    default:
        validation->failed = 1;
    }

    if (reason != NULL) {
        ngx_http_whatsauth_reason_note(validation->log, reason, decision->app,
                                       decision->key);
    }

    ngx_http_whatsauth_validation_end(validation);
}


/*
 * NGX_OK: the store is to decide.  NGX_DECLINED: *reason tells why the message
 * may not act on the record.
 */

static ngx_int_t
ngx_http_whatsauth_decision_judge(ngx_http_whatsauth_decision_t *decision,
    const ledger_record_t *record, const char **reason)
{
    ngx_int_t                         rc;
    ngx_http_whatsauth_validation_t  *validation;

    validation = decision->validation;

    decision->app = ngx_http_whatsauth_conf_app(validation->conf,
                                                record->text[LEDGER_APP].data,
                                                record->text[LEDGER_APP].len);

    *reason = ngx_http_whatsauth_reason_unheard(decision->app,
                                                validation->webhook,
                                                decision->message,
                                                &decision->account,
                                                validation->log);
    if (*reason != NULL) {
        return NGX_DECLINED;
    }

    if (decision->message->kind != WHATSAUTH_MESSAGE_TEXT) {
        return NGX_OK;
    }

    rc = ngx_http_whatsauth_message_says(decision->app, record,
                                         &decision->code);
    if (rc == NGX_DECLINED) {
        *reason = "other_text";
    }

    return rc;
}


static void
ngx_http_whatsauth_decision_submit(ngx_http_whatsauth_decision_t *decision,
    const ledger_record_t *record)
{
    ledger_op_t                       op;
    ngx_http_whatsauth_message_buf_t  buf;
    ngx_http_whatsauth_validation_t  *validation;

    validation = decision->validation;
    decision->issued = record->requested_at;

    ngx_http_whatsauth_message_op(decision->app, decision->account,
                                  decision->message, record, &buf, &op);
    op.u.message.retain = validation->conf->store.retain;

    decision->calls_back = op.kind != LEDGER_ASK
                           && (record->flags & (op.kind == LEDGER_VALIDATE
                                                ? LEDGER_ON_VALIDATED
                                                : LEDGER_ON_FAILED));

    if (decision->calls_back) {
        decision->attempt = ngx_http_whatsauth_attempt_reserve(record);
    }

    if (decision->attempt != NULL) {
        op.u.message.lease = ngx_http_whatsauth_attempt_lease(validation->conf);
    }

    if (decision->attempt != NULL || op.u.message.replies
        || (record->claim.flags & (LEDGER_CLAIM_PIN|LEDGER_CLAIM_PIN_UNKNOWN)))
    {
        op.record_room = ledger_room(record, &ledger_message_text(&op, 0));
    }

    (void) ngx_http_whatsauth_door_submit(&op,
                                          ngx_http_whatsauth_decision_done,
                                          decision);
}


static void
ngx_http_whatsauth_decision_done(void *data, const ledger_op_t *op)
{
    ngx_http_whatsauth_decision_t *decision = data;

    const char                       *reason;
    ngx_http_whatsauth_validation_t  *validation;

    validation = decision->validation;

    ngx_http_whatsauth_trouble_clock(op, decision->issued);

    if (op->result == LEDGER_OK && op->u.message.attempt) {
        ngx_http_whatsauth_attempt_start(decision->attempt,
                                         op->u.message.attempt,
                                         ledger_op_record(op));

    } else if (decision->attempt != NULL) {
        ngx_http_whatsauth_attempt_cancel(decision->attempt);

    } else if (op->result == LEDGER_OK && decision->calls_back) {
        ngx_http_whatsauth_due_left();
    }

    if ((op->result == LEDGER_OK || op->result == LEDGER_EXPIRED)
        && op->u.message.reply)
    {
        ngx_http_whatsauth_decision_reply(decision, op);
    }

    if (op->result == LEDGER_OK && op->u.message.pin) {
        ngx_http_whatsauth_decision_pin(decision, op);
    }

    if (op->result == LEDGER_OK) {
        validation->accepted++;
        reason = ngx_http_whatsauth_decision_accepted(decision, op);

    } else {
        reason = ngx_http_whatsauth_reason(op->result);
        validation->failed |= reason == NULL;
    }

    if (reason != NULL) {
        ngx_http_whatsauth_reason_note(ngx_cycle->log, reason,
                                       decision->app, decision->key);
    }

    ngx_http_whatsauth_validation_end(validation);
}


/* Without its record the PIN is lost, and the page can ask for it again. */

static void
ngx_http_whatsauth_decision_pin(ngx_http_whatsauth_decision_t *decision,
    const ledger_op_t *op)
{
    const ledger_record_t  *record;

    record = ledger_op_record(op);

    if (record != NULL) {
        ngx_http_whatsauth_pin(decision->app, record, op->u.message.pin);
    }
}


/* Returns why the user has not come any further all the same, or NULL. */

static const char *
ngx_http_whatsauth_decision_accepted(ngx_http_whatsauth_decision_t *decision,
    const ledger_op_t *op)
{
    ngx_http_whatsauth_destination_t  destination;

    switch (op->kind) {

    case LEDGER_REFUSE:
        return op->u.message.error
               == LEDGER_ERROR_PHONE_NUMBER_NOT_AUTHORIZED
               ? "phone_number_not_authorized" : "phone_number_unavailable";

    case LEDGER_ASK:
        if (!op->u.message.ask || decision->app->reply.sandbox) {
            return "phone_number_hidden";
        }

        ngx_http_whatsauth_destination(&destination, op->u.message.provider,
                                       &ledger_message_text(op, 0));

        return ngx_http_whatsauth_question(decision->app, &destination)
               == NGX_OK ? NULL : "question_limit";

    default:
        return NULL;
    }
}


/* The store has already spent the reply: without its record it is dropped. */

static void
ngx_http_whatsauth_decision_reply(ngx_http_whatsauth_decision_t *decision,
    const ledger_op_t *op)
{
    const ledger_record_t             *record;
    ngx_http_whatsauth_destination_t   destination;

    record = ledger_op_record(op);

    if (record == NULL) {
        return;
    }

    ngx_http_whatsauth_destination(&destination, op->u.message.provider,
                                   &ledger_message_text(op, 0));

    ngx_http_whatsauth_reply(decision->app, record, op->u.message.reply,
                             &destination);
}
