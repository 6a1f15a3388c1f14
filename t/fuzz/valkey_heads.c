
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The replies of the two scripts: what is taken of one lies within it, and an
 * odd one gives nothing at all.
 */


#include "fuzz.h"
#include "valkey_store/command.h"


static const valkey_store_limits_t  limits = { 4096, 1 << 16, 256, 3, 0 };


static void
check_within(const ledger_text_t *value, const valkey_store_reader_t *reader)
{
    whatsauth_text_t  part, whole;

    part.data = value->data;
    part.len = value->len;
    whole.data = reader->data;
    whole.len = reader->len;

    fuzz_check(fuzz_is_within(&part, &whole));
}


static void
check_commit(const valkey_store_reply_t *reply,
    const valkey_store_reader_t *reader)
{
    ledger_text_t             present;
    valkey_store_committed_t  committed;

    committed = valkey_store_commit_read(reply, &present);

    fuzz_check(committed == VALKEY_STORE_CHANGED || present.data == NULL);
    fuzz_check(present.data != NULL || present.len == 0);
    check_within(&present, reader);
}


static void
check_heads(const valkey_store_reply_t *reply,
    const valkey_store_reader_t *reader)
{
    size_t                n;
    ledger_text_t         value;
    ledger_entry_t        entry;
    unsigned char         again[LEDGER_ROW_DUE_LEN];
    valkey_store_found_t  found;

    if (valkey_store_heads_read(reply, &found) != 0) {
        return;
    }

    fuzz_check(found.busy == (reply->type == VALKEY_STORE_REPLY_NIL));
    fuzz_check(found.busy || found.n == reply->elements / 2);

    n = found.n;

    while (valkey_store_heads_next(&found, &entry, &value)) {
        ledger_row_due_encode(again, &entry);
        fuzz_check(memcmp(again, reply[2 * (n - found.n)].text.data,
                          sizeof(again)) == 0);
        fuzz_check(value.data != NULL || value.len == 0);
        check_within(&value, reader);
    }

    fuzz_check(found.n == 0 && found.next <= valkey_store_reply_after(reply));
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    whatsauth_text_t             bytes;
    valkey_store_reader_t        reader;
    const valkey_store_reply_t  *reply;

    bytes = fuzz_copy(data, size);
    valkey_store_reader_init(&reader, &limits);
    (void) valkey_store_reader_add(&reader, bytes.data, bytes.len);
    fuzz_free(&bytes);

    if (valkey_store_reader_next(&reader, &reply) == VALKEY_STORE_READ_OK) {
        check_commit(reply, &reader);
        check_heads(reply, &reader);
    }

    valkey_store_reader_free(&reader);

    return 0;
}
