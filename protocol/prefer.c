
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "prefer.h"


/* The place of the first a or b outside of quoted strings, or end. */
static const char *
whatsauth_prefer_find(const char *p, const char *end, char a, char b)
{
    int  quoted;

    quoted = 0;

    for ( /* void */ ; p < end; p++) {

        if (*p == '"') {
            quoted = !quoted;

        } else if (!quoted && (*p == a || *p == b)) {
            return p;

        } else if (quoted && *p == '\\' && end - p > 1) {
            p++;
        }
    }

    return end;
}


static whatsauth_text_t
whatsauth_prefer_trimmed(const char *p, const char *end)
{
    whatsauth_text_t  text;

    text.data = p;
    text.len = (size_t) (end - p);
    whatsauth_text_trim(&text);

    return text;
}


static int
whatsauth_prefer_is_wait(const whatsauth_text_t *name)
{
    size_t  i;

    static const whatsauth_text_t  wait = whatsauth_text("wait");

    if (name->len != wait.len) {
        return 0;
    }

    for (i = 0; i < wait.len; i++) {
        if ((name->data[i] | 0x20) != wait.data[i]) {
            return 0;
        }
    }

    return 1;
}


/* One preference, which ends before its parameters.  1 if it is "wait". */
static int
whatsauth_prefer_take(const char *p, const char *end, unsigned most,
    unsigned *seconds)
{
    const char        *sign;
    whatsauth_text_t   name, value;

    sign = whatsauth_prefer_find(p, end, '=', '=');
    name = whatsauth_prefer_trimmed(p, sign);

    if (!whatsauth_prefer_is_wait(&name)) {
        return 0;
    }

    value = whatsauth_prefer_trimmed(sign + (sign < end), end);

    if (value.len > 1 && value.data[0] == '"'
        && value.data[value.len - 1] == '"')
    {
        value.data++;
        value.len -= 2;
    }

    *seconds = whatsauth_prefer_seconds(&value, most);

    return 1;
}


unsigned
whatsauth_prefer_wait(const whatsauth_text_t *header, unsigned most)
{
    unsigned     seconds;
    const char  *p, *end;

    end = whatsauth_text_end(header);

    for (p = header->data; p < end; p++) {

        if (whatsauth_prefer_take(p, whatsauth_prefer_find(p, end, ',', ';'),
                                  most, &seconds))
        {
            return seconds;
        }

        p = whatsauth_prefer_find(p, end, ',', ',');
    }

    return 0;
}


unsigned
whatsauth_prefer_seconds(const whatsauth_text_t *value, unsigned most)
{
    size_t    i;
    unsigned  digit, seconds;

    seconds = 0;

    for (i = 0; i < value->len; i++) {

        if (!whatsauth_is_digit(value->data[i])) {
            return 0;
        }

        digit = (unsigned) (value->data[i] - '0');

        seconds = (digit > most || seconds > (most - digit) / 10)
                  ? most : seconds * 10 + digit;
    }

    return seconds;
}
