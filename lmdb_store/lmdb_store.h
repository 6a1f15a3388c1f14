
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * lmdb_store - the ledger's records, kept in LMDB on one machine.
 *
 * Caveats, which are LMDB's own (see "Caveats" in lmdb.h):
 *
 *  - A store must not be used across fork(): open it after.
 *  - A process opens a directory at most once at a time: closing one of two
 *    handles would drop the process's file locks under the other.
 *  - A write transaction (lmdb_store_begin() to lmdb_store_commit()) belongs
 *    to one thread.  One thread may write while one other thread reads and a
 *    third one warms.
 *  - Local file systems only: the lock file is a shared memory map.
 *
 * Units: every time is unix time in milliseconds, every span milliseconds.
 * Ownership: texts passed in are borrowed for the call; texts handed out
 * point into the structure that the caller passed.  Nothing is allocated for
 * one operation or one read.
 */


#ifndef _LMDB_STORE_H_INCLUDED_
#define _LMDB_STORE_H_INCLUDED_


#include "ledger/ledger.h"


/*
 * Kept records stand in the lane of their app, so that the app's oldest is
 * found.  These lanes are few, because each one that a sweep writes to is a
 * page.  Behind them is the one of sessions.
 */
#define LMDB_STORE_KEPT_LANES     256
#define LMDB_STORE_LANE_SESSIONS  (LEDGER_LANE_KEPT + LMDB_STORE_KEPT_LANES)
#define LMDB_STORE_LANES          (LMDB_STORE_LANE_SESSIONS + 1)


typedef struct lmdb_store_s  lmdb_store_t;

typedef struct {
    const char  *path;           /* the directory; it must exist */
    uint64_t     map_size;       /* bytes; a larger map already made stays */
    unsigned     max_readers;    /* only the first opener's value counts */
    int          read_only;      /* 1: look, create and change nothing */
    int          fill;           /* 1: make a store of another one, see below */
    uint64_t   (*now)(void);     /* the clock; NULL: the system's */
} lmdb_store_options_t;

#define LMDB_STORE_DETAIL_MAX  512


/*
 * Opens the store in options->path, makes it if the directory is empty, and
 * converts one of the version before this one, in one transaction.
 *
 * *detail receives a sentence for the log (at most DETAIL_MAX bytes with its
 * zero): the reason of a failure, or a warning, or the empty string.
 *
 * Returns OK and *store, which the caller closes; FOREIGN or VERSION, with
 * the files left as they are; UNUSABLE for everything the operator can mend
 * (permissions, a full disk, a remote file system).
 */
ledger_result_t lmdb_store_open(const lmdb_store_options_t *options,
    lmdb_store_t **store, char *detail);

/*
 * Closes a store.  No transaction may be open.  With a liblmdb whose close
 * destroys the mutexes of other processes (0.9.26 to 0.9.31) the files stay
 * open until the process ends.
 */
void lmdb_store_close(lmdb_store_t *store);

/* The random keys made with the store: 16 bytes each, valid until close. */
const uint8_t *lmdb_store_code_key(const lmdb_store_t *store);
const uint8_t *lmdb_store_id_key(const lmdb_store_t *store);
const uint8_t *lmdb_store_token_key(const lmdb_store_t *store);


/*
 * Copies the record of a key out: one short read transaction.
 * An expired WAITING record is reported with status EXPIRED.
 * Returns OK, UNKNOWN or FAILED.
 */
ledger_result_t lmdb_store_get(lmdb_store_t *store, uint64_t key,
    ledger_copy_t *copy);

/*
 * The record of an app about which a user was asked last: its key into *key.
 * An app finds its own only, because another tenant's messages may carry any
 * user id.
 * Returns OK, UNKNOWN or FAILED.
 */
ledger_result_t lmdb_store_asked(lmdb_store_t *store,
    const ledger_text_t *app, const ledger_text_t *user_id,
    uint64_t *key);

/*
 * Copies the session of a key, or the subject of an app with this number, out.
 * A session whose time has come is UNKNOWN, also before a sweep has seen it.
 * Returns OK, UNKNOWN or FAILED.
 */
ledger_result_t lmdb_store_get_session(lmdb_store_t *store, uint64_t key,
    ledger_session_copy_t *copy);
ledger_result_t lmdb_store_get_subject(lmdb_store_t *store,
    const ledger_text_t *app, const ledger_text_t *number,
    ledger_subject_copy_t *copy);

/*
 * Reads the pages of the sessions of so many keys into memory, in a thread that
 * may wait for the disk; other threads do not wait for it.
 */
void lmdb_store_warm_sessions(lmdb_store_t *store, const uint64_t *keys,
    unsigned n);

/*
 * The head of one lane: up to max entries due at or before now, in order,
 * and *n their number.  In delivery lanes an entry further ahead
 * than horizon (span) counts as due: the wall clock has stepped back.
 * Returns OK or FAILED.
 */
ledger_result_t lmdb_store_due(lmdb_store_t *store, unsigned lane,
    uint64_t now, uint64_t horizon, ledger_due_t *due, unsigned max,
    unsigned *n);

/*
 * The first lane from `from` on that has entries, due or not; LMDB_STORE_LANES
 * if there is none.  OK or FAILED.
 */
ledger_result_t lmdb_store_next_lane(lmdb_store_t *store, unsigned from,
    unsigned *lane);

/*
 * *wanted: something is to be expired or purged, in its time or because the
 * store is nearly full.  OK or FAILED.
 */
ledger_result_t lmdb_store_sweep_wanted(lmdb_store_t *store, uint64_t now,
    int *wanted);


typedef struct {
    uint64_t  records;
    uint64_t  waiting;          /* live codes of all apps */
    uint64_t  bytes;            /* what all that is the apps' is taken to
                                   use */
    uint64_t  messages;         /* and claims */
    uint64_t  sessions;
    uint64_t  subjects;
    uint64_t  due;
    uint64_t  used_pages;       /* without those free for reuse */
    uint64_t  map_pages;
    uint64_t  page_size;        /* bytes */
    uint64_t  last_key;
    uint64_t  last_txn;
    unsigned  readers;
} lmdb_store_stat_t;

/* Counts; walks the free list, so not for every request. OK or FAILED. */
ledger_result_t lmdb_store_stat(lmdb_store_t *store,
    lmdb_store_stat_t *stat);

/* *used: another process has the store open.  OK or FAILED. */
ledger_result_t lmdb_store_used(lmdb_store_t *store, int *used);

typedef struct {
    ledger_text_t      app;
    uint64_t           waiting;
    uint64_t           pages;   /* waiting codes that pages asked for */
    uint64_t           bytes;   /* what all of it is taken to use */
} lmdb_store_usage_t;

/*
 * Calls each() for every app that has records, sessions or subjects.  OK or
 * FAILED.
 */
ledger_result_t lmdb_store_usage(lmdb_store_t *store,
    void (*each)(const lmdb_store_usage_t *usage, void *data), void *data);

/*
 * Calls each() for every record in order of keys, in read transactions of
 * bounded length, until it returns non-zero.  OK or FAILED.
 */
ledger_result_t lmdb_store_walk(lmdb_store_t *store,
    int (*each)(const ledger_record_t *record, void *data), void *data);

/* The same for sessions, ended ones too, and for subjects in their order. */
ledger_result_t lmdb_store_walk_sessions(lmdb_store_t *store,
    int (*each)(const ledger_session_t *session, void *data), void *data);
ledger_result_t lmdb_store_walk_subjects(lmdb_store_t *store,
    int (*each)(const ledger_subject_t *subject, void *data), void *data);

/*
 * Holds tables and index against each other: each record and session in the
 * index exactly once and where it says, no message and no user who was asked
 * without the record, each session in its subject and none there that is gone,
 * what is counted for each app right.  problem() gets a sentence for each
 * fault.
 * *faults is their number.  OK or FAILED.
 */
ledger_result_t lmdb_store_check(lmdb_store_t *store,
    void (*problem)(const char *sentence, void *data), void *data,
    uint64_t *faults);


/*
 * Write transactions.  begin waits for LMDB's writer lock, which all
 * processes share; a process that dies holding it blocks nobody.
 *
 * apply sets op->result and returns 0; it returns -1 when LMDB refused the
 * operation and with it the whole transaction, which must then be aborted:
 * the caller applies its other operations again in a transaction of their
 * own.  commit returns OK when everything applied is on the disk, else
 * FAILED: the outcome of all is unknown, and the transaction is gone.
 *
 * begin returns OK or FAILED; while the storage is broken it goes on failing
 * and succeeds again by itself once it is not.
 */
ledger_result_t lmdb_store_begin(lmdb_store_t *store);
int lmdb_store_apply(lmdb_store_t *store, ledger_op_t *op);
ledger_result_t lmdb_store_commit(lmdb_store_t *store);
void lmdb_store_abort(lmdb_store_t *store);

/*
 * Has changed() called, in the thread that applies, for each record that an
 * operation changes for those who watch it, and for each session that it ends,
 * which has the key of its record; NULL: no more.  The change is not committed
 * then, and may not be.
 */
void lmdb_store_on_changed(lmdb_store_t *store,
    void (*changed)(void *data, uint64_t key), void *data);

/* The id that the open write transaction has in the order of all. */
uint64_t lmdb_store_txn(const lmdb_store_t *store);

/* The id of the last one that was committed, by whomever; 0: not known. */
uint64_t lmdb_store_last_txn(lmdb_store_t *store);

/*
 * A mark that a group of writers leaves in its transactions to learn, after
 * a crash between commit and its announcement, whether the commit happened.
 * set: in the open write transaction, under the writer's own name (8 bytes).
 * get: the last committed mark of that name in the open transaction, 0 if
 * none.  set returns 0 or -1 as apply does.
 */
int lmdb_store_set_mark(lmdb_store_t *store, uint64_t name, uint64_t mark);
uint64_t lmdb_store_get_mark(lmdb_store_t *store, uint64_t name);

/*
 * A store that is made of another one, whichever engine has that.
 *
 * Opened with options->fill, a store takes rows as they stand.  It is none
 * before the transaction with fill_end is committed: open refuses the
 * directory until then, also after a crash.  Opened with fill again, it has no
 * rows and is filled anew.  Open with fill is UNUSABLE where a store is there
 * already, which stays as it is, and while another process fills this one.
 *
 * fill_begin is begin, and enlarges the map before as far as a batch of some
 * thousand rows needs; the other functions are used as apply, and return 0 or
 * -1, as that does:
 *
 *  - records in order of their keys, then sessions, then subjects, whose
 *    sessions that are not there are left out;
 *  - fill_asked behind the record about which its user was asked last;
 *  - fill_end last: the random keys of the other store, so that its codes, ids
 *    and tokens are good here.
 */
ledger_result_t lmdb_store_fill_begin(lmdb_store_t *store);
int lmdb_store_fill_record(lmdb_store_t *store, const ledger_record_t *record);
int lmdb_store_fill_asked(lmdb_store_t *store, const ledger_record_t *record);
int lmdb_store_fill_session(lmdb_store_t *store,
    const ledger_session_t *session);
int lmdb_store_fill_subject(lmdb_store_t *store,
    const ledger_subject_t *subject);
int lmdb_store_fill_end(lmdb_store_t *store, const uint8_t *code_key,
    const uint8_t *id_key, const uint8_t *token_key);

/* The last system or LMDB error of a FAILED or -1, as a sentence. */
const char *lmdb_store_last_error(const lmdb_store_t *store);


#endif /* _LMDB_STORE_H_INCLUDED_ */
