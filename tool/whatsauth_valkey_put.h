
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A store in Valkey that is made of another one.  Each row is a commit, as
 * nginx makes them, to a key that is free.  The key of the store says first
 * that it is half a store, which nginx refuses, and at last that it is one.  So
 * a move that has failed in its middle may be repeated: it finds the same rows,
 * and goes on.
 */


#ifndef _WHATSAUTH_VALKEY_PUT_H_INCLUDED_
#define _WHATSAUTH_VALKEY_PUT_H_INCLUDED_


#include "valkey_store/command.h"
#include "whatsauth_valkey.h"


/* Commits on their way at a time. */
#define WHATSAUTH_VALKEY_PUT_PART  128


/* A row on its way, to tell one that stands there already. */
typedef struct {
    unsigned                     partition;
    size_t                       len;
    unsigned char                value[VALKEY_STORE_VALUE_MAX];
} whatsauth_valkey_put_row_t;

typedef struct {
    whatsauth_valkey_t           valkey;
    uint64_t                     there;      /* rows, by the servers' word */
    size_t                       n;
    whatsauth_valkey_put_row_t   row[WHATSAUTH_VALKEY_PUT_PART];

    /* The one that is put. */
    valkey_store_record_t        record;
    valkey_store_session_t       session;
    valkey_store_subject_t       subject;
} whatsauth_valkey_put_t;


/* Functions of whatsauth_store_target_engine_t; data is the above. */
int whatsauth_valkey_put_record(void *data, const ledger_record_t *record);
int whatsauth_valkey_put_asked(void *data, const ledger_record_t *record);
int whatsauth_valkey_put_session(void *data, const ledger_session_t *session);
int whatsauth_valkey_put_subject(void *data, const ledger_subject_t *subject);

/* Sends a commit, whose value of that length stands in the next row. */
int whatsauth_valkey_target_commit(whatsauth_valkey_put_t *put,
    valkey_store_commit_t *commit, size_t len);

/* Sets another key, behind all commits; until 0: for good. */
int whatsauth_valkey_target_set(whatsauth_valkey_put_t *put,
    const valkey_store_name_t *name, unsigned partition, const void *value,
    size_t len, uint64_t until);


#endif /* _WHATSAUTH_VALKEY_PUT_H_INCLUDED_ */
