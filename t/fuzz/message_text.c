
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The code in a user's text: the case of letters and what nobody sees make
 * no difference, twice the same text holds no other single code, and the
 * text of a link gives back its code.
 */


#include "fuzz.h"
#include "protocol/form.h"
#include "protocol/message_text.h"


/* A zero-width space, a combining grapheme joiner, a tag. */
static const whatsauth_text_t  invisible[] = {
    whatsauth_text("\xe2\x80\x8b"),
    whatsauth_text("\xcd\x8f"),
    whatsauth_text("\xf3\xa0\x81\xa1")
};


static whatsauth_code_found_t
find(const whatsauth_text_t *text, char code[WHATSAUTH_CODE_LEN])
{
    unsigned                   i;
    whatsauth_code_found_t     found;
    whatsauth_message_code_t   it;

    memset(&it, 'x', sizeof(it));
    found = whatsauth_message_code(text, &it);
    memcpy(code, it.code, WHATSAUTH_CODE_LEN);

    if (found == WHATSAUTH_CODE_FOUND) {
        fuzz_check(it.before.data == text->data
                   && fuzz_is_within(&it.before, text)
                   && fuzz_is_within(&it.after, text)
                   && whatsauth_text_end(&it.before) < it.after.data
                   && whatsauth_text_end(&it.after)
                      == whatsauth_text_end(text));
    }

    for (i = 0; i < WHATSAUTH_CODE_LEN; i++) {
        fuzz_check(found == WHATSAUTH_CODE_FOUND
                   ? whatsauth_hex_value(code[i]) != -1
                     && !(code[i] >= 'A' && code[i] <= 'F')
                   : code[i] == 'x');
    }

    return found;
}


static void
check_same(const whatsauth_text_t *text, whatsauth_code_found_t found,
    const char code[WHATSAUTH_CODE_LEN])
{
    char  other[WHATSAUTH_CODE_LEN];

    fuzz_check(find(text, other) == found);
    fuzz_check(memcmp(code, other, WHATSAUTH_CODE_LEN) == 0);
}


static void
check_case(const whatsauth_text_t *text, whatsauth_code_found_t found,
    const char code[WHATSAUTH_CODE_LEN])
{
    char              *p;
    size_t             i;
    whatsauth_text_t   upper;

    upper = fuzz_copy(text->data, text->len);
    p = (char *) upper.data;

    for (i = 0; i < upper.len; i++) {
        p[i] = (char) (p[i] - ((p[i] >= 'a' && p[i] <= 'z') ? 0x20 : 0));
    }

    check_same(&upper, found, code);
    fuzz_free(&upper);
}


/* Between any two characters, but not within an entity. */
static void
check_invisible(const whatsauth_text_t *text, whatsauth_code_found_t found,
    const char code[WHATSAUTH_CODE_LEN])
{
    char              *p, *buf;
    size_t             n;
    const char        *pos, *from, *end;
    whatsauth_text_t   other;

    if (memchr(text->data, '&', text->len) != NULL) {
        return;
    }

    buf = fuzz_alloc(5 * text->len);
    p = buf;
    n = 0;
    pos = text->data;
    end = pos + text->len;

    while (pos < end) {
        p = whatsauth_text_put(p, &invisible[n++ % 3]);
        from = pos;
        (void) whatsauth_utf8_next(&pos, end);
        memcpy(p, from, (size_t) (pos - from));
        p += pos - from;
    }

    other = fuzz_copy(buf, (size_t) (p - buf));
    free(buf);

    check_same(&other, found, code);
    fuzz_free(&other);
}


static void
check_twice(const whatsauth_text_t *text, whatsauth_code_found_t found,
    const char code[WHATSAUTH_CODE_LEN])
{
    char                     *p, other[WHATSAUTH_CODE_LEN];
    whatsauth_text_t          twice;
    whatsauth_code_found_t    again;

    p = fuzz_alloc(2 * text->len + 1);
    twice.data = p;
    twice.len = 2 * text->len + 1;

    p = whatsauth_text_put(p, text);
    *p++ = ' ';
    (void) whatsauth_text_put(p, text);

    again = find(&twice, other);

    if (found == WHATSAUTH_CODE_AMBIGUOUS) {
        fuzz_check(again == WHATSAUTH_CODE_AMBIGUOUS);
    }

    if (found == WHATSAUTH_CODE_FOUND && again != WHATSAUTH_CODE_AMBIGUOUS) {
        fuzz_check(again == found
                   && memcmp(code, other, WHATSAUTH_CODE_LEN) == 0);
    }

    fuzz_free(&twice);
}


static whatsauth_text_t
build(const char code[WHATSAUTH_CODE_LEN], const whatsauth_text_t *message)
{
    char              *p;
    size_t             len;
    whatsauth_text_t   text;

    len = whatsauth_encode(message, WHATSAUTH_ENCODE_COMPONENT, NULL);
    p = fuzz_alloc(WHATSAUTH_MESSAGE_HEAD_LEN + len);
    text.data = p;
    text.len = WHATSAUTH_MESSAGE_HEAD_LEN + len;

    p = whatsauth_message_head(code, p);
    fuzz_check(whatsauth_encode(message, WHATSAUTH_ENCODE_COMPONENT, p)
               == len);

    return text;
}


/*
 * The text of a link, decoded again, has the code and the message.  A message
 * with a code of its own is refused by the module.
 */
static void
check_link(const whatsauth_text_t *message)
{
    char                     found[WHATSAUTH_CODE_LEN];
    whatsauth_form_t         form;
    whatsauth_text_t         encoded, decoded, end;
    whatsauth_field_t        field;
    whatsauth_code_found_t   result;
    static const char        code[] = "0123456789";

    encoded = build(code, message);
    decoded = fuzz_copy(encoded.data, encoded.len);

    whatsauth_form_start(&form, &encoded, (char *) decoded.data);
    fuzz_check(whatsauth_form_next(&form, &field) == 1);
    fuzz_check(field.name.len
               == sizeof(">><<\n") - 1 + WHATSAUTH_CODE_LEN + message->len);

    end.data = whatsauth_text_end(&field.name) - message->len;
    end.len = message->len;
    fuzz_check(whatsauth_text_equal(&end, message));

    result = find(&field.name, found);
    fuzz_check(result == WHATSAUTH_CODE_AMBIGUOUS
               || (result == WHATSAUTH_CODE_FOUND
                   && memcmp(code, found, WHATSAUTH_CODE_LEN) == 0));

    fuzz_free(&encoded);
    fuzz_free(&decoded);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char                     code[WHATSAUTH_CODE_LEN];
    whatsauth_text_t         text;
    whatsauth_code_found_t   found;

    text = fuzz_copy(data, size);
    found = find(&text, code);

    if (text.len < WHATSAUTH_MESSAGE_SCAN_MAX / 4) {
        check_case(&text, found, code);
        check_invisible(&text, found, code);
        check_twice(&text, found, code);
    }

    check_link(&text);
    fuzz_free(&text);

    return 0;
}
