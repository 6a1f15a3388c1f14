
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Replies of a server: any split of the bytes gives the same ones, each within
 * its limits, and each, written again, is the bytes that it was read from, but
 * for those of a text that is too long.
 * The input: how it is split, two bytes; then what is received.
 */


#include "fuzz.h"
#include "valkey_store/resp.h"


static const valkey_store_limits_t  limits = {
    64, 1 << 17, 64, 3, 1 << 16
};


typedef struct {
    char                 *bytes;     /* the replies, written again */
    size_t                len;
    size_t                ends;      /* of the replies, added up */
    valkey_store_read_t   result;
} read_t;


static void
put(read_t *read, const char *data, size_t len)
{
    if (len != 0) {
        memcpy(read->bytes + read->len, data, len);
        read->len += len;
    }
}


static void
put_line(read_t *read, char type, int64_t number)
{
    int   n;
    char  line[32];

    n = snprintf(line, sizeof(line), "%c%lld\r\n", type, (long long) number);
    put(read, line, (size_t) n);
}


/* The two kinds of nil read alike. */
static void
put_nil(read_t *read, const whatsauth_text_t *in)
{
    fuzz_check(in->len - read->len >= 5);
    fuzz_check(in->data[read->len] == '$' || in->data[read->len] == '*');
    put_line(read, in->data[read->len], -1);
}


/* Its bytes are not kept, and so they are those of the input. */
static void
put_long(read_t *read, const valkey_store_reply_t *reply,
    const whatsauth_text_t *in)
{
    fuzz_check(reply->text.len == 0);
    fuzz_check(reply->integer > (int64_t) limits.bulk);
    fuzz_check(reply->integer <= (int64_t) limits.passed);

    put_line(read, '$', reply->integer);
    fuzz_check(in->len - read->len >= (size_t) reply->integer + 2);
    put(read, in->data + read->len, (size_t) reply->integer);
    put(read, "\r\n", 2);
}


static const valkey_store_reply_t *
put_reply(read_t *read, const valkey_store_reply_t *reply, unsigned depth,
    const whatsauth_text_t *in)
{
    size_t                       i;
    const valkey_store_reply_t  *element;

    element = valkey_store_reply_first(reply);

    switch (reply->type) {

    case VALKEY_STORE_REPLY_STATUS:
    case VALKEY_STORE_REPLY_ERROR:
        fuzz_check(reply->text.len < VALKEY_STORE_LINE_MAX);
        put(read, (reply->type == VALKEY_STORE_REPLY_STATUS) ? "+" : "-", 1);
        put(read, reply->text.data, reply->text.len);
        put(read, "\r\n", 2);
        break;

    case VALKEY_STORE_REPLY_INTEGER:
        put_line(read, ':', reply->integer);
        break;

    case VALKEY_STORE_REPLY_BULK:
        fuzz_check(reply->text.len <= limits.bulk);
        put_line(read, '$', (int64_t) reply->text.len);
        put(read, reply->text.data, reply->text.len);
        put(read, "\r\n", 2);
        break;

    case VALKEY_STORE_REPLY_ARRAY:
        fuzz_check(reply->elements == 0 || depth < limits.depth);
        put_line(read, '*', (int64_t) reply->elements);

        for (i = 0; i < reply->elements; i++) {
            element = put_reply(read, element, depth + 1, in);
        }

        break;

    case VALKEY_STORE_REPLY_NIL:
        put_nil(read, in);
        break;

    case VALKEY_STORE_REPLY_LONG:
        put_long(read, reply, in);
        break;
    }

    fuzz_check(element == valkey_store_reply_after(reply));

    return element;
}


static void
read_piece(read_t *read, valkey_store_reader_t *reader,
    const whatsauth_text_t *in)
{
    const valkey_store_reply_t  *reply;

    while ((read->result = valkey_store_reader_next(reader, &reply))
           == VALKEY_STORE_READ_OK)
    {
        fuzz_check(reply->span <= limits.replies);
        (void) put_reply(read, reply, 0, in);
        read->ends = read->ends * 31 + read->len;
    }
}


/* Reads in pieces of first, second, first, second... bytes. */
static read_t
read_all(const whatsauth_text_t *in, size_t first, size_t second)
{
    size_t                 pos, n;
    read_t                 read = { 0 };
    whatsauth_text_t       piece;
    valkey_store_reader_t  reader;

    read.bytes = fuzz_alloc(in->len + 1);
    read.result = VALKEY_STORE_READ_AGAIN;
    valkey_store_reader_init(&reader, &limits);

    for (pos = 0; pos < in->len && read.result == VALKEY_STORE_READ_AGAIN;
         pos += n)
    {
        n = (in->len - pos < first) ? in->len - pos : first;
        first += second;
        second = first - second;
        first -= second;

        piece = fuzz_copy(in->data + pos, n);
        fuzz_check(valkey_store_reader_add(&reader, piece.data, n)
                   == VALKEY_STORE_READ_OK);
        fuzz_free(&piece);

        read_piece(&read, &reader, in);
    }

    valkey_store_reader_free(&reader);

    return read;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t            first, second;
    read_t            whole, parts;
    fuzz_input_t      in;
    whatsauth_text_t  bytes;

    in = fuzz_input(data, size);
    first = 1 + (size_t) fuzz_number(&in, 1);
    second = 1 + (size_t) fuzz_number(&in, 1);
    bytes = fuzz_rest(&in);

    whole = read_all(&bytes, bytes.len + 1, 1);
    parts = read_all(&bytes, first, second);

    fuzz_check(whole.result == parts.result);
    fuzz_check(whole.len == parts.len && whole.ends == parts.ends);
    fuzz_check(whole.len <= bytes.len);
    fuzz_check(memcmp(whole.bytes, bytes.data, whole.len) == 0);
    fuzz_check(memcmp(whole.bytes, parts.bytes, whole.len) == 0);

    free(whole.bytes);
    free(parts.bytes);
    fuzz_free(&bytes);

    return 0;
}
