
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * An engine on another machine, as far as its callers can tell: it stands
 * before the one that is configured, and records come one to four milliseconds
 * later, in no order.  Suites that pass with it do not rely on reads that are
 * made at once.
 *
 * If WHATSAUTH_LATE names a file, records wait as long as there is none; the
 * log has a line for each that begins to wait.
 */


#include "door/engine.h"


typedef struct {
    ngx_http_whatsauth_wait_t     wait;
    ngx_event_t                   timer;
    ngx_connection_t              dumb;      /* a debug log prints its fd */
    ngx_event_handler_pt          handler;
    uint64_t                      key;
    ngx_str_t                     app;       /* empty: by the key */
    ngx_str_t                     person;    /* user id or number */
    ngx_http_whatsauth_wanted_pt  wanted;
    ngx_http_whatsauth_scan_t    *scan;
    unsigned                      held:1;
} ngx_http_whatsauth_late_t;


static ngx_int_t ngx_http_whatsauth_late_init_module(ngx_cycle_t *cycle);
static ngx_int_t ngx_http_whatsauth_late_init_process(ngx_cycle_t *cycle);
static ngx_http_whatsauth_late_t *ngx_http_whatsauth_late(size_t more,
    ngx_event_handler_pt handler);
static ngx_http_whatsauth_wait_t *ngx_http_whatsauth_late_read(uint64_t key,
    ngx_http_whatsauth_read_pt done, void *data);
static ngx_http_whatsauth_wait_t *ngx_http_whatsauth_late_read_asked(
    const ledger_text_t *app, const ledger_text_t *user_id,
    ngx_http_whatsauth_read_pt done, void *data);
static ngx_http_whatsauth_wait_t *ngx_http_whatsauth_late_read_session(
    uint64_t key, ngx_http_whatsauth_session_pt done, void *data);
static ngx_http_whatsauth_wait_t *ngx_http_whatsauth_late_read_subject(
    const ledger_text_t *app, const ledger_text_t *number,
    ngx_http_whatsauth_subject_pt done, void *data);
static ngx_http_whatsauth_late_t *ngx_http_whatsauth_late_person(
    const ledger_text_t *app, const ledger_text_t *person,
    ngx_event_handler_pt handler);
static void ngx_http_whatsauth_late_texts(ngx_http_whatsauth_late_t *late,
    ledger_text_t *app, ledger_text_t *person);
static void ngx_http_whatsauth_late_due(ngx_http_whatsauth_scan_t *scan);
static void ngx_http_whatsauth_late_sweep_wanted(uint64_t now,
    ngx_http_whatsauth_wanted_pt done);
static void ngx_http_whatsauth_late_now(ngx_event_t *ev);
static ngx_uint_t ngx_http_whatsauth_late_is_held(
    ngx_http_whatsauth_late_t *late);
static void ngx_http_whatsauth_late_read_now(ngx_event_t *ev);
static void ngx_http_whatsauth_late_session_now(ngx_event_t *ev);
static void ngx_http_whatsauth_late_subject_now(ngx_event_t *ev);
static void ngx_http_whatsauth_late_due_now(ngx_event_t *ev);
static void ngx_http_whatsauth_late_sweep_now(ngx_event_t *ev);


static ngx_core_module_t  ngx_http_whatsauth_door_late_module_ctx = {
    ngx_string("whatsauth_door_late"),
    NULL,
    NULL
};


ngx_module_t  ngx_http_whatsauth_door_late_module = {
    NGX_MODULE_V1,
    &ngx_http_whatsauth_door_late_module_ctx,  /* module context */
    NULL,                                      /* module directives */
    NGX_CORE_MODULE,                           /* module type */
    NULL,                                      /* init master */
    ngx_http_whatsauth_late_init_module,       /* init module */
    ngx_http_whatsauth_late_init_process,      /* init process */
    NULL,                                      /* init thread */
    NULL,                                      /* exit thread */
    NULL,                                      /* exit process */
    NULL,                                      /* exit master */
    NGX_MODULE_V1_PADDING
};


static ngx_http_whatsauth_engine_t         ngx_http_whatsauth_late_engine;
static const ngx_http_whatsauth_engine_t  *ngx_http_whatsauth_late_real;
static const char                         *ngx_http_whatsauth_late_file;


/* Workers have no environment. */

static ngx_int_t
ngx_http_whatsauth_late_init_module(ngx_cycle_t *cycle)
{
    ngx_http_whatsauth_late_file = getenv("WHATSAUTH_LATE");

    return NGX_OK;
}


/* The module of the door has begun before, as it is loaded before. */

static ngx_int_t
ngx_http_whatsauth_late_init_process(ngx_cycle_t *cycle)
{
    if (ngx_http_whatsauth_door_engine == NULL) {
        return NGX_OK;
    }

    ngx_http_whatsauth_late_real = ngx_http_whatsauth_door_engine;
    ngx_http_whatsauth_late_engine = *ngx_http_whatsauth_door_engine;

    ngx_http_whatsauth_late_engine.read = ngx_http_whatsauth_late_read;
    ngx_http_whatsauth_late_engine.read_asked =
                                            ngx_http_whatsauth_late_read_asked;
    ngx_http_whatsauth_late_engine.read_session =
                                          ngx_http_whatsauth_late_read_session;
    ngx_http_whatsauth_late_engine.read_subject =
                                          ngx_http_whatsauth_late_read_subject;
    ngx_http_whatsauth_late_engine.due = ngx_http_whatsauth_late_due;
    ngx_http_whatsauth_late_engine.sweep_wanted =
                                          ngx_http_whatsauth_late_sweep_wanted;

    ngx_http_whatsauth_door_engine = &ngx_http_whatsauth_late_engine;

    ngx_log_error(NGX_LOG_NOTICE, cycle->log, 0,
                  "whatsauth: all reads are late");

    return NGX_OK;
}


static ngx_http_whatsauth_late_t *
ngx_http_whatsauth_late(size_t more, ngx_event_handler_pt handler)
{
    ngx_http_whatsauth_late_t  *late;

    late = ngx_calloc(sizeof(ngx_http_whatsauth_late_t) + more,
                      ngx_cycle->log);
    if (late == NULL) {
        ngx_abort();
    }

    late->dumb.fd = (ngx_socket_t) -1;
    late->handler = handler;
    late->timer.handler = ngx_http_whatsauth_late_now;
    late->timer.data = late;
    late->timer.log = ngx_cycle->log;

    ngx_add_timer(&late->timer, 1 + (ngx_msec_t) ngx_random() % 4);

    return late;
}


static ngx_http_whatsauth_wait_t *
ngx_http_whatsauth_late_read(uint64_t key, ngx_http_whatsauth_read_pt done,
    void *data)
{
    ngx_http_whatsauth_late_t  *late;

    late = ngx_http_whatsauth_late(0, ngx_http_whatsauth_late_read_now);

    late->key = key;
    late->wait.read = done;
    late->wait.data = data;

    return &late->wait;
}


static ngx_http_whatsauth_wait_t *
ngx_http_whatsauth_late_read_asked(const ledger_text_t *app,
    const ledger_text_t *user_id, ngx_http_whatsauth_read_pt done, void *data)
{
    ngx_http_whatsauth_late_t  *late;

    late = ngx_http_whatsauth_late_person(app, user_id,
                                          ngx_http_whatsauth_late_read_now);

    late->wait.read = done;
    late->wait.data = data;

    return &late->wait;
}


static ngx_http_whatsauth_wait_t *
ngx_http_whatsauth_late_read_session(uint64_t key,
    ngx_http_whatsauth_session_pt done, void *data)
{
    ngx_http_whatsauth_late_t  *late;

    late = ngx_http_whatsauth_late(0, ngx_http_whatsauth_late_session_now);

    late->key = key;
    late->wait.session = done;
    late->wait.data = data;

    return &late->wait;
}


static ngx_http_whatsauth_wait_t *
ngx_http_whatsauth_late_read_subject(const ledger_text_t *app,
    const ledger_text_t *number, ngx_http_whatsauth_subject_pt done,
    void *data)
{
    ngx_http_whatsauth_late_t  *late;

    late = ngx_http_whatsauth_late_person(app, number,
                                          ngx_http_whatsauth_late_subject_now);

    late->wait.subject = done;
    late->wait.data = data;

    return &late->wait;
}


static ngx_http_whatsauth_late_t *
ngx_http_whatsauth_late_person(const ledger_text_t *app,
    const ledger_text_t *person, ngx_event_handler_pt handler)
{
    ngx_http_whatsauth_late_t  *late;

    late = ngx_http_whatsauth_late(app->len + person->len, handler);

    late->app.len = app->len;
    late->app.data = (u_char *) (late + 1);
    late->person.len = person->len;
    late->person.data = ngx_cpymem(late->app.data, app->data, app->len);
    ngx_memcpy(late->person.data, person->data, person->len);

    return late;
}


static void
ngx_http_whatsauth_late_texts(ngx_http_whatsauth_late_t *late,
    ledger_text_t *app, ledger_text_t *person)
{
    app->data = late->app.data;
    app->len = late->app.len;
    person->data = late->person.data;
    person->len = late->person.len;
}


static void
ngx_http_whatsauth_late_due(ngx_http_whatsauth_scan_t *scan)
{
    ngx_http_whatsauth_late_t  *late;

    late = ngx_http_whatsauth_late(0, ngx_http_whatsauth_late_due_now);
    late->scan = scan;
}


static void
ngx_http_whatsauth_late_sweep_wanted(uint64_t now,
    ngx_http_whatsauth_wanted_pt done)
{
    ngx_http_whatsauth_late_t  *late;

    late = ngx_http_whatsauth_late(0, ngx_http_whatsauth_late_sweep_now);
    late->key = now;
    late->wanted = done;
}


static void
ngx_http_whatsauth_late_now(ngx_event_t *ev)
{
    ngx_http_whatsauth_late_t  *late;

    late = ev->data;

    if (ngx_http_whatsauth_late_is_held(late)) {
        ngx_add_timer(ev, 10);
        return;
    }

    late->handler(ev);
}


/* Scans do not wait: no request ends before them. */

static ngx_uint_t
ngx_http_whatsauth_late_is_held(ngx_http_whatsauth_late_t *late)
{
    if (ngx_http_whatsauth_late_file == NULL || late->scan != NULL
        || late->wanted != NULL
        || access(ngx_http_whatsauth_late_file, F_OK) == 0)
    {
        return 0;
    }

    if (!late->held) {
        late->held = 1;
        ngx_log_error(NGX_LOG_NOTICE, ngx_cycle->log, 0,
                      "whatsauth: a record waits");
    }

    return 1;
}


static void
ngx_http_whatsauth_late_read_now(ngx_event_t *ev)
{
    ledger_text_t               app, user_id;
    ngx_http_whatsauth_late_t  *late;

    late = ev->data;

    if (late->wait.read == NULL) {
        /* forgotten */

    } else if (late->app.len == 0) {
        (void) ngx_http_whatsauth_late_real->read(late->key, late->wait.read,
                                                  late->wait.data);

    } else {
        ngx_http_whatsauth_late_texts(late, &app, &user_id);

        (void) ngx_http_whatsauth_late_real->read_asked(&app, &user_id,
                                                        late->wait.read,
                                                        late->wait.data);
    }

    ngx_free(late);
}


static void
ngx_http_whatsauth_late_session_now(ngx_event_t *ev)
{
    ngx_http_whatsauth_late_t  *late;

    late = ev->data;

    if (late->wait.session != NULL) {
        (void) ngx_http_whatsauth_late_real->read_session(late->key,
                                                          late->wait.session,
                                                          late->wait.data);
    }

    ngx_free(late);
}


static void
ngx_http_whatsauth_late_subject_now(ngx_event_t *ev)
{
    ledger_text_t               app, number;
    ngx_http_whatsauth_late_t  *late;

    late = ev->data;

    if (late->wait.subject != NULL) {
        ngx_http_whatsauth_late_texts(late, &app, &number);

        (void) ngx_http_whatsauth_late_real->read_subject(&app, &number,
                                                          late->wait.subject,
                                                          late->wait.data);
    }

    ngx_free(late);
}


static void
ngx_http_whatsauth_late_due_now(ngx_event_t *ev)
{
    ngx_http_whatsauth_late_t  *late;

    late = ev->data;

    ngx_http_whatsauth_late_real->due(late->scan);

    ngx_free(late);
}


static void
ngx_http_whatsauth_late_sweep_now(ngx_event_t *ev)
{
    ngx_http_whatsauth_late_t  *late;

    late = ev->data;

    ngx_http_whatsauth_late_real->sweep_wanted(late->key, late->wanted);

    ngx_free(late);
}
