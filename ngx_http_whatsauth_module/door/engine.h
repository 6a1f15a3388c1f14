
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * An engine is a table of functions.  A new one is a file with such a table
 * and a row in door.c; door.h has the promises of each function.
 */


#ifndef _NGX_HTTP_WHATSAUTH_ENGINE_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_ENGINE_H_INCLUDED_


#include "door/door.h"
#include "kit/conf.h"
#include "kit/options.h"


/* Not every package of nginx has the directory that it lies in. */
#define NGX_HTTP_WHATSAUTH_STORE_PARENT   "/var/lib/nginx"
#define NGX_HTTP_WHATSAUTH_STORE_DEFAULT                                      \
    NGX_HTTP_WHATSAUTH_STORE_PARENT "/whatsauth"


/* An engine may put members of its own behind these. */

struct ngx_http_whatsauth_wait_s {
    ngx_queue_t                     queue;
    ngx_http_whatsauth_done_pt      done;      /* of an operation, or NULL */
    ngx_http_whatsauth_read_pt      read;      /* of a read, or NULL */
    ngx_http_whatsauth_session_pt   session;   /* of a session, or NULL */
    ngx_http_whatsauth_subject_pt   subject;   /* of a subject, or NULL */
    ngx_http_whatsauth_opened_pt    opened;    /* of the store, or NULL */
    void                           *data;
};


struct ngx_http_whatsauth_engine_s {
    ngx_str_t    name;

    /* 1 if this is how the first argument of `whatsauth_store` looks. */
    ngx_uint_t (*recognise)(const ngx_str_t *place);

    /*
     * In the configuration.  conf completes store.place, or logs why nothing
     * can be there, and makes store.conf; the options that may follow it are
     * set in the main conf, and an error names them as expected says;
     * complete, after them, sets store.identity.
     */
    ngx_int_t  (*conf)(ngx_conf_t *cf, ngx_http_whatsauth_main_conf_t *mcf);
    const ngx_http_whatsauth_option_t
                *options;
    const char  *expected;
    ngx_int_t  (*complete)(ngx_conf_t *cf,
                           ngx_http_whatsauth_main_conf_t *mcf);

    /* In the master before the fork; in each worker. */
    ngx_int_t  (*init_module)(ngx_cycle_t *cycle,
                              ngx_http_whatsauth_main_conf_t *mcf);
    ngx_int_t  (*init_process)(ngx_cycle_t *cycle,
                               ngx_http_whatsauth_main_conf_t *mcf);
    void       (*exit_process)(void);

    /*
     * done is called after it has returned.  NULL: nothing was taken,
     * op->result says why, and done is not called.
     */
    ngx_http_whatsauth_wait_t *
               (*submit)(ledger_op_t *op, ngx_http_whatsauth_done_pt done,
                         void *data);
    ngx_http_whatsauth_wait_t *
               (*read)(uint64_t key, ngx_http_whatsauth_read_pt done,
                       void *data);
    ngx_http_whatsauth_wait_t *
               (*read_asked)(const ledger_text_t *app,
                             const ledger_text_t *user_id,
                             ngx_http_whatsauth_read_pt done, void *data);
    ngx_http_whatsauth_wait_t *
               (*read_session)(uint64_t key,
                               ngx_http_whatsauth_session_pt done,
                               void *data);
    ngx_http_whatsauth_wait_t *
               (*read_subject)(const ledger_text_t *app,
                               const ledger_text_t *number,
                               ngx_http_whatsauth_subject_pt done,
                               void *data);
    void       (*due)(ngx_http_whatsauth_scan_t *scan);
    void       (*sweep_wanted)(uint64_t now,
                               ngx_http_whatsauth_wanted_pt done);

    /*
     * For each watch.  While a key is watched, the engine calls
     * ngx_http_whatsauth_watch_changed() for it, or _changed_all().
     */
    ngx_int_t  (*watch)(uint64_t key);
    void       (*unwatch)(uint64_t key);

    /* NULL until the store has been open. */
    whatsauth_codec_t *
               (*codec)(void);

    /* NULL, also in place of the function: there is nothing to wait for. */
    ngx_http_whatsauth_wait_t *
               (*opening)(ngx_http_whatsauth_opened_pt done, void *data);
};


/* The engine of this process. */
extern const ngx_http_whatsauth_engine_t  *ngx_http_whatsauth_door_engine;

/* The engine for a path or URL: there is one for each. */
const ngx_http_whatsauth_engine_t *ngx_http_whatsauth_door_recognise(
    const ngx_str_t *place);


/* The option "retain", which all engines have. */
ngx_int_t ngx_http_whatsauth_door_retain(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object);


/* The engines, a file each. */
extern const ngx_http_whatsauth_engine_t  ngx_http_whatsauth_lmdb_engine;
extern const ngx_http_whatsauth_engine_t  ngx_http_whatsauth_valkey_engine;


#endif /* _NGX_HTTP_WHATSAUTH_ENGINE_H_INCLUDED_ */
