
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "phone_lines.h"


/* Editors of Windows begin a file with it. */
#define WHATSAUTH_PHONE_LINES_MARK  "\xef\xbb\xbf"


static void
whatsauth_phone_lines_skip_mark(whatsauth_text_t *rest)
{
    static const whatsauth_text_t  mark =
                                   whatsauth_text(WHATSAUTH_PHONE_LINES_MARK);

    if (rest->len >= mark.len && memcmp(rest->data, mark.data, mark.len) == 0)
    {
        rest->data += mark.len;
        rest->len -= mark.len;
    }
}


/* The length of text up to the first byte c, or whole. */
static size_t
whatsauth_phone_lines_until(const whatsauth_text_t *text, char c)
{
    const char  *p;

    p = (text->len == 0) ? NULL : memchr(text->data, c, text->len);

    return (p == NULL) ? text->len : (size_t) (p - text->data);
}


static int
whatsauth_phone_lines_is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}


static void
whatsauth_phone_lines_trim(whatsauth_text_t *text)
{
    while (text->len != 0 && whatsauth_phone_lines_is_blank(text->data[0])) {
        text->data++;
        text->len--;
    }

    while (text->len != 0
           && whatsauth_phone_lines_is_blank(text->data[text->len - 1]))
    {
        text->len--;
    }
}


int
whatsauth_phone_lines_next(whatsauth_phone_lines_t *lines,
    whatsauth_text_t *text)
{
    size_t             n;
    whatsauth_text_t  *rest;

    rest = &lines->rest;

    if (lines->line == 0) {
        whatsauth_phone_lines_skip_mark(rest);
    }

    while (rest->len != 0) {
        n = whatsauth_phone_lines_until(rest, '\n');

        text->data = rest->data;
        text->len = n;
        text->len = whatsauth_phone_lines_until(text, '#');
        whatsauth_phone_lines_trim(text);

        n += n < rest->len;
        rest->data += n;
        rest->len -= n;
        lines->line++;

        if (text->len != 0) {
            return 1;
        }
    }

    return 0;
}
