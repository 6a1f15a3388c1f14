
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Base64 (RFC 4648, section 4) without line breaks, and base64url (section 5)
 * without padding.
 */


#ifndef _WHATSAUTH_BASE64_H_INCLUDED_
#define _WHATSAUTH_BASE64_H_INCLUDED_


#include "text.h"


#define whatsauth_base64_len(n)  (((n) + 2) / 3 * 4)

/* The most bytes that are written or read at once. */
#define WHATSAUTH_BASE64_MAX  64


/* Writes base64_len(len) characters, without a zero; len <= BASE64_MAX. */
void whatsauth_base64_encode(const uint8_t *data, size_t len, char *out);

/*
 * Reads the one canonical spelling: the standard alphabet, padded, the unused
 * bits zero, nothing around it.  Returns 0 and the number of bytes in *n, or
 * -1 for anything else, an empty text and more than BASE64_MAX bytes.
 */
int whatsauth_base64_decode(const whatsauth_text_t *text,
    uint8_t data[WHATSAUTH_BASE64_MAX], size_t *n);


#define whatsauth_base64url_len(n)  (((n) * 4 + 2) / 3)

/* Writes base64url_len(len) characters, without a zero. */
void whatsauth_base64url_encode(const uint8_t *data, size_t len, char *out);

/*
 * Reads the one canonical spelling of len bytes, base64url_len(len)
 * characters.  Returns 0, or -1 for anything else.
 */
int whatsauth_base64url_decode(const char *text, uint8_t *data, size_t len);


#endif /* _WHATSAUTH_BASE64_H_INCLUDED_ */
