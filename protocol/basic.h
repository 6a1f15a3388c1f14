
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The credentials of a relying party in the header Authorization: "Basic", and
 * the base64 of id, colon and secret (RFC 7617), both of them form-encoded
 * before (RFC 6749, 2.3.1).
 */


#ifndef _WHATSAUTH_BASIC_H_INCLUDED_
#define _WHATSAUTH_BASIC_H_INCLUDED_


#include "oauth.h"


/* Each byte may be encoded as three. */
#define WHATSAUTH_BASIC_MAX                                                   \
    (3 * (WHATSAUTH_OAUTH_CLIENT_ID_MAX + WHATSAUTH_OAUTH_CLIENT_SECRET_MAX)  \
     + 1)


/*
 * Reads the value of the header.  Returns 0, and id and secret, which live in
 * buf; the secret may be empty.  Returns -1 for another scheme, and for
 * anything that is not exactly of this form.  The caller cleanses buf.
 */
int whatsauth_basic(const whatsauth_text_t *header,
    char buf[WHATSAUTH_BASIC_MAX], whatsauth_text_t *id,
    whatsauth_text_t *secret);


#endif /* _WHATSAUTH_BASIC_H_INCLUDED_ */
