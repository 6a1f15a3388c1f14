
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Rows in the tables of LMDB; ledger/row.h and ledger/row_session.h say what
 * their bytes are.
 *
 * A record has its row in "records", and that of its message in "messages":
 * messages come in no order, and a page of each table would be one page more
 * to write for each.  A row of "records" never changes its length: one that
 * grew would split its page.
 *
 * A session has its row in "sessions", and its subject in "subjects".  Use of
 * a session does not move its entry: a sweep that finds it too early moves it
 * on, so that a request behind a gate writes to one page.
 */


#ifndef _LMDB_STORE_ROW_H_INCLUDED_
#define _LMDB_STORE_ROW_H_INCLUDED_


#include <lmdb.h>

#include "ledger/bytes.h"
#include "ledger/row.h"
#include "ledger/row_session.h"
#include "lmdb_store.h"


_Static_assert(LMDB_STORE_LANE_SESSIONS == LEDGER_ROW_LANES,
               "no record may stand in the lane of sessions");

/* A node of a 4 KiB page may have 2038 bytes, 16 of them header and key. */

_Static_assert(LEDGER_ROW_VALUE_MAX <= 2038 - 16,
               "a record must not need an overflow page");
_Static_assert(LEDGER_ROW_MESSAGE_VALUE_MAX <= 2038 - 16,
               "a message must not need an overflow page");
_Static_assert(LEDGER_ROW_SESSION_VALUE_MAX <= 2038 - 16,
               "a session must not need an overflow page");
_Static_assert(LEDGER_ROW_SUBJECT_KEY_MAX + 8 + LEDGER_ROW_SUBJECT_VALUE_MAX
               <= 2038,
               "a subject must not need an overflow page");


/*
 * Decode what stands in the tables, as ledger_row_decode() and its siblings
 * do.  They return 0 or MDB_CORRUPTED; sessions and subjects have their cost.
 */
int lmdb_store_row_decode(ledger_row_t *row, uint64_t key,
    const MDB_val *value);
int lmdb_store_row_decode_message(ledger_row_t *row, const MDB_val *message);
int lmdb_store_session_decode(ledger_row_session_t *row, uint64_t key,
    const MDB_val *value);
int lmdb_store_subject_decode(ledger_row_subject_t *row, const MDB_val *key,
    const MDB_val *value);
int lmdb_store_due_decode(const MDB_val *value, ledger_entry_t *entry);

/* The bytes that a row will have, and its cost. */
void lmdb_store_session_measure(ledger_row_session_t *row);
void lmdb_store_subject_measure(ledger_row_subject_t *row);

/* Keys of the tables, at out. */
void lmdb_store_key_encode(unsigned char *out, uint64_t key, MDB_val *val);
void lmdb_store_due_encode(unsigned char *out, const ledger_entry_t *entry,
    MDB_val *val);
void lmdb_store_subject_key(unsigned char *out, const ledger_text_t *app,
    const ledger_text_t *number, MDB_val *val);


#endif /* _LMDB_STORE_ROW_H_INCLUDED_ */
