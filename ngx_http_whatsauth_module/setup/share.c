
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/argument.h"
#include "setup/share.h"


/* The store counts in ten-thousandths. */
#define NGX_HTTP_WHATSAUTH_SHARE_PERCENT  100
#define NGX_HTTP_WHATSAUTH_SHARE_ALL      10000


char *
ngx_http_whatsauth_store_share(ngx_conf_t *cf, ngx_http_whatsauth_app_t *app,
    size_t offset)
{
    ngx_int_t   n;
    ngx_str_t  *value;

    value = cf->args->elts;
    n = NGX_ERROR;

    if (value[1].len > 1 && value[1].data[value[1].len - 1] == '%') {
        n = ngx_atoi(value[1].data, value[1].len - 1);
    }

    if (n == NGX_ERROR || n < 1 || n > 100) {
        return ngx_http_whatsauth_argument_invalid(cf, "value", &value[1],
                                             ", it must be from 1%% to 100%%");
    }

    app->limits.share = n * NGX_HTTP_WHATSAUTH_SHARE_PERCENT;

    return NGX_CONF_OK;
}


/*
 * Of n apps each may have 2/(n + 1).  So while any one of them has all of its
 * share, what is left for the others is half of theirs on the average: none
 * of them can stop the others, and a few that are busy need no directive.
 */

void
ngx_http_whatsauth_share_complete(ngx_http_whatsauth_main_conf_t *mcf)
{
    ngx_uint_t                  i, share;
    ngx_http_whatsauth_app_t  **apps;

    apps = mcf->apps.elts;

    share = 2 * NGX_HTTP_WHATSAUTH_SHARE_ALL / (mcf->apps.nelts + 1);

    for (i = 0; i < mcf->apps.nelts; i++) {

        if (apps[i]->limits.share == 0) {
            apps[i]->limits.share = ngx_max(share, 1);
        }

        /* A stranger chooses how long the callback URLs of pages are. */

        apps[i]->limits.share_page = ngx_max(1,
                                  apps[i]->limits.share
                                  * apps[i]->limits.max_live_page
                                  / apps[i]->limits.max_live);
    }
}
