
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "ngx_http_whatsauth_app.h"
#include "ngx_http_whatsauth_callback.h"
#include "ngx_http_whatsauth_due.h"
#include "ngx_http_whatsauth_reply.h"
#include "ngx_http_whatsauth_store.h"
#include "ngx_http_whatsauth_validate.h"

#include "protocol/message_text.h"
#include "protocol/phone.h"
#include "protocol/verification.h"


/* Meta's message ids have about 60 bytes; more is not kept. */
#define NGX_HTTP_WHATSAUTH_MESSAGE_ID_MAX  256


/* One code that is being decided. */

typedef struct {
    ngx_http_whatsauth_validation_t  *validation;
    ngx_http_whatsauth_attempt_t     *attempt;   /* NULL: no place for it */
    ngx_http_whatsauth_app_t         *app;
    uint64_t                          key;
} ngx_http_whatsauth_decision_t;


struct ngx_http_whatsauth_validation_s {
    ngx_http_whatsauth_main_conf_t   *conf;
    whatsauth_message_batch_t        *batch;
    ngx_http_whatsauth_secrets_t      verified;
    ngx_log_t                        *log;
    ngx_http_whatsauth_validated_pt   handler;
    void                             *data;

    ngx_uint_t                        pending;
    ngx_uint_t                        accepted;
    unsigned                          failed:1;

    ngx_http_whatsauth_decision_t     decisions[1];
};


static void ngx_http_whatsauth_validate_message(
    ngx_http_whatsauth_validation_t *validation,
    ngx_http_whatsauth_decision_t *decision, whatsauth_message_t *message);
static const char *ngx_http_whatsauth_validate_reason(
    ngx_http_whatsauth_validation_t *validation, whatsauth_message_t *message,
    lmdb_store_record_t *record, ngx_http_whatsauth_app_t **app);
static void ngx_http_whatsauth_validate_submit(
    ngx_http_whatsauth_decision_t *decision, whatsauth_message_t *message,
    lmdb_store_record_t *record);
static ngx_uint_t ngx_http_whatsauth_validate_authorized(
    ngx_http_whatsauth_app_t *app, whatsauth_message_t *message,
    lmdb_store_record_t *record);
static void ngx_http_whatsauth_validate_op(
    ngx_http_whatsauth_decision_t *decision, whatsauth_message_t *message,
    lmdb_store_record_t *record, char *profile_name, lmdb_store_op_t *op);
static void ngx_http_whatsauth_validate_done(void *data,
    const lmdb_store_op_t *op);
static void ngx_http_whatsauth_validate_reply(
    ngx_http_whatsauth_decision_t *decision, const lmdb_store_op_t *op);
static void ngx_http_whatsauth_validate_note(ngx_log_t *log,
    const char *reason, ngx_http_whatsauth_app_t *app, uint64_t key);
static void ngx_http_whatsauth_validation_end(
    ngx_http_whatsauth_validation_t *validation);


/* Why a message of another kind than a plain text does nothing. */

static const char  *ngx_http_whatsauth_message_kinds[] = {
    NULL,                    /* WHATSAUTH_MESSAGE_TEXT */
    "other_type",            /* WHATSAUTH_MESSAGE_OTHER_TYPE */
    "forwarded",             /* WHATSAUTH_MESSAGE_FORWARDED */
    "group",                 /* WHATSAUTH_MESSAGE_GROUP */
    "edit",                  /* WHATSAUTH_MESSAGE_EDIT */
    "own_number",            /* WHATSAUTH_MESSAGE_OWN_NUMBER */
    "contact"                /* WHATSAUTH_MESSAGE_CONTACT */
};


/* Why the store did nothing with a message. */

static const char *
ngx_http_whatsauth_store_reason(lmdb_store_result_t result)
{
    switch (result) {

    case LMDB_STORE_UNKNOWN:
        return "unknown";

    case LMDB_STORE_OTHER_APP:
        return "other_app";

    case LMDB_STORE_OTHER_CHANNEL:
        return "other_channel";

    case LMDB_STORE_USED:
        return "used";

    case LMDB_STORE_DUPLICATE:
        return "duplicate";

    case LMDB_STORE_EXPIRED:
        return "expired";

    case LMDB_STORE_OLD_MESSAGE:
        return "old_message";

    default:
        return NULL;
    }
}


ngx_http_whatsauth_validation_t *
ngx_http_whatsauth_validate(ngx_http_whatsauth_main_conf_t *mcf,
    whatsauth_message_batch_t *batch, ngx_http_whatsauth_secrets_t verified,
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
    size_t  i;

    /* Held, so that nothing that fails at once ends it too early. */
    validation->pending = 1;

    for (i = 0; i < validation->batch->n; i++) {
        validation->decisions[i].validation = validation;

        ngx_http_whatsauth_validate_message(validation,
                                            &validation->decisions[i],
                                            &validation->batch->messages[i]);
    }

    ngx_http_whatsauth_validation_end(validation);
}


void
ngx_http_whatsauth_validation_forget(
    ngx_http_whatsauth_validation_t *validation)
{
    validation->handler = NULL;
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
    char                  code[WHATSAUTH_CODE_LEN];
    const char           *reason;
    lmdb_store_t         *store;
    lmdb_store_record_t   record;

    switch (whatsauth_message_code(&message->text, code)) {

    case WHATSAUTH_CODE_ABSENT:
        return;

    case WHATSAUTH_CODE_MALFORMED:
        ngx_http_whatsauth_validate_note(validation->log, "malformed", NULL,
                                         0);
        return;

    case WHATSAUTH_CODE_AMBIGUOUS:
        ngx_http_whatsauth_validate_note(validation->log, "ambiguous", NULL,
                                         0);
        return;

    case WHATSAUTH_CODE_FOUND:
        break;
    }

    store = ngx_http_whatsauth_store();

    if (store == NULL
        || whatsauth_code_decode(ngx_http_whatsauth_store_codec(), code,
                                 ngx_http_whatsauth_store_now(),
                                 &decision->key) != 0)
    {
        validation->failed = 1;
        return;
    }

    switch (lmdb_store_get(store, decision->key, &record)) {

    case LMDB_STORE_OK:
        break;

    case LMDB_STORE_UNKNOWN:
        ngx_http_whatsauth_validate_note(validation->log, "unknown", NULL, 0);
        return;

    default:
        validation->failed = 1;
        return;
    }

    reason = ngx_http_whatsauth_validate_reason(validation, message, &record,
                                                &decision->app);
    if (reason != NULL) {
        ngx_http_whatsauth_validate_note(validation->log, reason,
                                         decision->app, decision->key);
        return;
    }

    ngx_http_whatsauth_validate_submit(decision, message, &record);
}


/*
 * NULL if the store is to decide.  The record says which app's code it is,
 * and only a message to a number of that very app, signed with a secret of
 * that number, is heard: one tenant cannot speak for another.
 */

static const char *
ngx_http_whatsauth_validate_reason(ngx_http_whatsauth_validation_t *validation,
    whatsauth_message_t *message, lmdb_store_record_t *record,
    ngx_http_whatsauth_app_t **app)
{
    *app = ngx_http_whatsauth_app_by_name(validation->conf,
                                          record->text[LMDB_STORE_APP].data,
                                          record->text[LMDB_STORE_APP].len);

    if (*app == NULL) {
        return "app_removed";
    }

    if (!ngx_http_whatsauth_app_hears(*app, validation->verified, message)) {
        return "other_app";
    }

    if (!(*app)->enabled) {
        return "app_disabled";
    }

    if (message->kind != WHATSAUTH_MESSAGE_TEXT) {
        return ngx_http_whatsauth_message_kinds[message->kind];
    }

    if (message->message_id.len == 0) {
        return "no_message_id";
    }

    return NULL;
}


static void
ngx_http_whatsauth_validate_submit(ngx_http_whatsauth_decision_t *decision,
    whatsauth_message_t *message, lmdb_store_record_t *record)
{
    char                              profile_name[WHATSAUTH_PROFILE_NAME_MAX];
    lmdb_store_op_t                   op;
    ngx_http_whatsauth_validation_t  *validation;

    validation = decision->validation;

    ngx_http_whatsauth_validate_op(decision, message, record, profile_name,
                                   &op);

    if (record->flags & (op.kind == LMDB_STORE_VALIDATE
                         ? LMDB_STORE_ON_VALIDATED : LMDB_STORE_ON_FAILED))
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


/* The numbers of the record or, if it has none, of its app; none: anyone. */

static ngx_uint_t
ngx_http_whatsauth_validate_authorized(ngx_http_whatsauth_app_t *app,
    whatsauth_message_t *message, lmdb_store_record_t *record)
{
    whatsauth_text_t  list;

    list.data = record->text[LMDB_STORE_AUTHORIZED_NUMBERS].data;
    list.len = record->text[LMDB_STORE_AUTHORIZED_NUMBERS].len;

    if (list.len == 0) {
        list = ngx_http_whatsauth_text(&app->authorized_numbers);
    }

    return list.len == 0 || whatsauth_phone_is_listed(&list, &message->sender);
}


static void
ngx_http_whatsauth_validate_op(ngx_http_whatsauth_decision_t *decision,
    whatsauth_message_t *message, lmdb_store_record_t *record,
    char *profile_name, lmdb_store_op_t *op)
{
    whatsauth_text_t  *route;

    ngx_memzero(op, sizeof(lmdb_store_op_t));

    op->kind = LMDB_STORE_VALIDATE;
    op->u.message.key = decision->key;
    op->u.message.sent_at = message->sent_at;
    op->u.message.retain = decision->validation->conf->retain;
    op->u.message.channel = message->channel == WHATSAUTH_CHANNEL_SMS
                            ? LMDB_STORE_CHANNEL_SMS
                            : LMDB_STORE_CHANNEL_WHATSAPP;

    if (message->sender.len == 0) {
        op->kind = LMDB_STORE_REFUSE;
        op->u.message.final = 1;
        op->u.message.error = LMDB_STORE_ERROR_PHONE_NUMBER_UNAVAILABLE;

    } else if (!ngx_http_whatsauth_validate_authorized(decision->app, message,
                                                       record))
    {
        op->kind = LMDB_STORE_REFUSE;
        op->u.message.error = LMDB_STORE_ERROR_PHONE_NUMBER_NOT_AUTHORIZED;
    }

    op->text[LMDB_STORE_APP].data = decision->app->name.data;
    op->text[LMDB_STORE_APP].len = decision->app->name.len;

    lmdb_store_message_text(op, LMDB_STORE_SENDER).data = message->sender.data;
    lmdb_store_message_text(op, LMDB_STORE_SENDER).len = message->sender.len;

    lmdb_store_message_text(op, LMDB_STORE_PROFILE_NAME).data = profile_name;
    lmdb_store_message_text(op, LMDB_STORE_PROFILE_NAME).len =
                      whatsauth_text_clean(&message->profile_name,
                                           profile_name,
                                           WHATSAUTH_PROFILE_NAME_MAX);

    route = message->account_sid.len ? &message->account_sid
            : message->number_id.len ? &message->number_id
            : &message->display_number;

    lmdb_store_message_text(op, LMDB_STORE_ROUTE).data = route->data;
    lmdb_store_message_text(op, LMDB_STORE_ROUTE).len = ngx_min(route->len,
                                                                64);

    lmdb_store_message_text(op, LMDB_STORE_MESSAGE_ID).data =
                                                     message->message_id.data;
    lmdb_store_message_text(op, LMDB_STORE_MESSAGE_ID).len =
                                         ngx_min(message->message_id.len,
                                         NGX_HTTP_WHATSAUTH_MESSAGE_ID_MAX);

    if (message->sender.len) {
        op->u.message.replies = ngx_http_whatsauth_replies(decision->app,
                            record,
                            &lmdb_store_message_text(op, LMDB_STORE_ROUTE));
    }
}


static void
ngx_http_whatsauth_validate_done(void *data, const lmdb_store_op_t *op)
{
    ngx_http_whatsauth_decision_t *decision = data;

    const char                       *reason;
    ngx_http_whatsauth_validation_t  *validation;

    validation = decision->validation;

    if (op->result == LMDB_STORE_OK && op->u.message.attempt) {
        ngx_http_whatsauth_attempt_start(decision->attempt,
                                         op->u.message.attempt);

    } else if (decision->attempt != NULL) {
        ngx_http_whatsauth_attempt_release(decision->attempt);

    } else if (op->result == LMDB_STORE_OK) {
        ngx_http_whatsauth_due_left();
    }

    if ((op->result == LMDB_STORE_OK || op->result == LMDB_STORE_EXPIRED)
        && op->u.message.reply)
    {
        ngx_http_whatsauth_validate_reply(decision, op);
    }

    reason = ngx_http_whatsauth_store_reason(op->result);

    if (op->result == LMDB_STORE_OK) {
        validation->accepted++;

        if (op->kind == LMDB_STORE_REFUSE) {
            reason = op->u.message.error
                     == LMDB_STORE_ERROR_PHONE_NUMBER_NOT_AUTHORIZED
                     ? "phone_number_not_authorized"
                     : "phone_number_unavailable";

            ngx_http_whatsauth_validate_note(ngx_cycle->log, reason,
                                             decision->app, decision->key);
        }

    } else if (reason == NULL) {
        validation->failed = 1;

    } else {
        ngx_http_whatsauth_validate_note(ngx_cycle->log, reason,
                                         decision->app, decision->key);
    }

    ngx_http_whatsauth_validation_end(validation);
}


/* Granted and spent: if the record cannot be read now, there is none. */

static void
ngx_http_whatsauth_validate_reply(ngx_http_whatsauth_decision_t *decision,
    const lmdb_store_op_t *op)
{
    lmdb_store_t                      *store;
    lmdb_store_record_t                record;
    ngx_http_whatsauth_destination_t   destination;

    store = ngx_http_whatsauth_store();

    if (store == NULL
        || lmdb_store_get(store, decision->key, &record) != LMDB_STORE_OK)
    {
        return;
    }

    destination.sender = lmdb_store_message_text(op, LMDB_STORE_SENDER);
    destination.route = lmdb_store_message_text(op, LMDB_STORE_ROUTE);
    destination.message_id = lmdb_store_message_text(op,
                                                     LMDB_STORE_MESSAGE_ID);

    ngx_http_whatsauth_reply(decision->app, &record, op->u.message.reply,
                             &destination);
}


/* A message with a code that does nothing is told, the code never. */

static void
ngx_http_whatsauth_validate_note(ngx_log_t *log, const char *reason,
    ngx_http_whatsauth_app_t *app, uint64_t key)
{
    u_char     id[WHATSAUTH_ID_LEN];
    ngx_str_t  text;

    if (app == NULL
        || whatsauth_id_encode(ngx_http_whatsauth_store_codec(), key,
                               (char *) id) != 0)
    {
        ngx_log_error(NGX_LOG_NOTICE, log, 0,
                      "whatsauth: a message did nothing, reason=%s", reason);
        return;
    }

    text.data = id;
    text.len = WHATSAUTH_ID_LEN;

    ngx_log_error(NGX_LOG_NOTICE, log, 0,
                  "whatsauth: a message did nothing, reason=%s, app=%V, id=%V",
                  reason, &app->name, &text);
}
