
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "phone.h"
#include "phone_hint.h"


#define WHATSAUTH_PHONE_HINT_LAST  2    /* digits that are shown at the end */
#define WHATSAUTH_PHONE_HINT_MIN   7    /* digits of any number */


size_t
whatsauth_phone_hint(const whatsauth_text_t *digits,
    char out[WHATSAUTH_PHONE_HINT_MAX])
{
    size_t  i, code;

    if (digits->len < WHATSAUTH_PHONE_HINT_MIN
        || digits->len > WHATSAUTH_PHONE_DIGITS_MAX)
    {
        return 0;
    }

    code = whatsauth_phone_code_len(digits->data, digits->len);

    out[0] = '+';

    for (i = 0; i < digits->len; i++) {
        out[1 + i] = i < code || i >= digits->len - WHATSAUTH_PHONE_HINT_LAST
                     ? digits->data[i] : '*';
    }

    return 1 + digits->len;
}
