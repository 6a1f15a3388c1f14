
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * valkey_store/command - the scripts as calls: their keys and arguments by
 * name, and what they return.  issue.lua, commit.lua and heads.lua say what
 * they do.
 */


#ifndef _VALKEY_STORE_COMMAND_H_INCLUDED_
#define _VALKEY_STORE_COMMAND_H_INCLUDED_


#include "key.h"
#include "value.h"


/* Entries of sessions; no record may stand there. */
#define VALKEY_STORE_LANE_SESSIONS  LEDGER_ROW_LANES


/*
 * One row, and what belongs to it in its partition.  Begins zeroed; texts,
 * names and entries are borrowed for the call.
 */
typedef struct {
    const ledger_text_t        *prefix;
    unsigned                    partition;
    const valkey_store_name_t  *row;

    const uint8_t              *stamp;      /* that was read; NULL: the key
                                               must be free */
    ledger_text_t               value;      /* len 0: the row goes */
    uint64_t                    gone_at;    /* the server removes it then, unix
                                               time; 0: never */

    const ledger_entry_t       *leaves;     /* its entry, or NULL */
    const ledger_entry_t       *takes;

    ledger_text_t               app;        /* whose counts change; len 0:
                                               none do; else: */
    int                         waiting;    /* to add */
    int                         pages;

    unsigned                    tells:1;    /* whoever watches its key; of
                                               records and sessions */

    const valkey_store_name_t  *session;    /* a session that begins, or NULL;
                                               its key must be free */
    ledger_text_t               session_value;
    const ledger_entry_t       *session_takes;
} valkey_store_commit_t;

typedef enum {
    VALKEY_STORE_WRITTEN,
    VALKEY_STORE_CHANGED,         /* another stamp: see present */
    VALKEY_STORE_BEYOND,          /* a limit: of new codes */
    VALKEY_STORE_TAKEN,           /* the session's key: of commits */
    VALKEY_STORE_ODD              /* no such script returns that */
} valkey_store_committed_t;

/* Adds the command to out.  Returns 0, or -1: no memory. */
int valkey_store_commit_write(const valkey_store_commit_t *commit,
    valkey_store_out_t *out);

/*
 * Tells its end.  present: with CHANGED the value that stands there, in
 * reply, or data NULL: the key is free.  Danger: a commit that was sent twice
 * may find itself: valkey_store_value_has() the stamp that was sent.
 */
valkey_store_committed_t valkey_store_commit_read(
    const valkey_store_reply_t *reply, ledger_text_t *present);


/*
 * New codes of one app in one partition, all of them of pages, or none.  Their
 * rows have waiting records with entries; all is borrowed for the call.
 */
typedef struct {
    const ledger_text_t                 *prefix;
    unsigned                             partition;
    ledger_text_t                        app;
    unsigned                             pages:1;
    uint64_t                             live_limit;  /* 0: any */
    uint64_t                             page_limit;
    size_t                               n;           /* <= CODES_MAX */
    valkey_store_record_t              **record;
} valkey_store_codes_t;

/* Arguments that a function of Lua takes at once have a limit. */
#define VALKEY_STORE_CODES_MAX  128

int valkey_store_codes_write(const valkey_store_codes_t *codes,
    valkey_store_out_t *out);

/*
 * Returns the first of n replies side by side, each to be read by
 * valkey_store_commit_read(); or NULL: no such script returns that.
 */
const valkey_store_reply_t *valkey_store_codes_read(
    const valkey_store_reply_t *reply, size_t n);


/* The heads of the lanes of a partition.  Begins zeroed; likewise borrowed. */
typedef struct {
    const ledger_text_t        *prefix;
    unsigned                    partition;

    valkey_store_kind_t         guard;      /* SCAN or SWEEP: held for span by
                                               one worker of all hosts, */
    ledger_text_t               who;        /* this one; len 0: it has begun
                                               before, and goes on */
    uint64_t                    span;       /* ms */

    unsigned                    from:1;     /* 1: go on after */
    unsigned                    after;      /* this lane */
    unsigned                    to;         /* not this lane, nor behind it;
                                               0: all lanes */
    uint64_t                    before;     /* what is due before that time, */
    uint64_t                    later;      /* and from this time on, which a
                                               clock that was ahead has
                                               written; 0: none */
    unsigned                    lanes;      /* at most */
    unsigned                    each;       /* entries of each at most */
} valkey_store_heads_t;

int valkey_store_heads_write(const valkey_store_heads_t *heads,
    valkey_store_out_t *out);

/* The entries that were found; they last as long as the reply. */
typedef struct {
    unsigned                    busy:1;     /* another worker scans; else: */
    unsigned                    more:1;     /* more may be due after */
    unsigned                    after;      /* this lane */
    size_t                      n;          /* entries that are left */
    const valkey_store_reply_t *next;
} valkey_store_found_t;

/* Returns 0, or -1: no such script returns that. */
int valkey_store_heads_read(const valkey_store_reply_t *reply,
    valkey_store_found_t *found);

/*
 * Takes the next entry with its row: data NULL if the row is gone.  A row that
 * is longer than any is cut, and so cannot be read.  Returns 1, or 0: there are
 * no more.
 */
int valkey_store_heads_next(valkey_store_found_t *found,
    ledger_entry_t *entry, ledger_text_t *value);


#endif /* _VALKEY_STORE_COMMAND_H_INCLUDED_ */
