
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The ledger's words: one table for each kind.  A row of the tables below
 * RESULTS is the name in C, the number and the word that JSON has for it; the
 * numbers stand in stored records, so rows are appended, never renumbered.
 */


#ifndef _LEDGER_WORD_H_INCLUDED_
#define _LEDGER_WORD_H_INCLUDED_


#include <stddef.h>


/*
 * The results of calls and operations: the name and a sentence for a log.
 * These numbers are not stored anywhere.
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
    X(NOT_CURRENT,   "another attempt has taken over")                        \
    X(LIVE_LIMIT,    "the app has as many waiting codes as it may")           \
    X(SHARE_LIMIT,   "the app has used its share of the store")               \
    X(COLLECTED,     "the login has been collected before")                   \
    X(UNDECIDED,     "nothing has decided the verification yet")              \
    X(ENDED,         "the verification has expired or failed")                \
    X(WRONG_PIN,     "the PIN is wrong")                                      \
    X(RESENT,        "the PIN has been sent again before")                    \
    X(TOO_LARGE,     "the texts of one verification exceed a record")         \
    X(FULL,          "more than 90 % of the store is used")                   \
    X(BUSY,          "the queue of operations is full")                       \
    X(FAILED,        "the store cannot commit; the outcome is unknown")       \
    X(FOREIGN,       "the file is not a store of this module")                \
    X(VERSION,       "the store was written by an unknown version")           \
    X(UNUSABLE,      "the store directory cannot be used")

/* The states of a record. */
#define LEDGER_STATES(X)                                                      \
    X(WAITING,                      1, "waiting")                             \
    X(CALLBACK,                     2, "callback")                            \
    X(KEPT,                         3, "kept")

/* Its statuses, which the site learns. */
#define LEDGER_STATUSES(X)                                                    \
    X(REQUESTED,                    1, "requested")                           \
    X(VALIDATED,                    2, "validated")                           \
    X(EXPIRED,                      3, "expired")                             \
    X(FAILED,                       4, "failed")

/* The causes of a failure. */
#define LEDGER_ERRORS(X)                                                      \
    X(CALLBACK_FAILED,              1, "callback_failed")                     \
    X(PHONE_NUMBER_NOT_AUTHORIZED,  2, "phone_number_not_authorized")         \
    X(PHONE_NUMBER_UNAVAILABLE,     3, "phone_number_unavailable")            \
    X(APP_REMOVED,                  4, "app_removed")                         \
    X(PIN_WRONG,                    5, "pin_wrong")                           \
    X(CANCELLED,                    6, "cancelled")

/* The steps of a record with a claim, which the browser shows. */
#define LEDGER_STEPS(X)                                                       \
    X(SEND,                         1, "send")                                \
    X(PIN,                          2, "pin")                                 \
    X(SEND_FAILED,                  3, "send_failed")                         \
    X(DONE,                         4, "done")

/* The ways in which users send its code. */
#define LEDGER_CHANNELS(X)                                                    \
    X(WHATSAPP,                     1, "whatsapp")                            \
    X(SMS,                          2, "sms")

/* The providers that post its messages; one byte of a record. */
#define LEDGER_PROVIDERS(X)                                                   \
    X(META,                         1, "meta")                                \
    X(TWILIO,                       2, "twilio")                              \
    X(GATEWAY,                      3, "gateway")


#define LEDGER_RESULT(name, text)               LEDGER_##name,
#define LEDGER_NUMBER_STATE(name, n, word)      LEDGER_STATE_##name = n,
#define LEDGER_NUMBER_STATUS(name, n, word)     LEDGER_STATUS_##name = n,
#define LEDGER_NUMBER_ERROR(name, n, word)      LEDGER_ERROR_##name = n,
#define LEDGER_NUMBER_STEP(name, n, word)       LEDGER_STEP_##name = n,
#define LEDGER_NUMBER_CHANNEL(name, n, word)    LEDGER_CHANNEL_##name = n,
#define LEDGER_NUMBER_PROVIDER(name, n, word)   LEDGER_PROVIDER_##name = n,

typedef enum {
    LEDGER_RESULTS(LEDGER_RESULT)
    LEDGER_RESULTS_N
} ledger_result_t;

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
    LEDGER_STEP_NONE = 0,           /* no claim */
    LEDGER_STEPS(LEDGER_NUMBER_STEP)
} ledger_step_t;

typedef enum {
    LEDGER_CHANNELS(LEDGER_NUMBER_CHANNEL)
} ledger_channel_t;

typedef enum {
    LEDGER_PROVIDER_NONE = 0,
    LEDGER_PROVIDERS(LEDGER_NUMBER_PROVIDER)
    LEDGER_PROVIDERS_N              /* above all numbers */
} ledger_provider_t;


/* The sentence of a result: a static string, never NULL. */
const char *ledger_strresult(ledger_result_t result);

/*
 * The word of a number: a static string, or NULL for a number that has none,
 * as LEDGER_ERROR_NONE.
 */
const char *ledger_state_word(unsigned state);
const char *ledger_status_word(unsigned status);
const char *ledger_error_word(unsigned error);
const char *ledger_step_word(unsigned step);
const char *ledger_channel_word(unsigned channel);
const char *ledger_provider_word(unsigned provider);


#endif /* _LEDGER_WORD_H_INCLUDED_ */
