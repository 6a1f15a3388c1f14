
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdlib.h>
#include <openssl/crypto.h>

#include "codec.h"
#include "text.h"


#define WHATSAUTH_CODE_RADIX     16
#define WHATSAUTH_CODE_BITS      40
#define WHATSAUTH_CODE_MASK      (((uint64_t) 1 << WHATSAUTH_CODE_BITS) - 1)
#define WHATSAUTH_KEY_TIME_BITS  10

#define WHATSAUTH_ID_DIGITS      30     /* 120 bits of a UUID are ours */
#define WHATSAUTH_ID_KEY_DIGITS  16


static const char  whatsauth_code_digits[] = "0123456789abcdef";

/* Each "x" is a digit of ours; all ids share the other characters. */
static const char  whatsauth_id_form[] =
    "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx";


whatsauth_codec_t *
whatsauth_codec_create(const uint8_t code_key[16], const uint8_t id_key[16],
    const uint8_t token_key[16])
{
    whatsauth_codec_t  *codec;

    codec = calloc(1, sizeof(whatsauth_codec_t));
    if (codec == NULL) {
        return NULL;
    }

    codec->code = whatsauth_ff1_create(code_key, WHATSAUTH_CODE_RADIX,
                                       WHATSAUTH_CODE_LEN, NULL, 0);
    codec->id = whatsauth_ff1_create(id_key, WHATSAUTH_CODE_RADIX,
                                     WHATSAUTH_ID_DIGITS, NULL, 0);

    memcpy(codec->token_key, token_key, sizeof(codec->token_key));

    if (codec->code == NULL || codec->id == NULL
        || whatsauth_token_prepare(codec) != 0)
    {
        whatsauth_codec_destroy(codec);
        return NULL;
    }

    return codec;
}


void
whatsauth_codec_destroy(whatsauth_codec_t *codec)
{
    if (codec == NULL) {
        return;
    }

    whatsauth_ff1_destroy(codec->code);
    whatsauth_ff1_destroy(codec->id);
    EVP_CIPHER_CTX_free(codec->seal);
    EVP_CIPHER_CTX_free(codec->open);
    EVP_MD_CTX_free(codec->hash);
    OPENSSL_cleanse(codec->token_key, sizeof(codec->token_key));
    free(codec);
}


static void
whatsauth_code_split(uint64_t number, uint8_t *numerals, unsigned len)
{
    while (len-- != 0) {
        numerals[len] = (uint8_t) (number & 0xf);
        number >>= 4;
    }
}


static uint64_t
whatsauth_code_join(const uint8_t *numerals, unsigned len)
{
    uint64_t  number;

    number = 0;

    while (len-- != 0) {
        number = (number << 4) | *numerals++;
    }

    return number;
}


int
whatsauth_code_encode(whatsauth_codec_t *codec, uint64_t key,
    char code[WHATSAUTH_CODE_LEN])
{
    uint8_t   numerals[WHATSAUTH_CODE_LEN];
    unsigned  i;

    whatsauth_code_split(key, numerals, WHATSAUTH_CODE_LEN);

    if (whatsauth_ff1_encrypt(codec->code, numerals) != 0) {
        return -1;
    }

    for (i = 0; i < WHATSAUTH_CODE_LEN; i++) {
        code[i] = whatsauth_code_digits[numerals[i]];
    }

    return 0;
}


/* The number nearest to base whose low bits are these. */
static uint64_t
whatsauth_code_nearest(uint64_t base, uint64_t low)
{
    uint64_t  step, key;

    step = WHATSAUTH_CODE_MASK + 1;
    key = (base & ~WHATSAUTH_CODE_MASK) | low;

    if (key > base && key - base > step / 2 && key >= step) {
        return key - step;
    }

    if (key < base && base - key > step / 2 && key <= UINT64_MAX - step) {
        return key + step;
    }

    return key;
}


int
whatsauth_code_decode(whatsauth_codec_t *codec,
    const char code[WHATSAUTH_CODE_LEN], uint64_t now, uint64_t *key)
{
    int       value;
    uint8_t   numerals[WHATSAUTH_CODE_LEN];
    unsigned  i;

    for (i = 0; i < WHATSAUTH_CODE_LEN; i++) {
        value = whatsauth_hex_value(code[i]);

        if (value == -1 || (code[i] >= 'A' && code[i] <= 'F')) {
            return -1;
        }

        numerals[i] = (uint8_t) value;
    }

    if (whatsauth_ff1_decrypt(codec->code, numerals) != 0) {
        return -1;
    }

    *key = whatsauth_code_nearest(now << WHATSAUTH_KEY_TIME_BITS,
                             whatsauth_code_join(numerals,
                                                 WHATSAUTH_CODE_LEN));

    return 0;
}


int
whatsauth_id_encode(whatsauth_codec_t *codec, uint64_t key,
    char id[WHATSAUTH_ID_LEN])
{
    uint8_t    numerals[WHATSAUTH_ID_DIGITS] = { 0 };
    uint8_t   *numeral;
    unsigned   i;

    whatsauth_code_split(key, numerals, WHATSAUTH_ID_KEY_DIGITS);

    if (whatsauth_ff1_encrypt(codec->id, numerals) != 0) {
        return -1;
    }

    numeral = numerals;

    for (i = 0; i < WHATSAUTH_ID_LEN; i++) {
        id[i] = whatsauth_id_form[i];

        if (id[i] == 'x') {
            id[i] = whatsauth_code_digits[*numeral++];
        }
    }

    return 0;
}


static int
whatsauth_code_id_parse(const char *id, uint8_t *numerals)
{
    int       value;
    unsigned  i;

    for (i = 0; i < WHATSAUTH_ID_LEN; i++) {
        if (whatsauth_id_form[i] != 'x') {
            if (id[i] != whatsauth_id_form[i]) {
                return -1;
            }

            continue;
        }

        value = whatsauth_hex_value(id[i]);
        if (value == -1) {
            return -1;
        }

        *numerals++ = (uint8_t) value;
    }

    return 0;
}


int
whatsauth_id_decode(whatsauth_codec_t *codec, const char *id, size_t len,
    uint64_t *key)
{
    uint8_t   numerals[WHATSAUTH_ID_DIGITS];
    unsigned  i;

    if (len != WHATSAUTH_ID_LEN
        || whatsauth_code_id_parse(id, numerals) != 0
        || whatsauth_ff1_decrypt(codec->id, numerals) != 0)
    {
        return -1;
    }

    for (i = WHATSAUTH_ID_KEY_DIGITS; i < WHATSAUTH_ID_DIGITS; i++) {
        if (numerals[i] != 0) {
            return -1;
        }
    }

    *key = whatsauth_code_join(numerals, WHATSAUTH_ID_KEY_DIGITS);

    return 0;
}
