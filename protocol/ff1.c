
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdlib.h>
#include <string.h>
#include <openssl/evp.h>

#include "ff1.h"


#define WHATSAUTH_FF1_BLOCK   16
#define WHATSAUTH_FF1_ROUNDS  10


/*
 * The longer half fits into 64 bits, so the standard's b is at most 8 and its
 * d at most 12.  Only the round's number and one half change from round to
 * round, and they stand in the last b + 1 bytes of the last block of the PRF's
 * input.  The CBC-MAC of all blocks before is computed once.
 */
struct whatsauth_ff1_s {
    EVP_CIPHER_CTX  *aes;
    uint8_t          fixed[WHATSAUTH_FF1_BLOCK];
    unsigned         radix;
    unsigned         bits;         /* of a numeral, if radix is a power of 2 */
    unsigned         len[2];       /* numerals of the left and right half */
    uint64_t         modulus[2];   /* radix to the power of len */
    unsigned         num_len;      /* the standard's b */
    unsigned         sum_len;      /* the standard's d */
};


static int
whatsauth_ff1_block(whatsauth_ff1_t *ff1, uint8_t *block)
{
    int  n;

    if (EVP_EncryptUpdate(ff1->aes, block, &n, block, WHATSAUTH_FF1_BLOCK) != 1
        || n != WHATSAUTH_FF1_BLOCK)
    {
        return -1;
    }

    return 0;
}


/* Radix to the power of len, or 0 if that does not fit into 64 bits. */
static uint64_t
whatsauth_ff1_power(unsigned radix, unsigned len)
{
    uint64_t  power;

    power = 1;

    while (len-- != 0) {
        if (power > UINT64_MAX / radix) {
            return 0;
        }

        power *= radix;
    }

    return power;
}


static int
whatsauth_ff1_set_lengths(whatsauth_ff1_t *ff1, unsigned radix,
    unsigned digits)
{
    uint64_t  last;

    ff1->radix = radix;

    if ((radix & (radix - 1)) == 0) {
        while (radix >> ff1->bits != 1) {
            ff1->bits++;
        }
    }

    ff1->len[0] = digits / 2;
    ff1->len[1] = digits - ff1->len[0];
    ff1->modulus[0] = whatsauth_ff1_power(radix, ff1->len[0]);
    ff1->modulus[1] = whatsauth_ff1_power(radix, ff1->len[1]);

    if (ff1->modulus[1] == 0) {
        return -1;
    }

    for (last = ff1->modulus[1] - 1; last != 0; last >>= 8) {
        ff1->num_len++;
    }

    ff1->sum_len = (ff1->num_len + 3) / 4 * 4 + 4;

    return 0;
}


static int
whatsauth_ff1_set_aes(whatsauth_ff1_t *ff1, const uint8_t *key)
{
    ff1->aes = EVP_CIPHER_CTX_new();

    if (ff1->aes == NULL
        || EVP_EncryptInit_ex(ff1->aes, EVP_aes_128_ecb(), NULL, key, NULL)
           != 1
        || EVP_CIPHER_CTX_set_padding(ff1->aes, 0) != 1)
    {
        return -1;
    }

    return 0;
}


static int
whatsauth_ff1_set_fixed(whatsauth_ff1_t *ff1, const uint8_t *tweak,
    size_t tweak_len)
{
    size_t    i, pad;
    uint8_t  *block;

    block = ff1->fixed;

    block[0] = 1;
    block[1] = 2;
    block[2] = 1;
    block[5] = (uint8_t) ff1->radix;
    block[6] = WHATSAUTH_FF1_ROUNDS;
    block[7] = (uint8_t) ff1->len[0];
    block[11] = (uint8_t) (ff1->len[0] + ff1->len[1]);
    block[15] = (uint8_t) tweak_len;

    if (whatsauth_ff1_block(ff1, block) != 0) {
        return -1;
    }

    for (i = 0; i < tweak_len; i++) {
        block[i % WHATSAUTH_FF1_BLOCK] ^= tweak[i];

        if (i % WHATSAUTH_FF1_BLOCK == WHATSAUTH_FF1_BLOCK - 1
            && whatsauth_ff1_block(ff1, block) != 0)
        {
            return -1;
        }
    }

    /* Zeros fill the block of the tweak's tail if it has no room for more. */

    pad = tweak_len % WHATSAUTH_FF1_BLOCK;

    if (pad + ff1->num_len + 1 > WHATSAUTH_FF1_BLOCK) {
        return whatsauth_ff1_block(ff1, block);
    }

    return 0;
}


whatsauth_ff1_t *
whatsauth_ff1_create(const uint8_t key[16], unsigned radix, unsigned digits,
    const uint8_t *tweak, size_t tweak_len)
{
    whatsauth_ff1_t  *ff1;

    if (radix < 2 || radix > 36 || digits < 2
        || digits > WHATSAUTH_FF1_DIGITS_MAX
        || tweak_len > WHATSAUTH_FF1_TWEAK_MAX)
    {
        return NULL;
    }

    ff1 = calloc(1, sizeof(whatsauth_ff1_t));
    if (ff1 == NULL) {
        return NULL;
    }

    if (whatsauth_ff1_set_lengths(ff1, radix, digits) != 0
        || whatsauth_ff1_set_aes(ff1, key) != 0
        || whatsauth_ff1_set_fixed(ff1, tweak, tweak_len) != 0)
    {
        whatsauth_ff1_destroy(ff1);
        return NULL;
    }

    return ff1;
}


void
whatsauth_ff1_destroy(whatsauth_ff1_t *ff1)
{
    if (ff1 == NULL) {
        return;
    }

    EVP_CIPHER_CTX_free(ff1->aes);
    free(ff1);
}


static uint64_t
whatsauth_ff1_number(const whatsauth_ff1_t *ff1, const uint8_t *numerals,
    unsigned len)
{
    uint64_t  number;

    number = 0;

    while (len-- != 0) {
        number = number * ff1->radix + *numerals++;
    }

    return number;
}


/* Divisions would take longer than the cipher. */
static void
whatsauth_ff1_numerals(const whatsauth_ff1_t *ff1, uint64_t number,
    uint8_t *numerals, unsigned len)
{
    if (ff1->bits != 0) {
        while (len-- != 0) {
            numerals[len] = (uint8_t) (number & (ff1->radix - 1));
            number >>= ff1->bits;
        }

        return;
    }

    while (len-- != 0) {
        numerals[len] = (uint8_t) (number % ff1->radix);
        number /= ff1->radix;
    }
}


static uint64_t
whatsauth_ff1_add(uint64_t a, uint64_t b, uint64_t modulus)
{
    return (a >= modulus - b) ? a - (modulus - b) : a + b;
}


static uint64_t
whatsauth_ff1_load(const uint8_t *bytes, unsigned len)
{
    uint64_t  number;

    number = 0;

    while (len-- != 0) {
        number = number << 8 | *bytes++;
    }

    return number;
}


/* The first len bytes, 8 or 12, as a big-endian number modulo modulus. */
static uint64_t
whatsauth_ff1_reduce(const uint8_t *bytes, unsigned len, uint64_t modulus)
{
    uint64_t  high, low;
    unsigned  i;

    low = whatsauth_ff1_load(bytes + len - 8, 8);

    /* A power of two divides 2 to the power of 64: high adds nothing. */

    if ((modulus & (modulus - 1)) == 0) {
        return low & (modulus - 1);
    }

    high = whatsauth_ff1_load(bytes, len - 8) % modulus;

    for (i = 0; i < 64; i++) {
        high = whatsauth_ff1_add(high, high, modulus);
    }

    return whatsauth_ff1_add(high, low % modulus, modulus);
}


/* The number that a round adds to one half, computed from the other. */
static int
whatsauth_ff1_round(whatsauth_ff1_t *ff1, unsigned round, uint64_t half,
    uint64_t *sum)
{
    uint8_t   block[WHATSAUTH_FF1_BLOCK];
    unsigned  i;

    memcpy(block, ff1->fixed, WHATSAUTH_FF1_BLOCK);

    for (i = WHATSAUTH_FF1_BLOCK; half != 0; half >>= 8) {
        block[--i] ^= (uint8_t) half;
    }

    block[WHATSAUTH_FF1_BLOCK - 1 - ff1->num_len] ^= (uint8_t) round;

    if (whatsauth_ff1_block(ff1, block) != 0) {
        return -1;
    }

    *sum = whatsauth_ff1_reduce(block, ff1->sum_len,
                                ff1->modulus[round & 1]);

    return 0;
}


int
whatsauth_ff1_encrypt(whatsauth_ff1_t *ff1, uint8_t *numerals)
{
    uint64_t  a, b, sum;
    unsigned  round;

    a = whatsauth_ff1_number(ff1, numerals, ff1->len[0]);
    b = whatsauth_ff1_number(ff1, numerals + ff1->len[0], ff1->len[1]);

    for (round = 0; round < WHATSAUTH_FF1_ROUNDS; round++) {
        if (whatsauth_ff1_round(ff1, round, b, &sum) != 0) {
            return -1;
        }

        sum = whatsauth_ff1_add(a, sum, ff1->modulus[round & 1]);
        a = b;
        b = sum;
    }

    whatsauth_ff1_numerals(ff1, a, numerals, ff1->len[0]);
    whatsauth_ff1_numerals(ff1, b, numerals + ff1->len[0], ff1->len[1]);

    return 0;
}


int
whatsauth_ff1_decrypt(whatsauth_ff1_t *ff1, uint8_t *numerals)
{
    uint64_t  a, b, sum, modulus;
    unsigned  round;

    a = whatsauth_ff1_number(ff1, numerals, ff1->len[0]);
    b = whatsauth_ff1_number(ff1, numerals + ff1->len[0], ff1->len[1]);

    for (round = WHATSAUTH_FF1_ROUNDS; round-- != 0; /* void */ ) {
        if (whatsauth_ff1_round(ff1, round, a, &sum) != 0) {
            return -1;
        }

        modulus = ff1->modulus[round & 1];
        sum = (b >= sum) ? b - sum : b + (modulus - sum);
        b = a;
        a = sum;
    }

    whatsauth_ff1_numerals(ff1, a, numerals, ff1->len[0]);
    whatsauth_ff1_numerals(ff1, b, numerals + ff1->len[0], ff1->len[1]);

    return 0;
}
