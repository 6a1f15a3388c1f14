
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* All that a server has, and what is done with an operation at its end. */


#ifndef _VALKEY_KEYS_HELP_H_INCLUDED_
#define _VALKEY_KEYS_HELP_H_INCLUDED_


#include "valkey_server_help.h"


/* The names of all keys of a server: one piece of memory, to be freed. */

static inline ledger_text_t *
plant_names(size_t *n)
{
    size_t                       i, len;
    ledger_text_t               *name;
    unsigned char               *p;
    const valkey_store_reply_t  *reply;

    reply = plant_call("KEYS", "wa:*", NULL);
    *n = reply->elements;
    len = (*n + 1) * sizeof(ledger_text_t);

    for (i = 1; i <= *n; i++) {
        len += reply[i].text.len;
    }

    name = malloc(len);
    assert_non_null(name);

    for (i = 0, p = (unsigned char *) (name + *n + 1); i < *n; i++) {
        name[i].data = p;
        name[i].len = reply[i + 1].text.len;
        memcpy(p, reply[i + 1].text.data, name[i].len);
        p += name[i].len;
    }

    return name;
}


/*
 * Removes from a server what it should have removed by a time of the test, but
 * not the marks of turns, which are of its own time: "wa:{TAG}:mark".
 * Returns the number of records: "wa:{TAG}:r:...".
 */

static inline unsigned
plant_expire(uint64_t now)
{
    size_t               i, n;
    int64_t              time;
    unsigned             found;
    ledger_text_t       *name;
    valkey_store_out_t   out;

    name = plant_names(&n);
    memset(&out, 0, sizeof(out));
    found = 0;

    for (i = 0; i < n; i++) {
        valkey_store_out_begin(&out, 2);
        valkey_store_out_word(&out, "PEXPIRETIME", 11);
        valkey_store_out_word(&out, name[i].data, name[i].len);
        assert_int_equal(valkey_store_out_end(&out), 0);
    }

    plant_write(plant.at, &out);

    for (i = 0; i < n; i++) {
        time = plant_reply(plant.at)->integer;

        if (time < 0 || (uint64_t) time > now
            || memcmp((const char *) name[i].data + 6, "}:mark", 6) == 0)
        {
            name[i].len = 0;
        }
    }

    for (i = 0; i < n; i++) {

        if (name[i].len) {
            (void) plant_ask("DEL", name[i].data, name[i].len, NULL, NULL);
            found += memcmp((const char *) name[i].data + 6, "}:r:", 4) == 0;
        }
    }

    free(out.data);
    free(name);

    return found;
}


static inline void
plant_walk_here(void (*each)(const ledger_text_t *name, void *data),
    void *data)
{
    size_t          i, n;
    ledger_text_t  *name;

    name = plant_names(&n);

    for (i = 0; i < n; i++) {
        each(&name[i], data);
    }

    free(name);
}


/* Calls each for all keys of all primaries. */

static inline void
plant_walk(void (*each)(const ledger_text_t *name, void *data), void *data)
{
    unsigned  i;

    for (i = 0; i < plant.talks; i++) {
        plant.at = &plant.talk[i];
        plant_walk_here(each, data);
    }

    plant.at = &plant.talk[0];
}


/* A second of the server's is over: nobody looks at any partition. */

static inline void
plant_forget_guard(const ledger_text_t *name, void *data)
{
    ledger_text_t         prefix = { "wa", 2 };
    valkey_store_place_t  place;

    (void) data;

    if (valkey_store_name_read(name, &prefix, &place) == 0
        && (place.kind == VALKEY_STORE_SCAN
            || place.kind == VALKEY_STORE_SWEEP))
    {
        (void) plant_ask("DEL", name->data, name->len, NULL, NULL);
    }
}


static inline void
plant_forget_guards(void)
{
    plant_walk(plant_forget_guard, NULL);
}


/* Handlers note what they are told. */

typedef struct {
    unsigned         times;
    ledger_op_t      op;
    ledger_copy_t    copy;
    int              has_copy;
} plant_done_t;


static inline void
plant_done(void *data, const ledger_op_t *op)
{
    plant_done_t           *done = data;
    const ledger_record_t  *record;

    done->times++;
    done->op = *op;

    record = ledger_op_record(op);
    done->has_copy = record != NULL;

    if (record != NULL) {
        ledger_copy(&done->copy, record);
    }
}


static inline void
plant_text(ledger_op_t *op, unsigned i, const char *text)
{
    op->text[i].data = text;
    op->text[i].len = strlen(text);
}


#endif /* _VALKEY_KEYS_HELP_H_INCLUDED_ */
