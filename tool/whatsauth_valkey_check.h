
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Shared by the files of the check.
 *
 * A running store changes while it is checked.  So whatever looks wrong at the
 * first look is looked at again, together with its row, which must have the
 * same stamp before and after: every commit makes a new one, and so nothing of
 * the row's partition that belongs to it has changed in between.
 */


#ifndef _WHATSAUTH_VALKEY_CHECK_H_INCLUDED_
#define _WHATSAUTH_VALKEY_CHECK_H_INCLUDED_


#include "whatsauth_valkey.h"


/* A row that changes between so many looks is in use, and no fault. */
#define WHATSAUTH_VALKEY_TRIES  16


/* A record or session, and what must stand beside it. */
typedef struct {
    valkey_store_kind_t   kind;
    uint64_t              key;
    uint8_t               stamp[VALKEY_STORE_STAMP_LEN];

    unsigned              stands:1;     /* it has an entry in the index: */
    unsigned              goes:1;       /* the server removes it in time */
    ledger_entry_t        entry;
    uint64_t              gone_at;      /* then; 0: at any time */
} whatsauth_valkey_expect_t;


typedef struct {
    whatsauth_valkey_t         *valkey;
    uint64_t                    faults;
    void                      (*problem)(const char *sentence, void *to);
    void                       *to;

    /* The rows of the part that is looked at. */
    size_t                      n;
    whatsauth_valkey_expect_t   expect[WHATSAUTH_VALKEY_PART];
} whatsauth_valkey_check_t;


void whatsauth_valkey_check_fault(whatsauth_valkey_check_t *check,
    const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Each checks one kind of thing: 0, or -1. */
int whatsauth_valkey_check_records(whatsauth_valkey_check_t *check);
int whatsauth_valkey_check_sessions(whatsauth_valkey_check_t *check);
int whatsauth_valkey_check_subjects(whatsauth_valkey_check_t *check);
int whatsauth_valkey_check_due(whatsauth_valkey_check_t *check);
int whatsauth_valkey_check_counts(whatsauth_valkey_check_t *check);


/* Tell the demands of a value.  They return what decoding returns. */
int whatsauth_valkey_expect_value(whatsauth_valkey_expect_t *expect,
    valkey_store_kind_t kind, uint64_t key, const valkey_store_reply_t *reply);
void whatsauth_valkey_expect_record(whatsauth_valkey_expect_t *expect,
    const valkey_store_record_t *record);
void whatsauth_valkey_expect_session(whatsauth_valkey_expect_t *expect,
    const valkey_store_session_t *session, int ended);

/* Looks beside the rows of check->expect, and tells what is wrong. */
int whatsauth_valkey_check_beside(whatsauth_valkey_check_t *check);


/* A row with what was beside it at one moment. */
typedef struct {
    unsigned                    found:1;      /* else there is no such row */
    unsigned                    sound:1;      /* it can be read: see expect */
    unsigned                    stands:1;     /* the entry is there */
    int64_t                     gone_at;      /* -1: never */
    whatsauth_valkey_expect_t   expect;
} whatsauth_valkey_look_t;

/*
 * Looks at a row and an entry of the index until both belong together.
 * Returns 1; 0: they change too fast to be seen, and so are alive; or -1.
 */
int whatsauth_valkey_look(whatsauth_valkey_t *valkey,
    whatsauth_valkey_look_t *look, valkey_store_kind_t kind, uint64_t key,
    const ledger_entry_t *entry);

/* One count of an app. */
typedef struct {
    int64_t         stated;
    int64_t         counted;
    int64_t         before;       /* stated - counted, at the look before */
    unsigned        pages:1;
    size_t          len;
    unsigned char   name[LEDGER_APP_MAX];
} whatsauth_valkey_tally_t;

/*
 * The row of a count in a list of n, which may grow and move; a new one is
 * zeroed.  NULL: memory is out.
 */
whatsauth_valkey_tally_t *whatsauth_valkey_counts_tally(
    whatsauth_valkey_tally_t **list, size_t *n, const ledger_text_t *app,
    unsigned pages);

int whatsauth_valkey_entry_same(const ledger_entry_t *a,
    const ledger_entry_t *b);


#endif /* _WHATSAUTH_VALKEY_CHECK_H_INCLUDED_ */
