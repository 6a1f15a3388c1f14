
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Storage that fails: the system calls that LMDB writes with are replaced
 * here, so that the disk is full or broken when a test says so.
 */


#include <errno.h>
#include <lmdb.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "store_session_help.h"


/* A meta page is written alone and is far shorter than a page. */
#define META_MAX  512


static int  fail_data;   /* the error for data pages, 0: none */
static int  fail_meta;
static int  fail_sync;


ssize_t
pwrite(int fd, const void *buf, size_t len, off_t offset)
{
    int  error;

    error = len <= META_MAX ? fail_meta : fail_data;

    if (error) {
        errno = error;
        return -1;
    }

    return syscall(SYS_pwrite64, fd, buf, len, offset);
}


ssize_t
writev(int fd, const struct iovec *iov, int n)
{
    if (fail_data) {
        errno = fail_data;
        return -1;
    }

    return syscall(SYS_writev, fd, iov, n);
}


ssize_t
pwritev(int fd, const struct iovec *iov, int n, off_t offset)
{
    if (fail_data) {
        errno = fail_data;
        return -1;
    }

    return syscall(SYS_pwritev, fd, iov, n, offset, 0);
}


int
fdatasync(int fd)
{
    if (fail_sync) {
        errno = fail_sync;
        return -1;
    }

    return (int) syscall(SYS_fdatasync, fd);
}


static ledger_result_t
issue_result(help_t *h, uint64_t *key)
{
    ledger_op_t  op;

    if (lmdb_store_begin(h->store) != LEDGER_OK) {
        return LEDGER_FAILED;
    }

    op = help_issue_op(LEDGER_ON_VALIDATED);

    if (lmdb_store_apply(h->store, &op)) {
        lmdb_store_abort(h->store);
        return LEDGER_FAILED;
    }

    *key = op.u.issue.key;

    return lmdb_store_commit(h->store);
}


/* Commits fail with an error, reads go on, and then all is well again. */

static void
fails_and_recovers(help_t *h, int *fail, int error)
{
    uint64_t         key, lost, next;
    ledger_record_t  record;

    key = help_issue(h, 0);

    *fail = error;
    assert_int_equal(issue_result(h, &lost), LEDGER_FAILED);
    assert_string_equal(lmdb_store_last_error(h->store), strerror(error));
    assert_int_equal(issue_result(h, &lost), LEDGER_FAILED);
    help_get(h, key, &record);
    *fail = 0;

    assert_int_equal(issue_result(h, &next), LEDGER_OK);
    help_get(h, next, &record);
    help_get(h, key, &record);
    assert_int_equal(help_faults(h), 0);
}


static void
a_full_disk_fails_the_commit_until_there_is_room(void **state)
{
    fails_and_recovers(*state, &fail_data, ENOSPC);
}


static ledger_result_t
collect_result(help_t *h, uint64_t key)
{
    ledger_op_t  op;

    if (lmdb_store_begin(h->store) != LEDGER_OK) {
        return LEDGER_FAILED;
    }

    op = help_collect_op(key, HELP_NUMBER);

    if (lmdb_store_apply(h->store, &op)) {
        lmdb_store_abort(h->store);
        return LEDGER_FAILED;
    }

    return lmdb_store_commit(h->store) == LEDGER_OK ? op.result
                                                    : LEDGER_FAILED;
}


/* Neither half of it is there: the same browser collects it later. */

static void
a_full_disk_fails_a_collection_as_a_whole(void **state)
{
    help_t            *h = *state;
    uint64_t           key;
    ledger_record_t    record;
    ledger_subject_t   subject;

    key = help_validated(h, HELP_NUMBER);

    fail_data = ENOSPC;
    assert_int_equal(collect_result(h, key), LEDGER_FAILED);
    fail_data = 0;

    help_get(h, key, &record);
    assert_true(record.claim.collected_at == 0);
    assert_false(help_has_session(h, key));
    assert_int_equal(help_get_subject(h, "shop", HELP_NUMBER, &subject),
                     LEDGER_UNKNOWN);

    assert_int_equal(collect_result(h, key), LEDGER_OK);
    assert_true(help_has_session(h, key));
    assert_int_equal(help_faults(h), 0);
}


static void
a_write_error_fails_the_commit_until_it_is_gone(void **state)
{
    fails_and_recovers(*state, &fail_data, EIO);
}


static void
a_failed_sync_fails_the_commit_until_it_is_gone(void **state)
{
    fails_and_recovers(*state, &fail_sync, EIO);
}


/*
 * LMDB gives the environment up when its meta page cannot be written; the
 * store then opens it again, at most once a second.
 */

static void
a_failed_meta_page_is_recovered_by_opening_again(void **state)
{
    help_t           *h;
    uint64_t          key, lost, next;
    unsigned          tries;
    ledger_record_t   record;

    h = *state;
    key = help_issue(h, 0);

    fail_meta = EIO;
    assert_int_equal(issue_result(h, &lost), LEDGER_FAILED);
    fail_meta = 0;

    assert_int_equal(issue_result(h, &next), LEDGER_OK);
    help_get(h, key, &record);
    help_get(h, next, &record);
    assert_int_equal(help_faults(h), 0);

    fail_meta = EIO;
    assert_int_equal(issue_result(h, &lost), LEDGER_FAILED);
    assert_int_equal(issue_result(h, &lost), LEDGER_FAILED);
    fail_meta = 0;

    for (tries = 0; tries < 30; tries++) {

        if (issue_result(h, &next) == LEDGER_OK) {
            break;
        }

        usleep(100000);
    }

    help_get(h, next, &record);
    help_get(h, key, &record);
    assert_int_equal(help_faults(h), 0);
}


static void
a_read_alone_recovers_too(void **state)
{
    help_t           *h;
    uint64_t          key, lost;
    ledger_record_t   record;

    h = *state;
    key = help_issue(h, 0);

    fail_meta = EIO;
    assert_int_equal(issue_result(h, &lost), LEDGER_FAILED);
    fail_meta = 0;

    help_get(h, key, &record);
}


/* Another store in its place must not be trusted. */

static void
a_store_that_was_exchanged_is_not_opened_again(void **state)
{
    help_t    *h;
    uint64_t   lost;

    h = *state;
    (void) help_issue(h, 0);

    fail_meta = EIO;
    assert_int_equal(issue_result(h, &lost), LEDGER_FAILED);
    fail_meta = 0;

    unlink(help_file(h, "data.mdb"));
    assert_int_equal(issue_result(h, &lost), LEDGER_FAILED);
    assert_int_equal(issue_result(h, &lost), LEDGER_FAILED);
}


static void
a_store_cannot_be_made_on_a_full_disk(void **state)
{
    help_t  *h;

    h = *state;
    fail_data = ENOSPC;
    fail_meta = ENOSPC;
    assert_int_equal(help_try_open(h, 0), LEDGER_UNUSABLE);
    assert_non_null(strstr(h->detail, strerror(ENOSPC)));
    fail_data = 0;
    fail_meta = 0;

    help_open(h);
    (void) help_issue(h, 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        help_test(a_full_disk_fails_the_commit_until_there_is_room),
        help_test(a_full_disk_fails_a_collection_as_a_whole),
        help_test(a_write_error_fails_the_commit_until_it_is_gone),
        help_test(a_failed_sync_fails_the_commit_until_it_is_gone),
        help_test(a_failed_meta_page_is_recovered_by_opening_again),
        help_test(a_read_alone_recovers_too),
        help_test(a_store_that_was_exchanged_is_not_opened_again),
        cmocka_unit_test_setup_teardown(a_store_cannot_be_made_on_a_full_disk,
                                        help_setup_directory, help_teardown)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
