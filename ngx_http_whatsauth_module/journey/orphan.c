
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/door.h"
#include "journey/orphan.h"
#include "kit/trouble.h"


/* Milliseconds until the app is looked for again. */
#define NGX_HTTP_WHATSAUTH_ORPHAN_WAIT  60000


typedef struct ngx_http_whatsauth_orphan_s  ngx_http_whatsauth_orphan_t;

struct ngx_http_whatsauth_orphan_s {
    ngx_http_whatsauth_orphan_t    *next;
    ngx_str_t                       name;       /* of the app */
};


static void ngx_http_whatsauth_orphan_report(const ngx_str_t *name);


void
ngx_http_whatsauth_orphan_outcome(const ledger_record_t *record,
    const ngx_http_whatsauth_main_conf_t *mcf, ledger_op_t *op)
{
    uint64_t   now;
    ngx_str_t  name;

    now = ngx_http_whatsauth_door_now();

    name.data = (u_char *) record->text[LEDGER_APP].data;
    name.len = record->text[LEDGER_APP].len;

    ngx_http_whatsauth_orphan_report(&name);

    if (now <= record->expires_at + mcf->store.retain) {
        op->u.complete.outcome = LEDGER_RELEASE;
        op->u.complete.next_at = now + NGX_HTTP_WHATSAUTH_ORPHAN_WAIT;
        return;
    }

    op->u.complete.outcome = LEDGER_GIVE_UP;
    op->u.complete.error = LEDGER_ERROR_APP_REMOVED;

    ngx_http_whatsauth_trouble(NGX_HTTP_WHATSAUTH_TROUBLE_CALLBACK, NULL,
                               NULL, ngx_cycle->log, "callback of app \"%V\" "
                               "given up: it is not configured any more",
                               &name);
}


/* Once in each worker, not once a minute for each record. */

static void
ngx_http_whatsauth_orphan_report(const ngx_str_t *name)
{
    static ngx_http_whatsauth_orphan_t  *reported;

    ngx_http_whatsauth_orphan_t         *app;

    for (app = reported; app != NULL; app = app->next) {

        if (app->name.len == name->len
            && ngx_memcmp(app->name.data, name->data, name->len) == 0)
        {
            return;
        }
    }

    ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                  "whatsauth: callbacks of app \"%V\" wait: it is not "
                  "configured any more", name);

    app = ngx_alloc(sizeof(ngx_http_whatsauth_orphan_t) + name->len,
                    ngx_cycle->log);
    if (app == NULL) {
        return;
    }

    app->name.len = name->len;
    app->name.data = (u_char *) (app + 1);
    ngx_memcpy(app->name.data, name->data, name->len);

    app->next = reported;
    reported = app;
}
