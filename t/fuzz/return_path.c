
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The path that a login leads back to: what may be followed is, once written,
 * a path of this very host in whatever way it is read, and says the same.
 */


#include "fuzz.h"
#include "protocol/return_path.h"


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char              *out;
    size_t             i, n;
    whatsauth_text_t   text, written;

    text = fuzz_copy(data, size);

    if (whatsauth_return_path(&text)) {

        n = whatsauth_return_path_write(&text, NULL);
        fuzz_check(n >= text.len && n <= 3 * text.len);

        out = fuzz_alloc(n);
        fuzz_check(whatsauth_return_path_write(&text, out) == n);

        fuzz_check(out[0] == '/');
        fuzz_check(n == 1 || out[1] != '/');

        for (i = 0; i < n; i++) {
            fuzz_check(out[i] > ' ' && out[i] <= '~' && out[i] != '\\'
                       && out[i] != '"' && out[i] != '<');
        }

        /* As long as it fits, what is written is followed and written as
           itself. */

        written = fuzz_copy(out, n);
        free(out);

        fuzz_check(whatsauth_return_path(&written)
                   == (n <= WHATSAUTH_RETURN_PATH_MAX));
        fuzz_check(whatsauth_return_path_write(&written, NULL) == n);

        fuzz_free(&written);
    }

    fuzz_free(&text);

    return 0;
}
