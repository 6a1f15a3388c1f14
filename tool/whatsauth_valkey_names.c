
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Lists of keys and names, each name once.
 */


#include <stdlib.h>
#include <string.h>

#include "whatsauth_valkey.h"


#define WHATSAUTH_VALKEY_NAMES_BLOCK  (1024 * 1024)


int
whatsauth_valkey_names_key(whatsauth_valkey_keys_t *keys, uint64_t key)
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
whatsauth_valkey_names_room(whatsauth_valkey_texts_t *texts, size_t len)
{
    void                     *block;
    size_t                    size;
    whatsauth_valkey_text_t  *text;

    size = sizeof(whatsauth_valkey_text_t) + len;
    size += size % sizeof(uint16_t);

    if (texts->left < size) {
        block = malloc(WHATSAUTH_VALKEY_NAMES_BLOCK);
        if (block == NULL) {
            return NULL;
        }

        memcpy(block, &texts->blocks, sizeof(void *));
        texts->blocks = block;
        texts->room = (unsigned char *) block + sizeof(void *);
        texts->left = WHATSAUTH_VALKEY_NAMES_BLOCK - sizeof(void *);
    }

    text = (whatsauth_valkey_text_t *) (void *) texts->room;
    text->len = (uint16_t) len;
    texts->room += size;
    texts->left -= size;

    return text;
}


whatsauth_valkey_text_t *
whatsauth_valkey_names_text(whatsauth_valkey_texts_t *texts, size_t len)
{
    size_t                     size;
    whatsauth_valkey_text_t  **grown;

    if (texts->n == texts->size) {
        size = texts->size == 0 ? 1024 : texts->size + texts->size / 2;

        grown = realloc(texts->text, size * sizeof(void *));
        if (grown == NULL) {
            return NULL;
        }

        texts->text = grown;
        texts->size = size;
    }

    texts->text[texts->n] = whatsauth_valkey_names_room(texts, len);

    return texts->text[texts->n] == NULL ? NULL : texts->text[texts->n++];
}


void
whatsauth_valkey_names_person(const whatsauth_valkey_text_t *text,
    ledger_text_t *app, ledger_text_t *other)
{
    app->data = text->data + 1;
    app->len = text->data[0];
    other->data = text->data + 1 + app->len;
    other->len = text->len - 1 - app->len;
}


static int
whatsauth_valkey_names_cmp_keys(const void *one, const void *two)
{
    const uint64_t  *a, *b;

    a = one;
    b = two;

    return (*a > *b) - (*a < *b);
}


void
whatsauth_valkey_names_sort_keys(whatsauth_valkey_keys_t *keys)
{
    size_t  i, n;

    if (keys->n == 0) {
        return;
    }

    qsort(keys->key, keys->n, sizeof(uint64_t),
          whatsauth_valkey_names_cmp_keys);

    for (n = 1, i = 1; i < keys->n; i++) {
        if (keys->key[i] != keys->key[n - 1]) {
            keys->key[n++] = keys->key[i];
        }
    }

    keys->n = n;
}


static int
whatsauth_valkey_names_cmp_texts(const void *one, const void *two)
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


void
whatsauth_valkey_names_sort_texts(whatsauth_valkey_texts_t *texts)
{
    size_t  i, n;

    if (texts->n == 0) {
        return;
    }

    qsort(texts->text, texts->n, sizeof(void *),
          whatsauth_valkey_names_cmp_texts);

    for (n = 1, i = 1; i < texts->n; i++) {
        if (whatsauth_valkey_names_cmp_texts(&texts->text[i],
                                            &texts->text[n - 1])
            != 0)
        {
            texts->text[n++] = texts->text[i];
        }
    }

    texts->n = n;
}


void
whatsauth_valkey_names_free(whatsauth_valkey_texts_t *texts)
{
    void  *block;

    while (texts->blocks != NULL) {
        block = texts->blocks;
        memcpy(&texts->blocks, block, sizeof(void *));
        free(block);
    }

    free(texts->text);
}
