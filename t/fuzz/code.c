
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Codes, ids and the cipher under both: what is encoded decodes to itself,
 * and what decodes is what would be encoded.  The input: a key, a time and
 * the shape of a cipher in bytes, then what a user sent as code or id.
 */


#include "fuzz.h"
#include "protocol/code.h"
#include "protocol/ff1.h"


static void
check_key(whatsauth_codec_t *codec, uint64_t key)
{
    char      code[WHATSAUTH_CODE_LEN], id[WHATSAUTH_ID_LEN];
    uint64_t  decoded, now;

    fuzz_check(whatsauth_code_encode(codec, key, code) == 0);
    fuzz_check(whatsauth_id_encode(codec, key, id) == 0);

    /* Every time in the code's window, to both sides. */
    now = key >> 10;

    fuzz_check(whatsauth_code_decode(codec, code, now, &decoded) == 0);
    fuzz_check(decoded == key);

    now += WHATSAUTH_CODE_WINDOW - 1;

    if (now < UINT64_MAX >> 10) {
        fuzz_check(whatsauth_code_decode(codec, code, now, &decoded) == 0);
        fuzz_check(decoded == key);
    }

    fuzz_check(whatsauth_id_decode(codec, id, sizeof(id), &decoded) == 0);
    fuzz_check(decoded == key);

    id[key % sizeof(id)] = 'g';
    fuzz_check(whatsauth_id_decode(codec, id, sizeof(id), &decoded) == -1);
}


static void
check_text(whatsauth_codec_t *codec, const whatsauth_text_t *text,
    uint64_t now)
{
    char      code[WHATSAUTH_CODE_LEN], id[WHATSAUTH_ID_LEN];
    uint64_t  key;
    unsigned  i;

    if (text->len >= sizeof(code)
        && whatsauth_code_decode(codec, text->data, now, &key) == 0)
    {
        fuzz_check(whatsauth_code_encode(codec, key, code) == 0);
        fuzz_check(memcmp(code, text->data, sizeof(code)) == 0);
    }

    if (whatsauth_id_decode(codec, text->data, text->len, &key) == 0) {
        fuzz_check(whatsauth_id_encode(codec, key, id) == 0);

        for (i = 0; i < sizeof(id); i++) {
            fuzz_check(text->data[i] == id[i]
                       || whatsauth_hex_value(text->data[i])
                          == whatsauth_hex_value(id[i]));
        }
    }
}


static void
check_cipher(fuzz_input_t *in, const uint8_t key[16])
{
    uint8_t           numerals[WHATSAUTH_FF1_DIGITS_MAX];
    uint8_t           before[WHATSAUTH_FF1_DIGITS_MAX];
    uint8_t           tweak[WHATSAUTH_FF1_TWEAK_MAX];
    unsigned          i, radix, digits, tweak_len;
    whatsauth_ff1_t  *ff1;

    radix = (unsigned) fuzz_number(in, 1);
    digits = (unsigned) fuzz_number(in, 1);
    tweak_len = (unsigned) fuzz_number(in, 1) % 40;
    fuzz_bytes(in, tweak, sizeof(tweak));
    fuzz_bytes(in, numerals, sizeof(numerals));

    ff1 = whatsauth_ff1_create(key, radix, digits, tweak, tweak_len);

    if (ff1 == NULL) {
        return;
    }

    fuzz_check(radix >= 2 && radix <= 36 && digits <= sizeof(numerals)
               && tweak_len <= sizeof(tweak));

    for (i = 0; i < digits; i++) {
        numerals[i] %= (uint8_t) radix;
        before[i] = numerals[i];
    }

    fuzz_check(whatsauth_ff1_encrypt(ff1, numerals) == 0);

    for (i = 0; i < digits; i++) {
        fuzz_check(numerals[i] < radix);
    }

    fuzz_check(whatsauth_ff1_decrypt(ff1, numerals) == 0);
    fuzz_check(memcmp(numerals, before, digits) == 0);

    whatsauth_ff1_destroy(ff1);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t             keys[48];
    uint64_t            key, now;
    fuzz_input_t        in;
    whatsauth_text_t    text;
    whatsauth_codec_t  *codec;

    memset(keys, 'k', sizeof(keys));

    in = fuzz_input(data, size);
    key = fuzz_number(&in, 8);
    now = fuzz_number(&in, 6);
    keys[0] = (uint8_t) fuzz_number(&in, 1);

    codec = whatsauth_codec_create(keys, keys + 16, keys + 32);
    fuzz_check(codec != NULL);

    check_key(codec, key);
    check_cipher(&in, keys);

    text = fuzz_rest(&in);
    check_text(codec, &text, now);
    fuzz_free(&text);

    whatsauth_codec_destroy(codec);

    return 0;
}
