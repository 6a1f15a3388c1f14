
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A server that replies with an error has not carried the command out, and most
 * errors are over soon.  So the request waits again: for its new server, for
 * the script, for a moment.
 */


#include <string.h>

#include "parts.h"


static void
valkey_store_verdict_later(valkey_store_client_t *client,
    valkey_store_request_t *request)
{
    unsigned  partition;

    partition = request->partition;

    valkey_store_queue_again(client, request);
    valkey_store_queue_pause(client, partition);

    /* It lasts: the one that told us of this server may know no better. */

    valkey_store_guide_refresh(client, client->partition[partition].pause
                                       == VALKEY_STORE_PAUSE_MAX);
}


static void
valkey_store_verdict_odd(valkey_store_server_t *server,
    valkey_store_request_t *request)
{
    valkey_store_queue_again(server->client, request);
    valkey_store_link_odd(server->trunk);
}


/*
 * Two servers that send a partition back and forth would be asked as fast as
 * they answer: the second MOVED of a while makes a pause.
 */
static void
valkey_store_verdict_moved(valkey_store_client_t *client,
    valkey_store_request_t *request, valkey_store_server_t *to)
{
    int                        circles;
    uint64_t                   clock;
    valkey_store_partition_t  *partition;

    partition = &client->partition[request->partition];
    clock = valkey_store_clock(client);

    /* Another request of this turn has said so, too. */

    if (partition->server != to) {
        circles = (partition->moved_at + VALKEY_STORE_REFRESH_MIN > clock);
        partition->moved_at = clock;

        /* The pauses of the old server end, so this one begins after it. */

        valkey_store_plant_moved(client, request->partition, to);
        valkey_store_guide_refresh(client, 0);

        if (circles) {
            valkey_store_queue_pause(client, request->partition);
        }
    }

    valkey_store_queue_again(client, request);
}


static void
valkey_store_verdict_redirect(valkey_store_server_t *server,
    valkey_store_request_t *request, const ledger_text_t *error, int moved)
{
    unsigned                 slot;
    valkey_store_address_t   address;
    valkey_store_client_t   *client;
    valkey_store_server_t   *to;

    client = server->client;

    if (valkey_store_error_redirect(error, &slot, &address) != 0
        || slot != valkey_store_partition_slot(request->partition))
    {
        valkey_store_verdict_odd(server, request);
        return;
    }

    if (address.host.len == 0) {
        address.host = server->endpoint.address.host;
    }

    /* It has been asked by ASK, or is the one that it names. */

    to = valkey_store_plant_server(client, &address);

    if (to == NULL || to == server || server->turn.asks) {
        valkey_store_verdict_later(client, request);

    } else if (moved) {
        valkey_store_verdict_moved(client, request, to);

    } else {
        valkey_store_queue_add(&to->asks, request);
    }
}


static void
valkey_store_verdict_give_up(valkey_store_server_t *server,
    valkey_store_request_t *request, const ledger_text_t *error)
{
    char  why[VALKEY_STORE_ERROR_MAX];

    valkey_store_trouble_error(why, error);
    valkey_store_trouble(server->client, VALKEY_STORE_CRIT,
                         &server->endpoint.address, "a command failed: %s",
                         why);

    valkey_store_queue_finish(server->client, request, VALKEY_STORE_GIVEN_UP);
}


void
valkey_store_verdict(valkey_store_server_t *server,
    valkey_store_request_t *request, const ledger_text_t *error)
{
    switch (valkey_store_error_action(error)) {

    case VALKEY_STORE_MOVED:
        valkey_store_verdict_redirect(server, request, error, 1);
        return;

    case VALKEY_STORE_ASK:
        valkey_store_verdict_redirect(server, request, error, 0);
        return;

    case VALKEY_STORE_LOAD:
        server->loads = 1;

        /* fall through */

    case VALKEY_STORE_LATER:
        valkey_store_verdict_later(server->client, request);
        return;

    default:
        valkey_store_verdict_give_up(server, request, error);
    }
}
