
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Compares the counts of each app with its records, sessions and subjects, in
 * one snapshot.
 */


#include <errno.h>
#include <stdlib.h>

#include "check.h"


static int
lmdb_store_check_counts_table(lmdb_store_check_t *check, MDB_dbi dbi,
    lmdb_store_check_pt each)
{
    int          rc;
    MDB_val      k, v;
    MDB_cursor  *cursor;

    rc = mdb_cursor_open(check->store->read_txn, dbi, &cursor);
    if (rc) {
        return rc;
    }

    k.mv_size = 0;

    do {
        rc = lmdb_store_check_next(cursor, &k, &v);

        if (rc == 0) {
            rc = each(check, &k, &v);
        }

    } while (rc == 0);

    mdb_cursor_close(cursor);

    return rc == MDB_NOTFOUND ? 0 : rc;
}


static int
lmdb_store_check_counts_app(lmdb_store_check_t *check, const MDB_val *key,
    const MDB_val *value)
{
    lmdb_store_counts_t      stated;
    lmdb_store_check_app_t  *app;

    if (key->mv_size > LEDGER_APP_MAX
        || lmdb_store_counts_decode(&stated, value))
    {
        lmdb_store_check_fault(check, "the counts of an app cannot be read");
        return 0;
    }

    app = realloc(check->apps, (check->n_apps + 1) * sizeof(*app));
    if (app == NULL) {
        return ENOMEM;
    }

    check->apps = app;
    app += check->n_apps++;

    memset(&app->counted, 0, sizeof(lmdb_store_counts_t));
    app->stated = stated;
    app->len = key->mv_size;
    memcpy(app->name, key->mv_data, key->mv_size);

    return 0;
}


/* The order of the table, in which the apps were read. */

static int
lmdb_store_check_counts_cmp(const void *one, const void *two)
{
    int                            rc;
    const ledger_text_t           *name;
    const lmdb_store_check_app_t  *app;

    name = one;
    app = two;

    rc = memcmp(name->data, app->name,
                name->len < app->len ? name->len : app->len);

    return rc ? rc : (name->len > app->len) - (name->len < app->len);
}


static lmdb_store_check_app_t *
lmdb_store_check_counts_find(lmdb_store_check_t *check,
    const ledger_text_t *name)
{
    return check->n_apps == 0 ? NULL
           : bsearch(name, check->apps, check->n_apps,
                     sizeof(lmdb_store_check_app_t),
                     lmdb_store_check_counts_cmp);
}


/* A message that cannot be read leaves it at what the record says. */

static int
lmdb_store_check_counts_record(lmdb_store_check_t *check, const MDB_val *key,
    const MDB_val *value)
{
    unsigned                 waiting;
    ledger_row_t             row;
    lmdb_store_check_app_t  *app;

    if (lmdb_store_record_read(check->store, check->store->read_txn, key,
                               value, &row))
    {
        if (key->mv_size != LEDGER_ROW_KEY_LEN
            || lmdb_store_row_decode(&row, ledger_get64(key->mv_data),
                                     value))
        {
            /* It is reported with the records. */
            return 0;
        }

        row.cost = lmdb_store_cost(&row);
    }

    app = lmdb_store_check_counts_find(check, &row.record.text[LEDGER_APP]);

    if (app == NULL) {
        lmdb_store_check_fault(check, "record %llu is of an app without"
                               " counts", (unsigned long long) row.record.key);
        return 0;
    }

    waiting = row.record.state == LEDGER_STATE_WAITING;

    app->counted.waiting += waiting;
    app->counted.pages += waiting && (row.record.flags & LEDGER_PAGE);
    app->counted.bytes += row.cost;

    return 0;
}


/* Rows that cannot be read are reported with their own tables. */

static int
lmdb_store_check_counts_session(lmdb_store_check_t *check, const MDB_val *key,
    const MDB_val *value)
{
    ledger_row_session_t     row;
    lmdb_store_check_app_t  *app;

    if (key->mv_size != LEDGER_ROW_KEY_LEN
        || lmdb_store_session_decode(&row, ledger_get64(key->mv_data),
                                     value))
    {
        return 0;
    }

    app = lmdb_store_check_counts_find(check,
                                       &row.session.text[LEDGER_SESSION_APP]);

    if (app == NULL) {
        lmdb_store_check_fault(check, "session %llu is of an app without"
                               " counts",
                               (unsigned long long) row.session.key);
        return 0;
    }

    app->counted.bytes += row.cost;

    return 0;
}


static int
lmdb_store_check_counts_subject(lmdb_store_check_t *check, const MDB_val *key,
    const MDB_val *value)
{
    ledger_row_subject_t     row;
    lmdb_store_check_app_t  *app;

    if (lmdb_store_subject_decode(&row, key, value)) {
        return 0;
    }

    app = lmdb_store_check_counts_find(check,
                                       &row.subject.text[LEDGER_SUBJECT_APP]);

    if (app == NULL) {
        lmdb_store_check_fault(check, "a subject is of an app without counts");
        return 0;
    }

    app->counted.bytes += row.cost;

    return 0;
}


static void
lmdb_store_check_counts_number(lmdb_store_check_t *check,
    const lmdb_store_check_app_t *app, const char *what, uint64_t counted,
    uint64_t stated)
{
    if (counted != stated) {
        lmdb_store_check_fault(check, "app \"%.*s\" has %llu %s, but %llu"
                               " are counted", (int) app->len,
                               (const char *) app->name,
                               (unsigned long long) counted, what,
                               (unsigned long long) stated);
    }
}


static void
lmdb_store_check_counts_compare(lmdb_store_check_t *check,
    const lmdb_store_check_app_t *app)
{
    lmdb_store_check_counts_number(check, app, "waiting codes",
                                   app->counted.waiting, app->stated.waiting);
    lmdb_store_check_counts_number(check, app, "waiting codes of pages",
                                   app->counted.pages, app->stated.pages);
    lmdb_store_check_counts_number(check, app, "bytes", app->counted.bytes,
                                   app->stated.bytes);
}


static int
lmdb_store_check_counts_all(lmdb_store_check_t *check)
{
    int                         rc;
    const lmdb_store_tables_t  *tables;

    tables = &check->store->tables;

    rc = lmdb_store_check_counts_table(check, tables->apps,
                                       lmdb_store_check_counts_app);
    if (rc == 0) {
        rc = lmdb_store_check_counts_table(check, tables->records,
                                           lmdb_store_check_counts_record);
    }

    if (rc == 0) {
        rc = lmdb_store_check_counts_table(check, tables->sessions,
                                           lmdb_store_check_counts_session);
    }

    if (rc == 0) {
        rc = lmdb_store_check_counts_table(check, tables->subjects,
                                           lmdb_store_check_counts_subject);
    }

    return rc;
}


int
lmdb_store_check_counts(lmdb_store_check_t *check)
{
    int     rc;
    size_t  i;

    rc = lmdb_store_read_begin(check->store);
    if (rc) {
        return rc;
    }

    rc = lmdb_store_check_counts_all(check);

    lmdb_store_read_end(check->store);

    for (i = 0; rc == 0 && i < check->n_apps; i++) {
        lmdb_store_check_counts_compare(check, &check->apps[i]);
    }

    free(check->apps);

    return rc;
}
