
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The part of a wrong value that a message about the configuration may show:
 * the value may be a secret in a wrong place.
 */


#ifndef _NGX_HTTP_WHATSAUTH_SHOWN_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_SHOWN_H_INCLUDED_


#include "kit/module.h"


/*
 * The value in quotes after a space, as far as it cannot be a secret, or
 * nothing.  Shown are values of up to 5 characters, which no secret has, and
 * numbers as people write them before such a value, both also after the "="
 * of "name=value"; and of a URL scheme, host, port and path.
 */
ngx_str_t ngx_http_whatsauth_shown(ngx_conf_t *cf, ngx_str_t *value);

/*
 * The name of "name=value", or an empty one where the text may be a secret
 * alone.
 */
ngx_str_t ngx_http_whatsauth_shown_name(ngx_str_t *value);


#endif /* _NGX_HTTP_WHATSAUTH_SHOWN_H_INCLUDED_ */
