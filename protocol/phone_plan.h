
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The numbering plans of countries: the country codes, the countries where a
 * zero after the code belongs to the number, the lengths that are certain, and
 * the spellings that mean one number.
 */


#ifndef _WHATSAUTH_PHONE_PLAN_H_INCLUDED_
#define _WHATSAUTH_PHONE_PLAN_H_INCLUDED_


#include "text.h"


#define WHATSAUTH_PHONE_DIGITS_MAX  15       /* ITU-T E.164 */


/* The meaning of a zero after the country code. */
typedef enum {
    WHATSAUTH_PHONE_ZERO_TRUNK = 0,    /* dialled inside the country only */
    WHATSAUTH_PHONE_ZERO_OWN,          /* a digit of the number */
    WHATSAUTH_PHONE_ZERO_UNSURE        /* a trunk zero only in "(0)" */
} whatsauth_phone_zero_t;


/* A country code whose numbers have at most so many digits. */
typedef struct {
    unsigned   code;
    size_t     digits;       /* the code included */
    char       first;        /* the lowest digit that follows the code */
} whatsauth_phone_fixed_t;


/*
 * The length of the country code at the beginning of a number of n digits; 0
 * if no such code is assigned.
 */
size_t whatsauth_phone_code_len(const char *digits, size_t n);

/*
 * The meaning of the zero after a country code of code_len digits; national is
 * the number of digits after the code, the zero included.
 */
whatsauth_phone_zero_t whatsauth_phone_zero(const char *digits,
    size_t code_len, size_t national);

/* The limits of that country code, or NULL if none are certain. */
const whatsauth_phone_fixed_t *whatsauth_phone_fixed(const char *digits,
    size_t code_len);

/*
 * The spelling by which numbers are compared.  WhatsApp knows people by the
 * number with which they registered.  Some countries have lengthened their
 * numbers since, and both spellings are in use.
 *
 * Danger: if two people's numbers got one spelling, either of them could log
 * in as the other.  So the table has a rule only where the country derived
 * each new number from one old number, ended the old ones, and assigns none of
 * that form again.
 *
 * Writes the digits without a zero and returns how many; 0 if number is not a
 * phone number in digits.
 */
size_t whatsauth_phone_canonical(const whatsauth_text_t *number,
    char digits[WHATSAUTH_PHONE_DIGITS_MAX]);


#endif /* _WHATSAUTH_PHONE_PLAN_H_INCLUDED_ */
