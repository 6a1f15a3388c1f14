
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_GATE_NUMBERS_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_GATE_NUMBERS_H_INCLUDED_


#include "kit/conf.h"


/*
 * Reads the arguments of the directive "whatsauth_gate_numbers": numbers, a
 * file of them, or "any", which gives NULL.
 */
ngx_int_t ngx_http_whatsauth_gate_numbers_read(ngx_conf_t *cf,
    whatsauth_phone_set_t **numbers);


#endif /* _NGX_HTTP_WHATSAUTH_GATE_NUMBERS_H_INCLUDED_ */
