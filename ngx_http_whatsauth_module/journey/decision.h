
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * One message of a validation: the record that it names is read, the message
 * judged, and the store decides.
 */


#ifndef _NGX_HTTP_WHATSAUTH_DECISION_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_DECISION_H_INCLUDED_


#include "journey/attempt.h"
#include "journey/validate.h"

#include "protocol/message_text.h"


typedef struct {
    ngx_http_whatsauth_validation_t  *validation;
    whatsauth_message_t              *message;
    whatsauth_message_code_t          code;      /* of a text */
    ngx_http_whatsauth_attempt_t     *attempt;   /* NULL: no permit for it */
    ngx_http_whatsauth_app_t         *app;
    const ngx_http_whatsauth_account_t
                                     *account;   /* of the app, that hears */
    uint64_t                          key;
    uint64_t                          issued;    /* milliseconds */
    unsigned                          calls_back:1; /* if it decides */
} ngx_http_whatsauth_decision_t;


struct ngx_http_whatsauth_validation_s {
    ngx_http_whatsauth_main_conf_t   *conf;
    ngx_http_whatsauth_webhook_t     *webhook;
    ngx_log_t                        *log;
    ngx_http_whatsauth_validated_pt   handler;
    void                             *data;

    ngx_event_t                       turn;
    size_t                            next;      /* of its messages */

    ngx_uint_t                        pending;
    ngx_uint_t                        accepted;
    unsigned                          failed:1;

    ngx_http_whatsauth_decision_t     decisions[1];
};


/* Goes on when the record of decision->key has been read. */
void ngx_http_whatsauth_decision_read(void *data, ledger_result_t result,
    const ledger_record_t *record);


/* A message is ignored or decided; the last one ends the validation. */
void ngx_http_whatsauth_validation_end(
    ngx_http_whatsauth_validation_t *validation);

/* 1 if nobody waits any more: then this message has been ended. */
ngx_uint_t ngx_http_whatsauth_validation_is_forgotten(
    ngx_http_whatsauth_validation_t *validation);


#endif /* _NGX_HTTP_WHATSAUTH_DECISION_H_INCLUDED_ */
