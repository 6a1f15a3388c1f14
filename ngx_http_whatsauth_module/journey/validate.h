
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_VALIDATE_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_VALIDATE_H_INCLUDED_


#include "kit/result.h"
#include "provider/provider.h"


typedef struct ngx_http_whatsauth_validation_s
    ngx_http_whatsauth_validation_t;

/* ACCEPTED, IGNORED or STORE_UNAVAILABLE; the validation is gone then. */
typedef void (*ngx_http_whatsauth_validated_pt)(void *data,
    ngx_http_whatsauth_result_t result);


/*
 * Prepares to decide the codes in the messages of a verified webhook, which
 * must live until handler is called or the validation is forgotten.  Returns
 * NULL when memory is out.
 */
ngx_http_whatsauth_validation_t *ngx_http_whatsauth_validate(
    ngx_http_whatsauth_main_conf_t *mcf, ngx_http_whatsauth_webhook_t *webhook,
    ngx_log_t *log, ngx_http_whatsauth_validated_pt handler, void *data);

/*
 * Queues what the messages cause, those of a long batch in turns of the event
 * loop, and calls handler once all of it is committed; before it returns if
 * the batch is short and there is nothing to commit.
 */
void ngx_http_whatsauth_validation_submit(
    ngx_http_whatsauth_validation_t *validation);

/*
 * handler is not called.  Queued operations take place and are delivered; the
 * provider sends the other messages again.
 */
void ngx_http_whatsauth_validation_forget(
    ngx_http_whatsauth_validation_t *validation);


#endif /* _NGX_HTTP_WHATSAUTH_VALIDATE_H_INCLUDED_ */
