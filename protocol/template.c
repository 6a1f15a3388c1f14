
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdlib.h>

#include "template.h"
#include "template_program.h"


static size_t whatsauth_template_run(const whatsauth_template_t *t,
    size_t from, size_t to, const whatsauth_template_value_t *values,
    const whatsauth_text_t *row, unsigned list, char *out);


size_t
whatsauth_template_fill(const whatsauth_template_t *template,
    const whatsauth_template_value_t *values, char *out)
{
    return whatsauth_template_run(template, 0, template->steps_n, values, NULL,
                                  0, out);
}


/* The value of a name: within a list, its fields are those of the row. */
static const whatsauth_text_t *
whatsauth_template_value(const whatsauth_template_t *t,
    const whatsauth_template_value_t *values, const whatsauth_text_t *row,
    unsigned list, unsigned name)
{
    if (row != NULL && name > list && name <= list + t->names[list].fields) {
        return &row[name - list - 1];
    }

    return &values[name].text;
}


static size_t
whatsauth_template_rows(const whatsauth_template_t *t, size_t step,
    const whatsauth_template_value_t *values, char *out)
{
    size_t                            n, i;
    unsigned                          list;
    const whatsauth_template_value_t *value;

    n = 0;
    list = t->steps[step].name;
    value = &values[list];

    for (i = 0; i < value->rows_n; i++) {
        n += whatsauth_template_run(t, step + 1, t->steps[step].end, values,
                                    value->rows + i * t->names[list].fields,
                                    list, out == NULL ? NULL : out + n);
    }

    return n;
}


/*
 * The steps between from and to.  It calls itself for the rows of a list, and
 * a list has no list in it.
 */

static size_t
whatsauth_template_run(const whatsauth_template_t *t, size_t from, size_t to,
    const whatsauth_template_value_t *values, const whatsauth_text_t *row,
    unsigned list, char *out)
{
    char                             *p;
    size_t                            i, n;
    const whatsauth_text_t           *value;
    const whatsauth_template_step_t  *step;

    n = 0;

    for (i = from; i < to; i++) {
        step = &t->steps[i];
        p = (out == NULL) ? NULL : out + n;

        if (step->type == WHATSAUTH_TEMPLATE_LITERAL) {
            if (p != NULL) {
                memcpy(p, t->literals + step->offset, step->len);
            }

            n += step->len;
            continue;
        }

        if (step->type == WHATSAUTH_TEMPLATE_LIST) {
            n += whatsauth_template_rows(t, i, values, p);
            i = step->end - 1;
            continue;
        }

        value = whatsauth_template_value(t, values, row, list, step->name);

        if (step->type == WHATSAUTH_TEMPLATE_VALUE) {
            n += whatsauth_template_escape(value, p);

        } else if ((value->len != 0)
                   != (step->type == WHATSAUTH_TEMPLATE_IF))
        {
            i = step->end - 1;
        }
    }

    return n;
}


size_t
whatsauth_template_escape(const whatsauth_text_t *text, char *out)
{
    size_t            i, n;
    whatsauth_text_t  c;

    static const whatsauth_text_t  amp = whatsauth_text("&amp;");
    static const whatsauth_text_t  lt = whatsauth_text("&lt;");
    static const whatsauth_text_t  gt = whatsauth_text("&gt;");
    static const whatsauth_text_t  quot = whatsauth_text("&quot;");
    static const whatsauth_text_t  apos = whatsauth_text("&#39;");

    n = 0;

    for (i = 0; i < text->len; i++) {

        switch (text->data[i]) {

        case '&':
            c = amp;
            break;

        case '<':
            c = lt;
            break;

        case '>':
            c = gt;
            break;

        case '"':
            c = quot;
            break;

        case '\'':
            c = apos;
            break;

        default:
            c.data = &text->data[i];
            c.len = 1;
        }

        if (out != NULL) {
            (void) whatsauth_text_put(out + n, &c);
        }

        n += c.len;
    }

    return n;
}


void
whatsauth_template_free(whatsauth_template_t *template)
{
    if (template != NULL) {
        free(template->steps);
        free(template->literals);
        free(template);
    }
}
