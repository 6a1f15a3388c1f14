
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The parts of a client, for its own files.
 *
 *     client.c     the io's side: create, tick, send, watch; work() after each
 *     queue.c      requests that wait, each in its partition, and their end
 *     plant.c      servers, and which partition each has
 *     guide.c      the link that asks for them
 *     map.c        CLUSTER SLOTS, and what Sentinel tells
 *     trunk.c      the link of a server that turns travel on
 *     turn_write.c a turn as it is sent: requests, a mark and WAIT
 *     turn.c       its replies, and its end
 *     verdict.c    what an error says of a request
 *     told.c       the ear: the link that hears of changed keys
 *     hear.c       messages, and replies among them
 *     look.c       the links that look at replicas
 *     greeting.c   the commands that a link begins with, or looks with
 *     trouble.c    lines for the operator
 *
 * Each call of the io ends with valkey_store_client_work(), which does whatever
 * has become due: so no function here waits for another, and what ends in the
 * midst of a call is freed at its end.
 */


#ifndef _VALKEY_STORE_PARTS_H_INCLUDED_
#define _VALKEY_STORE_PARTS_H_INCLUDED_


#include "error.h"
#include "key.h"
#include "link.h"
#include "reply.h"


/*
 * All that wait, or are on their way; and those of one partition: a silent
 * server of three, which has 22, must not leave others without a place.
 */
#define VALKEY_STORE_QUEUE_MAX     16384
#define VALKEY_STORE_PART_MAX      640

/* Of one turn: requests, and bytes of commands, about. */
#define VALKEY_STORE_TURN_MAX      256
#define VALKEY_STORE_TURN_BYTES    (1024 * 1024)

/* The replicas have so long to confirm, in ms. */
#define VALKEY_STORE_WAIT          500

/* A pause after an error, in ms; it doubles. */
#define VALKEY_STORE_PAUSE_MIN     50
#define VALKEY_STORE_PAUSE_MAX     500

/* The map of a cluster is asked for at most so often, and at least. */
#define VALKEY_STORE_REFRESH_MIN   200
#define VALKEY_STORE_REFRESH       3000

/* A look at the memory of a server; and at all of its settings. */
#define VALKEY_STORE_GLANCE        3000
#define VALKEY_STORE_LOOK          60000

/*
 * For each partition its primary, the one before, and one that it moves to.
 * Danger: servers that name new ones without end would take all connections of
 * nginx.
 */
#define VALKEY_STORE_SERVERS_MAX   (3 * VALKEY_STORE_PARTITIONS)

/* A server that refuses us is asked again after so long. */
#define VALKEY_STORE_REFUSED       1000


typedef struct valkey_store_server_s  valkey_store_server_t;

typedef struct {
    valkey_store_request_t   *first;
    valkey_store_request_t  **last;       /* where the next one is put */
} valkey_store_queue_t;


typedef struct {
    valkey_store_queue_t      queue;
    unsigned                  waiting;    /* requests, of turns too */
    valkey_store_server_t    *server;     /* NULL: not known */
    uint64_t                  not_before; /* of the clock: its next turn */
    unsigned                  pause;      /* the last one; 0: all is well */
    uint64_t                  moved_at;   /* by a MOVED */
    unsigned                  watches;
} valkey_store_partition_t;


/* The requests of one turn, in the order of their replies. */
typedef struct {
    size_t                    n;
    size_t                    replies;    /* that have come */
    unsigned                  asks:1;     /* each stands behind an ASKING */
    unsigned                  marked:1;   /* the mark is written, */
    unsigned                  waited:1;   /* and replicas have it */
    uint64_t                  number;     /* that its last reply is */
    valkey_store_request_t   *request[VALKEY_STORE_TURN_MAX];  /* NULL: ended,
                                                                  or put back */
} valkey_store_turn_t;


/* A primary; or a server that is becoming that of a slot, for ASK. */
struct valkey_store_server_s {
    valkey_store_server_t    *next;
    valkey_store_client_t    *client;
    valkey_store_endpoint_t   endpoint;
    unsigned                  partitions;
    uint64_t                  leave_at;   /* of the clock: without any */

    valkey_store_link_t      *trunk;
    uint64_t                  trunk_at;   /* of the clock: the next try */
    unsigned                  trunk_retry;
    uint64_t                  replica_at; /* of the clock: since when it is
                                             one; 0: it is none */
    uint64_t                  glance_at;
    uint64_t                  look_at;

    valkey_store_turn_t       turn;
    valkey_store_queue_t      asks;
    unsigned                  from;       /* partition that is served first */
    unsigned                  mark;       /* partition of the mark */
    unsigned                  makes_mark:1;   /* there is none: SET */
    unsigned                  loads:1;    /* it lacks a script */
    unsigned                  lacks:1;    /* replicas that answer */
    unsigned                  is_short:1; /* of memory */

    valkey_store_link_t      *ear;
    uint64_t                  ear_at;
    unsigned                  ear_retry;
    uint64_t                  ping_at;
    uint64_t                  asked;      /* SSUBSCRIBE: a bit a partition */
    uint64_t                  leaves;     /* SUNSUBSCRIBE, without a reply */
};


typedef enum {
    VALKEY_STORE_UNKNOWN_PLANT,
    VALKEY_STORE_ONE,                     /* an address that was written down */
    VALKEY_STORE_CLUSTER,
    VALKEY_STORE_SENTINEL
} valkey_store_plant_t;

typedef struct {
    valkey_store_link_t      *link;
    unsigned                  next;       /* candidate */
    unsigned                  failed;     /* candidates, one after the other */
    unsigned                  retry;
    unsigned                  moves:1;    /* another candidate is to be asked */
    uint64_t                  asked_at;
    uint64_t                  at;         /* of the clock */
} valkey_store_guide_t;


/* A line that has been written is not repeated for a while. */
#define VALKEY_STORE_TROUBLES  64

typedef struct {
    uint64_t                  hash;
    uint64_t                  until;
} valkey_store_trouble_t;


struct valkey_store_client_s {
    const valkey_store_options_t  *options;
    const valkey_store_io_t       *io;
    void                          *data;
    uint64_t                       random;
    uint64_t                       timer;      /* as it was asked for */
    uint64_t                       next;       /* work that is due then */

    valkey_store_link_t           *links;
    valkey_store_link_t           *ended;
    valkey_store_server_t         *servers;

    valkey_store_plant_t           plant;
    valkey_store_guide_t           guide;

    valkey_store_partition_t       partition[VALKEY_STORE_PARTITIONS];
    size_t                         waiting;    /* requests, of turns too */
    uint64_t                       until;      /* of the first to be given up,
                                                  or sooner */

    valkey_store_trouble_t         trouble[VALKEY_STORE_TROUBLES];
    unsigned                       troubles;
    unsigned                       greeted;    /* trunks, ever */
    unsigned                       is_open:1;
    unsigned                       tells_all:1;
    unsigned                       closes:1;
};


/* client.c */

#define valkey_store_clock(client)  (client)->io->clock((client)->data)

/* Does what is due. */
void valkey_store_client_work(valkey_store_client_t *client);

/* Something is due then. */
void valkey_store_client_wake(valkey_store_client_t *client, uint64_t at);

uint64_t valkey_store_client_random(valkey_store_client_t *client);

/* About span, so that workers and hosts do not come at the same time. */
unsigned valkey_store_client_jitter(valkey_store_client_t *client,
    unsigned span);

/* The span after this one, doubled between min and max. */
unsigned valkey_store_client_longer(unsigned span, unsigned min, unsigned max);


/* queue.c */

void valkey_store_queue_init(valkey_store_queue_t *queue);
valkey_store_request_t *valkey_store_queue_take(valkey_store_queue_t *queue);
void valkey_store_queue_add(valkey_store_queue_t *queue,
    valkey_store_request_t *request);

/* Puts a request back to the front of its partition's queue. */
void valkey_store_queue_again(valkey_store_client_t *client,
    valkey_store_request_t *request);

/* No turn takes from this partition for a while, longer each time. */
void valkey_store_queue_pause(valkey_store_client_t *client,
    unsigned partition);

/* Ends a request. */
void valkey_store_queue_finish(valkey_store_client_t *client,
    valkey_store_request_t *request, valkey_store_outcome_t outcome);

/* Gives up those whose time is over; all: of every one. */
void valkey_store_queue_overdue(valkey_store_client_t *client, int all);


/* plant.c */

/*
 * A server with this address, which is added if it is not there.  NULL: there
 * is no memory, or there are too many.
 */
valkey_store_server_t *valkey_store_plant_server(
    valkey_store_client_t *client, const valkey_store_address_t *address);

/* Takes the map that a server has told; asked: its address. */
int valkey_store_plant_map(valkey_store_client_t *client,
    const valkey_store_primaries_t *primaries,
    const valkey_store_address_t *asked);

/* All partitions are there. */
int valkey_store_plant_one(valkey_store_client_t *client,
    const valkey_store_address_t *address);

/* A server has said where a partition is now. */
void valkey_store_plant_moved(valkey_store_client_t *client,
    unsigned partition, valkey_store_server_t *server);

/* Connects and ends links as the map demands. */
void valkey_store_plant_work(valkey_store_client_t *client);

void valkey_store_plant_free(valkey_store_client_t *client);


/* guide.c */

void valkey_store_guide_work(valkey_store_client_t *client);

/* The map may be old; doubt: and whoever told it may know no better. */
void valkey_store_guide_refresh(valkey_store_client_t *client, int doubt);


/* map.c */

int valkey_store_map_write(valkey_store_client_t *client,
    valkey_store_out_t *out);

/* Takes the reply of the guide.  Returns NULL, or why it cannot. */
const char *valkey_store_map_read(valkey_store_client_t *client,
    const valkey_store_reply_t *reply);


/* trunk.c */

void valkey_store_trunk_work(valkey_store_server_t *server);


/* turn_write.c */

/*
 * Writes a turn of whatever waits.  Returns the number of replies that it will
 * get; 0: nothing waits; or -1: no memory, and the turn is to go back.
 */
int valkey_store_turn_write(valkey_store_server_t *server);


/* turn.c */

/* Begins one, if something waits. */
void valkey_store_turn_begin(valkey_store_server_t *server);
void valkey_store_turn_reply(valkey_store_server_t *server,
    const valkey_store_reply_t *reply);

/* It will not be confirmed. */
void valkey_store_turn_back(valkey_store_server_t *server);


/* verdict.c */

/* Ends or puts back a request to which a server has replied with an error. */
void valkey_store_verdict(valkey_store_server_t *server,
    valkey_store_request_t *request, const ledger_text_t *error);


/* told.c */

void valkey_store_told_work(valkey_store_server_t *server);


/* hear.c: messages, and replies among them */

void valkey_store_hear(valkey_store_server_t *server,
    const valkey_store_reply_t *reply);


/* look.c: the addresses of replicas are those of INFO */

void valkey_store_look(valkey_store_client_t *client,
    const valkey_store_settings_t *primary);


/* trouble.c */

/* A line about the plant, or about one server. */
void valkey_store_trouble(valkey_store_client_t *client,
    valkey_store_severity_t severity, const valkey_store_address_t *about,
    const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* All is well: the same trouble is worth a line again. */
void valkey_store_trouble_over(valkey_store_client_t *client);

#define VALKEY_STORE_ERROR_MAX  120

/* The error of a server, for a line: all of it is printable. */
void valkey_store_trouble_error(char why[VALKEY_STORE_ERROR_MAX],
    const ledger_text_t *error);


#endif /* _VALKEY_STORE_PARTS_H_INCLUDED_ */
