
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A replica confirms what it has, and what it has is on its disk only if its
 * settings say so.  So each one is looked at as its primary is.
 */


#include "parts.h"


static void valkey_store_look_connected(valkey_store_link_t *link);
static void valkey_store_look_reply(valkey_store_link_t *link,
    const valkey_store_reply_t *reply);
static void valkey_store_look_lost(valkey_store_link_t *link,
    const char *why);


static const valkey_store_purpose_t  valkey_store_look_purpose = {
    valkey_store_look_connected,
    valkey_store_look_reply,
    valkey_store_look_lost,
    0, 0
};

static const valkey_store_step_t  valkey_store_look_steps[] = {
    VALKEY_STORE_AUTH,
    VALKEY_STORE_INFO,
    VALKEY_STORE_CONFIG,
    VALKEY_STORE_STEPS_END
};


static void
valkey_store_look_connected(valkey_store_link_t *link)
{
    valkey_store_greeting_begin(link, valkey_store_look_steps);
}


static void
valkey_store_look_lost(valkey_store_link_t *link, const char *why)
{
    valkey_store_trouble(link->client, VALKEY_STORE_WARN,
                         &link->endpoint.address, "cannot be checked: %s",
                         why);
}


/* Its primary goes on all the same: another replica may confirm. */
static void
valkey_store_look_reply(valkey_store_link_t *link,
    const valkey_store_reply_t *reply)
{
    if (valkey_store_greeting_reply(link, reply)
        == VALKEY_STORE_GREETING_OVER)
    {
        (void) valkey_store_greeting_judge(link);
        valkey_store_link_end(link);
    }
}


/*
 * Danger: a replica that Sentinel has not told yet of the new primary confirms
 * what the old one writes, and all of that goes when the old one is demoted.
 */

static void
valkey_store_look_sentinel(valkey_store_client_t *client,
    const valkey_store_settings_t *primary)
{
    unsigned  replicas;

    replicas = client->options->replicas;

    if (client->options->sentinel && replicas != 0
        && primary->replicas > replicas)
    {
        valkey_store_trouble(client, VALKEY_STORE_WARN, NULL,
                             "Sentinel may lose logins: %u replicas follow, "
                             "replicas=%u", primary->replicas, replicas);
    }
}


/* Without memory the next look is a minute later. */

void
valkey_store_look(valkey_store_client_t *client,
    const valkey_store_settings_t *primary)
{
    unsigned  i;

    valkey_store_look_sentinel(client, primary);

    for (i = 0; i < primary->replicas; i++) {
        (void) valkey_store_link_open(client, &valkey_store_look_purpose, NULL,
                                      &primary->replica[i]);
    }
}
