
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "journey/subject.h"


ledger_text_t
ngx_http_whatsauth_subject(const ledger_text_t *number,
    char digits[WHATSAUTH_PHONE_DIGITS_MAX])
{
    ledger_text_t     subject;
    whatsauth_text_t  text;

    text.data = number->data;
    text.len = number->len;

    subject.data = digits;
    subject.len = whatsauth_phone_canonical(&text, digits);

    return subject;
}
