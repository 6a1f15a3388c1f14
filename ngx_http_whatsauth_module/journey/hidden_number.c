
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/door.h"
#include "journey/hidden_number.h"


/* The search for the record of a card, in the apps that hear it. */

typedef struct {
    ngx_http_whatsauth_hidden_number_pt   found;
    void                                 *data;
    uint64_t                              key;        /* the best so far */
    ngx_uint_t                            waiting;    /* whether it waits */
    ngx_uint_t                            pending;    /* reads */
    unsigned                              failed:1;
} ngx_http_whatsauth_hidden_number_search_t;


static void ngx_http_whatsauth_hidden_number_read(void *data,
    ledger_result_t result, const ledger_record_t *record);
static void ngx_http_whatsauth_hidden_number_end(
    ngx_http_whatsauth_hidden_number_search_t *search);


ngx_uint_t
ngx_http_whatsauth_hidden_number_asks(ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_provider_t *provider,
    const whatsauth_message_t *message, const ledger_text_t *route)
{
    return app->sender.ask_hidden
           && provider->questions != NULL
           && message->user_id.len
           && message->user_id.len <= LEDGER_USER_ID_MAX
           && ngx_http_whatsauth_account_of_route(app, provider, route)
              != NULL;
}


void
ngx_http_whatsauth_hidden_number_find(ngx_http_whatsauth_main_conf_t *mcf,
    const ngx_http_whatsauth_webhook_t *webhook,
    const whatsauth_message_t *message,
    ngx_http_whatsauth_hidden_number_pt found, void *data)
{
    ngx_uint_t                                  i;
    ledger_text_t                               name, user_id;
    ngx_http_whatsauth_app_t                  **apps;
    ngx_http_whatsauth_hidden_number_search_t  *search;

    search = ngx_calloc(sizeof(ngx_http_whatsauth_hidden_number_search_t),
                        ngx_cycle->log);
    if (search == NULL) {
        found(data, NGX_ERROR, 0);
        return;
    }

    search->found = found;
    search->data = data;

    /* Held, so that a read which ends at once does not end the search. */
    search->pending = 1;

    user_id.data = message->user_id.data;
    user_id.len = message->user_id.len;

    apps = mcf->apps.elts;

    for (i = 0; i < mcf->apps.nelts; i++) {

        if (ngx_http_whatsauth_account_hears(apps[i], webhook->provider,
                                             webhook->verified, message)
            == NULL)
        {
            continue;
        }

        name.data = apps[i]->name.data;
        name.len = apps[i]->name.len;

        search->pending++;
        (void) ngx_http_whatsauth_door_read_asked(&name, &user_id,
                                        ngx_http_whatsauth_hidden_number_read,
                                        search);
    }

    ngx_http_whatsauth_hidden_number_end(search);
}


/*
 * Apps may share a number, and a card does not say which of them has asked: a
 * code that still waits goes before one that does not, and a young one before
 * an old one.
 */

static void
ngx_http_whatsauth_hidden_number_read(void *data, ledger_result_t result,
    const ledger_record_t *record)
{
    ngx_http_whatsauth_hidden_number_search_t *search = data;

    ngx_uint_t  waiting;

    if (result == LEDGER_OK) {
        waiting = (record->status == LEDGER_STATUS_REQUESTED);

        if (waiting > search->waiting
            || (waiting == search->waiting && record->key > search->key))
        {
            search->key = record->key;
            search->waiting = waiting;
        }

    } else if (result != LEDGER_UNKNOWN) {
        search->failed = 1;
    }

    ngx_http_whatsauth_hidden_number_end(search);
}


static void
ngx_http_whatsauth_hidden_number_end(
    ngx_http_whatsauth_hidden_number_search_t *search)
{
    ngx_int_t  rc;

    if (--search->pending) {
        return;
    }

    rc = search->failed ? NGX_ERROR : search->key ? NGX_OK : NGX_DECLINED;

    search->found(search->data, rc, search->key);

    ngx_free(search);
}
