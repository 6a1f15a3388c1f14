
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A customer of watches.  `door_watch FILE;` in a location: a request whose
 * path ends in ids, separated by commas, has them watched by its worker until
 * they are decided, and the response is the worker's pid.  Each one that is
 * decided is a line in FILE:
 *
 *     PID ID STATUS MICROSECONDS
 *
 * the last of them since validated_at, which is taken in the transaction and
 * in whole milliseconds: it has the commit in it, and up to one too much.
 *
 * With the argument `session` the sessions of these ids are watched, until they
 * have ended: the status is `ended`, and there is no time.
 *
 * With the argument `sweep` each watch ends when as many sweeps are committed
 * as need two iterations of the event loop.
 */


#include "door/engine.h"
#include "door/watch.h"


typedef struct {
    ngx_str_t                     file;
    ngx_fd_t                      fd;
} ngx_http_whatsauth_door_watch_conf_t;


typedef struct {
    ngx_http_whatsauth_watch_t    watch;
    ngx_fd_t                      fd;
    char                          id[WHATSAUTH_ID_LEN];
    ngx_uint_t                    sweeps;    /* under way */
    unsigned                      session:1;
    unsigned                      reading:1;
    unsigned                      again:1;
} ngx_http_whatsauth_door_watch_t;


static ngx_int_t ngx_http_whatsauth_door_watch_init_process(
    ngx_cycle_t *cycle);
static void *ngx_http_whatsauth_door_watch_create_conf(ngx_conf_t *cf);
static char *ngx_http_whatsauth_door_watch_conf(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);
static ngx_int_t ngx_http_whatsauth_door_watch_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_whatsauth_door_watch_begin(ngx_fd_t fd, u_char *id,
    const ngx_str_t *args);
static ngx_int_t ngx_http_whatsauth_door_watch_send(ngx_http_request_t *r,
    ngx_uint_t status);
static ngx_int_t ngx_http_whatsauth_door_watch_sweep(
    ngx_http_whatsauth_door_watch_t *w);
static void ngx_http_whatsauth_door_watch_swept(void *data,
    const ledger_op_t *op);
static void ngx_http_whatsauth_door_watch_changed(void *data);
static void ngx_http_whatsauth_door_watch_read(void *data,
    ledger_result_t result, const ledger_record_t *record);
static void ngx_http_whatsauth_door_watch_read_session(void *data,
    ledger_result_t result, const ledger_session_t *session);
static ngx_uint_t ngx_http_whatsauth_door_watch_goes_on(
    ngx_http_whatsauth_door_watch_t *w, ngx_uint_t ended);
static void ngx_http_whatsauth_door_watch_end(
    ngx_http_whatsauth_door_watch_t *w, const char *status, int64_t since);


static ngx_command_t  ngx_http_whatsauth_door_watch_commands[] = {

    { ngx_string("door_watch"),
      NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_whatsauth_door_watch_conf,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_whatsauth_door_watch_module_ctx = {
    NULL,                                   /* preconfiguration */
    NULL,                                   /* postconfiguration */

    NULL,                                   /* create main configuration */
    NULL,                                   /* init main configuration */

    NULL,                                   /* create server configuration */
    NULL,                                   /* merge server configuration */

    ngx_http_whatsauth_door_watch_create_conf,
                                            /* create location configuration */
    NULL                                    /* merge location configuration */
};


ngx_module_t  ngx_http_whatsauth_door_watch_module = {
    NGX_MODULE_V1,
    &ngx_http_whatsauth_door_watch_module_ctx,
                                            /* module context */
    ngx_http_whatsauth_door_watch_commands, /* module directives */
    NGX_HTTP_MODULE,                        /* module type */
    NULL,                                   /* init master */
    NULL,                                   /* init module */
    ngx_http_whatsauth_door_watch_init_process,
                                            /* init process */
    NULL,                                   /* init thread */
    NULL,                                   /* exit thread */
    NULL,                                   /* exit process */
    NULL,                                   /* exit master */
    NGX_MODULE_V1_PADDING
};


/* An engine may tell of keys before anybody watches: no worker dies of it. */

static ngx_int_t
ngx_http_whatsauth_door_watch_init_process(ngx_cycle_t *cycle)
{
    ngx_http_whatsauth_watch_changed_all();
    ngx_http_whatsauth_watch_changed(1);

    return NGX_OK;
}


static void *
ngx_http_whatsauth_door_watch_create_conf(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(ngx_http_whatsauth_door_watch_conf_t));
}


/* The descriptor is opened once and for all: reloads share the file. */

static char *
ngx_http_whatsauth_door_watch_conf(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_whatsauth_door_watch_conf_t *wcf = conf;

    ngx_str_t                 *value;
    ngx_http_core_loc_conf_t  *clcf;

    value = cf->args->elts;

    wcf->fd = ngx_open_file(value[1].data, NGX_FILE_APPEND,
                            NGX_FILE_CREATE_OR_OPEN, 0600);
    if (wcf->fd == NGX_INVALID_FILE) {
        return "cannot open its file";
    }

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = ngx_http_whatsauth_door_watch_handler;

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_whatsauth_door_watch_handler(ngx_http_request_t *r)
{
    u_char                                *p, *last;
    ngx_http_whatsauth_door_watch_conf_t  *wcf;

    wcf = ngx_http_get_module_loc_conf(r,
                                       ngx_http_whatsauth_door_watch_module);

    last = r->uri.data + r->uri.len;

    for (p = last; p > r->uri.data && p[-1] != '/'; p--) {
        /* void */
    }

    for ( /* void */ ; p + WHATSAUTH_ID_LEN <= last; p += WHATSAUTH_ID_LEN + 1)
    {
        if (ngx_http_whatsauth_door_watch_begin(wcf->fd, p, &r->args)
            != NGX_OK)
        {
            return ngx_http_whatsauth_door_watch_send(r,
                                                NGX_HTTP_SERVICE_UNAVAILABLE);
        }
    }

    return ngx_http_whatsauth_door_watch_send(r, NGX_HTTP_OK);
}


static ngx_int_t
ngx_http_whatsauth_door_watch_begin(ngx_fd_t fd, u_char *id,
    const ngx_str_t *args)
{
    whatsauth_codec_t                *codec;
    ngx_http_whatsauth_door_watch_t  *w;

    codec = ngx_http_whatsauth_door_codec();
    w = ngx_calloc(sizeof(ngx_http_whatsauth_door_watch_t), ngx_cycle->log);

    if (codec == NULL || w == NULL) {
        ngx_free(w);
        return NGX_ERROR;
    }

    ngx_memcpy(w->id, id, WHATSAUTH_ID_LEN);
    w->fd = fd;
    w->watch.changed = ngx_http_whatsauth_door_watch_changed;
    w->watch.data = w;

    if (whatsauth_id_decode(codec, w->id, WHATSAUTH_ID_LEN, &w->watch.key) != 0
        || ngx_http_whatsauth_watch(&w->watch) != NGX_OK)
    {
        ngx_free(w);
        return NGX_ERROR;
    }

    w->session = args->len == 7
                 && ngx_memcmp(args->data, "session", 7) == 0;

    if (args->len && !w->session) {
        return ngx_http_whatsauth_door_watch_sweep(w);
    }

    ngx_http_whatsauth_door_watch_changed(w);

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_door_watch_sweep(ngx_http_whatsauth_door_watch_t *w)
{
    ledger_op_t  op;

    ngx_memzero(&op, sizeof(ledger_op_t));
    op.kind = LEDGER_SWEEP;
    op.u.sweep.retain = 3600000;

    while (w->sweeps < 100) {
        w->sweeps++;

        if (ngx_http_whatsauth_door_submit(&op,
                                        ngx_http_whatsauth_door_watch_swept, w)
            == NULL)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static void
ngx_http_whatsauth_door_watch_swept(void *data, const ledger_op_t *op)
{
    ngx_http_whatsauth_door_watch_t *w = data;

    if (--w->sweeps == 0) {
        ngx_http_whatsauth_watch_end(&w->watch);
        ngx_free(w);
    }
}


static ngx_int_t
ngx_http_whatsauth_door_watch_send(ngx_http_request_t *r, ngx_uint_t status)
{
    u_char                     pid[NGX_INT64_LEN];
    ngx_int_t                  rc;
    ngx_str_t                  body, type;
    ngx_http_complex_value_t   cv;

    rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) {
        return rc;
    }

    body.data = pid;
    body.len = ngx_sprintf(pid, "%P", ngx_pid) - pid;

    ngx_memzero(&cv, sizeof(ngx_http_complex_value_t));
    cv.value.len = body.len;
    cv.value.data = ngx_pstrdup(r->pool, &body);

    if (cv.value.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_str_set(&type, "text/plain");

    return ngx_http_send_response(r, status, &type, &cv);
}


static void
ngx_http_whatsauth_door_watch_changed(void *data)
{
    ngx_http_whatsauth_door_watch_t *w = data;

    if (w->reading) {
        w->again = 1;
        return;
    }

    w->reading = 1;
    w->again = 0;

    if (w->session) {
        (void) ngx_http_whatsauth_door_read_session(w->watch.key,
                                   ngx_http_whatsauth_door_watch_read_session,
                                   w);
        return;
    }

    (void) ngx_http_whatsauth_door_read(w->watch.key,
                                        ngx_http_whatsauth_door_watch_read, w);
}


static void
ngx_http_whatsauth_door_watch_read(void *data, ledger_result_t result,
    const ledger_record_t *record)
{
    ngx_http_whatsauth_door_watch_t *w = data;

    int64_t         since;
    struct timeval  tv;

    if (ngx_http_whatsauth_door_watch_goes_on(w, result == LEDGER_OK
                                     && record->status
                                        != LEDGER_STATUS_REQUESTED))
    {
        return;
    }

    (void) gettimeofday(&tv, NULL);

    since = record->validated_at == 0 ? 0
            : (int64_t) tv.tv_sec * 1000000 + tv.tv_usec
              - (int64_t) record->validated_at * 1000;

    ngx_http_whatsauth_door_watch_end(w, ledger_status_word(record->status),
                                      since);
}


static void
ngx_http_whatsauth_door_watch_read_session(void *data, ledger_result_t result,
    const ledger_session_t *session)
{
    ngx_http_whatsauth_door_watch_t *w = data;

    if (!ngx_http_whatsauth_door_watch_goes_on(w, result == LEDGER_UNKNOWN)) {
        ngx_http_whatsauth_door_watch_end(w, "ended", 0);
    }
}


/* Reads once more if it was called meanwhile. */

static ngx_uint_t
ngx_http_whatsauth_door_watch_goes_on(ngx_http_whatsauth_door_watch_t *w,
    ngx_uint_t ended)
{
    w->reading = 0;

    if (!ended && w->again) {
        ngx_http_whatsauth_door_watch_changed(w);
    }

    return !ended;
}


static void
ngx_http_whatsauth_door_watch_end(ngx_http_whatsauth_door_watch_t *w,
    const char *status, int64_t since)
{
    u_char  line[256], *p;

    p = ngx_sprintf(line, "%P %*s %s %L\n", ngx_pid,
                    (size_t) WHATSAUTH_ID_LEN, w->id, status, since);

    (void) ngx_write_fd(w->fd, line, p - line);

    ngx_http_whatsauth_watch_end(&w->watch);
    ngx_free(w);
}
