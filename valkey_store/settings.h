
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * valkey_store/settings - what a server says of itself by INFO and CONFIG GET,
 * and what of it endangers logins.  Most servers of this kind are caches: one
 * that does not write to its disk, or drops keys when it is full, is refused.
 */


#ifndef _VALKEY_STORE_SETTINGS_H_INCLUDED_
#define _VALKEY_STORE_SETTINGS_H_INCLUDED_


#include "severity.h"
#include "slot.h"


/* Replicas of one primary that are looked at; further ones are left out. */
#define VALKEY_STORE_SETTINGS_REPLICAS_MAX  16

/* Neither INFO nor the part of CONFIG that is asked for is longer, by far. */
#define VALKEY_STORE_SETTINGS_LEN_MAX       65536


/*
 * A server in bits.  One that it has not told, because it is old or its service
 * hides it, is not set.
 */

/* INFO */
#define VALKEY_STORE_IS_PRIMARY      0x0001
#define VALKEY_STORE_IS_REPLICA      0x0002
#define VALKEY_STORE_IS_OLD          0x0004    /* version below 7.0 */
#define VALKEY_STORE_IS_LOADING      0x0008    /* its data, after a start */
#define VALKEY_STORE_IS_CLUSTER      0x0010
#define VALKEY_STORE_IS_LINKED       0x0020    /* a replica, to its primary */
#define VALKEY_STORE_NO_FILE         0x0040    /* of the log of all writes */
#define VALKEY_STORE_EVICTS          0x0080    /* also of CONFIG */

/* CONFIG GET */
#define VALKEY_STORE_APPENDS         0x0100    /* appendonly, */
#define VALKEY_STORE_NO_APPENDS      0x0200    /* or not */
#define VALKEY_STORE_ALWAYS          0x0400    /* appendfsync, */
#define VALKEY_STORE_NOT_ALWAYS      0x0800    /* or not */
#define VALKEY_STORE_RESTS           0x1000    /* no-appendfsync-on-rewrite */
#define VALKEY_STORE_DISKLESS        0x2000    /* repl-diskless-load */

/* Of a fault alone: too little is told. */
#define VALKEY_STORE_UNTOLD          0x4000


/* Begins zeroed. */
typedef struct {
    unsigned                 flags;
    uint64_t                 used;               /* memory, bytes */
    uint64_t                 max;                /* likewise; 0: any */
    unsigned                 replicas;           /* of a primary: */
    valkey_store_address_t   replica[VALKEY_STORE_SETTINGS_REPLICAS_MAX];
} valkey_store_settings_t;


/* Add a command to out; return what valkey_store_out_end() does. */
int valkey_store_settings_info_write(valkey_store_out_t *out);
int valkey_store_settings_config_write(valkey_store_out_t *out);

/*
 * Add to settings what a reply tells.  The hosts of replicas point into reply.
 * They return 0, or -1: an odd reply, which errors are not: a server that
 * refuses CONFIG has told nothing.
 */
int valkey_store_settings_info_read(const valkey_store_reply_t *reply,
    valkey_store_settings_t *settings);
int valkey_store_settings_config_read(const valkey_store_reply_t *reply,
    valkey_store_settings_t *settings);

/* 1: more than 90 % of the memory that it may use. */
int valkey_store_settings_is_short(const valkey_store_settings_t *settings);


/* A line of the log: what is wrong.  A server with a CRIT one is refused. */
typedef struct {
    unsigned                  flag;
    valkey_store_severity_t   severity;
    const char               *text;
} valkey_store_fault_t;

#define VALKEY_STORE_FAULTS  7   /* kinds */

extern const valkey_store_fault_t  valkey_store_faults[VALKEY_STORE_FAULTS];

/*
 * The faults of a server of a plant in which so many replicas confirm, as bits:
 * 1 << i is valkey_store_faults[i].
 *
 * replicas 0: a service that hides CONFIG may have a durable log of its own,
 * though INFO says that there is no file.
 */
unsigned valkey_store_settings_faults(const valkey_store_settings_t *settings,
    unsigned replicas);

/* 1 if one of them is CRIT. */
int valkey_store_faults_refuse(unsigned faults);


#endif /* _VALKEY_STORE_SETTINGS_H_INCLUDED_ */
