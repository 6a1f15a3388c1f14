
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "journey/unknown.h"


/* Names that a worker remembers, and the most that it writes. */
#define NGX_HTTP_WHATSAUTH_UNKNOWN_MAX      64
#define NGX_HTTP_WHATSAUTH_UNKNOWN_NAME_MAX  64


typedef struct {
    size_t  len;
    u_char  data[NGX_HTTP_WHATSAUTH_UNKNOWN_NAME_MAX];
} ngx_http_whatsauth_unknown_name_t;


static ngx_uint_t ngx_http_whatsauth_unknown_is_new(ngx_str_t *name);


static ngx_uint_t                         ngx_http_whatsauth_unknown_n;
static ngx_http_whatsauth_unknown_name_t
    ngx_http_whatsauth_unknown_names[NGX_HTTP_WHATSAUTH_UNKNOWN_MAX];


void
ngx_http_whatsauth_unknown_fields(const whatsauth_message_batch_t *batch,
    ngx_log_t *log)
{
    ngx_str_t   name;
    ngx_uint_t  i;

    for (i = 0; i < batch->unknown_n; i++) {
        name.data = (u_char *) batch->unknown[i].data;
        name.len = ngx_min(batch->unknown[i].len,
                           NGX_HTTP_WHATSAUTH_UNKNOWN_NAME_MAX);

        if (ngx_http_whatsauth_unknown_is_new(&name)) {
            ngx_log_error(NGX_LOG_NOTICE, log, 0,
                          "whatsauth: unknown field \"%V\" in a message",
                          &name);
        }
    }
}


static ngx_uint_t
ngx_http_whatsauth_unknown_is_new(ngx_str_t *name)
{
    ngx_uint_t                          i;
    ngx_http_whatsauth_unknown_name_t  *known;

    for (i = 0; i < ngx_http_whatsauth_unknown_n; i++) {
        known = &ngx_http_whatsauth_unknown_names[i];

        if (known->len == name->len
            && ngx_memcmp(known->data, name->data, name->len) == 0)
        {
            return 0;
        }
    }

    if (i == NGX_HTTP_WHATSAUTH_UNKNOWN_MAX) {
        return 0;
    }

    known = &ngx_http_whatsauth_unknown_names[i];
    known->len = name->len;
    ngx_memcpy(known->data, name->data, name->len);
    ngx_http_whatsauth_unknown_n++;

    return 1;
}
