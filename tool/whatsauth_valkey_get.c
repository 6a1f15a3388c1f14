
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Values, in parts: a part is what is on its way at a time.
 */


#include "whatsauth_valkey.h"


typedef struct {
    whatsauth_valkey_command_t   command[WHATSAUTH_VALKEY_PART];
    valkey_store_name_t          name[WHATSAUTH_VALKEY_PART];
    size_t                       n;
    size_t                       from;       /* the first one's index */
    whatsauth_valkey_reply_pt    each;
    int                        (*after)(void *data);
    void                        *data;
} whatsauth_valkey_get_t;


static int
whatsauth_valkey_get_reply(void *data, size_t i,
    const valkey_store_reply_t *reply)
{
    whatsauth_valkey_get_t  *get;

    get = data;

    return get->each(get->data, get->from + i, reply);
}


static int
whatsauth_valkey_get_flush(whatsauth_valkey_t *valkey,
    whatsauth_valkey_get_t *get)
{
    int  rc;

    rc = whatsauth_valkey_ask(valkey, get->command, get->n,
                              whatsauth_valkey_get_reply, get);

    get->from += get->n;
    get->n = 0;

    return rc || get->after == NULL ? rc : get->after(get->data);
}


/* The name of the next key has been written. */

static int
whatsauth_valkey_get_add(whatsauth_valkey_t *valkey,
    whatsauth_valkey_get_t *get, unsigned partition)
{
    whatsauth_valkey_command(&get->command[get->n], partition, "GET",
                             &get->name[get->n]);

    return ++get->n == WHATSAUTH_VALKEY_PART
           ? whatsauth_valkey_get_flush(valkey, get) : 0;
}


int
whatsauth_valkey_get_keys(whatsauth_valkey_t *valkey,
    valkey_store_kind_t kind, const whatsauth_valkey_keys_t *keys,
    whatsauth_valkey_reply_pt each, int (*after)(void *data), void *data)
{
    int                     rc;
    size_t                  i;
    whatsauth_valkey_get_t  get;

    get.n = 0;
    get.from = 0;
    get.each = each;
    get.after = after;
    get.data = data;

    for (rc = 0, i = 0; rc == 0 && i < keys->n; i++) {
        valkey_store_name_key(&get.name[get.n], &valkey->options.prefix, kind,
                              keys->key[i]);
        rc = whatsauth_valkey_get_add(valkey, &get,
                                      valkey_store_partition(keys->key[i]));
    }

    return rc ? rc : whatsauth_valkey_get_flush(valkey, &get);
}


int
whatsauth_valkey_get_texts(whatsauth_valkey_t *valkey,
    valkey_store_kind_t kind, const whatsauth_valkey_texts_t *texts,
    whatsauth_valkey_reply_pt each, int (*after)(void *data), void *data)
{
    int                     rc, partition;
    size_t                  i;
    ledger_text_t           app, other;
    whatsauth_valkey_get_t  get;

    get.n = 0;
    get.from = 0;
    get.each = each;
    get.after = after;
    get.data = data;

    for (rc = 0, i = 0; rc == 0 && i < texts->n; i++) {
        whatsauth_valkey_names_person(texts->text[i], &app, &other);

        /* A name that was read can be written. */
        partition = valkey_store_name_person(&get.name[get.n],
                                             &valkey->options.prefix, kind,
                                             &app, &other);
        rc = whatsauth_valkey_get_add(valkey, &get, (unsigned) partition);
    }

    return rc ? rc : whatsauth_valkey_get_flush(valkey, &get);
}
