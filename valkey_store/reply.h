
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The replies of a reader, one behind the other, while they come in, for the
 * reader alone; and a copy of one that is to be kept.
 */


#ifndef _VALKEY_STORE_REPLY_H_INCLUDED_
#define _VALKEY_STORE_REPLY_H_INCLUDED_


#include "resp.h"


/* Each adds one reply, and returns OK, PROTOCOL or MEMORY. */
valkey_store_read_t valkey_store_reply_text(valkey_store_reader_t *reader,
    valkey_store_reply_type_t type, size_t at, size_t len);
valkey_store_read_t valkey_store_reply_plain(valkey_store_reader_t *reader,
    valkey_store_reply_type_t type, int64_t integer);

/* -1 is nil; the elements of others are added next. */
valkey_store_read_t valkey_store_reply_array(valkey_store_reader_t *reader,
    int64_t elements);

/* The bytes do not move any more: places become pointers. */
void valkey_store_reply_point(valkey_store_reader_t *reader);


/* One block, to be freed by free(); NULL: no memory. */
valkey_store_reply_t *valkey_store_reply_copy(
    const valkey_store_reply_t *reply);


#endif /* _VALKEY_STORE_REPLY_H_INCLUDED_ */
