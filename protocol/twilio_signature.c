
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <limits.h>
#include <stdlib.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base64.h"
#include "form.h"
#include "twilio.h"


/* Bytes: more than the signs between the parts of a URL, and a port. */
#define WHATSAUTH_TWILIO_URL_EXTRA  (sizeof("://@:443") - 1)


typedef struct {
    whatsauth_field_t  *fields;
    size_t              n;
    size_t              len;          /* of all names and values */
    char               *decoded;      /* what the fields point into */
} whatsauth_twilio_params_t;


int
whatsauth_twilio_signature_parse(const whatsauth_text_t *header,
    uint8_t mac[WHATSAUTH_TWILIO_MAC_LEN])
{
    size_t   n;
    uint8_t  data[WHATSAUTH_BASE64_MAX];

    if (whatsauth_base64_decode(header, data, &n) != 0
        || n != WHATSAUTH_TWILIO_MAC_LEN)
    {
        return -1;
    }

    memcpy(mac, data, WHATSAUTH_TWILIO_MAC_LEN);

    return 0;
}


/* The characters allowed in a part of the URL that a client chooses. */
static int
whatsauth_twilio_signature_is_token(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')
           || (c >= 'A' && c <= 'Z')
           || c == '.' || c == '_' || c == '~' || c == '-';
}


/*
 * The bit of the argument that begins at *pos, or 0.  Moves *pos to the end of
 * its value, which must not be empty.
 */
static unsigned
whatsauth_twilio_signature_argument(const char **pos, const char *end)
{
    size_t                         i, len;
    const char                    *p;
    static const whatsauth_text_t  names[] = {
        whatsauth_text("app="), whatsauth_text("api_token="),
        whatsauth_text("auth_token=")
    };

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        len = names[i].len;

        if ((size_t) (end - *pos) <= len
            || memcmp(*pos, names[i].data, len) != 0)
        {
            continue;
        }

        p = *pos + len;

        while (p < end && whatsauth_twilio_signature_is_token(*p)) {
            p++;
        }

        len = (size_t) (p - *pos) - len;
        *pos = p;

        return (len == 0) ? 0 : 1U << i;
    }

    return 0;
}


int
whatsauth_twilio_is_target(const whatsauth_text_t *target,
    const whatsauth_text_t *path)
{
    unsigned     seen, bit;
    const char  *p, *end;

    if (path->len == 0 || target->len < path->len
        || memcmp(target->data, path->data, path->len) != 0)
    {
        return 0;
    }

    seen = 0;
    p = target->data + path->len;
    end = whatsauth_text_end(target);

    while (p < end) {
        if (*p++ != (seen ? '&' : '?')) {
            return 0;
        }

        bit = whatsauth_twilio_signature_argument(&p, end);

        if (bit == 0 || (seen & bit)) {
            return 0;
        }

        seen |= bit;
    }

    return 1;
}


static int
whatsauth_twilio_signature_compare_text(const whatsauth_text_t *a,
    const whatsauth_text_t *b)
{
    int     rc;
    size_t  n;

    n = (a->len < b->len) ? a->len : b->len;
    rc = (n == 0) ? 0 : memcmp(a->data, b->data, n);

    return (rc != 0) ? rc : (a->len > b->len) - (a->len < b->len);
}


static int
whatsauth_twilio_signature_compare(const void *a, const void *b)
{
    int                       rc;
    const whatsauth_field_t  *one, *two;

    one = a;
    two = b;

    rc = whatsauth_twilio_signature_compare_text(&one->name, &two->name);

    return (rc != 0) ? rc
           : whatsauth_twilio_signature_compare_text(&one->value, &two->value);
}


/* Sorts the fields and drops duplicates. */
static void
whatsauth_twilio_signature_params_sort(whatsauth_twilio_params_t *params)
{
    size_t              i, n;
    whatsauth_field_t  *fields;

    n = 0;
    fields = params->fields;

    if (params->n != 0) {
        qsort(fields, params->n, sizeof(whatsauth_field_t),
              whatsauth_twilio_signature_compare);
    }

    for (i = 0; i < params->n; i++) {
        if (n != 0
            && whatsauth_twilio_signature_compare(&fields[n - 1], &fields[i])
               == 0)
        {
            continue;
        }

        fields[n++] = fields[i];
        params->len += fields[i].name.len + fields[i].value.len;
    }

    params->n = n;
}


/* Returns 1, 0 if there are too many, or -1 when memory is out. */
static int
whatsauth_twilio_signature_params_read(whatsauth_twilio_params_t *params,
    const whatsauth_text_t *body)
{
    whatsauth_form_t   form;
    whatsauth_field_t  field;

    params->fields = malloc(WHATSAUTH_TWILIO_FIELDS_MAX
                            * sizeof(whatsauth_field_t));
    params->decoded = malloc(body->len + 1);

    if (params->fields == NULL || params->decoded == NULL) {
        return -1;
    }

    whatsauth_form_start(&form, body, params->decoded);

    while (whatsauth_form_next(&form, &field)) {
        if (params->n == WHATSAUTH_TWILIO_FIELDS_MAX) {
            return 0;
        }

        params->fields[params->n++] = field;
    }

    whatsauth_twilio_signature_params_sort(params);

    return 1;
}


/* The host without its port; that of an IPv6 address follows a bracket. */
static size_t
whatsauth_twilio_signature_host_len(const whatsauth_text_t *host)
{
    size_t  i;

    for (i = host->len; i > 0; i--) {
        if (host->data[i - 1] == ']') {
            break;
        }

        if (host->data[i - 1] == ':') {
            return i - 1;
        }
    }

    return host->len;
}


static int
whatsauth_twilio_signature_is_https(const whatsauth_twilio_request_t *request)
{
    static const whatsauth_text_t  https = whatsauth_text("https");

    return whatsauth_text_equal(&request->scheme, &https);
}


/* "user@" of a URL becomes "user:" in HTTP Basic. */
static whatsauth_text_t
whatsauth_twilio_signature_userinfo(const whatsauth_twilio_request_t *request)
{
    whatsauth_text_t  userinfo;

    userinfo = request->userinfo;

    if (userinfo.len != 0
        && memchr(userinfo.data, ':', userinfo.len)
           == userinfo.data + userinfo.len - 1)
    {
        userinfo.len--;
    }

    return userinfo;
}


static char *
whatsauth_twilio_signature_put_url(char *p,
    const whatsauth_twilio_request_t *request, int with_user, int with_port)
{
    whatsauth_text_t               host, userinfo;
    static const whatsauth_text_t  slashes = whatsauth_text("://");
    static const whatsauth_text_t  ports[] = {
        whatsauth_text(":80"), whatsauth_text(":443")
    };

    p = whatsauth_text_put(p, &request->scheme);
    p = whatsauth_text_put(p, &slashes);

    if (with_user) {
        userinfo = whatsauth_twilio_signature_userinfo(request);
        p = whatsauth_text_put(p, &userinfo);
        *p++ = '@';
    }

    host.data = request->host.data;
    host.len = whatsauth_twilio_signature_host_len(&request->host);

    if (!with_port) {
        p = whatsauth_text_put(p, &host);

    } else {
        p = whatsauth_text_put(p, &request->host);

        if (host.len == request->host.len) {
            p = whatsauth_text_put(p,
                          &ports[whatsauth_twilio_signature_is_https(request)]);
        }
    }

    return whatsauth_text_put(p, &request->target);
}


/*
 * A client chooses the header Authorization, so nothing in it may pass for the
 * "/" that ends the host of another URL.
 */
static int
whatsauth_twilio_signature_has_user(const whatsauth_text_t *userinfo)
{
    size_t  i, colons;

    colons = 0;

    for (i = 0; i < userinfo->len; i++) {
        if (userinfo->data[i] == ':') {
            colons++;

        } else if (!whatsauth_twilio_signature_is_token(userinfo->data[i])) {
            return 0;
        }
    }

    return userinfo->len != 0 && colons <= 1;
}


/* The first of the contents keeps the fields in place. */
static char *
whatsauth_twilio_signature_put_fields(char *p,
    const whatsauth_twilio_params_t *params, int first)
{
    char               *name, *value;
    size_t              i;
    whatsauth_field_t  *field;

    for (i = 0; i < params->n; i++) {
        field = &params->fields[i];

        name = p;
        value = whatsauth_text_put(name, &field->name);
        p = whatsauth_text_put(value, &field->value);

        if (first) {
            field->name.data = name;
            field->value.data = value;
        }
    }

    return p;
}


static int
whatsauth_twilio_signature_lay_out(const whatsauth_twilio_request_t *request,
    const whatsauth_twilio_params_t *params,
    whatsauth_twilio_signed_t *content)
{
    int                with_user, with_port;
    char              *p;
    whatsauth_text_t  *text;

    content->owner = malloc(WHATSAUTH_TWILIO_URLS_MAX
                            * (request->scheme.len + request->userinfo.len
                               + request->host.len + request->target.len
                               + WHATSAUTH_TWILIO_URL_EXTRA + params->len));

    if (content->owner == NULL) {
        return -1;
    }

    p = content->owner;

    for (with_user = whatsauth_twilio_signature_has_user(&request->userinfo);
         with_user >= 0;
         with_user--)
    {
        for (with_port = 0; with_port <= 1; with_port++) {
            text = &content->contents[content->n];
            text->data = p;
            p = whatsauth_twilio_signature_put_url(p, request, with_user,
                                                   with_port);
            p = whatsauth_twilio_signature_put_fields(p, params,
                                                      content->n == 0);

            text->len = (size_t) (p - text->data);
            content->n++;
        }
    }

    return 0;
}


int
whatsauth_twilio_signed(const whatsauth_twilio_request_t *request,
    whatsauth_twilio_signed_t *content)
{
    int                        rc;
    whatsauth_twilio_params_t  params;

    memset(content, 0, sizeof(whatsauth_twilio_signed_t));
    memset(&params, 0, sizeof(whatsauth_twilio_params_t));

    if (request->body.len > WHATSAUTH_TWILIO_BODY_MAX) {
        return 0;
    }

    rc = whatsauth_twilio_signature_params_read(&params, &request->body);

    if (rc == 1
        && whatsauth_twilio_signature_lay_out(request, &params, content) != 0)
    {
        rc = -1;
    }

    free(params.decoded);

    if (rc == 1) {
        content->fields = params.fields;
        content->fields_n = params.n;
        return 0;
    }

    free(params.fields);

    return rc;
}


void
whatsauth_twilio_signed_free(whatsauth_twilio_signed_t *content)
{
    free(content->fields);
    free(content->owner);
    memset(content, 0, sizeof(whatsauth_twilio_signed_t));
}


int
whatsauth_twilio_verify(const whatsauth_twilio_signed_t *content,
    const whatsauth_text_t *token,
    const uint8_t mac[WHATSAUTH_TWILIO_MAC_LEN])
{
    int                      verified;
    size_t                   i;
    uint8_t                  made[WHATSAUTH_TWILIO_MAC_LEN];
    const whatsauth_text_t  *text;

    if (token->len == 0 || token->len > INT_MAX) {
        return 0;
    }

    verified = 0;

    for (i = 0; i < content->n; i++) {
        text = &content->contents[i];

        if (HMAC(EVP_sha1(), token->data, (int) token->len,
                 (const unsigned char *) text->data, text->len, made, NULL)
            == NULL)
        {
            ERR_clear_error();
            return -1;
        }

        verified |= (CRYPTO_memcmp(made, mac, sizeof(made)) == 0);
    }

    return verified;
}
