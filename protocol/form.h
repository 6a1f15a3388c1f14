
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * application/x-www-form-urlencoded (WHATWG URL, 5): query strings and form
 * bodies.  One parser reads both, one encoder writes them.
 */


#ifndef _WHATSAUTH_FORM_H_INCLUDED_
#define _WHATSAUTH_FORM_H_INCLUDED_


#include "text.h"


typedef struct {
    whatsauth_text_t   name;       /* decoded once, "+" is a space */
    whatsauth_text_t   value;
} whatsauth_field_t;


typedef struct {
    const char  *pos;
    const char  *end;
    char        *out;              /* where the next decoded bytes go */
} whatsauth_form_t;


/*
 * Begins to read text.  buf receives the decoded fields and must hold
 * text->len bytes; the fields live as long as it does.  text and buf may be
 * the same memory.
 */
void whatsauth_form_start(whatsauth_form_t *form, const whatsauth_text_t *text,
    char *buf);

/*
 * The next field: 1, or 0 at the end.  Passes over empty fields ("&&").  A "%"
 * without two digits after it stands for itself.
 */
int whatsauth_form_next(whatsauth_form_t *form, whatsauth_field_t *field);

/*
 * Decodes one name or value that stands by itself, "&" and "=" and all.  buf is
 * as above.
 */
void whatsauth_form_decode(const whatsauth_text_t *text, char *buf,
    whatsauth_text_t *decoded);


/* The bytes that stand for themselves; all others are percent-encoded. */
typedef enum {
    WHATSAUTH_ENCODE_NOTHING = 0,
    WHATSAUTH_ENCODE_COMPONENT = 1,    /* encodeURIComponent (ECMA-262) */
    WHATSAUTH_ENCODE_FORM = 2          /* a name or value of a form */
} whatsauth_encoding_t;

/*
 * Writes text, without a zero, and returns the length; with out NULL it only
 * measures.
 */
size_t whatsauth_encode(const whatsauth_text_t *text,
    whatsauth_encoding_t encoding, char *out);


#endif /* _WHATSAUTH_FORM_H_INCLUDED_ */
