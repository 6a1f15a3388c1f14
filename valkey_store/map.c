
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The map of a plant, as a guide asks for it: CLUSTER SLOTS, or the one primary
 * that Sentinel knows by a name.
 */


#include <string.h>

#include "number.h"
#include "parts.h"


int
valkey_store_map_write(valkey_store_client_t *client,
    valkey_store_out_t *out)
{
    const ledger_text_t  *name;

    if (client->options->sentinel) {
        name = &client->options->name;

        valkey_store_out_begin(out, 3);
        valkey_store_out_word(out, "SENTINEL", 8);
        valkey_store_out_word(out, "GET-MASTER-ADDR-BY-NAME", 23);
        valkey_store_out_word(out, name->data, name->len);

    } else {
        valkey_store_out_begin(out, 2);
        valkey_store_out_word(out, "CLUSTER", 7);
        valkey_store_out_word(out, "SLOTS", 5);
    }

    return valkey_store_out_end(out);
}


/* [host, port]; nil: it watches no primary of that name. */
static const char *
valkey_store_map_sentinel(valkey_store_client_t *client,
    const valkey_store_reply_t *reply)
{
    unsigned                     port;
    valkey_store_address_t       address;
    const valkey_store_reply_t  *host, *digits;

    if (reply->type == VALKEY_STORE_REPLY_NIL) {
        return "Sentinel watches nothing of that name";
    }

    if (reply->type != VALKEY_STORE_REPLY_ARRAY || reply->elements != 2) {
        return "an odd reply";
    }

    host = valkey_store_reply_first(reply);
    digits = valkey_store_reply_after(host);

    if (host->type != VALKEY_STORE_REPLY_BULK
        || digits->type != VALKEY_STORE_REPLY_BULK
        || host->text.len == 0
        || !valkey_store_address_host_is_sane(&host->text)
        || valkey_store_number_to(&digits->text, UINT16_MAX, &port) != 0
        || port == 0)
    {
        return "an odd reply";
    }

    address.host = host->text;
    address.port = (uint16_t) port;

    return (valkey_store_plant_one(client, &address) != 0)
           ? "no room for another server" : NULL;
}


static const char *
valkey_store_map_slots(valkey_store_client_t *client,
    const valkey_store_reply_t *reply)
{
    valkey_store_primaries_t  primaries;

    if (valkey_store_primaries(reply, &primaries) != 0) {
        return "an odd reply";
    }

    return (valkey_store_plant_map(client, &primaries,
                                   &client->guide.link->endpoint.address) != 0)
           ? "no room for another server" : NULL;
}


const char *
valkey_store_map_read(valkey_store_client_t *client,
    const valkey_store_reply_t *reply)
{
    return client->options->sentinel ? valkey_store_map_sentinel(client, reply)
                                     : valkey_store_map_slots(client, reply);
}
