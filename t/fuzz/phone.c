
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Phone numbers: each has one spelling in digits and one canonical, sameness
 * is the same from both sides, and a list holds just the numbers that were
 * given.  The input: a list as people write it, then a number.
 */


#include "fuzz.h"
#include "protocol/phone.h"


static size_t
digits_of(const whatsauth_text_t *text, char digits[WHATSAUTH_PHONE_DIGITS_MAX])
{
    size_t             n;
    char               again[WHATSAUTH_PHONE_DIGITS_MAX];
    whatsauth_text_t   number;

    n = whatsauth_phone_digits(text, digits);
    fuzz_check(n <= WHATSAUTH_PHONE_DIGITS_MAX);

    if (n != 0 && whatsauth_phone_is_digits(text)) {
        fuzz_check(n == text->len || n == text->len - 1);
    }

    if (n != 0) {
        number.data = digits;
        number.len = n;

        fuzz_check(whatsauth_phone_is_digits(&number));
        fuzz_check(whatsauth_phone_digits(&number, again) == n
                   && memcmp(digits, again, n) == 0);
    }

    return n;
}


/* A number that may be configured reads the same when it is compared. */
static void
check_read(const whatsauth_text_t *text, const whatsauth_text_t *number)
{
    char    digits[WHATSAUTH_PHONE_DIGITS_MAX];
    size_t  n;

    if (whatsauth_phone_read(text, digits, &n) == WHATSAUTH_PHONE_OK) {
        fuzz_check(n == number->len && memcmp(digits, number->data, n) == 0);
        fuzz_check(digits[0] != '1' || (n <= 11 && digits[1] >= '2'));
    }
}


static void
check_short_code(const whatsauth_text_t *text)
{
    char    digits[WHATSAUTH_PHONE_SHORT_CODE_MAX];
    size_t  i, n;

    n = whatsauth_phone_short_code(text, digits);
    fuzz_check(n <= WHATSAUTH_PHONE_SHORT_CODE_MAX);

    for (i = 0; i < n; i++) {
        fuzz_check(digits[i] >= '0' + (i == 0) && digits[i] <= '9');
    }
}


static void
check_canonical(const whatsauth_text_t *number)
{
    char               one[WHATSAUTH_PHONE_DIGITS_MAX];
    char               two[WHATSAUTH_PHONE_DIGITS_MAX];
    size_t             n;
    whatsauth_text_t   canonical;

    n = whatsauth_phone_canonical(number, one);

    fuzz_check((n != 0) == whatsauth_phone_is_digits(number));
    fuzz_check(whatsauth_phone_same(number, number) == (n != 0));

    if (n == 0) {
        return;
    }

    canonical.data = one;
    canonical.len = n;

    fuzz_check(n + 1 >= number->len && n <= number->len + 2);
    fuzz_check(whatsauth_phone_canonical(&canonical, two) == n
               && memcmp(one, two, n) == 0);
    fuzz_check(whatsauth_phone_same(&canonical, number));
}


static void
check_pair(const whatsauth_text_t *a, const whatsauth_text_t *b)
{
    fuzz_check(whatsauth_phone_same(a, b) == whatsauth_phone_same(b, a));

    if (whatsauth_text_equal(a, b) && whatsauth_phone_is_digits(a)) {
        fuzz_check(whatsauth_phone_same(a, b));
    }
}


/* The result is a list, and each of its numbers is on it. */
static void
check_list(const whatsauth_text_t *list, size_t n,
    const whatsauth_text_t *number)
{
    int                listed;
    char              *copy, *part, *rest;
    size_t             parts;
    whatsauth_text_t   entry;

    copy = fuzz_alloc(list->len + 1);
    *whatsauth_text_put(copy, list) = '\0';

    listed = 0;
    parts = 0;
    rest = list->len == 0 ? NULL : copy;

    while ((part = strsep(&rest, ",")) != NULL) {
        entry.data = part;
        entry.len = strlen(part);
        parts++;

        fuzz_check(whatsauth_phone_is_digits(&entry));
        fuzz_check(whatsauth_phone_is_listed(list, &entry));
        check_pair(&entry, number);
        listed |= whatsauth_phone_same(&entry, number);
    }

    fuzz_check(parts == n);
    fuzz_check(whatsauth_phone_is_listed(list, number) == listed);
    free(copy);
}


static void
check_lists(const whatsauth_text_t *text, const whatsauth_text_t *number)
{
    whatsauth_text_t         list;
    whatsauth_phone_list_t   read, again;

    memset(&read, 0, sizeof(read));
    memset(&again, 0, sizeof(again));

    if (whatsauth_phone_list(text, &read) != WHATSAUTH_PHONE_OK) {
        fuzz_check(read.wrong.data >= text->data
                   && whatsauth_text_end(&read.wrong)
                      <= whatsauth_text_end(text));
        return;
    }

    fuzz_check(read.n <= WHATSAUTH_PHONE_LIST_MAX);
    fuzz_check(read.len <= sizeof(read.data));
    fuzz_check(read.n != 0);

    list = fuzz_copy(read.data, read.len);

    fuzz_check(whatsauth_phone_list(&list, &again)
               == WHATSAUTH_PHONE_OK);
    fuzz_check(again.n == read.n && again.len == read.len
               && memcmp(again.data, read.data, read.len) == 0);

    check_list(&list, read.n, number);
    fuzz_free(&list);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char               digits[WHATSAUTH_PHONE_DIGITS_MAX];
    fuzz_input_t       in;
    whatsauth_text_t   list, text, number;

    in = fuzz_input(data, size);
    list = fuzz_line(&in);
    text = fuzz_rest(&in);

    number = fuzz_copy(digits, digits_of(&text, digits));

    check_read(&text, &number);
    check_short_code(&text);
    check_canonical(&text);
    check_canonical(&number);
    check_lists(&list, &number);

    fuzz_free(&list);
    fuzz_free(&text);
    fuzz_free(&number);

    return 0;
}
