
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A wrong value in the configuration may be a secret in the wrong place.
 * Error texts show no more of it than these functions give.
 */


#ifndef _NGX_HTTP_WHATSAUTH_SHOWN_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_SHOWN_H_INCLUDED_


#include "kit/module.h"


/*
 * The value, in quotes after a space, or an empty text if it may be a secret.
 * Shown are: a value of up to 5 characters, also after a number as people
 * write it; the same after "name="; and scheme, host, port and path of a URL.
 */
ngx_str_t ngx_http_whatsauth_shown(ngx_conf_t *cf, ngx_str_t *value);

/*
 * The name of "name=value", or an empty one where the text may be a secret
 * alone.
 */
ngx_str_t ngx_http_whatsauth_shown_name(ngx_str_t *value);


#endif /* _NGX_HTTP_WHATSAUTH_SHOWN_H_INCLUDED_ */
