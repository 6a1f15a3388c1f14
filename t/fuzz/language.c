
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Accept-Language: the choice is one of ours, and what is not wanted changes
 * nothing.
 */


#include "fuzz.h"
#include "protocol/language.h"


static const whatsauth_text_t  codes[] = {
    whatsauth_text("en"), whatsauth_text("es"), whatsauth_text("he")
};

#define N  (sizeof(codes) / sizeof(codes[0]))


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char              *longer;
    char               separator;
    size_t             language;
    fuzz_input_t       in;
    whatsauth_text_t   list, more;

    static const char  unwanted[] = ";q=0";

    in = fuzz_input(data, size);
    separator = fuzz_number(&in, 1) % 2 ? ',' : ' ';
    list = fuzz_rest(&in);

    language = whatsauth_language_choose(&list, separator, codes, N);
    fuzz_check(language < N || language == WHATSAUTH_LANGUAGE_NONE);

    longer = fuzz_alloc(list.len + sizeof(unwanted) + 2);
    memcpy(longer, list.data, list.len);
    longer[list.len] = separator;
    memcpy(longer + list.len + 1, "es", 2);
    memcpy(longer + list.len + 3, unwanted, sizeof(unwanted) - 1);

    more.data = longer;
    more.len = list.len + sizeof(unwanted) + 2;

    fuzz_check(whatsauth_language_choose(&more, separator, codes, N)
               == language);

    free(longer);
    fuzz_free(&list);

    return 0;
}
