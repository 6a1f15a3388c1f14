
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Slots of keys, tags of partitions, and the servers that have them. */


#include <stdio.h>

#include "text_help.h"
#include "valkey_store/slot.h"


static ledger_text_t
key_of(const char *string)
{
    ledger_text_t  key;

    key.data = string;
    key.len = strlen(string);

    return key;
}


static unsigned
slot_of(const char *string)
{
    ledger_text_t  key;

    key = key_of(string);

    return valkey_store_slot(&key);
}


/* The values of the cluster specification, and of a server's KEYSLOT. */
static void
slots_are_those_of_servers(void **state)
{
    (void) state;

    assert_int_equal(slot_of("123456789"), 0x31c3);
    assert_int_equal(slot_of(""), 0);
    assert_int_equal(slot_of("foo"), 12182);
    assert_int_equal(slot_of("somekey"), 11058);
    assert_int_equal(slot_of("foo{hash_tag}"), 2515);
}


static void
a_tag_alone_decides(void **state)
{
    (void) state;

    assert_int_equal(slot_of("{foo}.x"), slot_of("foo"));
    assert_int_equal(slot_of("wa:{foo}:{bar}"), slot_of("foo"));
    assert_int_equal(slot_of("foo{{bar}}zap"), slot_of("{bar"));
    assert_int_equal(slot_of("a}{foo}"), slot_of("foo"));

    /* An empty tag is none, and the next one does not count. */

    assert_int_equal(slot_of("foo{}{bar}"), 8363);
    assert_int_not_equal(slot_of("foo{bar"), slot_of("bar"));
    assert_int_not_equal(slot_of("foo{"), slot_of("foo"));
}


static void
the_tag_of_a_partition_lies_in_its_span(void **state)
{
    unsigned  i, slot;
    char      key[16];

    (void) state;

    for (i = 0; i < VALKEY_STORE_PARTITIONS; i++) {
        slot = valkey_store_partition_slot(i);
        assert_true(slot >= 256 * i && slot <= 256 * i + 255);

        assert_int_equal(strlen(valkey_store_tag(i)), VALKEY_STORE_TAG_LEN);
        snprintf(key, sizeof(key), "wa:{%s}:due", valkey_store_tag(i));
        assert_int_equal(slot_of(key), slot);
    }
}


static void
three_servers_have_equal_parts(void **state)
{
    unsigned  i, slot, count[3] = { 0 };

    (void) state;

    for (i = 0; i < VALKEY_STORE_PARTITIONS; i++) {
        slot = valkey_store_partition_slot(i);
        count[(slot > 5460) + (slot > 10922)]++;
    }

    assert_int_equal(count[0], 21);
    assert_int_equal(count[1], 22);
    assert_int_equal(count[2], 21);
}


static void
a_partition_is_the_lowest_bits(void **state)
{
    (void) state;

    assert_int_equal(valkey_store_partition(0), 0);
    assert_int_equal(valkey_store_partition(63), 63);
    assert_int_equal(valkey_store_partition(UINT64_MAX - 1), 62);
}


static int
read_primaries(const char *bytes, valkey_store_reader_t *reader,
    valkey_store_primaries_t *primaries)
{
    const valkey_store_reply_t          *reply;
    static const valkey_store_limits_t   limits = { 256, 65536, 1024, 4, 0 };

    valkey_store_reader_init(reader, &limits);
    valkey_store_reader_add(reader, bytes, strlen(bytes));
    assert_int_equal(valkey_store_reader_next(reader, &reply),
                     VALKEY_STORE_READ_OK);

    return valkey_store_primaries(reply, primaries);
}


static void
assert_server(const valkey_store_primaries_t *primaries, unsigned partition,
    const char *host, unsigned port)
{
    const valkey_store_address_t  *server;

    assert_true(primaries->of[partition] < primaries->servers);
    server = &primaries->server[primaries->of[partition]];

    assert_int_equal(server->host.len, strlen(host));
    assert_memory_equal(server->host.data, host, server->host.len);
    assert_int_equal(server->port, port);
}


#define NODE(host, port)  "*3\r\n" host ":" port "\r\n$2\r\nid\r\n"
#define RANGE(first, last, node)                                              \
    "*3\r\n:" first "\r\n:" last "\r\n" node


static void
each_partition_has_its_primary(void **state)
{
    valkey_store_reader_t     reader;
    valkey_store_primaries_t  primaries;

    (void) state;

    assert_int_equal(read_primaries(
        "*3\r\n"
        "*4\r\n:0\r\n:5460\r\n" NODE("$8\r\n10.0.0.1\r\n", "6379")
                                NODE("$8\r\n10.0.0.2\r\n", "6380")
        RANGE("10923", "16383", NODE("$2\r\n::\r\n", "6379"))
        RANGE("5461", "10922",
              "*4\r\n$8\r\n10.0.0.1\r\n:6379\r\n$2\r\nid\r\n"
              "*2\r\n$8\r\nhostname\r\n$1\r\na\r\n"),
        &reader, &primaries), 0);

    assert_int_equal(primaries.servers, 2);
    assert_server(&primaries, 0, "10.0.0.1", 6379);
    assert_server(&primaries, 20, "10.0.0.1", 6379);
    assert_server(&primaries, 21, "10.0.0.1", 6379);
    assert_server(&primaries, 42, "10.0.0.1", 6379);
    assert_server(&primaries, 43, "::", 6379);
    assert_server(&primaries, 63, "::", 6379);

    valkey_store_reader_free(&reader);
}


static void
an_empty_host_is_the_one_that_was_asked(void **state)
{
    valkey_store_reader_t     reader;
    valkey_store_primaries_t  primaries;

    (void) state;

    assert_int_equal(read_primaries(
        "*2\r\n" RANGE("0", "8191", NODE("$0\r\n\r\n", "6379"))
                 RANGE("8192", "16383", NODE("$-1\r\n", "6379")),
        &reader, &primaries), 0);

    assert_int_equal(primaries.servers, 1);
    assert_server(&primaries, 0, "", 6379);
    assert_server(&primaries, 63, "", 6379);

    valkey_store_reader_free(&reader);
}


static void
a_partition_may_have_no_primary(void **state)
{
    valkey_store_reader_t     reader;
    valkey_store_primaries_t  primaries;

    (void) state;

    assert_int_equal(read_primaries(
        "*3\r\n" RANGE("0", "255", NODE("$1\r\na\r\n", "1"))
                 RANGE("512", "767", NODE("$1\r\n?\r\n", "1"))
                 RANGE("768", "1023", NODE("$1\r\na\r\n", "0")),
        &reader, &primaries), 0);

    assert_int_equal(primaries.servers, 1);
    assert_server(&primaries, 0, "a", 1);
    assert_int_equal(primaries.of[1], VALKEY_STORE_NO_PRIMARY);
    assert_int_equal(primaries.of[2], VALKEY_STORE_NO_PRIMARY);
    assert_int_equal(primaries.of[3], VALKEY_STORE_NO_PRIMARY);
    assert_int_equal(primaries.of[63], VALKEY_STORE_NO_PRIMARY);
    valkey_store_reader_free(&reader);

    assert_int_equal(read_primaries("*0\r\n", &reader, &primaries), 0);
    assert_int_equal(primaries.servers, 0);
    valkey_store_reader_free(&reader);
}


static const char *const  odd[] = {
    "+OK\r\n",
    "*-1\r\n",
    "-ERR This instance has cluster support disabled\r\n",
    "*1\r\n:0\r\n",
    "*1\r\n*2\r\n:0\r\n:1\r\n",
    "*1\r\n" RANGE("-1", "5", NODE("$1\r\na\r\n", "1")),
    "*1\r\n" RANGE("6", "5", NODE("$1\r\na\r\n", "1")),
    "*1\r\n" RANGE("0", "16384", NODE("$1\r\na\r\n", "1")),
    "*1\r\n" RANGE("0", "9", NODE("$1\r\na\r\n", "65536")),
    "*1\r\n" RANGE("0", "9", NODE("$1\r\na\r\n", "-1")),
    "*1\r\n" RANGE("0", "9", NODE("$3\r\na b\r\n", "1")),
    "*1\r\n" RANGE("0", "9", NODE(":1\r\n", "1")),
    "*1\r\n" RANGE("0", "9", "*1\r\n$1\r\na\r\n"),
    "*1\r\n" RANGE("0", "9", "$1\r\na\r\n"),
    "*1\r\n*3\r\n*2\r\n:0\r\n:1\r\n:9\r\n" NODE("$1\r\na\r\n", "1"),
    "*2\r\n" RANGE("0", "255", NODE("$1\r\na\r\n", "1"))
             RANGE("0", "255", NODE("$1\r\nb\r\n", "1")),
    "*2\r\n" RANGE("0", "255", NODE("$1\r\n?\r\n", "1"))
             RANGE("0", "255", NODE("$1\r\nb\r\n", "1")),
};


static void
an_odd_reply_is_not_read(void **state)
{
    size_t                    i;
    valkey_store_reader_t     reader;
    valkey_store_primaries_t  primaries;

    (void) state;

    for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        assert_int_equal(read_primaries(odd[i], &reader, &primaries), -1);
        valkey_store_reader_free(&reader);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(slots_are_those_of_servers),
        cmocka_unit_test(a_tag_alone_decides),
        cmocka_unit_test(the_tag_of_a_partition_lies_in_its_span),
        cmocka_unit_test(three_servers_have_equal_parts),
        cmocka_unit_test(a_partition_is_the_lowest_bits),
        cmocka_unit_test(each_partition_has_its_primary),
        cmocka_unit_test(an_empty_host_is_the_one_that_was_asked),
        cmocka_unit_test(a_partition_may_have_no_primary),
        cmocka_unit_test(an_odd_reply_is_not_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
