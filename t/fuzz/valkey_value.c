
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Values and names of keys, as anybody may have written them into a server: the
 * texts of one that is taken lie within it, and it is written again as the same
 * bytes.  The input: a byte for the kind, then the value or the name.
 */


#include "fuzz.h"
#include "valkey_store/key.h"
#include "valkey_store/meta.h"
#include "valkey_store/value.h"


static const ledger_text_t  prefix = { "wa", 2 };
static const ledger_text_t  app = { "shop", 4 };
static const ledger_text_t  number = { "4915112345678", 13 };

static unsigned char  out[VALKEY_STORE_VALUE_MAX];


static void
check_same(const ledger_text_t *value, size_t len)
{
    fuzz_check(len == value->len);
    fuzz_check(memcmp(out, value->data, len) == 0);
}


static void
check_texts(const ledger_text_t *text, unsigned n, const void *where,
    size_t len)
{
    unsigned          i;
    whatsauth_text_t  part, whole;

    whole.data = where;
    whole.len = len;

    for (i = 0; i < n; i++) {
        part.data = text[i].data;
        part.len = text[i].len;
        fuzz_check(fuzz_is_within(&part, &whole));
    }
}


static void
check_row(const ledger_row_t *row)
{
    check_texts(row->record.text, LEDGER_RECORD_TEXTS, row->value, row->size);
    check_texts(&row->record.text[LEDGER_PLACE], LEDGER_ROW_CLAIM_TEXTS,
                row->message, row->message_size);
    check_texts(row->record.message, LEDGER_MESSAGE_TEXTS, row->message,
                row->message_size);
}


static size_t
write_record(valkey_store_record_t *read)
{
    static valkey_store_record_t  written;

    memcpy(written.stamp, read->stamp, sizeof(read->stamp));
    written.row.record = read->row.record;
    written.row.entry = read->row.entry;

    return valkey_store_record_encode(&written, out);
}


/*
 * The two rows may differ in what both of them say, and the second one counts:
 * so what is written is the same from then on.
 */
static void
check_record(const ledger_text_t *value)
{
    size_t                        len;
    ledger_text_t                 again;
    static unsigned char          first[VALKEY_STORE_VALUE_MAX];
    static valkey_store_record_t  read;

    if (valkey_store_record_decode(&read, 7, value) != 0) {
        if (read.row.damaged) {
            check_row(&read.row);
            fuzz_check(ledger_row_is_sound(&read.row));
        }

        return;
    }

    check_row(&read.row);
    fuzz_check(!read.row.damaged && ledger_row_is_sound(&read.row));
    fuzz_check(valkey_store_value_has(value, read.stamp));

    len = write_record(&read);
    fuzz_check(len == value->len);
    memcpy(first, out, len);

    again.data = first;
    again.len = len;
    fuzz_check(valkey_store_record_decode(&read, 7, &again) == 0);
    check_same(&again, write_record(&read));
}


static void
check_session(const ledger_text_t *value)
{
    int                            rc;
    static valkey_store_session_t  read, written;

    rc = valkey_store_session_decode(&read, 7, value);

    if (rc == VALKEY_STORE_VALUE_ENDED) {
        fuzz_check(value->len == VALKEY_STORE_STAMP_LEN);
        return;
    }

    if (rc != 0) {
        return;
    }

    check_texts(read.row.session.text, LEDGER_SESSION_TEXTS, read.row.value,
                read.row.size);

    memcpy(written.stamp, read.stamp, sizeof(read.stamp));
    written.row.session = read.row.session;
    written.row.stands_at = read.row.stands_at;
    check_same(value, valkey_store_session_encode(&written, out));
}


static void
check_subject(const ledger_text_t *value)
{
    static valkey_store_subject_t  read;

    if (valkey_store_subject_decode(&read, &app, &number, value) == 0) {
        check_texts(read.row.subject.text, LEDGER_SUBJECT_TEXTS, read.row.key,
                    sizeof(read.row.key));
        check_same(value, valkey_store_subject_encode(&read, out));
    }
}


static void
check_meta(const ledger_text_t *value)
{
    uint8_t  keys[VALKEY_STORE_KEYS_LEN];

    if (valkey_store_meta_read(value, keys) == VALKEY_STORE_META_OK) {
        fuzz_check(value->len == VALKEY_STORE_META_LEN);
        fuzz_check(memcmp(keys, (const unsigned char *) value->data
                                + VALKEY_STORE_META_LEN - sizeof(keys),
                          sizeof(keys)) == 0);
    }
}


static void
check_name(const ledger_text_t *value)
{
    int                   partition;
    valkey_store_name_t   name;
    valkey_store_place_t  place;

    if (valkey_store_name_read(value, &prefix, &place) != 0) {
        return;
    }

    if (place.kind == VALKEY_STORE_RECORD
        || place.kind == VALKEY_STORE_SESSION
        || place.kind == VALKEY_STORE_PASSING)
    {
        valkey_store_name_key(&name, &prefix, place.kind, place.key);

    } else if (place.kind < VALKEY_STORE_KINDS_ONE) {
        partition = valkey_store_name_person(&name, &prefix, place.kind,
                                             &place.app, &place.text);
        fuzz_check(partition == (int) place.partition);

    } else {
        valkey_store_name(&name, &prefix, place.partition, place.kind);
    }

    fuzz_check(name.len <= sizeof(name.data));
    memcpy(out, name.data, name.len);
    check_same(value, name.len);
}


static void (*const  checks[])(const ledger_text_t *value) = {
    check_record, check_session, check_subject, check_meta, check_name
};


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t            kind;
    fuzz_input_t      in;
    ledger_text_t     value;
    whatsauth_text_t  bytes;

    in = fuzz_input(data, size);
    kind = (size_t) fuzz_number(&in, 1);
    bytes = fuzz_rest(&in);
    value.data = bytes.data;
    value.len = bytes.len;

    checks[kind % (sizeof(checks) / sizeof(checks[0]))](&value);

    fuzz_free(&bytes);

    return 0;
}
