
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Counts of a store.
 */


#include <stdlib.h>
#include <unistd.h>

#include "check.h"


static int
lmdb_store_stat_entries(lmdb_store_t *store, MDB_dbi dbi, uint64_t *n)
{
    int       rc;
    MDB_stat  stat;

    rc = mdb_stat(store->read_txn, dbi, &stat);

    if (rc == 0) {
        *n = stat.ms_entries;
    }

    return rc;
}


static int
lmdb_store_stat_tables(lmdb_store_t *store, lmdb_store_stat_t *stat)
{
    int  rc;

    rc = lmdb_store_stat_entries(store, store->tables.records,
                                 &stat->records);

    if (rc == 0) {
        rc = lmdb_store_stat_entries(store, store->tables.messages,
                                     &stat->messages);
    }

    if (rc == 0) {
        rc = lmdb_store_stat_entries(store, store->tables.sessions,
                                     &stat->sessions);
    }

    if (rc == 0) {
        rc = lmdb_store_stat_entries(store, store->tables.subjects,
                                     &stat->subjects);
    }

    if (rc == 0) {
        rc = lmdb_store_stat_entries(store, store->tables.due, &stat->due);
    }

    return rc;
}


static int
lmdb_store_stat_apps(lmdb_store_t *store,
    void (*each)(const lmdb_store_usage_t *usage, void *data), void *data)
{
    int                   rc;
    MDB_val               k, v;
    MDB_cursor           *cursor;
    lmdb_store_usage_t    usage;
    lmdb_store_counts_t   counts;

    rc = mdb_cursor_open(store->read_txn, store->tables.apps, &cursor);
    if (rc) {
        return rc;
    }

    k.mv_size = 0;

    while ((rc = lmdb_store_check_next(cursor, &k, &v)) == 0) {

        /* The check reports rows that cannot be read. */

        if (lmdb_store_counts_decode(&counts, &v)) {
            continue;
        }

        usage.app.data = k.mv_data;
        usage.app.len = k.mv_size;
        usage.waiting = counts.waiting;
        usage.pages = counts.pages;
        usage.bytes = counts.bytes;

        each(&usage, data);
    }

    mdb_cursor_close(cursor);

    return rc == MDB_NOTFOUND ? 0 : rc;
}


static void
lmdb_store_stat_app(const lmdb_store_usage_t *usage, void *data)
{
    lmdb_store_stat_t  *stat;

    stat = data;
    stat->waiting += usage->waiting;
    stat->bytes += usage->bytes;
}


static int
lmdb_store_stat_pages(lmdb_store_t *store, lmdb_store_stat_t *stat)
{
    int          rc;
    uint64_t     free_pages;
    MDB_stat     env_stat;
    MDB_envinfo  info;

    rc = mdb_env_info(store->env, &info);

    if (rc == 0) {
        rc = mdb_env_stat(store->env, &env_stat);
    }

    if (rc == 0) {
        rc = lmdb_store_space_count_free(store->read_txn, UINT64_MAX,
                                         &free_pages);
    }

    if (rc == 0) {
        stat->page_size = env_stat.ms_psize;
        stat->map_pages = info.me_mapsize / env_stat.ms_psize;
        stat->used_pages = info.me_last_pgno + 1 - free_pages;
        stat->last_txn = info.me_last_txnid;
        stat->readers = info.me_numreaders;
    }

    return rc;
}


ledger_result_t
lmdb_store_stat(lmdb_store_t *store, lmdb_store_stat_t *stat)
{
    int  rc;

    memset(stat, 0, sizeof(lmdb_store_stat_t));

    if (lmdb_store_read_begin(store)) {
        return LEDGER_FAILED;
    }

    rc = lmdb_store_stat_tables(store, stat);

    if (rc == 0) {
        rc = lmdb_store_stat_apps(store, lmdb_store_stat_app, stat);
    }

    if (rc == 0) {
        rc = lmdb_store_read_last_key(store, &stat->last_key);
    }

    if (rc == 0) {
        rc = lmdb_store_stat_pages(store, stat);
    }

    lmdb_store_read_end(store);

    return lmdb_store_note(store, rc) ? LEDGER_FAILED : LEDGER_OK;
}


ledger_result_t
lmdb_store_usage(lmdb_store_t *store,
    void (*each)(const lmdb_store_usage_t *usage, void *data), void *data)
{
    int  rc;

    if (lmdb_store_read_begin(store)) {
        return LEDGER_FAILED;
    }

    rc = lmdb_store_stat_apps(store, each, data);

    lmdb_store_read_end(store);

    return lmdb_store_note(store, rc) ? LEDGER_FAILED : LEDGER_OK;
}


uint64_t
lmdb_store_last_txn(lmdb_store_t *store)
{
    int          rc;
    MDB_envinfo  info;

    pthread_mutex_lock(&store->map_lock);
    rc = store->env == NULL ? MDB_PANIC : mdb_env_info(store->env, &info);
    pthread_mutex_unlock(&store->map_lock);

    return rc ? 0 : info.me_last_txnid;
}


/* A line of LMDB's table of readers, or its head, which has no number. */

static int
lmdb_store_stat_reader(const char *line, void *data)
{
    int    *used;
    long    pid;
    char   *end;

    used = data;
    pid = strtol(line, &end, 10);
    *used |= end != line && pid != (long) getpid();

    return 0;
}


/* Each process that has a store open keeps a reader. */

ledger_result_t
lmdb_store_used(lmdb_store_t *store, int *used)
{
    int  rc;

    *used = 0;

    if (lmdb_store_read_begin(store)) {
        return LEDGER_FAILED;
    }

    rc = mdb_reader_check(store->env, NULL);

    if (rc == 0) {
        rc = mdb_reader_list(store->env, lmdb_store_stat_reader, used);
        rc = rc < 0 ? rc : 0;
    }

    lmdb_store_read_end(store);

    return lmdb_store_note(store, rc) ? LEDGER_FAILED : LEDGER_OK;
}
