
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "hint.h"
#include "jansson_text.h"
#include "json_load.h"


/* The bytes that a text of so many characters stands for. */
#define whatsauth_hint_decoded_len(n)  ((n) / 4 * 3 + (n) % 4 * 3 / 4)


typedef struct {
    const whatsauth_jwk_t  *key;
    whatsauth_text_t        payload;
    whatsauth_text_t        signature;
} whatsauth_hint_parts_t;


static const whatsauth_jwk_t *
whatsauth_hint_key(const whatsauth_text_t *hint,
    const whatsauth_jwk_t *const *keys, size_t n)
{
    size_t  i;

    if (hint->len <= WHATSAUTH_JWK_HEAD_LEN
        || hint->data[WHATSAUTH_JWK_HEAD_LEN] != '.')
    {
        return NULL;
    }

    for (i = 0; i < n; i++) {
        if (memcmp(hint->data, keys[i]->head, WHATSAUTH_JWK_HEAD_LEN) == 0) {
            return keys[i];
        }
    }

    return NULL;
}


/* The length of the signature follows from the key, and so all others. */

static int
whatsauth_hint_cut(const whatsauth_text_t *hint, const whatsauth_jwk_t *key,
    whatsauth_hint_parts_t *parts)
{
    size_t       n;
    const char  *dot;

    n = whatsauth_base64url_len(key->signature_len);

    if (hint->len < WHATSAUTH_JWK_HEAD_LEN + 1 + 1 + n) {
        return -1;
    }

    parts->key = key;
    parts->signature.data = whatsauth_text_end(hint) - n;
    parts->signature.len = n;

    dot = parts->signature.data - 1;
    parts->payload.data = hint->data + WHATSAUTH_JWK_HEAD_LEN + 1;
    parts->payload.len = (size_t) (dot - parts->payload.data);

    return *dot == '.' ? 0 : -1;
}


/* A second spelling of the same bytes is no token of ours either. */

static int
whatsauth_hint_decode(const whatsauth_text_t *text, uint8_t *data, size_t *len)
{
    *len = whatsauth_hint_decoded_len(text->len);

    return whatsauth_base64url_len(*len) == text->len
           ? whatsauth_base64url_decode(text->data, data, *len) : -1;
}


static int
whatsauth_hint_is_signed(const whatsauth_text_t *hint,
    const whatsauth_hint_parts_t *parts)
{
    size_t            n;
    uint8_t           signature[WHATSAUTH_JWS_SIGNATURE_MAX];
    whatsauth_text_t  input;

    if (whatsauth_hint_decode(&parts->signature, signature, &n) != 0) {
        return 0;
    }

    input.data = hint->data;
    input.len = hint->len - parts->signature.len - 1;

    return whatsauth_jws_verify(parts->key, &input, signature);
}


static int
whatsauth_hint_claims(const whatsauth_text_t *payload,
    const whatsauth_text_t *issuer, json_t **claims)
{
    int               rc;
    size_t            n;
    uint8_t           json[whatsauth_hint_decoded_len(WHATSAUTH_HINT_MAX)];
    json_error_t      error;
    whatsauth_text_t  iss;

    if (whatsauth_hint_decode(payload, json, &n) != 0) {
        return WHATSAUTH_HINT_NONE;
    }

    rc = whatsauth_json_load((const char *) json, n, claims, &error);

    if (rc != 0) {
        return rc == -1 ? -1 : WHATSAUTH_HINT_NONE;
    }

    iss = whatsauth_jansson_get(*claims, "iss");

    if (!whatsauth_text_equal(&iss, issuer)) {
        json_decref(*claims);
        *claims = NULL;
        return WHATSAUTH_HINT_NONE;
    }

    return 0;
}


int
whatsauth_hint_open(const whatsauth_text_t *hint,
    const whatsauth_jwk_t *const *keys, size_t n,
    const whatsauth_text_t *issuer, json_t **claims)
{
    const whatsauth_jwk_t   *key;
    whatsauth_hint_parts_t   parts;

    *claims = NULL;

    if (hint->len > WHATSAUTH_HINT_MAX) {
        return WHATSAUTH_HINT_NONE;
    }

    key = whatsauth_hint_key(hint, keys, n);

    if (key == NULL
        || whatsauth_hint_cut(hint, key, &parts) != 0
        || !whatsauth_hint_is_signed(hint, &parts))
    {
        return WHATSAUTH_HINT_NONE;
    }

    return whatsauth_hint_claims(&parts.payload, issuer, claims);
}
