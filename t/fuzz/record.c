
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Records, sessions and subjects as bytes of a file that anything may have
 * written: what decodes has numbers that mean something, and encodes to the
 * same bytes.  So are LMDB's rows of users who were asked.  The input: the
 * length of the record in two bytes, the record, the message.
 */


#include "fuzz.h"
#include "lmdb_store/store.h"


static ledger_text_t
bytes_of(const whatsauth_text_t *text)
{
    ledger_text_t  bytes;

    bytes.data = text->data;
    bytes.len = text->len;

    return bytes;
}


static MDB_val
value_of(const whatsauth_text_t *text)
{
    MDB_val  value;

    value.mv_data = (void *) text->data;
    value.mv_size = text->len;

    return value;
}


static void
check_record(const ledger_row_t *row)
{
    const ledger_record_t  *record;

    record = &row->record;

    fuzz_check(record->key == 7);
    fuzz_check(ledger_state_word(record->state) != NULL
               && ledger_status_word(record->status) != NULL
               && ledger_channel_word(record->channel) != NULL
               && record->lane < LEDGER_ROW_LANES);
    fuzz_check(row->entry.lane == record->lane && row->entry.key == 7
               && row->entry.due_at <= record->due_at);
}


/* A decoded record encodes to the same bytes. */

static void
check_row(const whatsauth_text_t *data, ledger_row_t *row)
{
    check_record(row);
    fuzz_check(row->size == data->len && row->message_size == 0);

    ledger_row_encode(row);
    fuzz_check(memcmp(row->value, data->data, data->len) == 0);

    ledger_row_measure(row);
    fuzz_check(row->size == data->len
               && (row->message_size != 0)
                  == ((row->record.flags & LEDGER_CLAIMED) != 0));
}


/*
 * Of schema 4 the provider is missing; keep_until may be in the past; a claim
 * that schema 5 has dropped is gone.
 */

static void
check_message(const whatsauth_text_t *data, ledger_row_t *row)
{
    size_t                state;
    unsigned              dropped;
    const unsigned char  *p;

    check_record(row);
    fuzz_check(row->message_size == data->len);
    fuzz_check(row->record.provider <= 255
               && (row->record.provider >= 1
                   || (row->record.flags & LEDGER_CLAIMED)));

    ledger_row_encode_message(row);
    ledger_row_measure(row);
    fuzz_check(row->message_size == data->len
               || row->message_size == data->len + 1);

    p = (const unsigned char *) data->data;
    state = LEDGER_ROW_STATE_LEN - 8;

    dropped = p[3] & ~row->record.flags;
    fuzz_check(dropped == 0 || dropped == LEDGER_CLAIMED);
    row->message[3] |= (unsigned char) dropped;

    fuzz_check(memcmp(row->message, p, state) == 0);
    fuzz_check(memcmp(row->message + state, p + state, 8) == 0
               || ledger_get64(p + state) <= row->entry.due_at);
    fuzz_check(memcmp(row->message + state + 8, p + state + 8,
                      data->len - state - 8)
               == 0);
}


/* A damaged message leaves a record that can go, without its texts. */

static void
check_damaged(const ledger_row_t *row)
{
    unsigned  i;

    check_record(row);

    for (i = 0; i < LEDGER_MESSAGE_TEXTS; i++) {
        fuzz_check(row->record.message[i].len == 0);
    }
}


static void
check_rows(const whatsauth_text_t *first, const whatsauth_text_t *second)
{
    ledger_row_t   row;
    ledger_text_t  value, message;

    value = bytes_of(first);
    message = bytes_of(second);

    if (ledger_row_decode(&row, 7, &value)) {
        return;
    }

    check_row(first, &row);

    if (ledger_row_decode_message(&row, &message) == 0) {
        check_message(second, &row);

    } else if (row.damaged) {
        check_damaged(&row);
    }
}


static void
check_due(const whatsauth_text_t *data)
{
    ledger_text_t   value;
    unsigned char   buf[LEDGER_ROW_DUE_LEN];
    ledger_entry_t  entry;

    value = bytes_of(data);

    if (ledger_row_due_decode(&value, &entry) == 0) {
        ledger_row_due_encode(buf, &entry);
        fuzz_check(sizeof(buf) == data->len
                   && memcmp(buf, data->data, data->len) == 0);
    }
}


static void
check_asked(const whatsauth_text_t *data, const whatsauth_text_t *second)
{
    MDB_val        key, value;
    uint64_t       id;
    ledger_text_t  app, user_id;

    key = value_of(data);
    value = value_of(second);

    if (lmdb_store_asked_decode(&key, &value, &app, &user_id, &id) == 0) {
        fuzz_check(app.len != 0 && app.len <= LEDGER_APP_MAX);
        fuzz_check(user_id.len != 0
                   && user_id.len <= LEDGER_USER_ID_MAX);
        fuzz_check(1 + app.len + user_id.len == data->len);
        fuzz_check((const char *) app.data == data->data + 1);
    }
}


static void
check_session(const whatsauth_text_t *data)
{
    ledger_text_t         value;
    ledger_row_session_t  row;

    value = bytes_of(data);

    if (ledger_row_session_decode(&row, 7, &value)) {
        return;
    }

    fuzz_check(row.session.key == 7
               && row.session.text[LEDGER_SESSION_APP].len != 0);

    ledger_row_session_measure(&row);
    ledger_row_session_encode(&row);
    fuzz_check(row.size == data->len
               && memcmp(row.value, data->data, data->len) == 0);
}


static void
check_subject(const whatsauth_text_t *name, const whatsauth_text_t *data)
{
    ledger_text_t         key, value;
    unsigned char         buf[LEDGER_ROW_SUBJECT_VALUE_MAX];
    ledger_row_subject_t  row;

    key = bytes_of(name);
    value = bytes_of(data);

    if (ledger_row_subject_decode(&row, &key, &value)) {
        return;
    }

    fuzz_check(row.subject.n_marks <= LEDGER_MARKS_MAX
               && row.subject.n_sessions <= LEDGER_SESSIONS_MAX);
    fuzz_check(ledger_row_subject_fits(&row.subject.text[LEDGER_SUBJECT_APP],
                                       &row.subject.text
                                        [LEDGER_SUBJECT_NUMBER]));

    ledger_row_subject_measure(&row);
    ledger_row_subject_encode(&row, buf);
    fuzz_check(row.size == data->len
               && memcmp(buf, data->data, data->len) == 0);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t            len;
    fuzz_input_t      in;
    whatsauth_text_t  first, second;

    in = fuzz_input(data, size);
    len = fuzz_number(&in, 2);

    if (len > (size_t) (in.end - in.pos)) {
        len = (size_t) (in.end - in.pos);
    }

    first = fuzz_copy(in.pos, len);
    in.pos += len;
    second = fuzz_rest(&in);

    check_rows(&first, &second);
    check_due(&first);
    check_asked(&first, &second);
    check_session(&first);
    check_subject(&first, &second);

    fuzz_free(&first);
    fuzz_free(&second);

    return 0;
}
