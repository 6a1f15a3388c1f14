
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * INFO is lines of NAME:VALUE, CONFIG GET an array of names and values.
 */


#include <string.h>

#include "number.h"
#include "settings.h"


#define VALKEY_STORE_SETTINGS_MAJOR  7


/* A name that has this value sets the flag is, else the flag isnt. */
typedef struct {
    const char  *name;
    const char  *value;
    unsigned     is;
    unsigned     isnt;
} valkey_store_setting_t;


static const valkey_store_setting_t  valkey_store_settings_info[] = {
    { "role",               "master",     VALKEY_STORE_IS_PRIMARY, 0 },
    { "role",               "slave",      VALKEY_STORE_IS_REPLICA, 0 },
    { "loading",            "1",          VALKEY_STORE_IS_LOADING, 0 },
    { "cluster_enabled",    "1",          VALKEY_STORE_IS_CLUSTER, 0 },
    { "master_link_status", "up",         VALKEY_STORE_IS_LINKED,  0 },
    { "aof_enabled",        "0",          VALKEY_STORE_NO_FILE,    0 },
    { "maxmemory_policy",   "noeviction", 0, VALKEY_STORE_EVICTS },
    { NULL, NULL, 0, 0 }
};

static const valkey_store_setting_t  valkey_store_settings_config[] = {
    { "appendonly",                "yes",        VALKEY_STORE_APPENDS,
                                                 VALKEY_STORE_NO_APPENDS },
    { "appendfsync",               "always",     VALKEY_STORE_ALWAYS,
                                                 VALKEY_STORE_NOT_ALWAYS },
    { "maxmemory-policy",          "noeviction", 0, VALKEY_STORE_EVICTS },
    { "no-appendfsync-on-rewrite", "no",         0, VALKEY_STORE_RESTS },
    { "repl-diskless-load",        "disabled",   0, VALKEY_STORE_DISKLESS },
    { NULL, NULL, 0, 0 }
};


const valkey_store_fault_t  valkey_store_faults[VALKEY_STORE_FAULTS] = {
    { VALKEY_STORE_IS_OLD,     VALKEY_STORE_CRIT, "version is below 7.0" },
    { VALKEY_STORE_NO_APPENDS, VALKEY_STORE_CRIT, "appendonly is off" },
    { VALKEY_STORE_NOT_ALWAYS, VALKEY_STORE_CRIT,
      "appendfsync is not always" },
    { VALKEY_STORE_RESTS,      VALKEY_STORE_CRIT,
      "no-appendfsync-on-rewrite is not no" },
    { VALKEY_STORE_EVICTS,     VALKEY_STORE_CRIT, "maxmemory-policy evicts" },
    { VALKEY_STORE_UNTOLD,     VALKEY_STORE_WARN, "cannot be checked" },
    { VALKEY_STORE_DISKLESS,   VALKEY_STORE_WARN,
      "repl-diskless-load is not disabled" }
};


int
valkey_store_settings_info_write(valkey_store_out_t *out)
{
    valkey_store_out_begin(out, 1);
    valkey_store_out_word(out, "INFO", 4);

    return valkey_store_out_end(out);
}


int
valkey_store_settings_config_write(valkey_store_out_t *out)
{
    size_t                         n;
    const valkey_store_setting_t  *setting;

    n = sizeof(valkey_store_settings_config) / sizeof(valkey_store_setting_t);

    valkey_store_out_begin(out, 2 + n - 1);
    valkey_store_out_word(out, "CONFIG", 6);
    valkey_store_out_word(out, "GET", 3);

    for (setting = valkey_store_settings_config;
         setting->name != NULL;
         setting++)
    {
        valkey_store_out_word(out, setting->name, strlen(setting->name));
    }

    return valkey_store_out_end(out);
}


static int
valkey_store_settings_is(const ledger_text_t *text, const char *word)
{
    return text->len == strlen(word)
           && memcmp(text->data, word, text->len) == 0;
}


static void
valkey_store_settings_set(valkey_store_settings_t *settings,
    const valkey_store_setting_t *setting, const ledger_text_t *name,
    const ledger_text_t *value)
{
    for ( /* void */ ; setting->name != NULL; setting++) {
        if (valkey_store_settings_is(name, setting->name)) {
            settings->flags |= valkey_store_settings_is(value, setting->value)
                               ? setting->is : setting->isnt;
        }
    }
}


/*
 * Takes what stands before the first mark, or all; the mark goes, too.  Returns
 * 1, or 0: text was empty.
 */
static int
valkey_store_settings_take(ledger_text_t *text, char mark,
    ledger_text_t *part)
{
    const char  *from, *end;

    if (text->len == 0) {
        return 0;
    }

    from = text->data;
    end = memchr(from, mark, text->len);

    part->data = from;
    part->len = (end == NULL) ? text->len : (size_t) (end - from);

    if (end == NULL) {
        text->len = 0;

    } else {
        text->data = end + 1;
        text->len -= part->len + 1;
    }

    return 1;
}


/* Memory that is no number is not told. */
static void
valkey_store_settings_memory(const ledger_text_t *value, uint64_t *memory)
{
    int64_t  bytes;

    if (valkey_store_number(value, &bytes) == 0 && bytes >= 0) {
        *memory = (uint64_t) bytes;
    }
}


/* Valkey says which version of Redis it is like, besides its own. */
static void
valkey_store_settings_version(const ledger_text_t *value,
    valkey_store_settings_t *settings)
{
    unsigned       number;
    ledger_text_t  rest, major;

    rest = *value;

    if (valkey_store_settings_take(&rest, '.', &major)
        && valkey_store_number_to(&major, UINT16_MAX, &number) == 0
        && number < VALKEY_STORE_SETTINGS_MAJOR)
    {
        settings->flags |= VALKEY_STORE_IS_OLD;
    }
}


/* ip=10.0.0.2,port=6379,state=online,... */
static void
valkey_store_settings_replica(const ledger_text_t *value,
    valkey_store_settings_t *settings)
{
    unsigned                 port;
    ledger_text_t            rest, name, part;
    valkey_store_address_t  *replica;

    if (settings->replicas == VALKEY_STORE_SETTINGS_REPLICAS_MAX) {
        return;
    }

    port = 0;
    rest = *value;
    replica = &settings->replica[settings->replicas];
    replica->host.len = 0;

    while (valkey_store_settings_take(&rest, ',', &part)) {
        if (!valkey_store_settings_take(&part, '=', &name)) {
            continue;
        }

        if (valkey_store_settings_is(&name, "ip")) {
            replica->host = part;

        } else if (valkey_store_settings_is(&name, "port")
                   && valkey_store_number_to(&part, UINT16_MAX, &port) != 0)
        {
            return;
        }
    }

    if (port != 0 && replica->host.len != 0
        && valkey_store_address_host_is_sane(&replica->host))
    {
        replica->port = (uint16_t) port;
        settings->replicas++;
    }
}


static int
valkey_store_settings_is_replica(const ledger_text_t *name)
{
    unsigned       number;
    ledger_text_t  digits;

    if (name->len < 6 || memcmp(name->data, "slave", 5) != 0) {
        return 0;
    }

    digits.data = (const char *) name->data + 5;
    digits.len = name->len - 5;

    return valkey_store_number_to(&digits, UINT16_MAX, &number) == 0;
}


static void
valkey_store_settings_info_line(valkey_store_settings_t *settings,
    const ledger_text_t *name, const ledger_text_t *value)
{
    if (valkey_store_settings_is(name, "redis_version")) {
        valkey_store_settings_version(value, settings);

    } else if (valkey_store_settings_is(name, "used_memory")) {
        valkey_store_settings_memory(value, &settings->used);

    } else if (valkey_store_settings_is(name, "maxmemory")) {
        valkey_store_settings_memory(value, &settings->max);

    } else if (valkey_store_settings_is_replica(name)) {
        valkey_store_settings_replica(value, settings);

    } else {
        valkey_store_settings_set(settings, valkey_store_settings_info, name,
                                  value);
    }
}


int
valkey_store_settings_info_read(const valkey_store_reply_t *reply,
    valkey_store_settings_t *settings)
{
    ledger_text_t  rest, line, name;

    if (reply->type == VALKEY_STORE_REPLY_ERROR) {
        return 0;
    }

    if (reply->type != VALKEY_STORE_REPLY_BULK) {
        return -1;
    }

    rest = reply->text;

    while (valkey_store_settings_take(&rest, '\n', &line)) {
        if (line.len != 0
            && ((const char *) line.data)[line.len - 1] == '\r')
        {
            line.len--;
        }

        if (valkey_store_settings_take(&line, ':', &name)) {
            valkey_store_settings_info_line(settings, &name, &line);
        }
    }

    return 0;
}


int
valkey_store_settings_config_read(const valkey_store_reply_t *reply,
    valkey_store_settings_t *settings)
{
    size_t                       i;
    const valkey_store_reply_t  *name;

    if (reply->type == VALKEY_STORE_REPLY_ERROR) {
        return 0;
    }

    if (reply->type != VALKEY_STORE_REPLY_ARRAY || reply->elements % 2 != 0) {
        return -1;
    }

    /* Elements of one reply each: an array among them ends it. */

    name = valkey_store_reply_first(reply);

    for (i = 0; i < reply->elements; i += 2, name += 2) {
        if (name[0].type != VALKEY_STORE_REPLY_BULK
            || name[1].type != VALKEY_STORE_REPLY_BULK)
        {
            return -1;
        }

        valkey_store_settings_set(settings, valkey_store_settings_config,
                                  &name[0].text, &name[1].text);
    }

    return 0;
}


int
valkey_store_settings_is_short(const valkey_store_settings_t *settings)
{
    return settings->max != 0
           && settings->used > settings->max - settings->max / 10;
}


/*
 * Where CONFIG is hidden, INFO alone tells, and not enough.  Of an old server
 * no more is said, because it has not understood what it was asked.
 */

unsigned
valkey_store_settings_faults(const valkey_store_settings_t *settings,
    unsigned replicas)
{
    unsigned  i, flags, faults;

    flags = settings->flags;

    if ((flags & (VALKEY_STORE_APPENDS | VALKEY_STORE_NO_APPENDS)) == 0
        || (flags & (VALKEY_STORE_ALWAYS | VALKEY_STORE_NOT_ALWAYS)) == 0)
    {
        flags |= VALKEY_STORE_UNTOLD;
    }

    if ((flags & VALKEY_STORE_APPENDS) == 0
        && (flags & VALKEY_STORE_NO_FILE) && replicas != 0)
    {
        flags |= VALKEY_STORE_NO_APPENDS;
    }

    if (flags & VALKEY_STORE_IS_OLD) {
        flags = VALKEY_STORE_IS_OLD;
    }

    faults = 0;

    for (i = 0; i < VALKEY_STORE_FAULTS; i++) {
        if (flags & valkey_store_faults[i].flag) {
            faults |= 1u << i;
        }
    }

    return faults;
}


int
valkey_store_faults_refuse(unsigned faults)
{
    unsigned  i;

    for (i = 0; i < VALKEY_STORE_FAULTS; i++) {
        if ((faults & 1u << i)
            && valkey_store_faults[i].severity == VALKEY_STORE_CRIT)
        {
            return 1;
        }
    }

    return 0;
}
