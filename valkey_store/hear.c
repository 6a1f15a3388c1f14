
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * An ear hears messages, and among them the replies to its own commands.  The
 * first word tells which is which.
 */


#include <string.h>

#include "parts.h"


#define VALKEY_STORE_HEAR_KEY  8


/* The slot has moved, most likely. */
static void
valkey_store_hear_error(valkey_store_server_t *server,
    const ledger_text_t *error)
{
    char  why[VALKEY_STORE_ERROR_MAX];

    valkey_store_trouble_error(why, error);

    if (valkey_store_error_action(error) == VALKEY_STORE_DENIED) {
        valkey_store_trouble(server->client, VALKEY_STORE_CRIT,
                             &server->endpoint.address,
                             "a command failed: %s", why);
    }

    valkey_store_link_fail(server->ear, why);
    valkey_store_guide_refresh(server->client, 0);
}


/* Returns 0, or -1: nothing has been asked that this could be the reply to. */
static int
valkey_store_hear_answered(valkey_store_server_t *server)
{
    if (server->ear->missing == 0) {
        return -1;
    }

    valkey_store_link_answered(server->ear);

    return 0;
}


static int
valkey_store_hear_entered(valkey_store_server_t *server)
{
    server->ear_retry = 0;
    server->client->tells_all = 1;

    return valkey_store_hear_answered(server);
}


/*
 * A server that gives a slot away takes the subscription back by itself; only
 * one that we have left is a reply.
 */
static int
valkey_store_hear_left(valkey_store_server_t *server, uint64_t bit)
{
    if (server->leaves & bit) {
        server->leaves &= ~bit;

        return valkey_store_hear_answered(server);
    }

    server->asked &= ~bit;
    valkey_store_guide_refresh(server->client, 0);

    return 0;
}


/* Anybody may publish: what is no key tells nothing. */
static void
valkey_store_hear_key(valkey_store_client_t *client, unsigned partition,
    const ledger_text_t *text)
{
    size_t                i;
    uint64_t              key;
    const unsigned char  *p;

    if (text->len != VALKEY_STORE_HEAR_KEY) {
        return;
    }

    p = text->data;

    for (key = 0, i = 0; i < VALKEY_STORE_HEAR_KEY; i++) {
        key = key << 8 | p[i];
    }

    if (valkey_store_partition(key) == partition) {
        client->io->told(client->data, key);
    }
}


static int
valkey_store_hear_is(const valkey_store_reply_t *kind, const char *word)
{
    return kind->text.len == strlen(word)
           && memcmp(kind->text.data, word, kind->text.len) == 0;
}


/* [kind, channel, number or message].  Returns 0, or -1: an odd one. */
static int
valkey_store_hear_take(valkey_store_server_t *server,
    const valkey_store_reply_t *kind)
{
    valkey_store_place_t         place;
    const valkey_store_reply_t  *channel, *last;

    channel = valkey_store_reply_after(kind);
    last = valkey_store_reply_after(channel);

    if (kind->type != VALKEY_STORE_REPLY_BULK
        || channel->type != VALKEY_STORE_REPLY_BULK
        || valkey_store_name_read(&channel->text,
                                  &server->client->options->prefix, &place)
           != 0
        || place.kind != VALKEY_STORE_TOLD)
    {
        return -1;
    }

    if (valkey_store_hear_is(kind, "ssubscribe")) {
        return valkey_store_hear_entered(server);
    }

    if (valkey_store_hear_is(kind, "sunsubscribe")) {
        return valkey_store_hear_left(server,
                                      UINT64_C(1) << place.partition);
    }

    if (valkey_store_hear_is(kind, "smessage")) {
        valkey_store_hear_key(server->client, place.partition, &last->text);
        return 0;
    }

    return -1;
}


/* ["pong", ""], or PONG of a server without subscriptions, as of now. */
static int
valkey_store_hear_is_pong(const valkey_store_reply_t *reply)
{
    if (reply->type == VALKEY_STORE_REPLY_STATUS) {
        return valkey_store_hear_is(reply, "PONG");
    }

    return reply->type == VALKEY_STORE_REPLY_ARRAY && reply->elements == 2
           && valkey_store_hear_is(valkey_store_reply_first(reply), "pong");
}


void
valkey_store_hear(valkey_store_server_t *server,
    const valkey_store_reply_t *reply)
{
    int  rc;

    if (reply->type == VALKEY_STORE_REPLY_ERROR) {
        valkey_store_hear_error(server, &reply->text);
        return;
    }

    if (valkey_store_hear_is_pong(reply)) {
        rc = valkey_store_hear_answered(server);

    } else if (reply->type == VALKEY_STORE_REPLY_ARRAY && reply->elements == 3)
    {
        rc = valkey_store_hear_take(server, valkey_store_reply_first(reply));

    } else {
        rc = -1;
    }

    if (rc != 0) {
        valkey_store_link_odd(server->ear);
    }
}
