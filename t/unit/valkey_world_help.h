
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The world of a client without a network: servers that are functions, and a
 * clock that the test moves.  Each reply is made from the command, so a request
 * sees at once if it gets the reply to another one.
 */


#ifndef _VALKEY_WORLD_HELP_H_INCLUDED_
#define _VALKEY_WORLD_HELP_H_INCLUDED_


#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger_help.h"
#include "valkey_store/parts.h"
#include "valkey_store/script.h"


#define WORLD_LINKS     32
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

    static const valkey_store_limits_t  limits = { 65536, 65536, 64, 2 };

    world = data;

    for (i = 0; world->link[i].link != NULL; i++) {
        assert_true(i + 1 < WORLD_LINKS);
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
    assert_non_null(*valkey_store_link_io(link));
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


/* Adds bytes to the replies of a server. */
static inline void
world_bytes(world_link_t *server, const void *data, size_t len)
{
    valkey_store_out_t  *out;

    out = &server->out;
    out->data = realloc(out->data, out->len + len + 1);
    assert_non_null(out->data);
    memcpy(out->data + out->len, data, len);
    out->len += len;
}


static inline void
world_say(world_link_t *server, const char *bytes)
{
    world_bytes(server, bytes, strlen(bytes));
}


static inline void
world_bulk(world_link_t *server, const void *data, size_t len)
{
    char  head[32];

    (void) snprintf(head, sizeof(head), "$%zu\r\n", len);
    world_say(server, head);
    world_bytes(server, data, len);
    world_say(server, "\r\n");
}


static inline void
world_info(world_t *world, world_link_t *server)
{
    char  text[1024];

    (void) snprintf(text, sizeof(text),
                    "redis_version:7.0.15\r\nrole:%s\r\n"
                    "cluster_enabled:%d\r\nloading:0\r\naof_enabled:1\r\n"
                    "used_memory:100\r\nmaxmemory:1000\r\n"
                    "maxmemory_policy:noeviction\r\n%s",
                    world->role, world->slots != NULL,
                    (world->info == NULL) ? "" : world->info);
    world_bulk(server, text, strlen(text));
}


static inline void
world_config(world_t *world, world_link_t *server)
{
    char  text[512];

    (void) snprintf(text, sizeof(text),
                    "*6\r\n$10\r\nappendonly\r\n$3\r\nyes\r\n"
                    "$11\r\nappendfsync\r\n$%zu\r\n%s\r\n"
                    "$16\r\nmaxmemory-policy\r\n$10\r\nnoeviction\r\n",
                    strlen(world->fsync), world->fsync);
    world_say(server, text);
}


static inline void
world_time(world_t *world, world_link_t *server)
{
    char      seconds[32];
    uint64_t  time;

    time = (world_now(world) + (uint64_t) world->skew) / 1000;
    (void) snprintf(seconds, sizeof(seconds), "%" PRIu64, time);

    world_say(server, "*2\r\n");
    world_bulk(server, seconds, strlen(seconds));
    world_say(server, "$1\r\n0\r\n");
}


static inline void
world_script(world_link_t *server, const ledger_text_t *source)
{
    const valkey_store_script_t  *script;

    script = (source->len == valkey_store_script_commit.len)
             ? &valkey_store_script_commit : &valkey_store_script_heads;
    world_bulk(server, script->name, VALKEY_STORE_SCRIPT_NAME_LEN);
}


static inline void
world_subscribe(world_link_t *server, const char *kind,
    const ledger_text_t *channel)
{
    char  head[64];

    (void) snprintf(head, sizeof(head), "*3\r\n$%zu\r\n%s\r\n", strlen(kind),
                    kind);
    world_say(server, head);
    world_bulk(server, channel->data, channel->len);
    world_say(server, ":1\r\n");
    server->hears = 1;
}


static inline void
world_sentinel(world_t *world, world_link_t *server)
{
    const char  *space;

    if (world->master == NULL) {
        world_say(server, "*-1\r\n");
        return;
    }

    space = strchr(world->master, ' ');
    world_say(server, "*2\r\n");
    world_bulk(server, world->master, (size_t) (space - world->master));
    world_bulk(server, space + 1, strlen(space + 1));
}


static inline void
world_pong(world_link_t *server, const valkey_store_reply_t *command)
{
    if (command->elements == 2) {
        world_bulk(server, command[2].text.data, command[2].text.len);

    } else {
        world_say(server, server->hears ? "*2\r\n$4\r\npong\r\n$0\r\n\r\n"
                                        : "+PONG\r\n");
    }
}


/* A healthy server. */
static inline void
world_answer(world_t *world, world_link_t *server, const char *name,
    const valkey_store_reply_t *command)
{
    if (strcmp(name, "INFO") == 0) {
        world_info(world, server);

    } else if (strcmp(name, "CONFIG") == 0) {
        world_config(world, server);

    } else if (strcmp(name, "TIME") == 0) {
        world_time(world, server);

    } else if (strcmp(name, "SCRIPT") == 0) {
        world_script(server, &command[3].text);

    } else if (strcmp(name, "CLUSTER") == 0) {
        world_say(server, world->slots);

    } else if (strcmp(name, "SENTINEL") == 0) {
        world_sentinel(world, server);

    } else if (strcmp(name, "GET") == 0) {
        world_bulk(server, command[2].text.data, command[2].text.len);

    } else if (strcmp(name, "PING") == 0) {
        world_pong(server, command);

    } else if (strcmp(name, "SSUBSCRIBE") == 0) {
        world_subscribe(server, "ssubscribe", &command[2].text);

    } else if (strcmp(name, "SUNSUBSCRIBE") == 0) {
        world_subscribe(server, "sunsubscribe", &command[2].text);

    } else if (strcmp(name, "WAIT") == 0) {
        world->turns++;
        world_say(server, ":1\r\n");

    } else {
        world_say(server, (strcmp(name, "PEXPIRE") == 0) ? ":1\r\n"
                                                         : "+OK\r\n");
    }
}


static inline void
world_command(world_t *world, world_link_t *server,
    const valkey_store_reply_t *command)
{
    char  name[32], key[64];

    if (server->silent) {
        return;
    }

    world->commands++;

    (void) snprintf(name, sizeof(name), "%.*s", (int) command[1].text.len,
                    (const char *) command[1].text.data);
    (void) snprintf(key, sizeof(key), "%.*s",
                    (command->elements == 1) ? 0 : (int) command[2].text.len,
                    (command->elements == 1)
                    ? "" : (const char *) command[2].text.data);

    if (world->fault == NULL || !world->fault(world, server, name, key)) {
        world_answer(world, server, name, command);
    }
}


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

    assert_int_equal(valkey_store_reader_add(&server->reader, data, len),
                     VALKEY_STORE_READ_OK);
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
        assert_true(n < 100000);

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
    assert_non_null(world->client);
    world_run(world);
}


static inline void
world_end(world_t *world)
{
    int  i;

    valkey_store_client_destroy(world->client);

    for (i = 0; i < WORLD_LINKS; i++) {
        assert_null(world->link[i].link);
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
        assert_null(reply);
        return;
    }

    assert_int_equal(reply->type, VALKEY_STORE_REPLY_BULK);
    assert_int_equal(reply->text.len, strlen(r->key));
    assert_memory_equal(reply->text.data, r->key, reply->text.len);
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

    assert_int_equal(valkey_store_client_send(world->client, &r->request), 0);
    assert_int_equal(r->ends, 0);
}


static inline void
world_assert_end(const world_request_t *r, valkey_store_outcome_t outcome)
{
    assert_int_equal(r->ends, 1);
    assert_int_equal(r->outcome, outcome);
}


#endif /* _VALKEY_WORLD_HELP_H_INCLUDED_ */
