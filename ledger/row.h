
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Records as bytes, the same in every engine.  A record has a row, made when
 * its code is issued, and with its first message the row of a message, or at
 * once if it has a claim.
 *
 * Once there is a row of the message, what changes (state, status, error,
 * flags, refusals, entry, attempts, validated_at, the claim and its
 * expires_at) stands there, and what the first row says of that holds no more:
 * a change writes one row, and the first one never changes its length.
 *
 * Danger: rows outlive the version that wrote them.  t/unit/ledger_row.c holds
 * one of each kind, and must not change.
 */


#ifndef _LEDGER_ROW_H_INCLUDED_
#define _LEDGER_ROW_H_INCLUDED_


#include "ledger.h"


/* Decoding returns it for bytes that are no row. */

#define LEDGER_ROW_CORRUPTED  (-1)

#define LEDGER_ROW_KEY_LEN    8
#define LEDGER_ROW_DUE_LEN    18

/*
 * A record stands in a lane below this: an engine may spread those that are
 * only kept over 256 lanes.
 */
#define LEDGER_ROW_LANES      (LEDGER_LANE_KEPT + 256)

/* A record: the head, the texts */

#define LEDGER_ROW_HEAD_LEN   66
#define LEDGER_ROW_VALUE_MAX  (LEDGER_ROW_HEAD_LEN + LEDGER_RECORD_TEXTS_MAX)

/*
 * A message: the state, sent_at, the lengths of the texts, the texts, the
 * refused senders with their messages, the provider in a byte (NONE: a claim
 * without a message); of a record with a claim its members, the lengths of
 * its texts, these texts
 */

#define LEDGER_ROW_STATE_LEN    33
#define LEDGER_ROW_MESSAGE_HEAD_LEN                                           \
    (LEDGER_ROW_STATE_LEN + 8 + 2 * LEDGER_MESSAGE_TEXTS)
#define LEDGER_ROW_REFUSED_LEN  16
#define LEDGER_ROW_CLAIM_TEXTS  (LEDGER_TEXTS - LEDGER_PLACE)
#define LEDGER_ROW_CLAIM_LEN                                                  \
    (19 + 3 * LEDGER_DIGEST_LEN + 2 * LEDGER_ROW_CLAIM_TEXTS)
#define LEDGER_ROW_MESSAGE_VALUE_MAX                                          \
    (LEDGER_ROW_MESSAGE_HEAD_LEN + LEDGER_MESSAGE_TEXTS_MAX                   \
     + LEDGER_USER_ID_MAX + LEDGER_REFUSALS_MAX * LEDGER_ROW_REFUSED_LEN + 1  \
     + LEDGER_ROW_CLAIM_LEN + LEDGER_PLACE_MAX + LEDGER_DEVICE_MAX)


/* An entry of the index of due work. */

typedef struct {
    unsigned         lane;
    uint64_t         due_at;
    uint64_t         key;
} ledger_entry_t;


/*
 * A record in the hands of an engine.  Its entry differs from its lane and
 * due_at while it is kept and still stands where its code would have expired.
 */

typedef struct {
    ledger_record_t  record;
    ledger_entry_t   entry;
    size_t           size;           /* of its row */
    size_t           message_size;   /* of the row of its message, 0: none */
    uint64_t         cost;           /* the engine's: bytes, as counted for
                                        its app */
    int              damaged;        /* the message's texts are unreadable,
                                        and empty here; its state is not */

    /* Both rows, where they have been copied or encoded. */
    unsigned char    value[LEDGER_ROW_VALUE_MAX];
    unsigned char    message[LEDGER_ROW_MESSAGE_VALUE_MAX];
} ledger_row_t;


/*
 * Decode what an engine keeps; the texts of row->record point into it.  A
 * message is decoded on top of the record that it belongs to.  They return 0,
 * and then each number of the record has a word, or LEDGER_ROW_CORRUPTED, also
 * for a damaged message.  They do not set row->cost.
 */
int ledger_row_decode(ledger_row_t *row, uint64_t key,
    const ledger_text_t *value);
int ledger_row_decode_message(ledger_row_t *row,
    const ledger_text_t *message);

/*
 * The length of the row that value begins with, for an engine that keeps the
 * row of the message behind it.  0: too short for one.
 */
size_t ledger_row_len(const ledger_text_t *value);

/* 1 if each number of the record has a word, and it may stand in its lane. */
int ledger_row_is_sound(const ledger_row_t *row);

/*
 * 1 if state, status, flags and entry of a sound row agree; where a kept record
 * stands is the engine's.
 */
int ledger_row_agrees(const ledger_row_t *row);

/* Takes the members of the claim from a record. */
void ledger_row_no_claim(ledger_record_t *record);

/* The bytes that the rows of a record will have. */
void ledger_row_measure(ledger_row_t *row);

size_t ledger_row_message_len(const ledger_record_t *record);

/* Encode row->record into row->value, or its message into row->message. */
void ledger_row_encode(ledger_row_t *row);
void ledger_row_encode_message(ledger_row_t *row);

/*
 * Texts, one after another from p on, whose lengths stand at lens in 2 bytes
 * each.  get and put return their end.
 */
const unsigned char *ledger_row_texts_get(ledger_text_t *text, unsigned n,
    const unsigned char *lens, const unsigned char *p);
unsigned char *ledger_row_texts_put(const ledger_text_t *text, unsigned n,
    unsigned char *lens, unsigned char *p);
size_t ledger_row_texts_len(const ledger_text_t *text, unsigned n);

/* Entries as bytes, whose order is that of lanes, times and keys. */

void ledger_row_due_encode(unsigned char *out, const ledger_entry_t *entry);
int ledger_row_due_decode(const ledger_text_t *value, ledger_entry_t *entry);


#endif /* _LEDGER_ROW_H_INCLUDED_ */
