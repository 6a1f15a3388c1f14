
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "entity.h"
#include "link_message.h"
#include "signature.h"
#include "unicode.h"


/* Many quotes can draw words, so a text may have only a few. */
#define WHATSAUTH_LINK_QUOTES_MAX  32


/* The characters of a text that count, three bytes each. */
typedef struct {
    size_t   len;
    uint8_t  data[3 * WHATSAUTH_LINK_MESSAGE_MAX];
} whatsauth_link_folded_t;


/*
 * Characters that people type in place of a quote, or that a quote or a mark
 * of the code turns into, but that are no Quotation_Mark; and U+FFFD, which
 * the repair writes for NUL and half a surrogate pair.
 */
static const uint32_t  whatsauth_link_quotes[] = {
    '<', '>', '`', 0xb4, 0x2bc, 0x2032, 0x2033, 0xff1c, 0xff1e, 0xfffd
};


static int
whatsauth_link_message_has_shape(uint32_t c)
{
    return c >= 0x20 && (c < 0x7f || c >= 0xa0)
           && c != WHATSAUTH_UTF8_ILL_FORMED
           && !whatsauth_unicode_is_ignorable(c);
}


static int
whatsauth_link_message_is_quote(uint32_t c)
{
    size_t  i;

    for (i = 0; i < sizeof(whatsauth_link_quotes) / sizeof(uint32_t); i++) {
        if (whatsauth_link_quotes[i] == c) {
            return 1;
        }
    }

    return whatsauth_unicode_is_quote(c);
}


static int
whatsauth_link_message_counts(uint32_t c, unsigned *quotes)
{
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
        return 1;
    }

    if (!whatsauth_link_message_has_shape(c) || whatsauth_unicode_is_space(c)) {
        return 0;
    }

    return !whatsauth_link_message_is_quote(c)
           || (*quotes)++ >= WHATSAUTH_LINK_QUOTES_MAX;
}


/* Returns 0, or -1 if more characters count than a link message can have. */
static int
whatsauth_link_message_fold(const whatsauth_text_t *text,
    whatsauth_link_folded_t *folded)
{
    uint8_t     *out;
    uint32_t     c;
    unsigned     quotes;
    const char  *p, *end;

    quotes = 0;
    folded->len = 0;

    p = text->data;
    end = whatsauth_text_end(text);

    while (p < end) {
        c = whatsauth_entity_next(&p, end);

        if (!whatsauth_link_message_counts(c, &quotes)) {
            continue;
        }

        if (folded->len == sizeof(folded->data)) {
            return -1;
        }

        c = whatsauth_unicode_fold(c);

        out = folded->data + folded->len;
        out[0] = (uint8_t) (c >> 16);
        out[1] = (uint8_t) (c >> 8);
        out[2] = (uint8_t) c;

        folded->len += 3;
    }

    return 0;
}


static int
whatsauth_link_message_folded_hash(const whatsauth_link_folded_t *folded,
    uint64_t *hash)
{
    size_t   i;
    uint8_t  digest[WHATSAUTH_SHA256_LEN];

    if (whatsauth_sha256(folded->data, folded->len, digest) != 0) {
        return -1;
    }

    *hash = 0;

    for (i = 0; i < sizeof(uint64_t); i++) {
        *hash = *hash << 8 | digest[i];
    }

    return 0;
}


int
whatsauth_link_message_hash(const whatsauth_text_t *message, uint64_t *hash)
{
    whatsauth_link_folded_t  folded;

    if (whatsauth_link_message_fold(message, &folded) != 0) {
        return -1;
    }

    return whatsauth_link_message_folded_hash(&folded, hash);
}


int
whatsauth_link_message_follows(const whatsauth_message_code_t *found,
    uint64_t hash)
{
    uint64_t                 sent;
    whatsauth_link_folded_t  folded;

    if (whatsauth_link_message_fold(&found->before, &folded) != 0
        || folded.len != 0)
    {
        return 0;
    }

    /* No user sends a link message with megabytes of invisible text. */

    if (found->after.len > WHATSAUTH_MESSAGE_SCAN_MAX
        || whatsauth_link_message_fold(&found->after, &folded) != 0)
    {
        return 0;
    }

    if (folded.len == 0) {
        return 1;
    }

    if (whatsauth_link_message_folded_hash(&folded, &sent) != 0) {
        return -1;
    }

    return sent == hash;
}
