
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A backup is put back, and all that came after it is forgotten: a session
 * that was ended since lives again, but only while its idle span lasts, and a
 * session that began since is gone for good.
 */


#include <stdio.h>

#include "store_session_help.h"
#include "lmdb_store/store.h"


static void
back_up(help_t *h, char *dir)
{
    strcpy(dir, "/tmp/lmdb_store.XXXXXX");
    assert_non_null(mkdtemp(dir));
    assert_int_equal(mdb_env_copy(h->store->env, dir), 0);
}


/* As OPERATIONS says: the file is put into the place of the other. */

static void
put_back(help_t *h, const char *dir)
{
    char  from[64];

    help_close(h);

    snprintf(from, sizeof(from), "%s/data.mdb", dir);
    assert_int_equal(rename(from, help_file(h, "data.mdb")), 0);
    assert_int_equal(unlink(help_file(h, "lock.mdb")), 0);
    assert_int_equal(rmdir(dir), 0);

    help_open(h);
}


static void
end_sessions(help_t *h, const char *number)
{
    ledger_op_t  op;

    op = help_revoke_op(0, number, 0);
    assert_int_equal(help_do(h, &op), LEDGER_OK);
}


static void
an_ended_session_of_a_backup_lives_no_longer_than_its_idle_span(void **state)
{
    char       dir[32];
    help_t    *h = *state;
    uint64_t   ended, used;

    ended = help_session(h, HELP_NUMBER);
    help_now += HELP_IDLE / 2;
    used = help_session(h, "56922222222");
    back_up(h, dir);

    end_sessions(h, HELP_NUMBER);
    assert_false(help_has_session(h, ended));
    put_back(h, dir);

    assert_true(help_has_session(h, ended));
    assert_true(help_has_session(h, used));

    help_now += HELP_IDLE / 2;
    assert_false(help_has_session(h, ended));
    assert_true(help_has_session(h, used));

    help_now += HELP_IDLE / 2;
    assert_false(help_has_session(h, used));
    assert_int_equal(help_faults(h), 0);
}


static void
a_backup_older_than_the_idle_span_brings_back_no_session(void **state)
{
    char          dir[32];
    help_t       *h = *state;
    uint64_t      key;
    ledger_op_t   op;

    key = help_session(h, HELP_NUMBER);
    back_up(h, dir);

    help_now += HELP_IDLE;
    put_back(h, dir);

    assert_false(help_has_session(h, key));
    op = help_touch_op(key);
    assert_int_equal(help_do(h, &op), LEDGER_UNKNOWN);
}


/* Its key is not given to another one, so its cookie fits none. */

static void
a_session_after_the_backup_is_gone_for_good(void **state)
{
    char       dir[32];
    help_t    *h = *state;
    unsigned   i;
    uint64_t   late;

    (void) help_session(h, HELP_NUMBER);
    back_up(h, dir);

    help_now++;
    late = help_session(h, HELP_NUMBER);

    help_now++;
    put_back(h, dir);
    assert_false(help_has_session(h, late));

    for (i = 0; i < 10; i++) {
        assert_true(help_session(h, HELP_NUMBER) > late);
    }

    assert_false(help_has_session(h, late));
    assert_int_equal(help_faults(h), 0);
}


/* A login that was validated, and ended before its browser collected it. */

static void
a_login_ended_after_the_backup_can_be_collected_again(void **state)
{
    char          dir[32];
    help_t       *h = *state;
    uint64_t      key;
    ledger_op_t   op;

    (void) help_session(h, HELP_NUMBER);
    key = help_validated(h, HELP_NUMBER);
    back_up(h, dir);

    help_now++;
    end_sessions(h, HELP_NUMBER);
    op = help_collect_op(key, HELP_NUMBER);
    assert_int_equal(help_do(h, &op), LEDGER_UNKNOWN);

    put_back(h, dir);
    op = help_collect_op(key, HELP_NUMBER);
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    assert_true(help_has_session(h, key));
}


/* A session whose login had a PIN, so that its browser is known. */

static void
confirmed_session(help_t *h)
{
    uint64_t     key;
    ledger_op_t  op;

    key = help_login(h, LEDGER_CLAIM_PIN);
    op = help_person_op(key, HELP_NUMBER);
    assert_int_equal(help_do(h, &op), LEDGER_OK);

    op = help_confirm_op(key);
    assert_int_equal(help_do(h, &op), LEDGER_OK);

    op = help_collect_op(key, HELP_NUMBER);
    assert_int_equal(help_do(h, &op), LEDGER_OK);
}


static void
a_browser_voided_after_the_backup_is_known_again(void **state)
{
    char               dir[32];
    help_t            *h = *state;
    ledger_subject_t   subject;

    confirmed_session(h);
    back_up(h, dir);

    help_now++;
    end_sessions(h, HELP_NUMBER);
    assert_int_equal(help_get_subject(h, "shop", HELP_NUMBER, &subject),
                     LEDGER_OK);
    assert_int_equal(subject.n_marks, 0);

    put_back(h, dir);
    assert_int_equal(help_get_subject(h, "shop", HELP_NUMBER, &subject),
                     LEDGER_OK);
    assert_int_equal(subject.n_marks, 1);
}


/* As OPERATIONS advises. */

static void
ending_all_sessions_of_a_number_ends_those_of_the_backup(void **state)
{
    char               dir[32];
    help_t            *h = *state;
    uint64_t           key;
    ledger_subject_t   subject;

    key = help_session(h, HELP_NUMBER);
    back_up(h, dir);
    put_back(h, dir);
    assert_true(help_has_session(h, key));

    end_sessions(h, HELP_NUMBER);
    assert_false(help_has_session(h, key));
    assert_int_equal(help_get_subject(h, "shop", HELP_NUMBER, &subject),
                     LEDGER_OK);
    assert_int_equal(subject.n_marks, 0);
    assert_true(subject.revoked_at == help_now);
    assert_int_equal(help_faults(h), 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        help_test(
            an_ended_session_of_a_backup_lives_no_longer_than_its_idle_span),
        help_test(a_backup_older_than_the_idle_span_brings_back_no_session),
        help_test(a_session_after_the_backup_is_gone_for_good),
        help_test(a_login_ended_after_the_backup_can_be_collected_again),
        help_test(a_browser_voided_after_the_backup_is_known_again),
        help_test(ending_all_sessions_of_a_number_ends_those_of_the_backup)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
