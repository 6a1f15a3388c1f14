
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Phone numbers: E.164 (ITU-T), 7 to 15 digits, the first not zero.
 */


#ifndef _WHATSAUTH_PHONE_H_INCLUDED_
#define _WHATSAUTH_PHONE_H_INCLUDED_


#include "text.h"


#define WHATSAUTH_PHONE_DIGITS_MAX  15


/*
 * Reads a number as people write it: optional "+", digits, spaces, "-",
 * "(", ")", ".".  Writes the digits without a zero and returns how many;
 * 0 if text is no phone number.
 */
size_t whatsauth_phone_digits(const whatsauth_text_t *text,
    char digits[WHATSAUTH_PHONE_DIGITS_MAX]);

/* 1 if text is a phone number written as digits only (Meta's wa_id form). */
int whatsauth_phone_is_digits(const whatsauth_text_t *text);


#endif /* _WHATSAUTH_PHONE_H_INCLUDED_ */
