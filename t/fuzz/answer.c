
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The head of a site's or an API's answer: read byte by byte it is the same
 * as read at once, it ends where the body begins, and what is kept of it
 * stands in it.  The code in an error's body is looked for as well.
 */


#include <strings.h>

#include "fuzz.h"
#include "protocol/answer.h"
#include "protocol/reply.h"


static whatsauth_answer_result_t
read_slowly(const whatsauth_text_t *text, whatsauth_answer_t *answer,
    size_t *n)
{
    size_t                      i;
    const char                 *p;
    whatsauth_text_t            byte;
    whatsauth_answer_result_t   result;

    memset(answer, 0, sizeof(whatsauth_answer_t));
    result = WHATSAUTH_ANSWER_AGAIN;

    for (i = 0; i < text->len && result == WHATSAUTH_ANSWER_AGAIN; i++) {
        byte = fuzz_copy(text->data + i, 1);
        p = byte.data;

        result = whatsauth_answer_read(answer, &p, byte.data + 1);
        fuzz_check(p == byte.data + 1);
        fuzz_free(&byte);
    }

    *n = i;

    return result;
}


/* 1 if words stand somewhere in text, in any case. */
static int
has(const whatsauth_text_t *text, const char *words, size_t len)
{
    size_t  i;

    for (i = 0; i + len <= text->len; i++) {
        if (strncasecmp(text->data + i, words, len) == 0) {
            return 1;
        }
    }

    return 0;
}


static void
check_head(const whatsauth_answer_t *answer, const whatsauth_text_t *head)
{
    unsigned  status;

    status = whatsauth_answer_status(answer);

    fuzz_check((status >= 200 && status <= 999) || status == 101);
    fuzz_check(has(head, "HTTP/1.", 7));
    fuzz_check(head->data[head->len - 1] == '\n');

    if (answer->json) {
        fuzz_check(has(head, "\ncontent-type:", 14)
                   && has(head, "application/json", 16));
    }

    fuzz_check(answer->retry_after_len < sizeof(answer->retry_after));

    if (answer->retry_after_len != 0) {
        fuzz_check(has(head, "\nretry-after:", 13)
                   && has(head, answer->retry_after,
                          answer->retry_after_len));
        fuzz_check(memchr(answer->retry_after, '\n', answer->retry_after_len)
                   == NULL);
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t                      n;
    const char                 *p;
    whatsauth_text_t            text, head, body;
    whatsauth_answer_t          answer, slow;
    whatsauth_answer_result_t   result;

    text = fuzz_copy(data, size);
    p = text.data;
    memset(&answer, 0, sizeof(answer));

    result = whatsauth_answer_read(&answer, &p, text.data + text.len);

    fuzz_check(read_slowly(&text, &slow, &n) == result);
    fuzz_check(p == text.data + n);
    fuzz_check(result != WHATSAUTH_ANSWER_AGAIN || n == size);
    fuzz_check(whatsauth_answer_status(&answer)
               == whatsauth_answer_status(&slow));
    fuzz_check(result != WHATSAUTH_ANSWER_NO_STATUS_LINE
               || whatsauth_answer_status(&answer) == 0);

    if (result == WHATSAUTH_ANSWER_DONE) {
        fuzz_check(answer.json == slow.json);
        fuzz_check(answer.retry_after_len == slow.retry_after_len
                   && memcmp(answer.retry_after, slow.retry_after,
                             slow.retry_after_len) == 0);

        head.data = text.data;
        head.len = n;
        check_head(&answer, &head);

        body = fuzz_copy(p, size - n);
        (void) whatsauth_reply_error(&body);
        fuzz_free(&body);
    }

    fuzz_free(&text);

    return 0;
}
