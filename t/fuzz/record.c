
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Records as bytes of a file that anything may have written: what decodes
 * has texts that are the value's very bytes.  The
 * input: the length of the record in two bytes, the record, the message.
 */


#include "fuzz.h"
#include "lmdb_store/store.h"


static MDB_val
value_of(const whatsauth_text_t *text)
{
    MDB_val  value;

    value.mv_data = (void *) text->data;
    value.mv_size = text->len;

    return value;
}


static const unsigned char *
check_texts(const ledger_text_t *text, unsigned n, const unsigned char *p)
{
    unsigned              i;
    const unsigned char  *data;

    for (i = 0; i < n; i++) {
        data = text[i].data;

        if (text[i].len == 0) {
            continue;
        }

        fuzz_check(data == p);

        p += text[i].len;
    }

    return p;
}


static int
decode(const MDB_val *value, const MDB_val *message, lmdb_store_head_t *head,
    ledger_record_t *record)
{
    return lmdb_store_head_decode(head, value)
           || (message->mv_size && lmdb_store_message_get_state(head, message))
           || lmdb_store_record_fill(record, 7, head, value, message);
}


static void
check_state(const whatsauth_text_t *second)
{
    MDB_val             message;
    unsigned char       state[LMDB_STORE_STATE_LEN];
    lmdb_store_head_t   head;

    message = value_of(second);

    if (lmdb_store_message_get_state(&head, &message) == 0) {
        lmdb_store_message_put_state(state, &head);
        fuzz_check(memcmp(state, second->data, sizeof(state)) == 0);
    }
}


static void
check_record(const whatsauth_text_t *data, const whatsauth_text_t *second)
{
    MDB_val               value, message;
    lmdb_store_head_t     head;
    ledger_record_t   record;
    const unsigned char  *p;

    value = value_of(data);
    message = value_of(second);

    if (message.mv_size && decode(&value, &message, &head, &record) == 0) {
        p = check_texts(record.message, LEDGER_MESSAGE_TEXTS,
                        (const unsigned char *) second->data
                        + LMDB_STORE_MESSAGE_HEAD_LEN);
        p += LMDB_STORE_REFUSED_LEN
             * (head.refusals < LEDGER_REFUSALS_MAX
                ? head.refusals : LEDGER_REFUSALS_MAX);
        fuzz_check((const char *) p == second->data + second->len);
    }

    message.mv_size = 0;

    if (decode(&value, &message, &head, &record) == 0) {
        p = check_texts(record.text, LEDGER_RECORD_TEXTS,
                        (const unsigned char *) data->data
                        + LMDB_STORE_HEAD_LEN);

        fuzz_check((const char *) p == data->data + data->len);
        fuzz_check(record.key == 7 && record.sent_at == 0);
        fuzz_check(head.due_at == record.due_at
                   && head.validated_at == record.validated_at);
        fuzz_check(record.state <= LEDGER_STATE_KEPT
                   && record.status <= LEDGER_STATUS_FAILED
                   && record.error <= LEDGER_ERROR_APP_REMOVED
                   && record.channel <= LEDGER_CHANNEL_SMS
                   && record.lane < LEDGER_LANES);
    }
}


static void
check_due(const whatsauth_text_t *data)
{
    MDB_val        value, again;
    uint64_t       due_at, key;
    unsigned       lane;
    unsigned char  buf[LMDB_STORE_DUE_LEN];

    value = value_of(data);

    if (lmdb_store_due_decode(&value, &lane, &due_at, &key) == 0) {
        lmdb_store_due_encode(buf, lane, due_at, key, &again);
        fuzz_check(again.mv_size == data->len
                   && memcmp(buf, data->data, data->len) == 0);
    }
}


static void
check_asked(const whatsauth_text_t *data, const whatsauth_text_t *second)
{
    MDB_val             key, value;
    uint64_t            id;
    ledger_text_t   app, user_id;

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


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t             len;
    fuzz_input_t       in;
    whatsauth_text_t   first, second;

    in = fuzz_input(data, size);
    len = fuzz_number(&in, 2);

    if (len > (size_t) (in.end - in.pos)) {
        len = (size_t) (in.end - in.pos);
    }

    first = fuzz_copy(in.pos, len);
    in.pos += len;
    second = fuzz_rest(&in);

    check_state(&second);
    check_record(&first, &second);
    check_due(&first);
    check_asked(&first, &second);

    fuzz_free(&first);
    fuzz_free(&second);

    return 0;
}
