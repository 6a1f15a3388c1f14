
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Requests wait in the queue of their partition, whatever server has it: a new
 * map moves none of them.
 */


#include <stdlib.h>

#include "parts.h"


void
valkey_store_queue_init(valkey_store_queue_t *queue)
{
    queue->first = NULL;
    queue->last = &queue->first;
}


valkey_store_request_t *
valkey_store_queue_take(valkey_store_queue_t *queue)
{
    valkey_store_request_t  *request;

    request = queue->first;

    if (request != NULL) {
        queue->first = request->next;

        if (queue->first == NULL) {
            queue->last = &queue->first;
        }
    }

    return request;
}


void
valkey_store_queue_add(valkey_store_queue_t *queue,
    valkey_store_request_t *request)
{
    request->next = NULL;
    *queue->last = request;
    queue->last = &request->next;
}


/* It is older than those which have come since. */

void
valkey_store_queue_again(valkey_store_client_t *client,
    valkey_store_request_t *request)
{
    valkey_store_queue_t  *queue;

    free(request->reply);
    request->reply = NULL;

    queue = &client->partition[request->partition].queue;
    request->next = queue->first;
    queue->first = request;

    if (request->next == NULL) {
        queue->last = &request->next;
    }
}


void
valkey_store_queue_pause(valkey_store_client_t *client, unsigned partition)
{
    uint64_t                   clock;
    valkey_store_partition_t  *at;

    at = &client->partition[partition];
    clock = valkey_store_clock(client);

    /* Several requests of one turn met the same error. */

    if (at->not_before > clock) {
        return;
    }

    at->pause = valkey_store_client_longer(at->pause, VALKEY_STORE_PAUSE_MIN,
                                           VALKEY_STORE_PAUSE_MAX);
    at->not_before = clock + at->pause;
}


/* The owner may free the request, or send it again: it is taken apart first. */

void
valkey_store_queue_finish(valkey_store_client_t *client,
    valkey_store_request_t *request, valkey_store_outcome_t outcome)
{
    valkey_store_reply_t  *reply;

    reply = request->reply;
    request->reply = NULL;
    client->waiting--;
    client->partition[request->partition].waiting--;

    request->done(request, outcome,
                  (outcome == VALKEY_STORE_CONFIRMED) ? reply : NULL);

    free(reply);
}


/*
 * Moves the overdue from one queue to another.  None is ended here: an owner
 * may send another one to the queue that is being read.
 */
static void
valkey_store_queue_sift(valkey_store_queue_t *queue,
    valkey_store_queue_t *overdue, uint64_t clock, uint64_t *until)
{
    valkey_store_queue_t     all;
    valkey_store_request_t  *request;

    all = *queue;

    if (all.first == NULL) {
        return;
    }

    valkey_store_queue_init(queue);

    for ( ;; ) {
        request = valkey_store_queue_take(&all);

        if (request == NULL) {
            return;
        }

        if (request->until <= clock) {
            valkey_store_queue_add(overdue, request);
            continue;
        }

        if (request->until < *until) {
            *until = request->until;
        }

        valkey_store_queue_add(queue, request);
    }
}


/* Their replies are still to come, and will be passed over. */
static void
valkey_store_queue_sift_turn(valkey_store_turn_t *turn,
    valkey_store_queue_t *overdue, uint64_t clock, uint64_t *until)
{
    size_t                   i;
    valkey_store_request_t  *request;

    for (i = 0; i < turn->n; i++) {
        request = turn->request[i];

        if (request == NULL) {
            continue;
        }

        if (request->until <= clock) {
            turn->request[i] = NULL;
            valkey_store_queue_add(overdue, request);

        } else if (request->until < *until) {
            *until = request->until;
        }
    }
}


void
valkey_store_queue_overdue(valkey_store_client_t *client, int all)
{
    unsigned                 i;
    uint64_t                 clock;
    valkey_store_queue_t     overdue;
    valkey_store_server_t   *server;
    valkey_store_request_t  *request;

    clock = all ? UINT64_MAX : valkey_store_clock(client);

    if (client->waiting == 0 || client->until > clock) {
        return;
    }

    valkey_store_queue_init(&overdue);
    client->until = UINT64_MAX;

    for (i = 0; i < VALKEY_STORE_PARTITIONS; i++) {
        valkey_store_queue_sift(&client->partition[i].queue, &overdue, clock,
                                &client->until);
    }

    for (server = client->servers; server != NULL; server = server->next) {
        valkey_store_queue_sift(&server->asks, &overdue, clock,
                                &client->until);
        valkey_store_queue_sift_turn(&server->turn, &overdue, clock,
                                     &client->until);
    }

    for ( ;; ) {
        request = valkey_store_queue_take(&overdue);

        if (request == NULL) {
            return;
        }

        valkey_store_queue_finish(client, request, VALKEY_STORE_GIVEN_UP);
    }
}
