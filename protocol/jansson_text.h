
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Strings in a parsed JSON document.  Whatever is absent or of another type
 * reads as an empty text, so that a document of any shape can be walked.
 */


#ifndef _WHATSAUTH_JANSSON_TEXT_H_INCLUDED_
#define _WHATSAUTH_JANSSON_TEXT_H_INCLUDED_


#include <jansson.h>

#include "text.h"


whatsauth_text_t whatsauth_jansson_text(json_t *value);
whatsauth_text_t whatsauth_jansson_get(json_t *object, const char *key);

/*
 * The id at key.  One that is written as a positive integer is made a string
 * of the document first, so that the text lives as long as that.  Zero is
 * none: it stands for all numbers that are too large, and one id must not
 * stand for many.  Returns 0, or -1 when memory is out.
 */
int whatsauth_jansson_id(json_t *object, const char *key,
    whatsauth_text_t *id);

/* 1 if the member at key is a string and equal to word. */
int whatsauth_jansson_is(json_t *object, const char *key, const char *word);

/* 1 unless absent, null or false: a flag of a new shape still is a flag. */
int whatsauth_jansson_is_set(json_t *object, const char *key);


#endif /* _WHATSAUTH_JANSSON_TEXT_H_INCLUDED_ */
