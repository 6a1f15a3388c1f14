
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The thread pool for commits and large bodies.
 *
 * It is not nginx's "default", in which "aio threads" reads files: if the disk
 * of another location hangs, all threads of that pool hang with it, and nobody
 * could log in.
 */


#include "kit/threads.h"


/*
 * A worker has at most one commit and two bodies under way, so the commit
 * always finds a thread.
 */
#define NGX_HTTP_WHATSAUTH_THREADS  "threads=4"


static ngx_int_t ngx_http_whatsauth_threads_declare(ngx_cycle_t *cycle,
    ngx_str_t *name);


/* nginx's header does not declare it. */
extern ngx_module_t  ngx_thread_pool_module;


/*
 * Runs when the whole configuration is read: a directive "thread_pool" after
 * the block "http" may declare the pool, and the operator's own pool wins.
 */

ngx_int_t
ngx_http_whatsauth_threads_init_module(ngx_cycle_t *cycle,
    ngx_http_whatsauth_main_conf_t *mcf)
{
    if (ngx_thread_pool_get(cycle, &mcf->threads.name) == NULL
        && ngx_http_whatsauth_threads_declare(cycle, &mcf->threads.name)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    mcf->threads.pool = ngx_thread_pool_get(cycle, &mcf->threads.name);

    return mcf->threads.pool == NULL ? NGX_ERROR : NGX_OK;
}


/*
 * Only the directive "thread_pool" can create a pool, so this executes it as
 * if it stood in the configuration.
 */

static ngx_int_t
ngx_http_whatsauth_threads_declare(ngx_cycle_t *cycle, ngx_str_t *name)
{
    ngx_conf_t        cf;
    ngx_str_t         args[3];
    ngx_array_t       array;
    ngx_command_t    *cmd;
    ngx_conf_file_t   file;

    cmd = ngx_thread_pool_module.commands;

    ngx_str_set(&args[0], "thread_pool");
    args[1] = *name;
    ngx_str_set(&args[2], NGX_HTTP_WHATSAUTH_THREADS);

    ngx_memzero(&array, sizeof(ngx_array_t));
    array.elts = args;
    array.nelts = 3;
    array.size = sizeof(ngx_str_t);
    array.nalloc = 3;
    array.pool = cycle->pool;

    /* A pool remembers the file that declared it. */

    ngx_memzero(&file, sizeof(ngx_conf_file_t));
    file.file.fd = NGX_INVALID_FILE;
    ngx_str_set(&file.file.name, "whatsauth_thread_pool");

    ngx_memzero(&cf, sizeof(ngx_conf_t));
    cf.args = &array;
    cf.cycle = cycle;
    cf.pool = cycle->pool;
    cf.log = cycle->log;
    cf.conf_file = &file;
    cf.module_type = NGX_CORE_MODULE;
    cf.cmd_type = NGX_MAIN_CONF;

    if (cmd->set(&cf, cmd, ngx_get_conf(cycle->conf_ctx,
                                        ngx_thread_pool_module))
        != NGX_CONF_OK)
    {
        ngx_log_error(NGX_LOG_EMERG, cycle->log, 0,
                      "the thread pool \"%V\" of \"whatsauth\" cannot be "
                      "created",
                      name);
        return NGX_ERROR;
    }

    return NGX_OK;
}
