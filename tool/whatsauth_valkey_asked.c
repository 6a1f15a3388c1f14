
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Users who were asked for their number, each with the record about which that
 * was last.  As for nginx, a pointer to a record that is gone, or that has not
 * asked this user, points to nothing.
 */


#include "whatsauth_valkey.h"


/* A part of the pointers. */

typedef struct {
    whatsauth_valkey_t            *valkey;
    int                          (*each)(const ledger_record_t *record,
                                         void *to);
    void                          *to;
    size_t                         n;
    uint64_t                       key[WHATSAUTH_VALKEY_PART];
    const whatsauth_valkey_text_t *user[WHATSAUTH_VALKEY_PART];
    valkey_store_name_t            name[WHATSAUTH_VALKEY_PART];
    whatsauth_valkey_command_t     command[WHATSAUTH_VALKEY_PART];
} whatsauth_valkey_asked_t;


static int
whatsauth_valkey_asked_read(void *data, size_t i,
    const valkey_store_reply_t *reply)
{
    size_t                     n;
    whatsauth_valkey_t        *valkey;
    whatsauth_valkey_asked_t  *asked;

    asked = data;
    valkey = asked->valkey;
    n = asked->n;

    if (reply->type == VALKEY_STORE_REPLY_NIL) {
        return 0;
    }

    if (reply->type != VALKEY_STORE_REPLY_BULK
        || valkey_store_asked_decode(&reply->text, &asked->key[n]) != 0)
    {
        return whatsauth_valkey_fail(valkey, "whom a user was asked by cannot"
                                     " be read: \"whatsauth-store check\""
                                     " tells more");
    }

    asked->user[n] = valkey->list.asked.text[i];
    valkey_store_name_key(&asked->name[n], &valkey->options.prefix,
                          VALKEY_STORE_RECORD, asked->key[n]);
    whatsauth_valkey_command(&asked->command[n],
                             valkey_store_partition(asked->key[n]), "GET",
                             &asked->name[n]);
    asked->n++;

    return 0;
}


/* Records that cannot be read were told of when they were walked over. */

static int
whatsauth_valkey_asked_record(void *data, size_t i,
    const valkey_store_reply_t *reply)
{
    ledger_text_t              app, user;
    ledger_record_t           *record;
    valkey_store_record_t      value;
    whatsauth_valkey_asked_t  *asked;

    asked = data;
    record = &value.row.record;

    if (reply->type != VALKEY_STORE_REPLY_BULK
        || valkey_store_record_decode(&value, asked->key[i], &reply->text)
           != 0)
    {
        return 0;
    }

    whatsauth_valkey_names_person(asked->user[i], &app, &user);

    return (record->flags & LEDGER_ASKED)
           && ledger_text_same(&record->text[LEDGER_APP], &app)
           && ledger_text_same(&record->message[LEDGER_USER_ID], &user)
           ? asked->each(record, asked->to) : 0;
}


static int
whatsauth_valkey_asked_part(void *data)
{
    size_t                     n;
    whatsauth_valkey_asked_t  *asked;

    asked = data;
    n = asked->n;
    asked->n = 0;

    return whatsauth_valkey_ask(asked->valkey, asked->command, n,
                                whatsauth_valkey_asked_record, asked);
}


ledger_result_t
whatsauth_valkey_walk_asked(void *data,
    int (*each)(const ledger_record_t *record, void *to), void *to)
{
    int                        rc;
    whatsauth_valkey_asked_t   asked;

    asked.valkey = data;
    asked.each = each;
    asked.to = to;
    asked.n = 0;

    rc = whatsauth_valkey_get_texts(asked.valkey, VALKEY_STORE_ASKED,
                                    &asked.valkey->list.asked,
                                    whatsauth_valkey_asked_read,
                                    whatsauth_valkey_asked_part, &asked);

    return rc == -1 ? LEDGER_FAILED : LEDGER_OK;
}
