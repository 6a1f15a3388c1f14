
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "return_path.h"


int
whatsauth_return_path(const whatsauth_text_t *text)
{
    size_t         i;
    unsigned char  ch;

    if (text->len == 0 || text->len > WHATSAUTH_RETURN_PATH_MAX
        || text->data[0] != '/')
    {
        return 0;
    }

    if (text->len > 1 && (text->data[1] == '/' || text->data[1] == '\\')) {
        return 0;
    }

    for (i = 0; i < text->len; i++) {
        ch = (unsigned char) text->data[i];

        if (ch < 0x20 || ch == 0x7f) {
            return 0;
        }
    }

    return 1;
}


/* RFC 3986, appendix A: what is in no rule there. */
static int
whatsauth_return_path_is_foreign(unsigned char ch)
{
    return ch <= ' ' || ch >= 0x7f || strchr("\"<>\\^`{|}", ch) != NULL;
}


size_t
whatsauth_return_path_write(const whatsauth_text_t *text, char *out)
{
    size_t         i, n;
    unsigned char  ch;

    static const char  hex[] = "0123456789ABCDEF";

    n = 0;

    for (i = 0; i < text->len; i++) {
        ch = (unsigned char) text->data[i];

        if (!whatsauth_return_path_is_foreign(ch)) {
            if (out != NULL) {
                out[n] = (char) ch;
            }

            n++;
            continue;
        }

        if (out != NULL) {
            out[n] = '%';
            out[n + 1] = hex[ch >> 4];
            out[n + 2] = hex[ch & 0xf];
        }

        n += 3;
    }

    return n;
}
