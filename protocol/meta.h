
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Meta's WhatsApp Cloud API: the webhook payload.
 * Source: developers.facebook.com/docs/whatsapp/cloud-api/webhooks
 */


#ifndef _WHATSAUTH_META_H_INCLUDED_
#define _WHATSAUTH_META_H_INCLUDED_


#include "message.h"


#define WHATSAUTH_META_BODY_MAX  3145728     /* bytes: "up to 3 MB" */


/*
 * Reads a webhook body, JSON as in json_body.h: every entry, change and
 * message, in order.  Values of an unexpected shape are skipped and counted,
 * their neighbours read; ids and times may be numbers.
 *
 * *batch is filled only for OK and then freed with whatsauth_meta_free();
 * its texts live as long.  reason (REASON_MAX bytes) is filled for INVALID.
 * Safe in any thread if the process has called Jansson's json_object_seed()
 * before it started threads: the first use seeds the hash tables.
 */
whatsauth_batch_result_t whatsauth_meta_read(const char *body, size_t len,
    whatsauth_message_batch_t *batch, char *reason);
void whatsauth_meta_free(whatsauth_message_batch_t *batch);


#endif /* _WHATSAUTH_META_H_INCLUDED_ */
