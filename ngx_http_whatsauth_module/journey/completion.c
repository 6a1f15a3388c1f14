
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/door.h"
#include "journey/completion.h"
#include "journey/reply.h"
#include "kit/log.h"


static void ngx_http_whatsauth_completion_done(void *data,
    const ledger_op_t *op);


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
            ngx_http_whatsauth_reply_sender(ledger_op_record(op),
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
