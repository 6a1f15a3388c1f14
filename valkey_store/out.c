
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Commands: an array of bulk strings each.
 */


#include <stdlib.h>
#include <string.h>

#include "resp.h"


#define VALKEY_STORE_OUT_SIZE  4096

/* A sign, or the type of a line, and the digits of the largest number. */
#define VALKEY_STORE_OUT_LINE  (sizeof("-18446744073709551615") - 1)


/* Makes room for len bytes more, or marks the command as failed. */
static int
valkey_store_out_reserve(valkey_store_out_t *out, size_t len)
{
    char    *data;
    size_t   size;

    if (out->failed) {
        return -1;
    }

    if (out->size - out->len >= len) {
        return 0;
    }

    size = (out->size == 0) ? VALKEY_STORE_OUT_SIZE : out->size;

    while (size - out->len < len) {
        if (size > SIZE_MAX / 2) {
            out->failed = 1;
            return -1;
        }

        size *= 2;
    }

    data = realloc(out->data, size);

    if (data == NULL) {
        out->failed = 1;
        return -1;
    }

    out->data = data;
    out->size = size;

    return 0;
}


static void
valkey_store_out_put(valkey_store_out_t *out, const void *data, size_t len)
{
    if (len != 0 && valkey_store_out_reserve(out, len) == 0) {
        memcpy(out->data + out->len, data, len);
        out->len += len;
    }
}


/* The digits of a number at the end of line.  Returns where they begin. */
static char *
valkey_store_out_digits(char line[VALKEY_STORE_OUT_LINE], uint64_t number)
{
    char  *p;

    p = line + VALKEY_STORE_OUT_LINE;

    do {
        *--p = (char) ('0' + number % 10);
        number /= 10;
    } while (number != 0);

    return p;
}


/* By hand: printf() would take more time than all else of a command. */
static void
valkey_store_out_length(valkey_store_out_t *out, char type, size_t number)
{
    char  *p;
    char   line[VALKEY_STORE_OUT_LINE + 2];

    line[VALKEY_STORE_OUT_LINE] = '\r';
    line[VALKEY_STORE_OUT_LINE + 1] = '\n';

    p = valkey_store_out_digits(line, number);
    *--p = type;

    valkey_store_out_put(out, p, (size_t) (line + sizeof(line) - p));
}


void
valkey_store_out_begin(valkey_store_out_t *out, size_t words)
{
    out->from = out->len;
    out->words = words;
    out->failed = (words == 0);

    valkey_store_out_length(out, '*', words);
}


void
valkey_store_out_word(valkey_store_out_t *out, const void *data, size_t len)
{
    if (out->words == 0) {
        out->failed = 1;
        return;
    }

    out->words--;

    valkey_store_out_length(out, '$', len);
    valkey_store_out_put(out, data, len);
    valkey_store_out_put(out, "\r\n", 2);
}


void
valkey_store_out_number(valkey_store_out_t *out, int64_t number)
{
    char  *p;
    char   word[VALKEY_STORE_OUT_LINE];

    p = valkey_store_out_digits(word, number < 0 ? - (uint64_t) number
                                                 : (uint64_t) number);
    if (number < 0) {
        *--p = '-';
    }

    valkey_store_out_word(out, p, (size_t) (word + sizeof(word) - p));
}


/* A command in part would make the server take the next one for its words. */

int
valkey_store_out_end(valkey_store_out_t *out)
{
    int  failed;

    failed = out->failed || out->words != 0;

    if (failed) {
        out->len = out->from;
    }

    out->words = 0;
    out->failed = 0;

    return failed ? -1 : 0;
}
