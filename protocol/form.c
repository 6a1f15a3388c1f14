
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "form.h"


/*
 * The encodings that must escape a byte below 128: bit 0 for
 * encodeURIComponent, which leaves letters, digits and -_.!~*'() alone, bit 1
 * for a form, which leaves letters, digits and *-._ alone.
 */
static const uint8_t  whatsauth_encode_needs[128] = {
    3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3,
    3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3,
    3, 2, 3, 3, 3, 3, 3, 2, 2, 2, 0, 3, 3, 0, 0, 3,     /*  !"#$%&'()*+,-./ */
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 3, 3, 3, 3, 3,     /* 0 to 9, :;<=>? */
    3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,     /* @, A to O */
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 3, 3, 3, 0,     /* P to Z, [\]^_ */
    3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,     /* `, a to o */
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 3, 3, 2, 3      /* p to z, {|}~ */
};


void
whatsauth_form_start(whatsauth_form_t *form, const whatsauth_text_t *text,
    char *buf)
{
    form->pos = text->data;
    form->end = whatsauth_text_end(text);
    form->out = buf;
}


static char
whatsauth_form_byte(const char **pos, const char *end)
{
    int          high, low;
    const char  *p;

    p = *pos;
    *pos = p + 1;

    if (*p == '+') {
        return ' ';
    }

    if (*p != '%' || end - p < 3) {
        return *p;
    }

    high = whatsauth_hex_value(p[1]);
    low = whatsauth_hex_value(p[2]);

    if (high == -1 || low == -1) {
        return *p;
    }

    *pos = p + 3;

    return (char) (high << 4 | low);
}


/* Decodes up to end.  The output never overtakes the input. */
static void
whatsauth_form_take(whatsauth_form_t *form, const char *end,
    whatsauth_text_t *text)
{
    text->data = form->out;

    while (form->pos < end) {
        *form->out = whatsauth_form_byte(&form->pos, end);
        form->out++;
    }

    text->len = (size_t) (form->out - text->data);
}


int
whatsauth_form_next(whatsauth_form_t *form, whatsauth_field_t *field)
{
    const char  *equals, *end;

    while (form->pos < form->end && *form->pos == '&') {
        form->pos++;
    }

    if (form->pos == form->end) {
        return 0;
    }

    equals = NULL;

    for (end = form->pos; end < form->end && *end != '&'; end++) {
        if (*end == '=' && equals == NULL) {
            equals = end;
        }
    }

    whatsauth_form_take(form, equals == NULL ? end : equals, &field->name);

    if (equals != NULL) {
        form->pos++;
    }

    whatsauth_form_take(form, end, &field->value);

    return 1;
}


void
whatsauth_form_decode(const whatsauth_text_t *text, char *buf,
    whatsauth_text_t *decoded)
{
    whatsauth_form_t  form;

    whatsauth_form_start(&form, text, buf);
    whatsauth_form_take(&form, form.end, decoded);
}


/* Returns the length of one encoded byte. */
static size_t
whatsauth_form_encode_byte(char c, whatsauth_encoding_t encoding, char out[3])
{
    uint8_t   byte;
    unsigned  needs;

    byte = (uint8_t) c;
    needs = (byte < 128) ? whatsauth_encode_needs[byte] : 3;

    if (!(needs & encoding)) {
        out[0] = c;
        return 1;
    }

    if (c == ' ' && encoding == WHATSAUTH_ENCODE_FORM) {
        out[0] = '+';
        return 1;
    }

    out[0] = '%';
    out[1] = "0123456789ABCDEF"[byte >> 4];
    out[2] = "0123456789ABCDEF"[byte & 0xf];

    return 3;
}


size_t
whatsauth_encode(const whatsauth_text_t *text, whatsauth_encoding_t encoding,
    char *out)
{
    char    buf[3];
    size_t  i, n, len;

    n = 0;

    for (i = 0; i < text->len; i++) {
        len = whatsauth_form_encode_byte(text->data[i], encoding, buf);

        if (out != NULL) {
            memcpy(out + n, buf, len);
        }

        n += len;
    }

    return n;
}
