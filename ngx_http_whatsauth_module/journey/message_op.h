
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_MESSAGE_OP_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_MESSAGE_OP_H_INCLUDED_


#include "provider/account.h"

#include "protocol/message_text.h"
#include "protocol/phone.h"
#include "protocol/verification.h"


/* Texts of an operation that are not the message's own bytes. */
typedef struct {
    char    profile_name[WHATSAUTH_PROFILE_NAME_MAX];
    char    subject[WHATSAUTH_PHONE_DIGITS_MAX];
} ngx_http_whatsauth_message_buf_t;


/*
 * Fills op with what the store is to do with a message to account about a
 * record of app; lease and retain are the caller's.  The texts of op point
 * into app, account, message and buf.
 */
void ngx_http_whatsauth_message_op(ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_account_t *account,
    const whatsauth_message_t *message, const ledger_record_t *record,
    ngx_http_whatsauth_message_buf_t *buf, ledger_op_t *op);

/*
 * Two parts of it: the app and the message's own texts; then its sender as
 * LEDGER_OP_SUBJECT, empty for a number that is none.
 */
void ngx_http_whatsauth_message_op_texts(ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_account_t *account,
    const whatsauth_message_t *message, ngx_http_whatsauth_message_buf_t *buf,
    ledger_op_t *op);
void ngx_http_whatsauth_message_op_subject(
    ngx_http_whatsauth_message_buf_t *buf, ledger_op_t *op);

/*
 * NGX_OK if a message with this code says nothing else than the link of its
 * record does, or the app does not mind; NGX_DECLINED if it does; NGX_ERROR
 * if the crypto library failed.
 */
ngx_int_t ngx_http_whatsauth_message_says(ngx_http_whatsauth_app_t *app,
    const ledger_record_t *record, const whatsauth_message_code_t *code);


#endif /* _NGX_HTTP_WHATSAUTH_MESSAGE_OP_H_INCLUDED_ */
