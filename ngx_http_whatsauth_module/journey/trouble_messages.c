
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/door.h"
#include "journey/trouble_messages.h"
#include "kit/trouble.h"


/* Where a body says whom it is for, and how long an id may be. */
#define NGX_HTTP_WHATSAUTH_ID_WITHIN     4096
#define NGX_HTTP_WHATSAUTH_ID_MAX        40

/* Milliseconds by which clocks may differ. */
#define NGX_HTTP_WHATSAUTH_SKEW_MAX      60000

/* Of the list of what was expected, and of a URL. */
#define NGX_HTTP_WHATSAUTH_EXPECTED_MAX  192
#define NGX_HTTP_WHATSAUTH_CHECKED_MAX   192

#define NGX_HTTP_WHATSAUTH_ANY_SECRET    ((ngx_http_whatsauth_secret_mask_t) -1)


static void ngx_http_whatsauth_trouble_messages_named(
    const ngx_http_whatsauth_webhook_t *webhook, ngx_str_t *id);
static ngx_http_whatsauth_app_t *ngx_http_whatsauth_trouble_messages_owner(
    const ngx_http_whatsauth_webhook_t *webhook, const ngx_str_t *id);
static void ngx_http_whatsauth_trouble_messages_url(
    const ngx_http_whatsauth_webhook_url_t *url, ngx_str_t *printed);
static void ngx_http_whatsauth_trouble_messages_expected(
    ngx_http_whatsauth_app_t *app, const ngx_http_whatsauth_webhook_t *webhook,
    const whatsauth_message_t *message, ngx_str_t *list);
static ngx_str_t ngx_http_whatsauth_trouble_messages_id(
    const whatsauth_text_t *id);
static ngx_str_t ngx_http_whatsauth_trouble_messages_mask(const char *data,
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
ngx_http_whatsauth_trouble_bad_signature(
    const ngx_http_whatsauth_webhook_t *webhook, ngx_log_t *log,
    const char *why)
{
    u_char                                buf[NGX_HTTP_WHATSAUTH_CHECKED_MAX];
    ngx_str_t                             id, url;
    ngx_http_whatsauth_app_t             *app;
    ngx_http_whatsauth_cause_t            cause;
    const ngx_http_whatsauth_provider_t  *provider;

    provider = webhook->provider;
    cause = ngx_http_whatsauth_trouble_signature(provider->number);

    if (provider->id_field == NULL) {
        ngx_http_whatsauth_trouble(cause, NULL, NULL, log,
                                   "messages refused: %s", why);
        return;
    }

    ngx_http_whatsauth_trouble_messages_named(webhook, &id);
    app = ngx_http_whatsauth_trouble_messages_owner(webhook, &id);

    if (webhook->url.host.len) {
        url.data = buf;
        ngx_http_whatsauth_trouble_messages_url(&webhook->url, &url);

        ngx_http_whatsauth_trouble(cause, app, NULL, log,
                                   "messages refused: %s; the body is for "
                                   "%s=%V, checked as %V, see "
                                   "whatsauth_public_url", why,
                                   provider->id_field, &id, &url);
        return;
    }

    ngx_http_whatsauth_trouble(cause, app, NULL, log,
                               "messages refused: %s; the body is for %s=%V",
                               why, provider->id_field, &id);
}


/* Its query may hold a token. */

static void
ngx_http_whatsauth_trouble_messages_url(
    const ngx_http_whatsauth_webhook_url_t *url, ngx_str_t *printed)
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
ngx_http_whatsauth_trouble_verified(const ngx_http_whatsauth_webhook_t *webhook)
{
    ngx_http_whatsauth_trouble_over(
             ngx_http_whatsauth_trouble_signature(webhook->provider->number),
             NULL, NULL);
}


/* The id is a stranger's text: letters and digits only, "none" else. */

static void
ngx_http_whatsauth_trouble_messages_named(
    const ngx_http_whatsauth_webhook_t *webhook, ngx_str_t *id)
{
    u_char      *p, *end;
    const char  *field;

    ngx_str_set(id, "none");

    field = webhook->provider->id_field;
    end = webhook->body + ngx_min(webhook->len, NGX_HTTP_WHATSAUTH_ID_WITHIN);
    p = ngx_strnstr(webhook->body, (char *) field, end - webhook->body);

    if (p == NULL) {
        return;
    }

    p += ngx_strlen(field);

    while (p < end && (*p == '"' || *p == ':' || *p == ' ' || *p == '=')) {
        p++;
    }

    for (id->data = p; p < end && isalnum(*p); p++) { /* void */ }

    id->len = p - id->data;

    if (id->len == 0 || id->len > NGX_HTTP_WHATSAUTH_ID_MAX) {
        ngx_str_set(id, "none");
    }
}


static ngx_http_whatsauth_app_t *
ngx_http_whatsauth_trouble_messages_owner(
    const ngx_http_whatsauth_webhook_t *webhook, const ngx_str_t *id)
{
    ngx_uint_t                       i;
    ngx_http_whatsauth_app_t       **apps;
    ngx_http_whatsauth_main_conf_t  *mcf;

    mcf = ngx_http_cycle_get_module_main_conf(ngx_cycle,
                                              ngx_http_whatsauth_module);
    apps = mcf->apps.elts;

    for (i = 0; i < mcf->apps.nelts; i++) {
        if (ngx_http_whatsauth_account_by_id(apps[i], webhook->provider,
                                             id->data, id->len)
            != NULL)
        {
            return apps[i];
        }
    }

    return NULL;
}


/*
 * Each tenant may post about the codes of others.  Messages that only another
 * tenant's secret verifies are counted apart, so that they cannot replace the
 * line about the app's own number.
 */

void
ngx_http_whatsauth_trouble_unheard(ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_webhook_t *webhook,
    const whatsauth_message_t *message, ngx_log_t *log)
{
    u_char                      buf[NGX_HTTP_WHATSAUTH_EXPECTED_MAX];
    ngx_str_t                   expected, came, number;
    ngx_http_whatsauth_cause_t  cause;

    came = ngx_http_whatsauth_trouble_messages_id(&message->account);
    number = ngx_http_whatsauth_trouble_messages_mask(message->to.data,
                                             message->to.len);

    cause = ngx_http_whatsauth_account_secret_mask(app, webhook->provider)
            & webhook->verified
            ? NGX_HTTP_WHATSAUTH_TROUBLE_NUMBER
            : NGX_HTTP_WHATSAUTH_TROUBLE_OTHER_SECRET;

    if (ngx_http_whatsauth_account_hears(app, webhook->provider,
                                         NGX_HTTP_WHATSAUTH_ANY_SECRET,
                                         message)
        != NULL)
    {
        ngx_http_whatsauth_trouble(cause, app, NULL, log, "a message with a "
                                   "code of this app came to %V, number "
                                   "...%V, as expected, but with the secret "
                                   "of another app or number", &came,
                                   &number);
        return;
    }

    expected.data = buf;
    ngx_http_whatsauth_trouble_messages_expected(app, webhook, message,
                                                 &expected);

    if (cause == NGX_HTTP_WHATSAUTH_TROUBLE_NUMBER) {
        ngx_http_whatsauth_trouble(cause, app, NULL, log, "a message with a "
                                   "code of this app came to %V, number "
                                   "...%V; expected %V", &came, &number,
                                   &expected);
        return;
    }

    ngx_http_whatsauth_trouble(cause, app, NULL, log, "a message with a "
                               "code of this app came to %V, number ...%V; "
                               "expected %V; signed with the secret of another "
                               "app", &came, &number, &expected);
}


/* The ids and the number of the app at the message's own provider. */

static void
ngx_http_whatsauth_trouble_messages_expected(ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_webhook_t *webhook,
    const whatsauth_message_t *message, ngx_str_t *list)
{
    u_char                         *p, *end;
    ngx_str_t                       phone;
    ngx_uint_t                      i, n;
    ngx_http_whatsauth_account_t  **accounts;

    p = list->data;
    end = p + NGX_HTTP_WHATSAUTH_EXPECTED_MAX;

    accounts = app->accounts.elts;
    n = 0;

    for (i = 0; i < app->accounts.nelts; i++) {

        if (accounts[i]->provider != webhook->provider) {
            continue;
        }

        n++;

        if (accounts[i]->id.len) {
            p = ngx_slprintf(p, end, "%V, ", &accounts[i]->id);
        }
    }

    phone = message->channel == WHATSAUTH_CHANNEL_SMS ? app->phone.sms
                                                      : app->phone.whatsapp;

    if (n == 0 || phone.len == 0) {
        p = ngx_slprintf(p, end, "none of this provider and channel");

    } else {
        phone = ngx_http_whatsauth_trouble_messages_mask((char *) phone.data,
                                                phone.len);
        p = ngx_slprintf(p, end, "number ...%V", &phone);
    }

    list->len = p - list->data;
}


/* In a body that another tenant has signed it may be any text. */

static ngx_str_t
ngx_http_whatsauth_trouble_messages_id(const whatsauth_text_t *id)
{
    size_t     i;
    ngx_str_t  shown;

    shown.data = (u_char *) id->data;
    shown.len = id->len;

    for (i = 0; i < id->len && isalnum((u_char) id->data[i]); i++) {
        /* void */
    }

    if (i < id->len || id->len == 0 || id->len > NGX_HTTP_WHATSAUTH_ID_MAX)
    {
        ngx_str_set(&shown, "none");
    }

    return shown;
}


/* The last two digits, if they are digits. */

static ngx_str_t
ngx_http_whatsauth_trouble_messages_mask(const char *data, size_t len)
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
    const ngx_http_whatsauth_provider_t *provider)
{
    ngx_http_whatsauth_trouble_over(NGX_HTTP_WHATSAUTH_TROUBLE_NUMBER, app,
                                    NULL);
    ngx_http_whatsauth_trouble_over(
                       ngx_http_whatsauth_trouble_signature(provider->number),
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
