
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "chat.h"


static const whatsauth_text_t  whatsauth_chat_names[WHATSAUTH_CHAT_VALUES_N] =
{
    whatsauth_text("{title}"),
    whatsauth_text("{device}"),
    whatsauth_text("{place}"),
    whatsauth_text("{time}"),
    whatsauth_text("{pin}")
};

/* First strong isolate, and the end of it. */
static const whatsauth_text_t  whatsauth_chat_isolate =
    whatsauth_text("\xe2\x81\xa8");
static const whatsauth_text_t  whatsauth_chat_isolate_end =
    whatsauth_text("\xe2\x81\xa9");


/* The value whose name stands at p, or VALUES_N. */

static unsigned
whatsauth_chat_value(const char *p, const char *end)
{
    unsigned                 i;
    const whatsauth_text_t  *name;

    for (i = 0; i < WHATSAUTH_CHAT_VALUES_N; i++) {
        name = &whatsauth_chat_names[i];

        if ((size_t) (end - p) >= name->len
            && memcmp(p, name->data, name->len) == 0)
        {
            break;
        }
    }

    return i;
}


/* The word in braces at p, or what is left of it. */

static whatsauth_text_t
whatsauth_chat_word(const char *p, const char *end)
{
    const char        *brace;
    whatsauth_text_t   word;

    brace = memchr(p, '}', (size_t) (end - p));

    word.data = p;
    word.len = (size_t) ((brace == NULL ? end : brace + 1) - p);

    return word;
}


const char *
whatsauth_chat_check(const whatsauth_text_t *text, unsigned allowed,
    unsigned needed, whatsauth_text_t *word)
{
    unsigned     value;
    const char  *p, *end;

    end = whatsauth_text_end(text);

    for (p = text->data; p < end; p++) {

        if (*p != '{') {
            continue;
        }

        value = whatsauth_chat_value(p, end);

        if (value == WHATSAUTH_CHAT_VALUES_N || !(allowed & 1U << value)) {
            *word = whatsauth_chat_word(p, end);
            return "is no value of this text";
        }

        needed &= ~(1U << value);
    }

    for (value = 0; value < WHATSAUTH_CHAT_VALUES_N; value++) {

        if (needed & 1U << value) {
            *word = whatsauth_chat_names[value];
            return "must be in this text";
        }
    }

    return NULL;
}


/* Digits have one direction in any text, and a PIN is to be copied alone. */

static size_t
whatsauth_chat_put_value(const whatsauth_text_t *values, unsigned value,
    int rtl, char *out)
{
    size_t  len;

    if (!rtl || value == WHATSAUTH_CHAT_PIN) {
        return whatsauth_text_put_or_measure(out, &values[value]);
    }

    len = whatsauth_text_put_or_measure(out, &whatsauth_chat_isolate);
    len += whatsauth_text_put_or_measure(out ? out + len : NULL,
                                         &values[value]);
    len += whatsauth_text_put_or_measure(out ? out + len : NULL,
                                         &whatsauth_chat_isolate_end);

    return len;
}


/* One line: 0 if it is left out. */

static size_t
whatsauth_chat_line(const char *p, const char *end,
    const whatsauth_text_t *values, int rtl, char *out)
{
    size_t    len;
    unsigned  value;

    len = 0;

    while (p < end) {
        value = whatsauth_chat_value(p, end);

        if (value == WHATSAUTH_CHAT_VALUES_N) {

            if (out != NULL) {
                out[len] = *p;
            }

            len++;
            p++;
            continue;
        }

        if (values[value].len == 0) {
            return 0;
        }

        len += whatsauth_chat_put_value(values, value, rtl,
                                        out ? out + len : NULL);
        p += whatsauth_chat_names[value].len;
    }

    return len;
}


size_t
whatsauth_chat_fill(const whatsauth_text_t *text,
    const whatsauth_text_t *values, int rtl, char *out)
{
    size_t       len;
    const char  *p, *end, *next;

    len = 0;
    p = text->data;
    end = whatsauth_text_end(text);

    while (p < end) {
        next = memchr(p, '\n', (size_t) (end - p));
        next = next == NULL ? end : next + 1;

        /* A line that is left out must not be begun: it may not fit. */

        if (whatsauth_chat_line(p, next, values, rtl, NULL) != 0) {
            len += whatsauth_chat_line(p, next, values, rtl,
                                       out ? out + len : NULL);
        }

        p = next;
    }

    return len;
}
