
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdlib.h>
#include <jansson.h>

#include "gateway.h"


/* The names that a template may have after a "$". */
typedef enum {
    WHATSAUTH_GATEWAY_TO = 0,
    WHATSAUTH_GATEWAY_TEXT,
    WHATSAUTH_GATEWAY_NAMES_N
} whatsauth_gateway_name_t;

static const whatsauth_text_t  whatsauth_gateway_names[] = {
    whatsauth_text("to"), whatsauth_text("text")
};


/* The name after the "$" that was before pos, or NAMES_N; pos moves past it. */
static whatsauth_gateway_name_t
whatsauth_gateway_template_name(const char **pos, const char *end)
{
    char                      c;
    whatsauth_text_t          word;
    whatsauth_gateway_name_t  name;

    word.data = *pos;

    for ( /* void */ ; *pos < end; (*pos)++) {
        c = **pos;

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9') || c == '_'))
        {
            break;
        }
    }

    word.len = (size_t) (*pos - word.data);

    for (name = 0; name < WHATSAUTH_GATEWAY_NAMES_N; name++) {
        if (whatsauth_text_equal(&word, &whatsauth_gateway_names[name])) {
            break;
        }
    }

    return name;
}


/*
 * In JSON a "$" can stand nowhere but in a string, and ends none of it.  A zero
 * byte can stand nowhere at all, but Jansson skips one after a number or name.
 */
static int
whatsauth_gateway_template_is_json(const whatsauth_text_t *template)
{
    json_t  *root;

    if (memchr(template->data, '\0', template->len) != NULL) {
        return 0;
    }

    root = json_loadb(template->data, template->len, JSON_REJECT_DUPLICATES,
                      NULL);
    json_decref(root);

    return root != NULL;
}


const char *
whatsauth_gateway_template_problem(const whatsauth_text_t *template)
{
    unsigned                  seen;
    const char               *p, *end;
    whatsauth_gateway_name_t  name;

    if (template->len > WHATSAUTH_GATEWAY_TEMPLATE_MAX) {
        return "has more than 1024 bytes";
    }

    if (!whatsauth_gateway_template_is_json(template)) {
        return "is not JSON";
    }

    seen = 0;
    p = template->data;
    end = whatsauth_text_end(template);

    while (p < end) {
        if (*p++ != '$') {
            continue;
        }

        name = whatsauth_gateway_template_name(&p, end);

        if (name == WHATSAUTH_GATEWAY_NAMES_N) {
            return "has a \"$\" that begins neither $to nor $text: write "
                   "\\u0024 for a dollar";
        }

        seen |= 1u << name;
    }

    return (seen & (1u << WHATSAUTH_GATEWAY_TO)) == 0 ? "has no $to"
           : (seen & (1u << WHATSAUTH_GATEWAY_TEXT)) == 0 ? "has no $text"
           : NULL;
}


/* Writes text as part of a JSON string, or measures it if out is NULL. */
static size_t
whatsauth_gateway_template_escape(const whatsauth_text_t *text, char *out)
{
    static const char  hex[] = "0123456789abcdef";

    size_t         i, n, len;
    unsigned char  c;
    char           escaped[] = "\\u00xx";

    n = 0;

    for (i = 0; i < text->len; i++) {
        c = (unsigned char) text->data[i];
        len = 1;

        if (c == '"' || c == '\\' || c < ' ') {
            escaped[4] = hex[c >> 4];
            escaped[5] = hex[c & 15];
            len = sizeof(escaped) - 1;
        }

        if (out != NULL) {
            memcpy(out + n, len == 1 ? &text->data[i] : escaped, len);
        }

        n += len;
    }

    return n;
}


/* Writes the body, or measures it if out is NULL. */
static size_t
whatsauth_gateway_template_fill(const whatsauth_text_t *template,
    const whatsauth_text_t *values, char *out)
{
    size_t       n;
    const char  *p, *end;

    n = 0;
    p = template->data;
    end = whatsauth_text_end(template);

    while (p < end) {
        if (*p == '$') {
            p++;
            n += whatsauth_gateway_template_escape(
                     &values[whatsauth_gateway_template_name(&p, end)],
                     out == NULL ? NULL : out + n);
            continue;
        }

        if (out != NULL) {
            out[n] = *p;
        }

        n++;
        p++;
    }

    return n;
}


char *
whatsauth_gateway_reply(const whatsauth_text_t *template,
    const whatsauth_reply_t *reply, size_t *len)
{
    char              *body;
    whatsauth_text_t   values[WHATSAUTH_GATEWAY_NAMES_N + 1];

    /* A name that a checked template cannot have stands for nothing. */
    memset(values, 0, sizeof(values));

    values[WHATSAUTH_GATEWAY_TO] = reply->phone;
    values[WHATSAUTH_GATEWAY_TEXT] = reply->text;

    *len = whatsauth_gateway_template_fill(template, values, NULL);
    body = malloc(*len + 1);

    if (body == NULL) {
        *len = 0;
        return NULL;
    }

    (void) whatsauth_gateway_template_fill(template, values, body);
    body[*len] = '\0';

    return body;
}
