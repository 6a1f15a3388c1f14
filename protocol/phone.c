
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "phone.h"
#include "typed.h"
#include "unicode.h"


#define WHATSAUTH_PHONE_DIGITS_MIN  7

/* Meta's ids of numbers have 15 digits or so, many of them a 1 first. */
#define WHATSAUTH_PHONE_NUMBER_ID_MIN  14

/* One digit more than a number has, for a zero to be left out. */
#define WHATSAUTH_PHONE_READ_MAX    (WHATSAUTH_PHONE_DIGITS_MAX + 1)


/* The part of a number read so far. */
typedef struct {
    size_t     n;
    char       digits[WHATSAUTH_PHONE_READ_MAX];
    unsigned   plus:1;
    size_t     opened;       /* digits before the last "(" */
    size_t     zero;         /* where the 0 of a "(0)" is; 0 if nowhere */
} whatsauth_phone_text_t;


static const char *const  whatsauth_phone_texts[] = {
#define WHATSAUTH_PHONE_RESULT(name, text)  text,
    WHATSAUTH_PHONE_RESULTS(WHATSAUTH_PHONE_RESULT)
#undef WHATSAUTH_PHONE_RESULT
};


const char *
whatsauth_phone_strresult(whatsauth_phone_result_t result)
{
    if ((unsigned) result >= WHATSAUTH_PHONE_RESULTS_N) {
        return "";
    }

    return whatsauth_phone_texts[result];
}


static whatsauth_phone_result_t
whatsauth_phone_add(whatsauth_phone_text_t *read, char c)
{
    if (c >= '0' && c <= '9') {
        if (read->n == WHATSAUTH_PHONE_READ_MAX) {
            return WHATSAUTH_PHONE_TOO_LONG;
        }

        read->digits[read->n++] = c;
        return WHATSAUTH_PHONE_OK;
    }

    switch (c) {

    case '+':
        if (read->n != 0 || read->plus) {
            return WHATSAUTH_PHONE_CHARACTER;
        }

        read->plus = 1;
        break;

    case '(':
        read->opened = read->n;
        break;

    case ')':
        if (read->n == read->opened + 1 && read->digits[read->opened] == '0') {
            read->zero = read->opened;
        }

        break;

    case ' ':
    case '-':
    case '.':
        break;

    default:
        return WHATSAUTH_PHONE_CHARACTER;
    }

    return WHATSAUTH_PHONE_OK;
}


static whatsauth_phone_result_t
whatsauth_phone_text(const whatsauth_text_t *text,
    whatsauth_phone_text_t *read)
{
    uint32_t                   c;
    const char                *p, *end;
    whatsauth_phone_result_t   result;

    memset(read, 0, sizeof(whatsauth_phone_text_t));

    p = text->data;
    end = whatsauth_text_end(text);

    while (p < end) {
        c = whatsauth_utf8_next(&p, end);

        if (whatsauth_unicode_is_ignorable(c)) {
            continue;
        }

        result = whatsauth_phone_add(read, whatsauth_typed_ascii(c));

        if (result != WHATSAUTH_PHONE_OK) {
            return result;
        }
    }

    return read->n == 0 ? WHATSAUTH_PHONE_EMPTY : WHATSAUTH_PHONE_OK;
}


/* Leaves out the zero after the country code unless it is the number's own. */
static whatsauth_phone_result_t
whatsauth_phone_drop_zero(whatsauth_phone_text_t *read)
{
    size_t                   len;
    char                    *zero;
    whatsauth_phone_zero_t   kind;

    if (read->digits[0] == '0') {
        return WHATSAUTH_PHONE_LOCAL;
    }

    len = whatsauth_phone_code_len(read->digits, read->n);

    if (len == 0) {
        return WHATSAUTH_PHONE_COUNTRY;
    }

    zero = read->digits + len;

    if (len == read->n || *zero != '0') {
        return WHATSAUTH_PHONE_OK;
    }

    kind = whatsauth_phone_zero(read->digits, len, read->n - len);

    if (kind == WHATSAUTH_PHONE_ZERO_OWN) {
        return WHATSAUTH_PHONE_OK;
    }

    if (kind == WHATSAUTH_PHONE_ZERO_UNSURE && read->zero != len) {
        return WHATSAUTH_PHONE_ZERO;
    }

    read->n--;
    memmove(zero, zero + 1, read->n - len);

    return (read->n > len && *zero == '0') ? WHATSAUTH_PHONE_ZERO
                                           : WHATSAUTH_PHONE_OK;
}


/* Takes the digits out of what was read. */
static whatsauth_phone_result_t
whatsauth_phone_number(whatsauth_phone_text_t *read,
    char digits[WHATSAUTH_PHONE_DIGITS_MAX], size_t *n)
{
    whatsauth_phone_result_t  result;

    result = whatsauth_phone_drop_zero(read);

    if (result != WHATSAUTH_PHONE_OK) {
        return result;
    }

    if (read->n < WHATSAUTH_PHONE_DIGITS_MIN) {
        return WHATSAUTH_PHONE_TOO_SHORT;
    }

    if (read->n > WHATSAUTH_PHONE_DIGITS_MAX) {
        return WHATSAUTH_PHONE_TOO_LONG;
    }

    memcpy(digits, read->digits, read->n);
    *n = read->n;

    return WHATSAUTH_PHONE_OK;
}


/* The judgement of its country's plan on a number. */
static whatsauth_phone_result_t
whatsauth_phone_plan(const char *digits, size_t n)
{
    size_t                          len;
    const whatsauth_phone_fixed_t  *fixed;

    len = whatsauth_phone_code_len(digits, n);
    fixed = whatsauth_phone_fixed(digits, len);

    if (fixed == NULL) {
        return WHATSAUTH_PHONE_OK;
    }

    if (n > fixed->digits) {
        return WHATSAUTH_PHONE_LENGTH;
    }

    return digits[len] < fixed->first ? WHATSAUTH_PHONE_AREA
                                      : WHATSAUTH_PHONE_OK;
}


whatsauth_phone_result_t
whatsauth_phone_read(const whatsauth_text_t *text,
    char digits[WHATSAUTH_PHONE_DIGITS_MAX], size_t *n)
{
    whatsauth_phone_text_t     read;
    whatsauth_phone_result_t   result;

    result = whatsauth_phone_text(text, &read);

    if (result != WHATSAUTH_PHONE_OK) {
        return result;
    }

    /* First: any other reason would lead the operator to mend the id. */

    if (read.n >= WHATSAUTH_PHONE_NUMBER_ID_MIN && read.digits[0] == '1') {
        return WHATSAUTH_PHONE_NUMBER_ID;
    }

    result = whatsauth_phone_number(&read, digits, n);

    return result == WHATSAUTH_PHONE_OK ? whatsauth_phone_plan(digits, *n)
                                        : result;
}


size_t
whatsauth_phone_digits(const whatsauth_text_t *text,
    char digits[WHATSAUTH_PHONE_DIGITS_MAX])
{
    size_t                  n;
    whatsauth_phone_text_t  read;

    return whatsauth_phone_text(text, &read) == WHATSAUTH_PHONE_OK
           && whatsauth_phone_number(&read, digits, &n) == WHATSAUTH_PHONE_OK
           ? n : 0;
}


size_t
whatsauth_phone_short_code(const whatsauth_text_t *text,
    char digits[WHATSAUTH_PHONE_SHORT_CODE_MAX])
{
    whatsauth_phone_text_t  read;

    if (whatsauth_phone_text(text, &read) != WHATSAUTH_PHONE_OK
        || read.plus || read.digits[0] == '0'
        || read.n < WHATSAUTH_PHONE_SHORT_CODE_MIN
        || read.n > WHATSAUTH_PHONE_SHORT_CODE_MAX)
    {
        return 0;
    }

    memcpy(digits, read.digits, read.n);

    return read.n;
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


/* The text before the next comma, and past it; 0 at the end. */
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


/* Adds one number to list. */
static whatsauth_phone_result_t
whatsauth_phone_list_add(whatsauth_phone_list_t *list,
    const whatsauth_text_t *number)
{
    char                       digits[WHATSAUTH_PHONE_DIGITS_MAX];
    size_t                     len;
    whatsauth_phone_result_t   result;

    list->wrong = *number;
    result = whatsauth_phone_read(number, digits, &len);

    if (result != WHATSAUTH_PHONE_OK) {
        return result;
    }

    if (list->n == WHATSAUTH_PHONE_LIST_MAX) {
        return WHATSAUTH_PHONE_TOO_MANY;
    }

    if (list->n++ != 0) {
        list->data[list->len++] = ',';
    }

    memcpy(list->data + list->len, digits, len);
    list->len += len;

    return WHATSAUTH_PHONE_OK;
}


whatsauth_phone_result_t
whatsauth_phone_list(const whatsauth_text_t *text,
    whatsauth_phone_list_t *list)
{
    const char                *pos;
    whatsauth_text_t           part;
    whatsauth_phone_result_t   result;

    list->wrong = *text;

    if (text->len == 0) {
        return WHATSAUTH_PHONE_EMPTY;
    }

    pos = text->data;

    while (whatsauth_phone_next(&pos, whatsauth_text_end(text), &part)) {
        result = whatsauth_phone_list_add(list, &part);

        if (result != WHATSAUTH_PHONE_OK) {
            return result;
        }
    }

    return WHATSAUTH_PHONE_OK;
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
