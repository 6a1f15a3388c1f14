
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Watches: a client that waits for a record is called when it changes, or its
 * session ends, whichever process does it.  Nothing polls, and no watch has a
 * timer: the engine tells which keys have changed, and each worker looks among
 * its own watches.
 */


#ifndef _NGX_HTTP_WHATSAUTH_WATCH_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_WATCH_H_INCLUDED_


#include "kit/module.h"


typedef void (*ngx_http_whatsauth_changed_pt)(void *data);

/* Lives with its owner, who fills the last three and ends it before it goes. */

typedef struct {
    ngx_queue_t                     queue;
    uint64_t                        key;
    ngx_http_whatsauth_changed_pt   changed;
    void                           *data;
} ngx_http_whatsauth_watch_t;


/*
 * From now on changed is called, from the event loop, each time the record of
 * key may have another status or step, or have been collected, or its session
 * may have ended, in time or before it: the owner reads the one that it waits
 * for then.  Read it once after this returns, too; the two together miss
 * nothing.  A session that ends in time is told of when a sweep finds it.
 * changed may end this and other watches, and begin new ones.
 *
 * NGX_DECLINED: the store has no place for a worker that watches.
 */
ngx_int_t ngx_http_whatsauth_watch(ngx_http_whatsauth_watch_t *watch);
void ngx_http_whatsauth_watch_end(ngx_http_whatsauth_watch_t *watch);


/*
 * Engine: this key has changed.  Its watches are called after this returns, in
 * this iteration of the event loop or, as there is a bound for each, in the
 * next ones.
 */
void ngx_http_whatsauth_watch_changed(uint64_t key);

/* Engine: keys have been lost.  Calls all watches in the same way. */
void ngx_http_whatsauth_watch_changed_all(void);


#endif /* _NGX_HTTP_WHATSAUTH_WATCH_H_INCLUDED_ */
