
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "json_pointer.h"


/* An array with more elements is longer than any body. */
#define WHATSAUTH_JSON_POINTER_INDEX_DIGITS  7


int
whatsauth_json_pointer_is_valid(const whatsauth_text_t *text)
{
    size_t  i;

    if (text->len > WHATSAUTH_JSON_POINTER_MAX
        || (text->len != 0 && text->data[0] != '/'))
    {
        return 0;
    }

    for (i = 0; i < text->len; i++) {
        if (text->data[i] == '~'
            && (i + 1 == text->len
                || (text->data[i + 1] != '0' && text->data[i + 1] != '1')))
        {
            return 0;
        }
    }

    return whatsauth_text_is_utf8(text);
}


/* Takes the name after the "/" at *pos, without its escapes, and its length. */
static size_t
whatsauth_json_pointer_name(const char **pos, const char *end, char *name)
{
    size_t       n;
    const char  *p;

    n = 0;

    for (p = *pos + 1; p < end && *p != '/'; p++) {
        if (*p == '~') {
            p++;
            name[n++] = (*p == '0') ? '~' : '/';

        } else {
            name[n++] = *p;
        }
    }

    *pos = p;

    return n;
}


static json_t *
whatsauth_json_pointer_element(json_t *array, const char *name, size_t len)
{
    size_t  i, index;

    if (len == 0 || len > WHATSAUTH_JSON_POINTER_INDEX_DIGITS
        || (name[0] == '0' && len != 1))
    {
        return NULL;
    }

    index = 0;

    for (i = 0; i < len; i++) {
        if (name[i] < '0' || name[i] > '9') {
            return NULL;
        }

        index = index * 10 + (size_t) (name[i] - '0');
    }

    return json_array_get(array, index);
}


json_t *
whatsauth_json_pointer_get(json_t *document, const whatsauth_text_t *pointer)
{
    char         name[WHATSAUTH_JSON_POINTER_MAX];
    size_t       len;
    json_t      *value;
    const char  *pos, *end;

    value = document;
    pos = pointer->data;
    end = whatsauth_text_end(pointer);

    while (pos < end && value != NULL) {
        len = whatsauth_json_pointer_name(&pos, end, name);

        value = json_is_array(value)
                ? whatsauth_json_pointer_element(value, name, len)
                : json_object_getn(value, name, len);
    }

    return value;
}
