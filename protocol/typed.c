
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "typed.h"
#include "unicode.h"


/* The digit that c is in the script whose zero is that character, or 0. */
static char
whatsauth_typed_digit(uint32_t c, uint32_t zero)
{
    return (c >= zero && c <= zero + 9) ? (char) ('0' + c - zero) : '\0';
}


static int
whatsauth_typed_is_hyphen(uint32_t c)
{
    return (c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0xfe58
           || c == 0xfe63;
}


char
whatsauth_typed_ascii(uint32_t c)
{
    size_t                 i;
    char                   digit;
    static const uint32_t  zeros[] = {
        0x660,                                   /* Arabic-Indic */
        0x6f0,                                   /* the same in Persian */
        0x966                                    /* Devanagari */
    };

    if (c >= 0xff01 && c <= 0xff5e) {
        c -= 0xff01 - '!';                       /* fullwidth */
    }

    if (c > ' ' && c < 0x7f) {
        return (char) c;
    }

    for (i = 0; i < sizeof(zeros) / sizeof(zeros[0]); i++) {
        digit = whatsauth_typed_digit(c, zeros[i]);

        if (digit != '\0') {
            return digit;
        }
    }

    if (whatsauth_typed_is_hyphen(c)) {
        return '-';
    }

    /* Controls and U+2028, U+2029 end a line. */

    return (c >= ' ' && c != 0x85 && c != 0x2028 && c != 0x2029
            && whatsauth_unicode_is_space(c)) ? ' ' : '\0';
}


int
whatsauth_typed_digits(const whatsauth_text_t *text, char *digits, size_t n)
{
    char         c;
    size_t       found;
    uint32_t     read;
    const char  *p, *end;

    p = text->data;
    end = whatsauth_text_end(text);
    found = 0;

    while (p < end) {
        read = whatsauth_utf8_next(&p, end);
        c = whatsauth_typed_ascii(read);

        if (c == ' ' || c == '-' || whatsauth_unicode_is_ignorable(read)) {
            continue;
        }

        if (!whatsauth_is_digit(c) || found == n) {
            return -1;
        }

        digits[found++] = c;
    }

    return found == n ? 0 : -1;
}
