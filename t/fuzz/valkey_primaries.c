
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * CLUSTER SLOTS: each partition has one of the servers or none, each server has
 * a partition and stands once, and each host lies within the reply.  Errors of
 * the kind MOVED, too: slot and port are possible ones.
 */


#include "fuzz.h"
#include "valkey_store/error.h"


static const valkey_store_limits_t  limits = { 256, 1 << 16, 4096, 4, 0 };


static void
check_primaries(const valkey_store_primaries_t *primaries,
    const valkey_store_reader_t *reader)
{
    unsigned                       i, j, partitions;
    const valkey_store_address_t  *a, *b;

    fuzz_check(primaries->servers <= VALKEY_STORE_PARTITIONS);

    for (i = 0; i < primaries->servers; i++) {
        a = &primaries->server[i];
        partitions = 0;

        fuzz_check(a->port != 0 && a->host.len <= limits.bulk);
        fuzz_check(a->host.len == 0
                   || ((const char *) a->host.data >= reader->data
                       && (const char *) a->host.data + a->host.len
                          <= reader->data + reader->len));

        for (j = 0; j < i; j++) {
            b = &primaries->server[j];
            fuzz_check(a->port != b->port
                       || !ledger_text_same(&a->host, &b->host));
        }

        for (j = 0; j < VALKEY_STORE_PARTITIONS; j++) {
            partitions += (primaries->of[j] == i);
        }

        fuzz_check(partitions != 0);
    }

    for (j = 0; j < VALKEY_STORE_PARTITIONS; j++) {
        fuzz_check(primaries->of[j] < primaries->servers
                   || primaries->of[j] == VALKEY_STORE_NO_PRIMARY);
    }
}


static void
check_error(const ledger_text_t *error)
{
    unsigned                slot;
    whatsauth_text_t        whole, host;
    valkey_store_address_t  address;

    (void) valkey_store_error_action(error);

    if (valkey_store_error_redirect(error, &slot, &address) == 0) {
        whole.data = error->data;
        whole.len = error->len;
        host.data = address.host.data;
        host.len = address.host.len;

        fuzz_check(slot < VALKEY_STORE_SLOTS && address.port != 0);
        fuzz_check(fuzz_is_within(&host, &whole));
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    whatsauth_text_t             bytes;
    valkey_store_reader_t        reader;
    valkey_store_primaries_t     primaries;
    const valkey_store_reply_t  *reply;

    bytes = fuzz_copy(data, size);
    valkey_store_reader_init(&reader, &limits);
    (void) valkey_store_reader_add(&reader, bytes.data, bytes.len);
    fuzz_free(&bytes);

    if (valkey_store_reader_next(&reader, &reply) == VALKEY_STORE_READ_OK) {
        if (reply->type == VALKEY_STORE_REPLY_ERROR) {
            check_error(&reply->text);

        } else if (valkey_store_primaries(reply, &primaries) == 0) {
            check_primaries(&primaries, &reader);
        }
    }

    valkey_store_reader_free(&reader);

    return 0;
}
