
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A line of JSON with the counts of a store, and those of each app.
 */


#include <jansson.h>
#include <stdio.h>

#include "whatsauth_store.h"


struct whatsauth_store_stat_s {
    json_t  *line;
    json_t  *apps;
};


static json_t *
whatsauth_store_stat_json(uint64_t number)
{
    return json_integer((json_int_t) number);
}


void
whatsauth_store_stat_number(whatsauth_store_stat_t *stat, const char *name,
    uint64_t number)
{
    json_object_set_new(stat->line, name, whatsauth_store_stat_json(number));
}


static json_t *
whatsauth_store_stat_find(whatsauth_store_stat_t *stat,
    const ledger_text_t *name)
{
    json_t  *app;

    app = json_object_getn(stat->apps, name->data, name->len);
    if (app != NULL) {
        return app;
    }

    app = json_object();

    json_object_set_new(app, "waiting", whatsauth_store_stat_json(0));
    json_object_set_new(app, "pages", whatsauth_store_stat_json(0));
    json_object_set_new(app, "sessions", whatsauth_store_stat_json(0));
    json_object_set_new(app, "bytes", whatsauth_store_stat_json(0));

    /* JSON has no other names than UTF-8. */

    return json_object_setn_new(stat->apps, name->data, name->len, app) == 0
           ? app : NULL;
}


static void
whatsauth_store_stat_add(json_t *app, const char *name, uint64_t number)
{
    json_t  *count;

    count = json_object_get(app, name);

    json_integer_set(count, json_integer_value(count) + (json_int_t) number);
}


void
whatsauth_store_stat_app(whatsauth_store_stat_t *stat,
    const ledger_text_t *app, const whatsauth_store_usage_t *usage)
{
    json_t  *counts;

    counts = whatsauth_store_stat_find(stat, app);

    if (counts != NULL) {
        whatsauth_store_stat_add(counts, "waiting", usage->waiting);
        whatsauth_store_stat_add(counts, "pages", usage->pages);
        whatsauth_store_stat_add(counts, "sessions", usage->sessions);
        whatsauth_store_stat_add(counts, "bytes", usage->bytes);
    }
}


int
whatsauth_store_stat(const whatsauth_store_t *store, void *data)
{
    ledger_result_t         result;
    whatsauth_store_stat_t  stat;

    (void) data;

    stat.line = json_object();
    stat.apps = json_object();

    result = store->engine->stat(store->data, &stat);

    json_object_set_new(stat.line, "apps", stat.apps);

    if (result == LEDGER_OK) {
        json_dumpf(stat.line, stdout, JSON_COMPACT);
        putchar('\n');
    }

    json_decref(stat.line);

    return result == LEDGER_OK ? WHATSAUTH_STORE_OK
                               : whatsauth_store_broken(store);
}
