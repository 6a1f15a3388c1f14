
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The JSON that providers post, parsed so that one odd value does not spoil
 * the others.
 */


#ifndef _WHATSAUTH_JSON_BODY_H_INCLUDED_
#define _WHATSAUTH_JSON_BODY_H_INCLUDED_


#include <jansson.h>

#include "message.h"


#define WHATSAUTH_JSON_BODY_DEPTH_MAX  32


/*
 * Lone surrogates, NUL and ill-formed UTF-8 inside strings become U+FFFD, an
 * oversized number becomes 0, a byte order mark is passed over, and of a key
 * that comes twice the last value counts.  Trailing bytes, depth over
 * DEPTH_MAX and everything else that is not JSON make the body INVALID.
 *
 * *root is set only for OK and then released with json_decref(); reason
 * (REASON_MAX bytes) is filled for INVALID.
 */
whatsauth_batch_result_t whatsauth_json_body(const char *body, size_t len,
    json_t **root, char *reason);

/* Fills reason with the text and the position, and returns INVALID. */
whatsauth_batch_result_t whatsauth_json_body_invalid(char *reason,
    const char *text, size_t position);


#endif /* _WHATSAUTH_JSON_BODY_H_INCLUDED_ */
