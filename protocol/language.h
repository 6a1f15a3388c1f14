
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Our languages, and the one that a reader wants, by Accept-Language or so. */


#ifndef _WHATSAUTH_LANGUAGE_H_INCLUDED_
#define _WHATSAUTH_LANGUAGE_H_INCLUDED_


#include "text.h"


#define WHATSAUTH_LANGUAGE_NONE  ((size_t) -1)

/*
 * The code, and the direction of its script.  Records keep the number of a
 * language: a new one goes to the end, and at most 16 find room there.
 */
#define WHATSAUTH_LANGUAGES(X)                                                \
    X(en, "ltr")                                                              \
    X(es, "ltr")                                                              \
    X(pt, "ltr")                                                              \
    X(fr, "ltr")                                                              \
    X(id, "ltr")                                                              \
    X(hi, "ltr")                                                              \
    X(ar, "rtl")                                                              \
    X(he, "rtl")

typedef enum {
#define WHATSAUTH_LANGUAGE(code, direction)  WHATSAUTH_LANGUAGE_##code,
    WHATSAUTH_LANGUAGES(WHATSAUTH_LANGUAGE)
#undef WHATSAUTH_LANGUAGE
    WHATSAUTH_LANGUAGES_N
} whatsauth_language_t;

/* By number. */
extern const whatsauth_text_t  whatsauth_language_codes[WHATSAUTH_LANGUAGES_N];
extern const whatsauth_text_t
    whatsauth_language_directions[WHATSAUTH_LANGUAGES_N];

/* 1 if the language with that number is written from right to left. */
int whatsauth_language_is_rtl(unsigned number);


/*
 * list has language tags (RFC 5646), each with a weight or without (";q=0.8",
 * RFC 9110, 12.4.2), between separators: ',' in the header Accept-Language, or
 * ' ' in "ui_locales" of OpenID Connect.  codes are n codes of two letters.
 *
 * Returns the number of the code with the greatest weight, the first of equal
 * ones; what follows the first two letters of a tag, as in "es-MX", does not
 * count.  NONE if none is wanted, and for "*".
 */
size_t whatsauth_language_choose(const whatsauth_text_t *list, char separator,
    const whatsauth_text_t *codes, size_t n);


#endif /* _WHATSAUTH_LANGUAGE_H_INCLUDED_ */
