
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Shared by check.c, check_counts.c, check_record.c and check_session.c. */


#ifndef _LMDB_STORE_CHECK_H_INCLUDED_
#define _LMDB_STORE_CHECK_H_INCLUDED_


#include "store.h"


typedef struct {
    lmdb_store_counts_t  counted;
    lmdb_store_counts_t  stated;
    size_t               len;
    unsigned char        name[LEDGER_APP_MAX];
} lmdb_store_check_app_t;


typedef struct {
    lmdb_store_t            *store;
    uint64_t                 faults;
    uint64_t                 last_key;
    void                   (*problem)(const char *sentence, void *data);
    void                    *data;

    lmdb_store_check_app_t  *apps;
    size_t                   n_apps;
} lmdb_store_check_t;

typedef int (*lmdb_store_check_pt)(lmdb_store_check_t *check,
    const MDB_val *key, const MDB_val *value);


void lmdb_store_check_fault(lmdb_store_check_t *check, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * The row after *key in the order of the table, the first one if its size is
 * 0: 0 or an error.  Rows that do not follow that order are MDB_CORRUPTED: in
 * a damaged file they could go round for ever.
 */
int lmdb_store_check_next(MDB_cursor *cursor, MDB_val *key, MDB_val *value);

/* A row of another table in the transaction of the check. */
int lmdb_store_check_find(lmdb_store_check_t *check, MDB_dbi dbi,
    const unsigned char *key, size_t len, MDB_val *value);

/* Rows of "records", "due", "messages" and "asked". */
int lmdb_store_check_record(lmdb_store_check_t *check, const MDB_val *key,
    const MDB_val *value);
int lmdb_store_check_due(lmdb_store_check_t *check, const MDB_val *key,
    const MDB_val *value);
int lmdb_store_check_message(lmdb_store_check_t *check, const MDB_val *key,
    const MDB_val *value);
int lmdb_store_check_asked(lmdb_store_check_t *check, const MDB_val *key,
    const MDB_val *value);

/* Rows of "sessions" and "subjects", and an entry in the lane of sessions. */
int lmdb_store_check_session(lmdb_store_check_t *check, const MDB_val *key,
    const MDB_val *value);
int lmdb_store_check_subject(lmdb_store_check_t *check, const MDB_val *key,
    const MDB_val *value);
int lmdb_store_check_session_due(lmdb_store_check_t *check,
    const ledger_entry_t *entry);

/* Checks the counts of each app: 0 or an error. */
int lmdb_store_check_counts(lmdb_store_check_t *check);


#endif /* _LMDB_STORE_CHECK_H_INCLUDED_ */
