
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * valkey_store/slot - what lies where: slots of keys, partitions of ours, and
 * the servers that have them.
 *
 * A cluster spreads 16384 slots over its servers, and a key has a slot by its
 * {tag}, if it has one.  Each of our 64 partitions has a tag, and so one slot:
 * all keys of it are on one server, and a script may write several of them.
 * The tag of partition i has a slot near the middle of [256 i, 256 i + 255], so
 * that three servers with equal parts get 21, 22 and 21 partitions.
 */


#ifndef _VALKEY_STORE_SLOT_H_INCLUDED_
#define _VALKEY_STORE_SLOT_H_INCLUDED_


#include "resp.h"


#define VALKEY_STORE_SLOTS       16384
#define VALKEY_STORE_PARTITIONS  64
#define VALKEY_STORE_TAG_LEN     2

/* Slots in which that of a partition's tag lies. */
#define VALKEY_STORE_SPAN        (VALKEY_STORE_SLOTS / VALKEY_STORE_PARTITIONS)


typedef struct {
    ledger_text_t   host;      /* a name or address, no brackets; may be empty:
                                  the one that was asked */
    uint16_t        port;
} valkey_store_address_t;


/* 1 if host is at most 255 bytes of printable ASCII. */
int valkey_store_address_host_is_sane(const ledger_text_t *host);


/* As CLUSTER KEYSLOT tells. */
unsigned valkey_store_slot(const ledger_text_t *key);

/* TAG_LEN bytes. */
const char *valkey_store_tag(unsigned partition);

/* Of a record, or of a session, which has the same key. */
static inline unsigned
valkey_store_partition(uint64_t key)
{
    return (unsigned) (key % VALKEY_STORE_PARTITIONS);
}


/* The slot that all keys of a partition have. */
unsigned valkey_store_partition_slot(unsigned partition);


#define VALKEY_STORE_NO_PRIMARY  255

typedef struct {
    unsigned                 servers;
    valkey_store_address_t   server[VALKEY_STORE_PARTITIONS];
    uint8_t                  of[VALKEY_STORE_PARTITIONS];   /* a server, or
                                                               NO_PRIMARY */
} valkey_store_primaries_t;

/*
 * Reads what CLUSTER SLOTS has returned: the primaries that have partitions,
 * each once.  The hosts point into reply.  Returns 0, or -1: the reply is odd.
 */
int valkey_store_primaries(const valkey_store_reply_t *reply,
    valkey_store_primaries_t *primaries);


#endif /* _VALKEY_STORE_SLOT_H_INCLUDED_ */
