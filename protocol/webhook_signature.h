
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The signature of a callback: Standard Webhooks 1.0.0, scheme v1
 * (github.com/standard-webhooks/standard-webhooks).
 */


#ifndef _WHATSAUTH_WEBHOOK_SIGNATURE_H_INCLUDED_
#define _WHATSAUTH_WEBHOOK_SIGNATURE_H_INCLUDED_


#include "base64.h"
#include "signature.h"
#include "text.h"


#define WHATSAUTH_WEBHOOK_KEY_MIN  24        /* bytes */
#define WHATSAUTH_WEBHOOK_KEY_MAX  64


typedef struct {
    size_t    len;
    uint8_t   data[WHATSAUTH_WEBHOOK_KEY_MAX];
} whatsauth_webhook_key_t;


/* "v1,<base64>" for each key, with a space between two. */
#define WHATSAUTH_WEBHOOK_SIGNATURE_LEN                                       \
    (sizeof("v1,") - 1 + whatsauth_base64_len(WHATSAUTH_SHA256_LEN))
#define whatsauth_webhook_signatures_len(keys_n)                              \
    ((keys_n) == 0 ? 0 : (keys_n) * (WHATSAUTH_WEBHOOK_SIGNATURE_LEN + 1) - 1)


/*
 * Reads a secret as it is written down: "whsec_" and the base64 of 24 to 64
 * bytes.  Returns NULL, or what is wrong in words that hold nothing of it.
 */
const char *whatsauth_webhook_key_parse(const whatsauth_text_t *secret,
    whatsauth_webhook_key_t *key);

/*
 * The value of webhook-signature: signs "id.timestamp.body", timestamp being
 * the very digits of webhook-timestamp, with every key.  Writes
 * webhook_signatures_len(keys_n) characters, without a zero.
 * Returns 0, or -1 if memory is out or the crypto library failed.
 */
int whatsauth_webhook_sign(const whatsauth_webhook_key_t *keys, size_t keys_n,
    const whatsauth_text_t *id, const whatsauth_text_t *timestamp,
    const whatsauth_text_t *body, char *out);


#endif /* _WHATSAUTH_WEBHOOK_SIGNATURE_H_INCLUDED_ */
