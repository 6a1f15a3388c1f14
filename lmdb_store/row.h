
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Records as bytes.  A record has a row in the table "records", made when
 * its code is issued, and with its first message one in "messages".
 *
 * Once there is a message, what changes (state, status, error, flags,
 * refusals, entry, attempts, validated_at) stands with it, and what the first
 * row says of that holds no more: messages come in no order, and a page of
 * each table would be one page more to write for each.  So a row of "records"
 * never changes its length: one that grew would split its page.
 */


#ifndef _LMDB_STORE_ROW_H_INCLUDED_
#define _LMDB_STORE_ROW_H_INCLUDED_


#include <lmdb.h>

#include "ledger/ledger.h"


/* Keys */

#define LMDB_STORE_KEY_LEN  8
#define LMDB_STORE_DUE_LEN  18

/* "records": the head, the texts */

#define LMDB_STORE_HEAD_LEN   66
#define LMDB_STORE_VALUE_MAX  (LMDB_STORE_HEAD_LEN + LEDGER_RECORD_TEXTS_MAX)

/*
 * "messages": the state, sent_at, the lengths of the texts, the texts, the
 * refused senders with their messages, the provider in a byte
 */

#define LMDB_STORE_STATE_LEN    33
#define LMDB_STORE_MESSAGE_HEAD_LEN                                           \
    (LMDB_STORE_STATE_LEN + 8 + 2 * LEDGER_MESSAGE_TEXTS)
#define LMDB_STORE_REFUSED_LEN  16
#define LMDB_STORE_MESSAGE_VALUE_MAX                                          \
    (LMDB_STORE_MESSAGE_HEAD_LEN + LEDGER_MESSAGE_TEXTS_MAX                   \
     + LEDGER_USER_ID_MAX + LEDGER_REFUSALS_MAX * LMDB_STORE_REFUSED_LEN + 1)

/* A node of a 4 KiB page may have 2038 bytes, 16 of them header and key. */

_Static_assert(LMDB_STORE_VALUE_MAX <= 2038 - 16,
               "a record must not need an overflow page");
_Static_assert(LMDB_STORE_MESSAGE_VALUE_MAX <= 2038 - 16,
               "a message must not need an overflow page");


/* An entry of the index of due work. */

typedef struct {
    unsigned         lane;
    uint64_t         due_at;
    uint64_t         key;
} lmdb_store_entry_t;


/*
 * A record in the hands of the engine.  Its entry differs from its lane and
 * due_at while it is kept and still stands where its code would have expired.
 */

typedef struct {
    ledger_record_t     record;
    lmdb_store_entry_t  entry;
    size_t              size;           /* of its row in "records" */
    size_t              message_size;   /* 0: no message */
    uint64_t            cost;           /* bytes, as counted for its app */
    int                 damaged;        /* the message's texts are unreadable,
                                           and empty here; its state is not */

    /* Both rows, where they have been copied or encoded. */
    unsigned char       value[LMDB_STORE_VALUE_MAX];
    unsigned char       message[LMDB_STORE_MESSAGE_VALUE_MAX];
} lmdb_store_row_t;


/*
 * Decode what stands in the tables; the texts of row->record point into it.
 * A message is decoded on top of the record that it belongs to.  They return
 * 0, and then each number of the record has a word, or MDB_CORRUPTED, also
 * for a damaged message.
 */
int lmdb_store_row_decode(lmdb_store_row_t *row, uint64_t key,
    const MDB_val *value);
int lmdb_store_row_decode_message(lmdb_store_row_t *row,
    const MDB_val *message);

/* The bytes that a record, and its message if it has one, will have. */
void lmdb_store_row_measure(lmdb_store_row_t *row);

/* Encode row->record into row->value, or its message into row->message. */
void lmdb_store_row_encode(lmdb_store_row_t *row);
void lmdb_store_row_encode_message(lmdb_store_row_t *row);

/* Keys: numbers are big-endian, so that LMDB's order is theirs. */

void lmdb_store_key_encode(unsigned char *out, uint64_t key, MDB_val *val);
void lmdb_store_due_encode(unsigned char *out,
    const lmdb_store_entry_t *entry, MDB_val *val);
int lmdb_store_due_decode(const MDB_val *val, lmdb_store_entry_t *entry);


#endif /* _LMDB_STORE_ROW_H_INCLUDED_ */
