
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The scripts as calls: each key and argument in its place, and each thing that
 * a script returns.  t/16-hosts runs them in a server.
 */


#include <stdio.h>

#include "valkey_help.h"
#include "valkey_store/command.h"
#include "valkey_store/script.h"


static const ledger_text_t  prefix = { "wa", 2 };


static const valkey_store_reply_t *
command_of(valkey_store_out_t *out)
{
    const valkey_store_reply_t  *command;

    command = help_reply(out->data, out->len);
    free(out->data);

    return command;
}


static void
assert_script(const valkey_store_reply_t *command,
    const valkey_store_script_t *script)
{
    help_assert_word_is(command, 0, "EVALSHA");
    help_assert_word(command, 1, script->name, VALKEY_STORE_SCRIPT_NAME_LEN);
}


/* The fewest members: a row that must be there goes. */

static void
a_commit_names_what_it_does_not_do(void **state)
{
    unsigned                     i;
    valkey_store_out_t           out = { 0 };
    valkey_store_name_t          row;
    valkey_store_commit_t        commit = { 0 };
    const valkey_store_reply_t  *command;

    (void) state;

    valkey_store_name_key(&row, &prefix, VALKEY_STORE_RECORD, 0);
    commit.prefix = &prefix;
    commit.partition = 0;
    commit.row = &row;
    commit.stamp = (const uint8_t *) "01234567";

    assert_int_equal(valkey_store_commit_write(&commit, &out), 0);
    command = command_of(&out);

    assert_int_equal(command->elements, 3 + 3 + 11);
    assert_script(command, &valkey_store_script_commit);
    help_assert_word_is(command, 2, "3");
    help_assert_word(command, 3, row.data, row.len);
    help_assert_word_is(command, 4, "wa:{mm}:due");
    help_assert_word_is(command, 5, "wa:{mm}:apps");
    help_assert_word_is(command, 6, "01234567");

    for (i = 7; i < 12; i++) {
        help_assert_word_is(command, i, "");
    }

    for (i = 12; i < 14; i++) {
        help_assert_word_is(command, i, "0");
    }

    for (i = 14; i < 17; i++) {
        help_assert_word_is(command, i, "");
    }
}


static void
a_commit_has_each_member_in_its_place(void **state)
{
    valkey_store_out_t           out = { 0 };
    valkey_store_name_t          row, session;
    valkey_store_commit_t        commit = { 0 };
    const valkey_store_reply_t  *command;

    static const ledger_entry_t  leaves = { 1, 2, 3 };
    static const ledger_entry_t  takes = { 4, 5, 6 };
    static const ledger_entry_t  session_takes = {
        VALKEY_STORE_LANE_SESSIONS, 7, 8
    };

    (void) state;

    valkey_store_name_key(&row, &prefix, VALKEY_STORE_RECORD, 65);
    valkey_store_name_key(&session, &prefix, VALKEY_STORE_SESSION, 65);
    commit.prefix = &prefix;
    commit.partition = 1;
    commit.row = &row;
    commit.value = help_text("value");
    commit.gone_at = UINT64_C(1800000000000);
    commit.leaves = &leaves;
    commit.takes = &takes;
    commit.app = help_text("shop");
    commit.waiting = -1;
    commit.pages = 1;
    commit.tells = 1;
    commit.session = &session;
    commit.session_value = help_text("session");
    commit.session_takes = &session_takes;

    assert_int_equal(valkey_store_commit_write(&commit, &out), 0);
    command = command_of(&out);

    assert_int_equal(command->elements, 3 + 4 + 11);
    help_assert_word_is(command, 2, "4");
    help_assert_word_is(command, 3, "wa:{6q}:r:\0\0\0\0\0\0\0A");
    help_assert_word_is(command, 6, "wa:{6q}:s:\0\0\0\0\0\0\0A");
    help_assert_word_is(command, 7, "");
    help_assert_word_is(command, 8, "value");
    help_assert_word_is(command, 9, "1800000000000");
    help_assert_word_is(command, 10, "\0\1\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0\3");
    help_assert_word_is(command, 11, "\0\4\0\0\0\0\0\0\0\5\0\0\0\0\0\0\0\6");
    help_assert_word_is(command, 12, "shop");
    help_assert_word_is(command, 13, "-1");
    help_assert_word_is(command, 14, "1");
    help_assert_word_is(command, 15, "wa:{6q}:told");
    help_assert_word_is(command, 16, "session");
    help_assert_word_is(command, 17,
                        "\x81\1\0\0\0\0\0\0\0\7\0\0\0\0\0\0\0\10");
}


static void
assert_committed(const valkey_store_reply_t *reply,
    valkey_store_committed_t expected, const char *value)
{
    ledger_text_t  present;

    assert_int_equal(valkey_store_commit_read(reply, &present), expected);

    if (value == NULL) {
        assert_null(present.data);
        assert_int_equal(present.len, 0);

    } else {
        assert_non_null(present.data);
        assert_int_equal(present.len, strlen(value));
        assert_memory_equal(present.data, value, present.len);
    }
}


static void
a_commit_ends_as_the_script_says(void **state)
{
    (void) state;

    assert_committed(help_reply_of(":1\r\n"), VALKEY_STORE_WRITTEN, NULL);
    assert_committed(help_reply_of(":2\r\n"), VALKEY_STORE_BEYOND, NULL);
    assert_committed(help_reply_of(":3\r\n"), VALKEY_STORE_TAKEN, NULL);
    assert_committed(help_reply_of("$-1\r\n"), VALKEY_STORE_CHANGED, NULL);
    assert_committed(help_reply_of("$5\r\nthere\r\n"), VALKEY_STORE_CHANGED,
                     "there");
    assert_committed(help_reply_of("$0\r\n\r\n"), VALKEY_STORE_CHANGED, "");

    assert_committed(help_reply_of(":0\r\n"), VALKEY_STORE_ODD, NULL);
    assert_committed(help_reply_of(":4\r\n"), VALKEY_STORE_ODD, NULL);
    assert_committed(help_reply_of("+OK\r\n"), VALKEY_STORE_ODD, NULL);
    assert_committed(help_reply_of("*1\r\n:1\r\n"), VALKEY_STORE_ODD, NULL);
    assert_committed(help_reply_of("-ERR\r\n"), VALKEY_STORE_ODD, NULL);
}


static void
codes_have_each_member_in_its_place(void **state)
{
    unsigned                     i;
    valkey_store_out_t           out = { 0 };
    valkey_store_codes_t         codes = { 0 };
    valkey_store_record_t        record[2], *records[2];
    const valkey_store_reply_t  *command;

    (void) state;
    memset(record, 0, sizeof(record));

    for (i = 0; i < 2; i++) {
        record[i].row.record.key = 65 + 64 * i;
        record[i].row.entry = (ledger_entry_t) { 1, 2, 65 + 64 * i };
        memset(record[i].stamp, 'A' + (int) i, VALKEY_STORE_STAMP_LEN);
        records[i] = &record[i];
    }

    codes.prefix = &prefix;
    codes.partition = 1;
    codes.app = help_text("shop");
    codes.pages = 1;
    codes.live_limit = UINT64_C(5000000000);
    codes.page_limit = 9;
    codes.n = 2;
    codes.record = records;

    assert_int_equal(valkey_store_codes_write(&codes, &out), 0);
    command = command_of(&out);

    assert_int_equal(command->elements, 3 + 4 + 8);
    assert_script(command, &valkey_store_script_issue);
    help_assert_word_is(command, 2, "4");
    help_assert_word_is(command, 3, "wa:{6q}:due");
    help_assert_word_is(command, 4, "wa:{6q}:apps");
    help_assert_word_is(command, 5, "wa:{6q}:r:\0\0\0\0\0\0\0A");
    help_assert_word_is(command, 6, "wa:{6q}:r:\0\0\0\0\0\0\0\x81");
    help_assert_word_is(command, 7, "shop");
    help_assert_word_is(command, 8, "5000000000");
    help_assert_word_is(command, 9, "9");
    help_assert_word_is(command, 10, "1");
    help_assert_word_is(command, 12, "\0\1\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0A");
    help_assert_word_is(command, 14,
                        "\0\1\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0\x81");
    assert_memory_equal(command[1 + 11].text.data, "AAAAAAAA", 8);
    assert_memory_equal(command[1 + 13].text.data, "BBBBBBBB", 8);
}


static void
codes_have_a_reply_each(void **state)
{
    ledger_text_t                present;
    const valkey_store_reply_t  *reply;

    (void) state;

    reply = valkey_store_codes_read(
        help_reply_of("*3\r\n:1\r\n$5\r\nthere\r\n:2\r\n"), 3);
    assert_non_null(reply);
    assert_int_equal(valkey_store_commit_read(&reply[0], &present),
                     VALKEY_STORE_WRITTEN);
    assert_int_equal(valkey_store_commit_read(&reply[1], &present),
                     VALKEY_STORE_CHANGED);
    assert_int_equal(present.len, 5);
    assert_int_equal(valkey_store_commit_read(&reply[2], &present),
                     VALKEY_STORE_BEYOND);

    assert_null(valkey_store_codes_read(help_reply_of("*1\r\n:1\r\n"), 2));
    assert_null(valkey_store_codes_read(
        help_reply_of("*3\r\n:1\r\n:1\r\n:1\r\n"), 2));
    assert_null(valkey_store_codes_read(
        help_reply_of("*2\r\n*1\r\n:1\r\n:1\r\n"), 2));
    assert_null(valkey_store_codes_read(help_reply_of(":1\r\n"), 1));
    assert_null(valkey_store_codes_read(help_reply_of("$-1\r\n"), 1));
}


static void
heads_have_each_member_in_its_place(void **state)
{
    char                         longest[16];
    valkey_store_out_t           out = { 0 };
    valkey_store_heads_t         heads = { 0 };
    const valkey_store_reply_t  *command;

    (void) state;

    heads.prefix = &prefix;
    heads.partition = 1;
    heads.guard = VALKEY_STORE_SWEEP;
    heads.who = help_text("me");
    heads.span = 900;
    heads.before = 0x4142;
    heads.lanes = 16;
    heads.each = 8;

    assert_int_equal(valkey_store_heads_write(&heads, &out), 0);
    command = command_of(&out);

    assert_int_equal(command->elements, 3 + 4 + 10);
    assert_script(command, &valkey_store_script_heads);
    help_assert_word_is(command, 2, "4");
    help_assert_word_is(command, 3, "wa:{6q}:due");
    help_assert_word_is(command, 4, "wa:{6q}:sweep");
    help_assert_word_is(command, 5, "wa:{6q}:r:");
    help_assert_word_is(command, 6, "wa:{6q}:s:");
    help_assert_word_is(command, 7, "me");
    help_assert_word_is(command, 8, "900");
    help_assert_word_is(command, 9, "");
    help_assert_word_is(command, 10, "\0\0\0\0\0\0AB");
    help_assert_word_is(command, 11, "16");
    help_assert_word_is(command, 12, "8");
    help_assert_word_is(command, 13, "\x81\1");
    help_assert_word_is(command, 14, "");
    help_assert_word_is(command, 15, "");
    (void) snprintf(longest, sizeof(longest), "%d",
                    (int) VALKEY_STORE_VALUE_MAX);
    help_assert_word(command, 16, longest, strlen(longest));

    memset(&out, 0, sizeof(out));
    heads.guard = VALKEY_STORE_SCAN;
    heads.who.len = 0;
    heads.from = 1;
    heads.after = 0;
    heads.to = 0x4344;
    heads.later = 0x4546;

    assert_int_equal(valkey_store_heads_write(&heads, &out), 0);
    command = command_of(&out);

    help_assert_word_is(command, 4, "wa:{6q}:scan");
    help_assert_word_is(command, 7, "");
    help_assert_word_is(command, 9, "\0\0");
    help_assert_word_is(command, 14, "CD");
    help_assert_word_is(command, 15, "\0\0\0\0\0\0EF");
}


#define ENTRY  "\1\2\0\0\0\0\0\0\0\3\0\0\0\0\0\0\0\4"


static void
entries_come_with_their_rows(void **state)
{
    ledger_text_t         value;
    ledger_entry_t        entry;
    valkey_store_found_t  found;

    (void) state;

    assert_int_equal(valkey_store_heads_read(
        help_reply_of("*5\r\n$2\r\n\1\2\r\n$18\r\n" ENTRY "\r\n$3\r\nrow\r\n"
                      "$18\r\n" ENTRY "\r\n$-1\r\n"), &found), 0);
    assert_false(found.busy);
    assert_true(found.more);
    assert_int_equal(found.after, 0x0102);
    assert_int_equal(found.n, 2);

    assert_int_equal(valkey_store_heads_next(&found, &entry, &value), 1);
    assert_int_equal(entry.lane, 0x0102);
    assert_true(entry.due_at == 3 && entry.key == 4);
    assert_int_equal(value.len, 3);
    assert_memory_equal(value.data, "row", 3);

    assert_int_equal(valkey_store_heads_next(&found, &entry, &value), 1);
    assert_null(value.data);

    assert_int_equal(valkey_store_heads_next(&found, &entry, &value), 0);
}


static void
nothing_is_due_or_another_worker_looks(void **state)
{
    ledger_text_t         value;
    ledger_entry_t        entry;
    valkey_store_found_t  found;

    (void) state;

    assert_int_equal(valkey_store_heads_read(help_reply_of("*1\r\n$0\r\n\r\n"),
                                             &found),
                     0);
    assert_false(found.busy);
    assert_false(found.more);
    assert_int_equal(valkey_store_heads_next(&found, &entry, &value), 0);

    assert_int_equal(valkey_store_heads_read(help_reply_of("$-1\r\n"),
                                             &found),
                     0);
    assert_true(found.busy);
    assert_int_equal(valkey_store_heads_next(&found, &entry, &value), 0);
}


static const char *const  odd[] = {
    ":1\r\n",
    "$2\r\n\1\2\r\n",
    "*0\r\n",
    "*1\r\n$-1\r\n",
    "*1\r\n:1\r\n",
    "*1\r\n$1\r\n\1\r\n",
    "*1\r\n$3\r\n\1\2\3\r\n",
    "*1\r\n*1\r\n$2\r\n\1\2\r\n",
    "*2\r\n$0\r\n\r\n$3\r\nrow\r\n",
    "*3\r\n$0\r\n\r\n$3\r\nrow\r\n$3\r\nrow\r\n",
    "*3\r\n$0\r\n\r\n$-1\r\n$3\r\nrow\r\n",
    "*3\r\n$0\r\n\r\n$18\r\n123456789012345678\r\n:1\r\n",
    "*3\r\n$0\r\n\r\n$18\r\n123456789012345678\r\n*1\r\n$3\r\nrow\r\n",
    "*3\r\n$0\r\n\r\n*1\r\n$18\r\n123456789012345678\r\n$3\r\nrow\r\n",
    "*3\r\n$0\r\n\r\n*0\r\n*0\r\n",
};


static void
half_an_odd_reply_is_not_acted_on(void **state)
{
    size_t                i;
    valkey_store_found_t  found;

    (void) state;

    for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        assert_int_equal(valkey_store_heads_read(help_reply(odd[i],
                                                            strlen(odd[i])),
                                                 &found),
                         -1);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_commit_names_what_it_does_not_do),
        cmocka_unit_test(a_commit_has_each_member_in_its_place),
        cmocka_unit_test(a_commit_ends_as_the_script_says),
        cmocka_unit_test(codes_have_each_member_in_its_place),
        cmocka_unit_test(codes_have_a_reply_each),
        cmocka_unit_test(heads_have_each_member_in_its_place),
        cmocka_unit_test(entries_come_with_their_rows),
        cmocka_unit_test(nothing_is_due_or_another_worker_looks),
        cmocka_unit_test(half_an_odd_reply_is_not_acted_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
