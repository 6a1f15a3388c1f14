
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Commands to a server, and their replies in the order of the commands.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "whatsauth_valkey.h"


#define WHATSAUTH_VALKEY_LINK_READ  65536


/*
 * A reply has at most a part of an index or of a list of names: see what asks
 * for them.
 */
static const valkey_store_limits_t  whatsauth_valkey_link_limits = {
    .bulk = 1024 * 1024,
    .bytes = 64 * 1024 * 1024,
    .replies = 1024 * 1024,
    .depth = VALKEY_STORE_DEPTH_MAX,
    .passed = VALKEY_STORE_PASSED_MAX
};


static int
whatsauth_valkey_link_fail(whatsauth_valkey_t *valkey,
    const whatsauth_valkey_link_t *link, const char *why)
{
    return whatsauth_valkey_fail(valkey, "%s port %u: %s", link->host,
                                 (unsigned) link->port, why);
}


int
whatsauth_valkey_link_refused(whatsauth_valkey_t *valkey,
    const whatsauth_valkey_link_t *link, const char *command,
    const valkey_store_reply_t *reply)
{
    if (reply->type != VALKEY_STORE_REPLY_ERROR) {
        return whatsauth_valkey_fail(valkey, "%s port %u: an odd reply to %s",
                                     link->host, (unsigned) link->port,
                                     command);
    }

    return whatsauth_valkey_fail(valkey, "%s port %u refuses %s: %.*s",
                                 link->host, (unsigned) link->port, command,
                                 (int) reply->text.len,
                                 (const char *) reply->text.data);
}


int
whatsauth_valkey_link_flush(whatsauth_valkey_t *valkey,
    whatsauth_valkey_link_t *link)
{
    char  why[WHATSAUTH_VALKEY_ERROR_MAX];

    if (whatsauth_valkey_socket_write(&link->sock, link->out.data,
                                      link->out.len, why)
        == -1)
    {
        return whatsauth_valkey_link_fail(valkey, link, why);
    }

    link->out.len = 0;

    return 0;
}


int
whatsauth_valkey_link_reply(whatsauth_valkey_t *valkey,
    whatsauth_valkey_link_t *link, const valkey_store_reply_t **reply)
{
    int                   n;
    char                  why[WHATSAUTH_VALKEY_ERROR_MAX];
    char                  data[WHATSAUTH_VALKEY_LINK_READ];
    valkey_store_read_t   rc;

    for ( ;; ) {
        rc = valkey_store_reader_next(&link->reader, reply);

        if (rc == VALKEY_STORE_READ_AGAIN) {
            n = whatsauth_valkey_socket_read(&link->sock, data, sizeof(data),
                                             why);
            if (n == -1) {
                return whatsauth_valkey_link_fail(valkey, link, why);
            }

            rc = valkey_store_reader_add(&link->reader, data, (size_t) n);

            if (rc == VALKEY_STORE_READ_OK) {
                continue;
            }
        }

        if (rc == VALKEY_STORE_READ_OK) {
            return 0;
        }

        return whatsauth_valkey_link_fail(valkey, link,
                                          rc == VALKEY_STORE_READ_MEMORY
                                          ? "memory is out"
                                          : "it does not speak RESP");
    }
}


int
whatsauth_valkey_link_even(whatsauth_valkey_t *valkey,
    const whatsauth_valkey_link_t *link)
{
    return link->reader.pos == link->reader.len
           ? 0 : whatsauth_valkey_link_fail(valkey, link,
                                            "it sends more than replies");
}


int
whatsauth_valkey_link_call(whatsauth_valkey_t *valkey,
    whatsauth_valkey_link_t *link, const char *const *word, size_t n,
    const valkey_store_reply_t **reply)
{
    size_t  i;

    valkey_store_out_begin(&link->out, n);

    for (i = 0; i < n; i++) {
        valkey_store_out_word(&link->out, word[i], strlen(word[i]));
    }

    if (valkey_store_out_end(&link->out) == -1) {
        return whatsauth_valkey_fail(valkey, "memory is out");
    }

    return whatsauth_valkey_link_flush(valkey, link) == 0
           && whatsauth_valkey_link_reply(valkey, link, reply) == 0
           ? whatsauth_valkey_link_even(valkey, link) : -1;
}


int
whatsauth_valkey_link_info(whatsauth_valkey_t *valkey,
    whatsauth_valkey_link_t *link, valkey_store_settings_t *settings)
{
    const valkey_store_reply_t  *reply;

    memset(settings, 0, sizeof(valkey_store_settings_t));

    if (valkey_store_settings_info_write(&link->out) == -1) {
        return whatsauth_valkey_fail(valkey, "memory is out");
    }

    if (whatsauth_valkey_link_flush(valkey, link) == -1
        || whatsauth_valkey_link_reply(valkey, link, &reply) == -1)
    {
        return -1;
    }

    return reply->type == VALKEY_STORE_REPLY_BULK
           && valkey_store_settings_info_read(reply, settings) == 0
           ? 0 : whatsauth_valkey_link_refused(valkey, link, "INFO", reply);
}


/* The password is no text: it may have any byte. */

static int
whatsauth_valkey_link_login(whatsauth_valkey_t *valkey,
    whatsauth_valkey_link_t *link)
{
    const valkey_store_reply_t        *reply;
    const whatsauth_valkey_options_t  *options;

    options = &valkey->options;

    if (options->password_len == 0) {
        return 0;
    }

    valkey_store_out_begin(&link->out, options->user == NULL ? 2 : 3);
    valkey_store_out_word(&link->out, "AUTH", 4);

    if (options->user != NULL) {
        valkey_store_out_word(&link->out, options->user,
                              strlen(options->user));
    }

    valkey_store_out_word(&link->out, options->password,
                          options->password_len);

    if (valkey_store_out_end(&link->out) == -1) {
        return whatsauth_valkey_fail(valkey, "memory is out");
    }

    if (whatsauth_valkey_link_flush(valkey, link) == -1
        || whatsauth_valkey_link_reply(valkey, link, &reply) == -1)
    {
        return -1;
    }

    return reply->type == VALKEY_STORE_REPLY_STATUS
           ? 0 : whatsauth_valkey_link_refused(valkey, link, "AUTH", reply);
}


whatsauth_valkey_link_t *
whatsauth_valkey_link_open(whatsauth_valkey_t *valkey, const char *host,
    uint16_t port, int login)
{
    char                      why[WHATSAUTH_VALKEY_ERROR_MAX];
    whatsauth_valkey_link_t  *link;

    link = calloc(1, sizeof(whatsauth_valkey_link_t));
    if (link == NULL) {
        (void) whatsauth_valkey_fail(valkey, "memory is out");
        return NULL;
    }

    snprintf(link->host, sizeof(link->host), "%s", host);
    link->port = port;
    valkey_store_reader_init(&link->reader, &whatsauth_valkey_link_limits);

    if (whatsauth_valkey_socket_open(&link->sock, host, port, valkey->ssl, why)
        == -1)
    {
        (void) whatsauth_valkey_link_fail(valkey, link, why);
        whatsauth_valkey_link_close(link);
        return NULL;
    }

    if (login && whatsauth_valkey_link_login(valkey, link) == -1) {
        whatsauth_valkey_link_close(link);
        return NULL;
    }

    return link;
}


void
whatsauth_valkey_link_close(whatsauth_valkey_link_t *link)
{
    whatsauth_valkey_socket_close(&link->sock);
    valkey_store_reader_free(&link->reader);
    free(link->out.data);
    free(link);
}
