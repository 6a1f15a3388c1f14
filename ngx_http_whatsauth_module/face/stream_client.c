
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/stream_client.h"
#include "kit/conf.h"


struct ngx_http_whatsauth_stream_client_s {
    ngx_rbtree_node_t              node;
    ngx_http_whatsauth_client_t    address;
    ngx_uint_t                     streams;
};

/* A tree: nobody can choose addresses that make it slow. */

typedef struct {
    ngx_rbtree_t                   tree;
    ngx_rbtree_node_t              sentinel;
    ngx_uint_t                     streams;
} ngx_http_whatsauth_stream_clients_t;


static void ngx_http_whatsauth_stream_client_insert(ngx_rbtree_node_t *temp,
    ngx_rbtree_node_t *node, ngx_rbtree_node_t *sentinel);
static ngx_http_whatsauth_stream_client_t *
    ngx_http_whatsauth_stream_client_find(
    const ngx_http_whatsauth_client_t *address);
static ngx_int_t ngx_http_whatsauth_stream_client_order(
    const ngx_http_whatsauth_client_t *a,
    const ngx_http_whatsauth_client_t *b);


static ngx_http_whatsauth_stream_clients_t  ngx_http_whatsauth_stream_clients;


ngx_http_whatsauth_stream_client_t *
ngx_http_whatsauth_stream_client(ngx_http_request_t *r)
{
    ngx_http_whatsauth_client_t           address;
    ngx_http_whatsauth_main_conf_t       *mcf;
    ngx_http_whatsauth_stream_client_t   *client;
    ngx_http_whatsauth_stream_clients_t  *clients;

    clients = &ngx_http_whatsauth_stream_clients;
    mcf = ngx_http_get_module_main_conf(r, ngx_http_whatsauth_module);

    if (clients->streams >= mcf->streams.max) {
        return NULL;
    }

    if (clients->tree.root == NULL) {
        ngx_rbtree_init(&clients->tree, &clients->sentinel,
                        ngx_http_whatsauth_stream_client_insert);
    }

    ngx_http_whatsauth_client(r, &address);
    client = ngx_http_whatsauth_stream_client_find(&address);

    if (client != NULL && client->streams >= mcf->streams.per_address) {
        return NULL;
    }

    if (client == NULL) {
        client = ngx_calloc(sizeof(ngx_http_whatsauth_stream_client_t),
                            r->connection->log);
        if (client == NULL) {
            return NULL;
        }

        client->address = address;
        ngx_rbtree_insert(&clients->tree, &client->node);
    }

    client->streams++;
    clients->streams++;

    return client;
}


void
ngx_http_whatsauth_stream_client_end(
    ngx_http_whatsauth_stream_client_t *client)
{
    ngx_http_whatsauth_stream_clients_t  *clients;

    clients = &ngx_http_whatsauth_stream_clients;
    clients->streams--;

    if (--client->streams == 0) {
        ngx_rbtree_delete(&clients->tree, &client->node);
        ngx_free(client);
    }
}


static void
ngx_http_whatsauth_stream_client_insert(ngx_rbtree_node_t *temp,
    ngx_rbtree_node_t *node, ngx_rbtree_node_t *sentinel)
{
    ngx_rbtree_node_t                   **p;
    ngx_http_whatsauth_stream_client_t   *client;

    client = (ngx_http_whatsauth_stream_client_t *) node;

    for ( ;; ) {
        p = ngx_http_whatsauth_stream_client_order(&client->address,
                &((ngx_http_whatsauth_stream_client_t *) temp)->address) < 0
            ? &temp->left : &temp->right;

        if (*p == sentinel) {
            break;
        }

        temp = *p;
    }

    *p = node;
    node->parent = temp;
    node->left = sentinel;
    node->right = sentinel;
    ngx_rbt_red(node);
}


static ngx_http_whatsauth_stream_client_t *
ngx_http_whatsauth_stream_client_find(
    const ngx_http_whatsauth_client_t *address)
{
    ngx_int_t                             order;
    ngx_rbtree_node_t                    *node;
    ngx_http_whatsauth_stream_client_t   *client;
    ngx_http_whatsauth_stream_clients_t  *clients;

    clients = &ngx_http_whatsauth_stream_clients;
    node = clients->tree.root;

    while (node != &clients->sentinel) {
        client = (ngx_http_whatsauth_stream_client_t *) node;
        order = ngx_http_whatsauth_stream_client_order(address,
                                                       &client->address);

        if (order == 0) {
            return client;
        }

        node = order < 0 ? node->left : node->right;
    }

    return NULL;
}


static ngx_int_t
ngx_http_whatsauth_stream_client_order(const ngx_http_whatsauth_client_t *a,
    const ngx_http_whatsauth_client_t *b)
{
    return ngx_memcmp(a, b, sizeof(ngx_http_whatsauth_client_t));
}
