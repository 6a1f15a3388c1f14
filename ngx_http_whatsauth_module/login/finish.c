
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/hold.h"
#include "journey/collect.h"
#include "login/collected_cookies.h"
#include "login/login.h"
#include "login/refuse.h"
#include "login/respond.h"
#include "login/session_cookie.h"

#include <jansson.h>


typedef struct {
    ngx_http_whatsauth_hold_t     hold;
    ngx_http_whatsauth_collect_t  collect;
    ngx_http_whatsauth_visit_t   *visit;
} ngx_http_whatsauth_finish_t;


static ngx_int_t ngx_http_whatsauth_finish(ngx_http_request_t *r);
static ngx_int_t ngx_http_whatsauth_finish_visit(
    ngx_http_whatsauth_visit_t *visit);
static ngx_int_t ngx_http_whatsauth_finish_without(
    ngx_http_whatsauth_visit_t *visit, const ledger_session_t *session);
static ngx_int_t ngx_http_whatsauth_finish_onward(
    ngx_http_whatsauth_visit_t *visit);
static void ngx_http_whatsauth_finish_done(void *data,
    ngx_http_whatsauth_collected_t *collected);
static ngx_int_t ngx_http_whatsauth_finish_collected(
    ngx_http_whatsauth_visit_t *visit,
    ngx_http_whatsauth_collected_t *collected);
static ngx_int_t ngx_http_whatsauth_finish_json(
    ngx_http_whatsauth_visit_t *visit);
static ngx_int_t ngx_http_whatsauth_finish_refused(
    ngx_http_whatsauth_visit_t *visit,
    ngx_http_whatsauth_collected_t *collected);


/* No face of other origins: the widget's site collects by itself. */

const ngx_http_whatsauth_face_t  ngx_http_whatsauth_finish_face = {
    ngx_string("finish"),
    NGX_HTTP_WHATSAUTH_TOKEN_NONE,
    0,
    { { NGX_HTTP_POST, ngx_http_whatsauth_finish },
      { 0, NULL } }
};


static ngx_int_t
ngx_http_whatsauth_finish(ngx_http_request_t *r)
{
    return ngx_http_whatsauth_visit_post(r, ngx_http_whatsauth_finish_visit);
}


/*
 * All of a page's collections have one key, of zeros: two tabs, or a browser
 * that has lost the response, get the same session.
 */

static ngx_int_t
ngx_http_whatsauth_finish_visit(ngx_http_whatsauth_visit_t *visit)
{
    ngx_http_whatsauth_finish_t   *finish;
    ngx_http_whatsauth_collect_t  *collect;

    if (!visit->cookies) {
        return ngx_http_whatsauth_finish_without(visit, NULL);
    }

    if (!visit->claimed) {
        return ngx_http_whatsauth_session_cookie(visit,
                                          ngx_http_whatsauth_finish_without);
    }

    finish = ngx_pcalloc(visit->request->pool,
                         sizeof(ngx_http_whatsauth_finish_t));

    if (finish == NULL
        || ngx_http_whatsauth_hold(&finish->hold, visit->request) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    finish->visit = visit;

    collect = &finish->collect;
    collect->app = visit->app;
    collect->claim = visit->claim;
    collect->done = ngx_http_whatsauth_finish_done;
    collect->data = finish;

    ngx_http_whatsauth_collect(collect);

    return ngx_http_whatsauth_hold_until(&finish->hold,
                                         ngx_http_whatsauth_collect_forget,
                                         collect);
}


/* Another tab may have been first: its session is this one's, too. */

static ngx_int_t
ngx_http_whatsauth_finish_without(ngx_http_whatsauth_visit_t *visit,
    const ledger_session_t *session)
{
    if (session == NULL) {
        return ngx_http_whatsauth_refuse(visit,
                                         NGX_HTTP_WHATSAUTH_INVALID_CLAIM,
                                         "no login has begun here");
    }

    return ngx_http_whatsauth_finish_onward(visit);
}


static ngx_int_t
ngx_http_whatsauth_finish_onward(ngx_http_whatsauth_visit_t *visit)
{
    return visit->json ? ngx_http_whatsauth_finish_json(visit)
                       : ngx_http_whatsauth_respond_see_other(visit);
}


static void
ngx_http_whatsauth_finish_done(void *data,
    ngx_http_whatsauth_collected_t *collected)
{
    ngx_http_whatsauth_finish_t *finish = data;

    ngx_int_t  rc;

    (void) ngx_http_whatsauth_hold_request(&finish->hold);

    rc = collected->result == NGX_HTTP_WHATSAUTH_COLLECTED
         ? ngx_http_whatsauth_finish_collected(finish->visit, collected)
         : ngx_http_whatsauth_finish_refused(finish->visit, collected);

    ngx_http_whatsauth_hold_end(&finish->hold, rc);
}


static ngx_int_t
ngx_http_whatsauth_finish_collected(ngx_http_whatsauth_visit_t *visit,
    ngx_http_whatsauth_collected_t *collected)
{
    if (ngx_http_whatsauth_collected_cookies(visit->request, visit->app,
                                             collected)
        != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_whatsauth_finish_onward(visit);
}


/* A script goes there by itself: a fetch() would load the page unseen. */

static ngx_int_t
ngx_http_whatsauth_finish_json(ngx_http_whatsauth_visit_t *visit)
{
    char       *text;
    size_t      len;
    json_t     *json;
    ngx_str_t   path;

    if (ngx_http_whatsauth_respond_return(visit, &path) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    text = NULL;
    len = 0;
    json = json_pack("{s:s%}", "return", path.data, path.len);

    if (json != NULL) {
        text = json_dumps(json, JSON_COMPACT);
        json_decref(json);
    }

    if (text != NULL) {
        len = ngx_strlen(text);
    }

    return ngx_http_whatsauth_respond_json(visit, NGX_HTTP_WHATSAUTH_DONE, text,
                                           len);
}


/*
 * Not yet, or not any more: the page shows how the login stands.  If there is
 * none, it begins anew.
 */

static ngx_int_t
ngx_http_whatsauth_finish_refused(ngx_http_whatsauth_visit_t *visit,
    ngx_http_whatsauth_collected_t *collected)
{
    if (collected->result == NGX_HTTP_WHATSAUTH_INVALID_CLAIM) {
        visit->spoilt = 1;
    }

    if (visit->json
        || collected->result == NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE
        || collected->result == NGX_HTTP_WHATSAUTH_STORE_SHARE_EXCEEDED)
    {
        return ngx_http_whatsauth_refuse(visit, collected->result,
                                         collected->detail);
    }

    return ngx_http_whatsauth_respond_see_page(visit);
}
