
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdlib.h>
#include <jansson.h>

#include "form.h"
#include "phone.h"
#include "reply.h"


static json_t *
whatsauth_reply_text(const whatsauth_text_t *text)
{
    return json_stringn(text->len == 0 ? "" : text->data, text->len);
}


/* An international number needs its plus, or Meta guesses the country. */
static json_t *
whatsauth_reply_number(const whatsauth_text_t *phone)
{
    char  buf[1 + WHATSAUTH_PHONE_DIGITS_MAX];

    if (phone->len > WHATSAUTH_PHONE_DIGITS_MAX) {
        return NULL;
    }

    buf[0] = '+';

    return json_stringn(buf, (size_t) (whatsauth_text_put(buf + 1, phone)
                                       - buf));
}


/*
 * The members before type.  If memory is out, Jansson returns NULL, and
 * setting a NULL fails, so one check at the end is enough.
 */
static json_t *
whatsauth_reply_meta(const whatsauth_reply_t *reply, int *failed)
{
    json_t  *root, *context;

    root = json_object();

    *failed = json_object_set_new(root, "messaging_product",
                                  json_string("whatsapp"));
    *failed |= json_object_set_new(root, "recipient_type",
                                   json_string("individual"));

    if (reply->phone.len != 0) {
        *failed |= json_object_set_new(root, "to",
                                       whatsauth_reply_number(&reply->phone));

    } else {
        *failed |= json_object_set_new(root, "recipient",
                                       whatsauth_reply_text(&reply->user_id));
    }

    if (reply->message_id.len != 0) {
        context = json_object();

        *failed |= json_object_set_new(context, "message_id",
                                  whatsauth_reply_text(&reply->message_id));
        *failed |= json_object_set_new(root, "context", context);
    }

    return root;
}


static char *
whatsauth_reply_dump(json_t *root, int failed, size_t *len)
{
    char  *body;

    body = failed ? NULL : json_dumps(root, JSON_COMPACT);
    json_decref(root);

    *len = (body == NULL) ? 0 : strlen(body);

    return body;
}


char *
whatsauth_reply_meta_text(const whatsauth_reply_t *reply, size_t *len)
{
    int      failed;
    json_t  *root, *text;

    root = whatsauth_reply_meta(reply, &failed);
    text = json_object();

    failed |= json_object_set_new(text, "preview_url", json_false());
    failed |= json_object_set_new(text, "body",
                                  whatsauth_reply_text(&reply->text));
    failed |= json_object_set_new(root, "type", json_string("text"));
    failed |= json_object_set_new(root, "text", text);

    return whatsauth_reply_dump(root, failed, len);
}


char *
whatsauth_reply_meta_contact_request(const whatsauth_reply_t *reply,
    const char *type, size_t *len)
{
    int      failed;
    json_t  *root, *interactive, *body, *action;

    root = whatsauth_reply_meta(reply, &failed);
    interactive = json_object();
    body = json_object();
    action = json_object();

    failed |= json_object_set_new(body, "text",
                                  whatsauth_reply_text(&reply->text));
    failed |= json_object_set_new(action, "name", json_string(type));
    failed |= json_object_set_new(interactive, "type", json_string(type));
    failed |= json_object_set_new(interactive, "body", body);
    failed |= json_object_set_new(interactive, "action", action);
    failed |= json_object_set_new(root, "type", json_string("interactive"));
    failed |= json_object_set_new(root, "interactive", interactive);

    return whatsauth_reply_dump(root, failed, len);
}


/* Writes the form, or measures it if out is NULL. */
static size_t
whatsauth_reply_form(const whatsauth_reply_t *reply, char *out)
{
    size_t                          i, n;
    unsigned                        hidden;
    const whatsauth_text_t         *parts[6];
    static const whatsauth_text_t   body = whatsauth_text("&Body=");
    static const whatsauth_text_t   from[] = {
        whatsauth_text("From=whatsapp%3A"), whatsauth_text("From=")
    };
    static const whatsauth_text_t   to[][2] = {
        { whatsauth_text("&To=whatsapp%3A%2B"), whatsauth_text("&To=%2B") },
        { whatsauth_text("&To=whatsapp%3A"), whatsauth_text("&To=") }
    };

    hidden = (reply->phone.len == 0);

    parts[0] = &from[reply->channel];
    parts[1] = &reply->from;
    parts[2] = &to[hidden][reply->channel];
    parts[3] = hidden ? &reply->user_id : &reply->phone;
    parts[4] = &body;
    parts[5] = &reply->text;

    n = 0;

    for (i = 0; i < 6; i++) {
        n += whatsauth_encode(parts[i], (i % 2 == 0) ? WHATSAUTH_ENCODE_NOTHING
                                                     : WHATSAUTH_ENCODE_FORM,
                              out == NULL ? NULL : out + n);
    }

    return n;
}


char *
whatsauth_reply_twilio_text(const whatsauth_reply_t *reply, size_t *len)
{
    char  *body;

    *len = whatsauth_reply_form(reply, NULL);
    body = malloc(*len + 1);

    if (body == NULL) {
        *len = 0;
        return NULL;
    }

    (void) whatsauth_reply_form(reply, body);
    body[*len] = '\0';

    return body;
}
