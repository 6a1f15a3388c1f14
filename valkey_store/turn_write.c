
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 *     requests
 *     PEXPIRE PREFIX:{TAG}:mark ...
 *     WAIT N 500
 *     PING NUMBER
 *
 * WAIT counts the replicas that have what this connection has written, and all
 * of them if it has written nothing: so each turn writes the mark.  Danger:
 * without it a read would be believed of a server that has been cut off, and of
 * what the next primary never hears of.
 *
 * PEXPIRE of a key that is there needs no memory, which a server may have none
 * of.  If the key is not there, the turn cannot be confirmed, and the next one
 * makes it.
 *
 * The number comes back as the last reply.  Danger: a reply too many would make
 * each that follows the reply to another command, and the turn would end with
 * WAIT's still to come.
 */


#include <string.h>

#include "parts.h"


/* In ms: the marks of a store that nobody uses any more go. */
#define VALKEY_STORE_TURN_WRITE_MARK  86400000

/* In ms: the one of a turn to a server that a slot is moving to. */
#define VALKEY_STORE_TURN_WRITE_ONCE  1000


static void
valkey_store_turn_write_word(valkey_store_out_t *out, const char *word)
{
    valkey_store_out_word(out, word, strlen(word));
}


static int
valkey_store_turn_write_asking(valkey_store_out_t *out)
{
    valkey_store_out_begin(out, 1);
    valkey_store_turn_write_word(out, "ASKING");

    return valkey_store_out_end(out);
}


/* Adds a request, or puts it back where there is no memory. */
static int
valkey_store_turn_write_add(valkey_store_server_t *server,
    valkey_store_request_t *request)
{
    size_t                len;
    valkey_store_out_t   *out;
    valkey_store_turn_t  *turn;

    turn = &server->turn;
    out = &server->trunk->out;
    len = out->len;

    if ((turn->asks && valkey_store_turn_write_asking(out) != 0)
        || request->write(request, out) != 0)
    {
        out->len = len;
        valkey_store_queue_again(server->client, request);
        valkey_store_queue_pause(server->client, request->partition);

        return -1;
    }

    turn->request[turn->n++] = request;

    return 0;
}


static int
valkey_store_turn_write_fill(valkey_store_server_t *server,
    valkey_store_queue_t *queue)
{
    valkey_store_turn_t     *turn;
    valkey_store_request_t  *request;

    turn = &server->turn;

    while (turn->n < VALKEY_STORE_TURN_MAX
           && server->trunk->out.len < VALKEY_STORE_TURN_BYTES)
    {
        request = valkey_store_queue_take(queue);

        if (request == NULL) {
            return 0;
        }

        if (valkey_store_turn_write_add(server, request) != 0) {
            return -1;
        }
    }

    return -1;
}


/* The next turn begins with the partition that has found no room in this. */
static void
valkey_store_turn_write_collect(valkey_store_server_t *server)
{
    unsigned                   n;
    uint64_t                   clock;
    valkey_store_client_t     *client;
    valkey_store_partition_t  *partition;

    client = server->client;
    clock = valkey_store_clock(client);

    for (n = 0; n < VALKEY_STORE_PARTITIONS; n++) {
        partition = &client->partition[server->from];

        if (partition->server == server && partition->queue.first != NULL) {
            if (partition->not_before > clock) {
                valkey_store_client_wake(client, partition->not_before);

            } else if (valkey_store_turn_write_fill(server, &partition->queue)
                       != 0)
            {
                return;
            }
        }

        server->from = (server->from + 1) % VALKEY_STORE_PARTITIONS;
    }
}


/*
 * A slot that moves has its keys on two servers.  The server that it moves to
 * gets a key of another name each time: the mark itself still comes.
 */
static void
valkey_store_turn_write_mark_once(valkey_store_server_t *server,
    valkey_store_out_t *out)
{
    uint64_t             key;
    valkey_store_name_t  name;

    key = server->turn.number / VALKEY_STORE_PARTITIONS
          * VALKEY_STORE_PARTITIONS + server->turn.request[0]->partition;

    valkey_store_name_key(&name, &server->client->options->prefix,
                          VALKEY_STORE_PASSING, key);

    valkey_store_out_begin(out, 5);
    valkey_store_turn_write_word(out, "SET");
    valkey_store_out_word(out, name.data, name.len);
    valkey_store_turn_write_word(out, "");
    valkey_store_turn_write_word(out, "PX");
    valkey_store_out_number(out, VALKEY_STORE_TURN_WRITE_ONCE);
}


static void
valkey_store_turn_write_mark(valkey_store_server_t *server,
    valkey_store_out_t *out)
{
    valkey_store_name_t  name;

    while (server->client->partition[server->mark].server != server) {
        server->mark = (server->mark + 1) % VALKEY_STORE_PARTITIONS;
    }

    valkey_store_name(&name, &server->client->options->prefix, server->mark,
                      VALKEY_STORE_MARK);

    valkey_store_out_begin(out, server->makes_mark ? 5 : 3);
    valkey_store_turn_write_word(out, server->makes_mark ? "SET" : "PEXPIRE");
    valkey_store_out_word(out, name.data, name.len);

    if (server->makes_mark) {
        valkey_store_turn_write_word(out, "");
        valkey_store_turn_write_word(out, "PX");
    }

    valkey_store_out_number(out, VALKEY_STORE_TURN_WRITE_MARK);
}


/* Adds the mark and WAIT.  Returns the number of replies, or -1: no memory. */
static int
valkey_store_turn_write_wait(valkey_store_server_t *server,
    valkey_store_out_t *out)
{
    if (server->client->options->replicas == 0) {
        return 0;
    }

    if (server->turn.asks) {
        if (valkey_store_turn_write_asking(out) != 0) {
            return -1;
        }

        valkey_store_turn_write_mark_once(server, out);

    } else {
        valkey_store_turn_write_mark(server, out);
    }

    if (valkey_store_out_end(out) != 0) {
        return -1;
    }

    valkey_store_out_begin(out, 3);
    valkey_store_turn_write_word(out, "WAIT");
    valkey_store_out_number(out, server->client->options->replicas);
    valkey_store_out_number(out, VALKEY_STORE_WAIT);

    return (valkey_store_out_end(out) != 0) ? -1 : 2 + server->turn.asks;
}


static int
valkey_store_turn_write_end(valkey_store_server_t *server)
{
    int                  replies;
    valkey_store_out_t  *out;

    out = &server->trunk->out;
    replies = valkey_store_turn_write_wait(server, out);

    valkey_store_out_begin(out, 2);
    valkey_store_turn_write_word(out, "PING");
    valkey_store_out_word(out, &server->turn.number,
                          sizeof(server->turn.number));

    return (valkey_store_out_end(out) != 0 || replies < 0) ? -1 : replies + 1;
}


int
valkey_store_turn_write(valkey_store_server_t *server)
{
    int                   end;
    valkey_store_turn_t  *turn;

    turn = &server->turn;

    turn->n = 0;
    turn->replies = 0;
    turn->marked = 0;
    turn->waited = 0;
    turn->number = valkey_store_client_random(server->client);
    turn->asks = (server->asks.first != NULL);

    if (turn->asks) {
        (void) valkey_store_turn_write_fill(server, &server->asks);

    } else {
        valkey_store_turn_write_collect(server);
    }

    if (turn->n == 0) {
        return 0;
    }

    end = valkey_store_turn_write_end(server);

    if (end < 0) {
        server->trunk->out.len = 0;
        return -1;
    }

    return (int) turn->n * (1 + turn->asks) + end;
}
