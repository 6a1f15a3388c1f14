
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "phone.h"


#define WHATSAUTH_PHONE_DIGITS_MIN  7


size_t
whatsauth_phone_digits(const whatsauth_text_t *text,
    char digits[WHATSAUTH_PHONE_DIGITS_MAX])
{
    char      c;
    size_t    i, n;
    unsigned  plus;

    n = 0;
    plus = 0;

    for (i = 0; i < text->len; i++) {
        c = text->data[i];

        if (c >= '0' && c <= '9') {
            if (n == WHATSAUTH_PHONE_DIGITS_MAX || (n == 0 && c == '0')) {
                return 0;
            }

            digits[n++] = c;
            continue;
        }

        if (c == '+' && n == 0 && !plus) {
            plus = 1;
            continue;
        }

        if (c != ' ' && c != '-' && c != '(' && c != ')' && c != '.') {
            return 0;
        }
    }

    return (n < WHATSAUTH_PHONE_DIGITS_MIN) ? 0 : n;
}


int
whatsauth_phone_is_digits(const whatsauth_text_t *text)
{
    size_t  i;

    if (text->len < WHATSAUTH_PHONE_DIGITS_MIN
        || text->len > WHATSAUTH_PHONE_DIGITS_MAX
        || text->data[0] == '0')
    {
        return 0;
    }

    for (i = 0; i < text->len; i++) {
        if (text->data[i] < '0' || text->data[i] > '9') {
            return 0;
        }
    }

    return 1;
}
