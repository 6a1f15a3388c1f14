
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "parts.h"


/* In ms: by then a failover is over. */
#define VALKEY_STORE_TRUNK_FAILOVER  10000


static void valkey_store_trunk_connected(valkey_store_link_t *link);
static void valkey_store_trunk_reply(valkey_store_link_t *link,
    const valkey_store_reply_t *reply);
static void valkey_store_trunk_lost(valkey_store_link_t *link,
    const char *why);


static const valkey_store_purpose_t  valkey_store_trunk_purpose = {
    valkey_store_trunk_connected,
    valkey_store_trunk_reply,
    valkey_store_trunk_lost,
    .looks = 1
};

static const valkey_store_step_t  valkey_store_trunk_greeting[] = {
    VALKEY_STORE_AUTH,
    VALKEY_STORE_LOAD_ISSUE,
    VALKEY_STORE_LOAD_COMMIT,
    VALKEY_STORE_LOAD_HEADS,
    VALKEY_STORE_INFO,
    VALKEY_STORE_CONFIG,
    VALKEY_STORE_TIME,
    VALKEY_STORE_STEPS_END
};

static const valkey_store_step_t  valkey_store_trunk_load[] = {
    VALKEY_STORE_LOAD_ISSUE,
    VALKEY_STORE_LOAD_COMMIT,
    VALKEY_STORE_LOAD_HEADS,
    VALKEY_STORE_STEPS_END
};

static const valkey_store_step_t  valkey_store_trunk_look[] = {
    VALKEY_STORE_INFO,
    VALKEY_STORE_CONFIG,
    VALKEY_STORE_TIME,
    VALKEY_STORE_STEPS_END
};

static const valkey_store_step_t  valkey_store_trunk_glance[] = {
    VALKEY_STORE_INFO,
    VALKEY_STORE_STEPS_END
};


static void
valkey_store_trunk_connected(valkey_store_link_t *link)
{
    valkey_store_greeting_begin(link, valkey_store_trunk_greeting);
}


static void
valkey_store_trunk_open(valkey_store_server_t *server)
{
    uint64_t  clock;

    clock = valkey_store_clock(server->client);

    if (server->partitions == 0 && server->asks.first == NULL) {
        return;
    }

    if (server->trunk_at > clock) {
        valkey_store_client_wake(server->client, server->trunk_at);
        return;
    }

    server->trunk = valkey_store_link_open(server->client,
                                             &valkey_store_trunk_purpose,
                                             server,
                                             &server->endpoint.address);

    if (server->trunk == NULL) {
        server->trunk_at = clock + VALKEY_STORE_RETRY_MAX;
        valkey_store_client_wake(server->client, server->trunk_at);
    }
}


/* A turn begins when nothing else is under way, and looks come before it. */

void
valkey_store_trunk_work(valkey_store_server_t *server)
{
    uint64_t              clock;
    valkey_store_link_t  *link;

    if (server->trunk == NULL) {
        valkey_store_trunk_open(server);
        return;
    }

    link = server->trunk;

    if (!link->ready || link->missing != 0) {
        return;
    }

    clock = valkey_store_clock(server->client);

    if (server->loads) {
        server->loads = 0;
        valkey_store_greeting_begin(link, valkey_store_trunk_load);

    } else if (server->look_at <= clock) {
        server->look_at = clock + VALKEY_STORE_LOOK;
        server->glance_at = clock + VALKEY_STORE_GLANCE;
        valkey_store_greeting_begin(link, valkey_store_trunk_look);

    } else if (server->glance_at <= clock) {
        server->glance_at = clock + VALKEY_STORE_GLANCE;
        valkey_store_greeting_begin(link, valkey_store_trunk_glance);

    } else {
        valkey_store_turn_begin(server);
    }

    valkey_store_client_wake(server->client, server->glance_at);
}


static void
valkey_store_trunk_asks_back(valkey_store_server_t *server)
{
    valkey_store_request_t  *request;

    for ( ;; ) {
        request = valkey_store_queue_take(&server->asks);

        if (request == NULL) {
            return;
        }

        valkey_store_queue_pause(server->client, request->partition);
        valkey_store_queue_again(server->client, request);
    }
}


/* The server is asked again in a while. */
static void
valkey_store_trunk_refuse(valkey_store_server_t *server, unsigned span)
{
    valkey_store_link_t  *link;

    link = server->trunk;

    server->trunk = NULL;
    server->trunk_at = valkey_store_clock(server->client) + span;
    server->client->is_open = 0;

    valkey_store_trunk_asks_back(server);
    valkey_store_link_end(link);
}


static void
valkey_store_trunk_lost(valkey_store_link_t *link, const char *why)
{
    valkey_store_client_t  *client;
    valkey_store_server_t  *server;

    client = link->client;
    server = link->owner;

    server->trunk = NULL;
    server->trunk_retry =
        valkey_store_client_longer(server->trunk_retry,
                                   VALKEY_STORE_RETRY_MIN,
                                   VALKEY_STORE_RETRY_MAX);
    server->trunk_at = valkey_store_clock(client)
                         + valkey_store_client_jitter(client,
                                                      server->trunk_retry);

    valkey_store_turn_back(server);
    valkey_store_trunk_asks_back(server);

    /* A link that took turns is back at once, or the next one tells. */

    if (!link->ready) {
        client->is_open = 0;
        valkey_store_trouble(client, VALKEY_STORE_CRIT,
                             &server->endpoint.address,
                             "cannot be reached: %s", why);
    }

    valkey_store_guide_refresh(client, 1);
}


/*
 * During a failover a replica is nothing special, but it is a mistake where the
 * operator has named it, or somebody goes on naming it.
 */
static void
valkey_store_trunk_is_replica(valkey_store_server_t *server)
{
    uint64_t  clock;

    clock = valkey_store_clock(server->client);

    if (server->replica_at == 0) {
        server->replica_at = clock;
    }

    if (server->client->plant == VALKEY_STORE_ONE
        || clock - server->replica_at > VALKEY_STORE_TRUNK_FAILOVER)
    {
        valkey_store_trouble(server->client, VALKEY_STORE_CRIT,
                             &server->endpoint.address, "is a replica");
    }

    valkey_store_trunk_refuse(server, VALKEY_STORE_REFRESH_MIN);
    valkey_store_guide_refresh(server->client, 1);
}


/* Another server may have come to the address: a cluster, or none any more. */
static int
valkey_store_trunk_is_other(const valkey_store_server_t *server,
    unsigned flags)
{
    int  was_cluster;

    was_cluster = (server->client->plant == VALKEY_STORE_CLUSTER);

    return ((flags & VALKEY_STORE_IS_CLUSTER) != 0) != was_cluster;
}


static void
valkey_store_trunk_judge(valkey_store_server_t *server)
{
    unsigned              flags;
    valkey_store_link_t  *link;

    link = server->trunk;
    flags = link->greeting.settings.flags;

    if (flags & VALKEY_STORE_IS_LOADING) {
        valkey_store_link_fail(link, "loading its data");

    } else if (flags & VALKEY_STORE_IS_REPLICA) {
        valkey_store_trunk_is_replica(server);

    } else if (valkey_store_trunk_is_other(server, flags)) {
        server->client->plant = VALKEY_STORE_UNKNOWN_PLANT;
        valkey_store_trunk_refuse(server, VALKEY_STORE_REFUSED);
        valkey_store_guide_refresh(server->client, 0);

    } else if (link->greeting.has_config
               && valkey_store_greeting_judge(link) != 0)
    {
        valkey_store_trunk_refuse(server, VALKEY_STORE_REFUSED);
    }
}


static void
valkey_store_trunk_greeted(valkey_store_server_t *server)
{
    uint64_t              clock;
    valkey_store_link_t  *link;

    link = server->trunk;

    if (link->greeting.has_info) {
        server->is_short = (unsigned)
            valkey_store_settings_is_short(&link->greeting.settings) & 1;
        valkey_store_trunk_judge(server);
    }

    if (link->ended || link->ready) {
        return;
    }

    clock = valkey_store_clock(server->client);

    link->ready = 1;
    server->client->greeted++;
    server->replica_at = 0;
    server->loads = 0;
    server->trunk_retry = 0;
    server->glance_at = clock + VALKEY_STORE_GLANCE;
    server->look_at = clock + VALKEY_STORE_LOOK;
}


static void
valkey_store_trunk_reply(valkey_store_link_t *link,
    const valkey_store_reply_t *reply)
{
    valkey_store_server_t  *server;

    server = link->owner;

    if (link->greeting.step == NULL) {
        valkey_store_turn_reply(server, reply);

    } else if (valkey_store_greeting_reply(link, reply)
               == VALKEY_STORE_GREETING_OVER)
    {
        valkey_store_trunk_greeted(server);
    }
}
