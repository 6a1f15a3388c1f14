
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdlib.h>
#include <string.h>

#include "reply.h"


#define VALKEY_STORE_REPLY_SIZE  16


static valkey_store_reply_t *
valkey_store_reply_push(valkey_store_reader_t *reader,
    valkey_store_reply_type_t type)
{
    size_t                 size;
    valkey_store_reply_t  *reply;

    if (reader->replies == reader->replies_size) {
        size = (reader->replies_size == 0) ? VALKEY_STORE_REPLY_SIZE
                                           : reader->replies_size * 2;
        reply = (size > SIZE_MAX / sizeof(valkey_store_reply_t))
                ? NULL
                : realloc(reader->reply, size * sizeof(valkey_store_reply_t));

        if (reply == NULL) {
            return NULL;
        }

        reader->reply = reply;
        reader->replies_size = size;
    }

    reply = &reader->reply[reader->replies++];
    memset(reply, 0, sizeof(valkey_store_reply_t));
    reply->type = type;
    reply->span = 1;

    return reply;
}


/* Takes the last reply for an element of its array, and ends full arrays. */
static void
valkey_store_reply_count(valkey_store_reader_t *reader)
{
    valkey_store_level_t  *level;

    while (reader->levels != 0) {
        level = &reader->level[reader->levels - 1];

        if (--level->missing != 0) {
            return;
        }

        reader->reply[level->array].span = reader->replies - level->array;
        reader->levels--;
    }
}


valkey_store_read_t
valkey_store_reply_text(valkey_store_reader_t *reader,
    valkey_store_reply_type_t type, size_t at, size_t len)
{
    valkey_store_reply_t  *reply;

    reply = valkey_store_reply_push(reader, type);

    if (reply == NULL) {
        return VALKEY_STORE_READ_MEMORY;
    }

    reply->at = at - reader->from;
    reply->text.len = len;

    valkey_store_reply_count(reader);

    return VALKEY_STORE_READ_OK;
}


valkey_store_read_t
valkey_store_reply_plain(valkey_store_reader_t *reader,
    valkey_store_reply_type_t type, int64_t integer)
{
    valkey_store_reply_t  *reply;

    reply = valkey_store_reply_push(reader, type);

    if (reply == NULL) {
        return VALKEY_STORE_READ_MEMORY;
    }

    reply->integer = integer;
    valkey_store_reply_count(reader);

    return VALKEY_STORE_READ_OK;
}


valkey_store_read_t
valkey_store_reply_array(valkey_store_reader_t *reader, int64_t elements)
{
    valkey_store_reply_t  *reply;
    valkey_store_level_t  *level;

    if (elements == -1) {
        return valkey_store_reply_plain(reader, VALKEY_STORE_REPLY_NIL, 0);
    }

    if (elements < 0 || reader->levels == reader->limits.depth
        || reader->announced > reader->limits.replies
        || (uint64_t) elements > reader->limits.replies - reader->announced)
    {
        return VALKEY_STORE_READ_PROTOCOL;
    }

    if (elements == 0) {
        return valkey_store_reply_plain(reader, VALKEY_STORE_REPLY_ARRAY, 0);
    }

    reply = valkey_store_reply_push(reader, VALKEY_STORE_REPLY_ARRAY);

    if (reply == NULL) {
        return VALKEY_STORE_READ_MEMORY;
    }

    reply->elements = (size_t) elements;
    reader->announced += (size_t) elements;

    level = &reader->level[reader->levels++];
    level->array = reader->replies - 1;
    level->missing = (size_t) elements;

    return VALKEY_STORE_READ_OK;
}


void
valkey_store_reply_point(valkey_store_reader_t *reader)
{
    size_t                 i;
    valkey_store_reply_t  *reply;

    for (i = 0; i < reader->replies; i++) {
        reply = &reader->reply[i];
        reply->text.data = reader->data + reader->from + reply->at;
    }
}


valkey_store_reply_t *
valkey_store_reply_copy(const valkey_store_reply_t *reply)
{
    char                  *text;
    size_t                 i, len;
    valkey_store_reply_t  *copy;

    len = sizeof(valkey_store_reply_t) + reply->text.len;

    for (i = 1; i < reply->span; i++) {
        len += sizeof(valkey_store_reply_t) + reply[i].text.len;
    }

    copy = malloc(len);
    if (copy == NULL) {
        return NULL;
    }

    memcpy(copy, reply, reply->span * sizeof(valkey_store_reply_t));
    text = (char *) (copy + reply->span);

    for (i = 0; i < reply->span; i++) {
        if (reply[i].text.len != 0) {
            memcpy(text, reply[i].text.data, reply[i].text.len);
        }

        copy[i].text.data = text;
        text += reply[i].text.len;
    }

    return copy;
}
