
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * valkey_store/key - the names of keys:
 *
 *     PREFIX:{TAG}:due               one of a partition, see the table below
 *     PREFIX:{TAG}:r:KEY             one of many, KEY as bytes
 *
 * The tag of the partition stands in each, so that all keys of a partition are
 * on one server, and one script may write them.
 *
 * Danger: names outlive the version that wrote them, and hosts of two versions
 * use one store.  t/unit/valkey_key.c holds one of each kind, and must not
 * change.
 */


#ifndef _VALKEY_STORE_KEY_H_INCLUDED_
#define _VALKEY_STORE_KEY_H_INCLUDED_


#include "ledger/row_session.h"
#include "slot.h"


#define VALKEY_STORE_PREFIX_MAX  32


typedef enum {
    /* Of many; behind the word and a colon stands: */
    VALKEY_STORE_RECORD,          /* its key, 8 bytes, big-endian */
    VALKEY_STORE_SESSION,         /* the same: that of its record */
    VALKEY_STORE_SUBJECT,         /* length of the app, app, number */
    VALKEY_STORE_ASKED,           /* length of the app, app, user id */
    VALKEY_STORE_PASSING,         /* 8 bytes, as a key: a mark that goes */

    /* One of a partition. */
    VALKEY_STORE_DUE,             /* the index of due work */
    VALKEY_STORE_APPS,            /* the counts of waiting codes */
    VALKEY_STORE_SCAN,            /* held by the worker that scans it, */
    VALKEY_STORE_SWEEP,           /* that sweeps it */
    VALKEY_STORE_TOLD,            /* the channel of changed keys */
    VALKEY_STORE_MARK,            /* written by each turn */
    VALKEY_STORE_META,            /* of partition 0 alone: see meta.h */
    VALKEY_STORE_KINDS
} valkey_store_kind_t;

/* The first kind that is one of a partition. */
#define VALKEY_STORE_KINDS_ONE  VALKEY_STORE_DUE


/* PREFIX:{TAG}:u: and a length, an app and the longest text behind it. */
#define VALKEY_STORE_NAME_MAX                                                 \
    (VALKEY_STORE_PREFIX_MAX + VALKEY_STORE_TAG_LEN + 6                       \
     + 1 + LEDGER_APP_MAX + LEDGER_USER_ID_MAX)

typedef struct {
    size_t         len;
    unsigned char  data[VALKEY_STORE_NAME_MAX];
} valkey_store_name_t;


/*
 * 1 if names may begin so: 1 to PREFIX_MAX letters, digits, "_", "-", ".".
 * Danger: a brace would be taken for the tag's, and a colon would let names of
 * two stores meet.
 */
int valkey_store_prefix_is_sane(const ledger_text_t *prefix);

/*
 * Each writes a name; prefix is sane.
 *
 * The name of what is one of a partition; or of many, up to their own part:
 * what heads.lua is given.
 */
void valkey_store_name(valkey_store_name_t *name, const ledger_text_t *prefix,
    unsigned partition, valkey_store_kind_t kind);

/* RECORD, SESSION or PASSING, in the partition of key. */
void valkey_store_name_key(valkey_store_name_t *name,
    const ledger_text_t *prefix, valkey_store_kind_t kind, uint64_t key);

/*
 * SUBJECT with a number, ASKED with a user id.  Returns the partition, which
 * follows from both texts; or -1: there is none with such an app or text, and
 * name is not written.
 */
int valkey_store_name_person(valkey_store_name_t *name,
    const ledger_text_t *prefix, valkey_store_kind_t kind,
    const ledger_text_t *app, const ledger_text_t *text);


/* A name, taken apart; the texts point into it. */
typedef struct {
    valkey_store_kind_t   kind;
    unsigned              partition;
    uint64_t              key;             /* RECORD, SESSION, PASSING */
    ledger_text_t         app;             /* SUBJECT, ASKED */
    ledger_text_t         text;            /* number, user id */
} valkey_store_place_t;

/*
 * Reads the name of a key of this store.  Returns 0, or -1: none of ours has
 * such a name, also in that partition.
 */
int valkey_store_name_read(const ledger_text_t *name,
    const ledger_text_t *prefix, valkey_store_place_t *place);


#endif /* _VALKEY_STORE_KEY_H_INCLUDED_ */
