
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/door.h"
#include "journey/completion.h"
#include "journey/reply.h"
#include "kit/conf.h"
#include "kit/log.h"


static void ngx_http_whatsauth_completion_done(void *data,
    const ledger_op_t *op);
static void ngx_http_whatsauth_completion_reply(const ledger_record_t *record,
    unsigned reply);


void
ngx_http_whatsauth_completion(ledger_op_t *op)
{
    (void) ngx_http_whatsauth_door_submit(op,
                                          ngx_http_whatsauth_completion_done,
                                          NULL);
}


static void
ngx_http_whatsauth_completion_done(void *data, const ledger_op_t *op)
{
    switch (op->result) {

    case LEDGER_OK:

        if (op->u.complete.reply) {
            ngx_http_whatsauth_completion_reply(ledger_op_record(op),
                                                op->u.complete.reply);
        }

        break;

    case LEDGER_NOT_CURRENT:

        /* The lease had ended, and another attempt counts. */

        break;

    default:
        ngx_http_whatsauth_log(NGX_LOG_ERR, ngx_cycle->log,
                               "the end of a callback could not be stored: %s",
                               ledger_strresult(op->result));
    }
}


/* The store has already spent the reply: without its record it is dropped. */

static void
ngx_http_whatsauth_completion_reply(const ledger_record_t *record,
    unsigned reply)
{
    ngx_http_whatsauth_app_t          *app;
    ngx_http_whatsauth_main_conf_t    *mcf;
    ngx_http_whatsauth_destination_t   destination;

    if (record == NULL) {
        return;
    }

    mcf = ngx_http_cycle_get_module_main_conf(ngx_cycle,
                                              ngx_http_whatsauth_module);

    app = ngx_http_whatsauth_conf_app(mcf, record->text[LEDGER_APP].data,
                                      record->text[LEDGER_APP].len);
    if (app == NULL) {
        return;
    }

    destination.provider = record->provider;
    destination.sender = record->message[LEDGER_SENDER];
    destination.user_id = record->message[LEDGER_USER_ID];
    destination.route = record->message[LEDGER_ROUTE];
    destination.message_id = record->message[LEDGER_MESSAGE_ID];

    ngx_http_whatsauth_reply(app, record, reply, &destination);
}
