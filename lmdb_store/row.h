
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Records as bytes.  A record has a row in the table "records", made when
 * its code is issued, and with its first message one in "messages", or at once
 * if it has a claim.
 *
 * Once there is a row in "messages", what changes (state, status, error,
 * flags, refusals, entry, attempts, validated_at, the claim and its
 * expires_at) stands there, and what the first row says of that holds no more:
 * messages come in no order, and a page of each table would be one page more
 * to write for each.  So a row of "records" never changes its length: one that
 * grew would split its page.
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
 * refused senders with their messages, the provider in a byte (NONE: a claim
 * without a message); of a record with a claim its members, the lengths of
 * its texts, these texts
 */

#define LMDB_STORE_STATE_LEN    33
#define LMDB_STORE_MESSAGE_HEAD_LEN                                           \
    (LMDB_STORE_STATE_LEN + 8 + 2 * LEDGER_MESSAGE_TEXTS)
#define LMDB_STORE_REFUSED_LEN  16
#define LMDB_STORE_CLAIM_TEXTS  (LEDGER_TEXTS - LEDGER_PLACE)
#define LMDB_STORE_CLAIM_LEN                                                  \
    (19 + 3 * LEDGER_DIGEST_LEN + 2 * LMDB_STORE_CLAIM_TEXTS)
#define LMDB_STORE_MESSAGE_VALUE_MAX                                          \
    (LMDB_STORE_MESSAGE_HEAD_LEN + LEDGER_MESSAGE_TEXTS_MAX                   \
     + LEDGER_USER_ID_MAX + LEDGER_REFUSALS_MAX * LMDB_STORE_REFUSED_LEN + 1  \
     + LMDB_STORE_CLAIM_LEN + LEDGER_PLACE_MAX + LEDGER_DEVICE_MAX)

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
    size_t              message_size;   /* of that in "messages", 0: none */
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

/* 1 if each number of the record has a word, and it may stand in its lane. */
int lmdb_store_row_is_sound(const lmdb_store_row_t *row);

/* Takes the members of the claim from a record. */
void lmdb_store_row_no_claim(ledger_record_t *record);

/* The bytes that the rows of a record will have. */
void lmdb_store_row_measure(lmdb_store_row_t *row);

size_t lmdb_store_row_message_len(const ledger_record_t *record);

/* Encode row->record into row->value, or its message into row->message. */
void lmdb_store_row_encode(lmdb_store_row_t *row);
void lmdb_store_row_encode_message(lmdb_store_row_t *row);

/*
 * Texts, one after another from p on, whose lengths stand at lens in 2 bytes
 * each.  get and put return their end.
 */
const unsigned char *lmdb_store_texts_get(ledger_text_t *text, unsigned n,
    const unsigned char *lens, const unsigned char *p);
unsigned char *lmdb_store_texts_put(const ledger_text_t *text, unsigned n,
    unsigned char *lens, unsigned char *p);
size_t lmdb_store_texts_len(const ledger_text_t *text, unsigned n);

/* Keys: numbers are big-endian, so that LMDB's order is theirs. */

void lmdb_store_key_encode(unsigned char *out, uint64_t key, MDB_val *val);
void lmdb_store_due_encode(unsigned char *out,
    const lmdb_store_entry_t *entry, MDB_val *val);
int lmdb_store_due_decode(const MDB_val *val, lmdb_store_entry_t *entry);


#endif /* _LMDB_STORE_ROW_H_INCLUDED_ */
