
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A token that is read is written as the same text, and none is made of a text
 * of another length.  The input: the text.
 */


#include "fuzz.h"
#include "protocol/token.h"


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char                text[WHATSAUTH_TOKEN_LEN];
    uint8_t             keys[48];
    fuzz_input_t        in;
    whatsauth_text_t    given;
    whatsauth_codec_t  *codec;
    whatsauth_token_t   token;

    memset(keys, 'k', sizeof(keys));

    codec = whatsauth_codec_create(keys, keys + 16, keys + 32);
    fuzz_check(codec != NULL);

    in = fuzz_input(data, size);
    given = fuzz_rest(&in);

    if (whatsauth_token_parse(codec, given.data, given.len, &token) == 0) {
        fuzz_check(given.len == WHATSAUTH_TOKEN_LEN);
        fuzz_check(whatsauth_token_format(codec, &token, text) == 0);
        fuzz_check(memcmp(text, given.data, sizeof(text)) == 0);
    }

    fuzz_free(&given);
    whatsauth_codec_destroy(codec);

    return 0;
}
