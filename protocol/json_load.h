
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * json_loadb() of Jansson, which tells a lack of memory from bad JSON.  Its
 * scanner ignores that a buffer could not grow: characters of a number or a
 * name would be missing, or the quote that it copies up to.
 */


#ifndef _WHATSAUTH_JSON_LOAD_H_INCLUDED_
#define _WHATSAUTH_JSON_LOAD_H_INCLUDED_


#include <jansson.h>


/*
 * Of a key that comes twice in an object the last value counts.
 * Returns 0 and the document in *root, to be released with json_decref(); 1
 * and what is wrong with it in *error; or -1 if there was no memory for it.
 */
int whatsauth_json_load(const char *json, size_t len, json_t **root,
    json_error_t *error);


#endif /* _WHATSAUTH_JSON_LOAD_H_INCLUDED_ */
