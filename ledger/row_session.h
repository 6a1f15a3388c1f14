
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Sessions and subjects as bytes, the same in every engine.
 *
 * A session has a row under its key, an entry in the index of due work, and a
 * place in the row of its subject, which stands under its app and number: all
 * three, or none.
 */


#ifndef _LEDGER_ROW_SESSION_H_INCLUDED_
#define _LEDGER_ROW_SESSION_H_INCLUDED_


#include "row.h"


/* A session: the head, the texts */

#define LEDGER_ROW_SESSION_HEAD_LEN  (57 + 2 * LEDGER_SESSION_TEXTS)
#define LEDGER_ROW_SESSION_VALUE_MAX                                          \
    (LEDGER_ROW_SESSION_HEAD_LEN + LEDGER_SESSION_TEXTS_MAX)

/*
 * A subject: the length of the app's name in one byte, the name, the number
 * -> the head, the known marks, the sessions with the times of their logins
 */

#define LEDGER_ROW_SUBJECT_KEY_MAX    (1 + LEDGER_SUBJECT_TEXTS_MAX)
#define LEDGER_ROW_SUBJECT_HEAD_LEN   (18 + LEDGER_SUBJECT_SEED_LEN)
#define LEDGER_ROW_SUBJECT_MARK_LEN   (8 + LEDGER_DIGEST_LEN)
#define LEDGER_ROW_SUBJECT_LOGIN_LEN  16
#define LEDGER_ROW_SUBJECT_VALUE_MAX                                          \
    (LEDGER_ROW_SUBJECT_HEAD_LEN                                              \
     + LEDGER_MARKS_MAX * LEDGER_ROW_SUBJECT_MARK_LEN                         \
     + LEDGER_SESSIONS_MAX * LEDGER_ROW_SUBJECT_LOGIN_LEN)


typedef struct {
    ledger_session_t  session;
    uint64_t          stands_at;      /* due_at of its entry */
    size_t            size;           /* of its row */
    uint64_t          cost;           /* the engine's: bytes, as counted for
                                         its app */

    /* The row, where it has been copied or encoded. */
    unsigned char     value[LEDGER_ROW_SESSION_VALUE_MAX];
} ledger_row_session_t;


typedef struct {
    ledger_subject_t  subject;
    size_t            size;
    uint64_t          cost;

    /* The key, where it has been copied. */
    unsigned char     key[LEDGER_ROW_SUBJECT_KEY_MAX];
} ledger_row_subject_t;


/*
 * Decode what an engine keeps; the texts point into it.  They return 0 or
 * LEDGER_ROW_CORRUPTED, and do not set the cost.
 */
int ledger_row_session_decode(ledger_row_session_t *row, uint64_t key,
    const ledger_text_t *value);
int ledger_row_subject_decode(ledger_row_subject_t *row,
    const ledger_text_t *key, const ledger_text_t *value);

/* The bytes that a row will have. */
void ledger_row_session_measure(ledger_row_session_t *row);
void ledger_row_subject_measure(ledger_row_subject_t *row);

/* Encode a session into row->value, a subject into out. */
void ledger_row_session_encode(ledger_row_session_t *row);
void ledger_row_subject_encode(const ledger_row_subject_t *row,
    unsigned char *out);

/* 1 if there may be such a subject; its key, and the length of that. */
int ledger_row_subject_fits(const ledger_text_t *app,
    const ledger_text_t *number);
size_t ledger_row_subject_key(unsigned char *out, const ledger_text_t *app,
    const ledger_text_t *number);


#endif /* _LEDGER_ROW_SESSION_H_INCLUDED_ */
