
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A redirect URI of the configuration: one that is accepted has a scheme that
 * runs no script, no fragment, wildcard or control character, and what is
 * written behind it comes back from its query.
 */


#include "fuzz.h"
#include "protocol/redirect_uri.h"


static int
begins(const whatsauth_text_t *uri, const char *with)
{
    return uri->len >= strlen(with)
           && memcmp(uri->data, with, strlen(with)) == 0;
}


static void
check_accepted(const whatsauth_text_t *uri, int is_public)
{
    size_t       i;
    const char  *colon;

    for (i = 0; i < uri->len; i++) {
        fuzz_check(uri->data[i] > ' ' && uri->data[i] <= '~'
                   && strchr("*#\\\"<>", uri->data[i]) == NULL);
    }

    if (begins(uri, "https://") || begins(uri, "http://")) {
        return;
    }

    colon = memchr(uri->data, ':', uri->len);
    fuzz_check(is_public && colon != NULL);
    fuzz_check(memchr(uri->data, '.', (size_t) (colon - uri->data)) != NULL);
}


static void
check_written(const whatsauth_text_t *uri, const whatsauth_text_t *state)
{
    char               *out, *buf;
    size_t              n;
    whatsauth_form_t    form;
    whatsauth_text_t    query;
    whatsauth_field_t   field, last;

    static const whatsauth_text_t  name = whatsauth_text("state");

    field.name = name;
    field.value = *state;

    n = whatsauth_redirect_uri_write(uri, &field, 1, NULL);
    out = fuzz_alloc(n);
    fuzz_check(whatsauth_redirect_uri_write(uri, &field, 1, out) == n);
    fuzz_check(memcmp(out, uri->data, uri->len) == 0);

    if (state->len == 0) {
        fuzz_check(n == uri->len);
        free(out);
        return;
    }

    query.data = (const char *) memchr(out, '?', n) + 1;
    query.len = n - (size_t) (query.data - out);
    buf = fuzz_alloc(query.len);
    whatsauth_form_start(&form, &query, buf);

    while (whatsauth_form_next(&form, &last)) {
        field = last;
    }

    fuzz_check(whatsauth_text_equal(&field.name, &name));
    fuzz_check(whatsauth_text_equal(&field.value, state));

    free(buf);
    free(out);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int                              is_public;
    fuzz_input_t                     in;
    whatsauth_text_t                 uri, state;
    whatsauth_redirect_uri_result_t  result;

    in = fuzz_input(data, size);
    uri = fuzz_line(&in);
    state = fuzz_rest(&in);

    for (is_public = 0; is_public < 2; is_public++) {
        result = whatsauth_redirect_uri_check(&uri, is_public);
        fuzz_check(result < WHATSAUTH_REDIRECT_URI_RESULTS_N);

        if (result == WHATSAUTH_REDIRECT_URI_OK) {
            check_accepted(&uri, is_public);
            check_written(&uri, &state);
        }
    }

    fuzz_free(&state);
    fuzz_free(&uri);

    return 0;
}
