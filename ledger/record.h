
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A verification as an engine keeps it.
 */


#ifndef _LEDGER_RECORD_H_INCLUDED_
#define _LEDGER_RECORD_H_INCLUDED_


#include <stddef.h>
#include <stdint.h>

#include "word.h"


/* The statuses with a callback; fixed when the code is issued. */
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
/* The client that asked for the code has a claim: see record->claim. */
#define LEDGER_CLAIMED       0x80

/*
 * The claim's own flags.  L's page has begun it: its collection begins a
 * session.
 */
#define LEDGER_CLAIM_PAGE        0x01
/* A PIN is due in any case; or unless the browser is known for the sender. */
#define LEDGER_CLAIM_PIN         0x02
#define LEDGER_CLAIM_PIN_UNKNOWN 0x04
/* The browser has shown a known mark: claim.known. */
#define LEDGER_CLAIM_MARKED      0x08
/* The right PIN was typed; or the known mark was one of the sender's. */
#define LEDGER_CLAIM_CONFIRMED   0x10
#define LEDGER_CLAIM_RECOGNISED  0x20
/* The PIN has been sent a second time; there is no third. */
#define LEDGER_CLAIM_RESENT      0x40


/*
 * Lanes of the index of due work.  A scan takes a bounded number from the
 * head of each lane, so that a backlog for one dead host, or a million
 * expiries, is neither walked past nor goes before the live logins of other
 * hosts.  Host lanes are many, so that two hosts hardly ever share one; an
 * empty lane costs nothing.  Records that are only kept stand behind them: an
 * engine may spread these over several lanes, from LANE_KEPT on, or purge
 * them in a way of its own.
 */

#define LEDGER_HOST_LANES      16384
#define LEDGER_LANE_TIME       0         /* expiry */
#define LEDGER_LANE_CALLBACK   1         /* + host lane: validated, failed */
#define LEDGER_LANE_EXPIRED    (LEDGER_LANE_CALLBACK + LEDGER_HOST_LANES)
#define LEDGER_LANE_KEPT       (LEDGER_LANE_EXPIRED + LEDGER_HOST_LANES)


typedef struct {
    const void  *data;
    size_t       len;
} ledger_text_t;


/*
 * The texts of a record, given when a code is issued.  len 0: not given.  Those
 * after RECORD_TEXTS are for records with CLAIMED alone.
 */
enum {
    LEDGER_APP = 0,              /* the app's name; the whole name counts */
    LEDGER_CALLBACK_URL,
    LEDGER_AUTHORIZED_NUMBERS,
    LEDGER_LINK_MESSAGE,
    LEDGER_RESPONSE_MESSAGE,
    LEDGER_EXPIRATION_MESSAGE,
    LEDGER_FAILURE_MESSAGE,
    LEDGER_RECORD_TEXTS,
    LEDGER_PLACE = LEDGER_RECORD_TEXTS,    /* where the browser is, as the
                                              user is told it */
    LEDGER_DEVICE,                         /* the browser, likewise */
    LEDGER_TEXTS
};

/* The texts that a message adds. */
enum {
    LEDGER_SENDER = 0,           /* digits as received, without "+" */
    LEDGER_PROFILE_NAME,
    LEDGER_ROUTE,                /* the provider's id of our number */
    LEDGER_MESSAGE_ID,
    LEDGER_USER_ID,              /* of a sender whose phone is hidden */
    LEDGER_MESSAGE_TEXTS
};

/*
 * A person is a number in its canonical form, one for all its spellings: the
 * subject.  Digits alone.
 */
#define LEDGER_SUBJECT_MAX        32

#define LEDGER_PLACE_MAX          96
#define LEDGER_DEVICE_MAX         64

/* Digests of secrets; hashes that tell one request from another. */
#define LEDGER_DIGEST_LEN         16

/* Wrong PINs after which a record fails. */
#define LEDGER_WRONG_PINS_MAX     3

/* The language of a login is a number of the caller's: 0 to so much. */
#define LEDGER_LANGUAGE_MAX       15

/*
 * One record's texts together but PLACE and DEVICE, and one message's but its
 * USER_ID, in bytes.
 */
#define LEDGER_RECORD_TEXTS_MAX   1900
#define LEDGER_MESSAGE_TEXTS_MAX  1024

#define LEDGER_USER_ID_MAX        128

/* The name of an app has at least one byte and at most so many. */
#define LEDGER_APP_MAX            255

/* Refused senders whom a waiting code survives; the next one fails it. */
#define LEDGER_REFUSALS_MAX       2


/* A refused sender and its message, each as a ledger_hash(). */

typedef struct {
    uint64_t  sender;
    uint64_t  message;
} ledger_refusal_t;


/*
 * The claim of a record with CLAIMED.  All of it but language, digest, known
 * and LEDGER_CLAIM_PAGE .. MARKED may change later.
 */

typedef struct {
    unsigned           flags;          /* LEDGER_CLAIM_* */
    ledger_step_t      step;
    unsigned           wrong_pins;
    unsigned           language;       /* of what the user is told */
    uint64_t           collected_at;   /* 0: not collected */
    uint8_t            digest[LEDGER_DIGEST_LEN];       /* of its secret */
    uint8_t            known[LEDGER_DIGEST_LEN];        /* of the mark that the
                                                           browser has shown,
                                                           if MARKED */
    uint8_t            collect_key[LEDGER_DIGEST_LEN];  /* of the request that
                                                           has collected it */
} ledger_claim_t;


/*
 * A record as it stands.  Its texts are borrowed from its source.
 *
 * lane and due_at say what it is due for: WAITING at its expires_at, CALLBACK
 * at the next attempt or, while taken, at the end of the lease, KEPT at its
 * purge.  The rules set lane, but only an engine reads it.
 */

typedef struct {
    uint64_t           key;
    ledger_state_t     state;
    ledger_status_t    status;
    ledger_error_t     error;
    ledger_channel_t   channel;
    ledger_provider_t  provider;       /* of the message, NONE: no message */
    unsigned           flags;          /* LEDGER_ON_* .. CLAIMED */
    unsigned           refusals;       /* distinct senders */
    unsigned           host_lane;
    unsigned           lane;
    unsigned           attempts;       /* taken so far */
    uint64_t           due_at;
    uint64_t           requested_at;
    uint64_t           expires_at;
    uint64_t           validated_at;   /* 0 unless validated */
    uint64_t           sent_at;        /* of the message, 0: not known */
    uint64_t           link_hash;      /* as given when it was issued */
    ledger_claim_t     claim;          /* all zero without CLAIMED */

    ledger_text_t      text[LEDGER_TEXTS];
    ledger_text_t      message[LEDGER_MESSAGE_TEXTS];
    ledger_refusal_t   refused[LEDGER_REFUSALS_MAX];    /* the first ones */
} ledger_record_t;


/* An entry of the index of due work, as a scan of one lane finds it. */

typedef struct {
    uint64_t           key;
    uint64_t           due_at;
} ledger_due_t;


#define LEDGER_TEXTS_MAX                                                      \
    (LEDGER_RECORD_TEXTS_MAX + LEDGER_PLACE_MAX + LEDGER_DEVICE_MAX           \
     + LEDGER_MESSAGE_TEXTS_MAX + LEDGER_USER_ID_MAX)

/* A record that has its texts with it, as long as the copy exists. */

typedef struct {
    ledger_record_t    record;
    unsigned char      texts[LEDGER_TEXTS_MAX];
} ledger_copy_t;

void ledger_copy(ledger_copy_t *copy, const ledger_record_t *record);

/* The number of record->refused that are set. */
unsigned ledger_refused(const ledger_record_t *record);

/* 1 if two texts have the same bytes. */
int ledger_text_same(const ledger_text_t *a, const ledger_text_t *b);

/* 1 if two digests are the same; takes the same time for any. */
int ledger_digest_same(const uint8_t *a, const uint8_t *b);

/*
 * The hash that tells one sender or text from another where too few of them
 * meet for two to be alike by chance (FNV-1a).  Danger: never compare by it
 * anything that lets somebody in.
 */
uint64_t ledger_hash(const void *data, size_t len);


#endif /* _LEDGER_RECORD_H_INCLUDED_ */
