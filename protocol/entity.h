
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * HTML's character references: some gateways put them in place of the marks
 * and quotes in a user's text.
 */


#ifndef _WHATSAUTH_ENTITY_H_INCLUDED_
#define _WHATSAUTH_ENTITY_H_INCLUDED_


#include <stdint.h>


/*
 * Reads one character of UTF-8 at *pos, which must be below end, or a whole
 * reference to one: by number, or by the name of a mark, quote, "&" or
 * no-break space, in any case.  Moves *pos past it.  An "&" that begins no
 * reference is text.  ILL_FORMED as of whatsauth_utf8_next().
 */
uint32_t whatsauth_entity_next(const char **pos, const char *end);


#endif /* _WHATSAUTH_ENTITY_H_INCLUDED_ */
