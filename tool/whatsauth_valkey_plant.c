
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The servers of a store.
 */


#include <stdio.h>
#include <string.h>

#include "valkey_store/number.h"
#include "whatsauth_valkey.h"


typedef struct {
    char       host[256];
    uint16_t   port;
} whatsauth_valkey_plant_server_t;

typedef struct {
    unsigned                          servers;
    whatsauth_valkey_plant_server_t   server[VALKEY_STORE_PARTITIONS];
    uint8_t                           of[VALKEY_STORE_PARTITIONS];
} whatsauth_valkey_plant_t;


static void
whatsauth_valkey_plant_add(whatsauth_valkey_plant_t *plant, const void *host,
    size_t len, uint16_t port)
{
    whatsauth_valkey_plant_server_t  *server;

    server = &plant->server[plant->servers++];

    if (len >= sizeof(server->host)) {
        len = sizeof(server->host) - 1;
    }

    memcpy(server->host, host, len);
    server->host[len] = '\0';
    server->port = port;
}


/* One server has all partitions. */

static void
whatsauth_valkey_plant_single(whatsauth_valkey_plant_t *plant,
    const void *host, size_t len, uint16_t port)
{
    plant->servers = 0;
    memset(plant->of, 0, sizeof(plant->of));
    whatsauth_valkey_plant_add(plant, host, len, port);
}


static int
whatsauth_valkey_plant_slots(whatsauth_valkey_t *valkey,
    whatsauth_valkey_link_t *link, whatsauth_valkey_plant_t *plant)
{
    unsigned                     i;
    const void                  *lost;
    const ledger_text_t         *host;
    valkey_store_primaries_t     primaries;
    const valkey_store_reply_t  *reply;

    static const char *const  slots[] = { "CLUSTER", "SLOTS" };

    if (whatsauth_valkey_link_call(valkey, link, slots, 2, &reply) == -1) {
        return -1;
    }

    if (valkey_store_primaries(reply, &primaries) == -1) {
        return whatsauth_valkey_link_refused(valkey, link, "CLUSTER SLOTS",
                                             reply);
    }

    lost = memchr(primaries.of, VALKEY_STORE_NO_PRIMARY,
                  sizeof(primaries.of));
    if (lost != NULL) {
        return whatsauth_valkey_fail(valkey, "no server of the cluster has"
                                     " slot %u",
                                     valkey_store_partition_slot(
                                         (unsigned) ((const uint8_t *) lost
                                                     - primaries.of)));
    }

    plant->servers = 0;
    memcpy(plant->of, primaries.of, sizeof(plant->of));

    for (i = 0; i < primaries.servers; i++) {
        host = &primaries.server[i].host;

        if (host->len == 0) {
            whatsauth_valkey_plant_add(plant, link->host, strlen(link->host),
                                       primaries.server[i].port);

        } else {
            whatsauth_valkey_plant_add(plant, host->data, host->len,
                                       primaries.server[i].port);
        }
    }

    return 0;
}


static int
whatsauth_valkey_plant_ask(whatsauth_valkey_t *valkey,
    whatsauth_valkey_link_t *link, whatsauth_valkey_plant_t *plant)
{
    valkey_store_settings_t  settings;

    if (whatsauth_valkey_link_info(valkey, link, &settings) == -1) {
        return -1;
    }

    if (settings.flags & VALKEY_STORE_IS_CLUSTER) {
        return whatsauth_valkey_plant_slots(valkey, link, plant);
    }

    if (valkey->options.url.hosts != 1) {
        return whatsauth_valkey_fail(valkey, "%s port %u is not one of a"
                                     " cluster, and the URL has several"
                                     " hosts", link->host,
                                     (unsigned) link->port);
    }

    whatsauth_valkey_plant_single(plant, link->host, strlen(link->host),
                                  link->port);

    return 0;
}


/* Asks a Sentinel for the primary: 0, or -1. */

static int
whatsauth_valkey_plant_sentinel(whatsauth_valkey_t *valkey,
    whatsauth_valkey_link_t *link, whatsauth_valkey_plant_t *plant)
{
    char                         name[256];
    unsigned                     port;
    const char                  *word[3];
    const ledger_text_t         *host;
    const whatsauth_text_t      *text;
    const valkey_store_reply_t  *reply, *second;

    text = &valkey->options.url.name;
    snprintf(name, sizeof(name), "%.*s", (int) text->len, text->data);

    word[0] = "SENTINEL";
    word[1] = "GET-MASTER-ADDR-BY-NAME";
    word[2] = name;

    if (whatsauth_valkey_link_call(valkey, link, word, 3, &reply) == -1) {
        return -1;
    }

    if (reply->type == VALKEY_STORE_REPLY_NIL) {
        return whatsauth_valkey_fail(valkey, "%s port %u knows no primary"
                                     " \"%s\"", link->host,
                                     (unsigned) link->port, name);
    }

    if (reply->type == VALKEY_STORE_REPLY_ARRAY && reply->elements == 2) {
        host = &valkey_store_reply_first(reply)->text;
        second = valkey_store_reply_after(valkey_store_reply_first(reply));

        if (valkey_store_address_host_is_sane(host) && host->len != 0
            && valkey_store_number_to(&second->text, UINT16_MAX, &port) == 0)
        {
            whatsauth_valkey_plant_single(plant, host->data, host->len,
                                          (uint16_t) port);
            return 0;
        }
    }

    return whatsauth_valkey_link_refused(valkey, link, "SENTINEL", reply);
}


static int
whatsauth_valkey_plant_host(whatsauth_valkey_t *valkey, const char *name,
    uint16_t port, int login, whatsauth_valkey_plant_t *plant)
{
    int                       rc;
    whatsauth_valkey_link_t  *link;

    link = whatsauth_valkey_link_open(valkey, name, port, login);
    if (link == NULL) {
        return -1;
    }

    rc = valkey->options.url.sentinel
         ? whatsauth_valkey_plant_sentinel(valkey, link, plant)
         : whatsauth_valkey_plant_ask(valkey, link, plant);

    whatsauth_valkey_link_close(link);

    return rc;
}


/*
 * Asks the hosts of the URL, one after another, until one can tell.  Sentinels
 * have no password, or the one of the servers.
 */

static int
whatsauth_valkey_plant_read(whatsauth_valkey_t *valkey,
    whatsauth_valkey_plant_t *plant)
{
    int                                rc;
    char                               name[256];
    size_t                             i;
    const whatsauth_store_url_t       *url;
    const whatsauth_store_url_host_t  *host;

    rc = -1;
    url = &valkey->options.url;

    for (i = 0; rc == -1 && i < url->hosts; i++) {
        host = &url->host[i];
        snprintf(name, sizeof(name), "%.*s", (int) host->name.len,
                 host->name.data);

        rc = whatsauth_valkey_plant_host(valkey, name, host->port,
                                         !url->sentinel, plant);

        if (rc == -1 && url->sentinel && valkey->options.password_len != 0) {
            rc = whatsauth_valkey_plant_host(valkey, name, host->port, 1,
                                             plant);
        }
    }

    return rc;
}


/* The connection to such a server, which is taken out; or NULL. */

static whatsauth_valkey_link_t *
whatsauth_valkey_plant_take(whatsauth_valkey_t *valkey,
    const whatsauth_valkey_plant_server_t *server)
{
    unsigned                  i;
    whatsauth_valkey_link_t  *link;

    for (i = 0; i < valkey->servers; i++) {
        link = valkey->server[i];

        if (link != NULL && link->port == server->port
            && strcmp(link->host, server->host) == 0)
        {
            valkey->server[i] = NULL;
            return link;
        }
    }

    return NULL;
}


int
whatsauth_valkey_plant_find(whatsauth_valkey_t *valkey)
{
    unsigned                   i;
    whatsauth_valkey_link_t   *kept[VALKEY_STORE_PARTITIONS];
    whatsauth_valkey_plant_t   plant;

    memset(kept, 0, sizeof(kept));
    plant.servers = 0;

    if (whatsauth_valkey_plant_read(valkey, &plant) == -1) {
        return -1;
    }

    for (i = 0; i < plant.servers; i++) {
        kept[i] = whatsauth_valkey_plant_take(valkey, &plant.server[i]);
    }

    whatsauth_valkey_plant_leave(valkey);
    memcpy(valkey->of, plant.of, sizeof(valkey->of));

    for (i = 0; i < plant.servers; i++) {
        valkey->server[i] = kept[i];
        valkey->servers++;
    }

    for (i = 0; i < plant.servers; i++) {
        if (valkey->server[i] == NULL) {
            valkey->server[i] = whatsauth_valkey_link_open(valkey,
                                    plant.server[i].host,
                                    plant.server[i].port, 1);

            if (valkey->server[i] == NULL) {
                return -1;
            }
        }
    }

    return 0;
}


void
whatsauth_valkey_plant_leave(whatsauth_valkey_t *valkey)
{
    unsigned  i;

    for (i = 0; i < valkey->servers; i++) {
        if (valkey->server[i] != NULL) {
            whatsauth_valkey_link_close(valkey->server[i]);
            valkey->server[i] = NULL;
        }
    }

    valkey->servers = 0;
}
