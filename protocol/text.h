
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A borrowed run of bytes, not terminated by a zero.  Functions of protocol/
 * never keep one beyond the call unless their comment says so.  data may be
 * NULL when len is 0.
 */


#ifndef _WHATSAUTH_TEXT_H_INCLUDED_
#define _WHATSAUTH_TEXT_H_INCLUDED_


#include <stddef.h>
#include <stdint.h>
#include <string.h>


typedef struct {
    size_t      len;
    const char *data;
} whatsauth_text_t;


#define whatsauth_text(literal)  { sizeof(literal) - 1, literal }


static inline int
whatsauth_text_equal(const whatsauth_text_t *a, const whatsauth_text_t *b)
{
    return a->len == b->len
           && (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}


/* One past the last byte. */
static inline const char *
whatsauth_text_end(const whatsauth_text_t *text)
{
    return (text->len == 0) ? text->data : text->data + text->len;
}


/* Copies text to out, without a zero, and returns the place after it. */
static inline char *
whatsauth_text_put(char *out, const whatsauth_text_t *text)
{
    if (text->len != 0) {
        memcpy(out, text->data, text->len);
    }

    return out + text->len;
}


/* The same for a writer that first measures: returns the length. */
static inline size_t
whatsauth_text_put_or_measure(char *out, const whatsauth_text_t *text)
{
    if (out != NULL) {
        (void) whatsauth_text_put(out, text);
    }

    return text->len;
}


/* The blanks around the elements of a header (RFC 9110, 5.6.3). */
#define whatsauth_is_blank(c)  ((c) == ' ' || (c) == '\t')


/* Takes the blanks off both ends. */
static inline void
whatsauth_text_trim(whatsauth_text_t *text)
{
    while (text->len != 0 && whatsauth_is_blank(text->data[0])) {
        text->data++;
        text->len--;
    }

    while (text->len != 0 && whatsauth_is_blank(text->data[text->len - 1])) {
        text->len--;
    }
}


#define whatsauth_is_digit(c)  ((c) >= '0' && (c) <= '9')
#define whatsauth_is_lower(c)  ((c) >= 'a' && (c) <= 'z')
#define whatsauth_is_upper(c)  ((c) >= 'A' && (c) <= 'Z')


/* The value of a hexadecimal digit of either case, or -1. */
static inline int
whatsauth_hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }

    c |= 0x20;

    return (c >= 'a' && c <= 'f') ? c - 'a' + 10 : -1;
}


/* U+FFFD, in place of a character that had to be replaced. */
#define WHATSAUTH_UTF8_REPLACEMENT  "\xef\xbf\xbd"
#define WHATSAUTH_UTF8_ILL_FORMED   UINT32_MAX


/*
 * Reads one character of UTF-8 at *pos, which must be below end, and moves
 * *pos past it.  An ill-formed sequence is passed over as one "maximal
 * subpart" (Unicode 15, 3.9) and gives ILL_FORMED.
 */
uint32_t whatsauth_utf8_next(const char **pos, const char *end);

/*
 * Copies text into out as valid UTF-8 of at most size bytes and returns the
 * number written.  Every ill-formed sequence and every control character
 * (C0, DEL, C1) becomes U+FFFD.  The text ends before a character that does
 * not fit whole.
 */
size_t whatsauth_text_clean(const whatsauth_text_t *text, char *out,
    size_t size);

/* 1 if text is well-formed UTF-8 and free of NUL. */
int whatsauth_text_is_utf8(const whatsauth_text_t *text);


#endif /* _WHATSAUTH_TEXT_H_INCLUDED_ */
