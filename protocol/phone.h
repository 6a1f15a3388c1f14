
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
#define WHATSAUTH_PHONE_LIST_MAX    20       /* numbers */


/* Numbers as digits with commas between; all zero it is empty. */
typedef struct {
    size_t   n;
    size_t   len;
    char     data[WHATSAUTH_PHONE_LIST_MAX * (WHATSAUTH_PHONE_DIGITS_MAX + 1)];
} whatsauth_phone_list_t;


typedef enum {
    WHATSAUTH_PHONE_LIST_OK = 0,
    WHATSAUTH_PHONE_LIST_INVALID,       /* something in it is no number */
    WHATSAUTH_PHONE_LIST_TOO_MANY
} whatsauth_phone_list_result_t;


/*
 * Reads a number as people write it: optional "+", digits, spaces, "-",
 * "(", ")", ".".  Writes the digits without a zero and returns how many;
 * 0 if text is no phone number.
 */
size_t whatsauth_phone_digits(const whatsauth_text_t *text,
    char digits[WHATSAUTH_PHONE_DIGITS_MAX]);

/* 1 if text is a phone number written as digits only (Meta's wa_id form). */
int whatsauth_phone_is_digits(const whatsauth_text_t *text);

/*
 * The spelling by which numbers are compared.  WhatsApp knows some people of
 * Brazil, Mexico and Argentina without the digit that their country has put
 * before mobile numbers, and it may change with time; the digit is left out.
 * Writes the digits without a zero and returns how many; 0 if number is not a
 * phone number in digits.
 */
size_t whatsauth_phone_canonical(const whatsauth_text_t *number,
    char digits[WHATSAUTH_PHONE_DIGITS_MAX]);

/* 1 if both are phone numbers in digits, of the same person. */
int whatsauth_phone_same(const whatsauth_text_t *a, const whatsauth_text_t *b);

/*
 * Adds the numbers of text, which have commas between and are written as
 * people do, to list.  An empty text adds none; a list with nothing between
 * two commas is INVALID, for it must not come to mean "anyone".  What list
 * holds after anything but OK is undefined.
 */
whatsauth_phone_list_result_t whatsauth_phone_list(
    const whatsauth_text_t *text, whatsauth_phone_list_t *list);

/* 1 if number is the same as one of list, digits with commas between. */
int whatsauth_phone_is_listed(const whatsauth_text_t *list,
    const whatsauth_text_t *number);


#endif /* _WHATSAUTH_PHONE_H_INCLUDED_ */
