
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Templates: what is measured is what is written, and no value and no text
 * brings in a mark of HTML of its own.
 */


#include "fuzz.h"
#include "protocol/template.h"


enum { NAME, LIST, ID, NAMES_N };

static const whatsauth_template_name_t  names[] = {
    { "name", 0 }, { "list", 1 }, { "id", 0 }, { NULL, 0 }
};

#define ROWS  3


static int
text_of(void *data, const whatsauth_text_t *key, whatsauth_text_t *text)
{
    if (key->len != 1 || key->data[0] != 'k') {
        return -1;
    }

    *text = *(whatsauth_text_t *) data;

    return 0;
}


static void
check_html(const whatsauth_template_t *template, const whatsauth_text_t *value)
{
    char                        *html;
    size_t                       i, len;
    whatsauth_text_t             rows[ROWS];
    whatsauth_template_value_t   values[NAMES_N];

    memset(values, 0, sizeof(values));

    for (i = 0; i < ROWS; i++) {
        rows[i] = *value;
    }

    values[NAME].text = *value;
    values[LIST].rows = rows;
    values[LIST].rows_n = ROWS;

    len = whatsauth_template_fill(template, values, NULL);
    html = fuzz_alloc(len);

    fuzz_check(whatsauth_template_fill(template, values, html) == len);

    for (i = 0; i < len; i++) {
        fuzz_check(strchr("<>\"'", html[i]) == NULL || html[i] == '\0');
    }

    free(html);
}


/* The template itself has no marks: all that come out are from elsewhere. */

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t                       i;
    fuzz_input_t                 in;
    whatsauth_text_t             source, text, value;
    whatsauth_template_t        *template;
    whatsauth_template_error_t   error;

    in = fuzz_input(data, size);
    text = fuzz_line(&in);
    value = fuzz_line(&in);
    source = fuzz_rest(&in);

    for (i = 0; i < source.len; i++) {
        if (source.data[i] != '\0'
            && strchr("<>\"'", source.data[i]) != NULL)
        {
            ((char *) source.data)[i] = '_';
        }
    }

    template = whatsauth_template_compile(&source, names, text_of, &text,
                                          &error);
    if (template != NULL) {
        check_html(template, &value);
        whatsauth_template_free(template);

    } else {
        fuzz_check(error.problem != NULL);
        fuzz_check(fuzz_is_within(&error.word, &source)
                   || fuzz_is_within(&error.word, &text));
    }

    fuzz_free(&source);
    fuzz_free(&text);
    fuzz_free(&value);

    return 0;
}
