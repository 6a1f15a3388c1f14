
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Counts of a store.
 */


#include <string.h>

#include "whatsauth_valkey.h"


typedef struct {
    whatsauth_valkey_t      *valkey;
    whatsauth_store_stat_t  *line;
    uint64_t                 records;
    uint64_t                 waiting;
    uint64_t                 bytes;
    uint64_t                 messages;
    uint64_t                 sessions;
    uint64_t                 subjects;
    uint64_t                 due;
    uint64_t                 used;
    uint64_t                 max;
} whatsauth_valkey_stat_t;


/* Rows that cannot be read are the check's to report. */

static int
whatsauth_valkey_stat_record(void *data, size_t i,
    const valkey_store_reply_t *reply)
{
    valkey_store_record_t     value;
    whatsauth_valkey_stat_t  *stat;
    whatsauth_store_usage_t   usage;

    stat = data;

    if (reply->type != VALKEY_STORE_REPLY_BULK
        || valkey_store_record_decode(&value,
                                      stat->valkey->list.records.key[i],
                                      &reply->text)
           != 0)
    {
        return 0;
    }

    memset(&usage, 0, sizeof(usage));
    usage.bytes = reply->text.len;

    stat->records++;
    stat->messages += value.row.message_size != 0;
    stat->bytes += usage.bytes;

    whatsauth_store_stat_app(stat->line, &value.row.record.text[LEDGER_APP],
                             &usage);

    return 0;
}


static int
whatsauth_valkey_stat_session(void *data, size_t i,
    const valkey_store_reply_t *reply)
{
    valkey_store_session_t    value;
    whatsauth_valkey_stat_t  *stat;
    whatsauth_store_usage_t   usage;

    stat = data;

    if (reply->type != VALKEY_STORE_REPLY_BULK
        || valkey_store_session_decode(&value,
                                       stat->valkey->list.sessions.key[i],
                                       &reply->text)
           != 0)
    {
        return 0;
    }

    memset(&usage, 0, sizeof(usage));
    usage.sessions = 1;
    usage.bytes = reply->text.len;

    stat->sessions++;
    stat->bytes += usage.bytes;

    whatsauth_store_stat_app(stat->line,
                             &value.row.session.text[LEDGER_SESSION_APP],
                             &usage);

    return 0;
}


static int
whatsauth_valkey_stat_subject(void *data, size_t i,
    const valkey_store_reply_t *reply)
{
    ledger_text_t             app, number;
    whatsauth_valkey_stat_t  *stat;
    whatsauth_store_usage_t   usage;

    stat = data;

    if (reply->type != VALKEY_STORE_REPLY_BULK) {
        return 0;
    }

    whatsauth_valkey_names_person(stat->valkey->list.subjects.text[i], &app,
                                 &number);
    memset(&usage, 0, sizeof(usage));
    usage.bytes = reply->text.len;

    stat->subjects++;
    stat->bytes += usage.bytes;

    whatsauth_store_stat_app(stat->line, &app, &usage);

    return 0;
}


static int
whatsauth_valkey_stat_rows(whatsauth_valkey_stat_t *stat)
{
    whatsauth_valkey_t             *valkey;
    const whatsauth_valkey_list_t  *list;

    valkey = stat->valkey;
    list = &valkey->list;

    return whatsauth_valkey_get_keys(valkey, VALKEY_STORE_RECORD,
                                     &list->records,
                                     whatsauth_valkey_stat_record, NULL, stat)
           || whatsauth_valkey_get_keys(valkey, VALKEY_STORE_SESSION,
                                        &list->sessions,
                                        whatsauth_valkey_stat_session, NULL,
                                        stat)
           || whatsauth_valkey_get_texts(valkey, VALKEY_STORE_SUBJECT,
                                         &list->subjects,
                                         whatsauth_valkey_stat_subject, NULL,
                                         stat)
           ? -1 : 0;
}


static int
whatsauth_valkey_stat_due(void *data, size_t i,
    const valkey_store_reply_t *reply)
{
    whatsauth_valkey_stat_t  *stat;

    (void) i;
    stat = data;

    if (reply->type == VALKEY_STORE_REPLY_INTEGER && reply->integer > 0) {
        stat->due += (uint64_t) reply->integer;
    }

    return 0;
}


static int
whatsauth_valkey_stat_waiting(void *data, size_t i,
    const valkey_store_reply_t *reply)
{
    whatsauth_valkey_count_t  count;
    whatsauth_valkey_stat_t  *stat;
    whatsauth_store_usage_t   usage;

    (void) i;
    stat = data;

    whatsauth_valkey_counts(&count, reply);

    while (whatsauth_valkey_counts_next(&count)) {
        if (count.odd || count.number < 0) {
            continue;
        }

        memset(&usage, 0, sizeof(usage));

        if (count.is_pages) {
            usage.pages = (uint64_t) count.number;

        } else {
            usage.waiting = (uint64_t) count.number;
            stat->waiting += usage.waiting;
        }

        whatsauth_store_stat_app(stat->line, &count.app, &usage);
    }

    return 0;
}


static int
whatsauth_valkey_stat_partitions(whatsauth_valkey_stat_t *stat)
{
    unsigned                     i;
    valkey_store_name_t          due[VALKEY_STORE_PARTITIONS];
    valkey_store_name_t          apps[VALKEY_STORE_PARTITIONS];
    const ledger_text_t         *prefix;
    whatsauth_valkey_command_t   entries[VALKEY_STORE_PARTITIONS];
    whatsauth_valkey_command_t   counts[VALKEY_STORE_PARTITIONS];

    prefix = &stat->valkey->options.prefix;

    for (i = 0; i < VALKEY_STORE_PARTITIONS; i++) {
        valkey_store_name(&due[i], prefix, i, VALKEY_STORE_DUE);
        valkey_store_name(&apps[i], prefix, i, VALKEY_STORE_APPS);

        whatsauth_valkey_command(&entries[i], i, "ZCARD", &due[i]);
        whatsauth_valkey_command(&counts[i], i, "HGETALL", &apps[i]);
    }

    return whatsauth_valkey_ask(stat->valkey, entries,
                                VALKEY_STORE_PARTITIONS,
                                whatsauth_valkey_stat_due, stat)
           || whatsauth_valkey_ask(stat->valkey, counts,
                                   VALKEY_STORE_PARTITIONS,
                                   whatsauth_valkey_stat_waiting, stat)
           ? -1 : 0;
}


static int
whatsauth_valkey_stat_servers(whatsauth_valkey_stat_t *stat)
{
    unsigned                  i;
    whatsauth_valkey_t       *valkey;
    valkey_store_settings_t   settings;

    valkey = stat->valkey;

    for (i = 0; i < valkey->servers; i++) {
        if (whatsauth_valkey_link_info(valkey, valkey->server[i], &settings)
            == -1)
        {
            return -1;
        }

        stat->used += settings.used;
        stat->max += settings.max;
    }

    return 0;
}


static uint64_t
whatsauth_valkey_stat_last(const whatsauth_valkey_keys_t *keys)
{
    return keys->n == 0 ? 0 : keys->key[keys->n - 1];
}


ledger_result_t
whatsauth_valkey_stat(void *data, whatsauth_store_stat_t *line)
{
    whatsauth_valkey_stat_t  stat;

    memset(&stat, 0, sizeof(stat));
    stat.valkey = data;
    stat.line = line;

    if (whatsauth_valkey_stat_partitions(&stat) == -1
        || whatsauth_valkey_stat_rows(&stat) == -1
        || whatsauth_valkey_stat_servers(&stat) == -1)
    {
        return LEDGER_FAILED;
    }

    whatsauth_store_stat_number(line, "records", stat.records);
    whatsauth_store_stat_number(line, "waiting", stat.waiting);
    whatsauth_store_stat_number(line, "bytes", stat.bytes);
    whatsauth_store_stat_number(line, "messages", stat.messages);
    whatsauth_store_stat_number(line, "sessions", stat.sessions);
    whatsauth_store_stat_number(line, "subjects", stat.subjects);
    whatsauth_store_stat_number(line, "due", stat.due);
    whatsauth_store_stat_number(line, "used_memory", stat.used);
    whatsauth_store_stat_number(line, "maxmemory", stat.max);
    whatsauth_store_stat_number(line, "primaries", stat.valkey->servers);
    whatsauth_store_stat_number(line, "last_key",
        whatsauth_valkey_stat_last(&stat.valkey->list.records));

    return LEDGER_OK;
}
