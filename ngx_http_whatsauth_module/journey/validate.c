
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/store.h"
#include "journey/callback.h"
#include "journey/due.h"
#include "journey/hidden_number.h"
#include "journey/message_op.h"
#include "journey/reason.h"
#include "journey/reply.h"
#include "journey/trouble_messages.h"
#include "journey/validate.h"

#include "protocol/verification.h"


/* Messages in one turn of the event loop: about a millisecond. */
#define NGX_HTTP_WHATSAUTH_VALIDATE_TURN  500

/* Milliseconds between two turns. */
#define NGX_HTTP_WHATSAUTH_VALIDATE_WAIT  1


/* One code that is being decided. */

typedef struct {
    ngx_http_whatsauth_validation_t  *validation;
    ngx_http_whatsauth_attempt_t     *attempt;   /* NULL: no place for it */
    ngx_http_whatsauth_app_t         *app;
    uint64_t                          key;
    uint64_t                          issued;    /* milliseconds */
} ngx_http_whatsauth_decision_t;


struct ngx_http_whatsauth_validation_s {
    ngx_http_whatsauth_main_conf_t   *conf;
    whatsauth_message_batch_t        *batch;
    ngx_http_whatsauth_secret_mask_t      verified;
    ngx_log_t                        *log;
    ngx_http_whatsauth_validated_pt   handler;
    void                             *data;

    ngx_event_t                       turn;
    size_t                            next;      /* of the batch */

    ngx_uint_t                        pending;
    ngx_uint_t                        accepted;
    unsigned                          failed:1;

    ngx_http_whatsauth_decision_t     decisions[1];
};


static void ngx_http_whatsauth_validate_turn(ngx_event_t *ev);
static void ngx_http_whatsauth_validate_message(
    ngx_http_whatsauth_validation_t *validation,
    ngx_http_whatsauth_decision_t *decision, whatsauth_message_t *message);
static ngx_int_t ngx_http_whatsauth_validate_key(
    ngx_http_whatsauth_decision_t *decision, whatsauth_message_t *message,
    whatsauth_message_code_t *code);
static ngx_int_t ngx_http_whatsauth_validate_answer(
    ngx_http_whatsauth_decision_t *decision, whatsauth_message_t *message);
static void ngx_http_whatsauth_validate_submit(
    ngx_http_whatsauth_decision_t *decision, whatsauth_message_t *message,
    ledger_record_t *record);
static void ngx_http_whatsauth_validate_done(void *data,
    const ledger_op_t *op);
static const char *ngx_http_whatsauth_validate_accepted(
    ngx_http_whatsauth_decision_t *decision, const ledger_op_t *op);
static void ngx_http_whatsauth_validate_destination(const ledger_op_t *op,
    ngx_http_whatsauth_destination_t *destination);
static void ngx_http_whatsauth_validate_reply(
    ngx_http_whatsauth_decision_t *decision, const ledger_op_t *op);
static void ngx_http_whatsauth_validation_end(
    ngx_http_whatsauth_validation_t *validation);


ngx_http_whatsauth_validation_t *
ngx_http_whatsauth_validate(ngx_http_whatsauth_main_conf_t *mcf,
    whatsauth_message_batch_t *batch, ngx_http_whatsauth_secret_mask_t verified,
    ngx_log_t *log, ngx_http_whatsauth_validated_pt handler, void *data)
{
    ngx_http_whatsauth_validation_t  *validation;

    validation = ngx_calloc(sizeof(ngx_http_whatsauth_validation_t)
                            + batch->n * sizeof(ngx_http_whatsauth_decision_t),
                            log);
    if (validation == NULL) {
        return NULL;
    }

    validation->conf = mcf;
    validation->batch = batch;
    validation->verified = verified;
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
    ngx_http_whatsauth_validation_t  *validation;

    validation = ev->data;
    end = ngx_min(validation->next + NGX_HTTP_WHATSAUTH_VALIDATE_TURN,
                  validation->batch->n);

    for (i = validation->next; i < end; i++) {
        validation->decisions[i].validation = validation;

        ngx_http_whatsauth_validate_message(validation,
                                            &validation->decisions[i],
                                            &validation->batch->messages[i]);
    }

    validation->next = end;

    if (end < validation->batch->n) {
        ngx_add_timer(ev, NGX_HTTP_WHATSAUTH_VALIDATE_WAIT);
        return;
    }

    ngx_http_whatsauth_validation_end(validation);
}


/* What has had no turn yet comes again: the provider has no answer. */

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


static void
ngx_http_whatsauth_validation_end(ngx_http_whatsauth_validation_t *validation)
{
    ngx_http_whatsauth_result_t  result;

    if (--validation->pending) {
        return;
    }

    result = validation->failed ? NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE
             : validation->accepted ? NGX_HTTP_WHATSAUTH_ACCEPTED
             : NGX_HTTP_WHATSAUTH_IGNORED;

    if (validation->handler != NULL) {
        validation->handler(validation->data, result);
    }

    ngx_free(validation);
}


static void
ngx_http_whatsauth_validate_message(
    ngx_http_whatsauth_validation_t *validation,
    ngx_http_whatsauth_decision_t *decision, whatsauth_message_t *message)
{
    ngx_int_t                  rc;
    const char                *reason;
    ledger_copy_t              copy;
    whatsauth_message_code_t   code;

    rc = message->kind == WHATSAUTH_MESSAGE_CONTACT
         ? ngx_http_whatsauth_validate_answer(decision, message)
         : ngx_http_whatsauth_validate_key(decision, message, &code);

    if (rc == NGX_DECLINED) {
        return;
    }

    if (rc == NGX_ERROR) {
        validation->failed = 1;
        return;
    }

    switch (lmdb_store_get(ngx_http_whatsauth_store(), decision->key,
                           &copy))
    {

    case LEDGER_OK:
        break;

    case LEDGER_UNKNOWN:
        ngx_http_whatsauth_reason_note(validation->log, "unknown", NULL, 0);
        return;

    default:
        validation->failed = 1;
        return;
    }

    decision->app = ngx_http_whatsauth_conf_app(validation->conf,
                                         copy.record.text[LEDGER_APP].data,
                                         copy.record.text[LEDGER_APP].len);

    reason = ngx_http_whatsauth_reason_unheard(decision->app,
                                               validation->verified, message,
                                               validation->log);

    if (reason == NULL && message->kind == WHATSAUTH_MESSAGE_TEXT) {
        rc = ngx_http_whatsauth_message_says(decision->app, &copy.record,
                                             &code);

        if (rc == NGX_ERROR) {
            validation->failed = 1;
            return;
        }

        reason = (rc == NGX_DECLINED) ? "other_text" : NULL;
    }

    if (reason != NULL) {
        ngx_http_whatsauth_reason_note(validation->log, reason, decision->app,
                                       decision->key);
        return;
    }

    ngx_http_whatsauth_validate_submit(decision, message, &copy.record);
}


/* The key in the message's code; NGX_DECLINED if there is not one. */

static ngx_int_t
ngx_http_whatsauth_validate_key(ngx_http_whatsauth_decision_t *decision,
    whatsauth_message_t *message, whatsauth_message_code_t *code)
{
    ngx_log_t  *log;

    log = decision->validation->log;

    switch (whatsauth_message_code(&message->text, code)) {

    case WHATSAUTH_CODE_ABSENT:
        if (message->kind == WHATSAUTH_MESSAGE_NO_TEXT) {
            ngx_http_whatsauth_reason_note(log, "no_text", NULL, 0);
        }

        return NGX_DECLINED;

    case WHATSAUTH_CODE_MALFORMED:
        ngx_http_whatsauth_reason_note(log, "malformed", NULL, 0);
        return NGX_DECLINED;

    case WHATSAUTH_CODE_AMBIGUOUS:
        ngx_http_whatsauth_reason_note(log, "ambiguous", NULL, 0);
        return NGX_DECLINED;

    case WHATSAUTH_CODE_FOUND:
        break;
    }

    if (ngx_http_whatsauth_store() == NULL
        || whatsauth_code_decode(ngx_http_whatsauth_store_codec(),
                                 code->code, ngx_http_whatsauth_store_now(),
                                 &decision->key)
           != 0)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* A card has no code: it counts for what its sender was asked about. */

static ngx_int_t
ngx_http_whatsauth_validate_answer(ngx_http_whatsauth_decision_t *decision,
    whatsauth_message_t *message)
{
    ngx_int_t                         rc;
    ngx_http_whatsauth_validation_t  *validation;

    validation = decision->validation;

    rc = message->contact_phone.len == 0
         ? NGX_DECLINED
         : ngx_http_whatsauth_hidden_number_key(validation->conf,
                                                validation->verified, message,
                                                &decision->key);

    if (rc == NGX_DECLINED) {
        ngx_http_whatsauth_reason_note(validation->log, "contact", NULL, 0);
    }

    return rc;
}


static void
ngx_http_whatsauth_validate_submit(ngx_http_whatsauth_decision_t *decision,
    whatsauth_message_t *message, ledger_record_t *record)
{
    char                              profile_name[WHATSAUTH_PROFILE_NAME_MAX];
    ledger_op_t                   op;
    ngx_http_whatsauth_validation_t  *validation;

    validation = decision->validation;
    decision->issued = record->requested_at;

    ngx_http_whatsauth_message_op(decision->app, message, record, profile_name,
                                  &op);
    op.u.message.retain = validation->conf->store.retain;

    if (op.kind != LEDGER_ASK
        && record->flags & (op.kind == LEDGER_VALIDATE
                            ? LEDGER_ON_VALIDATED : LEDGER_ON_FAILED))
    {
        decision->attempt = ngx_http_whatsauth_attempt_reserve(record);
    }

    if (decision->attempt != NULL) {
        op.u.message.lease = ngx_http_whatsauth_callback_lease();
    }

    if (ngx_http_whatsauth_store_submit(&op, ngx_http_whatsauth_validate_done,
                                        decision)
        == NULL)
    {
        if (decision->attempt != NULL) {
            ngx_http_whatsauth_attempt_release(decision->attempt);
        }

        validation->failed = 1;
        return;
    }

    validation->pending++;
}


static void
ngx_http_whatsauth_validate_done(void *data, const ledger_op_t *op)
{
    ngx_http_whatsauth_decision_t *decision = data;

    const char                       *reason;
    ngx_http_whatsauth_validation_t  *validation;

    validation = decision->validation;

    ngx_http_whatsauth_trouble_clock(op, decision->issued);

    if (op->result == LEDGER_OK && op->u.message.attempt) {
        ngx_http_whatsauth_attempt_start(decision->attempt,
                                         op->u.message.attempt);

    } else if (decision->attempt != NULL) {
        ngx_http_whatsauth_attempt_release(decision->attempt);

    } else if (op->result == LEDGER_OK && op->kind != LEDGER_ASK) {
        ngx_http_whatsauth_due_left();
    }

    if ((op->result == LEDGER_OK || op->result == LEDGER_EXPIRED)
        && op->u.message.reply)
    {
        ngx_http_whatsauth_validate_reply(decision, op);
    }

    if (op->result == LEDGER_OK) {
        validation->accepted++;
        reason = ngx_http_whatsauth_validate_accepted(decision, op);

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


/* Returns why the user has not come any further all the same, or NULL. */

static const char *
ngx_http_whatsauth_validate_accepted(ngx_http_whatsauth_decision_t *decision,
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

        ngx_http_whatsauth_validate_destination(op, &destination);

        return ngx_http_whatsauth_ask(decision->app, &destination) == NGX_OK
               ? NULL : "question_limit";

    default:
        return NULL;
    }
}


static void
ngx_http_whatsauth_validate_destination(const ledger_op_t *op,
    ngx_http_whatsauth_destination_t *destination)
{
    destination->sender = ledger_message_text(op, LEDGER_SENDER);
    destination->user_id = ledger_message_text(op, LEDGER_USER_ID);
    destination->route = ledger_message_text(op, LEDGER_ROUTE);
    destination->message_id = ledger_message_text(op,
                                                      LEDGER_MESSAGE_ID);
}


/* Granted and spent: if the record cannot be read now, there is none. */

static void
ngx_http_whatsauth_validate_reply(ngx_http_whatsauth_decision_t *decision,
    const ledger_op_t *op)
{
    lmdb_store_t                      *store;
    ledger_copy_t                      copy;
    ngx_http_whatsauth_destination_t   destination;

    store = ngx_http_whatsauth_store();

    if (store == NULL
        || lmdb_store_get(store, decision->key, &copy) != LEDGER_OK)
    {
        return;
    }

    ngx_http_whatsauth_validate_destination(op, &destination);

    ngx_http_whatsauth_reply(decision->app, &copy.record, op->u.message.reply,
                             &destination);
}
