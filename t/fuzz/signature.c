
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Meta's signature header, base64, and the key and signature of a callback:
 * each has one spelling, and a signature is of one body, key and time alone.
 * The input: a header, base64, a secret and a timestamp on lines of their
 * own, then a body.
 */


#include "fuzz.h"
#include "protocol/webhook_signature.h"


static const whatsauth_text_t  id =
    whatsauth_text("95852bde-2cd8-4614-853c-91d0abc8c89b");


static void
check_hub_header(const whatsauth_text_t *header)
{
    char      again[sizeof("sha256=") + 2 * WHATSAUTH_SHA256_LEN];
    uint8_t   mac[WHATSAUTH_SHA256_LEN], flipped[WHATSAUTH_SHA256_LEN];
    unsigned  i;

    if (whatsauth_hub_signature_parse(header, mac) != 0) {
        return;
    }

    strcpy(again, "sha256=");

    for (i = 0; i < WHATSAUTH_SHA256_LEN; i++) {
        snprintf(again + 7 + 2 * i, 3, "%02x", mac[i]);
    }

    fuzz_check(header->len == strlen(again)
               && memcmp(header->data, again, header->len) == 0);

    memcpy(flipped, mac, sizeof(mac));
    fuzz_check(whatsauth_digest_equal(mac, flipped));
    flipped[mac[0] % WHATSAUTH_SHA256_LEN] ^= (uint8_t) (1 << mac[1] % 8);
    fuzz_check(!whatsauth_digest_equal(mac, flipped));
}


static void
check_base64(const whatsauth_text_t *text)
{
    char               again[whatsauth_base64_len(WHATSAUTH_BASE64_MAX)];
    size_t             n, len;
    uint8_t            data[WHATSAUTH_BASE64_MAX], back[WHATSAUTH_BASE64_MAX];
    whatsauth_text_t   encoded;

    if (whatsauth_base64_decode(text, data, &n) == 0) {
        fuzz_check(n != 0 && n <= sizeof(data));
        whatsauth_base64_encode(data, n, again);
        fuzz_check(whatsauth_base64_len(n) == text->len
                   && memcmp(again, text->data, text->len) == 0);
    }

    len = (text->len < sizeof(data)) ? text->len : sizeof(data);

    if (len == 0) {
        return;
    }

    whatsauth_base64_encode((const uint8_t *) text->data, len, again);
    encoded.data = again;
    encoded.len = whatsauth_base64_len(len);

    fuzz_check(whatsauth_base64_decode(&encoded, back, &n) == 0);
    fuzz_check(n == len && memcmp(back, text->data, len) == 0);
}


/* A text is read as one sequence of bytes, and written as it was. */

static void
check_base64url(const whatsauth_text_t *text)
{
    char     *again;
    size_t    n;
    uint8_t  *data;

    n = text->len * 3 / 4;

    if (whatsauth_base64url_len(n) != text->len) {
        return;
    }

    data = (uint8_t *) fuzz_alloc(n);
    again = fuzz_alloc(text->len);

    if (whatsauth_base64url_decode(text->data, data, n) == 0) {
        whatsauth_base64url_encode(data, n, again);
        fuzz_check(memcmp(again, text->data, text->len) == 0);
    }

    free(again);
    free(data);
}


static void
sign(const whatsauth_webhook_key_t *keys, const whatsauth_text_t *timestamp,
    const whatsauth_text_t *body, char *out)
{
    char    *buf;
    size_t   len;

    len = whatsauth_webhook_signatures_len(2);
    buf = fuzz_alloc(len);

    fuzz_check(whatsauth_webhook_sign(keys, 2, &id, timestamp, body, buf)
               == 0);
    fuzz_check(memcmp(buf, "v1,", 3) == 0
               && buf[WHATSAUTH_WEBHOOK_SIGNATURE_LEN] == ' ');

    memcpy(out, buf, len);
    free(buf);
}


/* Two keys; then one bit less in key or body. */
static void
check_sign(const whatsauth_webhook_key_t *key,
    const whatsauth_text_t *timestamp, const whatsauth_text_t *body)
{
    char                      one[whatsauth_webhook_signatures_len(2)];
    char                      two[whatsauth_webhook_signatures_len(2)];
    size_t                    first;
    whatsauth_text_t          other;
    whatsauth_webhook_key_t   keys[2];

    first = WHATSAUTH_WEBHOOK_SIGNATURE_LEN;

    keys[0] = *key;
    keys[1] = *key;
    keys[1].data[0] ^= 1;

    sign(keys, timestamp, body, one);
    sign(keys, timestamp, body, two);
    fuzz_check(memcmp(one, two, sizeof(one)) == 0);
    fuzz_check(memcmp(one, one + first + 1, first) != 0);

    if (body->len != 0) {
        other = fuzz_copy(body->data, body->len);
        ((char *) other.data)[body->len / 2] ^= 1;
        sign(keys, timestamp, &other, two);
        fuzz_check(memcmp(one, two, first) != 0);
        fuzz_free(&other);
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char               *problem;
    fuzz_input_t              in;
    whatsauth_text_t          header, base64, secret, timestamp, body;
    whatsauth_webhook_key_t   key;

    in = fuzz_input(data, size);
    header = fuzz_line(&in);
    base64 = fuzz_line(&in);
    secret = fuzz_line(&in);
    timestamp = fuzz_line(&in);
    body = fuzz_rest(&in);

    check_hub_header(&header);
    check_base64(&base64);
    check_base64url(&base64);

    problem = whatsauth_webhook_key_parse(&secret, &key);

    if (problem == NULL) {
        fuzz_check(key.len >= WHATSAUTH_WEBHOOK_KEY_MIN
                   && key.len <= WHATSAUTH_WEBHOOK_KEY_MAX);
        check_sign(&key, &timestamp, &body);
    }

    fuzz_free(&header);
    fuzz_free(&base64);
    fuzz_free(&secret);
    fuzz_free(&timestamp);
    fuzz_free(&body);

    return 0;
}
