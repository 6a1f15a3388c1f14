
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Replies as a server sends them, and commands as it gets them. */


#ifndef _VALKEY_HELP_H_INCLUDED_
#define _VALKEY_HELP_H_INCLUDED_


#include "ledger_help.h"
#include "valkey_store/resp.h"


/* One reply at a time; it lasts until the next one. */
static inline const valkey_store_reply_t *
help_reply(const void *bytes, size_t len)
{
    const valkey_store_reply_t  *reply;

    static valkey_store_reader_t        reader;
    static const valkey_store_limits_t  limits = { 65536, 65536, 256, 3, 0 };

    valkey_store_reader_free(&reader);
    valkey_store_reader_init(&reader, &limits);

    assert_int_equal(valkey_store_reader_add(&reader, bytes, len),
                     VALKEY_STORE_READ_OK);
    assert_int_equal(valkey_store_reader_next(&reader, &reply),
                     VALKEY_STORE_READ_OK);

    return reply;
}


#define help_reply_of(string)  help_reply(string, sizeof(string) - 1)


/* A command reads as a reply does: an array of texts. */
static inline void
help_assert_word(const valkey_store_reply_t *command, unsigned i,
    const void *data, size_t len)
{
    assert_true(i < command->elements);
    assert_int_equal(command[1 + i].type, VALKEY_STORE_REPLY_BULK);
    assert_int_equal(command[1 + i].text.len, len);
    assert_memory_equal(command[1 + i].text.data, data, len);
}


#define help_assert_word_is(command, i, string)                               \
    help_assert_word(command, i, string, sizeof(string) - 1)


#endif /* _VALKEY_HELP_H_INCLUDED_ */
