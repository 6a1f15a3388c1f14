
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "command.h"
#include "ledger/bytes.h"
#include "script.h"


/* Of commit.lua, issue.lua without its rows, and heads.lua. */
#define VALKEY_STORE_COMMAND_COMMIT_KEYS   3
#define VALKEY_STORE_COMMAND_COMMIT_WORDS  11
#define VALKEY_STORE_COMMAND_ISSUE_KEYS    2
#define VALKEY_STORE_COMMAND_ISSUE_WORDS   4
#define VALKEY_STORE_COMMAND_HEADS_KEYS    4
#define VALKEY_STORE_COMMAND_HEADS_WORDS   10

#define VALKEY_STORE_COMMAND_LANE_LEN      2


static void
valkey_store_command_begin(valkey_store_out_t *out,
    const valkey_store_script_t *script, size_t keys, size_t words)
{
    valkey_store_out_begin(out, 3 + keys + words);
    valkey_store_out_word(out, "EVALSHA", 7);
    valkey_store_out_word(out, script->name, VALKEY_STORE_SCRIPT_NAME_LEN);
    valkey_store_out_number(out, (int64_t) keys);
}


static void
valkey_store_command_text(valkey_store_out_t *out, const ledger_text_t *text)
{
    valkey_store_out_word(out, text->data, text->len);
}


static void
valkey_store_command_name(valkey_store_out_t *out,
    const valkey_store_name_t *name)
{
    valkey_store_out_word(out, name->data, name->len);
}


static void
valkey_store_command_name_of(valkey_store_out_t *out,
    const ledger_text_t *prefix, unsigned partition, valkey_store_kind_t kind)
{
    valkey_store_name_t  name;

    valkey_store_name(&name, prefix, partition, kind);
    valkey_store_command_name(out, &name);
}


static void
valkey_store_command_entry(valkey_store_out_t *out,
    const ledger_entry_t *entry)
{
    unsigned char  bytes[LEDGER_ROW_DUE_LEN];

    if (entry == NULL) {
        valkey_store_out_word(out, NULL, 0);
        return;
    }

    ledger_row_due_encode(bytes, entry);
    valkey_store_out_word(out, bytes, sizeof(bytes));
}


/* A lane as it stands in entries; or nothing, unless there is one. */
static void
valkey_store_command_lane(valkey_store_out_t *out, int there, unsigned lane)
{
    unsigned char  bytes[VALKEY_STORE_COMMAND_LANE_LEN];

    ledger_put16(bytes, lane);
    valkey_store_out_word(out, bytes, there ? sizeof(bytes) : 0);
}


/* A time, likewise. */
static void
valkey_store_command_time(valkey_store_out_t *out, int there, uint64_t time)
{
    unsigned char  bytes[8];

    ledger_put64(bytes, time);
    valkey_store_out_word(out, bytes, there ? sizeof(bytes) : 0);
}


static void
valkey_store_command_commit_keys(valkey_store_out_t *out,
    const valkey_store_commit_t *commit)
{
    valkey_store_command_name(out, commit->row);
    valkey_store_command_name_of(out, commit->prefix, commit->partition,
                                 VALKEY_STORE_DUE);
    valkey_store_command_name_of(out, commit->prefix, commit->partition,
                                 VALKEY_STORE_APPS);

    if (commit->session != NULL) {
        valkey_store_command_name(out, commit->session);
    }
}


static void
valkey_store_command_commit_row(valkey_store_out_t *out,
    const valkey_store_commit_t *commit)
{
    valkey_store_out_word(out, commit->stamp,
                          commit->stamp == NULL ? 0 : VALKEY_STORE_STAMP_LEN);
    valkey_store_command_text(out, &commit->value);

    if (commit->gone_at == 0) {
        valkey_store_out_word(out, NULL, 0);

    } else {
        valkey_store_out_number(out, (int64_t) commit->gone_at);
    }

    valkey_store_command_entry(out, commit->leaves);
    valkey_store_command_entry(out, commit->takes);
}


static void
valkey_store_command_commit_counts(valkey_store_out_t *out,
    const valkey_store_commit_t *commit)
{
    valkey_store_command_text(out, &commit->app);
    valkey_store_out_number(out, commit->waiting);
    valkey_store_out_number(out, commit->pages);
}


int
valkey_store_commit_write(const valkey_store_commit_t *commit,
    valkey_store_out_t *out)
{
    valkey_store_command_begin(out, &valkey_store_script_commit,
                               VALKEY_STORE_COMMAND_COMMIT_KEYS
                               + (commit->session != NULL),
                               VALKEY_STORE_COMMAND_COMMIT_WORDS);

    valkey_store_command_commit_keys(out, commit);
    valkey_store_command_commit_row(out, commit);
    valkey_store_command_commit_counts(out, commit);

    if (commit->tells) {
        valkey_store_command_name_of(out, commit->prefix, commit->partition,
                                     VALKEY_STORE_TOLD);
    } else {
        valkey_store_out_word(out, NULL, 0);
    }

    valkey_store_command_text(out, &commit->session_value);
    valkey_store_command_entry(out, commit->session_takes);

    return valkey_store_out_end(out);
}


valkey_store_committed_t
valkey_store_commit_read(const valkey_store_reply_t *reply,
    ledger_text_t *present)
{
    present->data = NULL;
    present->len = 0;

    switch (reply->type) {

    case VALKEY_STORE_REPLY_NIL:
        return VALKEY_STORE_CHANGED;

    case VALKEY_STORE_REPLY_BULK:
        *present = reply->text;
        return VALKEY_STORE_CHANGED;

    case VALKEY_STORE_REPLY_INTEGER:
        return reply->integer == 1 ? VALKEY_STORE_WRITTEN
               : reply->integer == 2 ? VALKEY_STORE_BEYOND
               : reply->integer == 3 ? VALKEY_STORE_TAKEN
               : VALKEY_STORE_ODD;

    default:
        return VALKEY_STORE_ODD;
    }
}


static void
valkey_store_command_codes_keys(valkey_store_out_t *out,
    const valkey_store_codes_t *codes)
{
    size_t               i;
    valkey_store_name_t  name;

    valkey_store_command_name_of(out, codes->prefix, codes->partition,
                                 VALKEY_STORE_DUE);
    valkey_store_command_name_of(out, codes->prefix, codes->partition,
                                 VALKEY_STORE_APPS);

    for (i = 0; i < codes->n; i++) {
        valkey_store_name_key(&name, codes->prefix, VALKEY_STORE_RECORD,
                              codes->record[i]->row.record.key);
        valkey_store_command_name(out, &name);
    }
}


static void
valkey_store_command_codes_row(valkey_store_out_t *out,
    valkey_store_record_t *record)
{
    size_t         len;
    unsigned char  value[VALKEY_STORE_RECORD_VALUE_MAX];

    len = valkey_store_record_encode(record, value);

    valkey_store_out_word(out, value, len);
    valkey_store_command_entry(out, &record->row.entry);
}


int
valkey_store_codes_write(const valkey_store_codes_t *codes,
    valkey_store_out_t *out)
{
    size_t  i;

    valkey_store_command_begin(out, &valkey_store_script_issue,
                               VALKEY_STORE_COMMAND_ISSUE_KEYS + codes->n,
                               VALKEY_STORE_COMMAND_ISSUE_WORDS
                               + 2 * codes->n);

    valkey_store_command_codes_keys(out, codes);

    valkey_store_command_text(out, &codes->app);
    valkey_store_out_number(out, (int64_t) codes->live_limit);
    valkey_store_out_number(out, (int64_t) codes->page_limit);
    valkey_store_out_number(out, codes->pages);

    for (i = 0; i < codes->n; i++) {
        valkey_store_command_codes_row(out, codes->record[i]);
    }

    return valkey_store_out_end(out);
}


const valkey_store_reply_t *
valkey_store_codes_read(const valkey_store_reply_t *reply, size_t n)
{
    /* A span of one each: no element is an array. */

    return reply->type == VALKEY_STORE_REPLY_ARRAY && reply->elements == n
           && reply->span == n + 1 ? valkey_store_reply_first(reply) : NULL;
}


int
valkey_store_heads_write(const valkey_store_heads_t *heads,
    valkey_store_out_t *out)
{
    unsigned  i;

    const valkey_store_kind_t  keys[VALKEY_STORE_COMMAND_HEADS_KEYS] = {
        VALKEY_STORE_DUE, heads->guard,
        VALKEY_STORE_RECORD, VALKEY_STORE_SESSION
    };

    valkey_store_command_begin(out, &valkey_store_script_heads,
                               VALKEY_STORE_COMMAND_HEADS_KEYS,
                               VALKEY_STORE_COMMAND_HEADS_WORDS);

    for (i = 0; i < VALKEY_STORE_COMMAND_HEADS_KEYS; i++) {
        valkey_store_command_name_of(out, heads->prefix, heads->partition,
                                     keys[i]);
    }

    valkey_store_command_text(out, &heads->who);
    valkey_store_out_number(out, (int64_t) heads->span);

    valkey_store_command_lane(out, heads->from, heads->after);
    valkey_store_command_time(out, 1, heads->before);
    valkey_store_out_number(out, heads->lanes);
    valkey_store_out_number(out, heads->each);
    valkey_store_command_lane(out, 1, VALKEY_STORE_LANE_SESSIONS);
    valkey_store_command_lane(out, heads->to != 0, heads->to);
    valkey_store_command_time(out, heads->later != 0, heads->later);
    valkey_store_out_number(out, VALKEY_STORE_VALUE_MAX);

    return valkey_store_out_end(out);
}


/* Where it goes on: a lane, or nothing. */
static int
valkey_store_command_read_lane(const valkey_store_reply_t *reply,
    valkey_store_found_t *found)
{
    if (reply->type != VALKEY_STORE_REPLY_BULK) {
        return -1;
    }

    if (reply->text.len == 0) {
        return 0;
    }

    if (reply->text.len != VALKEY_STORE_COMMAND_LANE_LEN) {
        return -1;
    }

    found->more = 1;
    found->after = ledger_get16(reply->text.data);

    return 0;
}


static int
valkey_store_command_is_found(const valkey_store_reply_t *entry,
    const valkey_store_reply_t *value)
{
    return entry->type == VALKEY_STORE_REPLY_BULK
           && entry->text.len == LEDGER_ROW_DUE_LEN
           && (value->type == VALKEY_STORE_REPLY_BULK
               || value->type == VALKEY_STORE_REPLY_NIL);
}


/* The whole reply is looked at, so that nobody acts on half an odd one. */

int
valkey_store_heads_read(const valkey_store_reply_t *reply,
    valkey_store_found_t *found)
{
    size_t                       i;
    const valkey_store_reply_t  *entry;

    memset(found, 0, sizeof(*found));

    if (reply->type == VALKEY_STORE_REPLY_NIL) {
        found->busy = 1;
        return 0;
    }

    if (reply->type != VALKEY_STORE_REPLY_ARRAY || reply->elements % 2 == 0
        || valkey_store_command_read_lane(valkey_store_reply_first(reply),
                                          found)
           != 0)
    {
        return -1;
    }

    /* Elements of one reply each: those that are arrays are found out. */

    found->n = reply->elements / 2;
    found->next = valkey_store_reply_first(reply) + 1;

    for (entry = found->next, i = 0; i < found->n; entry += 2, i++) {
        if (!valkey_store_command_is_found(entry, entry + 1)) {
            return -1;
        }
    }

    return 0;
}


int
valkey_store_heads_next(valkey_store_found_t *found, ledger_entry_t *entry,
    ledger_text_t *value)
{
    const valkey_store_reply_t  *row;

    if (found->n == 0) {
        return 0;
    }

    (void) ledger_row_due_decode(&found->next->text, entry);

    row = found->next + 1;
    value->data = row->type == VALKEY_STORE_REPLY_NIL ? NULL : row->text.data;
    value->len = row->text.len;

    found->next += 2;
    found->n--;

    return 1;
}
