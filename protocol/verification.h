
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A verification as a site sees it: the JSON that is POSTed to callback_url.
 */


#ifndef _WHATSAUTH_VERIFICATION_H_INCLUDED_
#define _WHATSAUTH_VERIFICATION_H_INCLUDED_


#include "code.h"
#include "text.h"


#define WHATSAUTH_TIME_LEN          24    /* 2021-01-27T01:17:13.674Z */
#define WHATSAUTH_PROFILE_NAME_MAX  256   /* bytes of UTF-8 */


typedef struct {
    const char        *id;                   /* WHATSAUTH_ID_LEN bytes */
    const char        *status;               /* zero-terminated word */
    const char        *verification_code;    /* WHATSAUTH_CODE_LEN bytes */
    whatsauth_text_t   phone_number;         /* digits, "+" is added */
    whatsauth_text_t   profile_name;         /* cleaned */
    uint64_t           expires_at;           /* unix milliseconds */
    uint64_t           requested_at;
    uint64_t           validated_at;
    whatsauth_text_t   authorized_numbers;   /* digits, comma-separated */
    const char        *error;                /* word or NULL */
    const char        *channel;              /* word or NULL: not written */
    uint64_t           collected_at;         /* 0: not written */
} whatsauth_verification_t;


/*
 * The body, keys in the order of the contract.  phone_number, profile_name
 * and validated_at are null unless status is "validated", so that a site
 * that forgets to look at status logs nobody in.  The last keys are a channel,
 * which is given where senders can be forged, and collected_at, for whoever
 * has collected the verification.
 * Returns a zero-terminated string to be freed with free(), or NULL when
 * memory is out; *len is its length.
 */
char *whatsauth_verification_json(const whatsauth_verification_t *v,
    size_t *len);

/* ISO 8601 with milliseconds and Z, without a zero at the end. */
void whatsauth_time_format(uint64_t ms, char out[WHATSAUTH_TIME_LEN]);


#endif /* _WHATSAUTH_VERIFICATION_H_INCLUDED_ */
