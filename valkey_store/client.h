
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * valkey_store/client - the servers of one plant, as one worker talks to them.
 *
 * It has no sockets and no clock.  It asks the world by a table of functions,
 * the io, and the world tells it what has happened.  It belongs to one thread.
 *
 * Requests wait in the queue of their partition.  Each server that has
 * partitions has one link, and on it one turn at a time: whatever waits for
 * that server, a mark, and WAIT.  A turn that is not confirmed goes back into
 * the queues.  So what a server holds up are its own partitions alone, and a
 * request ends once: by a confirmed turn, or when its time is over.
 */


#ifndef _VALKEY_STORE_CLIENT_H_INCLUDED_
#define _VALKEY_STORE_CLIENT_H_INCLUDED_


#include "request.h"
#include "severity.h"
#include "slot.h"


#define VALKEY_STORE_ADDRESSES_MAX  16
#define VALKEY_STORE_REPLICAS_MAX   5


/* Its texts outlive the client. */
typedef struct {
    ledger_text_t            prefix;      /* of all names, see key.h */
    ledger_text_t            user;        /* empty: the server's default */
    ledger_text_t            password;    /* empty: none is sent */
    unsigned                 replicas;    /* that confirm, <= REPLICAS_MAX */
    uint64_t                 timeout;     /* ms, of an operation */
    unsigned                 sentinel:1;  /* the addresses are Sentinels */
    ledger_text_t            name;        /* Sentinel's for the primary */
    unsigned                 addresses;
    valkey_store_address_t   address[VALKEY_STORE_ADDRESSES_MAX];
} valkey_store_options_t;


typedef struct valkey_store_client_s  valkey_store_client_t;
typedef struct valkey_store_link_s    valkey_store_link_t;


/*
 * The world, for a client.  data is that of create(), which calls some of these
 * before it returns.  None of these calls the client before it returns.
 */
typedef struct {
    uint64_t  (*clock)(void *data);       /* monotonic, ms */
    uint64_t  (*now)(void *data);         /* unix time, ms */

    /*
     * Connects a link, with TLS if the plant has it; the address lasts as long
     * as the link.  valkey_store_link_connected() follows, or _closed() if that
     * fails, neither from within this call.
     */
    void      (*connect)(void *data, valkey_store_link_t *link,
                         const valkey_store_address_t *address);

    /* valkey_store_link_out() has more to be sent. */
    void      (*send)(void *data, valkey_store_link_t *link);

    /* Closes it: the io forgets the link, and frees what it has put there. */
    void      (*close)(void *data, valkey_store_link_t *link);

    /*
     * valkey_store_client_tick() is to be called when the clock says so; if it
     * does already, soon, when all that has come in by now is dealt with: the
     * requests of one iteration of an event loop share a turn.  A later call
     * replaces an earlier one.
     */
    void      (*timer)(void *data, uint64_t at);

    /* One line for the operator, which names the server, and no secret. */
    void      (*log)(void *data, valkey_store_severity_t severity,
                     const char *text);

    /* The record or session of key may have changed; or of any may have. */
    void      (*told)(void *data, uint64_t key);
    void      (*told_all)(void *data);
} valkey_store_io_t;


/*
 * The world tells of a link, between connect and close.  Each of these may end
 * the link: then io->close has been called, and the link is gone.
 */

void valkey_store_link_connected(valkey_store_link_t *link);
void valkey_store_link_received(valkey_store_link_t *link, const void *data,
    size_t len);

/*
 * It is closed, or could not be connected.  The io is not called for it again.
 * why stands in a line of the log: "Connection refused".
 */
void valkey_store_link_closed(valkey_store_link_t *link, const char *why);

/* The bytes to be sent, which last until a call for this client. */
const void *valkey_store_link_out(const valkey_store_link_t *link,
    size_t *len);

/* So many of them are sent. */
void valkey_store_link_sent(valkey_store_link_t *link, size_t n);

/* A place for what the io keeps of a link; NULL before connect. */
void **valkey_store_link_io(valkey_store_link_t *link);


/* Connects at once.  NULL: no memory. */
valkey_store_client_t *valkey_store_client_create(
    const valkey_store_options_t *options, const valkey_store_io_t *io,
    void *data);

/* Closes the links; what waits is given up. */
void valkey_store_client_destroy(valkey_store_client_t *client);

/* The time that was asked for by io->timer has come. */
void valkey_store_client_tick(valkey_store_client_t *client);

/*
 * Takes a request, which stays where it is until done is called.  Returns 0; or
 * -1, and done is not called: too many wait.
 */
int valkey_store_client_send(valkey_store_client_t *client,
    valkey_store_request_t *request);

/* 1: no request waits or is on its way. */
int valkey_store_client_is_idle(const valkey_store_client_t *client);

/*
 * Counts the servers that have been greeted: after each of them another one may
 * have a partition.
 */
unsigned valkey_store_client_greeted(const valkey_store_client_t *client);

/* 1: the server of a partition has used up 90 % of its maxmemory. */
int valkey_store_client_is_short(const valkey_store_client_t *client,
    unsigned partition);

/*
 * Counts who wants to be told of keys in a partition; io->told is called for
 * the first one's sake from a moment later on, and io->told_all at that moment,
 * and whenever a message may have been missed.
 */
void valkey_store_client_watch(valkey_store_client_t *client,
    unsigned partition);
void valkey_store_client_unwatch(valkey_store_client_t *client,
    unsigned partition);


#endif /* _VALKEY_STORE_CLIENT_H_INCLUDED_ */
