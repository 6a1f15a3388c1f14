
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * ledger - the rules of a verification: its states, and all that changes it.
 *
 * Pure functions of their arguments: no engine, no clock, no I/O, no
 * allocation.  An engine reads a record, lets ledger_apply() turn it into the
 * next one, and carries the change out in one transaction.
 *
 * Two things drive a record: a message, and time.
 *
 *    ISSUE
 *      |
 *   WAITING --+-- VALIDATE ----------> CALLBACK(validated) --+
 *    |  ^     |                                              |
 *    +--+     +-- REFUSE, the third -> CALLBACK(failed) -----+--> KEPT
 *   REFUSE    |                                              |     |
 *   ASK       +-- expires_at --------> CALLBACK(expired) ----+     | retain
 *                                          |  ^                    v
 *                                          +--+                   gone
 *                                     TAKE, RETRY, RELEASE
 *
 *  - WAITING: the code is live.  VALIDATE decides it.  REFUSE counts a sender
 *    who may not log in; the third different one ends the record.  ASK binds
 *    it to a user who hides the phone number.  When expires_at has come it is
 *    expired, even before SWEEP has seen it: nothing validates it any more.
 *  - CALLBACK: the site is to be called.  TAKE begins one attempt for a lease;
 *    COMPLETE ends the attempt: DELIVERED is final and leads to KEPT, RETRY
 *    and RELEASE wait for another attempt, GIVE_UP leads to KEPT as failed.
 *    A status without a callback goes straight to KEPT.
 *  - KEPT: the result can be read until its retention ends; then it is gone.
 *
 * A record with a claim has steps while it waits, for the browser that has it:
 *
 *          VALIDATE, a PIN is due           UNSENT
 *    SEND -----------------------> PIN ----------------> SEND_FAILED
 *     |                             |  <---------------       |
 *     |                             |  RESEND, VALIDATE       |
 *     +-----------------------------+-------------------------+--> DONE
 *       VALIDATE     CONFIRM, the third wrong PIN, CANCEL, expires_at
 *
 *  - SEND: the message has not come.  Nobody types a PIN yet.
 *  - PIN, SEND_FAILED: the sender has been told a PIN, or it could not be
 *    sent.  CONFIRM decides the record, and no message does any more.
 *  - DONE: it is decided.  COLLECT takes the result once, in any later state,
 *    and begins the session of a login in L's page.  The claim is dead
 *    COLLECT_SPAN after that.
 *
 * These rules hold for any repetition, order and concurrency:
 *
 *  - a record is validated at most once, and never when it has expired;
 *  - a decided record becomes KEPT only by a delivery, as failed, because its
 *    status has no callback, or given up after its claim was collected;
 *  - status goes forward only: requested, then validated, expired or failed,
 *    then at most to failed;
 *  - a record has one due time, until it is gone;
 *  - at most REFUSALS_MAX + 1 senders are counted as refused;
 *  - a record grants one reply, and each session one of its own; the user is
 *    asked once;
 *  - where a PIN is due, only CONFIRM validates, for the sender of the first
 *    message; after WRONG_PINS_MAX wrong ones nothing does, and a PIN is sent
 *    at most twice;
 *  - a step goes forward only, but for the second sending after a failed one;
 *  - a claim is collected at most once, and only a validated one; a repetition
 *    writes nothing, so that it brings back no session that has ended;
 *  - a session belongs to one collected record of L's page, and stands in its
 *    subject or is gone;
 *  - the use of a session moves its end for want of use, never back and never
 *    beyond ends_at, and brings back none that has ended;
 *  - a wrong digest or another app changes nothing and learns nothing.
 *
 * Units: every time is unix time in milliseconds, every span milliseconds.
 * Ownership: texts passed in are borrowed for the call.  The texts of a record
 * that comes out belong to the record and the operation that went in.
 */


#ifndef _LEDGER_H_INCLUDED_
#define _LEDGER_H_INCLUDED_


#include "session.h"


/*
 * Replies to the user: as a set, those that the caller could send, and the one
 * that it must send.  The same transaction marks the record, so that no
 * verification has two.
 */
#define LEDGER_REPLY_RESPONSE    0x01   /* validated, and delivered */
#define LEDGER_REPLY_FAILURE     0x02   /* refused, or given up */
#define LEDGER_REPLY_EXPIRATION  0x04   /* the code has expired */


/* A record in step PIN lives for so long at least; spans. */
#define LEDGER_PIN_SPAN          (UINT64_C(3) * 60 * 1000)
/* A claim, and the answer to its collection, after it was collected. */
#define LEDGER_COLLECT_SPAN      (UINT64_C(60) * 1000)


typedef enum {
    LEDGER_ISSUE = 1,
    LEDGER_VALIDATE,
    LEDGER_REFUSE,
    LEDGER_ASK,
    LEDGER_TAKE,
    LEDGER_COMPLETE,
    LEDGER_SWEEP,
    LEDGER_CONFIRM,
    LEDGER_RESEND,
    LEDGER_UNSENT,
    LEDGER_CANCEL,
    LEDGER_COLLECT,
    LEDGER_REVOKE,
    LEDGER_TOUCH
} ledger_kind_t;

#define LEDGER_KIND_LAST  LEDGER_TOUCH

typedef enum {
    LEDGER_DELIVERED = 1,   /* final, whichever attempt brought it */
    LEDGER_RETRY,           /* again at next_at */
    LEDGER_GIVE_UP,         /* the attempts are used up: failed, error */
    LEDGER_RELEASE          /* not tried: again at next_at, not counted */
} ledger_outcome_t;


/*
 * An operation.  The caller fills kind, the "in" members and the texts; the
 * engine fills result and, where result is OK, the "out" members.
 */

typedef struct {
    ledger_kind_t     kind;
    ledger_result_t   result;
    void             *owner;          /* the caller's own, untouched */
    ledger_text_t     text[LEDGER_TEXTS];

    /*
     * The record after the operation, with OK, with WRONG_PIN and, if a reply
     * is granted, with EXPIRED.  The caller of the engine sets copy to memory
     * with room for so many bytes of texts; the engine sets it to NULL if they
     * are more.
     */
    unsigned          record_room;    /* in: ledger_room(), 0: not wanted */
    ledger_copy_t    *copy;

    union {
        /*
         * A new code.  text: LEDGER_APP .. FAILURE_MESSAGE and, with the
         * flag CLAIMED, PLACE and DEVICE.
         * live_limit - page_limit codes are for servers alone, so that
         * pages cannot lock them out.
         *
         * If the app has used its share of the store, its kept records are
         * purged, the oldest first; if the store is nearly full, the oldest
         * of all apps.  If that is not enough, the code is refused: with
         * SHARE_LIMIT, so that one app cannot fill the store for all, or
         * with FULL.
         * Results: OK, LIVE_LIMIT, SHARE_LIMIT, TOO_LARGE, FULL, FAILED.
         */
        struct {
            uint64_t           lifetime;      /* in: span */
            uint64_t           live_limit;    /* in: waiting codes, 0: any */
            uint64_t           page_limit;    /* in: those of pages, 0: any;
                                                 asked of PAGE codes only */
            unsigned           share;         /* in: ten-thousandths of what
                                                 codes may use of the store,
                                                 0: any */
            uint64_t           link_hash;     /* in: of the text that goes
                                                 with the code */
            ledger_channel_t   channel;       /* in */
            unsigned           flags;         /* in */
            unsigned           host_lane;     /* in: < HOST_LANES */
            unsigned           claim_flags;   /* in: CLAIM_PAGE .. MARKED;
                                                 with CLAIMED only, as: */
            unsigned           language;      /* in: <= LANGUAGE_MAX */
            uint8_t            digest[LEDGER_DIGEST_LEN];     /* in */
            uint8_t            known[LEDGER_DIGEST_LEN];      /* in: if
                                                                 MARKED */
            uint64_t           key;           /* out */
            uint64_t           requested_at;  /* out */
            uint64_t           expires_at;    /* out */
        } issue;

        /*
         * A message with the code of key.  text: see ledger_message_text();
         * VALIDATE may have text[LEDGER_OP_SUBJECT], the person who sends it:
         * without it no browser is known.
         *
         * VALIDATE decides the code.  If the status is in the record's
         * ON_ flags the record goes to CALLBACK: with lease > 0 already
         * taken by the caller as attempt 1, with lease 0 due at once and
         * not taken; otherwise to KEPT (attempt 0).  REFUSE counts each
         * sender once; the sender after REFUSALS_MAX refused ones ends the
         * record failed with error, and lease means the same there.  out
         * attempt is 0 when the caller has nothing to deliver.
         *
         * Where a PIN is due (CLAIM_PIN, or CLAIM_PIN_UNKNOWN in a browser
         * that is not known), VALIDATE only moves the record to step PIN: it
         * stays WAITING, keeps the message, lives for PIN_SPAN at least, and
         * belongs to that sender from then on: USED for anybody else.  out
         * pin tells that the PIN is to be sent: 1 for the first time, 2 if
         * the same sender has sent another message, once; then USED.
         *
         * ASK is a message whose sender, USER_ID, hides the phone number
         * and can be asked for it: the record goes on waiting, its message
         * is kept, and the record is found by app and user from then on.
         * out ask is 1 once in a record's life.  From then on the record
         * belongs to that user: OTHER_USER to an ASK for any other, while
         * a sender whose number is known may still decide it.
         *
         * VALIDATE and REFUSE with a USER_ID and a SENDER are the contact
         * that answers: they count only if this very record has asked that
         * very user (else UNKNOWN), and not after the contact was sent (else
         * OLD_MESSAGE).  REFUSE with only a USER_ID is a message of a user
         * who is not asked.
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
         * TOO_LARGE (a USER_ID over USER_ID_MAX, or an ASK without one,
         * too), FAILED (a message without a provider, or a VALIDATE without a
         * SENDER, too).
         */
        struct {
            uint64_t           key;           /* in */
            uint64_t           sent_at;       /* in */
            uint64_t           lease;         /* in: span */
            uint64_t           retain;        /* in: span */
            ledger_channel_t   channel;       /* in */
            ledger_provider_t  provider;      /* in: 1 to 255 */
            ledger_error_t     error;         /* in: REFUSE only */
            uint64_t           sender;        /* in: REFUSE only; a hash that
                                                 is one for all spellings of
                                                 a number */
            unsigned           share;         /* in: as for ISSUE */
            unsigned           replies;       /* in: would send */
            ledger_status_t    status;        /* out */
            unsigned           attempt;       /* out */
            unsigned           reply;         /* out: to send, or 0; with OK
                                                 and EXPIRED */
            unsigned           ask;           /* out: ASK only; 1: the caller
                                                 is to ask */
            unsigned           pin;           /* out: VALIDATE only; 1, 2: the
                                                 caller is to send the PIN */
            ledger_step_t      step;          /* out */
        } message;

        /*
         * Takes due work for one attempt: counts it and moves the record's
         * due time to now + lease, so that a worker that dies loses
         * nothing.  due_at is the value that the caller has seen; the second
         * caller finds another value and gets NOT_CURRENT.
         * Results: OK, UNKNOWN, NOT_CURRENT, FAILED.
         */
        struct {
            uint64_t           key;           /* in */
            uint64_t           due_at;        /* in: as seen */
            uint64_t           lease;         /* in: span */
            unsigned           attempt;       /* out */
        } take;

        /*
         * The end of an attempt.  DELIVERED counts for any attempt; the
         * others only for the current one (else NOT_CURRENT).  For a kept
         * record all of them are NOT_CURRENT.
         * retain: the time for which an ended record is kept.
         * Results: OK, UNKNOWN, NOT_CURRENT, FAILED.
         */
        struct {
            uint64_t           key;           /* in */
            unsigned           attempt;       /* in */
            ledger_outcome_t   outcome;       /* in */
            ledger_error_t     error;         /* in: GIVE_UP; a first error
                                                 stays */
            uint64_t           next_at;       /* in: RETRY, RELEASE */
            uint64_t           retain;        /* in: span */
            unsigned           replies;       /* in: would send */
            ledger_status_t    status;        /* out */
            unsigned           reply;         /* out: to send, or 0 */
        } complete;

        /*
         * Expires codes, and purges records that have been kept long enough,
         * oldest first, for about a millisecond.  An expired record goes to
         * CALLBACK if its flags have ON_EXPIRED, else to KEPT.  While the
         * store is nearly full, kept records go before their time.
         * Results: OK, FAILED.
         */
        struct {
            uint64_t           retain;        /* in: span */
            unsigned           expired;       /* out: records */
            unsigned           purged;        /* out: records */
            unsigned           more;          /* out: 1: call again */
        } sweep;

        /*
         * A browser acts on its login.  text: LEDGER_APP; CONFIRM and RESEND
         * LEDGER_OP_SUBJECT, the person who has sent the message: if that was
         * before the subject was revoked, they end the record failed, with
         * CANCELLED, and the result ENDED.
         *
         * CONFIRM: a PIN was typed; the caller has compared it.  The right
         * one validates the record exactly as VALIDATE does where no PIN is
         * due; of the wrong ones the WRONG_PINS_MAX'th ends it failed, with
         * PIN_WRONG.  RESEND: the PIN is to be sent again, once; out pin is
         * 2.  UNSENT: the sending number pin has failed: step SEND_FAILED, in
         * which a PIN is taken all the same; it comes from the sender, not
         * from the browser, so it has no digest.  CANCEL ends a waiting
         * record failed, with CANCELLED.  lease, attempt and reply are as for
         * VALIDATE, also where the record fails.
         *
         * Results: OK, WRONG_PIN, UNKNOWN (also another app's, no claim, a
         * wrong digest, and a claim collected so long ago that it is dead),
         * UNDECIDED (no PIN is due yet), USED (validated before), ENDED
         * (status and error tell how), RESENT (RESEND only), NOT_CURRENT
         * (UNSENT of another sending, or too late), FAILED.
         */
        struct {
            uint64_t           key;           /* in */
            uint8_t            digest[LEDGER_DIGEST_LEN];     /* in */
            unsigned           right;         /* in: CONFIRM; 1: it is */
            uint64_t           lease;         /* in: span */
            uint64_t           retain;        /* in: span */
            unsigned           replies;       /* in: would send */
            unsigned           pin;           /* in: UNSENT; out: RESEND */
            unsigned           tries;         /* out: CONFIRM; left, with OK
                                                 and WRONG_PIN */
            unsigned           attempt;       /* out */
            unsigned           reply;         /* out: to send, or 0 */
            ledger_status_t    status;        /* out: not with UNKNOWN */
            ledger_error_t     error;         /* out: likewise */
        } browser;

        /*
         * Takes what a claim has won, once.  text: LEDGER_APP; with session
         * LEDGER_OP_SUBJECT, the person who has sent the message.
         *
         * session: 1 collects the claims that L's page has begun, and makes a
         * session, and the subject if it has none; 0 collects all others.  A
         * claim of the other kind is UNKNOWN: else somebody could put his own
         * into the browser of another.  The reply RESPONSE of page's claims
         * is granted here and not before, also if the record's one reply was
         * spent.  mark is stored if the record was
         * CONFIRMED: the caller may set its cookie if out marked is 1.
         *
         * For COLLECT_SPAN after it the same collect_key gets OK again, with
         * repeated, and nothing is written: a session that has ended
         * meanwhile stays ended.  Another one gets COLLECTED.  After that the
         * claim is UNKNOWN.
         *
         * Results: OK, COLLECTED, UNKNOWN (as for browser, and a login
         * validated before its subject was revoked), UNDECIDED, ENDED (status
         * and error tell how), SHARE_LIMIT, FULL, TOO_LARGE (a subject over
         * SUBJECT_MAX), FAILED (a session without subject or spans, too).
         */
        struct {
            uint64_t           key;           /* in */
            uint8_t            digest[LEDGER_DIGEST_LEN];     /* in */
            uint8_t            collect_key[LEDGER_DIGEST_LEN];      /* in */
            unsigned           session;       /* in: 1: make one; of it: */
            uint8_t            session_digest[LEDGER_DIGEST_LEN];   /* in */
            uint8_t            mark[LEDGER_DIGEST_LEN];             /* in */
            uint8_t            seed[LEDGER_SUBJECT_SEED_LEN];       /* in:
                                                 of a new subject */
            uint64_t           absolute;      /* in: span */
            uint64_t           idle;          /* in: span */
            unsigned           share;         /* in: as for ISSUE */
            unsigned           replies;       /* in: would send */
            unsigned           repeated;      /* out */
            unsigned           marked;        /* out */
            unsigned           reply;         /* out: to send, or 0 */
            uint64_t           collected_at;  /* out */
            ledger_status_t    status;        /* out: not with UNKNOWN */
            ledger_error_t     error;         /* out: likewise */
        } collect;

        /*
         * Ends sessions.  text: LEDGER_APP; LEDGER_OP_SUBJECT, or none: then
         * the session of key alone.  A subject's known marks are void then,
         * and logins validated by then give it no session any more.
         * Results: OK (also if no session was left), UNKNOWN (no such
         * subject, or no such session of this app), FAILED.
         */
        struct {
            uint64_t           key;           /* in: of one session */
            uint64_t           since;         /* in: begun from then on */
            uint64_t           until;         /* in: up to then, 0: all */
            unsigned           ended;         /* out: sessions */
            unsigned           language;      /* out: of the last of them, 0
                                                 if it cannot be read */
        } revoke;

        /*
         * A session is used.  text: LEDGER_APP.  Moves seen_at to now if
         * ledger_session_is_stale(), else writes nothing: so of all that use
         * it at one time one writes.
         * Results: OK, UNKNOWN (also another app's, a wrong digest, and a
         * session that has ended), FAILED.
         */
        struct {
            uint64_t           key;           /* in */
            uint8_t            digest[LEDGER_DIGEST_LEN];     /* in */
            unsigned           moved;         /* out: 1: seen_at is another */
        } touch;
    } u;
} ledger_op_t;

/*
 * The texts of VALIDATE, REFUSE and ASK: text[LEDGER_APP] is the app that
 * the record must belong to; the message's own texts follow it.
 */
#define ledger_message_text(op, i)  ((op)->text[1 + (i)])

/* The text of VALIDATE, COLLECT and REVOKE that names the person. */
#define LEDGER_OP_SUBJECT           (1 + LEDGER_MESSAGE_TEXTS)

/*
 * The value of record_room: the bytes of texts that a record may have after an
 * operation.  The caller knows the record before it.  message: the texts of
 * the message that the operation brings, or NULL.
 */
unsigned ledger_room(const ledger_record_t *record,
    const ledger_text_t *message);

/* The record that an operation has handed over, or NULL. */
#define ledger_op_record(op)                                                  \
    ((op)->copy == NULL ? NULL : &(op)->copy->record)

/* Engine: hands the record over if it is wanted and finds room. */
void ledger_hand_over(ledger_op_t *op, const ledger_record_t *record);


/* The work of an engine for an operation, in one transaction. */

typedef struct {
    unsigned  save:1;      /* write the record that came out */
    unsigned  moves:1;     /* another lane or due_at: it leaves its entry in
                              the index for that one */
    unsigned  changed:1;   /* another status or step, or collected: tell who
                              watches the record */
    unsigned  remove:1;    /* it goes, with all that belongs to it */
    unsigned  asked:1;     /* find it by its app and its USER_ID from now on */
    unsigned  begins:1;    /* a session begins: ledger_begin() */
    int       waiting;     /* to add to the app's count of waiting codes, */
    int       pages;       /* and to that of those that pages asked for */
} ledger_change_t;


/*
 * ISSUE: makes a record under the key that the engine proposes.  Fills op's
 * "out" members.  Returns OK or TOO_LARGE.
 */
ledger_result_t ledger_issue(ledger_op_t *op, uint64_t key, uint64_t now,
    ledger_record_t *after, ledger_change_t *change);

/*
 * 1 if an app with so many waiting codes, and so many of pages, may not have
 * this one: the engine, which counts them, refuses it with LIVE_LIMIT.
 */
int ledger_issue_is_beyond(const ledger_op_t *op, uint64_t waiting,
    uint64_t pages);

/*
 * Any other operation but REVOKE and TOUCH: turns the record, NULL if there is
 * none, into *after.  SWEEP applies time to this one record; NOT_CURRENT: it is
 * not due.
 * subject: what the engine has of the person if ledger_wants_subject(), NULL if
 * it has nothing.  Fills op's "out" members, but not those of SWEEP.  A record
 * that *change neither saves nor removes stays as it was.  An engine without
 * room may refuse a change whose result is OK.  Returns the result of the
 * operation.
 */
ledger_result_t ledger_apply(const ledger_record_t *record,
    const ledger_subject_t *subject, ledger_op_t *op, uint64_t now,
    ledger_record_t *after, ledger_change_t *change);

/*
 * 1 if the operation on the record looks at the subject of its app and
 * LEDGER_OP_SUBJECT: then the engine reads it, else it need not.
 */
int ledger_wants_subject(const ledger_record_t *record,
    const ledger_op_t *op);

/*
 * The session that COLLECT begins with the record that came out, and its
 * subject, made of the one before it, NULL if there is none.  The engine adds
 * the session, saves the subject, and removes the session *ended unless it is
 * 0.
 */
void ledger_begin(const ledger_record_t *record, const ledger_op_t *op,
    const ledger_subject_t *before, ledger_session_t *session,
    ledger_subject_t *after, uint64_t *ended);

/*
 * REVOKE: turns the subject into *after, which the engine saves, and removes
 * the sessions ended[0 .. op->u.revoke.ended - 1].  The engine finds the
 * subject of a session that is named by its key, and compares the app.
 */
ledger_result_t ledger_revoke(const ledger_subject_t *before, ledger_op_t *op,
    uint64_t now, ledger_subject_t *after,
    uint64_t ended[LEDGER_SESSIONS_MAX]);

/*
 * TOUCH: turns the session, NULL if there is none, into *after, which the
 * engine saves if op->u.touch.moved.
 */
ledger_result_t ledger_touch(const ledger_session_t *before, ledger_op_t *op,
    uint64_t now, ledger_session_t *after);

/* The key of the record that an operation is about; 0: it has none. */
uint64_t ledger_key(const ledger_op_t *op);

/*
 * The status of a record for the site: a waiting code whose time has come is
 * expired.
 */
ledger_status_t ledger_status(const ledger_record_t *record, uint64_t now);

/* Its step for the browser, likewise; NONE without a claim. */
ledger_step_t ledger_step(const ledger_record_t *record, uint64_t now);

/*
 * 1 if the record has this claim and it lives; the first question of whoever
 * shows a claim's digest, before anything is told.
 */
int ledger_claim_is(const ledger_record_t *record, const uint8_t *digest,
    uint64_t now);


#endif /* _LEDGER_H_INCLUDED_ */
