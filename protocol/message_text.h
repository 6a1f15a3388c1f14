
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The code in what a user sends.
 *
 * Lenient in finding: `>>code<<` anywhere in the text, in any case, with
 * guillemets, single guillemets, full-width signs or HTML entities for the
 * marks, with zero-width and bidi marks and spaces inside the marks.  Strict
 * in deciding: exactly ten hexadecimal digits between the marks, no bare
 * code, one distinct code per message.
 */


#ifndef _WHATSAUTH_MESSAGE_TEXT_H_INCLUDED_
#define _WHATSAUTH_MESSAGE_TEXT_H_INCLUDED_


#include "code.h"
#include "text.h"


/* Bytes of a message that are looked at; a code beyond is not found. */
#define WHATSAUTH_MESSAGE_SCAN_MAX  16384


typedef enum {
    WHATSAUTH_CODE_ABSENT = 0,      /* nothing between marks */
    WHATSAUTH_CODE_FOUND,
    WHATSAUTH_CODE_MALFORMED,       /* something, but no ten digits */
    WHATSAUTH_CODE_AMBIGUOUS        /* two or more distinct codes */
} whatsauth_code_found_t;


/*
 * Looks for the code in a user's text (UTF-8; ill-formed bytes are skipped).
 * Writes it in lower case, without a zero, only when it returns FOUND.
 */
whatsauth_code_found_t whatsauth_message_code(const whatsauth_text_t *text,
    char code[WHATSAUTH_CODE_LEN]);

/*
 * The text that a user is to send: ">>code<<", a newline, message.
 * Percent-encoded as encodeURIComponent does (ECMA-262, 19.2.6.4) when
 * `encode` is 1.  Returns the length; writes at most size bytes, and nothing
 * when it does not fit, so a first call with size 0 measures.
 */
size_t whatsauth_message_build(const char code[WHATSAUTH_CODE_LEN],
    const whatsauth_text_t *message, int encode, char *out, size_t size);


#endif /* _WHATSAUTH_MESSAGE_TEXT_H_INCLUDED_ */
