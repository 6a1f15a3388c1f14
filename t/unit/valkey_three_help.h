
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A cluster of three servers in a world without a network: a, b and c, and d,
 * which takes the place of a.
 */


#ifndef _VALKEY_THREE_HELP_H_INCLUDED_
#define _VALKEY_THREE_HELP_H_INCLUDED_


#include "valkey_world_help.h"


/* A part of what CLUSTER SLOTS returns. */
#define RANGE(first, last, host)                                              \
    "*3\r\n:" first "\r\n:" last "\r\n*2\r\n$1\r\n" host "\r\n:1\r\n"

/* The partitions below are those of a, of b and of c. */
#define THREE                                                                 \
    "*3\r\n" RANGE("0", "5460", "a") RANGE("5461", "10922", "b")              \
    RANGE("10923", "16383", "c")
#define WITHOUT_A                                                             \
    "*3\r\n" RANGE("0", "5460", "d") RANGE("5461", "10922", "b")              \
    RANGE("10923", "16383", "c")
#define A_HAS  5
#define B_HAS  30
#define C_HAS  60


/* The URL has c:1 behind a:1. */

static inline void
world_init_two(world_t *world)
{
    world_init(world);
    world->options.addresses = 2;
    world->options.address[1].host = (ledger_text_t) { "c", 1 };
    world->options.address[1].port = 1;
}


/* The server that has been asked last for a key, as "a:1". */
static char  asked[64];

static inline int
note(world_t *world, world_link_t *server, const char *command,
    const char *key)
{
    (void) world;
    (void) key;

    if (world_is_request(command)) {
        (void) snprintf(asked, sizeof(asked), "%s", server->at);
    }

    return 0;
}


static inline void
assert_asked(world_t *world, unsigned partition, const char *at)
{
    world_request_t  r;

    world_ask(world, &r, partition, TIMEOUT);
    world_run(world);
    world_assert_end(&r, VALKEY_STORE_CONFIRMED);
    assert_string_equal(asked, at);
}


static inline void
open_three(world_t *world)
{
    world_init(world);
    world->options.addresses = 2;
    world->options.address[1].host = (ledger_text_t) { "c", 1 };
    world->options.address[1].port = 1;
    world->slots = THREE;
    world->fault = note;
    world_open(world);
    world_assert_log(world, "notice: is open\n");
    world->log[0] = '\0';
}


#endif /* _VALKEY_THREE_HELP_H_INCLUDED_ */
