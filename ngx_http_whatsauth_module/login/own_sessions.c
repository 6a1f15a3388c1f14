
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/door.h"
#include "face/hold.h"
#include "login/own_sessions.h"
#include "login/refuse.h"


/* The sessions are read one after the other; each read may come later. */

typedef struct {
    ngx_http_whatsauth_hold_t             hold;
    ngx_http_whatsauth_wait_t            *wait;
    ngx_http_whatsauth_visit_t           *visit;
    uint64_t                              this;    /* key of the request's */
    ngx_http_whatsauth_own_sessions_pt    handler;
    ledger_login_t                        logins[LEDGER_SESSIONS_MAX];
    ngx_uint_t                            left;    /* of them to read */
    unsigned                              reading:1;
    unsigned                              ready:1;
    unsigned                              failed:1;
    ngx_http_whatsauth_own_sessions_t     own;
} ngx_http_whatsauth_own_sessions_read_t;


static void ngx_http_whatsauth_own_sessions_forget(void *data);
static void ngx_http_whatsauth_own_sessions_subject(void *data,
    ledger_result_t result, const ledger_subject_t *subject);
static void ngx_http_whatsauth_own_sessions_next(
    ngx_http_whatsauth_own_sessions_read_t *read);
static void ngx_http_whatsauth_own_sessions_session(void *data,
    ledger_result_t result, const ledger_session_t *session);
static ngx_int_t ngx_http_whatsauth_own_sessions_add(
    ngx_http_whatsauth_own_sessions_read_t *read,
    const ledger_session_t *session);
static ngx_int_t ngx_http_whatsauth_own_sessions_text(ngx_pool_t *pool,
    const ledger_text_t *text, ngx_str_t *copy);
static void ngx_http_whatsauth_own_sessions_end(
    ngx_http_whatsauth_own_sessions_read_t *read);


ngx_int_t
ngx_http_whatsauth_own_sessions(ngx_http_whatsauth_visit_t *visit,
    const ledger_session_t *session,
    ngx_http_whatsauth_own_sessions_pt handler)
{
    ngx_http_whatsauth_wait_t               *wait;
    ngx_http_whatsauth_own_sessions_read_t  *read;

    read = ngx_pcalloc(visit->request->pool,
                       sizeof(ngx_http_whatsauth_own_sessions_read_t));

    if (read == NULL
        || ngx_http_whatsauth_hold(&read->hold, visit->request) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    read->visit = visit;
    read->this = session->key;
    read->handler = handler;

    wait = ngx_http_whatsauth_door_read_subject(
                                      &session->text[LEDGER_SESSION_APP],
                                      &session->text[LEDGER_SESSION_SUBJECT],
                                      ngx_http_whatsauth_own_sessions_subject,
                                      read);
    if (wait != NULL) {
        read->wait = wait;
    }

    return ngx_http_whatsauth_hold_until(&read->hold,
                                       ngx_http_whatsauth_own_sessions_forget,
                                       read);
}


static void
ngx_http_whatsauth_own_sessions_forget(void *data)
{
    ngx_http_whatsauth_own_sessions_read_t *read = data;

    ngx_http_whatsauth_door_forget(read->wait);
}


static void
ngx_http_whatsauth_own_sessions_subject(void *data, ledger_result_t result,
    const ledger_subject_t *subject)
{
    ngx_http_whatsauth_own_sessions_read_t *read = data;

    if (result == LEDGER_FAILED) {
        read->failed = 1;

    } else if (subject != NULL) {
        read->left = subject->n_sessions;
        ngx_memcpy(read->logins, subject->session,
                   read->left * sizeof(ledger_login_t));
    }

    ngx_http_whatsauth_own_sessions_next(read);
}


/* A loop, because a read that ends at once must not call itself 32 deep. */

static void
ngx_http_whatsauth_own_sessions_next(
    ngx_http_whatsauth_own_sessions_read_t *read)
{
    if (read->reading) {
        read->ready = 1;
        return;
    }

    while (read->left != 0 && !read->failed) {

        read->left--;
        read->reading = 1;
        read->ready = 0;

        read->wait = ngx_http_whatsauth_door_read_session(
                                      read->logins[read->left].key,
                                      ngx_http_whatsauth_own_sessions_session,
                                      read);
        read->reading = 0;

        if (!read->ready) {
            return;
        }
    }

    ngx_http_whatsauth_own_sessions_end(read);
}


static void
ngx_http_whatsauth_own_sessions_session(void *data, ledger_result_t result,
    const ledger_session_t *session)
{
    ngx_http_whatsauth_own_sessions_read_t *read = data;

    if (result == LEDGER_FAILED
        || (session != NULL
            && ledger_session_until(session) > ngx_http_whatsauth_door_now()
            && ngx_http_whatsauth_own_sessions_add(read, session) != NGX_OK))
    {
        read->failed = 1;
    }

    ngx_http_whatsauth_own_sessions_next(read);
}


static ngx_int_t
ngx_http_whatsauth_own_sessions_add(
    ngx_http_whatsauth_own_sessions_read_t *read,
    const ledger_session_t *session)
{
    ngx_pool_t                         *pool;
    ngx_http_whatsauth_page_session_t  *shown;

    pool = read->visit->request->pool;
    shown = &read->own.session[read->own.n];

    shown->id.data = ngx_pnalloc(pool, WHATSAUTH_ID_LEN);
    shown->id.len = WHATSAUTH_ID_LEN;
    shown->login_at = session->login_at;
    shown->this = session->key == read->this;

    if (shown->id.data == NULL
        || whatsauth_id_encode(ngx_http_whatsauth_door_codec(), session->key,
                               (char *) shown->id.data) != 0
        || ngx_http_whatsauth_own_sessions_text(pool,
                                        &session->text[LEDGER_SESSION_PLACE],
                                        &shown->place) != NGX_OK
        || ngx_http_whatsauth_own_sessions_text(pool,
                                        &session->text[LEDGER_SESSION_DEVICE],
                                        &shown->device) != NGX_OK)
    {
        return NGX_ERROR;
    }

    read->own.key[read->own.n++] = session->key;

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_own_sessions_text(ngx_pool_t *pool,
    const ledger_text_t *text, ngx_str_t *copy)
{
    copy->len = text->len;
    copy->data = ngx_pnalloc(pool, text->len);

    if (copy->data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(copy->data, text->data, text->len);

    return NGX_OK;
}


static void
ngx_http_whatsauth_own_sessions_end(
    ngx_http_whatsauth_own_sessions_read_t *read)
{
    ngx_int_t  rc;

    (void) ngx_http_whatsauth_hold_request(&read->hold);

    rc = read->failed
         ? ngx_http_whatsauth_refuse(read->visit,
                                     NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE,
                                     "the sessions cannot be read")
         : read->handler(read->visit, &read->own);

    ngx_http_whatsauth_hold_end(&read->hold, rc);
}
