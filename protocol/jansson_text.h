
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Strings in a parsed JSON document.  A member that is absent or of another
 * type reads as an empty text, so that callers can walk any document.
 */


#ifndef _WHATSAUTH_JANSSON_TEXT_H_INCLUDED_
#define _WHATSAUTH_JANSSON_TEXT_H_INCLUDED_


#include <jansson.h>

#include "text.h"


whatsauth_text_t whatsauth_jansson_text(json_t *value);
whatsauth_text_t whatsauth_jansson_get(json_t *object, const char *key);

/*
 * The id at key.  A positive integer becomes a string of the document first,
 * so that the text lives as long as the document.  Zero is no id: the repair
 * writes it in place of every number that is too large, and one id must not
 * stand for many.  Returns 0, or -1 when memory is out.
 */
int whatsauth_jansson_id(json_t *object, const char *key,
    whatsauth_text_t *id);

/* 1 if the member at key is a string and equal to word. */
int whatsauth_jansson_is(json_t *object, const char *key, const char *word);

/* 1 unless absent, null or false: a flag of a new type is still a flag. */
int whatsauth_jansson_is_set(json_t *object, const char *key);


#endif /* _WHATSAUTH_JANSSON_TEXT_H_INCLUDED_ */
