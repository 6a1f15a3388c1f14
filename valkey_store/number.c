
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "number.h"


int
valkey_store_number(const ledger_text_t *text, int64_t *number)
{
    int          digit, minus;
    const char  *p, *end;

    if (text->len == 0) {
        return -1;
    }

    p = text->data;
    end = p + text->len;
    minus = (*p == '-');
    p += minus;

    if (p == end || (*p == '0' && (minus || end - p > 1))) {
        return -1;
    }

    for (*number = 0; p < end; p++) {
        if (*p < '0' || *p > '9') {
            return -1;
        }

        digit = minus ? '0' - *p : *p - '0';

        if (__builtin_mul_overflow(*number, 10, number)
            || __builtin_add_overflow(*number, digit, number))
        {
            return -1;
        }
    }

    return 0;
}


int
valkey_store_number_to(const ledger_text_t *text, unsigned max,
    unsigned *number)
{
    int64_t  n;

    if (valkey_store_number(text, &n) != 0 || n < 0 || n > max) {
        return -1;
    }

    *number = (unsigned) n;

    return 0;
}
