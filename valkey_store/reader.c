
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Bytes to replies.  Small pieces cost no more than large ones: the search for
 * the end of a line goes on where it stopped, and a text whose length is known
 * is waited for.
 */


#include <stdlib.h>
#include <string.h>

#include "number.h"
#include "reply.h"


#define VALKEY_STORE_READER_SIZE  4096


void
valkey_store_reader_init(valkey_store_reader_t *reader,
    const valkey_store_limits_t *limits)
{
    memset(reader, 0, sizeof(valkey_store_reader_t));

    reader->limits = *limits;
    reader->bulk = -1;
    reader->announced = 1;

    if (reader->limits.depth > VALKEY_STORE_DEPTH_MAX) {
        reader->limits.depth = VALKEY_STORE_DEPTH_MAX;
    }
}


void
valkey_store_reader_free(valkey_store_reader_t *reader)
{
    free(reader->data);
    free(reader->reply);

    reader->data = NULL;
    reader->reply = NULL;
    reader->broken = VALKEY_STORE_READ_PROTOCOL;
}


static valkey_store_read_t
valkey_store_reader_break(valkey_store_reader_t *reader,
    valkey_store_read_t why)
{
    reader->broken = why;

    return why;
}


/* Makes room for a reply that is whole: it has been taken. */
static void
valkey_store_reader_restart(valkey_store_reader_t *reader)
{
    if (reader->replies != 0 && reader->levels == 0) {
        reader->from = reader->pos;
        reader->replies = 0;
        reader->announced = 1;
    }
}


/*
 * Moves the bytes to the front only if there are fewer of them than of those
 * that were read: so each byte pays for at most one other.
 */
static void
valkey_store_reader_compact(valkey_store_reader_t *reader)
{
    size_t  rest;

    rest = reader->len - reader->from;

    if (reader->from == 0 || rest > reader->from) {
        return;
    }

    memmove(reader->data, reader->data + reader->from, rest);

    reader->pos -= reader->from;
    reader->len = rest;
    reader->from = 0;
}


valkey_store_read_t
valkey_store_reader_add(valkey_store_reader_t *reader, const void *data,
    size_t len)
{
    char    *grown;
    size_t   size;

    if (reader->broken || len == 0) {
        return reader->broken;
    }

    valkey_store_reader_restart(reader);
    valkey_store_reader_compact(reader);

    if (reader->size - reader->len < len) {
        size = (reader->size == 0) ? VALKEY_STORE_READER_SIZE : reader->size;

        while (size - reader->len < len && size <= SIZE_MAX / 2) {
            size *= 2;
        }

        grown = (size - reader->len < len) ? NULL
                                           : realloc(reader->data, size);

        if (grown == NULL) {
            return valkey_store_reader_break(reader,
                                             VALKEY_STORE_READ_MEMORY);
        }

        reader->data = grown;
        reader->size = size;
    }

    memcpy(reader->data + reader->len, data, len);
    reader->len += len;

    return VALKEY_STORE_READ_OK;
}


/* A line from pos on without its end, at most LINE_MAX bytes. */
static valkey_store_read_t
valkey_store_reader_line(valkey_store_reader_t *reader, ledger_text_t *line)
{
    char    *from, *end;
    size_t   len;

    from = reader->data + reader->pos;
    len = reader->len - reader->pos;

    end = (len == reader->seen)
          ? NULL : memchr(from + reader->seen, '\n', len - reader->seen);

    if (end == NULL) {
        reader->seen = len;

        return (len > VALKEY_STORE_LINE_MAX + 1) ? VALKEY_STORE_READ_PROTOCOL
                                                 : VALKEY_STORE_READ_AGAIN;
    }

    len = (size_t) (end - from);

    /* The first \r ends the line, so another one stands within it. */

    if (len == 0 || len > VALKEY_STORE_LINE_MAX + 1
        || memchr(from, '\r', len) != end - 1)
    {
        return VALKEY_STORE_READ_PROTOCOL;
    }

    line->data = from;
    line->len = len - 1;

    reader->seen = 0;
    reader->pos += len + 1;

    return VALKEY_STORE_READ_OK;
}


/*
 * Its bytes are passed over, and then the end of the line is read as that of a
 * bulk without any.
 */
static valkey_store_read_t
valkey_store_reader_begin_long(valkey_store_reader_t *reader, int64_t len)
{
    if ((uint64_t) len > reader->limits.passed) {
        return VALKEY_STORE_READ_PROTOCOL;
    }

    reader->bulk = len;
    reader->passing = (size_t) len;

    return VALKEY_STORE_READ_OK;
}


/* The header of a bulk is read, its bytes come next. */
static valkey_store_read_t
valkey_store_reader_begin_bulk(valkey_store_reader_t *reader, int64_t len)
{
    size_t  read;

    if (len == -1) {
        return valkey_store_reply_plain(reader, VALKEY_STORE_REPLY_NIL, 0);
    }

    if (len < 0) {
        return VALKEY_STORE_READ_PROTOCOL;
    }

    if ((uint64_t) len > reader->limits.bulk) {
        return valkey_store_reader_begin_long(reader, len);
    }

    read = reader->pos - reader->from;

    if (read > reader->limits.bytes
        || (uint64_t) len > reader->limits.bytes - read)
    {
        return VALKEY_STORE_READ_PROTOCOL;
    }

    reader->bulk = len;

    return VALKEY_STORE_READ_OK;
}


/*
 * Takes bytes of a LONG out of the data.  Those behind them move only when it
 * ends, and so at most once for each LONG.
 */
static void
valkey_store_reader_pass(valkey_store_reader_t *reader)
{
    char    *from;
    size_t   n, rest;

    from = reader->data + reader->pos;
    rest = reader->len - reader->pos;
    n = (rest < reader->passing) ? rest : reader->passing;

    memmove(from, from + n, rest - n);

    reader->len -= n;
    reader->passing -= n;
}


static valkey_store_read_t
valkey_store_reader_end_bulk(valkey_store_reader_t *reader)
{
    int          is_long;
    size_t       len, rest;
    int64_t      bulk;
    const char  *end;

    if (reader->passing != 0) {
        valkey_store_reader_pass(reader);
    }

    bulk = reader->bulk;
    is_long = ((uint64_t) bulk > reader->limits.bulk);
    len = is_long ? reader->passing : (size_t) bulk;
    rest = reader->len - reader->pos;

    if (rest < len || rest - len < 2) {
        return VALKEY_STORE_READ_AGAIN;
    }

    end = reader->data + reader->pos + len;

    if (end[0] != '\r' || end[1] != '\n') {
        return VALKEY_STORE_READ_PROTOCOL;
    }

    reader->bulk = -1;
    reader->pos += len + 2;

    if (is_long) {
        return valkey_store_reply_plain(reader, VALKEY_STORE_REPLY_LONG, bulk);
    }

    return valkey_store_reply_text(reader, VALKEY_STORE_REPLY_BULK,
                                   reader->pos - len - 2, len);
}


/* RESP3's types, the push among them, are odd bytes: nobody has asked. */
static valkey_store_read_t
valkey_store_reader_by_type(valkey_store_reader_t *reader,
    const ledger_text_t *line)
{
    char           type;
    size_t         at;
    int64_t        number;
    ledger_text_t  rest;

    if (line->len == 0) {
        return VALKEY_STORE_READ_PROTOCOL;
    }

    type = *(const char *) line->data;
    rest.data = (const char *) line->data + 1;
    rest.len = line->len - 1;

    if (type == '+' || type == '-') {
        at = (size_t) ((const char *) rest.data - reader->data);

        return valkey_store_reply_text(reader,
                                       (type == '+')
                                       ? VALKEY_STORE_REPLY_STATUS
                                       : VALKEY_STORE_REPLY_ERROR,
                                       at, rest.len);
    }

    if (valkey_store_number(&rest, &number) != 0) {
        return VALKEY_STORE_READ_PROTOCOL;
    }

    switch (type) {

    case ':':
        return valkey_store_reply_plain(reader, VALKEY_STORE_REPLY_INTEGER,
                                        number);

    case '$':
        return valkey_store_reader_begin_bulk(reader, number);

    case '*':
        return valkey_store_reply_array(reader, number);

    default:
        return VALKEY_STORE_READ_PROTOCOL;
    }
}


static valkey_store_read_t
valkey_store_reader_step(valkey_store_reader_t *reader)
{
    ledger_text_t        line;
    valkey_store_read_t  rc;

    if (reader->bulk != -1) {
        return valkey_store_reader_end_bulk(reader);
    }

    /* The first byte alone tells that it is odd: no end may ever come. */

    if (reader->pos < reader->len
        && memchr("+-:$*", reader->data[reader->pos], 5) == NULL)
    {
        return VALKEY_STORE_READ_PROTOCOL;
    }

    rc = valkey_store_reader_line(reader, &line);

    if (rc != VALKEY_STORE_READ_OK) {
        return rc;
    }

    if (reader->pos - reader->from > reader->limits.bytes) {
        return VALKEY_STORE_READ_PROTOCOL;
    }

    return valkey_store_reader_by_type(reader, &line);
}


valkey_store_read_t
valkey_store_reader_next(valkey_store_reader_t *reader,
    const valkey_store_reply_t **reply)
{
    valkey_store_read_t  rc;

    if (reader->broken) {
        return reader->broken;
    }

    valkey_store_reader_restart(reader);

    if (reader->pos == reader->len && reader->bulk == -1) {
        return VALKEY_STORE_READ_AGAIN;
    }

    do {
        rc = valkey_store_reader_step(reader);

        if (rc == VALKEY_STORE_READ_AGAIN) {
            return rc;
        }

        if (rc != VALKEY_STORE_READ_OK) {
            return valkey_store_reader_break(reader, rc);
        }

    } while (reader->replies == 0 || reader->levels != 0);

    valkey_store_reply_point(reader);
    *reply = reader->reply;

    return VALKEY_STORE_READ_OK;
}


int
valkey_store_reader_passes(const valkey_store_reader_t *reader)
{
    return reader->passing != 0;
}
