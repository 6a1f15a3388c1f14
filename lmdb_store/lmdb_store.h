
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * lmdb_store - the verifications of a WhatsApp login, kept in LMDB.
 *
 * Every verification is one record.  Two things drive it: a message, or its
 * time coming.  So there is one table of records and one index of due work,
 * and each record stands in that index exactly once:
 *
 *    WAITING --validate-----> CALLBACK(validated) --delivered--> KEPT --> gone
 *       |-----third refusal-> CALLBACK(failed)     \--given up-> KEPT(failed)
 *       \-----expires_at----> CALLBACK(expired) ---------------> KEPT
 *
 * A record whose expires_at has passed is expired even if no sweep has been
 * there yet: no operation validates it and lmdb_store_get() reports it so.
 *
 * Caveats, which are LMDB's own (see "Caveats" in lmdb.h):
 *
 *  - A store must not be used across fork(): open it after.
 *  - A process opens a directory at most once at a time: closing one of two
 *    handles would drop the process's file locks under the other.
 *  - A write transaction (lmdb_store_begin() to lmdb_store_commit()) belongs
 *    to one thread.  One thread may write while one other thread reads.
 *  - Local file systems only: the lock file is a shared memory map.
 *
 * Units: every time is unix time in milliseconds, every span milliseconds.
 * Ownership: texts passed in are borrowed for the call; texts handed out
 * point into the structure that the caller passed.  Nothing is allocated for
 * one operation or one read.
 */


#ifndef _LMDB_STORE_H_INCLUDED_
#define _LMDB_STORE_H_INCLUDED_


#include <stddef.h>
#include <stdint.h>


/*
 * What a call or an operation ends with: the name and a sentence for a log.
 * The numbers are not stored anywhere.
 */

#define LMDB_STORE_RESULTS(X)                                                 \
    X(OK,            "done")                                                  \
    X(UNKNOWN,       "no such verification")                                  \
    X(OTHER_APP,     "the verification belongs to another app")               \
    X(OTHER_CHANNEL, "the verification waits on another channel")             \
    X(OTHER_USER,    "the verification waits for another user's number")      \
    X(USED,          "the verification has been decided before")              \
    X(DUPLICATE,     "this very message has been accepted before")            \
    X(EXPIRED,       "the verification has expired")                          \
    X(OLD_MESSAGE,   "the message is older than the code it carries")         \
    X(NOT_CURRENT,   "another attempt or claim has taken over")               \
    X(LIVE_LIMIT,    "the app has as many waiting codes as it may")           \
    X(SHARE_LIMIT,   "the app has used its share of the store")               \
    X(TOO_LARGE,     "the texts of one verification exceed a record")         \
    X(FULL,          "more than 90 % of the map is used")                     \
    X(BUSY,          "the queue of operations is full")                       \
    X(FAILED,        "the store cannot commit; the outcome is unknown")       \
    X(FOREIGN,       "the file is not a store of this module")                \
    X(VERSION,       "the store was written by an unknown version")           \
    X(UNUSABLE,      "the store directory cannot be used")

typedef enum {
#define LMDB_STORE_RESULT(name, text)  LMDB_STORE_##name,
    LMDB_STORE_RESULTS(LMDB_STORE_RESULT)
#undef LMDB_STORE_RESULT
    LMDB_STORE_RESULTS_N
} lmdb_store_result_t;


/* The sentence of a result: a static string, never NULL. */
const char *lmdb_store_strresult(lmdb_store_result_t result);


/*
 * The numbers of the enumerations below are stored in records: they are
 * appended to, never renumbered.  Each has the word that JSON has for it.
 */

#define LMDB_STORE_STATES(X)                                                  \
    X(WAITING,                      1, "waiting")                             \
    X(CALLBACK,                     2, "callback")                            \
    X(KEPT,                         3, "kept")

#define LMDB_STORE_STATUSES(X)                                                \
    X(REQUESTED,                    1, "requested")                           \
    X(VALIDATED,                    2, "validated")                           \
    X(EXPIRED,                      3, "expired")                             \
    X(FAILED,                       4, "failed")

#define LMDB_STORE_ERRORS(X)                                                  \
    X(CALLBACK_FAILED,              1, "callback_failed")                     \
    X(PHONE_NUMBER_NOT_AUTHORIZED,  2, "phone_number_not_authorized")         \
    X(PHONE_NUMBER_UNAVAILABLE,     3, "phone_number_unavailable")            \
    X(APP_REMOVED,                  4, "app_removed")

#define LMDB_STORE_CHANNELS(X)                                                \
    X(WHATSAPP,                     1, "whatsapp")                            \
    X(SMS,                          2, "sms")

#define LMDB_STORE_NUMBER_STATE(name, n, word)    LMDB_STORE_STATE_##name = n,
#define LMDB_STORE_NUMBER_STATUS(name, n, word)   LMDB_STORE_STATUS_##name = n,
#define LMDB_STORE_NUMBER_ERROR(name, n, word)    LMDB_STORE_ERROR_##name = n,
#define LMDB_STORE_NUMBER_CHANNEL(name, n, word)                              \
    LMDB_STORE_CHANNEL_##name = n,

typedef enum {
    LMDB_STORE_STATES(LMDB_STORE_NUMBER_STATE)
} lmdb_store_state_t;

typedef enum {
    LMDB_STORE_STATUSES(LMDB_STORE_NUMBER_STATUS)
} lmdb_store_status_t;

typedef enum {
    LMDB_STORE_ERROR_NONE = 0,
    LMDB_STORE_ERRORS(LMDB_STORE_NUMBER_ERROR)
} lmdb_store_error_t;

typedef enum {
    LMDB_STORE_CHANNELS(LMDB_STORE_NUMBER_CHANNEL)
} lmdb_store_channel_t;

/*
 * The word of a number, a static string; NULL for any number that has none,
 * as LMDB_STORE_ERROR_NONE.
 */
const char *lmdb_store_state_word(unsigned state);
const char *lmdb_store_status_word(unsigned status);
const char *lmdb_store_error_word(unsigned error);
const char *lmdb_store_channel_word(unsigned channel);

/* What the site wants to hear; fixed when the code is issued. */
#define LMDB_STORE_ON_VALIDATED  0x01
#define LMDB_STORE_ON_EXPIRED    0x02
#define LMDB_STORE_ON_FAILED     0x04
/* A QR image of the link was asked for. */
#define LMDB_STORE_QR            0x08
/* The one reply that a verification may have is spent. */
#define LMDB_STORE_REPLIED       0x10
/* The user who sent it has been asked for the phone number. */
#define LMDB_STORE_ASKED         0x20
/* A page asked for the code, not a server: it counts in page_limit too. */
#define LMDB_STORE_PAGE          0x40

/*
 * Replies to the user that the caller would send, as a set, and the one that
 * it is to send: the record is marked in the same transaction, so that no
 * verification has two.
 */
#define LMDB_STORE_REPLY_RESPONSE    0x01   /* validated, and delivered */
#define LMDB_STORE_REPLY_FAILURE     0x02   /* refused, or given up */
#define LMDB_STORE_REPLY_EXPIRATION  0x04   /* the code has expired */


/*
 * Lanes of the due index.  A scan takes a bounded number from the head of
 * each lane, so that a backlog for one dead host, or a million expiries,
 * is neither walked past nor goes before the live logins of other hosts.
 * Host lanes are many, so that two hosts hardly ever share one; an empty lane
 * costs nothing.  What is only retained stands in the lane of its app, so that
 * the app's oldest is found; these are few, because each one that a sweep
 * writes to is a page.
 */

#define LMDB_STORE_HOST_LANES      16384
#define LMDB_STORE_KEPT_LANES      256
#define LMDB_STORE_LANE_TIME       0     /* expiry */
#define LMDB_STORE_LANE_CALLBACK   1     /* + host lane: validated, failed */
#define LMDB_STORE_LANE_EXPIRED    (LMDB_STORE_LANE_CALLBACK                  \
                                    + LMDB_STORE_HOST_LANES)
#define LMDB_STORE_LANE_KEPT       (LMDB_STORE_LANE_EXPIRED   /* purge */    \
                                    + LMDB_STORE_HOST_LANES)
#define LMDB_STORE_LANES           (LMDB_STORE_LANE_KEPT                      \
                                    + LMDB_STORE_KEPT_LANES)


typedef struct {
    const void  *data;
    size_t       len;
} lmdb_store_text_t;


/* The texts of a record, given when a code is issued.  len 0: not given. */
enum {
    LMDB_STORE_APP = 0,              /* the app's name; the whole name counts */
    LMDB_STORE_CALLBACK_URL,
    LMDB_STORE_AUTHORIZED_NUMBERS,
    LMDB_STORE_LINK_MESSAGE,
    LMDB_STORE_RESPONSE_MESSAGE,
    LMDB_STORE_EXPIRATION_MESSAGE,
    LMDB_STORE_FAILURE_MESSAGE,
    LMDB_STORE_RECORD_TEXTS
};

/* What a message adds, kept in a second table under the same key. */
enum {
    LMDB_STORE_SENDER = 0,           /* digits as received, without "+" */
    LMDB_STORE_PROFILE_NAME,
    LMDB_STORE_ROUTE,                /* the provider's id of our number */
    LMDB_STORE_MESSAGE_ID,
    LMDB_STORE_USER_ID,              /* of a sender whose phone is hidden */
    LMDB_STORE_MESSAGE_TEXTS
};

/* One record's texts together, and one message's but its USER_ID, in bytes. */
#define LMDB_STORE_RECORD_TEXTS_MAX   1900
#define LMDB_STORE_MESSAGE_TEXTS_MAX  1024

#define LMDB_STORE_USER_ID_MAX        128

/* The name of an app has at least one byte and at most so many. */
#define LMDB_STORE_APP_MAX            255

/* Refused senders whom a waiting code survives; the next one fails it. */
#define LMDB_STORE_REFUSALS_MAX       2


/*
 * A record as it stands, copied out of the store.
 *
 * lane and due_at say what it is due for: WAITING at its expires_at, CALLBACK
 * at the next attempt or, while claimed, at the end of the lease, KEPT at its
 * purge (it may stand in LANE_TIME until a sweep moves it on).
 */

typedef struct {
    uint64_t             key;
    lmdb_store_state_t   state;
    lmdb_store_status_t  status;
    lmdb_store_error_t   error;
    lmdb_store_channel_t channel;
    unsigned             flags;       /* LMDB_STORE_ON_* .. LMDB_STORE_PAGE */
    unsigned             refusals;    /* distinct senders */
    unsigned             host_lane;
    unsigned             lane;
    unsigned             attempts;    /* claimed so far */
    uint64_t             due_at;
    uint64_t             requested_at;
    uint64_t             expires_at;
    uint64_t             validated_at;   /* 0 unless validated */
    uint64_t             sent_at;        /* of the message, 0: not known */
    uint64_t             link_hash;      /* as given when it was issued */

    lmdb_store_text_t    text[LMDB_STORE_RECORD_TEXTS];
    lmdb_store_text_t    message[LMDB_STORE_MESSAGE_TEXTS];

    unsigned char        buf[LMDB_STORE_RECORD_TEXTS_MAX
                             + LMDB_STORE_MESSAGE_TEXTS_MAX
                             + LMDB_STORE_USER_ID_MAX];
} lmdb_store_record_t;


/*
 * Operations.  The caller fills kind, the "in" members and the texts;
 * lmdb_store_apply() fills result and, where result is OK, the "out" members.
 * Applying an operation changes nothing unless its transaction commits.
 */

typedef enum {
    LMDB_STORE_ISSUE = 1,
    LMDB_STORE_VALIDATE,
    LMDB_STORE_REFUSE,
    LMDB_STORE_ASK,
    LMDB_STORE_CLAIM,
    LMDB_STORE_COMPLETE,
    LMDB_STORE_SWEEP
} lmdb_store_kind_t;

typedef enum {
    LMDB_STORE_DELIVERED = 1,   /* final, whichever attempt brought it */
    LMDB_STORE_RETRY,           /* again at next_at */
    LMDB_STORE_GIVE_UP,         /* the attempts are used up: failed, error */
    LMDB_STORE_RELEASE          /* not tried: again at next_at, not counted */
} lmdb_store_outcome_t;

typedef struct {
    lmdb_store_kind_t     kind;
    lmdb_store_result_t   result;
    void                 *owner;        /* the caller's own, untouched */
    lmdb_store_text_t     text[LMDB_STORE_RECORD_TEXTS];

    union {
        /*
         * A new code.  text: LMDB_STORE_APP .. FAILURE_MESSAGE.
         * Servers always find live_limit - page_limit of their own: pages
         * cannot lock them out.
         *
         * An app that has used its share of the store gets room by purging
         * what it retains, the oldest first; when the store is nearly full
         * the oldest go whoever's they are.  Only then is a code refused:
         * with SHARE_LIMIT, so that one app does not fill the store for all,
         * or with FULL.
         * Results: OK, LIVE_LIMIT, SHARE_LIMIT, TOO_LARGE, FULL, FAILED.
         */
        struct {
            uint64_t              lifetime;      /* in: span */
            uint64_t              live_limit;    /* in: waiting codes, 0: any */
            uint64_t              page_limit;    /* in: those of pages, 0: any;
                                                    asked of PAGE codes only */
            unsigned              share;         /* in: ten-thousandths of
                                                    what codes may use of the
                                                    map, 0: any */
            uint64_t              link_hash;     /* in: of the text that goes
                                                    with the code */
            lmdb_store_channel_t  channel;       /* in */
            unsigned              flags;         /* in */
            unsigned              host_lane;     /* in: < HOST_LANES */
            uint64_t              key;           /* out */
            uint64_t              requested_at;  /* out */
            uint64_t              expires_at;    /* out */
        } issue;

        /*
         * A message with the code of key.  text: see message_text below.
         *
         * VALIDATE decides the code.  If the status is in the record's
         * ON_ flags the record goes to CALLBACK: with lease > 0 already
         * claimed by the caller as attempt 1, with lease 0 due at once and
         * unclaimed; otherwise to KEPT (attempt 0).  REFUSE counts each
         * sender once; the sender after REFUSALS_MAX refused ones ends the
         * record failed with error, and lease means the same there.  out
         * attempt is 0 when the caller has nothing to deliver.
         *
         * ASK is a message whose sender, USER_ID, hides the phone number
         * and can be asked for it: the record goes on waiting, its message
         * is kept, and lmdb_store_asked() finds the record from then on.
         * out ask is 1 once in a record's life.  From then on the record
         * belongs to that user: OTHER_USER to an ASK for any other, while
         * a sender whose number is known may still decide it.
         *
         * VALIDATE and REFUSE with a USER_ID and a SENDER are the answer to
         * that: they count only if that very user was asked about this very
         * record (UNKNOWN else) and by a message that is not younger than
         * the answer (OLD_MESSAGE else).  REFUSE with a USER_ID alone is a
         * message of a user who is not asked.
         *
         * sent_at is the provider's time of the message, 0 if it has none.
         * Both it and the time of applying must lie before expires_at, and
         * it may be older than requested_at by at most a minute.
         *
         * Results: OK, UNKNOWN, OTHER_APP, OTHER_CHANNEL, OTHER_USER, USED,
         * DUPLICATE (the message id that decided this record, of the last
         * message refused or asked about, or of one that counted as a
         * refusal), EXPIRED, OLD_MESSAGE, SHARE_LIMIT (messages may take a
         * quarter more than codes, or an app could fill the store by them),
         * TOO_LARGE
         * (a USER_ID over USER_ID_MAX, or an ASK without one, too), FAILED.
         */
        struct {
            uint64_t              key;           /* in */
            uint64_t              sent_at;       /* in */
            uint64_t              lease;         /* in: span */
            uint64_t              retain;        /* in: span */
            lmdb_store_channel_t  channel;       /* in */
            lmdb_store_error_t    error;         /* in: REFUSE only */
            uint64_t              sender;        /* in: REFUSE only; a hash
                                                    that is one for all
                                                    spellings of a number */
            unsigned              share;         /* in: as for ISSUE */
            unsigned              replies;       /* in: would send */
            lmdb_store_status_t   status;        /* out */
            unsigned              attempt;       /* out */
            unsigned              reply;         /* out: to send, or 0; with
                                                    OK and EXPIRED */
            unsigned              ask;           /* out: ASK only; 1: the
                                                    caller is to ask */
        } message;

        /*
         * Takes due work for one attempt: counts it and moves the record's
         * due time to now + lease, so that a worker that dies loses
         * nothing.  due_at is the value the caller has seen; whoever comes
         * second finds another and gets NOT_CURRENT.
         * Results: OK, UNKNOWN, NOT_CURRENT, FAILED.
         */
        struct {
            uint64_t              key;           /* in */
            uint64_t              due_at;        /* in: as seen */
            uint64_t              lease;         /* in: span */
            unsigned              attempt;       /* out */
        } claim;

        /*
         * The end of an attempt.  DELIVERED counts whatever attempt it
         * names; the others only for the current one (NOT_CURRENT else).
         * A record that is done already is NOT_CURRENT for all of them.
         * retain: how long a record that is done is kept.
         * Results: OK, UNKNOWN, NOT_CURRENT, FAILED.
         */
        struct {
            uint64_t              key;           /* in */
            unsigned              attempt;       /* in */
            lmdb_store_outcome_t  outcome;       /* in */
            lmdb_store_error_t    error;         /* in: GIVE_UP; a first
                                                    error stays */
            uint64_t              next_at;       /* in: RETRY, RELEASE */
            uint64_t              retain;        /* in: span */
            unsigned              replies;       /* in: would send */
            lmdb_store_status_t   status;        /* out */
            unsigned              reply;         /* out: to send, or 0 */
        } complete;

        /*
         * Expires codes and purges what has been retained long enough,
         * oldest first, for about a millisecond.  An expired record goes to
         * CALLBACK if its flags have ON_EXPIRED, else to KEPT.  While the
         * store is nearly full, what is retained goes before its time.
         * Results: OK, FAILED.
         */
        struct {
            uint64_t              retain;        /* in: span */
            unsigned              expired;       /* out: records */
            unsigned              purged;        /* out: records */
            unsigned              more;          /* out: 1: call again */
        } sweep;
    } u;
} lmdb_store_op_t;

/*
 * The hash that tells one sender or text from another where too few of them
 * meet for two to be alike by chance (FNV-1a).  Nothing that lets anybody in
 * is compared by it.
 */
uint64_t lmdb_store_hash(const void *data, size_t len);

/*
 * The texts of VALIDATE, REFUSE and ASK: text[LMDB_STORE_APP] is the app that
 * the record must belong to; the message's own texts follow it.
 */
#define lmdb_store_message_text(op, i)  ((op)->text[1 + (i)])


typedef struct lmdb_store_s  lmdb_store_t;

typedef struct {
    const char  *path;           /* the directory; it must exist */
    uint64_t     map_size;       /* bytes; a larger map already made stays */
    unsigned     max_readers;    /* only the first opener's value counts */
    int          read_only;      /* 1: look, create and change nothing */
    uint64_t   (*now)(void);     /* the clock; NULL: the system's */
} lmdb_store_options_t;

#define LMDB_STORE_DETAIL_MAX  512


/*
 * Opens the store in options->path and makes it if the directory is empty.
 *
 * *detail receives a sentence for the log (at most DETAIL_MAX bytes with its
 * zero): the reason of a failure, or a warning, or the empty string.
 *
 * Returns OK and *store, which the caller closes; FOREIGN or VERSION, with
 * the files left as they are; UNUSABLE for everything the operator can mend
 * (permissions, a full disk, a remote file system).
 */
lmdb_store_result_t lmdb_store_open(const lmdb_store_options_t *options,
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


/*
 * Copies the record of a key out: one short read transaction.
 * An expired WAITING record is reported with status EXPIRED.
 * Returns OK, UNKNOWN or FAILED.
 */
lmdb_store_result_t lmdb_store_get(lmdb_store_t *store, uint64_t key,
    lmdb_store_record_t *record);

/*
 * The record of an app about which a user was asked last: its key into *key.
 * An app finds its own only, because another tenant's messages may carry any
 * user id.
 * Returns OK, UNKNOWN or FAILED.
 */
lmdb_store_result_t lmdb_store_asked(lmdb_store_t *store,
    const lmdb_store_text_t *app, const lmdb_store_text_t *user_id,
    uint64_t *key);

typedef struct {
    uint64_t  key;
    uint64_t  due_at;
} lmdb_store_due_t;

/*
 * The head of one lane: up to max entries due at or before now, in order,
 * and *n their number.  In delivery lanes an entry further ahead
 * than horizon (span) counts as due: the wall clock has stepped back.
 * Returns OK or FAILED.
 */
lmdb_store_result_t lmdb_store_due(lmdb_store_t *store, unsigned lane,
    uint64_t now, uint64_t horizon, lmdb_store_due_t *due, unsigned max,
    unsigned *n);

/*
 * The first lane from `from` on that has entries, due or not; LMDB_STORE_LANES
 * if there is none.  OK or FAILED.
 */
lmdb_store_result_t lmdb_store_next_lane(lmdb_store_t *store, unsigned from,
    unsigned *lane);

/*
 * *wanted: something is to be expired or purged, in its time or because the
 * store is nearly full.  OK or FAILED.
 */
lmdb_store_result_t lmdb_store_sweep_wanted(lmdb_store_t *store, uint64_t now,
    int *wanted);

/* When the first entry of a lane is due; UINT64_MAX when the lane is empty. */
lmdb_store_result_t lmdb_store_first_due(lmdb_store_t *store, unsigned lane,
    uint64_t *due_at);


typedef struct {
    uint64_t  records;
    uint64_t  waiting;          /* live codes of all apps */
    uint64_t  bytes;            /* what the apps' records are taken to use */
    uint64_t  messages;
    uint64_t  due;
    uint64_t  used_pages;       /* without those free for reuse */
    uint64_t  map_pages;
    uint64_t  page_size;        /* bytes */
    uint64_t  last_key;
    uint64_t  last_txn;
    unsigned  readers;
} lmdb_store_stat_t;

/* Counts; walks the free list, so not for every request. OK or FAILED. */
lmdb_store_result_t lmdb_store_stat(lmdb_store_t *store,
    lmdb_store_stat_t *stat);

typedef struct {
    lmdb_store_text_t  app;
    uint64_t           waiting;
    uint64_t           pages;   /* waiting codes that pages asked for */
    uint64_t           bytes;   /* what its records are taken to use */
} lmdb_store_usage_t;

/* Calls each() for every app that has records.  OK or FAILED. */
lmdb_store_result_t lmdb_store_usage(lmdb_store_t *store,
    void (*each)(const lmdb_store_usage_t *usage, void *data), void *data);

/*
 * Calls each() for every record in order of keys, in read transactions of
 * bounded length, until it returns non-zero.  OK or FAILED.
 */
lmdb_store_result_t lmdb_store_walk(lmdb_store_t *store,
    int (*each)(const lmdb_store_record_t *record, void *data), void *data);

/*
 * Holds tables and index against each other: each record in the index
 * exactly once and where it says, no message and no user who was asked
 * without the record, what is counted for each app right.  problem() gets a
 * sentence for each fault.
 * *faults is their number.  OK or FAILED.
 */
lmdb_store_result_t lmdb_store_check(lmdb_store_t *store,
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
lmdb_store_result_t lmdb_store_begin(lmdb_store_t *store);
int lmdb_store_apply(lmdb_store_t *store, lmdb_store_op_t *op);
lmdb_store_result_t lmdb_store_commit(lmdb_store_t *store);
void lmdb_store_abort(lmdb_store_t *store);

/*
 * A mark that a group of writers leaves in its transactions to learn, after
 * a crash between commit and its announcement, whether the commit happened.
 * set: in the open write transaction, under the writer's own name (8 bytes).
 * get: the last committed mark of that name in the open transaction, 0 if
 * none.  set returns 0 or -1 as apply does.
 */
int lmdb_store_set_mark(lmdb_store_t *store, uint64_t name, uint64_t mark);
uint64_t lmdb_store_get_mark(lmdb_store_t *store, uint64_t name);

/* The last system or LMDB error of a FAILED or -1, as a sentence. */
const char *lmdb_store_last_error(const lmdb_store_t *store);


#endif /* _LMDB_STORE_H_INCLUDED_ */
