
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A healthy server, as a function.  Each reply is made from its command, so a
 * request sees at once if it gets the reply to another one.
 */


#ifndef _VALKEY_WORLD_ANSWER_HELP_H_INCLUDED_
#define _VALKEY_WORLD_ANSWER_HELP_H_INCLUDED_


#include <inttypes.h>

#include "valkey_store/script.h"
#include "valkey_world_io_help.h"


/* Adds bytes to the replies of a server. */
static inline void
world_bytes(world_link_t *server, const void *data, size_t len)
{
    valkey_store_out_t  *out;

    out = &server->out;
    out->data = realloc(out->data, out->len + len + 1);
    world_check(out->data != NULL);
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
    size_t  i;

    static const valkey_store_script_t  *const scripts[] = {
        &valkey_store_script_issue,
        &valkey_store_script_commit,
        &valkey_store_script_heads
    };

    for (i = 0; source->len != scripts[i]->len; i++) {
        world_check(i < 2);
    }

    world_bulk(server, scripts[i]->name, VALKEY_STORE_SCRIPT_NAME_LEN);
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
        world_say(server, (world->slots == NULL)
                          ? "-ERR cluster support disabled\r\n"
                          : world->slots);

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


#endif /* _VALKEY_WORLD_ANSWER_HELP_H_INCLUDED_ */
