
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The servers tell of keys, for each partition in which somebody waits.  A
 * message may be lost all the same, with a server or a connection, so from
 * time to time everything that is watched is looked at.
 */


#include "door/valkey.h"
#include "door/watch.h"


#define NGX_HTTP_WHATSAUTH_VALKEY_NET  5000


ngx_int_t
ngx_http_whatsauth_valkey_watch(uint64_t key)
{
    ngx_http_whatsauth_valkey_t  *valkey;

    valkey = &ngx_http_whatsauth_valkey;

    valkey_store_client_watch(valkey_store_client(valkey->store),
                              valkey_store_partition(key));

    if (valkey->watches++ == 0) {
        ngx_add_timer(&valkey->net, NGX_HTTP_WHATSAUTH_VALKEY_NET);
    }

    return NGX_OK;
}


void
ngx_http_whatsauth_valkey_unwatch(uint64_t key)
{
    ngx_http_whatsauth_valkey_t  *valkey;

    valkey = &ngx_http_whatsauth_valkey;

    valkey_store_client_unwatch(valkey_store_client(valkey->store),
                                valkey_store_partition(key));

    if (--valkey->watches == 0) {
        ngx_del_timer(&valkey->net);
    }
}


void
ngx_http_whatsauth_valkey_watch_net(ngx_event_t *ev)
{
    ngx_add_timer(ev, NGX_HTTP_WHATSAUTH_VALKEY_NET);

    ngx_http_whatsauth_watch_changed_all();
}
