
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * CLUSTER SLOTS: an array of ranges [first slot, last slot, primary, replicas],
 * each server [host, port, ...].
 */


#include <string.h>

#include "slot.h"


typedef struct {
    unsigned                 first;
    unsigned                 last;
    valkey_store_address_t   primary;
} valkey_store_range_t;


static int
valkey_store_primaries_number(const valkey_store_reply_t *reply, int64_t max,
    unsigned *number)
{
    if (reply->type != VALKEY_STORE_REPLY_INTEGER
        || reply->integer < 0 || reply->integer > max)
    {
        return -1;
    }

    *number = (unsigned) reply->integer;

    return 0;
}


/* Nil and an empty host are the server that was asked (the manual says so). */
static int
valkey_store_primaries_address(const valkey_store_reply_t *node,
    valkey_store_address_t *address)
{
    unsigned                     port;
    const valkey_store_reply_t  *host;

    if (node->type != VALKEY_STORE_REPLY_ARRAY || node->elements < 2) {
        return -1;
    }

    host = valkey_store_reply_first(node);

    if ((host->type != VALKEY_STORE_REPLY_BULK
         && host->type != VALKEY_STORE_REPLY_NIL)
        || !valkey_store_address_host_is_sane(&host->text)
        || valkey_store_primaries_number(valkey_store_reply_after(host), 65535,
                                         &port) != 0)
    {
        return -1;
    }

    address->host = host->text;
    address->port = (uint16_t) port;

    return 0;
}


static int
valkey_store_primaries_range(const valkey_store_reply_t *reply,
    valkey_store_range_t *range)
{
    const valkey_store_reply_t  *first, *last;

    if (reply->type != VALKEY_STORE_REPLY_ARRAY || reply->elements < 3) {
        return -1;
    }

    first = valkey_store_reply_first(reply);
    last = valkey_store_reply_after(first);

    if (valkey_store_primaries_number(first, VALKEY_STORE_SLOTS - 1,
                                      &range->first) != 0
        || valkey_store_primaries_number(last, VALKEY_STORE_SLOTS - 1,
                                         &range->last) != 0
        || range->first > range->last)
    {
        return -1;
    }

    return valkey_store_primaries_address(valkey_store_reply_after(last),
                                          &range->primary);
}


/* A server that has no name yet is "?"; one without TLS may have port 0. */
static int
valkey_store_primaries_is_reachable(const valkey_store_address_t *address)
{
    return address->port != 0
           && !(address->host.len == 1
                && *(const char *) address->host.data == '?');
}


static unsigned
valkey_store_primaries_server(valkey_store_primaries_t *primaries,
    const valkey_store_address_t *address)
{
    unsigned                       i;
    const valkey_store_address_t  *server;

    for (i = 0; i < primaries->servers; i++) {
        server = &primaries->server[i];

        if (server->port == address->port
            && ledger_text_same(&server->host, &address->host))
        {
            return i;
        }
    }

    primaries->server[i] = *address;
    primaries->servers++;

    return i;
}


/* Each server that comes in has a partition, so there are at most as many. */
static int
valkey_store_primaries_add(valkey_store_primaries_t *primaries,
    const valkey_store_range_t *range, uint64_t *seen)
{
    unsigned  i, slot;

    for (i = range->first / VALKEY_STORE_SPAN;
         i <= range->last / VALKEY_STORE_SPAN;
         i++)
    {
        slot = valkey_store_partition_slot(i);

        if (slot < range->first || slot > range->last) {
            continue;
        }

        /* Two servers for one slot: a wrong one would take our writes. */

        if (*seen & UINT64_C(1) << i) {
            return -1;
        }

        *seen |= UINT64_C(1) << i;

        if (valkey_store_primaries_is_reachable(&range->primary)) {
            primaries->of[i] = (uint8_t)
                valkey_store_primaries_server(primaries, &range->primary);
        }
    }

    return 0;
}


int
valkey_store_primaries(const valkey_store_reply_t *reply,
    valkey_store_primaries_t *primaries)
{
    size_t                       i;
    uint64_t                     seen;
    valkey_store_range_t         range;
    const valkey_store_reply_t  *element;

    primaries->servers = 0;
    memset(primaries->of, VALKEY_STORE_NO_PRIMARY, sizeof(primaries->of));

    if (reply->type != VALKEY_STORE_REPLY_ARRAY) {
        return -1;
    }

    seen = 0;
    element = valkey_store_reply_first(reply);

    for (i = 0; i < reply->elements; i++) {
        if (valkey_store_primaries_range(element, &range) != 0
            || valkey_store_primaries_add(primaries, &range, &seen) != 0)
        {
            return -1;
        }

        element = valkey_store_reply_after(element);
    }

    return 0;
}
