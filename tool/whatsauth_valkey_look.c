
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The second look at a row and its entry: what stands beside a row belongs to
 * it if the row has the same stamp before and after.
 */


#include <string.h>

#include "ledger/bytes.h"
#include "valkey_store/command.h"
#include "whatsauth_valkey_check.h"


/* The replies of one look: the row, entry, time of its end, the row again. */

enum {
    WHATSAUTH_VALKEY_LOOK_ROW = 0,
    WHATSAUTH_VALKEY_LOOK_ENTRY,
    WHATSAUTH_VALKEY_LOOK_END,
    WHATSAUTH_VALKEY_LOOK_AGAIN,
    WHATSAUTH_VALKEY_LOOK_REPLIES
};

typedef struct {
    whatsauth_valkey_look_t  *look;
    valkey_store_kind_t       kind;
    uint64_t                  key;
    unsigned                  stable:1;
} whatsauth_valkey_look_at_t;


int
whatsauth_valkey_entry_same(const ledger_entry_t *a, const ledger_entry_t *b)
{
    return a->lane == b->lane && a->due_at == b->due_at && a->key == b->key;
}


void
whatsauth_valkey_expect_record(whatsauth_valkey_expect_t *expect,
    const valkey_store_record_t *record)
{
    expect->kind = VALKEY_STORE_RECORD;
    expect->key = record->row.record.key;
    memcpy(expect->stamp, record->stamp, VALKEY_STORE_STAMP_LEN);

    expect->goes = record->row.record.state == LEDGER_STATE_KEPT;
    expect->stands = !expect->goes;
    expect->entry = record->row.entry;

    /* The server knows no later time. */
    expect->gone_at = record->row.record.due_at < INT64_MAX
                      ? record->row.record.due_at : INT64_MAX;
}


void
whatsauth_valkey_expect_session(whatsauth_valkey_expect_t *expect,
    const valkey_store_session_t *session, int ended)
{
    memcpy(expect->stamp, session->stamp, VALKEY_STORE_STAMP_LEN);

    expect->kind = VALKEY_STORE_SESSION;
    expect->goes = ended;
    expect->stands = !ended;
    expect->gone_at = 0;

    if (!ended) {
        expect->key = session->row.session.key;
        expect->entry.lane = VALKEY_STORE_LANE_SESSIONS;
        expect->entry.due_at = session->row.stands_at;
        expect->entry.key = session->row.session.key;
    }
}


int
whatsauth_valkey_expect_value(whatsauth_valkey_expect_t *expect,
    valkey_store_kind_t kind, uint64_t key, const valkey_store_reply_t *reply)
{
    int                     rc;
    valkey_store_record_t   record;
    valkey_store_session_t  session;

    if (reply->type != VALKEY_STORE_REPLY_BULK) {
        return LEDGER_ROW_CORRUPTED;
    }

    if (kind == VALKEY_STORE_RECORD) {
        rc = valkey_store_record_decode(&record, key, &reply->text);

        if (rc == 0) {
            whatsauth_valkey_expect_record(expect, &record);
        }

        return rc;
    }

    rc = valkey_store_session_decode(&session, key, &reply->text);

    if (rc == 0 || rc == VALKEY_STORE_VALUE_ENDED) {
        whatsauth_valkey_expect_session(expect, &session, rc != 0);
        expect->key = key;
    }

    return rc;
}


/* The row again: it is the same if its stamp is, or if it is still gone. */

static int
whatsauth_valkey_look_is_same(const whatsauth_valkey_look_t *look,
    const valkey_store_reply_t *reply)
{
    if (reply->type == VALKEY_STORE_REPLY_NIL) {
        return !look->found;
    }

    /* A row that cannot be read demands nothing, and stays as it is. */

    return look->found
           && (!look->sound
               || valkey_store_value_has(&reply->text, look->expect.stamp));
}


static int
whatsauth_valkey_look_reply(void *data, size_t i,
    const valkey_store_reply_t *reply)
{
    whatsauth_valkey_look_t     *look;
    whatsauth_valkey_look_at_t  *at;

    at = data;
    look = at->look;

    switch (i) {

    case WHATSAUTH_VALKEY_LOOK_ROW:
        look->found = reply->type != VALKEY_STORE_REPLY_NIL;
        look->sound = look->found
                      && whatsauth_valkey_expect_value(&look->expect,
                                                       at->kind, at->key,
                                                       reply)
                         != LEDGER_ROW_CORRUPTED;
        break;

    case WHATSAUTH_VALKEY_LOOK_ENTRY:
        look->stands = reply->type == VALKEY_STORE_REPLY_BULK;
        break;

    case WHATSAUTH_VALKEY_LOOK_END:
        look->gone_at = reply->integer;
        break;

    case WHATSAUTH_VALKEY_LOOK_AGAIN:
        at->stable = whatsauth_valkey_look_is_same(look, reply);
        break;
    }

    return 0;
}


int
whatsauth_valkey_look(whatsauth_valkey_t *valkey,
    whatsauth_valkey_look_t *look, valkey_store_kind_t kind, uint64_t key,
    const ledger_entry_t *entry)
{
    unsigned                     tries, partition;
    unsigned char                due_entry[LEDGER_ROW_DUE_LEN];
    valkey_store_name_t          row, due;
    whatsauth_valkey_look_at_t   at;
    whatsauth_valkey_command_t   command[WHATSAUTH_VALKEY_LOOK_REPLIES];

    partition = valkey_store_partition(key);
    valkey_store_name_key(&row, &valkey->options.prefix, kind, key);
    valkey_store_name(&due, &valkey->options.prefix, partition,
                      VALKEY_STORE_DUE);
    ledger_row_due_encode(due_entry, entry);

    whatsauth_valkey_command(&command[WHATSAUTH_VALKEY_LOOK_ROW], partition,
                             "GET", &row);
    whatsauth_valkey_command(&command[WHATSAUTH_VALKEY_LOOK_ENTRY], partition,
                             "ZSCORE", &due);
    whatsauth_valkey_word(&command[WHATSAUTH_VALKEY_LOOK_ENTRY], due_entry,
                          sizeof(due_entry));
    whatsauth_valkey_command(&command[WHATSAUTH_VALKEY_LOOK_END], partition,
                             "PEXPIRETIME", &row);
    command[WHATSAUTH_VALKEY_LOOK_AGAIN] = command[WHATSAUTH_VALKEY_LOOK_ROW];

    at.look = look;
    at.kind = kind;
    at.key = key;

    for (tries = 0; tries < WHATSAUTH_VALKEY_TRIES; tries++) {
        if (whatsauth_valkey_ask(valkey, command,
                                 WHATSAUTH_VALKEY_LOOK_REPLIES,
                                 whatsauth_valkey_look_reply, &at)
            == -1)
        {
            return -1;
        }

        if (at.stable) {
            return 1;
        }
    }

    return 0;
}
