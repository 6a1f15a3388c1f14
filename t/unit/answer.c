
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>

#include "protocol/answer.h"


#define OK  "HTTP/1.1 200 OK\r\n"


typedef struct {
    const char                 *head;
    whatsauth_answer_result_t   result;
    unsigned                    status;
} case_t;


static const case_t  cases[] = {
    { "HTTP/1.1 200 OK\r\n\r\n", WHATSAUTH_ANSWER_DONE, 200 },
    { "HTTP/1.0 204\r\n\r\n", WHATSAUTH_ANSWER_DONE, 204 },
    { "HTTP/1.1  404  Not Found \r\nA:b\r\n\r\n", WHATSAUTH_ANSWER_DONE, 404 },
    { "HTTP/1.1 500 \n\n", WHATSAUTH_ANSWER_DONE, 500 },
    { "HTTP/1.1 999 \xc3\xa9\r\n\r\n", WHATSAUTH_ANSWER_DONE, 999 },
    { "HTTP/1.1 101 Switching\r\n\r\n", WHATSAUTH_ANSWER_DONE, 101 },
    { "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 X\r\nLink: a\r\n\r\n"
      "HTTP/1.1 201 Created\r\n\r\n", WHATSAUTH_ANSWER_DONE, 201 },
    { OK "A:\r\nB: \r\nC:d\xff\t e\r\n\r\n", WHATSAUTH_ANSWER_DONE, 200 },

    { "", WHATSAUTH_ANSWER_AGAIN, 0 },
    { "HTTP/1.1 20", WHATSAUTH_ANSWER_AGAIN, 0 },
    { OK, WHATSAUTH_ANSWER_AGAIN, 0 },
    { OK "A: b\r\n\r", WHATSAUTH_ANSWER_AGAIN, 0 },
    { "HTTP/1.1 100 Continue\r\n\r\n", WHATSAUTH_ANSWER_AGAIN, 0 },

    { "<html>", WHATSAUTH_ANSWER_NO_STATUS_LINE, 0 },
    { "\r\n" OK, WHATSAUTH_ANSWER_NO_STATUS_LINE, 0 },
    { "http/1.1 200 OK", WHATSAUTH_ANSWER_NO_STATUS_LINE, 0 },
    { "HTTP/2.0 200 OK", WHATSAUTH_ANSWER_NO_STATUS_LINE, 0 },
    { "HTTP/1.10 200 OK", WHATSAUTH_ANSWER_NO_STATUS_LINE, 0 },
    { "HTTP/1.1\r\n", WHATSAUTH_ANSWER_NO_STATUS_LINE, 0 },
    { "HTTP/1.1 20 OK", WHATSAUTH_ANSWER_NO_STATUS_LINE, 0 },
    { "HTTP/1.1 099 OK", WHATSAUTH_ANSWER_NO_STATUS_LINE, 0 },
    { "HTTP/1.1 2000 OK", WHATSAUTH_ANSWER_NO_STATUS_LINE, 0 },
    { "HTTP/1.1 -20 OK", WHATSAUTH_ANSWER_NO_STATUS_LINE, 0 },
    { "HTTP/1.1 200 O\rK", WHATSAUTH_ANSWER_NO_STATUS_LINE, 0 },
    { "HTTP/1.1 100 X\r\n\r\n\r\n", WHATSAUTH_ANSWER_NO_STATUS_LINE, 0 },

    { OK ": a\r\n\r\n", WHATSAUTH_ANSWER_DONE, 200 },
    { OK "a\r\n\r\n", WHATSAUTH_ANSWER_DONE, 200 },
    { OK "a b: c\r\n\r\n", WHATSAUTH_ANSWER_DONE, 200 },
    { OK "a : c\r\n\r\n", WHATSAUTH_ANSWER_DONE, 200 },
    { OK "a: b\r\n c\r\n\r\n", WHATSAUTH_ANSWER_DONE, 200 },
    { OK "a: b\rc\r\n\r\n", WHATSAUTH_ANSWER_DONE, 200 },
    { OK "a: b\r\n\rc\n\n", WHATSAUTH_ANSWER_DONE, 200 }
};


/* The result for a header that comes in pieces of so many bytes. */
static whatsauth_answer_result_t
read_pieces(whatsauth_answer_t *answer, const char *head, size_t size)
{
    const char                 *p, *end, *piece;
    whatsauth_answer_result_t   result;

    memset(answer, 0, sizeof(whatsauth_answer_t));
    result = WHATSAUTH_ANSWER_AGAIN;
    end = head + strlen(head);

    for (p = head; p < end && result == WHATSAUTH_ANSWER_AGAIN; ) {
        piece = ((size_t) (end - p) > size) ? p + size : end;
        result = whatsauth_answer_read(answer, &p, piece);
        assert_true(p <= piece);
        assert_true(result != WHATSAUTH_ANSWER_AGAIN || p == piece);
    }

    return result;
}


static whatsauth_answer_t
head_of(const char *head)
{
    whatsauth_answer_t  answer;

    assert_int_equal(read_pieces(&answer, head, 4096), WHATSAUTH_ANSWER_DONE);

    return answer;
}


static void
every_head_is_read_in_pieces_of_any_size(void **state)
{
    size_t               i, size;
    whatsauth_answer_t   answer;

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (size = 1; size < 80; size++) {
            if (read_pieces(&answer, cases[i].head, size) != cases[i].result) {
                fail_msg("\"%s\" in pieces of %zu", cases[i].head, size);
            }

            if (cases[i].result == WHATSAUTH_ANSWER_DONE) {
                assert_int_equal(whatsauth_answer_status(&answer),
                                 cases[i].status);
            }
        }
    }
}


static void
a_zero_byte_in_the_status_line_is_refused(void **state)
{
    const char          *p;
    whatsauth_answer_t   answer;
    static const char    reason[] = "HTTP/1.1 200 O\0K\r\n\r\n";
    static const char    value[] = OK "a: \0\r\n\r\n";

    (void) state;

    memset(&answer, 0, sizeof(answer));
    p = reason;
    assert_int_equal(whatsauth_answer_read(&answer, &p,
                                           reason + sizeof(reason) - 1),
                     WHATSAUTH_ANSWER_NO_STATUS_LINE);

    memset(&answer, 0, sizeof(answer));
    p = value;
    assert_int_equal(whatsauth_answer_read(&answer, &p,
                                           value + sizeof(value) - 1),
                     WHATSAUTH_ANSWER_DONE);
    assert_int_equal(answer.json, 0);
}


static void
a_status_counts_from_the_end_of_its_line_on(void **state)
{
    size_t               i;
    whatsauth_answer_t   answer;
    static const char    text[] = "HTTP/1.1 103 X\r\n\r\n" OK "A: b";
    size_t               end = sizeof("HTTP/1.1 103 X\r\n\r\n" OK) - 1;
    const char          *p;

    (void) state;

    for (i = 0; i < sizeof(text); i++) {
        memset(&answer, 0, sizeof(answer));
        p = text;
        assert_int_equal(whatsauth_answer_read(&answer, &p, text + i),
                         WHATSAUTH_ANSWER_AGAIN);
        assert_int_equal(whatsauth_answer_status(&answer), i < end ? 0 : 200);
    }
}


/* Reads a first line and then so many bytes of fields. */
static whatsauth_answer_result_t
read_long(whatsauth_answer_t *answer, const char *line, size_t bytes)
{
    const char                 *p;
    whatsauth_answer_result_t   result;
    static const char           field[] =
                                      "Set-Cookie: a=bcdefghijklmnopqrs\r\n";

    p = line;
    result = whatsauth_answer_read(answer, &p, line + strlen(line));

    while (result == WHATSAUTH_ANSWER_AGAIN && bytes > sizeof(field)) {
        p = field;
        result = whatsauth_answer_read(answer, &p, field + strlen(field));
        bytes -= strlen(field);
    }

    return result;
}


static void
a_head_is_read_up_to_64_kb(void **state)
{
    int                  i;
    const char          *p;
    whatsauth_answer_t   answer;
    static const char    end[] = "Retry-After: 7\r\n\r\n";

    (void) state;

    memset(&answer, 0, sizeof(answer));

    for (i = 0; i < 2; i++) {
        assert_int_equal(read_long(&answer, "HTTP/1.1 103 X\r\n", 60000),
                         WHATSAUTH_ANSWER_AGAIN);
        p = "\r\n";
        assert_int_equal(whatsauth_answer_read(&answer, &p, p + 2),
                         WHATSAUTH_ANSWER_AGAIN);
    }

    assert_int_equal(read_long(&answer, OK, 60000), WHATSAUTH_ANSWER_AGAIN);
    p = end;
    assert_int_equal(whatsauth_answer_read(&answer, &p, end + strlen(end)),
                     WHATSAUTH_ANSWER_DONE);
    assert_int_equal(answer.retry_after_len, 1);

    memset(&answer, 0, sizeof(answer));
    assert_int_equal(read_long(&answer, OK, 70000), WHATSAUTH_ANSWER_TOO_LONG);
    assert_int_equal(whatsauth_answer_status(&answer), 200);

    memset(&answer, 0, sizeof(answer));
    assert_int_equal(read_long(&answer, "HTTP/1.1 103 X\r\n", 70000),
                     WHATSAUTH_ANSWER_NO_STATUS_LINE);
    assert_int_equal(whatsauth_answer_status(&answer), 0);
}


static void
announcements_end(void **state)
{
    int                         i;
    const char                 *p;
    whatsauth_answer_t          answer;
    whatsauth_answer_result_t   result;
    static const char           head[] = "HTTP/1.1 103 X\r\n\r\n";

    (void) state;

    memset(&answer, 0, sizeof(answer));
    result = WHATSAUTH_ANSWER_AGAIN;

    for (i = 0; i < 1000 && result == WHATSAUTH_ANSWER_AGAIN; i++) {
        p = head;
        result = whatsauth_answer_read(&answer, &p, head + strlen(head));
    }

    assert_int_equal(result, WHATSAUTH_ANSWER_NO_STATUS_LINE);
    assert_int_equal(i, WHATSAUTH_ANSWER_ANNOUNCED_MAX + 1);
}


static void
the_body_is_left(void **state)
{
    const char          *p;
    whatsauth_answer_t   answer;
    static const char    text[] = OK "\r\n{\"a\":1}";

    (void) state;

    memset(&answer, 0, sizeof(answer));
    p = text;
    assert_int_equal(whatsauth_answer_read(&answer, &p,
                                           text + sizeof(text) - 1),
                     WHATSAUTH_ANSWER_DONE);
    assert_string_equal(p, "{\"a\":1}");
}


static void
json_is_told_by_its_media_type(void **state)
{
    (void) state;

    assert_int_equal(head_of(OK "\r\n").json, 0);
    assert_int_equal(head_of(OK "Content-Type: application/json\r\n\r\n").json,
                     1);
    assert_int_equal(head_of(OK "content-type:\tAPPLICATION/JSON ; a=b\n\n")
                     .json, 1);
    assert_int_equal(head_of(OK "Content-Type: application/json;x\r\n\r\n")
                     .json, 1);
    assert_int_equal(head_of(OK "Content-Type: application/jsonp\r\n\r\n")
                     .json, 0);
    assert_int_equal(head_of(OK "Content-Type: text/html\r\n\r\n").json, 0);
    assert_int_equal(head_of(OK "X-Content-Type: application/json\r\n\r\n")
                     .json, 0);
    assert_int_equal(head_of(OK "Content-Type: application/json\r\n"
                             "Content-Type: text/html\r\n\r\n").json, 0);
    assert_int_equal(head_of("HTTP/1.1 100 X\r\nContent-Type: application/json"
                             "\r\n\r\n" OK "\r\n").json, 0);
}


static void
retry_after_is_kept_as_it_was_sent(void **state)
{
    char                 head[256];
    whatsauth_answer_t   answer;

    (void) state;

    answer = head_of(OK "Retry-After: 120 \t\r\nA: b\r\n\r\n");
    assert_int_equal(answer.retry_after_len, 3);
    assert_memory_equal(answer.retry_after, "120", 3);

    answer = head_of(OK "retry-after:Fri, 31 Dec 1999 23:59:59 GMT\n\n");
    assert_int_equal(answer.retry_after_len, 29);
    assert_memory_equal(answer.retry_after, "Fri, 31 Dec 1999 23:59:59 GMT",
                        29);

    assert_int_equal(head_of(OK "Retry-After:\r\n\r\n").retry_after_len, 0);
    assert_int_equal(head_of(OK "Retry-Afters: 1\r\n\r\n").retry_after_len, 0);

    snprintf(head, sizeof(head), OK "Retry-After: %0100d\r\n\r\n", 7);
    assert_int_equal(head_of(head).retry_after_len, 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(every_head_is_read_in_pieces_of_any_size),
        cmocka_unit_test(a_zero_byte_in_the_status_line_is_refused),
        cmocka_unit_test(a_status_counts_from_the_end_of_its_line_on),
        cmocka_unit_test(a_head_is_read_up_to_64_kb),
        cmocka_unit_test(announcements_end),
        cmocka_unit_test(the_body_is_left),
        cmocka_unit_test(json_is_told_by_its_media_type),
        cmocka_unit_test(retry_after_is_kept_as_it_was_sent)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
