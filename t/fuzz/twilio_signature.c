
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * X-Twilio-Signature: only what was made with the token verifies, not with a
 * bit flipped in signature, token or body; and the order of a form's fields
 * does not matter.  The input: header, scheme, host, userinfo, target and
 * token on lines of their own, then the body.
 */


#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "fuzz.h"
#include "protocol/base64.h"
#include "protocol/twilio.h"


static void
check_header(const whatsauth_text_t *header)
{
    char     again[whatsauth_base64_len(WHATSAUTH_TWILIO_MAC_LEN)];
    uint8_t  mac[WHATSAUTH_TWILIO_MAC_LEN];

    if (whatsauth_twilio_signature_parse(header, mac) != 0) {
        return;
    }

    whatsauth_base64_encode(mac, sizeof(mac), again);

    fuzz_check(header->len == sizeof(again)
               && memcmp(header->data, again, sizeof(again)) == 0);
}


static void
check_verify(const whatsauth_twilio_signed_t *content,
    const whatsauth_text_t *token)
{
    char              *p;
    size_t             i;
    uint8_t            mac[WHATSAUTH_TWILIO_MAC_LEN];
    whatsauth_text_t   other;

    if (token->len == 0) {
        memset(mac, 0, sizeof(mac));
        fuzz_check(!whatsauth_twilio_verify(content, token, mac));
        return;
    }

    other = fuzz_copy(token->data, token->len);
    p = (char *) other.data;
    p[0] ^= 1;

    for (i = 0; i < content->n; i++) {
        HMAC(EVP_sha1(), token->data, (int) token->len,
             (const unsigned char *) content->contents[i].data,
             content->contents[i].len, mac, NULL);

        fuzz_check(whatsauth_twilio_verify(content, token, mac));
        fuzz_check(!whatsauth_twilio_verify(content, &other, mac));

        mac[token->len % sizeof(mac)] ^= (uint8_t) (1 << i);
        fuzz_check(!whatsauth_twilio_verify(content, token, mac));
    }

    fuzz_free(&other);
}


static int
same_contents(const whatsauth_twilio_signed_t *a,
    const whatsauth_twilio_signed_t *b)
{
    size_t  i;

    for (i = 0; i < a->n && i < b->n; i++) {
        if (!whatsauth_text_equal(&a->contents[i], &b->contents[i])) {
            return 0;
        }
    }

    return a->n == b->n;
}


/* The first field goes to the end. */
static void
check_order(whatsauth_twilio_request_t request,
    const whatsauth_twilio_signed_t *content)
{
    char                       *p;
    const char                 *next;
    whatsauth_text_t            first, rest, turned;
    whatsauth_twilio_signed_t   other;

    next = memchr(request.body.data, '&', request.body.len);

    if (next == NULL) {
        return;
    }

    first.data = request.body.data;
    first.len = (size_t) (next - first.data);
    rest.data = next + 1;
    rest.len = request.body.len - first.len - 1;

    p = fuzz_alloc(request.body.len);
    turned.data = p;
    turned.len = request.body.len;

    p = whatsauth_text_put(p, &rest);
    *p++ = '&';
    (void) whatsauth_text_put(p, &first);

    request.body = turned;
    fuzz_check(whatsauth_twilio_signed(&request, &other) == 0);
    fuzz_check(same_contents(content, &other));

    whatsauth_twilio_signed_free(&other);
    fuzz_free(&turned);
}


static void
check_signed(const whatsauth_twilio_request_t *request,
    const whatsauth_text_t *token)
{
    size_t                      i;
    whatsauth_twilio_signed_t   content;

    fuzz_check(whatsauth_twilio_signed(request, &content) == 0);
    fuzz_check(content.n <= WHATSAUTH_TWILIO_URLS_MAX);
    fuzz_check(content.n != 0
               || request->body.len > WHATSAUTH_TWILIO_FIELDS_MAX);

    for (i = 0; i < content.n; i++) {
        fuzz_check(content.contents[i].len >= request->scheme.len
                   && memcmp(content.contents[i].data, request->scheme.data,
                             request->scheme.len) == 0);
    }

    check_verify(&content, token);
    check_order(*request, &content);

    whatsauth_twilio_signed_free(&content);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input_t                 in;
    whatsauth_text_t             header, token;
    whatsauth_twilio_request_t   request;

    in = fuzz_input(data, size);
    header = fuzz_line(&in);
    request.scheme = fuzz_line(&in);
    request.host = fuzz_line(&in);
    request.userinfo = fuzz_line(&in);
    request.target = fuzz_line(&in);
    token = fuzz_line(&in);
    request.body = fuzz_rest(&in);

    check_header(&header);
    check_signed(&request, &token);

    fuzz_free(&header);
    fuzz_free(&request.scheme);
    fuzz_free(&request.host);
    fuzz_free(&request.userinfo);
    fuzz_free(&request.target);
    fuzz_free(&token);
    fuzz_free(&request.body);

    return 0;
}
