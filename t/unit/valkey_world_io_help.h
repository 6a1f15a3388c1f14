
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The world of a client without a network, as the client sees it.  A fuzzer
 * defines world_check() before.
 */


#ifndef _VALKEY_WORLD_IO_HELP_H_INCLUDED_
#define _VALKEY_WORLD_IO_HELP_H_INCLUDED_


#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef world_check
#include <cmocka.h>
#define world_check(condition)  assert_true(condition)
#endif

#include "valkey_store/parts.h"


#ifndef WORLD_LINKS
#define WORLD_LINKS     32
#endif
#define WORLD_REPLICAS  1
#define WORLD_NOW       UINT64_C(1800000000000)


typedef struct world_s  world_t;

typedef struct {
    valkey_store_link_t    *link;         /* NULL: the place is free */
    char                    at[64];       /* host:port */
    int                     connected;
    valkey_store_reader_t   reader;       /* of commands */
    valkey_store_out_t      out;          /* replies; any bytes */
    int                     hears;        /* it has subscribed */
    int                     silent;       /* from now on */
} world_link_t;

/*
 * Replies instead of the server.  Returns 1 if it has written a reply, or has
 * kept silent on purpose.
 */
typedef int (*world_fault_pt)(world_t *world, world_link_t *server,
    const char *command, const char *key);

struct world_s {
    valkey_store_options_t  options;
    valkey_store_client_t  *client;
    uint64_t                clock;
    uint64_t                timer;
    int64_t                 skew;         /* of the servers' clocks, ms */

    world_link_t            link[WORLD_LINKS];
    unsigned                connects;
    const char             *refuses;      /* connections to this address */
    const char             *hangs;        /* likewise, and says nothing */
    const char             *slots;        /* of CLUSTER SLOTS; NULL: none */
    const char             *master;       /* Sentinel's: "host port" */
    const char             *role;
    const char             *info;         /* further lines */
    const char             *fsync;
    world_fault_pt          fault;
    unsigned                faults;       /* that are left, for the fault */
    size_t                  piece;        /* bytes of each delivery; 0: all */
    size_t                  cut;          /* bytes of replies to turns until
                                             the link breaks; 0: never */

    unsigned                commands;     /* that servers have got, */
    unsigned                turns;        /* WAIT of these */
    char                    log[8192];
    unsigned                told;
    unsigned                told_all;
    uint64_t                key;
};


static inline uint64_t
world_clock(void *data)
{
    return ((world_t *) data)->clock;
}


static inline uint64_t
world_now(void *data)
{
    return WORLD_NOW + ((world_t *) data)->clock;
}


static inline void
world_connect(void *data, valkey_store_link_t *link,
    const valkey_store_address_t *address)
{
    int            i;
    world_t       *world;
    world_link_t  *server;

    static const valkey_store_limits_t  limits = { 65536, 65536, 64, 2, 0 };

    world = data;

    for (i = 0; world->link[i].link != NULL; i++) {
        world_check(i + 1 < WORLD_LINKS);
    }

    server = &world->link[i];
    memset(server, 0, sizeof(*server));
    valkey_store_reader_init(&server->reader, &limits);

    server->link = link;
    *valkey_store_link_io(link) = server;
    (void) snprintf(server->at, sizeof(server->at), "%.*s:%u",
                    (int) address->host.len,
                    (const char *) address->host.data,
                    (unsigned) address->port);
    world->connects++;
}


static inline void
world_send(void *data, valkey_store_link_t *link)
{
    (void) data;
    world_check(*valkey_store_link_io(link) != NULL);
}


static inline void
world_free(world_link_t *server)
{
    valkey_store_reader_free(&server->reader);
    free(server->out.data);
    memset(server, 0, sizeof(*server));
}


static inline void
world_close(void *data, valkey_store_link_t *link)
{
    (void) data;
    world_free(*valkey_store_link_io(link));
}


static inline void
world_timer(void *data, uint64_t at)
{
    ((world_t *) data)->timer = at;
}


static inline void
world_log(void *data, valkey_store_severity_t severity, const char *text)
{
    size_t    len;
    world_t  *world;

    static const char *const  names[] = { "notice", "warn", "alert", "crit" };

    world = data;
    len = strlen(world->log);
    (void) snprintf(world->log + len, sizeof(world->log) - len, "%s: %s\n",
                    names[severity], text);
}


static inline void
world_told(void *data, uint64_t key)
{
    ((world_t *) data)->told++;
    ((world_t *) data)->key = key;
}


static inline void
world_told_all(void *data)
{
    ((world_t *) data)->told_all++;
}


static const valkey_store_io_t  world_io = {
    world_clock,
    world_now,
    world_connect,
    world_send,
    world_close,
    world_timer,
    world_log,
    world_told,
    world_told_all
};


#endif /* _VALKEY_WORLD_IO_HELP_H_INCLUDED_ */
