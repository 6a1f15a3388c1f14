
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The path of a URL.  It must mean the same to every server: a client with a
 * token may choose a part of it, and that part must not lead out of the folder
 * that the operator has declared.
 */


#ifndef _WHATSAUTH_URL_PATH_H_INCLUDED_
#define _WHATSAUTH_URL_PATH_H_INCLUDED_


#include "url.h"


/*
 * OK, or the fault of a path of at most WHATSAUTH_URL_MAX bytes: a percent sign
 * without two digits or a control character (CHARACTER), escapes that are not
 * UTF-8 (UTF8), or a segment that some server takes for "." or ".." (PATH).
 */
whatsauth_url_result_t whatsauth_url_path(const whatsauth_text_t *path);


#endif /* _WHATSAUTH_URL_PATH_H_INCLUDED_ */
