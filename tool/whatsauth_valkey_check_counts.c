
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Compares the counts of each app with its waiting codes, partition by
 * partition.  The codes that wait are those in the lane TIME of the index: the
 * index and the counts are asked for in one go, so that they are of one
 * moment, or the counts have changed between the two looks at them.
 *
 * A count that is wrong stays wrong by the same number, however many codes
 * come and go: so that is a fault only if two looks find the same.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "valkey_store/command.h"
#include "whatsauth_valkey_check.h"


/* Codes that may wait in one partition; where there are more, none counts. */
#define WHATSAUTH_VALKEY_CHECK_COUNTS_MAX  200000

/* Looks at a partition whose counts change all the time. */
#define WHATSAUTH_VALKEY_CHECK_COUNTS_TRIES  8

/* The lane TIME, as a range of ZRANGEBYLEX. */
#define WHATSAUTH_VALKEY_CHECK_COUNTS_FROM  "[\0\0"
#define WHATSAUTH_VALKEY_CHECK_COUNTS_TO    "(\0\1"

_Static_assert(LEDGER_LANE_TIME == 0, "the range is that of lane 0");


typedef struct {
    whatsauth_valkey_check_t    *check;
    unsigned                     partition;

    size_t                       n;
    whatsauth_valkey_tally_t    *row;
    whatsauth_valkey_keys_t      keys;        /* of what waits */
    uint64_t                     hash;        /* of the counts */

    unsigned                     broken:1;    /* cannot be read */
    unsigned                     moved:1;     /* not of one moment */
} whatsauth_valkey_check_counts_t;


/* The replies of a look. */

enum {
    WHATSAUTH_VALKEY_CHECK_COUNTS_STATED = 0,
    WHATSAUTH_VALKEY_CHECK_COUNTS_INDEX,
    WHATSAUTH_VALKEY_CHECK_COUNTS_AGAIN,
    WHATSAUTH_VALKEY_CHECK_COUNTS_REPLIES
};


static int
whatsauth_valkey_check_counts_memory(whatsauth_valkey_check_counts_t *self)
{
    return whatsauth_valkey_fail(self->check->valkey, "memory is out");
}


/* Tells one reply to HGETALL from another. */

static uint64_t
whatsauth_valkey_check_counts_hash(const valkey_store_reply_t *reply)
{
    size_t                       i;
    uint64_t                     hash;
    const valkey_store_reply_t  *element;

    hash = 0;
    element = valkey_store_reply_first(reply);

    for (i = 0; i < reply->elements; i++) {
        hash = hash * 31 + ledger_hash(element->text.data, element->text.len);
        element = valkey_store_reply_after(element);
    }

    return hash;
}


static int
whatsauth_valkey_check_counts_stated(whatsauth_valkey_check_counts_t *self,
    const valkey_store_reply_t *reply)
{
    whatsauth_valkey_count_t   count;
    whatsauth_valkey_tally_t  *row;

    self->broken = reply->type != VALKEY_STORE_REPLY_ARRAY;
    self->hash = whatsauth_valkey_check_counts_hash(reply);
    whatsauth_valkey_counts(&count, reply);

    while (whatsauth_valkey_counts_next(&count)) {
        if (count.odd) {
            self->broken = 1;
            continue;
        }

        row = whatsauth_valkey_counts_tally(&self->row, &self->n, &count.app,
                                            count.is_pages);
        if (row == NULL) {
            return whatsauth_valkey_check_counts_memory(self);
        }

        row->stated = count.number;
    }

    return 0;
}


static int
whatsauth_valkey_check_counts_index(whatsauth_valkey_check_counts_t *self,
    const valkey_store_reply_t *reply)
{
    size_t                       i;
    ledger_entry_t               entry;
    const valkey_store_reply_t  *element;

    self->keys.n = 0;

    if (reply->type != VALKEY_STORE_REPLY_ARRAY
        || reply->elements == WHATSAUTH_VALKEY_CHECK_COUNTS_MAX)
    {
        self->moved = 1;
        return 0;
    }

    element = valkey_store_reply_first(reply);

    for (i = 0; i < reply->elements; i++) {
        if (ledger_row_due_decode(&element->text, &entry) == 0
            && whatsauth_valkey_names_key(&self->keys, entry.key) == -1)
        {
            return whatsauth_valkey_check_counts_memory(self);
        }

        element = valkey_store_reply_after(element);
    }

    return 0;
}


static int
whatsauth_valkey_check_counts_reply(void *data, size_t i,
    const valkey_store_reply_t *reply)
{
    whatsauth_valkey_check_counts_t  *self;

    self = data;

    switch (i) {

    case WHATSAUTH_VALKEY_CHECK_COUNTS_STATED:
        return whatsauth_valkey_check_counts_stated(self, reply);

    case WHATSAUTH_VALKEY_CHECK_COUNTS_INDEX:
        return whatsauth_valkey_check_counts_index(self, reply);

    case WHATSAUTH_VALKEY_CHECK_COUNTS_AGAIN:
        self->moved |= whatsauth_valkey_check_counts_hash(reply)
                       != self->hash;
        break;
    }

    return 0;
}


/*
 * A record that was in the lane, whatever has become of it: its app and its
 * asker never change.  Of one whose message is damaged these can be read.
 */

static int
whatsauth_valkey_check_counts_record(void *data, size_t i,
    const valkey_store_reply_t *reply)
{
    const ledger_text_t              *app;
    valkey_store_record_t             value;
    whatsauth_valkey_tally_t         *waiting, *pages;
    whatsauth_valkey_check_counts_t  *self;

    self = data;

    if (reply->type != VALKEY_STORE_REPLY_BULK
        || (valkey_store_record_decode(&value, self->keys.key[i],
                                       &reply->text)
            != 0
            && !value.row.damaged))
    {
        self->moved |= reply->type == VALKEY_STORE_REPLY_NIL;
        return 0;
    }

    app = &value.row.record.text[LEDGER_APP];

    waiting = whatsauth_valkey_counts_tally(&self->row, &self->n, app, 0);
    if (waiting == NULL) {
        return whatsauth_valkey_check_counts_memory(self);
    }

    waiting->counted++;

    if (value.row.record.flags & LEDGER_PAGE) {
        pages = whatsauth_valkey_counts_tally(&self->row, &self->n, app, 1);
        if (pages == NULL) {
            return whatsauth_valkey_check_counts_memory(self);
        }

        pages->counted++;
    }

    return 0;
}


static int
whatsauth_valkey_check_counts_look(whatsauth_valkey_check_counts_t *self)
{
    char                         max[sizeof("2147483647")];
    size_t                       i;
    valkey_store_name_t          due, apps;
    whatsauth_valkey_t          *valkey;
    whatsauth_valkey_command_t   command[
                                     WHATSAUTH_VALKEY_CHECK_COUNTS_REPLIES];

    valkey = self->check->valkey;
    snprintf(max, sizeof(max), "%d", WHATSAUTH_VALKEY_CHECK_COUNTS_MAX);
    valkey_store_name(&due, &valkey->options.prefix, self->partition,
                      VALKEY_STORE_DUE);
    valkey_store_name(&apps, &valkey->options.prefix, self->partition,
                      VALKEY_STORE_APPS);

    whatsauth_valkey_command(&command[0], self->partition, "HGETALL", &apps);
    whatsauth_valkey_command(&command[1], self->partition, "ZRANGEBYLEX",
                             &due);
    whatsauth_valkey_word(&command[1], WHATSAUTH_VALKEY_CHECK_COUNTS_FROM, 3);
    whatsauth_valkey_word(&command[1], WHATSAUTH_VALKEY_CHECK_COUNTS_TO, 3);
    whatsauth_valkey_word(&command[1], "LIMIT", 5);
    whatsauth_valkey_word(&command[1], "0", 1);
    whatsauth_valkey_word(&command[1], max, strlen(max));
    command[2] = command[0];

    self->moved = 0;

    for (i = 0; i < self->n; i++) {
        self->row[i].stated = 0;
        self->row[i].counted = 0;
    }

    return whatsauth_valkey_ask(valkey, command,
                                WHATSAUTH_VALKEY_CHECK_COUNTS_REPLIES,
                                whatsauth_valkey_check_counts_reply, self)
           || whatsauth_valkey_get_keys(valkey, VALKEY_STORE_RECORD,
                                        &self->keys,
                                        whatsauth_valkey_check_counts_record,
                                        NULL, self)
           ? -1 : 0;
}


static void
whatsauth_valkey_check_counts_tell(whatsauth_valkey_check_counts_t *self,
    const whatsauth_valkey_tally_t *row)
{
    whatsauth_valkey_check_fault(self->check, "app \"%.*s\" has %lld waiting"
                                 " codes%s in partition %u, but %lld are"
                                 " counted", (int) row->len,
                                 (const char *) row->name,
                                 (long long) row->counted,
                                 row->pages ? " of pages" : "",
                                 self->partition, (long long) row->stated);
}


/* 1 if nothing is wrong, or all that is has been told. */

static int
whatsauth_valkey_check_counts_compare(whatsauth_valkey_check_counts_t *self,
    int first)
{
    int                        done;
    size_t                     i;
    int64_t                    wrong;
    whatsauth_valkey_tally_t  *row;

    for (done = 1, i = 0; i < self->n; i++) {
        row = &self->row[i];
        wrong = row->stated - row->counted;

        if (wrong != 0 && (first || wrong != row->before)) {
            done = 0;
        }
    }

    for (i = 0; i < self->n; i++) {
        row = &self->row[i];
        row->before = row->stated - row->counted;

        if (done && row->before != 0) {
            whatsauth_valkey_check_counts_tell(self, row);
        }
    }

    return done;
}


static int
whatsauth_valkey_check_counts_partition(whatsauth_valkey_check_counts_t *self)
{
    unsigned  looks, tries;

    self->n = 0;

    for (looks = 0, tries = 0; tries < WHATSAUTH_VALKEY_CHECK_COUNTS_TRIES;
         tries++)
    {
        if (whatsauth_valkey_check_counts_look(self) == -1) {
            return -1;
        }

        if (self->broken) {
            whatsauth_valkey_check_fault(self->check, "the counts of"
                                         " partition %u cannot be read",
                                         self->partition);
            return 0;
        }

        if (!self->moved
            && whatsauth_valkey_check_counts_compare(self, looks++ == 0))
        {
            return 0;
        }
    }

    return 0;
}


int
whatsauth_valkey_check_counts(whatsauth_valkey_check_t *check)
{
    int                               rc;
    whatsauth_valkey_check_counts_t   self;

    memset(&self, 0, sizeof(self));
    self.check = check;

    for (rc = 0; rc == 0 && self.partition < VALKEY_STORE_PARTITIONS;
         self.partition++)
    {
        rc = whatsauth_valkey_check_counts_partition(&self);
    }

    free(self.row);
    free(self.keys.key);

    return rc;
}
