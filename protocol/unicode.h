
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Properties of characters, from Unicode's own tables.  unicode.pl makes them,
 * because a list made by hand lacks the characters its author never met.  A
 * value that is no character, such as WHATSAUTH_UTF8_ILL_FORMED, has none of
 * the properties and folds to itself.
 */


#ifndef _WHATSAUTH_UNICODE_H_INCLUDED_
#define _WHATSAUTH_UNICODE_H_INCLUDED_


#include <stdint.h>


/*
 * 1 for Default_Ignorable_Code_Point: invisible characters, such as zero-width
 * and bidi marks, soft hyphens, fillers, variation selectors and tags.
 */
int whatsauth_unicode_is_ignorable(uint32_t c);

/* 1 for White_Space. */
int whatsauth_unicode_is_space(uint32_t c);

/* 1 for Quotation_Mark: quotes, typographic ones, guillemets, brackets. */
int whatsauth_unicode_is_quote(uint32_t c);

/*
 * The character that stands for c and for its other cases: simple case
 * folding.  A character that folds to several stays as it is.
 */
uint32_t whatsauth_unicode_fold(uint32_t c);


#endif /* _WHATSAUTH_UNICODE_H_INCLUDED_ */
