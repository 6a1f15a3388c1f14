
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdio.h>

#include "jansson_text.h"


#define WHATSAUTH_JANSSON_INTEGER_MAX  19      /* digits of a positive one */


whatsauth_text_t
whatsauth_jansson_text(json_t *value)
{
    whatsauth_text_t  text;

    text.data = json_string_value(value);
    text.len = json_string_length(value);

    if (text.data == NULL) {
        text.data = "";
    }

    return text;
}


whatsauth_text_t
whatsauth_jansson_get(json_t *object, const char *key)
{
    return whatsauth_jansson_text(json_object_get(object, key));
}


int
whatsauth_jansson_id(json_t *object, const char *key, whatsauth_text_t *id)
{
    char     digits[WHATSAUTH_JANSSON_INTEGER_MAX + 1];
    json_t  *value;

    value = json_object_get(object, key);

    if (json_integer_value(value) > 0) {
        snprintf(digits, sizeof(digits), "%" JSON_INTEGER_FORMAT,
                 json_integer_value(value));
        value = json_string(digits);

        if (json_object_set_new(object, key, value) != 0) {
            return -1;
        }
    }

    *id = whatsauth_jansson_text(value);

    return 0;
}


int
whatsauth_jansson_is(json_t *object, const char *key, const char *word)
{
    whatsauth_text_t  text;

    text = whatsauth_jansson_get(object, key);

    return text.len == strlen(word) && memcmp(text.data, word, text.len) == 0;
}


int
whatsauth_jansson_is_set(json_t *object, const char *key)
{
    json_t  *value;

    value = json_object_get(object, key);

    return value != NULL && !json_is_null(value) && !json_is_false(value);
}
