
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The code in a user's message.
 *
 * Lenient in finding: `>>code<<` anywhere in the text, in any case, with
 * guillemets, single guillemets, full-width signs or HTML entities for the
 * marks, with spaces inside the marks, and with invisible characters anywhere
 * (Unicode's Default_Ignorable_Code_Point).  Strict in deciding:
 * exactly ten hexadecimal digits between the marks, no bare code, one
 * distinct code per message.
 */


#ifndef _WHATSAUTH_MESSAGE_TEXT_H_INCLUDED_
#define _WHATSAUTH_MESSAGE_TEXT_H_INCLUDED_


#include "code.h"
#include "text.h"


/* Bytes of a message that are searched; a code beyond is not found. */
#define WHATSAUTH_MESSAGE_SCAN_MAX  16384


typedef enum {
    WHATSAUTH_CODE_ABSENT = 0,      /* nothing between marks */
    WHATSAUTH_CODE_FOUND,
    WHATSAUTH_CODE_MALFORMED,       /* something, but no ten digits */
    WHATSAUTH_CODE_AMBIGUOUS        /* two or more distinct codes */
} whatsauth_code_found_t;


typedef struct {
    char              code[WHATSAUTH_CODE_LEN];   /* in lower case */
    whatsauth_text_t  before;                     /* of its marks */
    whatsauth_text_t  after;                      /* of its marks */
} whatsauth_message_code_t;


/*
 * Looks for the code in a user's text (UTF-8; ill-formed bytes are skipped).
 * Fills *found, which points into text, only when it returns FOUND.
 */
whatsauth_code_found_t whatsauth_message_code(const whatsauth_text_t *text,
    whatsauth_message_code_t *found);

/*
 * 1 if the text is a zero and nothing else, in any script, with white space and
 * invisible characters around it: the answer of a user who has not logged in.
 */
int whatsauth_message_is_zero(const whatsauth_text_t *text);

/*
 * The beginning of the text that a user is to send: ">>code<<" and a newline;
 * the link message follows.  Percent-encoded for a link, as encodeURIComponent
 * does (ECMA-262, 19.2.6.4).  Writes HEAD_LEN bytes and returns their end.
 */
#define WHATSAUTH_MESSAGE_HEAD_LEN                                            \
    (sizeof("%3E%3E" "%3C%3C%0A") - 1 + WHATSAUTH_CODE_LEN)

char *whatsauth_message_head(const char code[WHATSAUTH_CODE_LEN], char *out);


#endif /* _WHATSAUTH_MESSAGE_TEXT_H_INCLUDED_ */
