
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/result.h"


const ngx_http_whatsauth_result_info_t
    ngx_http_whatsauth_results[NGX_HTTP_WHATSAUTH_RESULTS_N] =
{
#define NGX_HTTP_WHATSAUTH_RESULT(name, status, word, title)                  \
    { status, ngx_string(word), ngx_string(title) },
    NGX_HTTP_WHATSAUTH_RESULTS(NGX_HTTP_WHATSAUTH_RESULT)
#undef NGX_HTTP_WHATSAUTH_RESULT
};
