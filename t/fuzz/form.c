
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Forms and percent-encoding: what is read stays within its buffer, is the
 * same when read in place, and comes back from what is written of it.
 */


#include "fuzz.h"
#include "protocol/form.h"


static char *
put(char *out, const whatsauth_text_t *text, whatsauth_encoding_t encoding)
{
    size_t  i, n;

    n = whatsauth_encode(text, encoding, NULL);
    fuzz_check(n >= text->len && n <= 3 * text->len);
    fuzz_check(whatsauth_encode(text, encoding, out) == n);

    for (i = 0; i < n; i++) {
        fuzz_check(out[i] > ' ' && out[i] <= '~' && out[i] != '&'
                   && out[i] != '=' && out[i] != '#' && out[i] != '"');
    }

    return out + n;
}


/* Each field written anew and read again. */
static void
check_round_trip(const whatsauth_field_t *field, whatsauth_encoding_t encoding)
{
    char               *p, *buf;
    whatsauth_form_t    form;
    whatsauth_text_t    text, decoded;
    whatsauth_field_t   again;

    buf = fuzz_alloc(3 * (field->name.len + field->value.len) + 1);
    p = put(buf, &field->name, encoding);
    *p++ = '=';
    p = put(p, &field->value, encoding);

    text = fuzz_copy(buf, (size_t) (p - buf));
    decoded = fuzz_copy(buf, text.len);
    free(buf);

    whatsauth_form_start(&form, &text, (char *) decoded.data);

    fuzz_check(whatsauth_form_next(&form, &again) == 1);
    fuzz_check(whatsauth_text_equal(&field->name, &again.name));
    fuzz_check(whatsauth_text_equal(&field->value, &again.value));
    fuzz_check(whatsauth_form_next(&form, &again) == 0);

    fuzz_free(&text);
    fuzz_free(&decoded);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t              len;
    whatsauth_form_t    form, place;
    whatsauth_text_t    text, own, decoded;
    whatsauth_field_t   field, same;

    text = fuzz_copy(data, size);
    own = fuzz_copy(data, size);
    decoded = fuzz_copy(data, size);

    whatsauth_form_start(&form, &text, (char *) decoded.data);
    whatsauth_form_start(&place, &own, (char *) own.data);
    len = 0;

    while (whatsauth_form_next(&form, &field)) {
        len += field.name.len + field.value.len;

        fuzz_check(len <= size);
        fuzz_check(fuzz_is_within(&field.name, &decoded));
        fuzz_check(fuzz_is_within(&field.value, &decoded));

        fuzz_check(whatsauth_form_next(&place, &same) == 1);
        fuzz_check(whatsauth_text_equal(&field.name, &same.name));
        fuzz_check(whatsauth_text_equal(&field.value, &same.value));

        check_round_trip(&field, WHATSAUTH_ENCODE_FORM);
        check_round_trip(&field, WHATSAUTH_ENCODE_COMPONENT);
    }

    fuzz_check(whatsauth_form_next(&place, &same) == 0);

    fuzz_free(&text);
    fuzz_free(&own);
    fuzz_free(&decoded);

    return 0;
}
