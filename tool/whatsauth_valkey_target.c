
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The servers of a store that is to be.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "valkey_store/number.h"
#include "valkey_store/script.h"
#include "whatsauth_valkey_put.h"


/* Milliseconds that replicas have. */
#define WHATSAUTH_VALKEY_TARGET_WAIT  "10000"


static whatsauth_valkey_link_t *
whatsauth_valkey_target_link(whatsauth_valkey_put_t *put, unsigned partition)
{
    return put->valkey.server[put->valkey.of[partition]];
}


/* 1 if the same row was put there before; its stamp was another one. */

static int
whatsauth_valkey_target_is_same(const whatsauth_valkey_put_row_t *row,
    const ledger_text_t *present)
{
    return present->data != NULL && present->len == row->len
           && memcmp((const char *) present->data + VALKEY_STORE_STAMP_LEN,
                     row->value + VALKEY_STORE_STAMP_LEN,
                     row->len - VALKEY_STORE_STAMP_LEN)
              == 0;
}


static int
whatsauth_valkey_target_reply(whatsauth_valkey_put_t *put,
    const whatsauth_valkey_put_row_t *row)
{
    ledger_text_t                 present;
    whatsauth_valkey_link_t      *link;
    valkey_store_committed_t      committed;
    const valkey_store_reply_t   *reply;

    link = whatsauth_valkey_target_link(put, row->partition);

    if (whatsauth_valkey_link_reply(&put->valkey, link, &reply) == -1) {
        return -1;
    }

    committed = valkey_store_commit_read(reply, &present);

    if (committed == VALKEY_STORE_WRITTEN
        || (committed == VALKEY_STORE_CHANGED
            && whatsauth_valkey_target_is_same(row, &present)))
    {
        put->there++;
        return 0;
    }

    if (committed == VALKEY_STORE_CHANGED) {
        return whatsauth_valkey_fail(&put->valkey, "there are other rows with"
                                     " this prefix: remove all keys that"
                                     " begin with \"%.*s:\", and move again",
                                     (int) put->valkey.options.prefix.len,
                                     (const char *)
                                         put->valkey.options.prefix.data);
    }

    return whatsauth_valkey_link_refused(&put->valkey, link, "EVALSHA",
                                         reply);
}


static int
whatsauth_valkey_target_flush(whatsauth_valkey_put_t *put)
{
    size_t    i;
    unsigned  s;

    for (s = 0; s < put->valkey.servers; s++) {
        if (whatsauth_valkey_link_flush(&put->valkey, put->valkey.server[s])
            == -1)
        {
            return -1;
        }
    }

    for (i = 0; i < put->n; i++) {
        if (whatsauth_valkey_target_reply(put, &put->row[i]) == -1) {
            return -1;
        }
    }

    put->n = 0;

    return 0;
}


/* The value stands in the next row. */

int
whatsauth_valkey_target_commit(whatsauth_valkey_put_t *put,
    valkey_store_commit_t *commit, size_t len)
{
    whatsauth_valkey_link_t     *link;
    whatsauth_valkey_put_row_t  *row;

    row = &put->row[put->n++];
    row->partition = commit->partition;
    row->len = len;

    commit->prefix = &put->valkey.options.prefix;
    commit->value.data = row->value;
    commit->value.len = len;

    link = whatsauth_valkey_target_link(put, commit->partition);

    if (valkey_store_commit_write(commit, &link->out) == -1) {
        return whatsauth_valkey_fail(&put->valkey, "memory is out");
    }

    return put->n == WHATSAUTH_VALKEY_PUT_PART
           ? whatsauth_valkey_target_flush(put) : 0;
}


int
whatsauth_valkey_target_set(whatsauth_valkey_put_t *put,
    const valkey_store_name_t *name, unsigned partition, const void *value,
    size_t len, uint64_t until)
{
    whatsauth_valkey_t          *valkey;
    whatsauth_valkey_link_t     *link;
    const valkey_store_reply_t  *reply;

    valkey = &put->valkey;

    if (whatsauth_valkey_target_flush(put) == -1) {
        return -1;
    }

    link = whatsauth_valkey_target_link(put, partition);

    valkey_store_out_begin(&link->out, until == 0 ? 3 : 5);
    valkey_store_out_word(&link->out, "SET", 3);
    valkey_store_out_word(&link->out, name->data, name->len);
    valkey_store_out_word(&link->out, value, len);

    if (until != 0) {
        valkey_store_out_word(&link->out, "PXAT", 4);
        valkey_store_out_number(&link->out, (int64_t) until);
    }

    if (valkey_store_out_end(&link->out) == -1) {
        return whatsauth_valkey_fail(valkey, "memory is out");
    }

    if (whatsauth_valkey_link_flush(valkey, link) == -1
        || whatsauth_valkey_link_reply(valkey, link, &reply) == -1)
    {
        return -1;
    }

    return reply->type == VALKEY_STORE_REPLY_STATUS
           ? 0 : whatsauth_valkey_link_refused(valkey, link, "SET", reply);
}


static int
whatsauth_valkey_target_is_free(void *data, size_t i,
    const valkey_store_reply_t *reply)
{
    uint8_t              keys[VALKEY_STORE_KEYS_LEN];
    whatsauth_valkey_t  *valkey;

    (void) i;
    valkey = data;

    return reply->type == VALKEY_STORE_REPLY_NIL
           || (reply->type == VALKEY_STORE_REPLY_BULK
               && valkey_store_meta_read(&reply->text, keys)
                  == VALKEY_STORE_META_HALF)
           ? 0 : whatsauth_valkey_fail(valkey, "there is a store with the"
                                       " prefix \"%.*s\" already",
                                       (int) valkey->options.prefix.len,
                                       (const char *)
                                           valkey->options.prefix.data);
}


static int
whatsauth_valkey_target_load(whatsauth_valkey_t *valkey,
    whatsauth_valkey_link_t *link)
{
    const valkey_store_reply_t  *reply;

    valkey_store_out_begin(&link->out, 3);
    valkey_store_out_word(&link->out, "SCRIPT", 6);
    valkey_store_out_word(&link->out, "LOAD", 4);
    valkey_store_out_word(&link->out, valkey_store_script_commit.source,
                          valkey_store_script_commit.len);

    if (valkey_store_out_end(&link->out) == -1) {
        return whatsauth_valkey_fail(valkey, "memory is out");
    }

    if (whatsauth_valkey_link_flush(valkey, link) == -1
        || whatsauth_valkey_link_reply(valkey, link, &reply) == -1)
    {
        return -1;
    }

    return reply->type == VALKEY_STORE_REPLY_BULK
           ? 0 : whatsauth_valkey_link_refused(valkey, link, "SCRIPT LOAD",
                                               reply);
}


static int
whatsauth_valkey_target_begin(void *data)
{
    unsigned                     s;
    unsigned char                half[VALKEY_STORE_META_HALF_LEN];
    valkey_store_name_t          meta;
    whatsauth_valkey_t          *valkey;
    whatsauth_valkey_put_t      *put;
    whatsauth_valkey_command_t   command;

    put = data;
    valkey = &put->valkey;

    valkey_store_name(&meta, &valkey->options.prefix, 0, VALKEY_STORE_META);
    whatsauth_valkey_command(&command, 0, "GET", &meta);

    if (whatsauth_valkey_connect(valkey) == -1
        || whatsauth_valkey_ask(valkey, &command, 1,
                                whatsauth_valkey_target_is_free, valkey)
           == -1)
    {
        return -1;
    }

    for (s = 0; s < valkey->servers; s++) {
        if (whatsauth_valkey_target_load(valkey, valkey->server[s]) == -1) {
            return -1;
        }
    }

    valkey_store_meta_make_half(half);

    return whatsauth_valkey_target_set(put, &meta, 0, half, sizeof(half), 0);
}


/* Waits until the replicas of each server have on their disks what it has. */

static int
whatsauth_valkey_target_wait(whatsauth_valkey_t *valkey)
{
    char                         replicas[sizeof("4294967295")];
    unsigned                     s;
    const char                  *word[3];
    const valkey_store_reply_t  *reply;

    snprintf(replicas, sizeof(replicas), "%u", valkey->options.replicas);

    word[0] = "WAIT";
    word[1] = replicas;
    word[2] = WHATSAUTH_VALKEY_TARGET_WAIT;

    for (s = 0; s < valkey->servers && valkey->options.replicas != 0; s++) {
        if (whatsauth_valkey_link_call(valkey, valkey->server[s], word, 3,
                                       &reply)
            == -1)
        {
            return -1;
        }

        if (reply->type != VALKEY_STORE_REPLY_INTEGER) {
            return whatsauth_valkey_link_refused(valkey, valkey->server[s],
                                                 "WAIT", reply);
        }

        if (reply->integer < (int64_t) valkey->options.replicas) {
            return whatsauth_valkey_fail(valkey, "%s port %u: fewer than %u"
                                         " replicas answer",
                                         valkey->server[s]->host,
                                         (unsigned) valkey->server[s]->port,
                                         valkey->options.replicas);
        }
    }

    return 0;
}


static int
whatsauth_valkey_target_count(whatsauth_valkey_put_t *put,
    const whatsauth_store_moved_t *moved)
{
    uint64_t  n;

    n = moved->records + moved->sessions + moved->subjects;

    return put->there == n
           ? 0 : whatsauth_valkey_fail(&put->valkey, "%llu rows were moved,"
                                       " and %llu are there",
                                       (unsigned long long) n,
                                       (unsigned long long) put->there);
}


static int
whatsauth_valkey_target_end(void *data, const whatsauth_store_keys_t *keys,
    const whatsauth_store_moved_t *moved)
{
    uint8_t                  all[VALKEY_STORE_KEYS_LEN];
    unsigned char            value[VALKEY_STORE_META_LEN];
    valkey_store_name_t      meta;
    whatsauth_valkey_put_t  *put;

    put = data;

    memcpy(all, keys->code, 16);
    memcpy(all + 16, keys->id, 16);
    memcpy(all + 32, keys->token, 16);

    (void) valkey_store_meta_make(value, all);
    valkey_store_name(&meta, &put->valkey.options.prefix, 0,
                      VALKEY_STORE_META);

    return whatsauth_valkey_target_flush(put) == 0
           && whatsauth_valkey_target_count(put, moved) == 0
           && whatsauth_valkey_target_wait(&put->valkey) == 0
           && whatsauth_valkey_target_set(put, &meta, 0, value, sizeof(value),
                                          0)
              == 0
           ? whatsauth_valkey_target_wait(&put->valkey) : -1;
}


static const char *
whatsauth_valkey_target_last_error(void *data)
{
    whatsauth_valkey_put_t  *put;

    put = data;

    return put->valkey.error;
}


static const whatsauth_store_target_engine_t  whatsauth_valkey_target_engine =
{
    whatsauth_valkey_target_begin,
    whatsauth_valkey_put_record,
    whatsauth_valkey_put_asked,
    whatsauth_valkey_put_session,
    whatsauth_valkey_put_subject,
    whatsauth_valkey_target_end,
    whatsauth_valkey_target_last_error
};


int
whatsauth_valkey_target(whatsauth_store_target_t *target, int n,
    char **argument)
{
    static whatsauth_valkey_put_t  put;

    target->engine = &whatsauth_valkey_target_engine;
    target->data = &put;

    return whatsauth_valkey_options(&put.valkey.options, n, argument);
}
