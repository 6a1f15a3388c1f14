
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "jansson_text.h"


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
