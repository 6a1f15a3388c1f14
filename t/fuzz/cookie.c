
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Cookies: what is found lies within the header, is free of separators, and
 * its number is that of a slow and simple count.  A cut takes all of them
 * and nothing else.
 */


#include "fuzz.h"
#include "protocol/cookie.h"


static size_t
count(const whatsauth_text_t *header, const whatsauth_text_t *name)
{
    size_t  i, k, n;
    int     begins;

    n = 0;
    begins = 1;

    for (i = 0; i < header->len; i++) {

        if (header->data[i] == ';') {
            begins = 1;
            continue;
        }

        if (!begins || header->data[i] == ' ' || header->data[i] == '\t') {
            continue;
        }

        begins = 0;

        for (k = 0; k < name->len && i + k < header->len; k++) {
            if (header->data[i + k] != name->data[k]) {
                break;
            }
        }

        if (k == name->len && i + k < header->len && header->data[i + k] == '=')
        {
            n++;
        }
    }

    return n;
}


static int
is_cut(const void *data, const whatsauth_text_t *cookie)
{
    return whatsauth_text_equal(cookie, data);
}


static void
cut(const whatsauth_text_t *header, const whatsauth_text_t *name)
{
    char              *out;
    size_t             len, n, other, again;
    whatsauth_text_t   text, value;

    static const whatsauth_text_t  kept = whatsauth_text("b");

    len = whatsauth_cookie_cut(header, is_cut, name, NULL, &n);

    /* Blanks before the "=" do not hide a name. */
    fuzz_check(n >= count(header, name));

    out = malloc(len + 1);
    fuzz_check(out != NULL);
    fuzz_check(whatsauth_cookie_cut(header, is_cut, name, out, &again) == len);
    fuzz_check(again == n);

    text.data = out;
    text.len = len;

    value.data = NULL;
    value.len = 0;
    other = whatsauth_cookie(header, &kept, &value);

    fuzz_check(count(&text, name) == 0);
    fuzz_check(whatsauth_cookie(&text, &kept, &value) == other);
    fuzz_check(whatsauth_cookie_cut(&text, is_cut, name, NULL, &again) == len);
    fuzz_check(again == 0);

    free(out);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t            i, n;
    whatsauth_text_t  header, value;

    static const whatsauth_text_t  name = whatsauth_text("wa-a");

    header = fuzz_copy(data, size);
    value.data = header.data;
    value.len = 0;

    n = whatsauth_cookie(&header, &name, &value);

    fuzz_check(n == count(&header, &name));
    fuzz_check(fuzz_is_within(&value, &header));

    for (i = 0; i < value.len; i++) {
        fuzz_check(value.data[i] != ';');
    }

    cut(&header, &name);
    fuzz_free(&header);

    return 0;
}
