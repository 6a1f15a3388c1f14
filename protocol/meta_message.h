
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * One message of Meta's webhook payload.
 */


#ifndef _WHATSAUTH_META_MESSAGE_H_INCLUDED_
#define _WHATSAUTH_META_MESSAGE_H_INCLUDED_


#include <jansson.h>

#include "message.h"


/*
 * Adds a contact to contacts, an object that holds each one by wa_id, by its
 * canonical spelling and by user_id (which has another form), so that many
 * messages find theirs in linear time.  Returns 0, or -1 when memory is out.
 */
int whatsauth_meta_add_contact(json_t *contacts, json_t *contact);

/* 1 if value, an object, has the shape of a message. */
int whatsauth_meta_is_message(json_t *value);

/*
 * Fills message; the caller has set the number that it came to.  only is the
 * only contact beside the only message of a value, or NULL.
 * Returns 0, or -1 when memory is out.
 */
int whatsauth_meta_fill_message(whatsauth_message_t *message, json_t *value,
    json_t *contacts, json_t *only);


#endif /* _WHATSAUTH_META_MESSAGE_H_INCLUDED_ */
