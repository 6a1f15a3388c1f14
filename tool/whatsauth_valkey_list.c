
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The names of a store, by SCAN of each server.
 *
 * SCAN tells of a key that is there from its beginning to its end, perhaps
 * twice, and in no order.  So the names are kept, sorted, and taken once each.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "whatsauth_valkey.h"


/* So many keys does a server look at for one reply. */
#define WHATSAUTH_VALKEY_LIST_COUNT  "1000"


static int
whatsauth_valkey_list_strange(whatsauth_valkey_texts_t *texts,
    const ledger_text_t *name)
{
    size_t                    len;
    whatsauth_valkey_text_t  *text;

    len = name->len > VALKEY_STORE_NAME_MAX ? VALKEY_STORE_NAME_MAX
                                            : name->len;

    text = whatsauth_valkey_names_text(texts, len);
    if (text == NULL) {
        return -1;
    }

    memcpy(text->data, name->data, len);

    return 0;
}


static int
whatsauth_valkey_list_person(whatsauth_valkey_texts_t *texts,
    const valkey_store_place_t *place)
{
    whatsauth_valkey_text_t  *text;

    text = whatsauth_valkey_names_text(texts,
                                      1 + place->app.len + place->text.len);
    if (text == NULL) {
        return -1;
    }

    text->data[0] = (unsigned char) place->app.len;
    memcpy(text->data + 1, place->app.data, place->app.len);
    memcpy(text->data + 1 + place->app.len, place->text.data,
           place->text.len);

    return 0;
}


static int
whatsauth_valkey_list_add(whatsauth_valkey_t *valkey,
    whatsauth_valkey_list_t *list, const ledger_text_t *name)
{
    valkey_store_place_t  place;

    if (valkey_store_name_read(name, &valkey->options.prefix, &place) == -1) {
        return whatsauth_valkey_list_strange(&list->strange, name);
    }

    switch (place.kind) {

    case VALKEY_STORE_RECORD:
        return whatsauth_valkey_names_key(&list->records, place.key);

    case VALKEY_STORE_SESSION:
        return whatsauth_valkey_names_key(&list->sessions, place.key);

    case VALKEY_STORE_SUBJECT:
        return whatsauth_valkey_list_person(&list->subjects, &place);

    case VALKEY_STORE_ASKED:
        return whatsauth_valkey_list_person(&list->asked, &place);

    default:
        return 0;
    }
}


/* A reply of SCAN: the cursor to go on with, and an array of names. */

static int
whatsauth_valkey_list_part(whatsauth_valkey_t *valkey,
    whatsauth_valkey_link_t *link, whatsauth_valkey_list_t *list,
    const valkey_store_reply_t *reply, char *cursor, size_t size)
{
    size_t                       i;
    const valkey_store_reply_t  *names, *name;

    if (reply->type != VALKEY_STORE_REPLY_ARRAY || reply->elements != 2) {
        return whatsauth_valkey_link_refused(valkey, link, "SCAN", reply);
    }

    name = valkey_store_reply_first(reply);
    names = valkey_store_reply_after(name);

    if (name->type != VALKEY_STORE_REPLY_BULK || name->text.len >= size
        || names->type != VALKEY_STORE_REPLY_ARRAY)
    {
        return whatsauth_valkey_link_refused(valkey, link, "SCAN", reply);
    }

    memcpy(cursor, name->text.data, name->text.len);
    cursor[name->text.len] = '\0';

    name = valkey_store_reply_first(names);

    for (i = 0; i < names->elements; i++) {
        if (name->type == VALKEY_STORE_REPLY_BULK
            && whatsauth_valkey_list_add(valkey, list, &name->text) == -1)
        {
            return whatsauth_valkey_fail(valkey, "memory is out");
        }

        name = valkey_store_reply_after(name);
    }

    return 0;
}


static int
whatsauth_valkey_list_server(whatsauth_valkey_t *valkey,
    whatsauth_valkey_link_t *link, whatsauth_valkey_list_t *list)
{
    int                          rc;
    char                         cursor[sizeof("18446744073709551615")];
    char                         pattern[VALKEY_STORE_PREFIX_MAX + 3];
    const char                  *word[6];
    const valkey_store_reply_t  *reply;

    /* No letter of a prefix has a meaning in a pattern. */

    snprintf(pattern, sizeof(pattern), "%.*s:*",
             (int) valkey->options.prefix.len,
             (const char *) valkey->options.prefix.data);
    snprintf(cursor, sizeof(cursor), "0");

    word[0] = "SCAN";
    word[1] = cursor;
    word[2] = "MATCH";
    word[3] = pattern;
    word[4] = "COUNT";
    word[5] = WHATSAUTH_VALKEY_LIST_COUNT;

    do {
        rc = whatsauth_valkey_link_call(valkey, link, word, 6, &reply);

        if (rc == 0) {
            rc = whatsauth_valkey_list_part(valkey, link, list, reply, cursor,
                                            sizeof(cursor));
        }

    } while (rc == 0 && strcmp(cursor, "0") != 0);

    return rc;
}


int
whatsauth_valkey_list(whatsauth_valkey_t *valkey)
{
    unsigned                  i;
    whatsauth_valkey_list_t  *list;

    list = &valkey->list;

    for (i = 0; i < valkey->servers; i++) {
        if (whatsauth_valkey_list_server(valkey, valkey->server[i], list)
            == -1)
        {
            return -1;
        }
    }

    whatsauth_valkey_names_sort_keys(&list->records);
    whatsauth_valkey_names_sort_keys(&list->sessions);
    whatsauth_valkey_names_sort_texts(&list->subjects);
    whatsauth_valkey_names_sort_texts(&list->asked);
    whatsauth_valkey_names_sort_texts(&list->strange);

    return 0;
}


void
whatsauth_valkey_list_free(whatsauth_valkey_t *valkey)
{
    whatsauth_valkey_list_t  *list;

    list = &valkey->list;

    free(list->records.key);
    free(list->sessions.key);

    whatsauth_valkey_names_free(&list->subjects);
    whatsauth_valkey_names_free(&list->asked);
    whatsauth_valkey_names_free(&list->strange);
}
