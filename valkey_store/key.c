
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <string.h>

#include "key.h"
#include "ledger/bytes.h"


static const char *const  valkey_store_key_words[VALKEY_STORE_KINDS] = {
    "r:", "s:", "u:", "a:", "m:",
    "due", "apps", "scan", "sweep", "told", "mark", "meta"
};


int
valkey_store_prefix_is_sane(const ledger_text_t *prefix)
{
    size_t       i;
    const char  *p;

    p = prefix->data;

    for (i = 0; i < prefix->len; i++) {
        if ((p[i] < 'a' || p[i] > 'z') && (p[i] < 'A' || p[i] > 'Z')
            && (p[i] < '0' || p[i] > '9')
            && p[i] != '_' && p[i] != '-' && p[i] != '.')
        {
            return 0;
        }
    }

    return prefix->len > 0 && prefix->len <= VALKEY_STORE_PREFIX_MAX;
}


static void
valkey_store_key_put(valkey_store_name_t *name, const void *data, size_t len)
{
    memcpy(name->data + name->len, data, len);
    name->len += len;
}


void
valkey_store_name(valkey_store_name_t *name, const ledger_text_t *prefix,
    unsigned partition, valkey_store_kind_t kind)
{
    const char  *word;

    word = valkey_store_key_words[kind];
    name->len = 0;

    valkey_store_key_put(name, prefix->data, prefix->len);
    valkey_store_key_put(name, ":{", 2);
    valkey_store_key_put(name, valkey_store_tag(partition),
                         VALKEY_STORE_TAG_LEN);
    valkey_store_key_put(name, "}:", 2);
    valkey_store_key_put(name, word, strlen(word));
}


void
valkey_store_name_key(valkey_store_name_t *name, const ledger_text_t *prefix,
    valkey_store_kind_t kind, uint64_t key)
{
    unsigned char  bytes[LEDGER_ROW_KEY_LEN];

    ledger_put64(bytes, key);

    valkey_store_name(name, prefix, valkey_store_partition(key), kind);
    valkey_store_key_put(name, bytes, sizeof(bytes));
}


static int
valkey_store_key_fits(valkey_store_kind_t kind, const ledger_text_t *app,
    const ledger_text_t *text)
{
    if (kind == VALKEY_STORE_SUBJECT) {
        return ledger_row_subject_fits(app, text);
    }

    return app->len > 0 && app->len <= LEDGER_APP_MAX
           && text->len > 0 && text->len <= LEDGER_USER_ID_MAX;
}


/* A person has no key: the checksum that makes slots spreads them as well. */
static unsigned
valkey_store_key_partition(const unsigned char *person, size_t len)
{
    ledger_text_t  text;

    text.data = person;
    text.len = len;

    return valkey_store_slot(&text) / VALKEY_STORE_SPAN;
}


int
valkey_store_name_person(valkey_store_name_t *name,
    const ledger_text_t *prefix, valkey_store_kind_t kind,
    const ledger_text_t *app, const ledger_text_t *text)
{
    size_t         len;
    unsigned       partition;
    unsigned char  person[1 + LEDGER_APP_MAX + LEDGER_USER_ID_MAX];

    if (!valkey_store_key_fits(kind, app, text)) {
        return -1;
    }

    len = ledger_row_subject_key(person, app, text);
    partition = valkey_store_key_partition(person, len);

    valkey_store_name(name, prefix, partition, kind);
    valkey_store_key_put(name, person, len);

    return (int) partition;
}


/* Takes what must stand at the head of text. */
static int
valkey_store_key_take(ledger_text_t *text, const void *data, size_t len)
{
    if (text->len < len || memcmp(text->data, data, len) != 0) {
        return -1;
    }

    text->data = (const char *) text->data + len;
    text->len -= len;

    return 0;
}


static int
valkey_store_key_take_tag(ledger_text_t *text, unsigned *partition)
{
    unsigned  i;

    for (i = 0; i < VALKEY_STORE_PARTITIONS; i++) {
        if (valkey_store_key_take(text, valkey_store_tag(i),
                                  VALKEY_STORE_TAG_LEN)
            == 0)
        {
            *partition = i;
            return 0;
        }
    }

    return -1;
}


static int
valkey_store_key_take_word(ledger_text_t *text, valkey_store_kind_t *kind)
{
    unsigned     i;
    const char  *word;

    for (i = 0; i < VALKEY_STORE_KINDS; i++) {
        word = valkey_store_key_words[i];

        if (valkey_store_key_take(text, word, strlen(word)) == 0) {
            *kind = (valkey_store_kind_t) i;
            return 0;
        }
    }

    return -1;
}


static int
valkey_store_key_read_key(const ledger_text_t *text,
    valkey_store_place_t *place)
{
    if (text->len != LEDGER_ROW_KEY_LEN) {
        return -1;
    }

    place->key = ledger_get64(text->data);

    return valkey_store_partition(place->key) == place->partition ? 0 : -1;
}


static int
valkey_store_key_read_person(const ledger_text_t *text,
    valkey_store_place_t *place)
{
    const unsigned char  *p;

    p = text->data;

    if (text->len < 1 || text->len < 1 + (size_t) p[0]) {
        return -1;
    }

    place->app.data = p + 1;
    place->app.len = p[0];
    place->text.data = p + 1 + p[0];
    place->text.len = text->len - 1 - p[0];

    return valkey_store_key_fits(place->kind, &place->app, &place->text)
           && valkey_store_key_partition(p, text->len) == place->partition
           ? 0 : -1;
}


static int
valkey_store_key_read_rest(const ledger_text_t *text,
    valkey_store_place_t *place)
{
    switch (place->kind) {

    case VALKEY_STORE_RECORD:
    case VALKEY_STORE_SESSION:
    case VALKEY_STORE_PASSING:
        return valkey_store_key_read_key(text, place);

    case VALKEY_STORE_SUBJECT:
    case VALKEY_STORE_ASKED:
        return valkey_store_key_read_person(text, place);

    case VALKEY_STORE_META:
        return text->len == 0 && place->partition == 0 ? 0 : -1;

    default:
        return text->len == 0 ? 0 : -1;
    }
}


int
valkey_store_name_read(const ledger_text_t *name, const ledger_text_t *prefix,
    valkey_store_place_t *place)
{
    ledger_text_t  rest;

    rest = *name;

    if (valkey_store_key_take(&rest, prefix->data, prefix->len) != 0
        || valkey_store_key_take(&rest, ":{", 2) != 0
        || valkey_store_key_take_tag(&rest, &place->partition) != 0
        || valkey_store_key_take(&rest, "}:", 2) != 0
        || valkey_store_key_take_word(&rest, &place->kind) != 0)
    {
        return -1;
    }

    return valkey_store_key_read_rest(&rest, place);
}
