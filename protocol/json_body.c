
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdio.h>
#include <stdlib.h>

#include "json_body.h"
#include "json_load.h"
#include "json_repair.h"


whatsauth_batch_result_t
whatsauth_json_body_invalid(char *reason, const char *text, size_t position)
{
    snprintf(reason, WHATSAUTH_BATCH_REASON_MAX, "%.100s near byte %zu",
             text, position);

    return WHATSAUTH_BATCH_INVALID;
}


/* The parser quotes the bad token, which must not appear in the log. */
static whatsauth_batch_result_t
whatsauth_json_body_error(char *reason, json_error_t *error)
{
    char  *quote;

    quote = strstr(error->text, " near ");

    if (quote != NULL) {
        *quote = '\0';
    }

    return whatsauth_json_body_invalid(reason, error->text,
                                       error->position < 0
                                       ? 0 : (size_t) error->position);
}


whatsauth_batch_result_t
whatsauth_json_body(const char *body, size_t len, json_t **root, char *reason)
{
    int                        rc;
    char                      *json;
    size_t                     n;
    json_error_t               error;
    whatsauth_text_t           text;
    whatsauth_batch_result_t   result;

    json = malloc(whatsauth_json_repaired_max(len) + 1);

    if (json == NULL) {
        return WHATSAUTH_BATCH_NO_MEMORY;
    }

    text.data = body;
    text.len = len;

    if (whatsauth_json_repair(&text, WHATSAUTH_JSON_BODY_DEPTH_MAX, json, &n)
        != 0)
    {
        result = whatsauth_json_body_invalid(reason, "nested too deeply", n);

    } else {
        rc = whatsauth_json_load(json, n, root, &error);

        result = rc == 0 ? WHATSAUTH_BATCH_OK
                 : rc == -1 ? WHATSAUTH_BATCH_NO_MEMORY
                 : whatsauth_json_body_error(reason, &error);
    }

    free(json);

    return result;
}
