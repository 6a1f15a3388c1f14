
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Compares rows, index and counts with each other.
 */


#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "whatsauth_valkey_check.h"


/* Long enough for a name in hexadecimal digits. */
#define WHATSAUTH_VALKEY_CHECK_SENTENCE  2048


/* A damaged store may hold any byte: none of them moves the cursor. */

void
whatsauth_valkey_check_fault(whatsauth_valkey_check_t *check, const char *fmt,
    ...)
{
    char      sentence[WHATSAUTH_VALKEY_CHECK_SENTENCE], *p;
    va_list   args;

    va_start(args, fmt);
    vsnprintf(sentence, sizeof(sentence), fmt, args);
    va_end(args);

    for (p = sentence; *p != '\0'; p++) {
        if ((unsigned char) *p < ' ' || *p == 0x7f) {
            *p = '?';
        }
    }

    check->faults++;
    check->problem(sentence, check->to);
}


/* All of it stands in one value, so one look is enough. */

static void
whatsauth_valkey_check_itself(whatsauth_valkey_check_t *check,
    const ledger_row_t *row)
{
    unsigned long long      key;
    const ledger_record_t  *record;

    record = &row->record;
    key = record->key;

    if (row->entry.lane != record->lane || row->entry.due_at != record->due_at
        || !ledger_row_agrees(row))
    {
        whatsauth_valkey_check_fault(check, "record %llu contradicts itself",
                                     key);
    }

    if (record->sent_at >= record->expires_at) {
        whatsauth_valkey_check_fault(check, "message %llu was sent after its"
                                     " code had expired", key);
    }
}


static int
whatsauth_valkey_check_record(void *data, size_t i,
    const valkey_store_reply_t *reply)
{
    uint64_t                   key;
    valkey_store_record_t      record;
    whatsauth_valkey_check_t  *check;

    check = data;
    key = check->valkey->list.records.key[i];

    if (reply->type == VALKEY_STORE_REPLY_NIL) {
        return 0;
    }

    if (reply->type != VALKEY_STORE_REPLY_BULK
        || valkey_store_record_decode(&record, key, &reply->text) != 0)
    {
        whatsauth_valkey_check_fault(check, "record %llu cannot be read",
                                     (unsigned long long) key);
        return 0;
    }

    whatsauth_valkey_check_itself(check, &record.row);
    whatsauth_valkey_expect_record(&check->expect[check->n++], &record);

    return 0;
}


static int
whatsauth_valkey_check_part(void *data)
{
    return whatsauth_valkey_check_beside(data);
}


int
whatsauth_valkey_check_records(whatsauth_valkey_check_t *check)
{
    return whatsauth_valkey_get_keys(check->valkey, VALKEY_STORE_RECORD,
                                     &check->valkey->list.records,
                                     whatsauth_valkey_check_record,
                                     whatsauth_valkey_check_part, check);
}


/* A pointer to a record that has not asked is ignored, and no fault. */

static int
whatsauth_valkey_check_pointer(void *data, size_t i,
    const valkey_store_reply_t *reply)
{
    uint64_t  key;

    (void) i;

    if (reply->type != VALKEY_STORE_REPLY_NIL
        && (reply->type != VALKEY_STORE_REPLY_BULK
            || valkey_store_asked_decode(&reply->text, &key) != 0))
    {
        whatsauth_valkey_check_fault(data, "whom a user was asked by cannot"
                                     " be read");
    }

    return 0;
}


static int
whatsauth_valkey_check_asked(whatsauth_valkey_check_t *check)
{
    return whatsauth_valkey_get_texts(check->valkey, VALKEY_STORE_ASKED,
                                      &check->valkey->list.asked,
                                      whatsauth_valkey_check_pointer, NULL,
                                      check);
}


/* A name may have any byte. */

static void
whatsauth_valkey_check_strange(whatsauth_valkey_check_t *check,
    const whatsauth_valkey_text_t *name)
{
    char      shown[4 * VALKEY_STORE_NAME_MAX + 1];
    size_t    i, n;

    for (n = 0, i = 0; i < name->len; i++) {
        if (name->data[i] > ' ' && name->data[i] < 0x7f
            && name->data[i] != '\\')
        {
            shown[n++] = (char) name->data[i];

        } else {
            n += (size_t) sprintf(shown + n, "\\x%02x", name->data[i]);
        }
    }

    shown[n] = '\0';

    whatsauth_valkey_check_fault(check, "the key \"%s\" is none of a store",
                                 shown);
}


static void
whatsauth_valkey_check_names(whatsauth_valkey_check_t *check)
{
    size_t                           i;
    const whatsauth_valkey_texts_t  *strange;

    strange = &check->valkey->list.strange;

    for (i = 0; i < strange->n; i++) {
        whatsauth_valkey_check_strange(check, strange->text[i]);
    }
}


ledger_result_t
whatsauth_valkey_check(void *data,
    void (*problem)(const char *sentence, void *to), void *to,
    uint64_t *faults)
{
    int                       rc;
    whatsauth_valkey_check_t  check;

    check.valkey = data;
    check.faults = 0;
    check.problem = problem;
    check.to = to;
    check.n = 0;

    whatsauth_valkey_check_names(&check);

    rc = whatsauth_valkey_check_records(&check) == 0
         && whatsauth_valkey_check_due(&check) == 0
         && whatsauth_valkey_check_asked(&check) == 0
         && whatsauth_valkey_check_sessions(&check) == 0
         && whatsauth_valkey_check_subjects(&check) == 0
         && whatsauth_valkey_check_counts(&check) == 0;

    *faults = check.faults;

    return rc ? LEDGER_OK : LEDGER_FAILED;
}
