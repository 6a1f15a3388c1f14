
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The device of a browser in words, from its User-Agent (RFC 9110, 10.1.5):
 * "Chrome on Windows".  Danger: a stranger writes the header, and the words are
 * sent to somebody else.  So each word is one of ours, and no byte of the
 * header goes out.
 */


#ifndef _WHATSAUTH_DEVICE_H_INCLUDED_
#define _WHATSAUTH_DEVICE_H_INCLUDED_


#include "text.h"


#define WHATSAUTH_DEVICE_MAX  64


/* Writes at most DEVICE_MAX bytes, without a zero, and returns their number. */
size_t whatsauth_device(const whatsauth_text_t *user_agent,
    char out[WHATSAUTH_DEVICE_MAX]);


#endif /* _WHATSAUTH_DEVICE_H_INCLUDED_ */
