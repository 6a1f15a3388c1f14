
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A file of phone numbers as an operator writes it: one number a line, "#"
 * begins a comment.
 */


#ifndef _WHATSAUTH_PHONE_LINES_H_INCLUDED_
#define _WHATSAUTH_PHONE_LINES_H_INCLUDED_


#include "text.h"


typedef struct {
    whatsauth_text_t   rest;       /* first the whole file */
    size_t             line;       /* that was read last, from 1 on; first 0 */
} whatsauth_phone_lines_t;


/*
 * Takes the next text that is not only blanks and a comment; it is not
 * necessarily a number.  Returns 0 at the end.
 */
int whatsauth_phone_lines_next(whatsauth_phone_lines_t *lines,
    whatsauth_text_t *text);


#endif /* _WHATSAUTH_PHONE_LINES_H_INCLUDED_ */
