
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Phone numbers: E.164 (ITU-T), 7 to 15 digits, the first not zero.
 */


#ifndef _WHATSAUTH_PHONE_H_INCLUDED_
#define _WHATSAUTH_PHONE_H_INCLUDED_


#include "phone_plan.h"
#include "text.h"


#define WHATSAUTH_PHONE_LIST_MAX        20   /* numbers */
#define WHATSAUTH_PHONE_SHORT_CODE_MIN  3    /* digits */
#define WHATSAUTH_PHONE_SHORT_CODE_MAX  8


/* Why a number is refused: the words after "number ..." in a response. */
#define WHATSAUTH_PHONE_RESULTS(X)                                            \
    X(OK,        "")                                                          \
    X(EMPTY,     "is empty")                                                  \
    X(CHARACTER, "has a character that no phone number has")                  \
    X(LOCAL,     "begins with 0: write it with + and the country code")       \
    X(COUNTRY,   "does not begin with the code of a country")                 \
    X(ZERO,      "has a 0 after the country code that is not dialled from "   \
                 "abroad: leave it out")                                      \
    X(NUMBER_ID, "looks like a phone_number_id of Meta, which nobody can "    \
                 "call")                                                      \
    X(LENGTH,    "has more than 11 digits, the country code included")        \
    X(AREA,      "has no area code after the country code")                   \
    X(TOO_SHORT, "has fewer than 7 digits")                                   \
    X(TOO_LONG,  "has more than 15 digits")                                   \
    X(TOO_MANY,  "is one too many: at most 20 are allowed")

typedef enum {
#define WHATSAUTH_PHONE_RESULT(name, text)  WHATSAUTH_PHONE_##name,
    WHATSAUTH_PHONE_RESULTS(WHATSAUTH_PHONE_RESULT)
#undef WHATSAUTH_PHONE_RESULT
    WHATSAUTH_PHONE_RESULTS_N
} whatsauth_phone_result_t;

const char *whatsauth_phone_strresult(whatsauth_phone_result_t result);


/* Numbers as digits with commas between; all zero it is empty. */
typedef struct {
    size_t             n;
    size_t             len;
    char               data[WHATSAUTH_PHONE_LIST_MAX
                            * (WHATSAUTH_PHONE_DIGITS_MAX + 1)];

    whatsauth_text_t   wrong;    /* the refused number, in the text */
} whatsauth_phone_list_t;


/*
 * Reads a number as people write and paste it: optional "+", country code,
 * digits; spaces, hyphens, brackets and dots between; also what typed.h reads
 * as one of them, and invisible characters.  Leaves out a zero after the
 * country code that is dialled only inside the country, "(0)" included.
 * Refuses a slash, because it may stand between two numbers that share their
 * first digits, and tab and line feed, which separate numbers.  Refuses a
 * number that its country's plan rules out: a link to it would open a chat with
 * nobody, or with somebody else.
 *
 * Writes the digits without a zero at their end, and how many.  digits and
 * *n are undefined after anything but OK.
 */
whatsauth_phone_result_t whatsauth_phone_read(const whatsauth_text_t *text,
    char digits[WHATSAUTH_PHONE_DIGITS_MAX], size_t *n);

/*
 * Reads a number that WhatsApp has sent.  The caller only compares it, so it
 * may break its country's plan: the same, without NUMBER_ID, LENGTH and AREA.
 * Returns how many digits, or 0 if text is no phone number.
 */
size_t whatsauth_phone_digits(const whatsauth_text_t *text,
    char digits[WHATSAUTH_PHONE_DIGITS_MAX]);

/*
 * Reads a short code for SMS, which carriers assign in one country: 3 to 8
 * digits, not a zero first, and no plus.  Returns how many, or 0 if text is
 * none.
 */
size_t whatsauth_phone_short_code(const whatsauth_text_t *text,
    char digits[WHATSAUTH_PHONE_SHORT_CODE_MAX]);

/* 1 if text is a phone number written as digits only (Meta's wa_id form). */
int whatsauth_phone_is_digits(const whatsauth_text_t *text);

/* 1 if both are phone numbers in digits, of the same person. */
int whatsauth_phone_same(const whatsauth_text_t *a, const whatsauth_text_t *b);

/*
 * Adds the numbers of text, separated by commas and written as people do, to
 * list.  An empty text, or nothing between two commas, is EMPTY: it must not
 * come to mean "anyone".  After anything but OK list->wrong is the number at
 * fault, list->n the count of those before it, and the rest undefined.
 */
whatsauth_phone_result_t whatsauth_phone_list(const whatsauth_text_t *text,
    whatsauth_phone_list_t *list);

/* 1 if number is the same as one of list, digits with commas between. */
int whatsauth_phone_is_listed(const whatsauth_text_t *list,
    const whatsauth_text_t *number);


#endif /* _WHATSAUTH_PHONE_H_INCLUDED_ */
