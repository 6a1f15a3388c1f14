
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "login/embedded.h"


ngx_str_t
ngx_http_whatsauth_embedded_file(const char *name)
{
    const ngx_http_whatsauth_embedded_t  *file;

    for (file = ngx_http_whatsauth_embedded; file->name.len; file++) {
        if (ngx_strcmp(file->name.data, name) == 0) {
            break;
        }
    }

    return file->content;
}
