
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <pthread.h>

#include "json_load.h"


/*
 * Jansson has one allocator in a process.  Ours calls the one it had before,
 * but in a thread that loads, one failure makes all allocations fail until the
 * load ends, so that no document is built from incomplete parts.
 */

static pthread_once_t           whatsauth_json_once = PTHREAD_ONCE_INIT;
static json_malloc_t            whatsauth_json_malloc_before;
static _Thread_local int        whatsauth_json_loading;
static _Thread_local int        whatsauth_json_failed;


static void *
whatsauth_json_load_malloc(size_t size)
{
    void  *p;

    if (!whatsauth_json_loading) {
        return whatsauth_json_malloc_before(size);
    }

    p = whatsauth_json_failed ? NULL : whatsauth_json_malloc_before(size);

    if (p == NULL) {
        whatsauth_json_failed = 1;
    }

    return p;
}


static void
whatsauth_json_load_init(void)
{
    json_free_t  release;

    json_get_alloc_funcs(&whatsauth_json_malloc_before, &release);
    json_set_alloc_funcs(whatsauth_json_load_malloc, release);
}


int
whatsauth_json_load(const char *json, size_t len, json_t **root,
    json_error_t *error)
{
    pthread_once(&whatsauth_json_once, whatsauth_json_load_init);

    whatsauth_json_failed = 0;
    whatsauth_json_loading = 1;

    *root = json_loadb(json, len, 0, error);

    whatsauth_json_loading = 0;

    if (whatsauth_json_failed) {
        json_decref(*root);
        *root = NULL;
        return -1;
    }

    return *root == NULL;
}
