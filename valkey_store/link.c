
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdlib.h>
#include <string.h>

#include "parts.h"


/*
 * Far beyond the largest reply: rows that are due in a partition, or the slots
 * of a cluster.
 */
static const valkey_store_limits_t  valkey_store_link_limits = {
    .bulk = 1024 * 1024,
    .bytes = 16 * 1024 * 1024,
    .replies = 128 * 1024,
    .depth = VALKEY_STORE_DEPTH_MAX,
    .passed = VALKEY_STORE_PASSED_MAX
};


void
valkey_store_endpoint_set(valkey_store_endpoint_t *endpoint,
    const valkey_store_address_t *address)
{
    size_t  len;

    len = address->host.len;

    if (len > VALKEY_STORE_HOST_MAX) {
        len = VALKEY_STORE_HOST_MAX;
    }

    if (len != 0) {
        memcpy(endpoint->host, address->host.data, len);
    }

    endpoint->address.host.data = endpoint->host;
    endpoint->address.host.len = len;
    endpoint->address.port = address->port;
}


int
valkey_store_address_is_same(const valkey_store_address_t *one,
    const valkey_store_address_t *two)
{
    return one->port == two->port && ledger_text_same(&one->host, &two->host);
}


valkey_store_link_t *
valkey_store_link_open(valkey_store_client_t *client,
    const valkey_store_purpose_t *purpose, void *owner,
    const valkey_store_address_t *address)
{
    valkey_store_link_t  *link;

    link = calloc(1, sizeof(valkey_store_link_t));
    if (link == NULL) {
        return NULL;
    }

    link->client = client;
    link->purpose = purpose;
    link->owner = owner;
    link->deadline = valkey_store_clock(client) + VALKEY_STORE_CONNECT;

    valkey_store_endpoint_set(&link->endpoint, address);
    valkey_store_reader_init(&link->reader, &valkey_store_link_limits);

    link->next = client->links;
    client->links = link;

    client->io->connect(client->data, link, &link->endpoint.address);

    return link;
}


void
valkey_store_link_send(valkey_store_link_t *link, size_t replies)
{
    valkey_store_client_t  *client;

    client = link->client;

    link->missing += replies;
    link->deadline = valkey_store_clock(client) + VALKEY_STORE_SILENCE;

    client->io->send(client->data, link);
}


void
valkey_store_link_answered(valkey_store_link_t *link)
{
    link->missing--;
    link->deadline = (link->missing == 0)
                     ? 0
                     : valkey_store_clock(link->client)
                       + VALKEY_STORE_SILENCE;
}


/* Functions in the midst of this link see that it has ended, and return. */
static void
valkey_store_link_leave(valkey_store_link_t *link)
{
    valkey_store_link_t  **at;

    for (at = &link->client->links; *at != link; at = &(*at)->next) {
        /* void */
    }

    *at = link->next;

    link->ended = 1;
    link->next = link->client->ended;
    link->client->ended = link;
}


void
valkey_store_link_end(valkey_store_link_t *link)
{
    if (link->ended) {
        return;
    }

    valkey_store_link_leave(link);
    link->client->io->close(link->client->data, link);
}


void
valkey_store_link_fail(valkey_store_link_t *link, const char *why)
{
    if (link->ended) {
        return;
    }

    valkey_store_link_end(link);
    link->purpose->lost(link, why);
}


/*
 * A link that took turns is back at once, and may meet the same reply again.
 * So the next one tells nothing, and the server would be slow for a reason that
 * nobody knows.
 */

void
valkey_store_link_odd(valkey_store_link_t *link)
{
    if (link->ended) {
        return;
    }

    if (link->ready) {
        valkey_store_trouble(link->client, VALKEY_STORE_CRIT,
                             &link->endpoint.address, "an odd reply");
    }

    valkey_store_link_fail(link, "an odd reply");
}


void
valkey_store_link_bury(valkey_store_client_t *client)
{
    valkey_store_link_t  *link;

    while (client->ended != NULL) {
        link = client->ended;
        client->ended = link->next;

        valkey_store_reader_free(&link->reader);
        free(link->out.data);
        free(link);
    }
}


/* A purpose that fails may end other links, so the list is begun again. */
static valkey_store_link_t *
valkey_store_link_overdue(valkey_store_client_t *client, uint64_t clock)
{
    valkey_store_link_t  *link;

    for (link = client->links; link != NULL; link = link->next) {
        if (link->deadline != 0 && link->deadline <= clock) {
            return link;
        }
    }

    return NULL;
}


void
valkey_store_link_hurry(valkey_store_client_t *client)
{
    uint64_t              clock;
    valkey_store_link_t  *link;

    clock = valkey_store_clock(client);

    for ( ;; ) {
        link = valkey_store_link_overdue(client, clock);

        if (link == NULL) {
            return;
        }

        valkey_store_link_fail(link, link->connected ? "no reply in time"
                                                     : "no connection in time");
    }
}


void
valkey_store_link_wake(valkey_store_client_t *client)
{
    valkey_store_link_t  *link;

    for (link = client->links; link != NULL; link = link->next) {
        if (link->deadline != 0) {
            valkey_store_client_wake(client, link->deadline);
        }
    }
}


void **
valkey_store_link_io(valkey_store_link_t *link)
{
    return &link->io;
}


const void *
valkey_store_link_out(const valkey_store_link_t *link, size_t *len)
{
    *len = link->out.len - link->sent;

    return (*len == 0) ? NULL : link->out.data + link->sent;
}


void
valkey_store_link_sent(valkey_store_link_t *link, size_t n)
{
    link->sent += n;

    if (link->sent == link->out.len) {
        link->sent = 0;
        link->out.len = 0;
    }
}


void
valkey_store_link_connected(valkey_store_link_t *link)
{
    valkey_store_client_t  *client;

    client = link->client;

    link->connected = 1;
    link->deadline = 0;
    link->purpose->connected(link);

    valkey_store_client_work(client);
}


void
valkey_store_link_closed(valkey_store_link_t *link, const char *why)
{
    valkey_store_client_t  *client;

    client = link->client;

    valkey_store_link_leave(link);
    link->purpose->lost(link, why);

    valkey_store_client_work(client);
}


/* A subscriber finds out by itself what a reply belongs to. */
static void
valkey_store_link_take(valkey_store_link_t *link,
    const valkey_store_reply_t *reply)
{
    if (!link->purpose->hears) {
        if (link->missing == 0) {
            valkey_store_link_odd(link);
            return;
        }

        valkey_store_link_answered(link);
    }

    link->purpose->reply(link, reply);
}


/* The bytes of a text that is passed over may take longer than a reply may. */
static void
valkey_store_link_pass(valkey_store_link_t *link)
{
    if (link->deadline != 0 && valkey_store_reader_passes(&link->reader)) {
        link->deadline = valkey_store_clock(link->client)
                         + VALKEY_STORE_SILENCE;
    }
}


void
valkey_store_link_received(valkey_store_link_t *link, const void *data,
    size_t len)
{
    valkey_store_read_t          rc;
    valkey_store_client_t       *client;
    const valkey_store_reply_t  *reply;

    client = link->client;
    rc = valkey_store_reader_add(&link->reader, data, len);

    while (rc == VALKEY_STORE_READ_OK) {
        rc = valkey_store_reader_next(&link->reader, &reply);

        if (rc == VALKEY_STORE_READ_OK) {
            valkey_store_link_take(link, reply);
        }

        if (link->ended) {
            break;
        }
    }

    if (rc == VALKEY_STORE_READ_AGAIN) {
        valkey_store_link_pass(link);

    } else if (rc == VALKEY_STORE_READ_PROTOCOL) {
        valkey_store_link_odd(link);

    } else if (rc == VALKEY_STORE_READ_MEMORY) {
        valkey_store_link_fail(link, "no memory");
    }

    valkey_store_client_work(client);
}
