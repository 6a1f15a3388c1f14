
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Numbers as people type and paste them: digits of other scripts, with the
 * spaces, hyphens and invisible marks that keyboards and chats add.
 */


#ifndef _WHATSAUTH_TYPED_H_INCLUDED_
#define _WHATSAUTH_TYPED_H_INCLUDED_


#include "text.h"


/*
 * The printable character of ASCII that c stands for: itself, one of full
 * width, a digit of Arabic, Persian or Hindi, a hyphen, a space.  0 for others,
 * and for a character that ends a line.
 */
char whatsauth_typed_ascii(uint32_t c);

/*
 * Reads text that has exactly n digits, and nothing else but spaces and hyphens
 * between and around them.  Returns 0, else -1; digits may be written then,
 * too.
 */
int whatsauth_typed_digits(const whatsauth_text_t *text, char *digits,
    size_t n);


#endif /* _WHATSAUTH_TYPED_H_INCLUDED_ */
