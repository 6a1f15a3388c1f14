
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * json_loadb() of Jansson that tells a lack of memory from bad JSON.
 * Jansson's scanner reads on when a buffer cannot grow, and then loses
 * characters of a number or a name, or runs past the closing quote.
 */


#ifndef _WHATSAUTH_JSON_LOAD_H_INCLUDED_
#define _WHATSAUTH_JSON_LOAD_H_INCLUDED_


#include <jansson.h>


/*
 * The last value of a key that comes twice in an object counts.
 * Returns 0 and the document in *root, to be released with json_decref(); 1
 * and the parser's complaint in *error; or -1 when memory is out.
 */
int whatsauth_json_load(const char *json, size_t len, json_t **root,
    json_error_t *error);


#endif /* _WHATSAUTH_JSON_LOAD_H_INCLUDED_ */
