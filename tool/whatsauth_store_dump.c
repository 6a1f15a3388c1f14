
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A line of JSON for each record, session and subject.  Digests, seeds and keys
 * of the store are not printed: nobody may take a login from a dump.
 */


#include <jansson.h>
#include <stdio.h>

#include "protocol/code.h"
#include "protocol/verification.h"
#include "whatsauth_store.h"


typedef struct {
    whatsauth_codec_t  *codec;
    int                 failed;
} whatsauth_store_dump_t;


static json_t *
whatsauth_store_dump_number(uint64_t n)
{
    return json_integer((json_int_t) n);
}


/* null for a number without a word. */

static json_t *
whatsauth_store_dump_word(const char *word)
{
    return word == NULL ? json_null() : json_string(word);
}


static json_t *
whatsauth_store_dump_time(uint64_t ms)
{
    char  out[WHATSAUTH_TIME_LEN];

    if (ms == 0) {
        return json_null();
    }

    whatsauth_time_format(ms, out);
    return json_stringn(out, sizeof(out));
}


/* JSON holds only UTF-8: null for any other text, as for an absent one. */

static json_t *
whatsauth_store_dump_text(const ledger_text_t *text)
{
    json_t  *string;

    if (text->len == 0) {
        return json_null();
    }

    string = json_stringn(text->data, text->len);
    return string == NULL ? json_null() : string;
}


static json_t *
whatsauth_store_dump_phone(const ledger_text_t *text)
{
    if (text->len == 0) {
        return json_null();
    }

    return json_sprintf("+%.*s", (int) text->len, (const char *) text->data);
}


static json_t *
whatsauth_store_dump_record(whatsauth_codec_t *codec,
    const ledger_record_t *record)
{
    char     code[WHATSAUTH_CODE_LEN], id[WHATSAUTH_ID_LEN];
    json_t  *line;

    if (whatsauth_code_encode(codec, record->key, code)
        || whatsauth_id_encode(codec, record->key, id))
    {
        return NULL;
    }

    line = json_object();

    json_object_set_new(line, "key", whatsauth_store_dump_number(record->key));
    json_object_set_new(line, "id", json_stringn(id, sizeof(id)));
    json_object_set_new(line, "code", json_stringn(code, sizeof(code)));
    json_object_set_new(line, "app",
                        whatsauth_store_dump_text(&record->text[LEDGER_APP]));
    json_object_set_new(line, "state",
                        whatsauth_store_dump_word(
                            ledger_state_word(record->state)));
    json_object_set_new(line, "status",
                        whatsauth_store_dump_word(
                            ledger_status_word(record->status)));
    json_object_set_new(line, "error",
                        whatsauth_store_dump_word(
                            ledger_error_word(record->error)));
    json_object_set_new(line, "channel",
                        whatsauth_store_dump_word(
                            ledger_channel_word(record->channel)));
    json_object_set_new(line, "attempts",
                        whatsauth_store_dump_number(record->attempts));
    json_object_set_new(line, "refusals",
                        whatsauth_store_dump_number(record->refusals));

    return line;
}


static json_t *
whatsauth_store_dump_claim(const ledger_record_t *record)
{
    json_t                *object;
    const ledger_claim_t  *claim;

    claim = &record->claim;
    object = json_object();

    json_object_set_new(object, "page",
                        json_boolean(claim->flags & LEDGER_CLAIM_PAGE));
    json_object_set_new(object, "step",
                        whatsauth_store_dump_word(
                            ledger_step_word(claim->step)));
    json_object_set_new(object, "wrong_pins",
                        whatsauth_store_dump_number(claim->wrong_pins));
    json_object_set_new(object, "collected_at",
                        whatsauth_store_dump_time(claim->collected_at));
    json_object_set_new(object, "place",
        whatsauth_store_dump_text(&record->text[LEDGER_PLACE]));
    json_object_set_new(object, "device",
        whatsauth_store_dump_text(&record->text[LEDGER_DEVICE]));

    return object;
}


static void
whatsauth_store_dump_record_more(json_t *line, const ledger_record_t *record)
{
    json_object_set_new(line, "requested_at",
                        whatsauth_store_dump_time(record->requested_at));
    json_object_set_new(line, "expires_at",
                        whatsauth_store_dump_time(record->expires_at));
    json_object_set_new(line, "validated_at",
                        whatsauth_store_dump_time(record->validated_at));
    json_object_set_new(line, "due_at",
                        whatsauth_store_dump_time(record->due_at));
    json_object_set_new(line, "lane",
                        whatsauth_store_dump_number(record->lane));
    json_object_set_new(line, "page",
                        json_boolean(record->flags & LEDGER_PAGE));
    json_object_set_new(line, "link_hash",
                        json_sprintf("%016llx",
                                     (unsigned long long) record->link_hash));
    json_object_set_new(line, "phone_number",
        whatsauth_store_dump_phone(&record->message[LEDGER_SENDER]));
    json_object_set_new(line, "profile_name",
        whatsauth_store_dump_text(&record->message[LEDGER_PROFILE_NAME]));
    json_object_set_new(line, "provider",
                        whatsauth_store_dump_word(
                            ledger_provider_word(record->provider)));
    json_object_set_new(line, "message_id",
        whatsauth_store_dump_text(&record->message[LEDGER_MESSAGE_ID]));
    json_object_set_new(line, "callback_url",
        whatsauth_store_dump_text(&record->text[LEDGER_CALLBACK_URL]));

    json_object_set_new(line, "claim", record->flags & LEDGER_CLAIMED
                                       ? whatsauth_store_dump_claim(record)
                                       : json_null());
}


static int
whatsauth_store_dump_line(whatsauth_store_dump_t *dump, json_t *line)
{
    dump->failed = json_dumpf(line, stdout, JSON_COMPACT) == -1
                   || putchar('\n') == EOF;
    json_decref(line);

    return dump->failed;
}


static int
whatsauth_store_dump_each(const ledger_record_t *record, void *data)
{
    json_t                  *line;
    whatsauth_store_dump_t  *dump;

    dump = data;

    line = whatsauth_store_dump_record(dump->codec, record);
    if (line == NULL) {
        dump->failed = 1;
        return 1;
    }

    whatsauth_store_dump_record_more(line, record);

    return whatsauth_store_dump_line(dump, line);
}


static int
whatsauth_store_dump_session(const ledger_session_t *session, void *data)
{
    char                     id[WHATSAUTH_ID_LEN];
    json_t                  *line;
    const ledger_text_t     *text;
    whatsauth_store_dump_t  *dump;

    dump = data;
    text = session->text;

    if (whatsauth_id_encode(dump->codec, session->key, id)) {
        dump->failed = 1;
        return 1;
    }

    line = json_object();

    json_object_set_new(line, "session",
                        whatsauth_store_dump_number(session->key));
    json_object_set_new(line, "id", json_stringn(id, sizeof(id)));
    json_object_set_new(line, "app",
        whatsauth_store_dump_text(&text[LEDGER_SESSION_APP]));
    json_object_set_new(line, "number",
        whatsauth_store_dump_phone(&text[LEDGER_SESSION_SUBJECT]));
    json_object_set_new(line, "phone_number",
        whatsauth_store_dump_phone(&text[LEDGER_SESSION_PHONE]));
    json_object_set_new(line, "profile_name",
        whatsauth_store_dump_text(&text[LEDGER_SESSION_NAME]));
    json_object_set_new(line, "place",
        whatsauth_store_dump_text(&text[LEDGER_SESSION_PLACE]));
    json_object_set_new(line, "device",
        whatsauth_store_dump_text(&text[LEDGER_SESSION_DEVICE]));
    json_object_set_new(line, "confirmed",
        json_boolean(session->flags & LEDGER_CLAIM_CONFIRMED));
    json_object_set_new(line, "known",
        json_boolean(session->flags & LEDGER_CLAIM_RECOGNISED));
    json_object_set_new(line, "login_at",
                        whatsauth_store_dump_time(session->login_at));
    json_object_set_new(line, "seen_at",
                        whatsauth_store_dump_time(session->seen_at));
    json_object_set_new(line, "ends_at",
                        whatsauth_store_dump_time(session->ends_at));
    json_object_set_new(line, "idle",
                        whatsauth_store_dump_number(session->idle));

    return whatsauth_store_dump_line(dump, line);
}


static json_t *
whatsauth_store_dump_marks(const ledger_subject_t *subject)
{
    json_t    *list;
    unsigned   i;

    list = json_array();

    for (i = 0; i < subject->n_marks; i++) {
        json_array_append_new(list,
            whatsauth_store_dump_time(subject->mark[i].until));
    }

    return list;
}


static json_t *
whatsauth_store_dump_keys(const ledger_subject_t *subject)
{
    json_t    *list;
    unsigned   i;

    list = json_array();

    for (i = 0; i < subject->n_sessions; i++) {
        json_array_append_new(list,
            whatsauth_store_dump_number(subject->session[i].key));
    }

    return list;
}


static int
whatsauth_store_dump_subject(const ledger_subject_t *subject, void *data)
{
    json_t               *line;
    const ledger_text_t  *text;

    text = subject->text;
    line = json_object();

    json_object_set_new(line, "subject",
        whatsauth_store_dump_phone(&text[LEDGER_SUBJECT_NUMBER]));
    json_object_set_new(line, "app",
        whatsauth_store_dump_text(&text[LEDGER_SUBJECT_APP]));
    json_object_set_new(line, "made_at",
                        whatsauth_store_dump_time(subject->made_at));
    json_object_set_new(line, "revoked_at",
                        whatsauth_store_dump_time(subject->revoked_at));
    json_object_set_new(line, "known_until",
                        whatsauth_store_dump_marks(subject));
    json_object_set_new(line, "sessions", whatsauth_store_dump_keys(subject));

    return whatsauth_store_dump_line(data, line);
}


static ledger_result_t
whatsauth_store_dump_all(const whatsauth_store_t *store,
    whatsauth_store_dump_t *dump)
{
    ledger_result_t                  result;
    const whatsauth_store_engine_t  *engine;

    engine = store->engine;
    result = engine->walk(store->data, whatsauth_store_dump_each, dump);

    if (result == LEDGER_OK && !dump->failed) {
        result = engine->walk_sessions(store->data,
                                       whatsauth_store_dump_session, dump);
    }

    if (result == LEDGER_OK && !dump->failed) {
        result = engine->walk_subjects(store->data,
                                       whatsauth_store_dump_subject, dump);
    }

    return result;
}


int
whatsauth_store_dump(const whatsauth_store_t *store, void *data)
{
    ledger_result_t         result;
    whatsauth_store_dump_t  dump;
    whatsauth_store_keys_t  keys;

    (void) data;

    store->engine->keys(store->data, &keys);

    dump.failed = 0;
    dump.codec = whatsauth_codec_create(keys.code, keys.id, keys.token);

    if (dump.codec == NULL) {
        fprintf(stderr, "whatsauth-store: memory is out\n");
        return WHATSAUTH_STORE_FAILED;
    }

    result = whatsauth_store_dump_all(store, &dump);
    whatsauth_codec_destroy(dump.codec);

    if (result != LEDGER_OK) {
        return whatsauth_store_broken(store);
    }

    return dump.failed ? WHATSAUTH_STORE_FAILED : WHATSAUTH_STORE_OK;
}
