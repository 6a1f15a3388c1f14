
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * What the numbering plans of countries say: which country codes there are,
 * where a zero after the code belongs to the number, how long numbers are where
 * that is certain, and which spellings are of one number.
 */


#ifndef _WHATSAUTH_PHONE_PLAN_H_INCLUDED_
#define _WHATSAUTH_PHONE_PLAN_H_INCLUDED_


#include "text.h"


#define WHATSAUTH_PHONE_DIGITS_MAX  15       /* ITU-T E.164 */


/* What a zero after the country code is. */
typedef enum {
    WHATSAUTH_PHONE_ZERO_TRUNK = 0,    /* dialled inside the country only */
    WHATSAUTH_PHONE_ZERO_OWN,          /* a digit of the number */
    WHATSAUTH_PHONE_ZERO_UNSURE        /* a trunk zero only in "(0)" */
} whatsauth_phone_zero_t;


/* A country code under which no number is longer. */
typedef struct {
    unsigned   code;
    size_t     digits;       /* the code included */
    char       first;        /* the lowest digit that follows the code */
} whatsauth_phone_fixed_t;


/*
 * How many digits the country code has that a number of n digits begins
 * with; 0 if there is none: the code is not assigned.
 */
size_t whatsauth_phone_code_len(const char *digits, size_t n);

/*
 * What the zero is that follows the country code of code_len digits; national
 * is how many digits follow the code, the zero included.
 */
whatsauth_phone_zero_t whatsauth_phone_zero(const char *digits,
    size_t code_len, size_t national);

/* The longest numbers of that country code, or NULL where it varies. */
const whatsauth_phone_fixed_t *whatsauth_phone_fixed(const char *digits,
    size_t code_len);

/*
 * The spelling by which numbers are compared.  WhatsApp knows people by the
 * number with which they once registered: some countries have lengthened
 * their numbers since, and both spellings are about.
 *
 * Two numbers that two people can have at a time never get one spelling:
 * who could choose the one would log in as the other.  A rule is in the table
 * only where the country derived each new number from one old number, ended
 * the old ones, and assigns none of that form again.
 *
 * Writes the digits without a zero and returns how many; 0 if number is not a
 * phone number in digits.
 */
size_t whatsauth_phone_canonical(const whatsauth_text_t *number,
    char digits[WHATSAUTH_PHONE_DIGITS_MAX]);


#endif /* _WHATSAUTH_PHONE_PLAN_H_INCLUDED_ */
