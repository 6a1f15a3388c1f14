
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/door.h"
#include "journey/trouble_messages.h"
#include "kit/trouble.h"
#include "provider/meta.h"
#include "provider/twilio.h"


/* Where a body says whom it is for, and how long an id may be. */
#define NGX_HTTP_WHATSAUTH_CLAIM_WITHIN  4096
#define NGX_HTTP_WHATSAUTH_CLAIM_MAX     40

/* Milliseconds by which clocks may differ. */
#define NGX_HTTP_WHATSAUTH_SKEW_MAX      60000

/* Of the list of what was expected, and of a URL. */
#define NGX_HTTP_WHATSAUTH_EXPECTED_MAX  192
#define NGX_HTTP_WHATSAUTH_CHECKED_MAX   192

#define NGX_HTTP_WHATSAUTH_ANY_SECRET    ((ngx_http_whatsauth_secret_mask_t) -1)


static void ngx_http_whatsauth_trouble_claim(
    ngx_http_whatsauth_inspection_t *inspection, ngx_str_t *id);
static ngx_http_whatsauth_app_t *ngx_http_whatsauth_trouble_claimed(
    const ngx_str_t *id);
static ngx_uint_t ngx_http_whatsauth_trouble_is_number(
    ngx_http_whatsauth_app_t *app, const ngx_str_t *id);
static void ngx_http_whatsauth_trouble_url(
    const whatsauth_twilio_request_t *url, ngx_str_t *printed);
static void ngx_http_whatsauth_trouble_expected(ngx_http_whatsauth_app_t *app,
    const whatsauth_message_t *message, ngx_str_t *list);
static ngx_uint_t ngx_http_whatsauth_trouble_is_own(
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_secret_mask_t verified,
    const whatsauth_message_t *message);
static ngx_str_t ngx_http_whatsauth_trouble_id(const whatsauth_text_t *id);
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
 * Anybody can post a bad signature.  A body that names a configured number is
 * counted by its app, so that the noise of strangers, who do not know the ids
 * of our numbers, cannot hide a wrong secret.
 */

void
ngx_http_whatsauth_trouble_signature(
    ngx_http_whatsauth_inspection_t *inspection, ngx_log_t *log,
    const char *why)
{
    u_char                                buf[NGX_HTTP_WHATSAUTH_CHECKED_MAX];
    ngx_str_t                             id, url;
    ngx_http_whatsauth_app_t             *app;
    const ngx_http_whatsauth_provider_t  *provider;

    provider = inspection->provider;

    ngx_http_whatsauth_trouble_claim(inspection, &id);
    app = ngx_http_whatsauth_trouble_claimed(&id);

    if (inspection->url.host.len) {
        url.data = buf;
        ngx_http_whatsauth_trouble_url(&inspection->url, &url);

        ngx_http_whatsauth_trouble(provider->cause, app, NULL, log,
                                   "messages refused: %s; the body is for "
                                   "%s=%V, checked as %V, see "
                                   "whatsauth_public_url", why,
                                   provider->claim, &id, &url);
        return;
    }

    ngx_http_whatsauth_trouble(provider->cause, app, NULL, log,
                               "messages refused: %s; the body is for %s=%V",
                               why, provider->claim, &id);
}


/* Its query may hold a token. */

static void
ngx_http_whatsauth_trouble_url(const whatsauth_twilio_request_t *url,
    ngx_str_t *printed)
{
    u_char     *end, *query;
    ngx_str_t   path;

    path.data = (u_char *) url->target.data;
    path.len = url->target.len;

    query = ngx_strlchr(path.data, path.data + path.len, '?');

    if (query != NULL) {
        path.len = query - path.data;
    }

    end = ngx_slprintf(printed->data,
                       printed->data + NGX_HTTP_WHATSAUTH_CHECKED_MAX,
                       "%*s://%*s%V", url->scheme.len, url->scheme.data,
                       url->host.len, url->host.data, &path);

    printed->len = end - printed->data;
}


void
ngx_http_whatsauth_trouble_proven(ngx_http_whatsauth_inspection_t *inspection)
{
    ngx_http_whatsauth_trouble_over(inspection->provider->cause, NULL, NULL);
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


/*
 * Each tenant may post about the codes of others.  Messages that only another
 * tenant's secret verifies are counted apart, so that they cannot replace the
 * line about the app's own number.
 */

void
ngx_http_whatsauth_trouble_unheard(ngx_http_whatsauth_app_t *app,
    ngx_http_whatsauth_secret_mask_t verified,
    const whatsauth_message_t *message,
    ngx_log_t *log)
{
    u_char                      buf[NGX_HTTP_WHATSAUTH_EXPECTED_MAX];
    ngx_str_t                   expected, came, number;
    whatsauth_text_t            id, to;
    ngx_http_whatsauth_cause_t  cause;

    id = message->account_sid.len ? message->account_sid : message->number_id;
    to = message->account_sid.len ? message->to : message->display_number;

    came = ngx_http_whatsauth_trouble_id(&id);
    number = ngx_http_whatsauth_trouble_mask(to.data, to.len);

    cause = ngx_http_whatsauth_trouble_is_own(app, verified, message)
            ? NGX_HTTP_WHATSAUTH_TROUBLE_NUMBER
            : NGX_HTTP_WHATSAUTH_TROUBLE_OTHER_SECRET;

    if (ngx_http_whatsauth_provider_hears(app, NGX_HTTP_WHATSAUTH_ANY_SECRET,
                                     message))
    {
        ngx_http_whatsauth_trouble(cause, app, NULL, log, "a message with its "
                                   "code came to %V, number ...%V, as "
                                   "expected, but with the secret of another "
                                   "app or number", &came, &number);
        return;
    }

    expected.data = buf;
    ngx_http_whatsauth_trouble_expected(app, message, &expected);

    if (cause == NGX_HTTP_WHATSAUTH_TROUBLE_NUMBER) {
        ngx_http_whatsauth_trouble(cause, app, NULL, log, "a message with its "
                                   "code came to %V, number ...%V; expected "
                                   "%V", &came, &number, &expected);
        return;
    }

    ngx_http_whatsauth_trouble(cause, app, NULL, log, "a message with its "
                               "code came to %V, number ...%V; expected %V; "
                               "signed with the secret of another app", &came,
                               &number, &expected);
}


/* 1 if the message is signed with a secret of the app. */

static ngx_uint_t
ngx_http_whatsauth_trouble_is_own(ngx_http_whatsauth_app_t *app,
    ngx_http_whatsauth_secret_mask_t verified,
    const whatsauth_message_t *message)
{
    ngx_uint_t                     i;
    ngx_http_whatsauth_meta_t     *meta;
    ngx_http_whatsauth_twilio_t   *twilio;
    ngx_http_whatsauth_secret_mask_t   own;

    own = 0;

    if (message->account_sid.len) {
        twilio = app->twilio.elts;

        for (i = 0; i < app->twilio.nelts; i++) {
            own |= twilio[i].auth_tokens;
        }

    } else {
        meta = app->meta.elts;

        for (i = 0; i < app->meta.nelts; i++) {
            own |= meta[i].secrets;
        }
    }

    return (own & verified) != 0;
}


/* The ids and the number of the app at the message's own provider. */

static void
ngx_http_whatsauth_trouble_expected(ngx_http_whatsauth_app_t *app,
    const whatsauth_message_t *message, ngx_str_t *list)
{
    u_char                       *p, *end;
    ngx_str_t                     phone;
    ngx_uint_t                    i, n;
    ngx_http_whatsauth_meta_t    *meta;
    ngx_http_whatsauth_twilio_t  *twilio;

    p = list->data;
    end = p + NGX_HTTP_WHATSAUTH_EXPECTED_MAX;

    meta = app->meta.elts;
    twilio = app->twilio.elts;
    n = message->account_sid.len ? app->twilio.nelts : app->meta.nelts;

    for (i = 0; i < n; i++) {
        if (message->account_sid.len) {
            p = ngx_slprintf(p, end, "%V, ", &twilio[i].account_sid);

        } else if (meta[i].phone_number_id.len) {
            p = ngx_slprintf(p, end, "%V, ", &meta[i].phone_number_id);
        }
    }

    phone = message->channel == WHATSAUTH_CHANNEL_SMS ? app->phone.sms
                                                      : app->phone.whatsapp;

    if (n == 0 || phone.len == 0) {
        p = ngx_slprintf(p, end, "none of this provider and channel");

    } else {
        phone = ngx_http_whatsauth_trouble_mask((char *) phone.data,
                                                phone.len);
        p = ngx_slprintf(p, end, "number ...%V", &phone);
    }

    list->len = p - list->data;
}


/* In a body that another tenant has signed it may be any text. */

static ngx_str_t
ngx_http_whatsauth_trouble_id(const whatsauth_text_t *id)
{
    size_t     i;
    ngx_str_t  shown;

    shown.data = (u_char *) id->data;
    shown.len = id->len;

    for (i = 0; i < id->len && isalnum((u_char) id->data[i]); i++) {
        /* void */
    }

    if (i < id->len || id->len == 0 || id->len > NGX_HTTP_WHATSAUTH_CLAIM_MAX)
    {
        ngx_str_set(&shown, "none");
    }

    return shown;
}


/* The last two digits, if they are digits. */

static ngx_str_t
ngx_http_whatsauth_trouble_mask(const char *data, size_t len)
{
    size_t     i;
    ngx_str_t  masked;

    masked.len = ngx_min(len, 2);
    masked.data = (u_char *) data + len - masked.len;

    for (i = 0; i < masked.len; i++) {
        if (!isdigit(masked.data[i])) {
            ngx_str_set(&masked, "?");
        }
    }

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
ngx_http_whatsauth_trouble_clock(const ledger_op_t *op, uint64_t issued)
{
    uint64_t  now, sent;

    sent = op->u.message.sent_at;

    if (sent == 0) {
        return;
    }

    now = ngx_http_whatsauth_door_now();

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

    } else if (op->result == LEDGER_OK) {
        ngx_http_whatsauth_trouble_over(NGX_HTTP_WHATSAUTH_TROUBLE_CLOCK, NULL,
                                        NULL);
    }
}
