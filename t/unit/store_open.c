
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Opening: what is made, what is refused, who may open what how. */


#include <fcntl.h>
#include <lmdb.h>
#include <sys/stat.h>

#include "lmdb_store/store.h"
#include "store_help.h"


static void
write_file(const char *path, const void *data, size_t len)
{
    int  fd;

    fd = open(path, O_WRONLY|O_CREAT|O_TRUNC, 0600);
    assert_int_not_equal(fd, -1);
    assert_int_equal(write(fd, data, len), (ssize_t) len);
    close(fd);
}


static int
exists(const char *path)
{
    struct stat  st;

    return stat(path, &st) == 0;
}


static void
an_empty_directory_becomes_a_store(void **state)
{
    help_t       *h;
    struct stat   st;

    h = *state;
    help_open(h);

    assert_int_equal(stat(help_file(h, "data.mdb"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(stat(help_file(h, "lock.mdb"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(help_faults(h), 0);
}


static void
the_lock_file_has_all_its_blocks(void **state)
{
    help_t       *h;
    struct stat   st;

    h = *state;
    help_open(h);

    assert_int_equal(stat(help_file(h, "lock.mdb"), &st), 0);
    assert_true(st.st_size >= 64 * 64);
    assert_true(st.st_blocks * 512 >= st.st_size);
}


static void
keys_are_random_and_survive_reopening(void **state)
{
    help_t   *h;
    uint8_t   keys[48];

    h = *state;
    help_open(h);
    memcpy(keys, lmdb_store_code_key(h->store), 16);
    memcpy(keys + 16, lmdb_store_id_key(h->store), 16);
    memcpy(keys + 32, lmdb_store_token_key(h->store), 16);
    assert_memory_not_equal(keys, keys + 16, 16);
    assert_memory_not_equal(keys + 16, keys + 32, 16);

    help_close(h);
    help_open(h);
    assert_memory_equal(lmdb_store_code_key(h->store), keys, 16);
    assert_memory_equal(lmdb_store_id_key(h->store), keys + 16, 16);
    assert_memory_equal(lmdb_store_token_key(h->store), keys + 32, 16);

    help_close(h);
    unlink(help_file(h, "data.mdb"));
    help_open(h);
    assert_memory_not_equal(lmdb_store_code_key(h->store), keys, 16);
    assert_memory_not_equal(lmdb_store_id_key(h->store), keys + 16, 16);
    assert_memory_not_equal(lmdb_store_token_key(h->store), keys + 32, 16);
}


static void
a_directory_that_is_missing_or_a_file_is_unusable(void **state)
{
    help_t                *h;
    lmdb_store_options_t   options;

    h = *state;
    memset(&options, 0, sizeof(options));
    options.map_size = HELP_MAP;
    options.path = help_file(h, "nothing");

    assert_int_equal(lmdb_store_open(&options, &h->store, h->detail),
                     LEDGER_UNUSABLE);
    assert_non_null(strstr(h->detail, "nothing"));
    assert_null(h->store);

    write_file(help_file(h, "data.mdb"), "x", 1);
    options.path = help_file(h, "data.mdb");
    assert_int_equal(lmdb_store_open(&options, &h->store, h->detail),
                     LEDGER_UNUSABLE);
    assert_non_null(strstr(h->detail, "not a directory"));
}


static void
a_file_that_is_not_lmdb_is_refused_and_left_alone(void **state)
{
    int      fd;
    char     data[64], again[65];
    help_t  *h;

    h = *state;
    memset(data, 'x', sizeof(data));
    write_file(help_file(h, "data.mdb"), data, sizeof(data));

    assert_int_equal(help_try_open(h, 0), LEDGER_FOREIGN);
    assert_false(exists(help_file(h, "lock.mdb")));

    fd = open(help_file(h, "data.mdb"), O_RDONLY);
    assert_int_equal(read(fd, again, sizeof(again)), sizeof(data));
    close(fd);
    assert_memory_equal(data, again, sizeof(data));

    write_file(help_file(h, "data.mdb"), data, 3);
    assert_int_equal(help_try_open(h, 0), LEDGER_FOREIGN);
}


static void
an_empty_data_file_is_made_a_store(void **state)
{
    help_t  *h;

    h = *state;
    write_file(help_file(h, "data.mdb"), "", 0);
    help_open(h);
    (void) help_issue(h, 0);
}


/* Puts one value into a table with LMDB alone. */

static void
raw_put(help_t *h, const char *table, const char *name, const void *data,
    size_t len)
{
    MDB_dbi   dbi;
    MDB_env  *env;
    MDB_txn  *txn;
    MDB_val   k, v;

    k.mv_data = (void *) name;
    k.mv_size = strlen(name);
    v.mv_data = (void *) data;
    v.mv_size = len;

    assert_int_equal(mdb_env_create(&env), 0);
    assert_int_equal(mdb_env_set_maxdbs(env, 4), 0);
    assert_int_equal(mdb_env_open(env, h->dir, 0, 0600), 0);
    assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
    assert_int_equal(mdb_dbi_open(txn, table, MDB_CREATE, &dbi), 0);
    assert_int_equal(mdb_put(txn, dbi, &k, &v, 0), 0);
    assert_int_equal(mdb_txn_commit(txn), 0);
    mdb_env_close(env);
}


static void
an_lmdb_file_of_someone_else_is_refused(void **state)
{
    help_t  *h;

    h = *state;
    raw_put(h, "meta", "theirs", "1", 1);
    assert_int_equal(help_try_open(h, 0), LEDGER_FOREIGN);

    unlink(help_file(h, "data.mdb"));
    raw_put(h, NULL, "theirs", "1", 1);
    assert_int_equal(help_try_open(h, 0), LEDGER_FOREIGN);

    unlink(help_file(h, "data.mdb"));
    raw_put(h, NULL, "meta", "1", 1);
    assert_int_equal(help_try_open(h, 0), LEDGER_FOREIGN);
}


static void
an_unknown_version_is_refused_and_left_alone(void **state)
{
    help_t  *h;

    h = *state;
    help_open(h);
    help_close(h);

    raw_put(h, "meta", "schema", "whatsauth store\0\0\377", 18);
    assert_int_equal(help_try_open(h, 0), LEDGER_VERSION);

    raw_put(h, "meta", "schema", "whatsauth store\0\0\1", 18);
    assert_int_equal(help_try_open(h, 0), LEDGER_VERSION);

    raw_put(h, "meta", "schema", "whatsauth store\0\0\6", 18);
    help_open(h);
}


static int
open_as_nobody(help_t *h)
{
    if (geteuid() == 0 && (setgid(65534) || setuid(65534))) {
        return 99;
    }

    return help_try_open(h, 0) == LEDGER_UNUSABLE
           && strstr(h->detail, "permission denied") != NULL
           && strstr(h->detail, "uid") != NULL ? 0 : 1;
}


static void
what_may_not_be_opened_is_named_with_its_owner(void **state)
{
    help_t  *h;

    h = *state;
    help_open(h);
    help_close(h);

    assert_int_equal(chmod(help_file(h, "data.mdb"), 0), 0);
    assert_int_equal(chmod(h->dir, 0755), 0);
    assert_int_equal(help_in_child(open_as_nobody, h), 0);

    assert_int_equal(chmod(h->dir, 0), 0);
    assert_int_equal(help_in_child(open_as_nobody, h), 0);

    assert_int_equal(chmod(h->dir, 0700), 0);
    assert_int_equal(chmod(help_file(h, "data.mdb"), 0600), 0);
    help_open(h);
}


static void
remote_file_systems_are_refused_and_fleeting_ones_reported(void **state)
{
    char  detail[LMDB_STORE_DETAIL_MAX];

    (void) state;

    detail[0] = '\0';
    assert_int_equal(lmdb_store_directory_file_system(0xEF53, 0, "/x", detail),
                     LEDGER_OK);
    assert_string_equal(detail, "");

    assert_int_equal(lmdb_store_directory_file_system(0x6969, 0, "/x", detail),
                     LEDGER_UNUSABLE);
    assert_string_equal(detail,
                        "\"/x\" is on NFS: a store needs a local file system");

    detail[0] = '\0';
    assert_int_equal(lmdb_store_directory_file_system(0x794C7630, 1, "/x",
                                                  detail),
                     LEDGER_OK);
    assert_string_equal(detail, "");
    assert_int_equal(lmdb_store_directory_file_system(0x794C7630, 0, "/x",
                                                  detail),
                     LEDGER_OK);
    assert_non_null(strstr(detail, "overlayfs"));
}


static void
a_reader_of_nothing_makes_nothing(void **state)
{
    help_t  *h;

    h = *state;
    assert_int_equal(help_try_open(h, 1), LEDGER_UNUSABLE);
    assert_false(exists(help_file(h, "data.mdb")));
    assert_false(exists(help_file(h, "lock.mdb")));
}


static void
a_reader_without_lock_file_leaves_it_missing(void **state)
{
    help_t           *h;
    uint64_t          key;
    ledger_record_t   record;

    h = *state;
    help_open(h);
    key = help_issue(h, 0);
    help_close(h);
    unlink(help_file(h, "lock.mdb"));

    assert_int_equal(help_try_open(h, 1), LEDGER_OK);
    assert_non_null(strstr(h->detail, "lock.mdb"));
    help_get(h, key, &record);
    assert_int_equal(lmdb_store_begin(h->store), LEDGER_FAILED);
    assert_false(exists(help_file(h, "lock.mdb")));
}


static uint64_t
map_pages(help_t *h)
{
    lmdb_store_stat_t  stat;

    assert_int_equal(lmdb_store_stat(h->store, &stat), LEDGER_OK);
    return stat.map_pages;
}


static void
a_map_grows_when_it_is_opened_and_never_shrinks(void **state)
{
    help_t    *h;
    uint64_t   pages;

    h = *state;
    help_open(h);
    pages = map_pages(h);
    help_close(h);

    h->map_size = 2 * HELP_MAP;
    help_open(h);
    assert_true(map_pages(h) == 2 * pages);
    (void) help_issue(h, 0);
    help_close(h);

    h->map_size = HELP_MAP;
    help_open(h);
    assert_true(map_pages(h) == 2 * pages);
}


#define test(name)  cmocka_unit_test_setup_teardown(name,                     \
                                                    help_setup_directory,     \
                                                    help_teardown)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        test(an_empty_directory_becomes_a_store),
        test(the_lock_file_has_all_its_blocks),
        test(keys_are_random_and_survive_reopening),
        test(a_directory_that_is_missing_or_a_file_is_unusable),
        test(a_file_that_is_not_lmdb_is_refused_and_left_alone),
        test(an_empty_data_file_is_made_a_store),
        test(an_lmdb_file_of_someone_else_is_refused),
        test(an_unknown_version_is_refused_and_left_alone),
        test(what_may_not_be_opened_is_named_with_its_owner),
        cmocka_unit_test(
            remote_file_systems_are_refused_and_fleeting_ones_reported),
        test(a_reader_of_nothing_makes_nothing),
        test(a_reader_without_lock_file_leaves_it_missing),
        test(a_map_grows_when_it_is_opened_and_never_shrinks)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
