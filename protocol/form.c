
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "form.h"


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


/* Decodes up to end; what is written never overtakes what is read. */
static void
whatsauth_form_decode(whatsauth_form_t *form, const char *end,
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

    whatsauth_form_decode(form, equals == NULL ? end : equals, &field->name);

    if (equals != NULL) {
        form->pos++;
    }

    whatsauth_form_decode(form, end, &field->value);

    return 1;
}
