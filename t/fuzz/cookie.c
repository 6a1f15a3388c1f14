
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Cookies: what is found lies within the header, is free of separators, and
 * its number is that of a slow and simple count.
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

    fuzz_free(&header);

    return 0;
}
