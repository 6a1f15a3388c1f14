
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The names of a store, by SCAN of each server.
 *
 * SCAN tells of a key that is there from its beginning to its end, perhaps
 * twice, and in no order.  So the names are kept, sorted, and taken once each.
 */


#include <stdlib.h>
#include <string.h>

#include "whatsauth_valkey.h"


/* So many keys does a server look at for one reply. */
#define WHATSAUTH_VALKEY_LIST_COUNT  "1000"

#define WHATSAUTH_VALKEY_LIST_BLOCK  (1024 * 1024)


int
whatsauth_valkey_list_key(whatsauth_valkey_keys_t *keys, uint64_t key)
{
    size_t     size;
    uint64_t  *grown;

    if (keys->n == keys->size) {
        size = keys->size == 0 ? 1024 : keys->size + keys->size / 2;

        grown = realloc(keys->key, size * sizeof(uint64_t));
        if (grown == NULL) {
            return -1;
        }

        keys->key = grown;
        keys->size = size;
    }

    keys->key[keys->n++] = key;

    return 0;
}


/* Room for a text of this length. */

static whatsauth_valkey_text_t *
whatsauth_valkey_list_room(whatsauth_valkey_texts_t *texts, size_t len)
{
    void                     *block;
    size_t                    size;
    whatsauth_valkey_text_t  *text;

    size = sizeof(whatsauth_valkey_text_t) + len;
    size += size % sizeof(uint16_t);

    if (texts->left < size) {
        block = malloc(WHATSAUTH_VALKEY_LIST_BLOCK);
        if (block == NULL) {
            return NULL;
        }

        memcpy(block, &texts->blocks, sizeof(void *));
        texts->blocks = block;
        texts->room = (unsigned char *) block + sizeof(void *);
        texts->left = WHATSAUTH_VALKEY_LIST_BLOCK - sizeof(void *);
    }

    text = (whatsauth_valkey_text_t *) (void *) texts->room;
    text->len = (uint16_t) len;
    texts->room += size;
    texts->left -= size;

    return text;
}


static whatsauth_valkey_text_t *
whatsauth_valkey_list_text(whatsauth_valkey_texts_t *texts, size_t len)
{
    size_t                     size;
    whatsauth_valkey_text_t  **grown;

    if (texts->n == texts->size) {
        size = texts->size == 0 ? 1024 : texts->size + texts->size / 2;

        grown = realloc(texts->text, size * sizeof(grown[0]));
        if (grown == NULL) {
            return NULL;
        }

        texts->text = grown;
        texts->size = size;
    }

    texts->text[texts->n] = whatsauth_valkey_list_room(texts, len);

    return texts->text[texts->n] == NULL ? NULL : texts->text[texts->n++];
}


static int
whatsauth_valkey_list_strange(whatsauth_valkey_texts_t *texts,
    const ledger_text_t *name)
{
    size_t                    len;
    whatsauth_valkey_text_t  *text;

    len = name->len > VALKEY_STORE_NAME_MAX ? VALKEY_STORE_NAME_MAX
                                            : name->len;

    text = whatsauth_valkey_list_text(texts, len);
    if (text == NULL) {
        return -1;
    }

    memcpy(text->data, name->data, len);

    return 0;
}


static int
whatsauth_valkey_list_add_person(whatsauth_valkey_texts_t *texts,
    const valkey_store_place_t *place)
{
    whatsauth_valkey_text_t  *text;

    text = whatsauth_valkey_list_text(texts,
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


void
whatsauth_valkey_list_person(const whatsauth_valkey_text_t *text,
    ledger_text_t *app, ledger_text_t *other)
{
    app->data = text->data + 1;
    app->len = text->data[0];
    other->data = text->data + 1 + app->len;
    other->len = text->len - 1 - app->len;
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
        return whatsauth_valkey_list_key(&list->records, place.key);

    case VALKEY_STORE_SESSION:
        return whatsauth_valkey_list_key(&list->sessions, place.key);

    case VALKEY_STORE_SUBJECT:
        return whatsauth_valkey_list_add_person(&list->subjects, &place);

    case VALKEY_STORE_ASKED:
        return whatsauth_valkey_list_add_person(&list->asked, &place);

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
    const valkey_store_reply_t  *reply;

    /* No letter of a prefix has a meaning in a pattern. */

    snprintf(pattern, sizeof(pattern), "%.*s:*",
             (int) valkey->options.prefix.len,
             (const char *) valkey->options.prefix.data);
    snprintf(cursor, sizeof(cursor), "0");

    do {
        rc = whatsauth_valkey_link_call(valkey, link, &reply, "SCAN", cursor,
                                        "MATCH", pattern, "COUNT",
                                        WHATSAUTH_VALKEY_LIST_COUNT, NULL);
        if (rc == 0) {
            rc = whatsauth_valkey_list_part(valkey, link, list, reply, cursor,
                                            sizeof(cursor));
        }

    } while (rc == 0 && strcmp(cursor, "0") != 0);

    return rc;
}


static int
whatsauth_valkey_list_cmp_keys(const void *one, const void *two)
{
    const uint64_t  *a, *b;

    a = one;
    b = two;

    return (*a > *b) - (*a < *b);
}


static void
whatsauth_valkey_list_sort_keys(whatsauth_valkey_keys_t *keys)
{
    size_t  i, n;

    if (keys->n == 0) {
        return;
    }

    qsort(keys->key, keys->n, sizeof(uint64_t),
          whatsauth_valkey_list_cmp_keys);

    for (n = 1, i = 1; i < keys->n; i++) {
        if (keys->key[i] != keys->key[n - 1]) {
            keys->key[n++] = keys->key[i];
        }
    }

    keys->n = n;
}


static int
whatsauth_valkey_list_cmp_texts(const void *one, const void *two)
{
    int                             rc;
    size_t                          len;
    const whatsauth_valkey_text_t  *a, *b;

    a = *(whatsauth_valkey_text_t *const *) one;
    b = *(whatsauth_valkey_text_t *const *) two;
    len = a->len < b->len ? a->len : b->len;

    rc = memcmp(a->data, b->data, len);

    return rc ? rc : (a->len > b->len) - (a->len < b->len);
}


static void
whatsauth_valkey_list_sort_texts(whatsauth_valkey_texts_t *texts)
{
    size_t  i, n;

    if (texts->n == 0) {
        return;
    }

    qsort(texts->text, texts->n, sizeof(texts->text[0]),
          whatsauth_valkey_list_cmp_texts);

    for (n = 1, i = 1; i < texts->n; i++) {
        if (whatsauth_valkey_list_cmp_texts(&texts->text[i],
                                            &texts->text[n - 1])
            != 0)
        {
            texts->text[n++] = texts->text[i];
        }
    }

    texts->n = n;
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

    whatsauth_valkey_list_sort_keys(&list->records);
    whatsauth_valkey_list_sort_keys(&list->sessions);
    whatsauth_valkey_list_sort_texts(&list->subjects);
    whatsauth_valkey_list_sort_texts(&list->asked);
    whatsauth_valkey_list_sort_texts(&list->strange);

    return 0;
}


static void
whatsauth_valkey_list_free_texts(whatsauth_valkey_texts_t *texts)
{
    void  *block;

    while (texts->blocks != NULL) {
        block = texts->blocks;
        memcpy(&texts->blocks, block, sizeof(void *));
        free(block);
    }

    free(texts->text);
}


void
whatsauth_valkey_list_free(whatsauth_valkey_t *valkey)
{
    whatsauth_valkey_list_t  *list;

    list = &valkey->list;

    free(list->records.key);
    free(list->sessions.key);

    whatsauth_valkey_list_free_texts(&list->subjects);
    whatsauth_valkey_list_free_texts(&list->asked);
    whatsauth_valkey_list_free_texts(&list->strange);
}
