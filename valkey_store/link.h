
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * valkey_store/link - one conversation with one server: commands in a row, and
 * their replies in the same order.  For the files of the client alone.
 *
 * The order is the only thing that tells replies apart.  So a link ends at the
 * first reply that is odd, late, or one too many, and a new link begins.
 */


#ifndef _VALKEY_STORE_LINK_H_INCLUDED_
#define _VALKEY_STORE_LINK_H_INCLUDED_


#include "client.h"
#include "greeting.h"


#define VALKEY_STORE_HOST_MAX   255

/* In ms: to connect; and to wait for a reply. */
#define VALKEY_STORE_CONNECT    1000
#define VALKEY_STORE_SILENCE    1500

/* Between two tries to connect, about. */
#define VALKEY_STORE_RETRY_MIN  50
#define VALKEY_STORE_RETRY_MAX  1000


/* An address with a host of its own. */
typedef struct {
    valkey_store_address_t   address;
    char                     host[VALKEY_STORE_HOST_MAX];
} valkey_store_endpoint_t;


/* The use of a link. */
typedef struct {
    /* It is connected: writes the first commands. */
    void      (*connected)(valkey_store_link_t *link);
    void      (*reply)(valkey_store_link_t *link,
                       const valkey_store_reply_t *reply);

    /* It has ended, and not by valkey_store_link_end(). */
    void      (*lost)(valkey_store_link_t *link, const char *why);

    /* It hears what it has not asked for: a subscriber. */
    unsigned    hears:1;

    /* The replicas that its server names are looked at, too. */
    unsigned    looks:1;
} valkey_store_purpose_t;


struct valkey_store_link_s {
    void                           *io;
    valkey_store_link_t            *next;
    valkey_store_client_t          *client;
    const valkey_store_purpose_t   *purpose;
    void                           *owner;
    valkey_store_endpoint_t         endpoint;

    unsigned                        connected:1;
    unsigned                        ready:1;      /* greeted */
    unsigned                        ended:1;

    valkey_store_out_t              out;
    size_t                          sent;         /* of out */
    valkey_store_reader_t           reader;
    size_t                          missing;      /* replies */
    uint64_t                        deadline;     /* of the clock; 0: none */

    valkey_store_greeting_t         greeting;
};


/*
 * Connects.  NULL: no memory.  The link is freed when the call of the io that
 * has led here returns, some time after it has ended.
 */
valkey_store_link_t *valkey_store_link_open(valkey_store_client_t *client,
    const valkey_store_purpose_t *purpose, void *owner,
    const valkey_store_address_t *address);

/* Sends what has been added to out: commands with so many replies. */
void valkey_store_link_send(valkey_store_link_t *link, size_t replies);

/* One of the replies that are missing has come. */
void valkey_store_link_answered(valkey_store_link_t *link);

/* Closes it. */
void valkey_store_link_end(valkey_store_link_t *link);

/* Closes it, and tells its purpose. */
void valkey_store_link_fail(valkey_store_link_t *link, const char *why);

/* Likewise, for a reply that cannot be; the operator is told. */
void valkey_store_link_odd(valkey_store_link_t *link);

/* Fails those that have been silent for too long. */
void valkey_store_link_hurry(valkey_store_client_t *client);

/* Wakes the client when the next one would have been. */
void valkey_store_link_wake(valkey_store_client_t *client);

/* Frees those that have ended. */
void valkey_store_link_bury(valkey_store_client_t *client);


void valkey_store_endpoint_set(valkey_store_endpoint_t *endpoint,
    const valkey_store_address_t *address);
int valkey_store_address_is_same(const valkey_store_address_t *one,
    const valkey_store_address_t *two);


#endif /* _VALKEY_STORE_LINK_H_INCLUDED_ */
