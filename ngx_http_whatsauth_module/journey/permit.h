
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Each callback and each reply takes a permit while it is under way.  Permits
 * are limited, so that no slow or dead site, and no app, delays the logins of
 * others.  The rules, for each worker:
 *
 *   1. There are `whatsauth_callback_inflight` permits.  One host (a name and
 *      a port) holds at most `per_host` of them.
 *
 *   2. Callbacks about expired codes hold at most half of a host's permits:
 *      a backlog of them must not delay logins.
 *
 *   3. The last quarter of all permits is for hosts that hold none.  Of the
 *      other three, a host takes one more only while it holds fewer than are
 *      free there.  So when many hosts are dead, the next one still gets a
 *      permit at once.  A host that holds all that are taken is exempt.
 *
 *   4. Of several apps, each takes one more permit only while it holds fewer
 *      than are free: of all, of the host's, and of the host's for expired
 *      codes.  An app that chooses its callback hosts could otherwise spend
 *      all of them on dead ones.  Rule 3 then counts each app at each host.
 */


#ifndef _NGX_HTTP_WHATSAUTH_PERMIT_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_PERMIT_H_INCLUDED_


#include "journey/tally.h"
#include "kit/conf.h"


/* The tallies that a permit is counted in. */
typedef struct {
    ngx_http_whatsauth_tally_t  *host;
    ngx_http_whatsauth_tally_t  *app;        /* NULL: there is one app */
    ngx_http_whatsauth_tally_t  *app_host;   /* app at host, or NULL */
    ngx_uint_t                   expired;    /* 1: about an expired code */
} ngx_http_whatsauth_permit_t;


/*
 * Takes a permit for a request of app to the host of url.  NGX_DECLINED if a
 * rule forbids it, or memory is out.  app is NULL for an orphan.
 */
ngx_int_t ngx_http_whatsauth_permit_take(ngx_http_whatsauth_permit_t *permit,
    ngx_http_whatsauth_main_conf_t *mcf, ngx_http_whatsauth_app_t *app,
    const whatsauth_url_t *url, ngx_uint_t expired);

void ngx_http_whatsauth_permit_give(ngx_http_whatsauth_permit_t *permit);


#endif /* _NGX_HTTP_WHATSAUTH_PERMIT_H_INCLUDED_ */
