
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A pass over raw JSON that replaces odd values which would make a strict
 * parser refuse the whole body.  The parser after it judges everything else.
 */


#ifndef _WHATSAUTH_JSON_REPAIR_H_INCLUDED_
#define _WHATSAUTH_JSON_REPAIR_H_INCLUDED_


#include "text.h"


/* One ill-formed byte becomes the three bytes of U+FFFD. */
#define whatsauth_json_repaired_max(len)  ((len) * 3)


/*
 * Copies json, without its byte order mark, to out, which must hold
 * json_repaired_max(json->len) bytes.  Inside strings, lone surrogates, NUL
 * (raw or escaped) and ill-formed UTF-8 become U+FFFD; a number that might
 * overflow a 64-bit integer or a double becomes 0.
 *
 * Returns 0 and the length of the copy in *n, or -1 and the offset in json
 * of the bracket that nests deeper than depth_max.
 */
int whatsauth_json_repair(const whatsauth_text_t *json, unsigned depth_max,
    char *out, size_t *n);


#endif /* _WHATSAUTH_JSON_REPAIR_H_INCLUDED_ */
