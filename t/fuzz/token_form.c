
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A form for `token`, with the header Authorization in its first line: the
 * client has one id, from one place; a header that is accepted comes back from
 * what is written of it; a verifier is of its own alphabet.
 */


#include <openssl/evp.h>

#include "fuzz.h"
#include "protocol/pkce.h"
#include "protocol/token_form.h"


static char *
put(char *out, const whatsauth_text_t *text)
{
    return out + whatsauth_encode(text, WHATSAUTH_ENCODE_FORM, out);
}


/* The system's own encoder writes the header anew. */

static void
check_basic(const whatsauth_text_t *id, const whatsauth_text_t *secret)
{
    int               n;
    char              plain[WHATSAUTH_BASIC_MAX], buf[WHATSAUTH_BASIC_MAX];
    char              base64[2 * WHATSAUTH_BASIC_MAX], *p;
    whatsauth_text_t  text, header, id_again, secret_again;

    p = put(plain, id);
    *p++ = ':';
    p = put(p, secret);

    n = EVP_EncodeBlock((unsigned char *) base64, (unsigned char *) plain,
                        (int) (p - plain));
    text.data = base64;
    text.len = (size_t) n;
    header = fuzz_between("bASIC ", &text, "");

    fuzz_check(whatsauth_basic(&header, buf, &id_again, &secret_again) == 0);
    fuzz_check(whatsauth_text_equal(&id_again, id));
    fuzz_check(whatsauth_text_equal(&secret_again, secret));

    fuzz_free(&header);
}


static void
check_client(const whatsauth_token_form_t *request, int has_header)
{
    const whatsauth_text_t  *id, *secret;

    id = &request->value[WHATSAUTH_TOKEN_FORM_CLIENT_ID].text;
    secret = &request->value[WHATSAUTH_TOKEN_FORM_CLIENT_SECRET].text;

    fuzz_check(has_header == (request->method == WHATSAUTH_TOKEN_FORM_BASIC));
    fuzz_check(request->id.len != 0
               && request->id.len <= WHATSAUTH_OAUTH_CLIENT_ID_MAX);
    fuzz_check(request->secret.len <= WHATSAUTH_OAUTH_CLIENT_SECRET_MAX);
    fuzz_check(whatsauth_oauth_is_ascii(&request->id));
    fuzz_check(whatsauth_oauth_is_ascii(&request->secret));
    fuzz_check(id->len == 0 || whatsauth_text_equal(id, &request->id));

    if (has_header) {
        fuzz_check(secret->len == 0);
        check_basic(&request->id, &request->secret);

    } else {
        fuzz_check(whatsauth_text_equal(secret, &request->secret));
        fuzz_check((secret->len != 0)
                   == (request->method == WHATSAUTH_TOKEN_FORM_POST));
    }
}


static void
check_verifier(const whatsauth_text_t *verifier)
{
    size_t   n;
    uint8_t  digest[WHATSAUTH_SHA256_LEN];

    static const char  alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    for (n = 0; n < verifier->len; n++) {
        if (memchr(alphabet, verifier->data[n], sizeof(alphabet) - 1) == NULL) {
            break;
        }
    }

    fuzz_check((whatsauth_pkce_verifier(verifier, digest) == 0)
               == (n == verifier->len && n >= 43 && n <= 128));
}


static void
check_grant(whatsauth_token_form_t *request)
{
    whatsauth_text_t          wrong;
    whatsauth_oauth_result_t  result;

    memset(&wrong, 0, sizeof(wrong));
    result = whatsauth_token_form_grant(request, &wrong);
    fuzz_check((result == WHATSAUTH_OAUTH_OK) == (wrong.len == 0));

    if (result == WHATSAUTH_OAUTH_OK) {
        fuzz_check(request->value[request->refresh
                                  ? WHATSAUTH_TOKEN_FORM_REFRESH_TOKEN
                                  : WHATSAUTH_TOKEN_FORM_CODE].text.len != 0);
    }

    check_verifier(&request->value[WHATSAUTH_TOKEN_FORM_VERIFIER].text);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char                      basic[WHATSAUTH_BASIC_MAX];
    fuzz_input_t              in;
    whatsauth_text_t          header, form, buf, wrong;
    whatsauth_token_form_t    request;
    whatsauth_oauth_result_t  result;

    in = fuzz_input(data, size);
    header = fuzz_line(&in);
    form = fuzz_rest(&in);
    buf = fuzz_copy(form.data, form.len);

    result = whatsauth_token_form_read(&form, (char *) buf.data,
                                       header.len ? &header : NULL, basic,
                                       &request, &wrong);
    fuzz_check((result == WHATSAUTH_OAUTH_OK) == (wrong.len == 0));

    if (result == WHATSAUTH_OAUTH_OK) {
        check_client(&request, header.len != 0);
        check_grant(&request);
    }

    fuzz_free(&buf);
    fuzz_free(&form);
    fuzz_free(&header);

    return 0;
}
