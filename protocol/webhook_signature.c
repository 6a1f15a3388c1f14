
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdlib.h>

#include "webhook_signature.h"


#if (WHATSAUTH_WEBHOOK_KEY_MAX != WHATSAUTH_BASE64_MAX)
#error "a key must be all that is decoded at once"
#endif


const char *
whatsauth_webhook_key_parse(const whatsauth_text_t *secret,
    whatsauth_webhook_key_t *key)
{
    whatsauth_text_t               encoded;
    static const whatsauth_text_t  prefix = whatsauth_text("whsec_");

    if (secret->len < prefix.len
        || memcmp(secret->data, prefix.data, prefix.len) != 0)
    {
        return "does not begin with \"whsec_\"";
    }

    encoded.data = secret->data + prefix.len;
    encoded.len = secret->len - prefix.len;

    if (whatsauth_base64_decode(&encoded, key->data, &key->len) != 0
        || key->len < WHATSAUTH_WEBHOOK_KEY_MIN)
    {
        return "is not \"whsec_\" and 24 to 64 bytes in padded base64";
    }

    return NULL;
}


static int
whatsauth_webhook_signature_sign_with(const whatsauth_webhook_key_t *key,
    const whatsauth_text_t *content, char *out)
{
    uint8_t           mac[WHATSAUTH_SHA256_LEN];
    whatsauth_text_t  secret;

    secret.data = (const char *) key->data;
    secret.len = key->len;

    if (whatsauth_hmac_sha256(&secret, content->data, content->len, mac)
        != 0)
    {
        return -1;
    }

    memcpy(out, "v1,", 3);
    whatsauth_base64_encode(mac, sizeof(mac), out + 3);

    return 0;
}


static char *
whatsauth_webhook_signature_content(const whatsauth_text_t *id,
    const whatsauth_text_t *timestamp, const whatsauth_text_t *body,
    whatsauth_text_t *content)
{
    char  *p, *data;

    content->len = id->len + 1 + timestamp->len + 1 + body->len;
    data = malloc(content->len);

    if (data == NULL) {
        return NULL;
    }

    p = whatsauth_text_put(data, id);
    *p++ = '.';
    p = whatsauth_text_put(p, timestamp);
    *p++ = '.';
    (void) whatsauth_text_put(p, body);

    content->data = data;

    return data;
}


int
whatsauth_webhook_sign(const whatsauth_webhook_key_t *keys, size_t keys_n,
    const whatsauth_text_t *id, const whatsauth_text_t *timestamp,
    const whatsauth_text_t *body, char *out)
{
    int                rc;
    char              *data;
    size_t             i;
    whatsauth_text_t   content;

    data = whatsauth_webhook_signature_content(id, timestamp, body, &content);

    if (data == NULL) {
        return -1;
    }

    rc = 0;

    for (i = 0; i < keys_n && rc == 0; i++) {
        if (i != 0) {
            *out++ = ' ';
        }

        rc = whatsauth_webhook_signature_sign_with(&keys[i], &content, out);
        out += WHATSAUTH_WEBHOOK_SIGNATURE_LEN;
    }

    free(data);

    return rc;
}
