
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The text that a string is. */


#ifndef _TEXT_HELP_H_INCLUDED_
#define _TEXT_HELP_H_INCLUDED_


#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "protocol/text.h"


static inline whatsauth_text_t
text_of(const char *string)
{
    whatsauth_text_t  text;

    text.data = string;
    text.len = strlen(string);

    return text;
}


#endif /* _TEXT_HELP_H_INCLUDED_ */
