
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A name of each kind.  Stores are full of keys that other versions have
 * named, and hosts of two versions use one: no byte here may change.
 */


#include <stdio.h>

#include "ledger_help.h"
#include "valkey_store/key.h"


#define PREFIX  "wa"


static const ledger_text_t  prefix = { PREFIX, 2 };


typedef struct {
    valkey_store_kind_t   kind;
    unsigned              partition;
    uint64_t              key;
    const char           *app;
    const char           *text;
    size_t                len;
    const char           *name;
} case_t;

#define NAME(s)  sizeof(s) - 1, s

/* The lowest 6 bits of a key are the partition. */

static const case_t  cases[] = {
    { VALKEY_STORE_RECORD, 7, UINT64_C(0x4142434445464747), NULL, NULL,
      NAME("wa:{ax}:r:ABCDEFGG") },
    { VALKEY_STORE_RECORD, 0, 0, NULL, NULL,
      NAME("wa:{mm}:r:\0\0\0\0\0\0\0\0") },
    { VALKEY_STORE_SESSION, 63, UINT64_MAX, NULL, NULL,
      NAME("wa:{44}:s:\377\377\377\377\377\377\377\377") },
    { VALKEY_STORE_SUBJECT, 32, 0, "shop", "4915112345678",
      NAME("wa:{7a}:u:\4shop4915112345678") },
    { VALKEY_STORE_ASKED, 27, 0, "shop", "user.5",
      NAME("wa:{m5}:a:\4shopuser.5") },
    { VALKEY_STORE_PASSING, 7, UINT64_C(0x4142434445464747), NULL, NULL,
      NAME("wa:{ax}:m:ABCDEFGG") },
    { VALKEY_STORE_DUE, 1, 0, NULL, NULL, NAME("wa:{6q}:due") },
    { VALKEY_STORE_APPS, 2, 0, NULL, NULL, NAME("wa:{9i}:apps") },
    { VALKEY_STORE_SCAN, 3, 0, NULL, NULL, NAME("wa:{e8}:scan") },
    { VALKEY_STORE_SWEEP, 4, 0, NULL, NULL, NAME("wa:{29}:sweep") },
    { VALKEY_STORE_TOLD, 5, 0, NULL, NULL, NAME("wa:{21}:told") },
    { VALKEY_STORE_MARK, 63, 0, NULL, NULL, NAME("wa:{44}:mark") },
    { VALKEY_STORE_META, 0, 0, NULL, NULL, NAME("wa:{mm}:meta") },
};


static void
write_name(const case_t *c, valkey_store_name_t *name)
{
    ledger_text_t  app, text;

    if (c->app != NULL) {
        app = help_text(c->app);
        text = help_text(c->text);

        assert_int_equal(valkey_store_name_person(name, &prefix, c->kind,
                                                  &app, &text),
                         c->partition);

    } else if (c->kind < VALKEY_STORE_KINDS_ONE) {
        valkey_store_name_key(name, &prefix, c->kind, c->key);

    } else {
        valkey_store_name(name, &prefix, c->partition, c->kind);
    }
}


static ledger_text_t
text_of(const valkey_store_name_t *name)
{
    ledger_text_t  text;

    text.data = name->data;
    text.len = name->len;

    return text;
}


static void
each_kind_has_its_name(void **state)
{
    size_t               i;
    valkey_store_name_t  name;

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        write_name(&cases[i], &name);
        assert_int_equal(name.len, cases[i].len);
        assert_memory_equal(name.data, cases[i].name, name.len);
    }
}


static void
a_name_reads_back(void **state)
{
    size_t                i;
    const case_t         *c;
    ledger_text_t         name;
    valkey_store_place_t  place;

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        c = &cases[i];
        name.data = c->name;
        name.len = c->len;
        memset(&place, 0, sizeof(place));

        assert_int_equal(valkey_store_name_read(&name, &prefix, &place), 0);
        assert_int_equal(place.kind, c->kind);
        assert_int_equal(place.partition, c->partition);
        assert_true(place.key == c->key);

        if (c->app != NULL) {
            assert_int_equal(place.app.len, strlen(c->app));
            assert_memory_equal(place.app.data, c->app, place.app.len);
            assert_int_equal(place.text.len, strlen(c->text));
            assert_memory_equal(place.text.data, c->text, place.text.len);
        }
    }
}


/* heads.lua puts keys behind it. */
static void
keys_of_records_begin_as_their_kind_does(void **state)
{
    valkey_store_name_t  all, one;

    (void) state;

    valkey_store_name(&all, &prefix, 7, VALKEY_STORE_RECORD);
    valkey_store_name_key(&one, &prefix, VALKEY_STORE_RECORD, 7);

    assert_int_equal(one.len, all.len + 8);
    assert_memory_equal(one.data, all.data, all.len);
}


static void
all_names_of_a_partition_have_its_slot(void **state)
{
    int                  partition;
    char                 number[16];
    unsigned             i, n, count[VALKEY_STORE_PARTITIONS] = { 0 };
    ledger_text_t        app, text;
    valkey_store_name_t  name;

    (void) state;

    app = help_text("shop");

    for (n = 0; n < 6400; n++) {
        snprintf(number, sizeof(number), "49151%08u", n);
        text = help_text(number);
        partition = valkey_store_name_person(&name, &prefix,
                                             VALKEY_STORE_SUBJECT, &app,
                                             &text);
        text = text_of(&name);
        assert_int_equal(valkey_store_slot(&text),
                         valkey_store_partition_slot((unsigned) partition));
        count[partition]++;
    }

    for (i = 0; i < VALKEY_STORE_PARTITIONS; i++) {
        assert_true(count[i] > 50 && count[i] < 200);
    }
}


static const struct {
    size_t       len;
    const char  *name;
} odd[] = {
    { NAME("") },
    { NAME("wa") },
    { NAME("wb:{mm}:due") },
    { NAME("waa:{mm}:due") },
    { NAME("wa:{mm}:due ") },
    { NAME("wa:{mm}:Due") },
    { NAME("wa:{mm}:") },
    { NAME("wa:{m}:due") },
    { NAME("wa:{aa}:due") },
    { NAME("wa{mm}:due") },
    { NAME("wa:{6q}:meta") },
    { NAME("wa:{mm}:r:") },
    { NAME("wa:{mm}:r:\0\0\0\0\0\0\0") },
    { NAME("wa:{mm}:r:\0\0\0\0\0\0\0\0\0") },
    { NAME("wa:{mm}:r:\0\0\0\0\0\0\0\1") },
    { NAME("wa:{6q}:s:\0\0\0\0\0\0\0\0") },
    { NAME("wa:{mm}:u:") },
    { NAME("wa:{mm}:u:\4shop") },
    { NAME("wa:{mm}:u:\5shop") },
    { NAME("wa:{mm}:u:\0004915112345678") },
    { NAME("wa:{6q}:u:\4shop4915112345678") },
};


static void
an_odd_name_is_none_of_ours(void **state)
{
    size_t                i;
    ledger_text_t         name;
    valkey_store_place_t  place;

    (void) state;

    for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        name.data = odd[i].name;
        name.len = odd[i].len;
        assert_int_equal(valkey_store_name_read(&name, &prefix, &place), -1);
    }
}


static void
a_person_with_texts_that_are_too_long_has_no_name(void **state)
{
    char                 longest[LEDGER_APP_MAX + 2];
    ledger_text_t        app, text;
    valkey_store_name_t  name;

    (void) state;

    memset(longest, 'a', sizeof(longest));
    app.data = text.data = longest;
    app.len = LEDGER_APP_MAX;
    text.len = LEDGER_USER_ID_MAX;
    assert_true(valkey_store_name_person(&name, &prefix, VALKEY_STORE_ASKED,
                                         &app, &text)
                >= 0);
    assert_true(name.len <= sizeof(name.data));

    text.len = LEDGER_USER_ID_MAX + 1;
    assert_int_equal(valkey_store_name_person(&name, &prefix,
                                              VALKEY_STORE_ASKED, &app,
                                              &text),
                     -1);

    text.len = LEDGER_SUBJECT_MAX + 1;
    assert_int_equal(valkey_store_name_person(&name, &prefix,
                                              VALKEY_STORE_SUBJECT, &app,
                                              &text),
                     -1);

    text.len = 0;
    assert_int_equal(valkey_store_name_person(&name, &prefix,
                                              VALKEY_STORE_ASKED, &app,
                                              &text),
                     -1);

    text.len = 1;
    app.len = LEDGER_APP_MAX + 1;
    assert_int_equal(valkey_store_name_person(&name, &prefix,
                                              VALKEY_STORE_ASKED, &app,
                                              &text),
                     -1);
}


static void
assert_prefix(const char *s, int sane)
{
    ledger_text_t  text;

    text = help_text(s);
    assert_int_equal(valkey_store_prefix_is_sane(&text), sane);
}


static void
a_prefix_has_no_brace_and_no_colon(void **state)
{
    (void) state;

    assert_prefix("wa", 1);
    assert_prefix("a", 1);
    assert_prefix("Shop-2.test_9", 1);
    assert_prefix("abcdefghijklmnopqrstuvwxyz012345", 1);
    assert_prefix("abcdefghijklmnopqrstuvwxyz0123456", 0);
    assert_prefix("", 0);
    assert_prefix("a{b}", 0);
    assert_prefix("a:b", 0);
    assert_prefix("a b", 0);
    assert_prefix("a\xc3\xa9", 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(each_kind_has_its_name),
        cmocka_unit_test(a_name_reads_back),
        cmocka_unit_test(keys_of_records_begin_as_their_kind_does),
        cmocka_unit_test(all_names_of_a_partition_have_its_slot),
        cmocka_unit_test(an_odd_name_is_none_of_ours),
        cmocka_unit_test(a_person_with_texts_that_are_too_long_has_no_name),
        cmocka_unit_test(a_prefix_has_no_brace_and_no_colon),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
