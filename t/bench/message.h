
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A message as Meta posts it: 600 bytes of JSON with one code, and the rest
 * of a request after its first line.  All have one length, so that a file of
 * them can be read without looking for ends.
 */


#ifndef _BENCH_MESSAGE_H_INCLUDED_
#define _BENCH_MESSAGE_H_INCLUDED_


#include <stdio.h>
#include <string.h>
#include <time.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>


/* The link message of the codes, which has quotes that JSON escapes. */
#define BENCH_LINK_MESSAGE "Just tap the \"send\" button."

#define BENCH_BODY_LEN     600
#define BENCH_REQUEST_MAX  1024
#define BENCH_CODE_LEN     10


/* The message id takes up what is left of the length. */

static inline void
bench_body(char *out, const char *code, unsigned n)
{
    int   head, tail, pad;
    char  end[256];

    head = snprintf(out, BENCH_BODY_LEN,
        "{\"object\":\"whatsapp_business_account\",\"entry\":[{"
        "\"id\":\"102290129340398\",\"changes\":[{\"value\":{"
        "\"messaging_product\":\"whatsapp\",\"metadata\":{"
        "\"display_phone_number\":\"56943426553\","
        "\"phone_number_id\":\"106540352242922\"},\"contacts\":[{"
        "\"profile\":{\"name\":\"John Doe\"},\"wa_id\":\"569%08u\"}],"
        "\"messages\":[{\"from\":\"569%08u\",\"id\":\"wamid.",
        n % 100000000, n % 100000000);

    tail = snprintf(end, sizeof(end),
        "%010u\",\"timestamp\":\"%010lld\",\"text\":{\"body\":"
        /* what BENCH_LINK_MESSAGE is in JSON */
        "\">>%.10s<<\\nJust tap the \\\"send\\\" button.\"},"
        "\"type\":\"text\"}]},\"field\":\"messages\"}]}]}",
        n, (long long) time(NULL), code);

    pad = BENCH_BODY_LEN - head - tail;
    memset(out + head, 'H', (size_t) pad);
    memcpy(out + head + pad, end, (size_t) tail);
}


/* Returns the length, without the request line. */

static inline size_t
bench_request(char out[BENCH_REQUEST_MAX], const char *code, unsigned n,
    const char *secret)
{
    int            len;
    char           body[BENCH_BODY_LEN], hex[65];
    unsigned       i;
    unsigned char  md[EVP_MAX_MD_SIZE];

    bench_body(body, code, n);

    HMAC(EVP_sha256(), secret, (int) strlen(secret),
         (const unsigned char *) body, sizeof(body), md, NULL);

    for (i = 0; i < 32; i++) {
        snprintf(hex + 2 * i, 3, "%02x", md[i]);
    }

    len = snprintf(out, BENCH_REQUEST_MAX,
                   "Host: bench\r\n"
                   "Content-Type: application/json\r\n"
                   "X-Hub-Signature-256: sha256=%s\r\n"
                   "Content-Length: %d\r\n"
                   "\r\n", hex, BENCH_BODY_LEN);

    memcpy(out + len, body, sizeof(body));

    return (size_t) len + sizeof(body);
}


#endif /* _BENCH_MESSAGE_H_INCLUDED_ */
