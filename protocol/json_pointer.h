
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * JSON pointers (RFC 6901): the place of a value in a document, such as
 * "/messages/0/text".
 */


#ifndef _WHATSAUTH_JSON_POINTER_H_INCLUDED_
#define _WHATSAUTH_JSON_POINTER_H_INCLUDED_


#include <jansson.h>

#include "text.h"


#define WHATSAUTH_JSON_POINTER_MAX  256      /* bytes */


/*
 * 1 if text is a pointer of at most POINTER_MAX bytes: empty, which is the
 * whole document, or names of members and indexes of arrays after a "/" each,
 * in which "~0" stands for "~" and "~1" for "/".
 */
int whatsauth_json_pointer_is_valid(const whatsauth_text_t *text);

/*
 * The value at a valid pointer, borrowed from the document; NULL if there is
 * none.  An index has no leading zero, and "-" is the place after the last
 * element: there is no value.
 */
json_t *whatsauth_json_pointer_get(json_t *document,
    const whatsauth_text_t *pointer);


#endif /* _WHATSAUTH_JSON_POINTER_H_INCLUDED_ */
