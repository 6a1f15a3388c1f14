
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "ngx_http_whatsauth_store.h"
#include "ngx_http_whatsauth_trouble.h"
#include "ngx_http_whatsauth_trouble_messages.h"
#include "ngx_http_whatsauth_twilio.h"


/* Where a body says whom it is for, and how long an id may be. */
#define NGX_HTTP_WHATSAUTH_CLAIM_WITHIN  4096
#define NGX_HTTP_WHATSAUTH_CLAIM_MAX     40

/* Milliseconds by which clocks may differ. */
#define NGX_HTTP_WHATSAUTH_SKEW_MAX      60000

/* Of the list of what was expected. */
#define NGX_HTTP_WHATSAUTH_EXPECTED_MAX  128


static void ngx_http_whatsauth_trouble_claim(
    ngx_http_whatsauth_inspection_t *inspection, ngx_str_t *id);
static ngx_http_whatsauth_app_t *ngx_http_whatsauth_trouble_claimed(
    const ngx_str_t *id);
static ngx_uint_t ngx_http_whatsauth_trouble_is_number(
    ngx_http_whatsauth_app_t *app, const ngx_str_t *id);
static void ngx_http_whatsauth_trouble_expected(ngx_http_whatsauth_app_t *app,
    ngx_str_t *list);
static ngx_str_t ngx_http_whatsauth_trouble_mask(const char *data,
    size_t len);


void
ngx_http_whatsauth_trouble_unsigned(ngx_http_request_t *r, const char *why)
{
    ngx_http_whatsauth_trouble(NGX_HTTP_WHATSAUTH_TROUBLE_UNSIGNED, NULL, NULL,
                               r->connection->log, "messages refused: %s",
                               why);
}


/*
 * Anybody can post a bad signature.  What names a number of ours is counted
 * by its app, so that the noise of strangers, who do not know the ids of our
 * numbers, cannot hide a secret that is wrong.
 */

void
ngx_http_whatsauth_trouble_signature(
    ngx_http_whatsauth_inspection_t *inspection, ngx_log_t *log,
    const char *why)
{
    ngx_str_t                             id;
    const ngx_http_whatsauth_provider_t  *provider;

    provider = inspection->provider;
    ngx_http_whatsauth_trouble_claim(inspection, &id);

    ngx_http_whatsauth_trouble(provider->cause,
                               ngx_http_whatsauth_trouble_claimed(&id), NULL,
                               log,
                               "messages refused: %s; the body is for %s=%V",
                               why, provider->claim, &id);
}


void
ngx_http_whatsauth_trouble_proven(ngx_http_whatsauth_inspection_t *inspection)
{
    ngx_http_whatsauth_trouble_over(inspection->provider->cause, NULL, NULL);
    ngx_http_whatsauth_trouble_over(NGX_HTTP_WHATSAUTH_TROUBLE_UNSIGNED, NULL,
                                    NULL);
}


/* The id is a stranger's text: letters and digits only, "none" else. */

static void
ngx_http_whatsauth_trouble_claim(ngx_http_whatsauth_inspection_t *inspection,
    ngx_str_t *id)
{
    u_char  *p, *end;

    ngx_str_set(id, "none");

    end = inspection->body + ngx_min(inspection->len,
                                     NGX_HTTP_WHATSAUTH_CLAIM_WITHIN);
    p = ngx_strnstr(inspection->body, (char *) inspection->provider->claim,
                    end - inspection->body);

    if (p == NULL) {
        return;
    }

    p += ngx_strlen(inspection->provider->claim);

    while (p < end && (*p == '"' || *p == ':' || *p == ' ' || *p == '=')) {
        p++;
    }

    for (id->data = p; p < end && isalnum(*p); p++) { /* void */ }

    id->len = p - id->data;

    if (id->len == 0 || id->len > NGX_HTTP_WHATSAUTH_CLAIM_MAX) {
        ngx_str_set(id, "none");
    }
}


static ngx_http_whatsauth_app_t *
ngx_http_whatsauth_trouble_claimed(const ngx_str_t *id)
{
    ngx_uint_t                       i;
    ngx_http_whatsauth_app_t       **apps;
    ngx_http_whatsauth_main_conf_t  *mcf;

    mcf = ngx_http_cycle_get_module_main_conf(ngx_cycle,
                                              ngx_http_whatsauth_module);
    apps = mcf->apps.elts;

    for (i = 0; i < mcf->apps.nelts; i++) {
        if (ngx_http_whatsauth_trouble_is_number(apps[i], id)
            || ngx_http_whatsauth_twilio_account(apps[i], id->data, id->len)
               != NULL)
        {
            return apps[i];
        }
    }

    return NULL;
}


static ngx_uint_t
ngx_http_whatsauth_trouble_is_number(ngx_http_whatsauth_app_t *app,
    const ngx_str_t *id)
{
    ngx_uint_t                  i;
    ngx_http_whatsauth_meta_t  *meta;

    meta = app->meta.elts;

    for (i = 0; i < app->meta.nelts; i++) {
        if (meta[i].phone_number_id.len == id->len
            && ngx_memcmp(meta[i].phone_number_id.data, id->data, id->len)
               == 0)
        {
            return 1;
        }
    }

    return 0;
}


void
ngx_http_whatsauth_trouble_unheard(ngx_http_whatsauth_app_t *app,
    const whatsauth_message_t *message, ngx_log_t *log)
{
    u_char            buf[NGX_HTTP_WHATSAUTH_EXPECTED_MAX];
    ngx_str_t         expected, came, number;
    whatsauth_text_t  to;

    expected.data = buf;
    ngx_http_whatsauth_trouble_expected(app, &expected);

    came.data = (u_char *) message->number_id.data;
    came.len = message->number_id.len;
    to = message->display_number;

    if (message->account_sid.len) {
        came.data = (u_char *) message->account_sid.data;
        came.len = message->account_sid.len;
        to = message->to;
    }

    came.len = ngx_min(came.len, NGX_HTTP_WHATSAUTH_CLAIM_MAX);
    number = ngx_http_whatsauth_trouble_mask(to.data, to.len);

    ngx_http_whatsauth_trouble(NGX_HTTP_WHATSAUTH_TROUBLE_NUMBER, app, NULL,
                               log, "a message with its code came to %V, "
                               "number ...%V, or with another secret; "
                               "expected %V", &came, &number, &expected);
}


/* Ids at Meta and accounts at Twilio, and the numbers that go with them. */

static void
ngx_http_whatsauth_trouble_expected(ngx_http_whatsauth_app_t *app,
    ngx_str_t *list)
{
    u_char                       *p, *end;
    ngx_str_t                     phone, sms;
    ngx_uint_t                    i;
    ngx_http_whatsauth_meta_t    *meta;
    ngx_http_whatsauth_twilio_t  *twilio;

    p = list->data;
    end = p + NGX_HTTP_WHATSAUTH_EXPECTED_MAX;

    meta = app->meta.elts;

    for (i = 0; i < app->meta.nelts; i++) {
        if (meta[i].phone_number_id.len) {
            p = ngx_slprintf(p, end, "%V, ", &meta[i].phone_number_id);
        }
    }

    twilio = app->twilio.elts;

    for (i = 0; i < app->twilio.nelts; i++) {
        p = ngx_slprintf(p, end, "%V, ", &twilio[i].account_sid);
    }

    phone = ngx_http_whatsauth_trouble_mask((char *) app->phone.data,
                                            app->phone.len);
    p = ngx_slprintf(p, end, "number ...%V", &phone);

    if (app->sms_phone.len) {
        sms = ngx_http_whatsauth_trouble_mask((char *) app->sms_phone.data,
                                              app->sms_phone.len);
        p = ngx_slprintf(p, end, ", SMS ...%V", &sms);
    }

    list->len = p - list->data;
}


/* The last two digits. */

static ngx_str_t
ngx_http_whatsauth_trouble_mask(const char *data, size_t len)
{
    ngx_str_t  masked;

    masked.len = ngx_min(len, 2);
    masked.data = (u_char *) data + len - masked.len;

    return masked;
}


void
ngx_http_whatsauth_trouble_heard(ngx_http_whatsauth_app_t *app,
    const whatsauth_message_t *message)
{
    ngx_http_whatsauth_trouble_over(NGX_HTTP_WHATSAUTH_TROUBLE_NUMBER, app,
                                    NULL);
    ngx_http_whatsauth_trouble_over(message->account_sid.len
                              ? NGX_HTTP_WHATSAUTH_TROUBLE_TWILIO_SIGNATURE
                              : NGX_HTTP_WHATSAUTH_TROUBLE_META_SIGNATURE,
                              app, NULL);
}


/*
 * No message comes before it was sent, and none was sent before its code was
 * made: what says so has another clock than this machine.
 */

void
ngx_http_whatsauth_trouble_clock(const lmdb_store_op_t *op, uint64_t issued)
{
    uint64_t  now, sent;

    sent = op->u.message.sent_at;

    if (sent == 0) {
        return;
    }

    now = ngx_http_whatsauth_store_now();

    if (sent > now + NGX_HTTP_WHATSAUTH_SKEW_MAX) {
        ngx_http_whatsauth_trouble(NGX_HTTP_WHATSAUTH_TROUBLE_CLOCK, NULL,
                                   NULL, ngx_cycle->log,
                                   "clock skew: this machine is %uL seconds "
                                   "behind the time of a message",
                                   (sent - now) / 1000);

    } else if (sent + NGX_HTTP_WHATSAUTH_SKEW_MAX < issued) {
        ngx_http_whatsauth_trouble(NGX_HTTP_WHATSAUTH_TROUBLE_CLOCK, NULL,
                                   NULL, ngx_cycle->log,
                                   "clock skew: this machine is %uL seconds "
                                   "or more ahead: a message is older than "
                                   "its code", (issued - sent) / 1000);

    } else if (op->result == LMDB_STORE_OK) {
        ngx_http_whatsauth_trouble_over(NGX_HTTP_WHATSAUTH_TROUBLE_CLOCK, NULL,
                                        NULL);
    }
}
