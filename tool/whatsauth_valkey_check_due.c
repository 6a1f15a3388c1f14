
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The index of due work, partition by partition: each entry names a record or
 * session that names it, too.
 */


#include <stdio.h>
#include <string.h>

#include "ledger/bytes.h"
#include "valkey_store/command.h"
#include "whatsauth_valkey_check.h"


typedef struct {
    whatsauth_valkey_check_t    *check;
    unsigned                     partition;

    /* The entries of a part, and what their rows say. */
    size_t                       n;
    ledger_entry_t               entry[WHATSAUTH_VALKEY_PART];
    unsigned char                wrong[WHATSAUTH_VALKEY_PART];

    /* "-", or the last entry of the part before with "(" before it. */
    size_t                       from_len;
    unsigned char                from[512];
    unsigned                     more:1;
} whatsauth_valkey_check_due_t;


static valkey_store_kind_t
whatsauth_valkey_check_due_kind(const ledger_entry_t *entry)
{
    return entry->lane == VALKEY_STORE_LANE_SESSIONS ? VALKEY_STORE_SESSION
                                                     : VALKEY_STORE_RECORD;
}


/* A row that cannot be read is told with its kind. */

static int
whatsauth_valkey_check_due_fits(const ledger_entry_t *entry,
    const whatsauth_valkey_expect_t *expect)
{
    return expect->stands
           && whatsauth_valkey_entry_same(&expect->entry, entry);
}


static int
whatsauth_valkey_check_due_row(void *data, size_t i,
    const valkey_store_reply_t *reply)
{
    int                            rc;
    const ledger_entry_t          *entry;
    whatsauth_valkey_expect_t      expect;
    whatsauth_valkey_check_due_t  *due;

    due = data;
    entry = &due->entry[i];

    if (reply->type == VALKEY_STORE_REPLY_NIL) {
        due->wrong[i] = 1;
        return 0;
    }

    rc = whatsauth_valkey_expect_value(&expect,
                                       whatsauth_valkey_check_due_kind(entry),
                                       entry->key, reply);

    due->wrong[i] = rc != LEDGER_ROW_CORRUPTED
                    && !whatsauth_valkey_check_due_fits(entry, &expect);

    return 0;
}


static int
whatsauth_valkey_check_due_again(whatsauth_valkey_check_due_t *due,
    const ledger_entry_t *entry)
{
    int                       rc;
    const char               *what;
    valkey_store_kind_t       kind;
    unsigned long long        key;
    whatsauth_valkey_look_t   look;

    key = entry->key;
    kind = whatsauth_valkey_check_due_kind(entry);
    what = kind == VALKEY_STORE_RECORD ? "record" : "session";

    rc = whatsauth_valkey_look(due->check->valkey, &look, kind, entry->key,
                               entry);

    if (rc != 1 || !look.stands) {
        return rc == -1 ? -1 : 0;
    }

    if (!look.found) {
        whatsauth_valkey_check_fault(due->check, "the index names %s %llu,"
                                     " which does not exist", what, key);

    } else if (look.sound
               && !whatsauth_valkey_check_due_fits(entry, &look.expect))
    {
        whatsauth_valkey_check_fault(due->check, "the index has %s %llu in a"
                                     " wrong place", what, key);
    }

    return 0;
}


/* The rows of the entries that a part has brought. */

static int
whatsauth_valkey_check_due_rows(whatsauth_valkey_check_due_t *due)
{
    int                          rc;
    size_t                       i;
    valkey_store_name_t          name[WHATSAUTH_VALKEY_PART];
    const ledger_entry_t        *entry;
    whatsauth_valkey_command_t   command[WHATSAUTH_VALKEY_PART];

    for (i = 0; i < due->n; i++) {
        entry = &due->entry[i];

        valkey_store_name_key(&name[i], &due->check->valkey->options.prefix,
                              whatsauth_valkey_check_due_kind(entry),
                              entry->key);
        whatsauth_valkey_command(&command[i], due->partition, "GET",
                                 &name[i]);
    }

    rc = whatsauth_valkey_ask(due->check->valkey, command, due->n,
                              whatsauth_valkey_check_due_row, due);

    for (i = 0; rc == 0 && i < due->n; i++) {
        if (due->wrong[i]) {
            rc = whatsauth_valkey_check_due_again(due, &due->entry[i]);
        }
    }

    return rc;
}


/* An entry of this partition, or none that could be read. */

static void
whatsauth_valkey_check_due_entry(whatsauth_valkey_check_due_t *due,
    const ledger_text_t *text)
{
    ledger_entry_t  *entry;

    entry = &due->entry[due->n];

    if (ledger_row_due_decode(text, entry) != 0
        || entry->lane > VALKEY_STORE_LANE_SESSIONS
        || valkey_store_partition(entry->key) != due->partition)
    {
        whatsauth_valkey_check_fault(due->check, "an entry of the index"
                                     " cannot be read");
        return;
    }

    due->n++;
}


static int
whatsauth_valkey_check_due_part(void *data, size_t n,
    const valkey_store_reply_t *reply)
{
    size_t                         i;
    const valkey_store_reply_t    *element;
    whatsauth_valkey_check_due_t  *due;

    (void) n;
    due = data;
    due->n = 0;
    due->more = 0;

    if (reply->type != VALKEY_STORE_REPLY_ARRAY) {
        whatsauth_valkey_check_fault(due->check, "the index of partition %u"
                                     " cannot be read", due->partition);
        return 0;
    }

    element = valkey_store_reply_first(reply);

    for (i = 0; i < reply->elements && i < WHATSAUTH_VALKEY_PART; i++) {
        whatsauth_valkey_check_due_entry(due, &element->text);

        /* Danger: without an entry to go on from it would never end. */

        if (element->text.len < sizeof(due->from)) {
            due->from[0] = '(';
            memcpy(due->from + 1, element->text.data, element->text.len);
            due->from_len = 1 + element->text.len;
            due->more = 1;

        } else {
            due->more = 0;
        }

        element = valkey_store_reply_after(element);
    }

    return 0;
}


static int
whatsauth_valkey_check_due_partition(whatsauth_valkey_check_due_t *due)
{
    int                          rc;
    char                         limit[sizeof("2147483647")];
    valkey_store_name_t          name;
    whatsauth_valkey_command_t   command;

    snprintf(limit, sizeof(limit), "%d", WHATSAUTH_VALKEY_PART);
    valkey_store_name(&name, &due->check->valkey->options.prefix,
                      due->partition, VALKEY_STORE_DUE);
    due->from[0] = '-';
    due->from_len = 1;

    do {
        whatsauth_valkey_command(&command, due->partition, "ZRANGEBYLEX",
                                 &name);
        whatsauth_valkey_word(&command, due->from, due->from_len);
        whatsauth_valkey_word(&command, "+", 1);
        whatsauth_valkey_word(&command, "LIMIT", 5);
        whatsauth_valkey_word(&command, "0", 1);
        whatsauth_valkey_word(&command, limit, strlen(limit));

        rc = whatsauth_valkey_ask(due->check->valkey, &command, 1,
                                  whatsauth_valkey_check_due_part, due);
        if (rc == 0) {
            rc = whatsauth_valkey_check_due_rows(due);
        }

    } while (rc == 0 && due->more);

    return rc;
}


int
whatsauth_valkey_check_due(whatsauth_valkey_check_t *check)
{
    int                            rc;
    whatsauth_valkey_check_due_t   due;

    due.check = check;

    for (rc = 0, due.partition = 0;
         rc == 0 && due.partition < VALKEY_STORE_PARTITIONS;
         due.partition++)
    {
        rc = whatsauth_valkey_check_due_partition(&due);
    }

    return rc;
}
