
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

    p = ledger_copy_texts(copy->record.text, LEDGER_TEXTS,
                          copy->texts);
    (void) ledger_copy_texts(copy->record.message, LEDGER_MESSAGE_TEXTS, p);
}


static unsigned
ledger_copy_len(const ledger_text_t *text, unsigned n)
{
    unsigned  i, len;

    len = 0;

    for (i = 0; i < n; i++) {
        len += (unsigned) text[i].len;
    }

    return len;
}


/* The texts of a message take the place of those of one before. */

unsigned
ledger_room(const ledger_record_t *record, const ledger_text_t *message)
{
    return ledger_copy_len(record->text, LEDGER_TEXTS)
           + ledger_copy_len(record->message, LEDGER_MESSAGE_TEXTS)
           + (message == NULL ? 0
              : ledger_copy_len(message, LEDGER_MESSAGE_TEXTS));
}


void
ledger_hand_over(ledger_op_t *op, const ledger_record_t *record)
{
    unsigned  len;

    if (op->copy == NULL) {
        return;
    }

    len = ledger_copy_len(record->text, LEDGER_TEXTS)
          + ledger_copy_len(record->message, LEDGER_MESSAGE_TEXTS);

    if (len > op->record_room) {
        op->copy = NULL;
        return;
    }

    ledger_copy(op->copy, record);
}


void
ledger_session_copy(ledger_session_copy_t *copy,
    const ledger_session_t *session)
{
    copy->session = *session;

    (void) ledger_copy_texts(copy->session.text, LEDGER_SESSION_TEXTS,
                             copy->texts);
}


void
ledger_subject_copy(ledger_subject_copy_t *copy,
    const ledger_subject_t *subject)
{
    copy->subject = *subject;

    (void) ledger_copy_texts(copy->subject.text, LEDGER_SUBJECT_TEXTS,
                             copy->texts);
}
