
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Sessions and subjects as bytes.
 *
 * A session has a row in "sessions" under its key, an entry in the lane of
 * sessions of the index, and a place in the row of its subject, in "subjects"
 * under its app and number: all three, or none.  Use of a session does not
 * move its entry: a sweep that finds it too early moves it on, so that a
 * request behind a gate writes to one page.
 */


#ifndef _LMDB_STORE_ROW_SESSION_H_INCLUDED_
#define _LMDB_STORE_ROW_SESSION_H_INCLUDED_


#include <lmdb.h>

#include "ledger/ledger.h"


/* "sessions": the head, the texts */

#define LMDB_STORE_SESSION_HEAD_LEN  (57 + 2 * LEDGER_SESSION_TEXTS)
#define LMDB_STORE_SESSION_VALUE_MAX                                          \
    (LMDB_STORE_SESSION_HEAD_LEN + LEDGER_SESSION_TEXTS_MAX)

/*
 * "subjects": the length of the app's name in one byte, the name, the number
 * -> the head, the known marks, the sessions with the times of their logins
 */

#define LMDB_STORE_SUBJECT_KEY_MAX    (1 + LEDGER_SUBJECT_TEXTS_MAX)
#define LMDB_STORE_SUBJECT_HEAD_LEN   (18 + LEDGER_SUBJECT_SEED_LEN)
#define LMDB_STORE_SUBJECT_MARK_LEN   (8 + LEDGER_DIGEST_LEN)
#define LMDB_STORE_SUBJECT_LOGIN_LEN  16
#define LMDB_STORE_SUBJECT_VALUE_MAX                                          \
    (LMDB_STORE_SUBJECT_HEAD_LEN                                              \
     + LEDGER_MARKS_MAX * LMDB_STORE_SUBJECT_MARK_LEN                         \
     + LEDGER_SESSIONS_MAX * LMDB_STORE_SUBJECT_LOGIN_LEN)

_Static_assert(LMDB_STORE_SESSION_VALUE_MAX <= 2038 - 16,
               "a session must not need an overflow page");
_Static_assert(LMDB_STORE_SUBJECT_KEY_MAX + 8 + LMDB_STORE_SUBJECT_VALUE_MAX
               <= 2038,
               "a subject must not need an overflow page");


typedef struct {
    ledger_session_t    session;
    uint64_t            stands_at;      /* due_at of its entry */
    size_t              size;           /* of its row */
    uint64_t            cost;           /* bytes, as counted for its app */

    /* The row, where it has been copied or encoded. */
    unsigned char       value[LMDB_STORE_SESSION_VALUE_MAX];
} lmdb_store_session_t;


typedef struct {
    ledger_subject_t    subject;
    size_t              size;
    uint64_t            cost;

    /* The key, where it has been copied. */
    unsigned char       key[LMDB_STORE_SUBJECT_KEY_MAX];
} lmdb_store_subject_t;


/*
 * Decode what stands in the tables; the texts point into it.  They return 0 or
 * MDB_CORRUPTED.
 */
int lmdb_store_session_decode(lmdb_store_session_t *row, uint64_t key,
    const MDB_val *value);
int lmdb_store_subject_decode(lmdb_store_subject_t *row, const MDB_val *key,
    const MDB_val *value);

/* The bytes that a row will have, and its cost. */
void lmdb_store_session_measure(lmdb_store_session_t *row);
void lmdb_store_subject_measure(lmdb_store_subject_t *row);

/* Encode a session into row->value, a subject into out. */
void lmdb_store_session_encode(lmdb_store_session_t *row);
void lmdb_store_subject_encode(const lmdb_store_subject_t *row,
    unsigned char *out);

/* 1 if there may be such a subject; its key. */
int lmdb_store_subject_fits(const ledger_text_t *app,
    const ledger_text_t *number);
void lmdb_store_subject_key(unsigned char *out, const ledger_text_t *app,
    const ledger_text_t *number, MDB_val *val);


#endif /* _LMDB_STORE_ROW_SESSION_H_INCLUDED_ */
