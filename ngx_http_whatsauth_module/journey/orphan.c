
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "journey/orphan.h"


typedef struct ngx_http_whatsauth_orphan_s  ngx_http_whatsauth_orphan_t;

struct ngx_http_whatsauth_orphan_s {
    ngx_http_whatsauth_orphan_t    *next;
    ngx_str_t                       name;       /* of the app */
};


void
ngx_http_whatsauth_orphan_note(ngx_str_t *name)
{
    static ngx_http_whatsauth_orphan_t  *noted;

    ngx_http_whatsauth_orphan_t         *app;

    for (app = noted; app != NULL; app = app->next) {

        if (app->name.len == name->len
            && ngx_memcmp(app->name.data, name->data, name->len) == 0)
        {
            return;
        }
    }

    ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                  "whatsauth: callbacks of app \"%V\" wait: it is not "
                  "configured any more", name);

    app = ngx_alloc(sizeof(ngx_http_whatsauth_orphan_t) + name->len,
                    ngx_cycle->log);
    if (app == NULL) {
        return;
    }

    app->name.len = name->len;
    app->name.data = (u_char *) (app + 1);
    ngx_memcpy(app->name.data, name->data, name->len);

    app->next = noted;
    noted = app;
}
