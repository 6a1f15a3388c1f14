
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Keys that have changed are told on the channel of their partition, by the
 * script that changes them.  A message is a hint to read the record, and may be
 * lost whenever a link is: so all may have changed when a channel is heard
 * again.
 */


#include <string.h>

#include "parts.h"


/* In ms: between two PINGs, which prove that the link still lives. */
#define VALKEY_STORE_TOLD_PING  3000


static void valkey_store_told_connected(valkey_store_link_t *link);
static void valkey_store_told_reply(valkey_store_link_t *link,
    const valkey_store_reply_t *reply);
static void valkey_store_told_lost(valkey_store_link_t *link, const char *why);


static const valkey_store_purpose_t  valkey_store_told_purpose = {
    valkey_store_told_connected,
    valkey_store_told_reply,
    valkey_store_told_lost,
    .hears = 1
};

static const valkey_store_step_t  valkey_store_told_greeting[] = {
    VALKEY_STORE_AUTH,
    VALKEY_STORE_INFO,
    VALKEY_STORE_STEPS_END
};


static void
valkey_store_told_connected(valkey_store_link_t *link)
{
    valkey_store_greeting_begin(link, valkey_store_told_greeting);
}


static void
valkey_store_told_forget(valkey_store_server_t *server)
{
    server->ear = NULL;
    server->asked = 0;
    server->leaves = 0;
}


/* The link that carries turns tells the operator. */
static void
valkey_store_told_lost(valkey_store_link_t *link, const char *why)
{
    valkey_store_client_t  *client;
    valkey_store_server_t  *server;

    (void) why;

    client = link->client;
    server = link->owner;

    valkey_store_told_forget(server);
    server->ear_retry = valkey_store_client_longer(server->ear_retry,
                                                   VALKEY_STORE_RETRY_MIN,
                                                   VALKEY_STORE_RETRY_MAX);
    server->ear_at = valkey_store_clock(client)
                     + valkey_store_client_jitter(client, server->ear_retry);
}


/* Adds a command about one partition, or PING. */
static void
valkey_store_told_write(valkey_store_server_t *server, const char *command,
    int partition)
{
    valkey_store_out_t   *out;
    valkey_store_name_t   name;

    out = &server->ear->out;

    valkey_store_out_begin(out, (partition < 0) ? 1 : 2);
    valkey_store_out_word(out, command, strlen(command));

    if (partition >= 0) {
        valkey_store_name(&name, &server->client->options->prefix,
                          (unsigned) partition, VALKEY_STORE_TOLD);
        valkey_store_out_word(out, name.data, name.len);
    }

    if (valkey_store_out_end(out) != 0) {
        valkey_store_link_fail(server->ear, "no memory");
        return;
    }

    valkey_store_link_send(server->ear, 1);
}


/* Partitions as bits: one command for each, as they have other slots. */
static void
valkey_store_told_write_each(valkey_store_server_t *server,
    const char *command, uint64_t partitions)
{
    int  i;

    for (i = 0; i < VALKEY_STORE_PARTITIONS; i++) {
        if ((partitions & UINT64_C(1) << i) && server->ear != NULL) {
            valkey_store_told_write(server, command, i);
        }
    }
}


static uint64_t
valkey_store_told_wanted(const valkey_store_server_t *server)
{
    unsigned                         i;
    uint64_t                         wanted;
    const valkey_store_partition_t  *partition;

    for (wanted = 0, i = 0; i < VALKEY_STORE_PARTITIONS; i++) {
        partition = &server->client->partition[i];

        if (partition->server == server && partition->watches != 0) {
            wanted |= UINT64_C(1) << i;
        }
    }

    return wanted;
}


static void
valkey_store_told_open(valkey_store_server_t *server, uint64_t clock)
{
    if (server->ear_at > clock) {
        valkey_store_client_wake(server->client, server->ear_at);
        return;
    }

    server->ear = valkey_store_link_open(server->client,
                                         &valkey_store_told_purpose, server,
                                         &server->endpoint.address);

    if (server->ear == NULL) {
        server->ear_at = clock + VALKEY_STORE_RETRY_MAX;
        valkey_store_client_wake(server->client, server->ear_at);
    }
}


/* Channels that nobody wants any more are left here, and at last the link. */
static void
valkey_store_told_ping(valkey_store_server_t *server, uint64_t wanted)
{
    uint64_t  unwanted;

    if (wanted == 0) {
        valkey_store_link_end(server->ear);
        valkey_store_told_forget(server);
        return;
    }

    unwanted = server->asked & ~wanted;
    server->asked &= wanted;
    server->leaves |= unwanted;

    valkey_store_told_write_each(server, "SUNSUBSCRIBE", unwanted);

    if (server->ear != NULL) {
        valkey_store_told_write(server, "PING", -1);
    }
}


void
valkey_store_told_work(valkey_store_server_t *server)
{
    uint64_t  clock, wanted, unasked;

    clock = valkey_store_clock(server->client);
    wanted = valkey_store_told_wanted(server);

    if (server->ear == NULL && wanted != 0) {
        valkey_store_told_open(server, clock);
    }

    if (server->ear == NULL || !server->ear->ready) {
        return;
    }

    unasked = wanted & ~server->asked & ~server->leaves;
    server->asked |= unasked;

    valkey_store_told_write_each(server, "SSUBSCRIBE", unasked);

    if (server->ear != NULL && server->ping_at <= clock) {
        server->ping_at = clock + VALKEY_STORE_TOLD_PING;
        valkey_store_told_ping(server, wanted);
    }

    valkey_store_client_wake(server->client, server->ping_at);
}


/* Of a replica nothing is heard in time, and of a new primary no more. */
static void
valkey_store_told_greeted(valkey_store_server_t *server)
{
    if (server->ear->greeting.settings.flags & VALKEY_STORE_IS_REPLICA) {
        valkey_store_link_fail(server->ear, "is a replica");
        return;
    }

    server->ear->ready = 1;
    server->ping_at = valkey_store_clock(server->client)
                      + VALKEY_STORE_TOLD_PING;
}


static void
valkey_store_told_reply(valkey_store_link_t *link,
    const valkey_store_reply_t *reply)
{
    if (link->greeting.step == NULL) {
        valkey_store_hear(link->owner, reply);
        return;
    }

    valkey_store_link_answered(link);

    if (valkey_store_greeting_reply(link, reply)
        == VALKEY_STORE_GREETING_OVER)
    {
        valkey_store_told_greeted(link->owner);
    }
}
