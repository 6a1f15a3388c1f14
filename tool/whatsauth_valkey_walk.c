
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * All records, sessions and subjects, one after another.
 */


#include <time.h>

#include "whatsauth_valkey.h"


typedef struct {
    whatsauth_valkey_t  *valkey;
    int                (*record)(const ledger_record_t *record, void *to);
    int                (*session)(const ledger_session_t *session, void *to);
    int                (*subject)(const ledger_subject_t *subject, void *to);
    void                *to;
} whatsauth_valkey_walk_t;


static uint64_t
whatsauth_valkey_walk_now(void)
{
    struct timespec  now;

    (void) clock_gettime(CLOCK_REALTIME, &now);

    return (uint64_t) now.tv_sec * 1000 + (uint64_t) now.tv_nsec / 1000000;
}


static int
whatsauth_valkey_walk_fail(const whatsauth_valkey_walk_t *walk,
    const char *what, uint64_t key)
{
    return whatsauth_valkey_fail(walk->valkey, "%s %llu cannot be read:"
                                 " \"whatsauth-store check\" tells more", what,
                                 (unsigned long long) key);
}


static int
whatsauth_valkey_walk_record(void *data, size_t i,
    const valkey_store_reply_t *reply)
{
    uint64_t                  key;
    ledger_record_t          *record;
    valkey_store_record_t     value;
    whatsauth_valkey_walk_t  *walk;

    walk = data;
    key = walk->valkey->list.records.key[i];

    if (reply->type == VALKEY_STORE_REPLY_NIL) {
        return 0;
    }

    if (reply->type != VALKEY_STORE_REPLY_BULK
        || valkey_store_record_decode(&value, key, &reply->text) != 0)
    {
        return whatsauth_valkey_walk_fail(walk, "record", key);
    }

    record = &value.row.record;
    record->status = ledger_status(record, whatsauth_valkey_walk_now());

    return walk->record(record, walk->to);
}


static int
whatsauth_valkey_walk_session(void *data, size_t i,
    const valkey_store_reply_t *reply)
{
    int                       rc;
    uint64_t                  key;
    valkey_store_session_t    value;
    whatsauth_valkey_walk_t  *walk;

    walk = data;
    key = walk->valkey->list.sessions.key[i];

    if (reply->type == VALKEY_STORE_REPLY_NIL) {
        return 0;
    }

    rc = reply->type == VALKEY_STORE_REPLY_BULK
         ? valkey_store_session_decode(&value, key, &reply->text)
         : LEDGER_ROW_CORRUPTED;

    if (rc == VALKEY_STORE_VALUE_ENDED) {
        return 0;
    }

    return rc == 0 ? walk->session(&value.row.session, walk->to)
                   : whatsauth_valkey_walk_fail(walk, "session", key);
}


static int
whatsauth_valkey_walk_subject(void *data, size_t i,
    const valkey_store_reply_t *reply)
{
    ledger_text_t             app, number;
    valkey_store_subject_t    value;
    whatsauth_valkey_walk_t  *walk;

    walk = data;

    if (reply->type == VALKEY_STORE_REPLY_NIL) {
        return 0;
    }

    whatsauth_valkey_names_person(walk->valkey->list.subjects.text[i], &app,
                                 &number);

    if (reply->type != VALKEY_STORE_REPLY_BULK
        || valkey_store_subject_decode(&value, &app, &number, &reply->text)
           != 0)
    {
        return whatsauth_valkey_fail(walk->valkey, "a subject cannot be read:"
                                     " \"whatsauth-store check\" tells more");
    }

    return walk->subject(&value.row.subject, walk->to);
}


/* A positive number: each() wants no more. */

static ledger_result_t
whatsauth_valkey_walk_end(int rc)
{
    return rc == -1 ? LEDGER_FAILED : LEDGER_OK;
}


ledger_result_t
whatsauth_valkey_walk(void *data,
    int (*each)(const ledger_record_t *record, void *to), void *to)
{
    whatsauth_valkey_t       *valkey;
    whatsauth_valkey_walk_t   walk;

    valkey = data;
    walk.valkey = valkey;
    walk.record = each;
    walk.to = to;

    return whatsauth_valkey_walk_end(
               whatsauth_valkey_get_keys(valkey, VALKEY_STORE_RECORD,
                                         &valkey->list.records,
                                         whatsauth_valkey_walk_record, NULL,
                                         &walk));
}


ledger_result_t
whatsauth_valkey_walk_sessions(void *data,
    int (*each)(const ledger_session_t *session, void *to), void *to)
{
    whatsauth_valkey_t       *valkey;
    whatsauth_valkey_walk_t   walk;

    valkey = data;
    walk.valkey = valkey;
    walk.session = each;
    walk.to = to;

    return whatsauth_valkey_walk_end(
               whatsauth_valkey_get_keys(valkey, VALKEY_STORE_SESSION,
                                         &valkey->list.sessions,
                                         whatsauth_valkey_walk_session, NULL,
                                         &walk));
}


ledger_result_t
whatsauth_valkey_walk_subjects(void *data,
    int (*each)(const ledger_subject_t *subject, void *to), void *to)
{
    whatsauth_valkey_t       *valkey;
    whatsauth_valkey_walk_t   walk;

    valkey = data;
    walk.valkey = valkey;
    walk.subject = each;
    walk.to = to;

    return whatsauth_valkey_walk_end(
               whatsauth_valkey_get_texts(valkey, VALKEY_STORE_SUBJECT,
                                          &valkey->list.subjects,
                                          whatsauth_valkey_walk_subject, NULL,
                                          &walk));
}
