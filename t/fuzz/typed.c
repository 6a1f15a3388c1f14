
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Digits as people type them: n of them are read, or nothing; what was read
 * reads the same again; the text with one more digit has not n digits.
 */


#include "fuzz.h"
#include "protocol/typed.h"


#define N  6


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int                i;
    char               again[N], *digits;
    fuzz_input_t       in;
    whatsauth_text_t   text, read, more;

    in = fuzz_input(data, size);
    text = fuzz_rest(&in);
    digits = fuzz_alloc(N);

    if (whatsauth_typed_digits(&text, digits, N) == 0) {
        for (i = 0; i < N; i++) {
            fuzz_check(whatsauth_is_digit(digits[i]));
        }

        read = fuzz_copy(digits, N);
        fuzz_check(whatsauth_typed_digits(&read, again, N) == 0
                   && memcmp(digits, again, N) == 0);

        more.len = text.len + 1;
        more.data = fuzz_alloc(more.len);
        *whatsauth_text_put((char *) more.data, &text) = '0';
        fuzz_check(whatsauth_typed_digits(&more, again, N) == -1);

        fuzz_free(&read);
        fuzz_free(&more);
    }

    free(digits);
    fuzz_free(&text);

    return 0;
}
