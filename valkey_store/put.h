
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * valkey_store/put - the commits of the store: what the ledger has made of a
 * row, as the arguments of commit.lua.
 */


#ifndef _VALKEY_STORE_PUT_H_INCLUDED_
#define _VALKEY_STORE_PUT_H_INCLUDED_


#include "store.h"


/* A commit with all that it points to, so that it can be sent again. */
typedef struct {
    valkey_store_commit_t  commit;
    valkey_store_name_t    row;
    uint8_t                stamp[VALKEY_STORE_STAMP_LEN];
    ledger_entry_t         leaves;
    ledger_entry_t         takes;
    unsigned               unreadable:1;    /* the row that loses its entry */
    unsigned char          app[LEDGER_APP_MAX];
    unsigned char          value[VALKEY_STORE_VALUE_MAX];
} valkey_store_put_t;


/*
 * Each makes the commit that turns before into after; before NULL, of a
 * subject: the key must be free.  They give after its stamp.  Return 0; or -1,
 * there is none, or no key for such a subject.
 */
int valkey_store_put_record(valkey_store_put_t *put, valkey_store_t *store,
    const valkey_store_record_t *before, valkey_store_record_t *after,
    const ledger_change_t *change);
int valkey_store_put_session(valkey_store_put_t *put, valkey_store_t *store,
    const valkey_store_session_t *before, valkey_store_session_t *after);
int valkey_store_put_subject(valkey_store_put_t *put, valkey_store_t *store,
    const valkey_store_subject_t *before, valkey_store_subject_t *after);

/*
 * The commit that ends a session, whatever its value says: before is what
 * stands there, data NULL: nothing does.  One that cannot be decoded leaves its
 * entry to the sweep.
 */
int valkey_store_put_ended(valkey_store_put_t *put, valkey_store_t *store,
    uint64_t key, const ledger_text_t *before);

/*
 * The commit that takes an entry out of the index to which its row does not
 * belong, and puts in the right one.  value: of the row, data NULL: it is gone.
 * A row that cannot be read has no right one: nothing is to be done with it.
 */
int valkey_store_put_stray(valkey_store_put_t *put, valkey_store_t *store,
    const ledger_entry_t *entry, const ledger_text_t *value);

/* As valkey_store_commit_read(), but it knows its own stamp: WRITTEN. */
valkey_store_committed_t valkey_store_put_read(const valkey_store_put_t *put,
    const valkey_store_reply_t *reply, ledger_text_t *present);

/* The entry of a record, which none that is kept has; and of a session. */
int valkey_store_put_record_entry(const valkey_store_record_t *record,
    ledger_entry_t *entry);
void valkey_store_put_session_entry(const valkey_store_session_t *session,
    ledger_entry_t *entry);


/* stray.c: an entry that does not belong to its row, and goes */

void valkey_store_stray(valkey_store_t *store, const ledger_entry_t *entry,
    const ledger_text_t *value);

/*
 * A commit has been written that may have been such a one.  The operator is
 * told of a row that cannot be read.
 */
void valkey_store_stray_gone(valkey_store_t *store,
    const valkey_store_put_t *put);


#endif /* _VALKEY_STORE_PUT_H_INCLUDED_ */
