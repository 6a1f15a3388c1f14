
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <string.h>

#include "error.h"
#include "number.h"


typedef struct {
    const char             *word;
    valkey_store_action_t   action;
} valkey_store_error_t;


static const valkey_store_error_t  valkey_store_errors[] = {
    { "MOVED",       VALKEY_STORE_MOVED },
    { "ASK",         VALKEY_STORE_ASK },

    { "TRYAGAIN",    VALKEY_STORE_LATER },     /* its slot is on the move */
    { "CLUSTERDOWN", VALKEY_STORE_LATER },
    { "LOADING",     VALKEY_STORE_LATER },     /* its data, after a start */
    { "READONLY",    VALKEY_STORE_LATER },     /* a replica by now */
    { "MASTERDOWN",  VALKEY_STORE_LATER },
    { "UNBLOCKED",   VALKEY_STORE_LATER },     /* a WAIT, by a failover */
    { "NOREPLICAS",  VALKEY_STORE_LATER },
    { "BUSY",        VALKEY_STORE_LATER },     /* with somebody's script */

    /*
     * Its disk is full or broken: it refuses writes, and goes on by itself when
     * it can write again, or another server takes its place.
     */
    { "MISCONF",     VALKEY_STORE_LATER },

    { "NOSCRIPT",    VALKEY_STORE_LOAD },
    { "OOM",         VALKEY_STORE_FULL },

    { "NOAUTH",      VALKEY_STORE_DENIED },
    { "WRONGPASS",   VALKEY_STORE_DENIED },
    { "NOPERM",      VALKEY_STORE_DENIED },
};


/* Takes the next word of text, which ends at a space or with the text. */
static ledger_text_t
valkey_store_error_word(ledger_text_t *text)
{
    ledger_text_t  word;
    const char    *from, *space;

    from = text->data;
    space = (text->len == 0) ? NULL : memchr(from, ' ', text->len);

    word.data = from;
    word.len = (space == NULL) ? text->len : (size_t) (space - from);

    if (word.len != text->len) {
        text->data = from + word.len + 1;
        text->len -= word.len + 1;

    } else {
        text->len = 0;
    }

    return word;
}


valkey_store_action_t
valkey_store_error_action(const ledger_text_t *error)
{
    size_t         i;
    ledger_text_t  rest, word;

    rest = *error;
    word = valkey_store_error_word(&rest);

    for (i = 0;
         i < sizeof(valkey_store_errors) / sizeof(valkey_store_errors[0]);
         i++)
    {
        if (strlen(valkey_store_errors[i].word) == word.len
            && memcmp(valkey_store_errors[i].word, word.data, word.len) == 0)
        {
            return valkey_store_errors[i].action;
        }
    }

    return VALKEY_STORE_FAILED;
}


int
valkey_store_error_redirect(const ledger_text_t *error, unsigned *slot,
    valkey_store_address_t *address)
{
    size_t         len;
    unsigned       port;
    const char    *where;
    ledger_text_t  rest, word;

    rest = *error;
    (void) valkey_store_error_word(&rest);
    word = valkey_store_error_word(&rest);

    if (valkey_store_number_to(&word, VALKEY_STORE_SLOTS - 1, slot) != 0) {
        return -1;
    }

    /* The last colon: those before it are of IPv6. */

    word = valkey_store_error_word(&rest);
    where = word.data;

    for (len = word.len; len != 0 && where[len - 1] != ':'; len--) {
        /* void */
    }

    if (len == 0 || rest.len != 0) {
        return -1;
    }

    address->host.data = where;
    address->host.len = len - 1;
    word.data = where + len;
    word.len -= len;

    if (valkey_store_number_to(&word, 65535, &port) != 0 || port == 0
        || !valkey_store_address_host_is_sane(&address->host))
    {
        return -1;
    }

    address->port = (uint16_t) port;

    return 0;
}
