
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The language of ours that a reader wants: Accept-Language and its like. */


#ifndef _WHATSAUTH_LANGUAGE_H_INCLUDED_
#define _WHATSAUTH_LANGUAGE_H_INCLUDED_


#include "text.h"


#define WHATSAUTH_LANGUAGE_NONE  ((size_t) -1)


/*
 * list has language tags (RFC 5646), each with a weight or without (";q=0.8",
 * RFC 9110, 12.4.2), between separators: ',' in the header Accept-Language, or
 * ' ' in "ui_locales" of OpenID Connect.  codes are n codes of two letters.
 *
 * Returns the number of the code with the greatest weight, the first of equal
 * ones; what follows the first two letters of a tag, as in "es-MX", does not
 * count.  NONE if none is wanted, and for "*".
 */
size_t whatsauth_language_choose(const whatsauth_text_t *list, char separator,
    const whatsauth_text_t *codes, size_t n);


#endif /* _WHATSAUTH_LANGUAGE_H_INCLUDED_ */
