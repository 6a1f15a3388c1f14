
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <inttypes.h>
#include <string.h>

#include "parts.h"


void
valkey_store_turn_begin(valkey_store_server_t *server)
{
    int  replies;

    replies = valkey_store_turn_write(server);

    if (replies < 0) {
        valkey_store_link_fail(server->trunk, "no memory");

    } else if (replies > 0) {
        valkey_store_link_send(server->trunk, (size_t) replies);
    }
}


void
valkey_store_turn_back(valkey_store_server_t *server)
{
    size_t                i;
    valkey_store_turn_t  *turn;

    turn = &server->turn;

    for (i = turn->n; i != 0; i--) {
        if (turn->request[i - 1] != NULL) {
            valkey_store_queue_again(server->client, turn->request[i - 1]);
        }
    }

    turn->n = 0;
}


static void
valkey_store_turn_confirm(valkey_store_server_t *server)
{
    size_t                   i, n;
    valkey_store_turn_t     *turn;
    valkey_store_request_t  *request;

    turn = &server->turn;
    n = turn->n;
    turn->n = 0;

    for (i = 0; i < n; i++) {
        request = turn->request[i];

        if (request != NULL) {
            server->client->partition[request->partition].pause = 0;
            valkey_store_queue_finish(server->client, request,
                                      request->outcome);
        }
    }
}


/* A reply to a request: it is kept until the turn is confirmed. */
static void
valkey_store_turn_take(valkey_store_server_t *server, size_t i,
    const valkey_store_reply_t *reply)
{
    valkey_store_request_t  *request;

    request = server->turn.request[i];

    if (request == NULL) {
        return;
    }

    if (reply->type == VALKEY_STORE_REPLY_ERROR
        && valkey_store_error_action(&reply->text) != VALKEY_STORE_FULL)
    {
        server->turn.request[i] = NULL;
        valkey_store_verdict(server, request, &reply->text);
        return;
    }

    if (reply->type == VALKEY_STORE_REPLY_ERROR) {
        request->outcome = VALKEY_STORE_NO_MEMORY;
        return;
    }

    if (reply->type == VALKEY_STORE_REPLY_LONG) {
        valkey_store_trouble(server->client, VALKEY_STORE_CRIT,
                             &server->endpoint.address,
                             "a value of %" PRId64 " bytes is passed over",
                             reply->integer);
    }

    request->outcome = VALKEY_STORE_CONFIRMED;
    request->reply = valkey_store_reply_copy(reply);

    if (request->reply == NULL) {
        server->turn.request[i] = NULL;
        valkey_store_queue_again(server->client, request);
        valkey_store_queue_pause(server->client, request->partition);
    }
}


/*
 * The partition of the mark may be on the move, and others of the server are
 * not.  With any other error it confirms nothing any more: a primary that has
 * become a replica, for one.
 */
static void
valkey_store_turn_refused(valkey_store_server_t *server,
    const ledger_text_t *error)
{
    char  why[VALKEY_STORE_ERROR_MAX];

    switch (valkey_store_error_action(error)) {

    case VALKEY_STORE_FULL:
        server->makes_mark = 0;

        /* fall through */

    case VALKEY_STORE_MOVED:
    case VALKEY_STORE_ASK:
        server->mark = (server->mark + 1) % VALKEY_STORE_PARTITIONS;
        valkey_store_guide_refresh(server->client, 0);
        return;

    default:
        valkey_store_trouble_error(why, error);
        valkey_store_link_fail(server->trunk, why);
    }
}


static void
valkey_store_turn_take_mark(valkey_store_server_t *server,
    const valkey_store_reply_t *reply)
{
    int  is_set;

    is_set = (server->turn.asks || server->makes_mark);

    if (reply->type == VALKEY_STORE_REPLY_ERROR) {
        valkey_store_turn_refused(server, &reply->text);

    } else if (is_set && reply->type == VALKEY_STORE_REPLY_STATUS) {
        server->makes_mark = 0;
        server->turn.marked = 1;

    } else if (!is_set && reply->type == VALKEY_STORE_REPLY_INTEGER) {
        server->makes_mark = (reply->integer == 0);
        server->turn.marked = !server->makes_mark;

    } else {
        valkey_store_link_odd(server->trunk);
    }
}


/* It is told once that replicas are missing, and once that they are back. */
static void
valkey_store_turn_count(valkey_store_server_t *server, int64_t answered)
{
    unsigned  lacks, replicas;

    replicas = server->client->options->replicas;
    lacks = (answered < (int64_t) replicas);

    if (lacks == server->lacks) {
        return;
    }

    server->lacks = lacks & 1;

    if (lacks) {
        valkey_store_trouble(server->client, VALKEY_STORE_ALERT,
                             &server->endpoint.address,
                             "fewer than %u replicas answer", replicas);

    } else {
        valkey_store_trouble(server->client, VALKEY_STORE_NOTICE,
                             &server->endpoint.address,
                             "%u replicas answer", replicas);
    }
}


static void
valkey_store_turn_take_wait(valkey_store_server_t *server,
    const valkey_store_reply_t *reply)
{
    char  why[VALKEY_STORE_ERROR_MAX];

    if (reply->type == VALKEY_STORE_REPLY_ERROR) {
        valkey_store_trouble_error(why, &reply->text);
        valkey_store_link_fail(server->trunk, why);
        return;
    }

    if (reply->type != VALKEY_STORE_REPLY_INTEGER) {
        valkey_store_link_odd(server->trunk);
        return;
    }

    valkey_store_turn_count(server, reply->integer);
    server->turn.waited = !server->lacks;
}


static void
valkey_store_turn_take_number(valkey_store_server_t *server,
    const valkey_store_reply_t *reply)
{
    valkey_store_turn_t  *turn;

    turn = &server->turn;

    if (reply->type != VALKEY_STORE_REPLY_BULK
        || reply->text.len != sizeof(turn->number)
        || memcmp(reply->text.data, &turn->number, sizeof(turn->number)) != 0)
    {
        valkey_store_link_odd(server->trunk);

    } else if (server->client->options->replicas == 0
               || (turn->marked && turn->waited))
    {
        valkey_store_turn_confirm(server);

    } else {
        valkey_store_turn_back(server);
    }
}


/* The requests stand before these, each behind its ASKING if it needs one. */
static void
valkey_store_turn_take_end(valkey_store_server_t *server,
    const valkey_store_reply_t *reply)
{
    switch (server->trunk->missing) {

    case 0:
        valkey_store_turn_take_number(server, reply);
        return;

    case 1:
        valkey_store_turn_take_wait(server, reply);
        return;

    case 2:
        valkey_store_turn_take_mark(server, reply);
        return;

    default:                                   /* ASKING of the mark */
        return;
    }
}


void
valkey_store_turn_reply(valkey_store_server_t *server,
    const valkey_store_reply_t *reply)
{
    size_t                at, each;
    valkey_store_turn_t  *turn;

    turn = &server->turn;
    each = 1 + turn->asks;
    at = turn->replies++;

    if (at >= turn->n * each) {
        valkey_store_turn_take_end(server, reply);

    } else if (at % each == each - 1) {
        valkey_store_turn_take(server, at / each, reply);
    }
}
