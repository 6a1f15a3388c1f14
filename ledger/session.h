
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Sessions and subjects as an engine keeps them.
 *
 * COLLECT of a claim that L's page has begun makes a session, whose key is that
 * of the record.  A subject is a person as one app knows it: the number, the
 * browsers that it has confirmed a login in, and its sessions.  A session that
 * stands in its subject lives until its time ends; one that does not is gone.
 *
 * Secrets are with the browser alone: here are digests of them.
 */


#ifndef _LEDGER_SESSION_H_INCLUDED_
#define _LEDGER_SESSION_H_INCLUDED_


#include "record.h"


#define LEDGER_SUBJECT_SEED_LEN   16

/* The use of a session is written at most so often in its idle span. */
#define LEDGER_TOUCHES_MAX        16

/* The 9th known mark replaces the oldest, the 33rd session ends the oldest. */
#define LEDGER_MARKS_MAX          8
#define LEDGER_SESSIONS_MAX       32

/* Known marks live for 180 days. */
#define LEDGER_MARK_SPAN          (UINT64_C(180) * 24 * 60 * 60 * 1000)


enum {
    LEDGER_SESSION_APP = 0,
    LEDGER_SESSION_SUBJECT,
    LEDGER_SESSION_PHONE,          /* digits as received, without "+" */
    LEDGER_SESSION_NAME,           /* of the WhatsApp profile */
    LEDGER_SESSION_PLACE,
    LEDGER_SESSION_DEVICE,
    LEDGER_SESSION_TEXTS
};

#define LEDGER_SESSION_TEXTS_MAX                                              \
    (LEDGER_APP_MAX + LEDGER_SUBJECT_MAX + LEDGER_MESSAGE_TEXTS_MAX           \
     + LEDGER_PLACE_MAX + LEDGER_DEVICE_MAX)

/* A session as it stands.  Its texts are borrowed from its source. */

typedef struct {
    uint64_t           key;            /* of its record */
    unsigned           flags;          /* LEDGER_CLAIM_CONFIRMED, RECOGNISED */
    unsigned           language;       /* of its login */
    uint64_t           login_at;
    uint64_t           seen_at;
    uint64_t           ends_at;        /* however much it is used */
    uint64_t           idle;           /* span; not used for so long: ended */
    uint8_t            digest[LEDGER_DIGEST_LEN];
    ledger_text_t      text[LEDGER_SESSION_TEXTS];
} ledger_session_t;

typedef struct {
    ledger_session_t   session;
    unsigned char      texts[LEDGER_SESSION_TEXTS_MAX];
} ledger_session_copy_t;


typedef struct {
    uint64_t           until;
    uint8_t            digest[LEDGER_DIGEST_LEN];
} ledger_mark_t;

typedef struct {
    uint64_t           key;
    uint64_t           login_at;
} ledger_login_t;

enum {
    LEDGER_SUBJECT_APP = 0,
    LEDGER_SUBJECT_NUMBER,
    LEDGER_SUBJECT_TEXTS
};

#define LEDGER_SUBJECT_TEXTS_MAX  (LEDGER_APP_MAX + LEDGER_SUBJECT_MAX)

/* Marks and sessions stand in the order in which they were made. */

typedef struct {
    uint64_t           made_at;
    uint64_t           revoked_at;     /* a login validated by then gives no
                                          session any more; 0: none */
    uint8_t            seed[LEDGER_SUBJECT_SEED_LEN];   /* random, for good */
    unsigned           n_marks;
    unsigned           n_sessions;
    ledger_mark_t      mark[LEDGER_MARKS_MAX];
    ledger_login_t     session[LEDGER_SESSIONS_MAX];
    ledger_text_t      text[LEDGER_SUBJECT_TEXTS];
} ledger_subject_t;

typedef struct {
    ledger_subject_t   subject;
    unsigned char      texts[LEDGER_SUBJECT_TEXTS_MAX];
} ledger_subject_copy_t;


void ledger_session_copy(ledger_session_copy_t *copy,
    const ledger_session_t *session);
void ledger_subject_copy(ledger_subject_copy_t *copy,
    const ledger_subject_t *subject);

/* The time at which a session ends if it is not used before. */
uint64_t ledger_session_until(const ledger_session_t *session);

/*
 * 1 if a session that is used now should be touched: it has not been for so
 * long that its end would be wrong by more than a 16th of its idle span.  0 if
 * its end is fixed by now.
 */
int ledger_session_is_stale(const ledger_session_t *session, uint64_t now);

/* 1 if the browser that showed this digest is known, at this time. */
int ledger_subject_knows(const ledger_subject_t *subject,
    const uint8_t *digest, uint64_t now);

/* 1 if the session stands in the subject: it is one of a pair of rows. */
int ledger_subject_has(const ledger_subject_t *subject, uint64_t key);

/* Takes a session out that has ended; nothing if it does not stand there. */
void ledger_subject_drop(ledger_subject_t *subject, uint64_t key);


#endif /* _LEDGER_SESSION_H_INCLUDED_ */
