
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Commands to the servers that have the partitions.
 *
 * A server may send us to another one in the middle: a slot moves, or another
 * server has become the primary.  The commands that have not been carried out
 * are sent again then, to the one that has the partition by now.
 */


#include <string.h>
#include <time.h>

#include "valkey_store/error.h"
#include "whatsauth_valkey.h"


/* So often, and so many milliseconds apart, is a command sent again. */
#define WHATSAUTH_VALKEY_ASK_TRIES  50
#define WHATSAUTH_VALKEY_ASK_PAUSE  200

/* The server has not carried a command out: error says why. */
#define WHATSAUTH_VALKEY_ASK_AGAIN  (-2)


typedef struct {
    const whatsauth_valkey_command_t  *command;
    size_t                             n;
    size_t                             done;
    whatsauth_valkey_reply_pt          each;
    void                              *data;

    /* Why it is to be sent again. */
    valkey_store_action_t              again;
    char                               host[256];      /* with ASK: there */
    uint16_t                           port;
} whatsauth_valkey_ask_t;


void
whatsauth_valkey_word(whatsauth_valkey_command_t *command, const void *data,
    size_t len)
{
    ledger_text_t  *word;

    word = &command->word[command->words++];
    word->data = data;
    word->len = len;
}


void
whatsauth_valkey_command(whatsauth_valkey_command_t *command,
    unsigned partition, const char *verb, const valkey_store_name_t *name)
{
    command->partition = partition;
    command->words = 0;

    whatsauth_valkey_word(command, verb, strlen(verb));
    whatsauth_valkey_word(command, name->data, name->len);
}


static int
whatsauth_valkey_ask_write(whatsauth_valkey_t *valkey,
    whatsauth_valkey_link_t *link, const whatsauth_valkey_command_t *command)
{
    unsigned  i;

    valkey_store_out_begin(&link->out, command->words);

    for (i = 0; i < command->words; i++) {
        valkey_store_out_word(&link->out, command->word[i].data,
                              command->word[i].len);
    }

    return valkey_store_out_end(&link->out) == 0
           ? 0 : whatsauth_valkey_fail(valkey, "memory is out");
}


static whatsauth_valkey_link_t *
whatsauth_valkey_ask_link(const whatsauth_valkey_t *valkey,
    const whatsauth_valkey_command_t *command)
{
    return valkey->server[valkey->of[command->partition]];
}


static int
whatsauth_valkey_ask_is_type(const ledger_text_t *error)
{
    static const char  word[] = "WRONGTYPE ";

    return error->len >= sizeof(word) - 1
           && memcmp(error->data, word, sizeof(word) - 1) == 0;
}


/* A reply that is an error: 0 for one that each() is to see, AGAIN or -1. */

static int
whatsauth_valkey_ask_error(whatsauth_valkey_t *valkey,
    whatsauth_valkey_ask_t *ask, const whatsauth_valkey_link_t *link,
    const valkey_store_reply_t *reply)
{
    unsigned                 slot;
    const ledger_text_t     *verb;
    valkey_store_address_t   to;

    if (whatsauth_valkey_ask_is_type(&reply->text)) {
        return 0;
    }

    verb = &ask->command[ask->done].word[0];
    (void) whatsauth_valkey_link_refused(valkey, link, verb->data, reply);

    ask->again = valkey_store_error_action(&reply->text);

    if (ask->again == VALKEY_STORE_ASK) {
        if (valkey_store_error_redirect(&reply->text, &slot, &to) == -1) {
            return -1;
        }

        snprintf(ask->host, sizeof(ask->host), "%.*s", (int) to.host.len,
                 (const char *) to.host.data);
        ask->port = to.port;

        if (to.host.len == 0) {
            memcpy(ask->host, link->host, sizeof(ask->host));
        }
    }

    return ask->again == VALKEY_STORE_ASK || ask->again == VALKEY_STORE_MOVED
           || ask->again == VALKEY_STORE_LATER
           ? WHATSAUTH_VALKEY_ASK_AGAIN : -1;
}


/* Sends all that is not done, and takes all replies, or their order is lost. */

static int
whatsauth_valkey_ask_round(whatsauth_valkey_t *valkey,
    whatsauth_valkey_ask_t *ask)
{
    int                          rc;
    size_t                       i, from;
    unsigned                     s;
    whatsauth_valkey_link_t     *link;
    const valkey_store_reply_t  *reply;

    from = ask->done;

    for (i = from; i < ask->n; i++) {
        link = whatsauth_valkey_ask_link(valkey, &ask->command[i]);

        if (whatsauth_valkey_ask_write(valkey, link, &ask->command[i]) == -1) {
            return -1;
        }
    }

    for (s = 0; s < valkey->servers; s++) {
        if (whatsauth_valkey_link_flush(valkey, valkey->server[s]) == -1) {
            return -1;
        }
    }

    for (rc = 0, i = from; i < ask->n; i++) {
        link = whatsauth_valkey_ask_link(valkey, &ask->command[i]);

        if (whatsauth_valkey_link_reply(valkey, link, &reply) == -1) {
            return -1;
        }

        if (rc == 0 && reply->type == VALKEY_STORE_REPLY_ERROR) {
            rc = whatsauth_valkey_ask_error(valkey, ask, link, reply);
        }

        if (rc == 0) {
            rc = ask->each(ask->data, i, reply);
            ask->done++;
        }
    }

    for (s = 0; s < valkey->servers; s++) {
        if (whatsauth_valkey_link_even(valkey, valkey->server[s]) == -1) {
            return -1;
        }
    }

    return rc;
}


/* The command that is next, at the server that has its key already. */

static int
whatsauth_valkey_ask_there(whatsauth_valkey_t *valkey,
    whatsauth_valkey_ask_t *ask)
{
    int                                rc;
    whatsauth_valkey_link_t           *link;
    const valkey_store_reply_t        *reply;
    const whatsauth_valkey_command_t  *command;

    static const char *const  asking[] = { "ASKING" };

    link = whatsauth_valkey_link_open(valkey, ask->host, ask->port, 1);
    if (link == NULL) {
        return -1;
    }

    command = &ask->command[ask->done];

    rc = whatsauth_valkey_link_call(valkey, link, asking, 1, &reply);

    if (rc == 0) {
        rc = whatsauth_valkey_ask_write(valkey, link, command);
    }

    if (rc == 0) {
        rc = whatsauth_valkey_link_flush(valkey, link);
    }

    if (rc == 0) {
        rc = whatsauth_valkey_link_reply(valkey, link, &reply);
    }

    if (rc == 0 && reply->type == VALKEY_STORE_REPLY_ERROR) {
        rc = whatsauth_valkey_ask_error(valkey, ask, link, reply);
    }

    if (rc == 0) {
        rc = ask->each(ask->data, ask->done, reply);
        ask->done++;
    }

    whatsauth_valkey_link_close(link);

    return rc;
}


static int
whatsauth_valkey_ask_again(whatsauth_valkey_t *valkey,
    whatsauth_valkey_ask_t *ask)
{
    static const struct timespec  pause = {
        0, WHATSAUTH_VALKEY_ASK_PAUSE * 1000000L
    };

    if (ask->again == VALKEY_STORE_ASK) {
        return whatsauth_valkey_ask_there(valkey, ask);
    }

    (void) nanosleep(&pause, NULL);

    return whatsauth_valkey_plant_find(valkey);
}


int
whatsauth_valkey_ask(whatsauth_valkey_t *valkey,
    const whatsauth_valkey_command_t *command, size_t n,
    whatsauth_valkey_reply_pt each, void *data)
{
    int                      rc;
    size_t                   done;
    unsigned                 tries;
    whatsauth_valkey_ask_t   ask;

    ask.command = command;
    ask.n = n;
    ask.done = 0;
    ask.each = each;
    ask.data = data;
    ask.again = VALKEY_STORE_FAILED;

    for (tries = 0; ask.done < n; tries++) {
        done = ask.done;
        rc = whatsauth_valkey_ask_round(valkey, &ask);

        if (rc == WHATSAUTH_VALKEY_ASK_AGAIN) {
            rc = whatsauth_valkey_ask_again(valkey, &ask);
        }

        if (rc != 0 && rc != WHATSAUTH_VALKEY_ASK_AGAIN) {
            return rc;
        }

        if (ask.done != done) {
            tries = 0;

        } else if (tries == WHATSAUTH_VALKEY_ASK_TRIES) {
            return -1;
        }
    }

    return 0;
}
