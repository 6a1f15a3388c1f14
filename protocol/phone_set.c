
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "phone_set.h"

#include <stdlib.h>


/* The number of a text in digits, canonical; 0 if it is no phone number. */
static uint64_t
whatsauth_phone_set_number(const whatsauth_text_t *text)
{
    char      digits[WHATSAUTH_PHONE_DIGITS_MAX];
    size_t    i, n;
    uint64_t  number;

    n = whatsauth_phone_canonical(text, digits);
    number = 0;

    for (i = 0; i < n; i++) {
        number = number * 10 + (uint64_t) (digits[i] - '0');
    }

    return number;
}


whatsauth_phone_result_t
whatsauth_phone_set_read(const whatsauth_text_t *text, uint64_t *number)
{
    char                       digits[WHATSAUTH_PHONE_DIGITS_MAX];
    whatsauth_text_t           plain;
    whatsauth_phone_result_t   result;

    result = whatsauth_phone_read(text, digits, &plain.len);

    if (result != WHATSAUTH_PHONE_OK) {
        return result;
    }

    plain.data = digits;
    *number = whatsauth_phone_set_number(&plain);

    return WHATSAUTH_PHONE_OK;
}


static int
whatsauth_phone_set_compare(const void *one, const void *two)
{
    const uint64_t  *a = one;
    const uint64_t  *b = two;

    return (*a > *b) - (*a < *b);
}


void
whatsauth_phone_set_order(whatsauth_phone_set_t *set)
{
    size_t  i, n;

    if (set->n == 0) {
        return;
    }

    qsort(set->numbers, set->n, sizeof(uint64_t), whatsauth_phone_set_compare);

    n = 1;

    for (i = 1; i < set->n; i++) {
        if (set->numbers[i] != set->numbers[n - 1]) {
            set->numbers[n++] = set->numbers[i];
        }
    }

    set->n = n;
}


int
whatsauth_phone_set_has(const whatsauth_phone_set_t *set,
    const whatsauth_text_t *number)
{
    uint64_t  n;

    n = whatsauth_phone_set_number(number);

    return n != 0 && set->n != 0
           && bsearch(&n, set->numbers, set->n, sizeof(uint64_t),
                      whatsauth_phone_set_compare) != NULL;
}
