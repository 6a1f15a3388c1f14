
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The message of a link: with it, whatever it is, a code is as prefilled, also
 * in capitals and with what does not count anywhere within; a word more on
 * either side is another text, and so is the message of another link.
 */


#include "fuzz.h"
#include "protocol/link_message.h"


#define CODE  "0123456789"
#define MARK  ">>" CODE "<<\n"


/* A space, a zero-width space, a typographic quote, a guillemet. */
static const whatsauth_text_t  uncounted[] = {
    whatsauth_text(" "),
    whatsauth_text("\xe2\x80\x8b"),
    whatsauth_text("\xe2\x80\x9c"),
    whatsauth_text("\xc2\xab")
};


/* -1 if the text has no single code: a message may hold one of its own. */
static int
follows(const whatsauth_text_t *head, const whatsauth_text_t *message,
    const whatsauth_text_t *tail, uint64_t hash)
{
    int                        result;
    char                      *p;
    whatsauth_text_t           text;
    whatsauth_code_found_t     found;
    whatsauth_message_code_t   code;

    text.len = head->len + message->len + tail->len;
    p = fuzz_alloc(text.len);
    text.data = p;

    p = whatsauth_text_put(p, head);
    p = whatsauth_text_put(p, message);
    (void) whatsauth_text_put(p, tail);

    result = -1;
    found = whatsauth_message_code(&text, &code);

    if (found == WHATSAUTH_CODE_FOUND) {
        fuzz_check(memcmp(code.code, CODE, WHATSAUTH_CODE_LEN) == 0);
        fuzz_check(code.before.data == text.data
                   && code.before.len < head->len
                   && whatsauth_text_end(&code.after)
                      == whatsauth_text_end(&text)
                   && code.after.len > tail->len + message->len);

        result = whatsauth_link_message_follows(&code, hash);
        fuzz_check(result != -1);

    } else {
        fuzz_check(found == WHATSAUTH_CODE_AMBIGUOUS);
    }

    fuzz_free(&text);

    return result;
}


/*
 * In capitals, and after each character something that does not count; of
 * quotes only so many, with the message's own, that they do not.
 */
static whatsauth_text_t
look_otherwise(const whatsauth_text_t *message)
{
    char              *p, *buf;
    size_t             n;
    const char        *pos, *from, *end;
    whatsauth_text_t   other;

    buf = fuzz_alloc(4 * message->len);
    p = buf;
    n = 0;

    pos = message->data;
    end = pos + message->len;

    while (pos < end) {
        from = pos;
        (void) whatsauth_utf8_next(&pos, end);
        memcpy(p, from, (size_t) (pos - from));

        if (*p >= 'a' && *p <= 'z') {
            *p = (char) (*p - 0x20);
        }

        p += pos - from;
        p = whatsauth_text_put(p, &uncounted[n % (message->len < 16 ? 4 : 2)]);
        n++;
    }

    other = fuzz_copy(buf, (size_t) (p - buf));
    free(buf);

    return other;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t          hash;
    whatsauth_text_t  message, other;

    static const whatsauth_text_t  none = whatsauth_text("");
    static const whatsauth_text_t  word = whatsauth_text("x");
    static const whatsauth_text_t  mark = whatsauth_text(MARK);
    static const whatsauth_text_t  late = whatsauth_text("x " MARK);

    message = fuzz_copy(data, size);

    if (whatsauth_link_message_hash(&message, &hash) != 0) {
        fuzz_check(message.len > WHATSAUTH_LINK_MESSAGE_MAX);
        fuzz_free(&message);
        return 0;
    }

    fuzz_check(follows(&mark, &none, &none, hash) == 1);
    fuzz_check(follows(&mark, &message, &none, hash) != 0);
    fuzz_check(follows(&mark, &message, &word, hash) != 1);
    fuzz_check(follows(&late, &message, &none, hash) != 1);

    if (memchr(message.data, '&', message.len) == NULL) {
        other = look_otherwise(&message);
        fuzz_check(follows(&mark, &other, &none, hash) != 0);
        fuzz_free(&other);
    }

    hash ^= 1;
    fuzz_check(follows(&mark, &word, &none, hash) != 1);
    fuzz_free(&message);

    return 0;
}
