
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "language.h"


const whatsauth_text_t  whatsauth_language_codes[WHATSAUTH_LANGUAGES_N] = {
#define WHATSAUTH_LANGUAGE(code, direction)  whatsauth_text(#code),
    WHATSAUTH_LANGUAGES(WHATSAUTH_LANGUAGE)
#undef WHATSAUTH_LANGUAGE
};


const whatsauth_text_t  whatsauth_language_directions[WHATSAUTH_LANGUAGES_N] =
{
#define WHATSAUTH_LANGUAGE(code, direction)  whatsauth_text(direction),
    WHATSAUTH_LANGUAGES(WHATSAUTH_LANGUAGE)
#undef WHATSAUTH_LANGUAGE
};


int
whatsauth_language_is_rtl(unsigned number)
{
    static const whatsauth_text_t  rtl = whatsauth_text("rtl");

    return whatsauth_text_equal(&whatsauth_language_directions[number], &rtl);
}


/* Codes that had another name before 1989; some phones still say them. */

static const struct {
    char  before[3];
    char  now[3];
} whatsauth_language_renamed[] = {
    { "iw", "he" },
    { "in", "id" }
};


/* The code of a tag such as "es-MX", or NONE. */
static size_t
whatsauth_language_code(const whatsauth_text_t *tag,
    const whatsauth_text_t *codes, size_t n)
{
    size_t  i;
    char    code[2];

    if (tag->len < 2
        || (tag->len > 2 && tag->data[2] != '-' && tag->data[2] != '_'))
    {
        return WHATSAUTH_LANGUAGE_NONE;
    }

    code[0] = (char) (tag->data[0] | 0x20);
    code[1] = (char) (tag->data[1] | 0x20);

    for (i = 0; i < sizeof(whatsauth_language_renamed)
                    / sizeof(whatsauth_language_renamed[0]); i++)
    {
        if (memcmp(code, whatsauth_language_renamed[i].before, 2) == 0) {
            memcpy(code, whatsauth_language_renamed[i].now, 2);
            break;
        }
    }

    for (i = 0; i < n; i++) {
        if (codes[i].len == 2 && memcmp(codes[i].data, code, 2) == 0) {
            return i;
        }
    }

    return WHATSAUTH_LANGUAGE_NONE;
}


/* Thousandths; what is no weight counts as 0. */
static unsigned
whatsauth_language_weight(const char *p, const char *end)
{
    unsigned  weight, digit;

    while (p < end && whatsauth_is_blank(*p)) {
        p++;
    }

    if (end - p < 3 || (p[0] | 0x20) != 'q' || p[1] != '='
        || (p[2] != '0' && p[2] != '1'))
    {
        return 0;
    }

    weight = (p[2] == '1') ? 1000 : 0;
    p += 3;

    if (weight != 0 || p == end || *p++ != '.') {
        return weight;
    }

    for (digit = 100; digit != 0 && p < end && whatsauth_is_digit(*p); p++) {
        weight += digit * (unsigned) (*p - '0');
        digit /= 10;
    }

    return weight;
}


/* The place of c, or end. */
static const char *
whatsauth_language_find(const char *p, const char *end, char c)
{
    while (p < end && *p != c) {
        p++;
    }

    return p;
}


/* One tag with its weight, or none: 0. */
static unsigned
whatsauth_language_element(const char *p, const char *end,
    const whatsauth_text_t *codes, size_t n, size_t *code)
{
    unsigned           weight;
    const char        *last;
    whatsauth_text_t   tag;

    last = whatsauth_language_find(p, end, ';');
    weight = (last == end) ? 1000 : whatsauth_language_weight(last + 1, end);

    tag.data = p;
    tag.len = (size_t) (last - p);
    whatsauth_text_trim(&tag);

    *code = whatsauth_language_code(&tag, codes, n);

    return (*code == WHATSAUTH_LANGUAGE_NONE) ? 0 : weight;
}


size_t
whatsauth_language_choose(const whatsauth_text_t *list, char separator,
    const whatsauth_text_t *codes, size_t n)
{
    size_t       code, best;
    unsigned     weight, most;
    const char  *p, *end, *next;

    most = 0;
    best = WHATSAUTH_LANGUAGE_NONE;
    p = list->data;
    end = whatsauth_text_end(list);

    while (p < end) {
        next = whatsauth_language_find(p, end, separator);
        weight = whatsauth_language_element(p, next, codes, n, &code);

        if (weight > most) {
            most = weight;
            best = code;
        }

        p = next + (next < end);
    }

    return best;
}
