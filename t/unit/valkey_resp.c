
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Commands as bytes, and bytes as replies, however they are split. */


#include <stdio.h>
#include <stdlib.h>

#include "text_help.h"
#include "valkey_store/resp.h"


static const valkey_store_limits_t  limits = { 64, 4096, 16, 3, 100 };


static void
feed(valkey_store_reader_t *reader, const char *bytes)
{
    assert_int_equal(valkey_store_reader_add(reader, bytes, strlen(bytes)),
                     VALKEY_STORE_READ_OK);
}


/* A reply as text, so that a table can hold it. */
static char *
write_down(char *out, const valkey_store_reply_t *reply)
{
    size_t                       i;
    const valkey_store_reply_t  *element;

    switch (reply->type) {

    case VALKEY_STORE_REPLY_INTEGER:
        return out + sprintf(out, "%lld", (long long) reply->integer);

    case VALKEY_STORE_REPLY_NIL:
        return out + sprintf(out, "nil");

    case VALKEY_STORE_REPLY_LONG:
        assert_int_equal(reply->text.len, 0);
        return out + sprintf(out, "long %lld", (long long) reply->integer);

    case VALKEY_STORE_REPLY_ARRAY:
        *out++ = '[';
        element = valkey_store_reply_first(reply);

        for (i = 0; i < reply->elements; i++) {
            out = write_down(out, element);
            *out++ = ' ';
            element = valkey_store_reply_after(element);
        }

        assert_ptr_equal(element, reply + reply->span);

        return out + sprintf(out, "]");

    default:
        return out + sprintf(out, "%c%.*s",
                             "+-_$"[reply->type], (int) reply->text.len,
                             (const char *) reply->text.data);
    }
}


/* 65 bytes, one too many; ends of lines among them end nothing. */
#define LONG                                                                  \
    "0123456789abcdef$-1\r\n\n+OK\r\n:01\r\n-0123456789abcdef0123456789abcdef"

typedef struct {
    const char  *bytes;
    const char  *replies;         /* a line each; "!" is PROTOCOL */
} case_t;


static const case_t  cases[] = {
    { "+OK\r\n", "+OK\n" },
    { "+\r\n", "+\n" },
    { "-ERR a b\r\n", "-ERR a b\n" },
    { ":0\r\n:-1\r\n:42\r\n", "0\n-1\n42\n" },
    { ":9223372036854775807\r\n", "9223372036854775807\n" },
    { ":-9223372036854775808\r\n", "-9223372036854775808\n" },
    { "$3\r\na\r\n\r\n", "$a\r\n\n" },
    { "$0\r\n\r\n", "$\n" },
    { "$-1\r\n*-1\r\n", "nil\nnil\n" },
    { "*0\r\n", "[]\n" },
    { "*2\r\n$1\r\na\r\n:1\r\n+OK\r\n", "[$a 1 ]\n+OK\n" },
    { "*3\r\n*2\r\n:1\r\n*0\r\n*-1\r\n*1\r\n*1\r\n-E\r\n:7\r\n",
      "[[1 [] ] nil [[-E ] ] ]\n7\n" },
    { "*1\r\n*0\r\n", "[[] ]\n" },

    { ":9223372036854775808\r\n", "!" },
    { ":-9223372036854775809\r\n", "!" },
    { ":99999999999999999999999\r\n", "!" },
    { ":\r\n", "!" },
    { ":-\r\n", "!" },
    { ":-0\r\n", "!" },
    { ":+1\r\n", "!" },
    { ":01\r\n", "!" },
    { ":1 \r\n", "!" },
    { ":1x\r\n", "!" },
    { "$-2\r\n", "!" },
    { "*-2\r\n", "!" },
    { "$01\r\na\r\n", "!" },
    { "$1\r\nab\r\n", "!" },
    { "$1\r\na\n\r", "!" },
    { "+a\rb\r\n", "!" },
    { "+a\n", "!" },
    { "\r\n", "!" },
    { "\n", "!" },
    { "OK\r\n", "!" },
    { "+OK\r\n\r\n:1\r\n", "+OK\n!" },
    { ">1\r\n:1\r\n", "!" },
    { "_\r\n", "!" },
    { "%0\r\n", "!" },
    { "#t\r\n", "!" },

    { "$65\r\n" LONG "\r\n:1\r\n", "long 65\n1\n" },
    { "*3\r\n$1\r\na\r\n$65\r\n" LONG "\r\n$1\r\nb\r\n:1\r\n",
      "[$a long 65 $b ]\n1\n" },
    { "*2\r\n$65\r\n" LONG "\r\n$65\r\n" LONG "\r\n",
      "[long 65 long 65 ]\n" },
    { "$65\r\n" LONG "ab", "!" },
    { "$65\r\n" LONG "\n\r", "!" },
    { "$65\r\n" LONG "\r\nOK\r\n", "long 65\n!" },
    { "$65\r\n" LONG, "" },
    { "$65\r\n", "" },
    { "$101\r\n", "!" },
    { "*16\r\n", "!" },
    { "*8\r\n*8\r\n", "!" },
    { "*9223372036854775807\r\n", "!" },
    { "$9223372036854775807\r\n", "!" },
    { "*1\r\n*1\r\n*1\r\n*0\r\n", "!" },
    { "*1\r\n*1\r\n*1\r\n:1\r\n", "[[[1 ] ] ]\n" },

    { "+O", "" },
    { "$3\r\nab", "" },
    { "*2\r\n:1\r\n", "" },
};


static void
assert_case(const case_t *c, size_t piece)
{
    char                         out[256], *p;
    size_t                       i, n, len;
    valkey_store_read_t          rc;
    valkey_store_reader_t        reader;
    const valkey_store_reply_t  *reply;

    p = out;
    rc = VALKEY_STORE_READ_AGAIN;
    len = strlen(c->bytes);
    valkey_store_reader_init(&reader, &limits);

    for (i = 0; i < len && rc == VALKEY_STORE_READ_AGAIN; i += n) {
        n = (len - i < piece) ? len - i : piece;
        assert_int_equal(valkey_store_reader_add(&reader, c->bytes + i, n),
                         VALKEY_STORE_READ_OK);

        while ((rc = valkey_store_reader_next(&reader, &reply))
               == VALKEY_STORE_READ_OK)
        {
            p = write_down(p, reply);
            *p++ = '\n';
        }
    }

    if (rc == VALKEY_STORE_READ_PROTOCOL) {
        *p++ = '!';

        assert_int_equal(valkey_store_reader_add(&reader, "+OK\r\n", 5), rc);
        assert_int_equal(valkey_store_reader_next(&reader, &reply), rc);
    }

    *p = '\0';
    assert_string_equal(out, c->replies);

    valkey_store_reader_free(&reader);
}


static void
replies_are_the_same_however_they_are_split(void **state)
{
    size_t  i, piece;

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (piece = 1; piece <= strlen(cases[i].bytes); piece++) {
            assert_case(&cases[i], piece);
        }
    }
}


static void
a_line_has_a_limit(void **state)
{
    char                         line[VALKEY_STORE_LINE_MAX + 4];
    valkey_store_reader_t        reader;
    const valkey_store_reply_t  *reply;

    (void) state;

    memset(line, 'a', sizeof(line));
    line[0] = '-';
    memcpy(line + VALKEY_STORE_LINE_MAX, "\r\n", 2);

    valkey_store_reader_init(&reader, &limits);
    valkey_store_reader_add(&reader, line, VALKEY_STORE_LINE_MAX + 2);
    assert_int_equal(valkey_store_reader_next(&reader, &reply),
                     VALKEY_STORE_READ_OK);
    assert_int_equal(reply->text.len, VALKEY_STORE_LINE_MAX - 1);

    memset(line + 1, 'a', sizeof(line) - 1);
    valkey_store_reader_add(&reader, line, VALKEY_STORE_LINE_MAX + 1);
    assert_int_equal(valkey_store_reader_next(&reader, &reply),
                     VALKEY_STORE_READ_AGAIN);
    valkey_store_reader_add(&reader, "a", 1);
    assert_int_equal(valkey_store_reader_next(&reader, &reply),
                     VALKEY_STORE_READ_PROTOCOL);

    valkey_store_reader_free(&reader);
}


static void
a_whole_reply_has_a_limit(void **state)
{
    valkey_store_reader_t        reader;
    const valkey_store_reply_t  *reply;
    valkey_store_limits_t        few = { 8, 20, 16, 3, 0 };

    (void) state;

    valkey_store_reader_init(&reader, &few);
    feed(&reader, "*2\r\n$6\r\nabcdef\r\n");
    assert_int_equal(valkey_store_reader_next(&reader, &reply),
                     VALKEY_STORE_READ_AGAIN);
    feed(&reader, "$1\r\n");
    assert_int_equal(valkey_store_reader_next(&reader, &reply),
                     VALKEY_STORE_READ_PROTOCOL);
    valkey_store_reader_free(&reader);
}


/* If each piece cost a look at all before it, this would take hours. */
static void
a_large_reply_in_small_pieces_is_no_work(void **state)
{
    size_t                       i, n;
    valkey_store_reader_t        reader;
    valkey_store_limits_t        many = { 1 << 25, 1 << 26, 1 << 20, 1, 0 };
    const valkey_store_reply_t  *reply;

    (void) state;

    n = 1 << 24;
    valkey_store_reader_init(&reader, &many);
    feed(&reader, "*2\r\n:1\r\n$16777216\r\n");

    for (i = 0; i < n; i += 4) {
        feed(&reader, "abcd");
        assert_int_equal(valkey_store_reader_next(&reader, &reply),
                         VALKEY_STORE_READ_AGAIN);
    }

    feed(&reader, "\r\n");
    assert_int_equal(valkey_store_reader_next(&reader, &reply),
                     VALKEY_STORE_READ_OK);
    assert_int_equal(reply[2].text.len, n);

    valkey_store_reader_free(&reader);
}


/* None of its bytes is kept, and a text beside it is. */
static void
a_text_that_is_too_long_needs_no_memory(void **state)
{
    size_t                       i, n;
    char                         bytes[65536];
    valkey_store_reader_t        reader;
    valkey_store_limits_t        some = { 64, 4096, 16, 1, 1 << 28 };
    const valkey_store_reply_t  *reply;

    (void) state;

    n = 1 << 28;
    memset(bytes, '\n', sizeof(bytes));
    valkey_store_reader_init(&reader, &some);
    feed(&reader, "*3\r\n$1\r\na\r\n$268435456\r\n");

    for (i = 0; i < n; i += sizeof(bytes)) {
        assert_int_equal(valkey_store_reader_add(&reader, bytes,
                                                 sizeof(bytes)),
                         VALKEY_STORE_READ_OK);
        assert_int_equal(valkey_store_reader_passes(&reader), i != 0);
        assert_int_equal(valkey_store_reader_next(&reader, &reply),
                         VALKEY_STORE_READ_AGAIN);
    }

    assert_false(valkey_store_reader_passes(&reader));
    feed(&reader, "\r\n$1\r\nb\r\n");
    assert_int_equal(valkey_store_reader_next(&reader, &reply),
                     VALKEY_STORE_READ_OK);

    assert_memory_equal(reply[1].text.data, "a", 1);
    assert_int_equal(reply[2].type, VALKEY_STORE_REPLY_LONG);
    assert_int_equal(reply[2].integer, n);
    assert_memory_equal(reply[3].text.data, "b", 1);
    assert_true(reader.size <= 4 * sizeof(bytes));

    valkey_store_reader_free(&reader);
}


/* Replies that were taken make room for the next: memory does not grow. */
static void
many_replies_need_the_memory_of_one(void **state)
{
    int                          i;
    valkey_store_reader_t        reader;
    const valkey_store_reply_t  *reply;

    (void) state;

    valkey_store_reader_init(&reader, &limits);
    feed(&reader, "+A");

    for (i = 0; i < 100000; i++) {
        feed(&reader, "BC\r\n+A");
        assert_int_equal(valkey_store_reader_next(&reader, &reply),
                         VALKEY_STORE_READ_OK);
        assert_int_equal(reply->text.len, 3);
        assert_memory_equal(reply->text.data, "ABC", 3);
    }

    assert_true(reader.size >= 1 && reader.size <= 4096);

    valkey_store_reader_free(&reader);
}


static void
a_command_is_an_array_of_bulks(void **state)
{
    valkey_store_out_t  out = { 0 };
    static const char   expected[] =
        "*3\r\n$3\r\nSET\r\n$3\r\na\0\n\r\n$0\r\n\r\n"
        "*2\r\n$4\r\nWAIT\r\n$20\r\n-9223372036854775808\r\n";

    (void) state;

    valkey_store_out_begin(&out, 3);
    valkey_store_out_word(&out, "SET", 3);
    valkey_store_out_word(&out, "a\0\n", 3);
    valkey_store_out_word(&out, NULL, 0);
    assert_int_equal(valkey_store_out_end(&out), 0);

    valkey_store_out_begin(&out, 2);
    valkey_store_out_word(&out, "WAIT", 4);
    valkey_store_out_number(&out, INT64_MIN);
    assert_int_equal(valkey_store_out_end(&out), 0);

    assert_int_equal(out.len, sizeof(expected) - 1);
    assert_memory_equal(out.data, expected, out.len);

    free(out.data);
}


static void
assert_only_ping(valkey_store_out_t *out)
{
    assert_int_equal(valkey_store_out_end(out), -1);
    assert_int_equal(out->len, 14);
    assert_memory_equal(out->data, "*1\r\n$4\r\nPING\r\n", 14);
}


/* The words of a command in part would be those of the next one. */
static void
a_command_in_part_is_not_sent(void **state)
{
    valkey_store_out_t  out = { 0 };

    (void) state;

    valkey_store_out_begin(&out, 1);
    valkey_store_out_word(&out, "PING", 4);
    assert_int_equal(valkey_store_out_end(&out), 0);

    valkey_store_out_begin(&out, 2);
    valkey_store_out_word(&out, "GET", 3);
    assert_only_ping(&out);

    valkey_store_out_begin(&out, 1);
    valkey_store_out_word(&out, "GET", 3);
    valkey_store_out_word(&out, "a", 1);
    assert_only_ping(&out);

    valkey_store_out_begin(&out, 0);
    assert_only_ping(&out);

    /* malloc() is asked for no such size: AddressSanitizer would end there. */

    valkey_store_out_begin(&out, 2);
    valkey_store_out_word(&out, "x", SIZE_MAX - 1000);
    valkey_store_out_word(&out, "y", 1);
    assert_only_ping(&out);

    valkey_store_out_begin(&out, 1);
    valkey_store_out_word(&out, "PING", 4);
    assert_int_equal(valkey_store_out_end(&out), 0);
    assert_int_equal(out.len, 28);

    free(out.data);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(replies_are_the_same_however_they_are_split),
        cmocka_unit_test(a_line_has_a_limit),
        cmocka_unit_test(a_whole_reply_has_a_limit),
        cmocka_unit_test(a_large_reply_in_small_pieces_is_no_work),
        cmocka_unit_test(a_text_that_is_too_long_needs_no_memory),
        cmocka_unit_test(many_replies_need_the_memory_of_one),
        cmocka_unit_test(a_command_is_an_array_of_bulks),
        cmocka_unit_test(a_command_in_part_is_not_sent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
