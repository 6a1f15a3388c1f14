
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * One link asks which server has which partition: any server of a cluster, or
 * any Sentinel.  It stays with one that answers.  A server that has been cut
 * off tells the map of the past: so the next one is asked whenever the servers
 * of the map let us down.
 */


#include "parts.h"


static void valkey_store_guide_connected(valkey_store_link_t *link);
static void valkey_store_guide_reply(valkey_store_link_t *link,
    const valkey_store_reply_t *reply);
static void valkey_store_guide_lost(valkey_store_link_t *link,
    const char *why);


static const valkey_store_purpose_t  valkey_store_guide_purpose = {
    valkey_store_guide_connected,
    valkey_store_guide_reply,
    valkey_store_guide_lost,
    0, 0
};

static const valkey_store_step_t  valkey_store_guide_server[] = {
    VALKEY_STORE_AUTH,
    VALKEY_STORE_INFO,
    VALKEY_STORE_STEPS_END
};

/* Sentinels have a password of their own, or none, or this one. */
static const valkey_store_step_t  valkey_store_guide_sentinel[] = {
    VALKEY_STORE_AUTH_PERHAPS,
    VALKEY_STORE_INFO,
    VALKEY_STORE_STEPS_END
};


static void
valkey_store_guide_connected(valkey_store_link_t *link)
{
    valkey_store_greeting_begin(link, link->client->options->sentinel
                                      ? valkey_store_guide_sentinel
                                      : valkey_store_guide_server);
}


static unsigned
valkey_store_guide_candidates(const valkey_store_client_t *client)
{
    unsigned                      n;
    const valkey_store_server_t  *server;

    n = client->options->addresses;

    if (client->plant == VALKEY_STORE_CLUSTER) {
        for (server = client->servers; server != NULL; server = server->next) {
            n++;
        }
    }

    return n;
}


/* The addresses that the operator has written, then those of the map. */
static const valkey_store_address_t *
valkey_store_guide_candidate(const valkey_store_client_t *client)
{
    unsigned                      i;
    const valkey_store_server_t  *server;

    i = client->guide.next % valkey_store_guide_candidates(client);

    if (i < client->options->addresses) {
        return &client->options->address[i];
    }

    i -= client->options->addresses;

    for (server = client->servers; i != 0; server = server->next) {
        i--;
    }

    return &server->endpoint.address;
}


/* A server that its trunk does not reach would take a second to say nothing. */
static int
valkey_store_guide_is_away(const valkey_store_client_t *client,
    const valkey_store_address_t *address)
{
    const valkey_store_server_t  *server;

    for (server = client->servers; server != NULL; server = server->next) {
        if (valkey_store_address_is_same(&server->endpoint.address, address)) {
            return server->trunk == NULL || !server->trunk->ready;
        }
    }

    return 0;
}


/* Passes over those which are away, unless all are. */
static void
valkey_store_guide_choose(valkey_store_client_t *client)
{
    unsigned                       n;
    const valkey_store_address_t  *address;

    for (n = valkey_store_guide_candidates(client); n != 0; n--) {
        address = valkey_store_guide_candidate(client);

        if (!valkey_store_guide_is_away(client, address)) {
            return;
        }

        client->guide.next++;
    }
}


static void
valkey_store_guide_open(valkey_store_client_t *client)
{
    valkey_store_guide_t  *guide;

    guide = &client->guide;
    valkey_store_guide_choose(client);

    guide->at = UINT64_MAX;
    guide->asked_at = valkey_store_clock(client);
    guide->link = valkey_store_link_open(client, &valkey_store_guide_purpose,
                                         NULL,
                                         valkey_store_guide_candidate(client));

    if (guide->link == NULL) {
        guide->at = guide->asked_at + VALKEY_STORE_RETRY_MAX;
    }
}


static void
valkey_store_guide_next(valkey_store_client_t *client)
{
    valkey_store_link_end(client->guide.link);

    client->guide.link = NULL;
    client->guide.next++;
}


static void
valkey_store_guide_ask(valkey_store_client_t *client)
{
    valkey_store_guide_t  *guide;

    guide = &client->guide;

    guide->moves = 0;
    guide->asked_at = valkey_store_clock(client);
    guide->at = guide->asked_at + VALKEY_STORE_REFRESH;

    if (valkey_store_map_write(client, &guide->link->out) != 0) {
        valkey_store_link_fail(guide->link, "no memory");
        return;
    }

    valkey_store_link_send(guide->link, 1);
}


void
valkey_store_guide_work(valkey_store_client_t *client)
{
    uint64_t               clock;
    valkey_store_guide_t  *guide;

    guide = &client->guide;
    clock = valkey_store_clock(client);

    if (guide->at <= clock) {
        if (guide->link == NULL) {
            valkey_store_guide_open(client);

        } else if (guide->link->ready && guide->link->missing == 0) {
            if (guide->moves) {
                valkey_store_guide_next(client);
                valkey_store_guide_open(client);

            } else {
                valkey_store_guide_ask(client);
            }
        }
    }

    /* A reply that is missing wakes the client by itself. */

    if (guide->at > clock) {
        valkey_store_client_wake(client, guide->at);
    }
}


void
valkey_store_guide_refresh(valkey_store_client_t *client, int doubt)
{
    uint64_t               at, clock;
    valkey_store_guide_t  *guide;

    if (client->plant == VALKEY_STORE_ONE) {
        return;
    }

    guide = &client->guide;
    clock = valkey_store_clock(client);
    at = guide->asked_at + VALKEY_STORE_REFRESH_MIN;

    if (at < clock) {
        at = clock;
    }

    if (doubt) {
        guide->moves = 1;
    }

    if (at < guide->at) {
        guide->at = at;
    }
}


/* Nobody tells where the partitions are: no trunk says that they are away. */
static void
valkey_store_guide_trouble(valkey_store_client_t *client, const char *why)
{
    if (client->servers == NULL) {
        client->is_open = 0;
        valkey_store_trouble(client, VALKEY_STORE_CRIT, NULL,
                             "cannot be reached: %s", why);
    }
}


/* One that answers and then breaks might do so as fast as it is asked. */
static void
valkey_store_guide_lost(valkey_store_link_t *link, const char *why)
{
    valkey_store_guide_t   *guide;
    valkey_store_client_t  *client;

    client = link->client;
    guide = &client->guide;

    guide->link = NULL;
    guide->next++;
    guide->at = valkey_store_clock(client);

    if (link->ready
        && guide->at < guide->asked_at + VALKEY_STORE_REFRESH_MIN)
    {
        guide->at = guide->asked_at + VALKEY_STORE_REFRESH_MIN;
    }

    if (++guide->failed < valkey_store_guide_candidates(client)) {
        return;
    }

    guide->failed = 0;
    guide->retry = valkey_store_client_longer(guide->retry,
                                              VALKEY_STORE_RETRY_MIN,
                                              VALKEY_STORE_RETRY_MAX);
    guide->at += valkey_store_client_jitter(client, guide->retry);

    valkey_store_guide_trouble(client, why);
}


/* All is known: the address itself has all partitions. */
static void
valkey_store_guide_is_one(valkey_store_client_t *client)
{
    valkey_store_guide_t  *guide;

    guide = &client->guide;

    if (client->options->addresses > 1) {
        valkey_store_trouble(client, VALKEY_STORE_CRIT,
                             &guide->link->endpoint.address,
                             "is no part of a cluster, as several addresses "
                             "must be");
        valkey_store_guide_next(client);
        guide->at = valkey_store_clock(client) + VALKEY_STORE_REFUSED;
        return;
    }

    if (valkey_store_plant_one(client, &guide->link->endpoint.address) != 0) {
        valkey_store_link_fail(guide->link, "no memory");
        return;
    }

    client->plant = VALKEY_STORE_ONE;
    valkey_store_guide_next(client);
    guide->at = UINT64_MAX;
}


static void
valkey_store_guide_greeted(valkey_store_client_t *client)
{
    valkey_store_link_t  *link;

    link = client->guide.link;
    link->ready = 1;

    if (client->options->sentinel) {
        client->plant = VALKEY_STORE_SENTINEL;

    } else if (link->greeting.settings.flags & VALKEY_STORE_IS_CLUSTER) {
        client->plant = VALKEY_STORE_CLUSTER;

    } else {
        valkey_store_guide_is_one(client);
        return;
    }

    valkey_store_guide_ask(client);
}


static void
valkey_store_guide_take(valkey_store_client_t *client,
    const valkey_store_reply_t *reply)
{
    char         error[VALKEY_STORE_ERROR_MAX];
    const char  *why;

    if (reply->type == VALKEY_STORE_REPLY_ERROR) {
        valkey_store_trouble_error(error, &reply->text);
        why = error;

    } else {
        why = valkey_store_map_read(client, reply);
    }

    if (why != NULL) {
        valkey_store_link_fail(client->guide.link, why);
        return;
    }

    client->guide.failed = 0;
    client->guide.retry = 0;
}


static void
valkey_store_guide_reply(valkey_store_link_t *link,
    const valkey_store_reply_t *reply)
{
    if (link->greeting.step == NULL) {
        valkey_store_guide_take(link->client, reply);

    } else if (valkey_store_greeting_reply(link, reply)
               == VALKEY_STORE_GREETING_OVER)
    {
        valkey_store_guide_greeted(link->client);
    }
}
