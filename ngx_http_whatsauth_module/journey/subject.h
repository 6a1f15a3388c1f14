
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_SUBJECT_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_SUBJECT_H_INCLUDED_


#include "kit/module.h"

#include "ledger/ledger.h"
#include "protocol/phone.h"


/*
 * The person who has a number, in whatever spelling it has come: the number in
 * its canonical spelling, written to digits; empty if it is no phone number.
 */
ledger_text_t ngx_http_whatsauth_subject(const ledger_text_t *number,
    char digits[WHATSAUTH_PHONE_DIGITS_MAX]);


#endif /* _NGX_HTTP_WHATSAUTH_SUBJECT_H_INCLUDED_ */
