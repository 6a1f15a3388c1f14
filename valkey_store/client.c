
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#include "parts.h"


unsigned
valkey_store_client_longer(unsigned span, unsigned min, unsigned max)
{
    if (span == 0) {
        return min;
    }

    return (span > max / 2) ? max : span * 2;
}


/* xorshift64: nobody gains anything by guessing it. */

uint64_t
valkey_store_client_random(valkey_store_client_t *client)
{
    uint64_t  x;

    x = client->random;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    client->random = x;

    return x;
}


unsigned
valkey_store_client_jitter(valkey_store_client_t *client, unsigned span)
{
    return span - span / 4
           + (unsigned) (valkey_store_client_random(client) % (span / 2 + 1));
}


valkey_store_client_t *
valkey_store_client_create(const valkey_store_options_t *options,
    const valkey_store_io_t *io, void *data)
{
    unsigned                i;
    valkey_store_client_t  *client;

    client = calloc(1, sizeof(valkey_store_client_t));
    if (client == NULL) {
        return NULL;
    }

    if (RAND_bytes((unsigned char *) &client->random, sizeof(client->random))
        != 1)
    {
        free(client);
        return NULL;
    }

    client->options = options;
    client->io = io;
    client->data = data;
    client->random |= 1;
    client->timer = UINT64_MAX;
    client->until = UINT64_MAX;

    for (i = 0; i < VALKEY_STORE_PARTITIONS; i++) {
        valkey_store_queue_init(&client->partition[i].queue);
    }

    valkey_store_client_work(client);

    return client;
}


void
valkey_store_client_destroy(valkey_store_client_t *client)
{
    client->closes = 1;

    valkey_store_queue_overdue(client, 1);

    valkey_store_plant_free(client);

    while (client->links != NULL) {
        valkey_store_link_end(client->links);
    }

    valkey_store_link_bury(client);
    free(client);
}


void
valkey_store_client_wake(valkey_store_client_t *client, uint64_t at)
{
    if (at < client->next) {
        client->next = at;
    }
}


static void
valkey_store_client_timer(valkey_store_client_t *client, uint64_t at)
{
    if (at != client->timer && at != UINT64_MAX) {
        client->timer = at;
        client->io->timer(client->data, at);
    }
}


void
valkey_store_client_work(valkey_store_client_t *client)
{
    valkey_store_link_hurry(client);
    valkey_store_queue_overdue(client, 0);

    client->next = (client->waiting == 0) ? UINT64_MAX : client->until;

    valkey_store_guide_work(client);
    valkey_store_plant_work(client);

    if (client->tells_all) {
        client->tells_all = 0;
        client->io->told_all(client->data);
    }

    valkey_store_link_bury(client);
    valkey_store_link_wake(client);

    valkey_store_client_timer(client, client->next);
}


void
valkey_store_client_tick(valkey_store_client_t *client)
{
    client->timer = UINT64_MAX;

    valkey_store_client_work(client);
}


/* Those that follow before the timer share the turn. */
static void
valkey_store_client_soon(valkey_store_client_t *client)
{
    uint64_t  clock;

    clock = valkey_store_clock(client);

    if (client->timer > clock) {
        valkey_store_client_timer(client, clock);
    }
}


int
valkey_store_client_send(valkey_store_client_t *client,
    valkey_store_request_t *request)
{
    valkey_store_partition_t  *partition;

    partition = &client->partition[request->partition];

    if (client->closes || client->waiting == VALKEY_STORE_QUEUE_MAX
        || partition->waiting == VALKEY_STORE_PART_MAX)
    {
        return -1;
    }

    request->reply = NULL;
    request->outcome = VALKEY_STORE_GIVEN_UP;

    valkey_store_queue_add(&partition->queue, request);
    partition->waiting++;
    client->waiting++;

    if (request->until < client->until) {
        client->until = request->until;
    }

    valkey_store_client_soon(client);

    return 0;
}


int
valkey_store_client_is_idle(const valkey_store_client_t *client)
{
    return client->waiting == 0;
}


unsigned
valkey_store_client_greeted(const valkey_store_client_t *client)
{
    return client->greeted;
}


int
valkey_store_client_is_short(const valkey_store_client_t *client,
    unsigned partition)
{
    const valkey_store_server_t  *server;

    server = client->partition[partition].server;

    return server != NULL && server->is_short;
}


void
valkey_store_client_watch(valkey_store_client_t *client, unsigned partition)
{
    if (client->partition[partition].watches++ == 0) {
        valkey_store_client_soon(client);
    }
}


/* The subscription stays for a while: the next one may come at once. */

void
valkey_store_client_unwatch(valkey_store_client_t *client, unsigned partition)
{
    client->partition[partition].watches--;
}
