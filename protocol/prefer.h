
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The wait for a response that a client prefers: "Prefer: wait=10". */


#ifndef _WHATSAUTH_PREFER_H_INCLUDED_
#define _WHATSAUTH_PREFER_H_INCLUDED_


#include "text.h"


/*
 * The seconds of the preference "wait" in the value of a Prefer header (RFC
 * 7240, 4.3), most if they are more, and 0 if there is none or it is no
 * number.  Of several the first counts.  One in the parameters of another
 * preference, or in a quoted string, is none.
 */
unsigned whatsauth_prefer_wait(const whatsauth_text_t *header, unsigned most);

/* value as seconds: at least one digit and nothing else, or 0. */
unsigned whatsauth_prefer_seconds(const whatsauth_text_t *value,
    unsigned most);


#endif /* _WHATSAUTH_PREFER_H_INCLUDED_ */
