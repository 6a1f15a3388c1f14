
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The inside of a store, shared by the files of the ledger's operations alone:
 * what valkey_store.h promises, done by requests to a client.
 */


#ifndef _VALKEY_STORE_STORE_H_INCLUDED_
#define _VALKEY_STORE_STORE_H_INCLUDED_


#include "command.h"
#include "task.h"
#include "valkey_store.h"


/* A stamp alone keeps the key of a session taken for a day; span. */
#define VALKEY_STORE_ENDED_SPAN   (UINT64_C(24) * 60 * 60 * 1000)

/*
 * A worker has a partition for itself for so long; span.  It is enough to take
 * what was found, and less than the second after which each worker looks again:
 * so all of them come to all partitions, also while one has no permit left.
 */
#define VALKEY_STORE_GUARD_SPAN   250

/* Hexadecimal digits that tell this worker from all others. */
#define VALKEY_STORE_WHO_LEN      16


/*
 * The partitions that this worker looks at, and nobody else does.  It goes on
 * looking as long as it has one, so that a backlog does not wait for the next
 * second.
 */
typedef struct {
    uint64_t    until[VALKEY_STORE_PARTITIONS];    /* of the clock */
    unsigned    after[VALKEY_STORE_PARTITIONS];    /* lane to go on behind */
} valkey_store_guard_t;


/* Stamps that are drawn at once: each alone costs more than its commit. */
#define VALKEY_STORE_STAMPS       64


/* Records that are known by their values, see recent.c. */
#define VALKEY_STORE_RECENT       512

typedef struct {
    uint64_t         key;
    size_t           len;               /* 0: none is */
    size_t           size;
    unsigned char   *value;
} valkey_store_recent_t;


/* Apps that a moment ago had no room for a code in any partition. */
#define VALKEY_STORE_FULL_APPS    16

typedef struct {
    uint64_t         app;               /* a hash, and whether of pages */
    uint64_t         until;             /* of the clock */
} valkey_store_full_t;


/*
 * Codes that are written together, see group.c: at most one group in as many
 * partitions side by side, so that several servers have one each.
 */
typedef struct valkey_store_group_s  valkey_store_group_t;

#define VALKEY_STORE_GROUPS       4


/* The keys of the store: asked for until they are known, and again. */
typedef struct {
    valkey_store_task_t     task;
    uint64_t                next_at;       /* of the clock */
    unsigned                greeted;       /* servers, when it was asked */
    unsigned                asking:1;
    unsigned                told:1;        /* what is wrong: the operator */
    valkey_store_opened_pt  opened;
    unsigned char           meta[VALKEY_STORE_META_LEN];
} valkey_store_opening_t;


struct valkey_store_s {
    const valkey_store_options_t  *options;
    const valkey_store_io_t       *io;
    void                          *io_data;
    valkey_store_client_t         *client;

    uint8_t                        keys[VALKEY_STORE_KEYS_LEN];
    unsigned                       has_keys:1;
    unsigned                       is_open:1;
    unsigned                       is_ending:1;
    valkey_store_opening_t         opening;

    uint8_t                        stamps[VALKEY_STORE_STAMPS]
                                         [VALKEY_STORE_STAMP_LEN];
    unsigned                       stamps_left;
    char                           who[VALKEY_STORE_WHO_LEN];
    valkey_store_guard_t           scan;
    valkey_store_guard_t           sweep;
    uint64_t                       damage_at;  /* the next line about damaged
                                                  rows, of the clock */
    uint64_t                       silent[VALKEY_STORE_PARTITIONS];
                                       /* until then no code is asked of it,
                                          of the clock */
    uint64_t                       silence;    /* none is silent from then */
    unsigned                       joined[VALKEY_STORE_PARTITIONS];
                                       /* codes of groups */
    uint64_t                       last[VALKEY_STORE_PARTITIONS];
                                       /* key of a code, without partition */
    valkey_store_group_t          *group[VALKEY_STORE_GROUPS];
                                       /* that are joined, or NULL */
    valkey_store_full_t            full[VALKEY_STORE_FULL_APPS];
    valkey_store_recent_t          recent[VALKEY_STORE_RECENT];
};


static inline uint64_t
valkey_store_clock(const valkey_store_t *store)
{
    return store->io->clock(store->io_data);
}


static inline uint64_t
valkey_store_now(const valkey_store_t *store)
{
    return store->io->now(store->io_data);
}


/* Makes a stamp that no other is like.  Returns 0, or -1: no random bytes. */
int valkey_store_new_stamp(valkey_store_t *store,
    uint8_t stamp[VALKEY_STORE_STAMP_LEN]);


/* guard.c: partitions that one worker looks at */

/* Begins a look, which lasts until a reply to it has come. */
void valkey_store_guard_begin(const valkey_store_guard_t *guard,
    const valkey_store_t *store, unsigned partition,
    valkey_store_heads_t *heads);

/* The look was not refused. */
void valkey_store_guard_has(valkey_store_guard_t *guard,
    const valkey_store_t *store, const valkey_store_heads_t *heads);

/* recent.c: values of records, which may be of the past */

void valkey_store_recent_keep(valkey_store_t *store, uint64_t key,
    const ledger_text_t *value);
/* 1 if there is one, which lasts until another is kept. */
int valkey_store_recent_find(valkey_store_t *store, uint64_t key,
    ledger_text_t *value);
void valkey_store_recent_free(valkey_store_t *store);

/* damage.c: rows that cannot be read */

/* Tells the operator, once a minute.  Returns -1. */
int valkey_store_damage(valkey_store_t *store);

/* opening.c: the keys of the store */

/* Asks for them, unless that was a moment ago.  1: the store is open. */
int valkey_store_opening(valkey_store_t *store);


#endif /* _VALKEY_STORE_STORE_H_INCLUDED_ */
