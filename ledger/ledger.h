
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * ledger - what a verification is: its record, and what may be done to it.
 *
 * Two things drive a record: a message, or its time coming.  Every record
 * stands in one index of due work exactly once:
 *
 *    WAITING --validate-----> CALLBACK(validated) --delivered--> KEPT --> gone
 *       |-----third refusal-> CALLBACK(failed)     \--given up-> KEPT(failed)
 *       \-----expires_at----> CALLBACK(expired) ---------------> KEPT
 *
 * A record whose expires_at has passed is expired even if no sweep has been
 * there yet: no operation validates it.
 *
 * Units: every time is unix time in milliseconds, every span milliseconds.
 * Ownership: texts passed in are borrowed for the call.
 */


#ifndef _LEDGER_H_INCLUDED_
#define _LEDGER_H_INCLUDED_


#include <stddef.h>
#include <stdint.h>


/*
 * What a call or an operation ends with: the name and a sentence for a log.
 * The numbers are not stored anywhere.
 */

#define LEDGER_RESULTS(X)                                                     \
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
#define LEDGER_RESULT(name, text)  LEDGER_##name,
    LEDGER_RESULTS(LEDGER_RESULT)
#undef LEDGER_RESULT
    LEDGER_RESULTS_N
} ledger_result_t;


/* The sentence of a result: a static string, never NULL. */
const char *ledger_strresult(ledger_result_t result);


/*
 * The numbers of the enumerations below are stored in records: they are
 * appended to, never renumbered.  Each has the word that JSON has for it.
 */

#define LEDGER_STATES(X)                                                      \
    X(WAITING,                      1, "waiting")                             \
    X(CALLBACK,                     2, "callback")                            \
    X(KEPT,                         3, "kept")

#define LEDGER_STATUSES(X)                                                    \
    X(REQUESTED,                    1, "requested")                           \
    X(VALIDATED,                    2, "validated")                           \
    X(EXPIRED,                      3, "expired")                             \
    X(FAILED,                       4, "failed")

#define LEDGER_ERRORS(X)                                                      \
    X(CALLBACK_FAILED,              1, "callback_failed")                     \
    X(PHONE_NUMBER_NOT_AUTHORIZED,  2, "phone_number_not_authorized")         \
    X(PHONE_NUMBER_UNAVAILABLE,     3, "phone_number_unavailable")            \
    X(APP_REMOVED,                  4, "app_removed")

#define LEDGER_CHANNELS(X)                                                    \
    X(WHATSAPP,                     1, "whatsapp")                            \
    X(SMS,                          2, "sms")

#define LEDGER_PROVIDERS(X)                                                   \
    X(META,                         1, "meta")                                \
    X(TWILIO,                       2, "twilio")                              \
    X(GATEWAY,                      3, "gateway")

#define LEDGER_NUMBER_STATE(name, n, word)    LEDGER_STATE_##name = n,
#define LEDGER_NUMBER_STATUS(name, n, word)   LEDGER_STATUS_##name = n,
#define LEDGER_NUMBER_ERROR(name, n, word)    LEDGER_ERROR_##name = n,
#define LEDGER_NUMBER_CHANNEL(name, n, word)                                  \
    LEDGER_CHANNEL_##name = n,
#define LEDGER_NUMBER_PROVIDER(name, n, word)                                 \
    LEDGER_PROVIDER_##name = n,

typedef enum {
    LEDGER_STATES(LEDGER_NUMBER_STATE)
} ledger_state_t;

typedef enum {
    LEDGER_STATUSES(LEDGER_NUMBER_STATUS)
} ledger_status_t;

typedef enum {
    LEDGER_ERROR_NONE = 0,
    LEDGER_ERRORS(LEDGER_NUMBER_ERROR)
} ledger_error_t;

typedef enum {
    LEDGER_CHANNELS(LEDGER_NUMBER_CHANNEL)
} ledger_channel_t;

/* One byte of a record, 1 to 255; 0: no message has come yet. */
typedef enum {
    LEDGER_PROVIDERS(LEDGER_NUMBER_PROVIDER)
} ledger_provider_t;

/*
 * The word of a number, a static string; NULL for any number that has none,
 * as LEDGER_ERROR_NONE.
 */
const char *ledger_state_word(unsigned state);
const char *ledger_status_word(unsigned status);
const char *ledger_error_word(unsigned error);
const char *ledger_channel_word(unsigned channel);
const char *ledger_provider_word(unsigned provider);

/* What the site wants to hear; fixed when the code is issued. */
#define LEDGER_ON_VALIDATED  0x01
#define LEDGER_ON_EXPIRED    0x02
#define LEDGER_ON_FAILED     0x04
/* A QR image of the link was asked for. */
#define LEDGER_QR            0x08
/* The one reply that a verification may have is spent. */
#define LEDGER_REPLIED       0x10
/* The user who sent it has been asked for the phone number. */
#define LEDGER_ASKED         0x20
/* A page asked for the code, not a server: it counts in page_limit too. */
#define LEDGER_PAGE          0x40

/*
 * Replies to the user that the caller would send, as a set, and the one that
 * it is to send: the record is marked in the same transaction, so that no
 * verification has two.
 */
#define LEDGER_REPLY_RESPONSE    0x01   /* validated, and delivered */
#define LEDGER_REPLY_FAILURE     0x02   /* refused, or given up */
#define LEDGER_REPLY_EXPIRATION  0x04   /* the code has expired */


/*
 * Lanes of the due index.  A scan takes a bounded number from the head of
 * each lane, so that a backlog for one dead host, or a million expiries,
 * is neither walked past nor goes before the live logins of other hosts.
 * Host lanes are many, so that two hosts hardly ever share one; an empty lane
 * costs nothing.  What is only retained stands in the lane of its app, so that
 * the app's oldest is found; these are few, because each one that a sweep
 * writes to is a page.
 */

#define LEDGER_HOST_LANES      16384
#define LEDGER_KEPT_LANES      256
#define LEDGER_LANE_TIME       0     /* expiry */
#define LEDGER_LANE_CALLBACK   1     /* + host lane: validated, failed */
#define LEDGER_LANE_EXPIRED    (LEDGER_LANE_CALLBACK                          \
                                    + LEDGER_HOST_LANES)
#define LEDGER_LANE_KEPT       (LEDGER_LANE_EXPIRED   /* purge */             \
                                    + LEDGER_HOST_LANES)
#define LEDGER_LANES           (LEDGER_LANE_KEPT                              \
                                    + LEDGER_KEPT_LANES)


typedef struct {
    const void  *data;
    size_t       len;
} ledger_text_t;


/* The texts of a record, given when a code is issued.  len 0: not given. */
enum {
    LEDGER_APP = 0,              /* the app's name; the whole name counts */
    LEDGER_CALLBACK_URL,
    LEDGER_AUTHORIZED_NUMBERS,
    LEDGER_LINK_MESSAGE,
    LEDGER_RESPONSE_MESSAGE,
    LEDGER_EXPIRATION_MESSAGE,
    LEDGER_FAILURE_MESSAGE,
    LEDGER_RECORD_TEXTS
};

/* What a message adds, kept in a second table under the same key. */
enum {
    LEDGER_SENDER = 0,           /* digits as received, without "+" */
    LEDGER_PROFILE_NAME,
    LEDGER_ROUTE,                /* the provider's id of our number */
    LEDGER_MESSAGE_ID,
    LEDGER_USER_ID,              /* of a sender whose phone is hidden */
    LEDGER_MESSAGE_TEXTS
};

/* One record's texts together, and one message's but its USER_ID, in bytes. */
#define LEDGER_RECORD_TEXTS_MAX   1900
#define LEDGER_MESSAGE_TEXTS_MAX  1024

#define LEDGER_USER_ID_MAX        128

/* The name of an app has at least one byte and at most so many. */
#define LEDGER_APP_MAX            255

/* Refused senders whom a waiting code survives; the next one fails it. */
#define LEDGER_REFUSALS_MAX       2


/*
 * A record as it stands.  Its texts are borrowed from whoever hands it out.
 *
 * lane and due_at say what it is due for: WAITING at its expires_at, CALLBACK
 * at the next attempt or, while claimed, at the end of the lease, KEPT at its
 * purge (it may stand in LANE_TIME until a sweep moves it on).
 */

typedef struct {
    uint64_t          key;
    ledger_state_t    state;
    ledger_status_t   status;
    ledger_error_t    error;
    ledger_channel_t  channel;
    unsigned          provider;       /* of the message, 0: there is none */
    unsigned          flags;          /* LEDGER_ON_* .. LEDGER_PAGE */
    unsigned          refusals;       /* distinct senders */
    unsigned          host_lane;
    unsigned          lane;
    unsigned          attempts;       /* claimed so far */
    uint64_t          due_at;
    uint64_t          requested_at;
    uint64_t          expires_at;
    uint64_t          validated_at;   /* 0 unless validated */
    uint64_t          sent_at;        /* of the message, 0: not known */
    uint64_t          link_hash;      /* as given when it was issued */

    ledger_text_t     text[LEDGER_RECORD_TEXTS];
    ledger_text_t     message[LEDGER_MESSAGE_TEXTS];
} ledger_record_t;


#define LEDGER_TEXTS_MAX                                                      \
    (LEDGER_RECORD_TEXTS_MAX + LEDGER_MESSAGE_TEXTS_MAX + LEDGER_USER_ID_MAX)

/* A record that has its texts with it, as long as the copy exists. */

typedef struct {
    ledger_record_t   record;
    unsigned char     texts[LEDGER_TEXTS_MAX];
} ledger_copy_t;

void ledger_copy(ledger_copy_t *copy, const ledger_record_t *record);


/* A place in the index of due work. */

typedef struct {
    uint64_t          key;
    uint64_t          due_at;
} ledger_due_t;


/*
 * Operations.  The caller fills kind, the "in" members and the texts;
 * lmdb_store_apply() fills result and, where result is OK, the "out" members.
 * Applying an operation changes nothing unless its transaction commits.
 */

typedef enum {
    LEDGER_ISSUE = 1,
    LEDGER_VALIDATE,
    LEDGER_REFUSE,
    LEDGER_ASK,
    LEDGER_CLAIM,
    LEDGER_COMPLETE,
    LEDGER_SWEEP
} ledger_kind_t;

typedef enum {
    LEDGER_DELIVERED = 1,   /* final, whichever attempt brought it */
    LEDGER_RETRY,           /* again at next_at */
    LEDGER_GIVE_UP,         /* the attempts are used up: failed, error */
    LEDGER_RELEASE          /* not tried: again at next_at, not counted */
} ledger_outcome_t;

typedef struct {
    ledger_kind_t     kind;
    ledger_result_t   result;
    void             *owner;          /* the caller's own, untouched */
    ledger_text_t     text[LEDGER_RECORD_TEXTS];

    /*
     * The record as it stands after the operation, with OK and, where a
     * reply is granted, with EXPIRED.  Whoever carries the operation to the
     * engine sets copy to a place with room for so many bytes of texts; the
     * engine sets it to NULL if they are more.
     */
    unsigned          record_room;    /* in: see ledger_room(), 0: not wanted */
    ledger_copy_t    *copy;

    union {
        /*
         * A new code.  text: LEDGER_APP .. FAILURE_MESSAGE.
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
            ledger_channel_t  channel;       /* in */
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
            ledger_channel_t  channel;       /* in */
            unsigned              provider;      /* in: LEDGER_PROVIDER_* */
            ledger_error_t    error;         /* in: REFUSE only */
            uint64_t              sender;        /* in: REFUSE only; a hash
                                                    that is one for all
                                                    spellings of a number */
            unsigned              share;         /* in: as for ISSUE */
            unsigned              replies;       /* in: would send */
            ledger_status_t   status;        /* out */
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
            ledger_outcome_t  outcome;       /* in */
            ledger_error_t    error;         /* in: GIVE_UP; a first
                                                    error stays */
            uint64_t              next_at;       /* in: RETRY, RELEASE */
            uint64_t              retain;        /* in: span */
            unsigned              replies;       /* in: would send */
            ledger_status_t   status;        /* out */
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
} ledger_op_t;

/*
 * Bytes of texts that a record may have after an operation, as its caller
 * knows the record before it: what record_room is to be.  message: the texts
 * of the message that the operation brings, or NULL.
 */
unsigned ledger_room(const ledger_record_t *record,
    const ledger_text_t *message);

/* The record that an operation has handed over, or NULL. */
#define ledger_op_record(op)                                                  \
    ((op)->copy == NULL ? NULL : &(op)->copy->record)

/* Engine: hands the record over if it is wanted and finds room. */
void ledger_hand_over(ledger_op_t *op, const ledger_record_t *record);

/*
 * The hash that tells one sender or text from another where too few of them
 * meet for two to be alike by chance (FNV-1a).  Nothing that lets anybody in
 * is compared by it.
 */
uint64_t ledger_hash(const void *data, size_t len);

/*
 * The texts of VALIDATE, REFUSE and ASK: text[LEDGER_APP] is the app that
 * the record must belong to; the message's own texts follow it.
 */
#define ledger_message_text(op, i)  ((op)->text[1 + (i)])


#endif /* _LEDGER_H_INCLUDED_ */
