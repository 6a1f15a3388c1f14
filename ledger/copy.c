
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <string.h>

#include "ledger.h"


static unsigned char *
ledger_copy_texts(ledger_text_t *text, unsigned n, unsigned char *p)
{
    unsigned  i;

    for (i = 0; i < n; i++) {

        if (text[i].len) {
            memcpy(p, text[i].data, text[i].len);
        }

        text[i].data = p;
        p += text[i].len;
    }

    return p;
}


void
ledger_copy(ledger_copy_t *copy, const ledger_record_t *record)
{
    unsigned char  *p;

    copy->record = *record;

    p = ledger_copy_texts(copy->record.text, LEDGER_RECORD_TEXTS,
                          copy->texts);
    (void) ledger_copy_texts(copy->record.message, LEDGER_MESSAGE_TEXTS, p);
}
