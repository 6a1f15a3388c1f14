
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * valkey_store/value - what stands at a key: a stamp of 8 bytes, new with each
 * write, and the ledger's rows behind it.
 *
 *     record    stamp | its row | the row of its message, if it has one
 *     session   stamp | its row, or the stamp alone: it has ended
 *     subject   stamp | its row
 *     asked     the key of a record: no stamp, because the last one counts
 *
 * Where the row of a record ends follows from itself.  A change of a record
 * writes both rows, and so both say the same of its state.
 *
 * Danger: values outlive the version that wrote them, and hosts of two
 * versions use one store.  t/unit/valkey_value.c holds one of each kind, and
 * must not change.
 */


#ifndef _VALKEY_STORE_VALUE_H_INCLUDED_
#define _VALKEY_STORE_VALUE_H_INCLUDED_


#include "ledger/row_session.h"


#define VALKEY_STORE_STAMP_LEN  8

#define VALKEY_STORE_RECORD_VALUE_MAX                                         \
    (VALKEY_STORE_STAMP_LEN + LEDGER_ROW_VALUE_MAX                            \
     + LEDGER_ROW_MESSAGE_VALUE_MAX)
#define VALKEY_STORE_SESSION_VALUE_MAX                                        \
    (VALKEY_STORE_STAMP_LEN + LEDGER_ROW_SESSION_VALUE_MAX)
#define VALKEY_STORE_SUBJECT_VALUE_MAX                                        \
    (VALKEY_STORE_STAMP_LEN + LEDGER_ROW_SUBJECT_VALUE_MAX)
#define VALKEY_STORE_ASKED_VALUE_LEN  LEDGER_ROW_KEY_LEN

/* No value is longer: the limit of a reply's texts. */
#define VALKEY_STORE_VALUE_MAX  VALKEY_STORE_RECORD_VALUE_MAX

/* A session that has ended: its stamp is all that is left. */
#define VALKEY_STORE_VALUE_ENDED  1


/*
 * The stamp is what was read, or is to be written.  After decoding, the texts
 * of a row lie within the row: it lives longer than the reply it came in, and
 * must not be moved.
 */

typedef struct {
    uint8_t               stamp[VALKEY_STORE_STAMP_LEN];
    ledger_row_t          row;
} valkey_store_record_t;

typedef struct {
    uint8_t               stamp[VALKEY_STORE_STAMP_LEN];
    ledger_row_session_t  row;
} valkey_store_session_t;

typedef struct {
    uint8_t               stamp[VALKEY_STORE_STAMP_LEN];
    ledger_row_subject_t  row;
} valkey_store_subject_t;


/* Makes a stamp that no other is like.  Returns 0, or -1: no random bytes. */
int valkey_store_stamp(uint8_t stamp[VALKEY_STORE_STAMP_LEN]);

/* 1 if a value of any kind but asked has this stamp. */
int valkey_store_value_has(const ledger_text_t *value,
    const uint8_t stamp[VALKEY_STORE_STAMP_LEN]);

/*
 * Decode a value.  They return 0; LEDGER_ROW_CORRUPTED: no value is like that;
 * or ENDED, of a session, whose stamp alone is set.
 *
 * A record of which only the message is damaged is CORRUPTED with
 * row.damaged: its state and entry are set, so that it can go in its time.
 * No other operation may touch it.
 */
int valkey_store_record_decode(valkey_store_record_t *record, uint64_t key,
    const ledger_text_t *value);
int valkey_store_session_decode(valkey_store_session_t *session, uint64_t key,
    const ledger_text_t *value);
int valkey_store_subject_decode(valkey_store_subject_t *subject,
    const ledger_text_t *app, const ledger_text_t *number,
    const ledger_text_t *value);
int valkey_store_asked_decode(const ledger_text_t *value, uint64_t *key);

/*
 * Encode a stamp and what it is before into out, which has room for the
 * longest, and return the length.  They measure the row first.
 *
 * The texts of a row must lie elsewhere than in that row: in the one that was
 * decoded before, or in the operation.  row.entry of a record, row.stands_at
 * of a session are the caller's to set.
 */
size_t valkey_store_record_encode(valkey_store_record_t *record,
    unsigned char *out);
size_t valkey_store_session_encode(valkey_store_session_t *session,
    unsigned char *out);
size_t valkey_store_subject_encode(valkey_store_subject_t *subject,
    unsigned char *out);


#endif /* _VALKEY_STORE_VALUE_H_INCLUDED_ */
