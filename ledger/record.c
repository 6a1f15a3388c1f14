
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <string.h>

#include "record.h"


unsigned
ledger_refused(const ledger_record_t *record)
{
    return record->refusals < LEDGER_REFUSALS_MAX ? record->refusals
                                                  : LEDGER_REFUSALS_MAX;
}


int
ledger_digest_same(const uint8_t *a, const uint8_t *b)
{
    unsigned  i, differ;

    differ = 0;

    for (i = 0; i < LEDGER_DIGEST_LEN; i++) {
        differ |= (unsigned) (a[i] ^ b[i]);
    }

    return differ == 0;
}


int
ledger_text_same(const ledger_text_t *a, const ledger_text_t *b)
{
    return a->len == b->len
           && (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}
