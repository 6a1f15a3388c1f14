
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Commands: an array of bulk strings each.
 */


#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "resp.h"


#define VALKEY_STORE_OUT_SIZE  4096


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


static void
valkey_store_out_length(valkey_store_out_t *out, char type, size_t number)
{
    int   n;
    char  line[sizeof("$18446744073709551615\r\n")];

    n = snprintf(line, sizeof(line), "%c%zu\r\n", type, number);
    valkey_store_out_put(out, line, (size_t) n);
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
    int   n;
    char  word[sizeof("-9223372036854775808")];

    n = snprintf(word, sizeof(word), "%" PRId64, number);
    valkey_store_out_word(out, word, (size_t) n);
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
