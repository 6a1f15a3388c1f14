
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A file of numbers: each text stands on the line that is counted, without
 * comment and blanks, and nothing else is left out; the set has just the
 * numbers of the file.
 */


#include "fuzz.h"
#include "protocol/phone_lines.h"
#include "protocol/phone_set.h"


#define NUMBERS_MAX  64


/* Between two texts are only blanks, ends of lines and comments. */
static void
check_left_out(const char *p, const char *end)
{
    int  comment;

    comment = 0;

    for ( /* void */ ; p < end; p++) {

        if (*p == '\n') {
            comment = 0;

        } else if (*p == '#') {
            comment = 1;

        } else {
            fuzz_check(comment || *p == ' ' || *p == '\t' || *p == '\r');
        }
    }
}


static void
check_text(const whatsauth_text_t *text)
{
    fuzz_check(text->len != 0);
    fuzz_check(memchr(text->data, '\n', text->len) == NULL);
    fuzz_check(memchr(text->data, '#', text->len) == NULL);
    fuzz_check(memchr(" \t\r", text->data[0], 3) == NULL);
    fuzz_check(memchr(" \t\r", text->data[text->len - 1], 3) == NULL);
}


static size_t
line_of(const char *p, const char *end)
{
    size_t  n;

    for (n = 1; p < end; p++) {
        n += *p == '\n';
    }

    return n;
}


static void
add_number(whatsauth_phone_set_t *set, const whatsauth_text_t *text)
{
    uint64_t  number;

    if (set->n < NUMBERS_MAX
        && whatsauth_phone_set_read(text, &number) == WHATSAUTH_PHONE_OK)
    {
        fuzz_check(number >= 1000000 && number <= UINT64_C(999999999999999));
        set->numbers[set->n++] = number;
    }
}


static void
check_set(whatsauth_phone_set_t *set)
{
    char              digits[24];
    size_t            i;
    uint64_t          before;
    whatsauth_text_t  text;

    whatsauth_phone_set_order(set);
    before = 0;

    for (i = 0; i < set->n; i++) {
        fuzz_check(set->numbers[i] > before);
        before = set->numbers[i];

        text.data = digits;
        text.len = (size_t) snprintf(digits, sizeof(digits), "%llu",
                                     (unsigned long long) before);
        fuzz_check(whatsauth_phone_set_has(set, &text));
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t                  numbers[NUMBERS_MAX];
    const char               *last;
    whatsauth_text_t          file, text;
    whatsauth_phone_set_t     set;
    whatsauth_phone_lines_t   lines;

    file = fuzz_copy(data, size);
    lines.rest = file;
    lines.line = 0;
    set.numbers = numbers;
    set.n = 0;

    last = file.data;

    if (size >= 3 && memcmp(last, "\xef\xbb\xbf", 3) == 0) {
        last += 3;
    }

    while (whatsauth_phone_lines_next(&lines, &text)) {
        fuzz_check(fuzz_is_within(&text, &file));
        check_text(&text);
        fuzz_check(lines.line == line_of(file.data, text.data));
        check_left_out(last, text.data);

        last = whatsauth_text_end(&text);
        add_number(&set, &text);
    }

    check_left_out(last, file.data + size);
    check_set(&set);
    fuzz_free(&file);

    return 0;
}
