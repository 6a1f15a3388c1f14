
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdlib.h>
#include <string.h>

#include "parts.h"


/* In ms: a server without a partition is needed by an ASK, perhaps. */
#define VALKEY_STORE_PLANT_LEAVE  2000


valkey_store_server_t *
valkey_store_plant_server(valkey_store_client_t *client,
    const valkey_store_address_t *address)
{
    unsigned                n;
    valkey_store_server_t  *server;

    n = 0;

    for (server = client->servers; server != NULL; server = server->next) {
        if (valkey_store_address_is_same(&server->endpoint.address, address)) {
            return server;
        }

        n++;
    }

    if (n >= VALKEY_STORE_SERVERS_MAX) {
        return NULL;
    }

    server = calloc(1, sizeof(valkey_store_server_t));
    if (server == NULL) {
        return NULL;
    }

    server->client = client;
    server->leave_at = valkey_store_clock(client) + VALKEY_STORE_PLANT_LEAVE;
    valkey_store_endpoint_set(&server->endpoint, address);
    valkey_store_queue_init(&server->asks);

    server->next = client->servers;
    client->servers = server;

    return server;
}


void
valkey_store_plant_moved(valkey_store_client_t *client, unsigned partition,
    valkey_store_server_t *server)
{
    valkey_store_server_t     *from;
    valkey_store_partition_t  *at;

    at = &client->partition[partition];
    from = at->server;

    if (from == server) {
        return;
    }

    if (from != NULL) {
        from->partitions--;
        from->leave_at = valkey_store_clock(client)
                         + VALKEY_STORE_PLANT_LEAVE;
    }

    if (server != NULL) {
        server->partitions++;
    }

    /* Its errors were those of the other server. */

    at->server = server;
    at->not_before = 0;
    at->pause = 0;
}


/* A partition that nobody has now stays where it was: it may come back. */

int
valkey_store_plant_map(valkey_store_client_t *client,
    const valkey_store_primaries_t *primaries,
    const valkey_store_address_t *asked)
{
    unsigned                 i;
    valkey_store_address_t   address;
    valkey_store_server_t   *server[VALKEY_STORE_PARTITIONS];

    for (i = 0; i < primaries->servers; i++) {
        address = primaries->server[i];

        if (address.host.len == 0) {
            address.host = asked->host;
        }

        server[i] = valkey_store_plant_server(client, &address);

        if (server[i] == NULL) {
            return -1;
        }
    }

    for (i = 0; i < VALKEY_STORE_PARTITIONS; i++) {
        if (primaries->of[i] != VALKEY_STORE_NO_PRIMARY) {
            valkey_store_plant_moved(client, i, server[primaries->of[i]]);
        }
    }

    return 0;
}


int
valkey_store_plant_one(valkey_store_client_t *client,
    const valkey_store_address_t *address)
{
    valkey_store_primaries_t  primaries;

    memset(&primaries, 0, sizeof(valkey_store_primaries_t));

    primaries.servers = 1;
    primaries.server[0] = *address;

    return valkey_store_plant_map(client, &primaries, address);
}


static void
valkey_store_plant_drop(valkey_store_server_t **at)
{
    valkey_store_server_t  *server;

    server = *at;
    *at = server->next;

    if (server->trunk != NULL) {
        valkey_store_link_end(server->trunk);
    }

    if (server->ear != NULL) {
        valkey_store_link_end(server->ear);
    }

    free(server);
}


void
valkey_store_plant_free(valkey_store_client_t *client)
{
    while (client->servers != NULL) {
        valkey_store_plant_drop(&client->servers);
    }
}


/* A turn that is on its way may still be confirmed. */
static int
valkey_store_plant_is_left(valkey_store_server_t *server)
{
    if (server->partitions != 0 || server->turn.n != 0
        || server->asks.first != NULL)
    {
        return 0;
    }

    if (server->leave_at > valkey_store_clock(server->client)) {
        valkey_store_client_wake(server->client, server->leave_at);
        return 0;
    }

    return 1;
}


/* Told when all partitions can be reached, after a time when some could not. */
static void
valkey_store_plant_open(valkey_store_client_t *client)
{
    unsigned                i;
    valkey_store_server_t  *server;

    if (client->is_open) {
        return;
    }

    for (i = 0; i < VALKEY_STORE_PARTITIONS; i++) {
        server = client->partition[i].server;

        if (server == NULL || server->trunk == NULL
            || !server->trunk->ready)
        {
            return;
        }
    }

    client->is_open = 1;
    valkey_store_trouble_over(client);
    valkey_store_trouble(client, VALKEY_STORE_NOTICE, NULL, "is open");
}


void
valkey_store_plant_work(valkey_store_client_t *client)
{
    valkey_store_server_t  *server, **at;

    at = &client->servers;

    while (*at != NULL) {
        server = *at;

        if (valkey_store_plant_is_left(server)) {
            valkey_store_plant_drop(at);
            continue;
        }

        valkey_store_trunk_work(server);
        valkey_store_told_work(server);

        at = &server->next;
    }

    valkey_store_plant_open(client);
}
