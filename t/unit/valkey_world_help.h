
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The world of a client without a network: servers that are functions, and a
 * clock that the test moves.
 */


#ifndef _VALKEY_WORLD_HELP_H_INCLUDED_
#define _VALKEY_WORLD_HELP_H_INCLUDED_


#include "valkey_world_answer_help.h"


#define SECOND   1000
#define TIMEOUT  (8 * SECOND)


static inline void
world_break(world_link_t *server, const char *why)
{
    valkey_store_link_t  *link;

    link = server->link;
    world_free(server);
    valkey_store_link_closed(link, why);
}


/* The server takes what has been sent.  Returns 1 if there was anything. */
static inline int
world_take(world_t *world, world_link_t *server)
{
    size_t                       len;
    const void                  *data;
    const valkey_store_reply_t  *command;

    data = valkey_store_link_out(server->link, &len);

    if (len == 0) {
        return 0;
    }

    world_check(valkey_store_reader_add(&server->reader, data, len)
                == VALKEY_STORE_READ_OK);
    valkey_store_link_sent(server->link, len);

    while (valkey_store_reader_next(&server->reader, &command)
           == VALKEY_STORE_READ_OK)
    {
        world_command(world, server, command);
    }

    return 1;
}


/* The client gets some of the replies, and what follows is cut off. */
static inline int
world_deliver(world_t *world, world_link_t *server)
{
    char    piece[65536];
    size_t  n;

    n = server->out.len;

    if (n == 0) {
        return 0;
    }

    if (world->piece != 0 && world->piece < n) {
        n = world->piece;
    }

    memcpy(piece, server->out.data, n);
    server->out.len -= n;
    memmove(server->out.data, server->out.data + n, server->out.len);

    if (world->cut != 0 && server->link->ready
        && server->link->greeting.step == NULL)
    {
        if (world->cut <= n) {
            n = world->cut;
            world->cut = 0;
            world_break(server, "cut");
            return 1;
        }

        world->cut -= n;
    }

    valkey_store_link_received(server->link, piece, n);

    return 1;
}


static inline int
world_step(world_t *world, world_link_t *server)
{
    if (server->link == NULL) {
        return 0;
    }

    if (!server->connected) {
        if (world->hangs != NULL && strcmp(world->hangs, server->at) == 0) {
            return 0;
        }

        if (world->refuses != NULL && strcmp(world->refuses, server->at) == 0) {
            world_break(server, "Connection refused");

        } else {
            server->connected = 1;
            valkey_store_link_connected(server->link);
        }

        return 1;
    }

    return world_take(world, server) || world_deliver(world, server);
}


/* Goes on until nothing happens any more without the clock. */
static inline void
world_run(world_t *world)
{
    int  i, n, busy;

    for (n = 0, busy = 1; busy; n++) {
        world_check(n < 100000);

        busy = (world->timer <= world->clock);

        if (busy) {
            world->timer = UINT64_MAX;
            valkey_store_client_tick(world->client);
        }

        for (i = 0; i < WORLD_LINKS; i++) {
            busy |= world_step(world, &world->link[i]);
        }
    }
}


/* Lets time pass, from one timer to the next. */
static inline void
world_pass(world_t *world, uint64_t ms)
{
    uint64_t  end;

    end = world->clock + ms;

    world_run(world);

    while (world->timer <= end) {
        world->clock = world->timer;
        world_run(world);
    }

    world->clock = end;
    world_run(world);
}


/* One server at a:1, with a replica that confirms. */
static inline void
world_init(world_t *world)
{
    memset(world, 0, sizeof(*world));

    world->clock = 1000000;
    world->timer = UINT64_MAX;
    world->role = "master";
    world->fsync = "always";
    world->options.prefix = (ledger_text_t) { "wa", 2 };
    world->options.replicas = WORLD_REPLICAS;
    world->options.addresses = 1;
    world->options.address[0].host = (ledger_text_t) { "a", 1 };
    world->options.address[0].port = 1;
}


static inline void
world_open(world_t *world)
{
    world->client = valkey_store_client_create(&world->options, &world_io,
                                               world);
    world_check(world->client != NULL);
    world_run(world);
}


static inline void
world_end(world_t *world)
{
    int  i;

    valkey_store_client_destroy(world->client);

    for (i = 0; i < WORLD_LINKS; i++) {
        world_check(world->link[i].link == NULL);
    }
}


#define world_assert_log(world, text)                                         \
    assert_string_equal((world)->log, text)


/* A request whose reply is its own key. */
typedef struct {
    valkey_store_request_t   request;
    char                     key[32];
    int                      writes;
    int                      ends;
    valkey_store_outcome_t   outcome;
} world_request_t;


static inline int
world_request_write(valkey_store_request_t *request, valkey_store_out_t *out)
{
    world_request_t  *r;

    r = (world_request_t *) request;
    r->writes++;

    valkey_store_out_begin(out, 2);
    valkey_store_out_word(out, "GET", 3);
    valkey_store_out_word(out, r->key, strlen(r->key));

    return valkey_store_out_end(out);
}


static inline void
world_request_done(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply)
{
    world_request_t  *r;

    r = (world_request_t *) request;
    r->ends++;
    r->outcome = outcome;

    if (outcome != VALKEY_STORE_CONFIRMED) {
        world_check(reply == NULL);
        return;
    }

    world_check(reply->type == VALKEY_STORE_REPLY_BULK);
    world_check(reply->text.len == strlen(r->key));
    world_check(memcmp(reply->text.data, r->key, reply->text.len) == 0);
}


static inline void
world_ask(world_t *world, world_request_t *r, unsigned partition,
    uint64_t timeout)
{
    static unsigned  number;

    memset(r, 0, sizeof(*r));
    r->request.partition = partition;
    r->request.until = world->clock + timeout;
    r->request.write = world_request_write;
    r->request.done = world_request_done;
    (void) snprintf(r->key, sizeof(r->key), "key-%u-%u", partition, ++number);

    world_check(valkey_store_client_send(world->client, &r->request) == 0);
    world_check(r->ends == 0);
}


static inline void
world_assert_end(const world_request_t *r, valkey_store_outcome_t outcome)
{
    world_check(r->ends == 1);
    world_check(r->outcome == outcome);
}


static inline world_link_t *
world_link_to(world_t *world, const char *at)
{
    int  i;

    for (i = 0; i < WORLD_LINKS; i++) {
        if (world->link[i].link != NULL
            && strcmp(world->link[i].at, at) == 0
            && world->link[i].link->owner != NULL)
        {
            return &world->link[i];
        }
    }

    return NULL;
}


/* 1 for the command that world_ask() sends, and nothing else does. */
static inline int
world_is_request(const char *command)
{
    return strcmp(command, "GET") == 0;
}


#endif /* _VALKEY_WORLD_HELP_H_INCLUDED_ */
