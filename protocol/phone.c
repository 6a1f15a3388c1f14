
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "phone.h"


#define WHATSAUTH_PHONE_DIGITS_MIN  7


/*
 * A spelling with a digit that may be missing.  In a pattern "d" is any digit
 * but 0, "m" 6 to 9 and "x" any.
 */
typedef struct {
    const char  *pattern;
    size_t       optional;       /* where that digit is */
} whatsauth_phone_spelling_t;


static const whatsauth_phone_spelling_t  whatsauth_phone_spellings[] = {
    { "55dd9mxxxxxxx", 4 },      /* Brazil: the ninth digit of mobiles */
    { "521dxxxxxxxxx", 2 },      /* Mexico: 1 before mobiles until 2019 */
    { "549dxxxxxxxxx", 2 },      /* Argentina: 9 before mobiles */
    { NULL,            0 }
};


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


static int
whatsauth_phone_is_spelled(const whatsauth_text_t *number, const char *pattern)
{
    char    c;
    size_t  i;

    if (number->len != strlen(pattern)) {
        return 0;
    }

    for (i = 0; i < number->len; i++) {
        c = number->data[i];

        switch (pattern[i]) {

        case 'x':
            break;

        case 'd':
            if (c == '0') {
                return 0;
            }

            break;

        case 'm':
            if (c < '6') {
                return 0;
            }

            break;

        default:
            if (c != pattern[i]) {
                return 0;
            }
        }
    }

    return 1;
}


size_t
whatsauth_phone_canonical(const whatsauth_text_t *number,
    char digits[WHATSAUTH_PHONE_DIGITS_MAX])
{
    const whatsauth_phone_spelling_t  *s;

    if (!whatsauth_phone_is_digits(number)) {
        return 0;
    }

    for (s = whatsauth_phone_spellings; s->pattern != NULL; s++) {
        if (whatsauth_phone_is_spelled(number, s->pattern)) {
            memcpy(digits, number->data, s->optional);
            memcpy(digits + s->optional, number->data + s->optional + 1,
                   number->len - s->optional - 1);

            return number->len - 1;
        }
    }

    memcpy(digits, number->data, number->len);

    return number->len;
}


int
whatsauth_phone_same(const whatsauth_text_t *a, const whatsauth_text_t *b)
{
    char    a_digits[WHATSAUTH_PHONE_DIGITS_MAX];
    char    b_digits[WHATSAUTH_PHONE_DIGITS_MAX];
    size_t  n;

    n = whatsauth_phone_canonical(a, a_digits);

    return n != 0 && whatsauth_phone_canonical(b, b_digits) == n
           && memcmp(a_digits, b_digits, n) == 0;
}


/* The text before the next comma, which is passed over; 0 at the end. */
static int
whatsauth_phone_next(const char **pos, const char *end, whatsauth_text_t *part)
{
    const char  *p;

    if (*pos == NULL) {
        return 0;
    }

    p = (*pos == end) ? NULL : memchr(*pos, ',', (size_t) (end - *pos));

    part->data = *pos;
    part->len = (size_t) ((p == NULL ? end : p) - *pos);

    *pos = (p == NULL) ? NULL : p + 1;

    return 1;
}


whatsauth_phone_list_result_t
whatsauth_phone_list(const whatsauth_text_t *text,
    whatsauth_phone_list_t *list)
{
    char               digits[WHATSAUTH_PHONE_DIGITS_MAX];
    size_t             len;
    const char        *pos;
    whatsauth_text_t   part;

    pos = (text->len == 0) ? NULL : text->data;

    while (whatsauth_phone_next(&pos, whatsauth_text_end(text), &part)) {
        len = whatsauth_phone_digits(&part, digits);

        if (len == 0) {
            return WHATSAUTH_PHONE_LIST_INVALID;
        }

        if (list->n == WHATSAUTH_PHONE_LIST_MAX) {
            return WHATSAUTH_PHONE_LIST_TOO_MANY;
        }

        if (list->n++ != 0) {
            list->data[list->len++] = ',';
        }

        memcpy(list->data + list->len, digits, len);
        list->len += len;
    }

    return WHATSAUTH_PHONE_LIST_OK;
}


int
whatsauth_phone_is_listed(const whatsauth_text_t *list,
    const whatsauth_text_t *number)
{
    const char        *pos;
    whatsauth_text_t   part;

    pos = (list->len == 0) ? NULL : list->data;

    while (whatsauth_phone_next(&pos, whatsauth_text_end(list), &part)) {
        if (whatsauth_phone_same(&part, number)) {
            return 1;
        }
    }

    return 0;
}
