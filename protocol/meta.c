
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdlib.h>
#include <jansson.h>

#include "jansson_text.h"
#include "json_body.h"
#include "meta.h"
#include "meta_message.h"
#include "phone.h"


/* The digits of one display_phone_number. */
typedef struct {
    char  digits[WHATSAUTH_PHONE_DIGITS_MAX];
} whatsauth_meta_number_t;


/* The memory of a batch, one block; the numbers follow the messages. */
typedef struct {
    json_t                   *root;
    whatsauth_meta_number_t  *numbers;
    size_t                    numbers_n;
    size_t                    messages_n;
    whatsauth_message_t       messages[];
} whatsauth_meta_owner_t;


/* The state of a pass; the first of two only counts. */
typedef struct {
    whatsauth_message_batch_t  *batch;
    whatsauth_meta_owner_t     *owner;

    /* Of the value at hand. */
    whatsauth_text_t            account;
    whatsauth_text_t            to;
    json_t                     *contacts;    /* by wa_id and by user_id */
    json_t                     *only;        /* the only contact, or NULL */
} whatsauth_meta_t;


typedef int (*whatsauth_meta_pt)(whatsauth_meta_t *meta, json_t *value);


/* Calls handler for each object of the array at key; skips all else. */
static int
whatsauth_meta_each(whatsauth_meta_t *meta, json_t *object, const char *key,
    whatsauth_meta_pt handler)
{
    size_t   i;
    json_t  *array, *value;

    array = json_object_get(object, key);

    if (array == NULL) {
        return 0;
    }

    if (!json_is_array(array)) {
        meta->batch->skipped++;
        return 0;
    }

    json_array_foreach(array, i, value) {
        if (!json_is_object(value)) {
            meta->batch->skipped++;
            continue;
        }

        if (handler(meta, value) != 0) {
            return -1;
        }
    }

    return 0;
}


static int
whatsauth_meta_count_error(whatsauth_meta_t *meta, json_t *error)
{
    (void) error;

    meta->batch->errors++;

    return 0;
}


static int
whatsauth_meta_count_status(whatsauth_meta_t *meta, json_t *status)
{
    meta->batch->statuses++;

    return whatsauth_meta_each(meta, status, "errors",
                               whatsauth_meta_count_error);
}


static int
whatsauth_meta_read_contact(whatsauth_meta_t *meta, json_t *contact)
{
    return whatsauth_meta_add_contact(meta->contacts, contact);
}


static int
whatsauth_meta_read_message(whatsauth_meta_t *meta, json_t *value)
{
    whatsauth_message_t  *message;

    if (!whatsauth_meta_is_message(value)) {
        meta->batch->skipped++;
        return 0;
    }

    message = &meta->owner->messages[meta->batch->n++];

    message->account = meta->account;
    message->to = meta->to;

    if (whatsauth_meta_fill_message(message, value, meta->contacts, meta->only)
        != 0)
    {
        return -1;
    }

    return whatsauth_meta_each(meta, value, "errors",
                               whatsauth_meta_count_error);
}


static int
whatsauth_meta_count_message(whatsauth_meta_t *meta, json_t *value)
{
    meta->owner->messages_n += (size_t) whatsauth_meta_is_message(value);

    return 0;
}


static int
whatsauth_meta_read_metadata(whatsauth_meta_t *meta, json_t *value)
{
    json_t                   *metadata;
    whatsauth_text_t          display;
    whatsauth_meta_number_t  *number;

    metadata = json_object_get(value, "metadata");

    if (whatsauth_jansson_id(metadata, "phone_number_id", &meta->account)
        != 0
        || whatsauth_jansson_id(metadata, "display_phone_number", &display)
           != 0)
    {
        return -1;
    }

    number = &meta->owner->numbers[meta->owner->numbers_n++];
    meta->to.data = number->digits;
    meta->to.len = whatsauth_phone_digits(&display,
                                                      number->digits);

    return 0;
}


/* The only contact, if the value has one message too; else NULL. */
static json_t *
whatsauth_meta_only_contact(json_t *value)
{
    json_t  *contacts;

    contacts = json_object_get(value, "contacts");

    return (json_array_size(contacts) == 1
            && json_array_size(json_object_get(value, "messages")) == 1)
           ? json_array_get(contacts, 0) : NULL;
}


static int
whatsauth_meta_read_value(whatsauth_meta_t *meta, json_t *value)
{
    int  rc;

    if (whatsauth_meta_read_metadata(meta, value) != 0) {
        return -1;
    }

    meta->only = whatsauth_meta_only_contact(value);
    meta->contacts = json_object();

    if (meta->contacts == NULL) {
        return -1;
    }

    rc = whatsauth_meta_each(meta, value, "contacts",
                             whatsauth_meta_read_contact);

    if (rc == 0) {
        rc = whatsauth_meta_each(meta, value, "messages",
                                 whatsauth_meta_read_message);
    }

    json_decref(meta->contacts);

    if (rc != 0) {
        return -1;
    }

    (void) whatsauth_meta_each(meta, value, "statuses",
                               whatsauth_meta_count_status);
    (void) whatsauth_meta_each(meta, value, "errors",
                               whatsauth_meta_count_error);

    return 0;
}


/* The value of a change of the field "messages", or NULL. */
static json_t *
whatsauth_meta_value(json_t *change)
{
    json_t  *value;

    value = json_object_get(change, "value");

    return (whatsauth_jansson_is(change, "field", "messages")
            && json_is_object(value)) ? value : NULL;
}


static int
whatsauth_meta_read_change(whatsauth_meta_t *meta, json_t *change)
{
    json_t  *value;

    value = whatsauth_meta_value(change);

    if (value != NULL) {
        return whatsauth_meta_read_value(meta, value);
    }

    if (whatsauth_jansson_is(change, "field", "messages")
        || !json_is_string(json_object_get(change, "field")))
    {
        meta->batch->skipped++;
    }

    return 0;
}


static int
whatsauth_meta_count_change(whatsauth_meta_t *meta, json_t *change)
{
    json_t  *value;

    value = whatsauth_meta_value(change);

    if (value == NULL) {
        return 0;
    }

    meta->owner->numbers_n++;

    return whatsauth_meta_each(meta, value, "messages",
                               whatsauth_meta_count_message);
}


static int
whatsauth_meta_read_entry(whatsauth_meta_t *meta, json_t *entry)
{
    return whatsauth_meta_each(meta, entry, "changes",
                               whatsauth_meta_read_change);
}


static int
whatsauth_meta_count_entry(whatsauth_meta_t *meta, json_t *entry)
{
    return whatsauth_meta_each(meta, entry, "changes",
                               whatsauth_meta_count_change);
}


/* Counts first, so that one block can hold the batch. */
static whatsauth_meta_owner_t *
whatsauth_meta_allocate(json_t *root)
{
    whatsauth_meta_t            meta;
    whatsauth_meta_owner_t      count, *owner;
    whatsauth_message_batch_t   batch;

    memset(&meta, 0, sizeof(whatsauth_meta_t));
    memset(&batch, 0, sizeof(whatsauth_message_batch_t));
    memset(&count, 0, sizeof(whatsauth_meta_owner_t));

    meta.batch = &batch;
    meta.owner = &count;

    (void) whatsauth_meta_each(&meta, root, "entry",
                               whatsauth_meta_count_entry);

    owner = calloc(1, sizeof(whatsauth_meta_owner_t)
                      + count.messages_n * sizeof(whatsauth_message_t)
                      + count.numbers_n * sizeof(whatsauth_meta_number_t));

    if (owner == NULL) {
        return NULL;
    }

    owner->root = root;
    owner->numbers = (whatsauth_meta_number_t *)
                     (owner->messages + count.messages_n);

    return owner;
}


static whatsauth_batch_result_t
whatsauth_meta_read_root(json_t *root, whatsauth_message_batch_t *batch)
{
    whatsauth_meta_t         meta;
    whatsauth_meta_owner_t  *owner;

    owner = whatsauth_meta_allocate(root);

    if (owner == NULL) {
        json_decref(root);
        return WHATSAUTH_BATCH_NO_MEMORY;
    }

    memset(&meta, 0, sizeof(whatsauth_meta_t));
    memset(batch, 0, sizeof(whatsauth_message_batch_t));

    meta.batch = batch;
    meta.owner = owner;
    batch->messages = owner->messages;
    batch->owner = owner;

    if (whatsauth_meta_each(&meta, root, "entry", whatsauth_meta_read_entry)
        != 0)
    {
        whatsauth_meta_free(batch);
        return WHATSAUTH_BATCH_NO_MEMORY;
    }

    return WHATSAUTH_BATCH_OK;
}


whatsauth_batch_result_t
whatsauth_meta_read(const char *body, size_t len,
    whatsauth_message_batch_t *batch, char *reason)
{
    json_t                    *root;
    whatsauth_batch_result_t   result;

    if (len > WHATSAUTH_META_BODY_MAX) {
        return whatsauth_json_body_invalid(reason, "too long", len);
    }

    result = whatsauth_json_body(body, len, &root, reason);

    if (result != WHATSAUTH_BATCH_OK) {
        return result;
    }

    if (!json_is_array(json_object_get(root, "entry"))) {
        json_decref(root);
        return whatsauth_json_body_invalid(reason, "no object with an array "
                                           "\"entry\"", 0);
    }

    return whatsauth_meta_read_root(root, batch);
}


void
whatsauth_meta_free(whatsauth_message_batch_t *batch)
{
    whatsauth_meta_owner_t  *owner;

    owner = batch->owner;

    if (owner != NULL) {
        json_decref(owner->root);
        free(owner);
    }

    memset(batch, 0, sizeof(whatsauth_message_batch_t));
}
