
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _WHATSAUTH_PHONE_HINT_H_INCLUDED_
#define _WHATSAUTH_PHONE_HINT_H_INCLUDED_


#include "phone_plan.h"


#define WHATSAUTH_PHONE_HINT_MAX  (1 + WHATSAUTH_PHONE_DIGITS_MAX)


/*
 * Writes as much of a number as a screen may show, without a zero:
 * "+56*******11" of 56911111111, the code of the country and the last two
 * digits.  Its owner knows it again; others learn little.  Returns the length:
 * 0 if digits are no number.
 */
size_t whatsauth_phone_hint(const whatsauth_text_t *digits,
    char out[WHATSAUTH_PHONE_HINT_MAX]);


#endif /* _WHATSAUTH_PHONE_HINT_H_INCLUDED_ */
