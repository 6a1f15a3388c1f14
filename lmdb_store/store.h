
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The inside of a store, shared by the files of lmdb_store/ alone.
 *
 * Tables: "meta" (schema, keys, last key, marks), "records", "due" (the index
 * of due work), "messages", "apps" (name -> what is counted for it), "asked"
 * (app and user -> record), "sessions" and "subjects" (app and phone number ->
 * subject).  Numbers in keys are big-endian, so that LMDB's order of bytes is
 * their order.
 *
 * Functions that return an int return 0 or LMDB's (or the system's) error.
 */


#ifndef _LMDB_STORE_STORE_H_INCLUDED_
#define _LMDB_STORE_STORE_H_INCLUDED_


#include <lmdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "lmdb_store.h"
#include "row.h"


#define LMDB_STORE_PATH_MAX   1024
#define LMDB_STORE_APP_LEN    24
#define LMDB_STORE_APPS_HELD  16

/* Records that one sweep handles at most. */
#define LMDB_STORE_SWEEP_MAX  1024

/* Names in the table "meta" that more than one file knows. */
#define LMDB_STORE_LAST_KEY   "last_key"

/* The length of the app's name in one byte, the name, the user's id. */
#define LMDB_STORE_ASKED_LEN_MAX                                              \
    (1 + LEDGER_APP_MAX + LEDGER_USER_ID_MAX)


/* The counts of an app; names have a table in app.c. */

typedef struct {
    uint64_t       waiting;       /* codes */
    uint64_t       pages;         /* those of them that have PAGE */
    uint64_t       bytes;         /* costs of all that is its */
} lmdb_store_counts_t;


/* An app as the write transaction has it. */

typedef struct {
    lmdb_store_counts_t  counts;
    size_t               len;
    int                  dirty;
    unsigned char        name[LEDGER_APP_MAX];
} lmdb_store_app_t;


typedef struct {
    MDB_dbi        meta;
    MDB_dbi        records;
    MDB_dbi        due;
    MDB_dbi        messages;
    MDB_dbi        apps;
    MDB_dbi        asked;
    MDB_dbi        sessions;
    MDB_dbi        subjects;
} lmdb_store_tables_t;


/* The random keys of a store, which are made with it. */

typedef struct {
    uint8_t        code[16];
    uint8_t        id[16];
    uint8_t        token[16];
} lmdb_store_keys_t;


/* The changes that the write transaction holds back until commit. */

typedef struct {
    MDB_txn           *txn;
    MDB_cursor        *records;
    MDB_cursor        *due;
    uint64_t           last_key;
    int                last_key_read;
    int                last_key_dirty;
    int                room_known;
    int64_t            room;           /* bytes that codes may still take */
    uint64_t           usable;         /* bytes that codes may take in all */
    unsigned           purge_max;      /* records, before their time */
    unsigned           sweep_max;      /* records, in one sweep */
    unsigned           purged;
    uint64_t           freed;          /* bytes of these */
    unsigned           kept_lane;      /* with the oldest head, 0: not known */
    uint64_t           kept_until;     /* its head is, up to then */
    unsigned           n_apps;
    lmdb_store_app_t   apps[LMDB_STORE_APPS_HELD];
} lmdb_store_write_t;


struct lmdb_store_s {
    MDB_env              *env;         /* NULL: to be opened again */
    lmdb_store_tables_t   tables;

    char                  path[LMDB_STORE_PATH_MAX];
    uint64_t              map_size;
    unsigned              max_readers;
    int                   read_only;
    int                   lockless;
    int                   fill;
    int                   fill_lock;   /* the directory, opened; or -1 */
    uint64_t            (*now)(void);

    lmdb_store_keys_t     keys;
    atomic_int            error;

    /*
     * Held for a read and for whatever exchanges the map or the environment,
     * which LMDB allows only while the process has no transaction.  The
     * writer's transaction is announced by "writing" instead: the lock must
     * not be held while it waits for other processes.
     */
    pthread_mutex_t       map_lock;
    int                   writing;
    unsigned              warming;     /* transactions that warm, likewise */
    pthread_cond_t        warmed;
    MDB_txn              *read_txn;
    MDB_cursor           *read_records;
    MDB_cursor           *read_due;
    uint64_t              reopen_at;   /* monotonic milliseconds */
    unsigned              n_leaked;

    /* The rest belongs to the writer's thread. */
    void                (*changed)(void *data, uint64_t key);
    void                 *changed_data;
    lmdb_store_write_t    write;
    int                   readers_suspect;
    uint64_t              readers_checked_at;   /* monotonic milliseconds */
    uint64_t              map_grown_at;
    int                   map_suspect;
    uint64_t              free_pages;
    uint64_t              free_counted_at;
    unsigned              free_stale;  /* issued since */
    uint64_t              freed;       /* bytes purged since */
    unsigned              sweep_max;
    unsigned              sweep_lane;  /* of KEPT, to go on with */
};


/* directory.c: the directory and its files, before LMDB sees them */

void lmdb_store_say(char *detail, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
ledger_result_t lmdb_store_directory_check(const lmdb_store_t *store,
    char *detail);
ledger_result_t lmdb_store_directory_lock_file(const lmdb_store_t *store,
    char *detail);
ledger_result_t lmdb_store_directory_fill(lmdb_store_t *store, char *detail);
ledger_result_t lmdb_store_directory_lockless(lmdb_store_t *store,
    char *detail);
ledger_result_t lmdb_store_directory_data_file(const lmdb_store_t *store,
    char *detail);
void lmdb_store_directory_denied(const lmdb_store_t *store, char *detail);
ledger_result_t lmdb_store_directory_file_system(uint64_t magic,
    int read_only, const char *path, char *detail);

/* schema.c: what an open environment holds */

ledger_result_t lmdb_store_schema_open(lmdb_store_t *store, char *detail);
/* From this transaction on, a store that was filled is one. */
int lmdb_store_schema_filled(lmdb_store_t *store, MDB_txn *txn);

/* tables.c: the tables, and rows of "meta" with names of text */

int lmdb_store_tables_get(lmdb_store_t *store, MDB_txn *txn, const char *name,
    MDB_val *val);
int lmdb_store_tables_put(lmdb_store_t *store, MDB_txn *txn, const char *name,
    const void *data, size_t len);
/* Opens the tables and reads the keys; with MDB_CREATE it makes them. */
int lmdb_store_tables_load(lmdb_store_t *store, MDB_txn *txn, unsigned flags);
int lmdb_store_tables_set_keys(lmdb_store_t *store, MDB_txn *txn,
    const lmdb_store_keys_t *keys);
/* Removes all rows but those of "meta". */
int lmdb_store_tables_empty(lmdb_store_t *store, MDB_txn *txn);

/* env.c: the environment of LMDB */

ledger_result_t lmdb_store_env_open(lmdb_store_t *store, char *detail);
void lmdb_store_env_close(lmdb_store_t *store);
int lmdb_store_mend(lmdb_store_t *store, int rc);

/* open.c */

ledger_result_t lmdb_store_open_files(lmdb_store_t *store, char *detail);
uint64_t lmdb_store_monotonic(void);
int lmdb_store_note(lmdb_store_t *store, int rc);

/* record.c: records in their tables */

int lmdb_store_record_read(lmdb_store_t *store, MDB_txn *txn,
    const MDB_val *key, const MDB_val *value, ledger_row_t *row);
int lmdb_store_record_load(lmdb_store_t *store, uint64_t key,
    ledger_row_t *row);
int lmdb_store_record_is_there(lmdb_store_t *store, uint64_t key);
void lmdb_store_record_settle(const ledger_row_t *row,
    const ledger_change_t *change, ledger_row_t *after);
int lmdb_store_record_add(lmdb_store_t *store, ledger_row_t *row,
    const ledger_change_t *change);
int lmdb_store_record_save(lmdb_store_t *store, const ledger_row_t *row,
    const ledger_change_t *change, ledger_row_t *after);
int lmdb_store_record_rewrite(lmdb_store_t *store,
    const ledger_row_t *row, const ledger_entry_t *entry);
int lmdb_store_record_remove(lmdb_store_t *store,
    const ledger_row_t *row);

/* asked.c: which record a user was asked about */

int lmdb_store_asked_save(lmdb_store_t *store, const ledger_record_t *record);
int lmdb_store_asked_remove(lmdb_store_t *store,
    const ledger_record_t *record);
int lmdb_store_asked_decode(const MDB_val *key, const MDB_val *value,
    ledger_text_t *app, ledger_text_t *user_id, uint64_t *id);

/* session.c: sessions and subjects in their tables */

int lmdb_store_session_load(lmdb_store_t *store, uint64_t key,
    ledger_row_session_t *row);
int lmdb_store_session_is_there(lmdb_store_t *store, uint64_t key);
int lmdb_store_session_add(lmdb_store_t *store, ledger_row_session_t *row);
/* The row alone: its entry in the index is the caller's. */
int lmdb_store_session_save(lmdb_store_t *store, ledger_row_session_t *row);
int lmdb_store_session_move(lmdb_store_t *store,
    const ledger_row_session_t *row);
int lmdb_store_session_remove(lmdb_store_t *store, uint64_t key);
int lmdb_store_subject_load(lmdb_store_t *store, const ledger_text_t *app,
    const ledger_text_t *number, ledger_row_subject_t *row);
int lmdb_store_subject_save(lmdb_store_t *store, ledger_row_subject_t *row,
    uint64_t before);

/* login.c: what sessions begin and end by */

int lmdb_store_login_begin(lmdb_store_t *store,
    const ledger_record_t *record, const ledger_op_t *op,
    const ledger_row_subject_t *before);
int lmdb_store_login_revoke(lmdb_store_t *store, ledger_op_t *op);
int lmdb_store_login_touch(lmdb_store_t *store, ledger_op_t *op);
int lmdb_store_login_sweep(lmdb_store_t *store, uint64_t now,
    const ledger_entry_t *entry);

/* kept.c: records that are only retained */

unsigned lmdb_store_kept_lane(const ledger_text_t *app);
/* Where a record is to stand in the index that was row before a change. */
void lmdb_store_kept_entry(const ledger_row_t *row,
    const ledger_record_t *after, ledger_entry_t *entry);
/* Moves one from where its code would have expired to the lane of its app. */
int lmdb_store_kept_move(lmdb_store_t *store, const ledger_row_t *row);
/* Purges the oldest of the app until it has so many bytes, if it can. */
int lmdb_store_kept_shrink(lmdb_store_t *store, const lmdb_store_app_t *app,
    uint64_t bytes);
/* 1 if one may go before its time, because space is short. */
int lmdb_store_kept_is_pressed(const lmdb_store_t *store);
/* Purges the oldest of all, or MDB_NOTFOUND. */
int lmdb_store_kept_drop(lmdb_store_t *store);
/* Does so for a new code, a few times. */
int lmdb_store_kept_yield(lmdb_store_t *store);

/* due.c: the index */

int lmdb_store_due_is(const ledger_entry_t *a, const ledger_entry_t *b);
int lmdb_store_due_seek(lmdb_store_t *store, ledger_entry_t *entry);
int lmdb_store_due_add(lmdb_store_t *store, const ledger_entry_t *entry);
int lmdb_store_due_remove(lmdb_store_t *store,
    const ledger_entry_t *entry);

/* write.c */

int lmdb_store_write_last_key(lmdb_store_t *store);
/* Tells who watches this key. */
void lmdb_store_write_changed(lmdb_store_t *store, uint64_t key);
void lmdb_store_write_clear(lmdb_store_t *store);
void lmdb_store_write_failed(lmdb_store_t *store, int rc);
/* lmdb_store_mend() for the writer's thread, which does not hold map_lock. */
int lmdb_store_write_mend(lmdb_store_t *store, int rc);

/* share.c: the bytes that an app uses, and may */

uint64_t lmdb_store_cost(const ledger_row_t *row);
uint64_t lmdb_store_cost_session(const ledger_row_session_t *row);
uint64_t lmdb_store_cost_subject(const ledger_row_subject_t *row);
/*
 * *beyond: the app has no room for so much more, even after a purge of what it
 * retains.  Where the store is short of space, the oldest of all are purged:
 * app is not valid after it.
 */
int lmdb_store_share(lmdb_store_t *store, const lmdb_store_app_t *app,
    unsigned share, uint64_t cost, int *beyond);

/* app.c: what is counted for an app */

int lmdb_store_counts_decode(lmdb_store_counts_t *counts,
    const MDB_val *value);
int lmdb_store_app_find(lmdb_store_t *store, const ledger_text_t *name,
    lmdb_store_app_t **app);
int lmdb_store_app_count(lmdb_store_t *store, const ledger_row_t *row,
    const ledger_change_t *change, uint64_t before, uint64_t after);
/* Counts the bytes of anything else, before and after a change. */
int lmdb_store_app_charge(lmdb_store_t *store, const ledger_text_t *name,
    uint64_t before, uint64_t after);
int lmdb_store_app_flush(lmdb_store_t *store);

/* space.c */

int lmdb_store_space_count_free(MDB_txn *txn, uint64_t most,
    uint64_t *pages);
int lmdb_store_space_know(lmdb_store_t *store);
int lmdb_store_space_is_short(const lmdb_store_t *store);
/* The same for a reading transaction, which counts the free pages. */
int lmdb_store_space_seems_short(lmdb_store_t *store, int *is_short);
int lmdb_store_space_take(lmdb_store_t *store, uint64_t cost);
int lmdb_store_space_has_session(lmdb_store_t *store);
void lmdb_store_space_take_session(lmdb_store_t *store, uint64_t cost);
void lmdb_store_space_grow(lmdb_store_t *store);
/* Enlarges the map of a store that is being filled, between transactions. */
int lmdb_store_space_extend(lmdb_store_t *store);

/* sweep.c */

int lmdb_store_op_sweep(lmdb_store_t *store, ledger_op_t *op);
void lmdb_store_sweep_less(lmdb_store_t *store);

/* read.c */

int lmdb_store_read_begin(lmdb_store_t *store);
void lmdb_store_read_end(lmdb_store_t *store);
int lmdb_store_read_last_key(lmdb_store_t *store, uint64_t *last_key);


#endif /* _LMDB_STORE_STORE_H_INCLUDED_ */
