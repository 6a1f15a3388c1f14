
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* INFO and CONFIG GET, and what of them endangers logins. */


#include <stdio.h>

#include "valkey_help.h"
#include "valkey_store/settings.h"


#define GOOD_INFO                                                             \
    "# Server\r\nredis_version:7.2.4\r\nserver_name:valkey\r\n"               \
    "valkey_version:8.1.0\r\nrole:master\r\nloading:0\r\naof_enabled:1\r\n"   \
    "maxmemory_policy:noeviction\r\ncluster_enabled:0\r\n"

static const char *const  good_config[] = {
    "appendonly", "yes", "appendfsync", "always",
    "maxmemory-policy", "noeviction",
    "no-appendfsync-on-rewrite", "no", "repl-diskless-load", "disabled", NULL
};


static int
read_info(const char *info, valkey_store_settings_t *settings)
{
    int          len;
    static char  bytes[8192];

    len = snprintf(bytes, sizeof(bytes), "$%zu\r\n%s\r\n", strlen(info), info);

    return valkey_store_settings_info_read(help_reply(bytes, (size_t) len),
                                           settings);
}


static int
read_config(const char *const *words, valkey_store_settings_t *settings)
{
    int   i, n, len;
    char  bytes[1024];

    for (n = 0; words[n] != NULL; n++) {
        /* void */
    }

    len = snprintf(bytes, sizeof(bytes), "*%d\r\n", n);

    for (i = 0; i < n; i++) {
        len += snprintf(bytes + len, sizeof(bytes) - (size_t) len,
                        "$%zu\r\n%s\r\n", strlen(words[i]), words[i]);
    }

    return valkey_store_settings_config_read(help_reply(bytes, (size_t) len),
                                             settings);
}


static valkey_store_settings_t
info_of(const char *info)
{
    valkey_store_settings_t  settings;

    memset(&settings, 0, sizeof(settings));
    assert_int_equal(read_info(info, &settings), 0);

    return settings;
}


/* The faults as one text, in the order of the table. */
static void
assert_faults(const valkey_store_settings_t *settings, unsigned replicas,
    const char *expected, int refuse)
{
    char      text[1024] = "";
    unsigned  i, faults;

    faults = valkey_store_settings_faults(settings, replicas);

    for (i = 0; i < VALKEY_STORE_FAULTS; i++) {
        if (faults & 1u << i) {
            strcat(text, valkey_store_faults[i].text);
            strcat(text, "; ");
        }
    }

    assert_string_equal(text, expected);
    assert_int_equal(valkey_store_faults_refuse(faults), refuse);
}


static void
a_good_server_has_no_fault(void **state)
{
    valkey_store_settings_t  settings;

    (void) state;

    settings = info_of(GOOD_INFO);
    assert_int_equal(read_config(good_config, &settings), 0);
    assert_int_equal(settings.flags, VALKEY_STORE_IS_PRIMARY
                                     | VALKEY_STORE_APPENDS
                                     | VALKEY_STORE_ALWAYS);
    assert_faults(&settings, 1, "", 0);
}


typedef struct {
    unsigned     word;
    const char  *value;
    const char  *faults;
    int          refuse;
} case_t;

static const case_t  cases[] = {
    { 1, "no", "appendonly is off; ", 1 },
    { 3, "everysec", "appendfsync is not always; ", 1 },
    { 3, "no", "appendfsync is not always; ", 1 },
    { 5, "allkeys-lru", "maxmemory-policy evicts; ", 1 },
    { 5, "volatile-ttl", "maxmemory-policy evicts; ", 1 },
    { 7, "yes", "no-appendfsync-on-rewrite is not no; ", 1 },
    { 9, "swapdb", "repl-diskless-load is not disabled; ", 0 },
    { 0, "other", "cannot be checked; ", 0 },
    { 2, "other", "cannot be checked; ", 0 },
};


static void
each_setting_that_is_wrong_is_named(void **state)
{
    size_t                    i;
    const char               *words[11];
    valkey_store_settings_t   settings;

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        memcpy(words, good_config, sizeof(words));
        words[cases[i].word] = cases[i].value;

        settings = info_of(GOOD_INFO);
        assert_int_equal(read_config(words, &settings), 0);
        assert_faults(&settings, 1, cases[i].faults, cases[i].refuse);
    }
}


static void
an_old_server_is_refused_by_its_version_alone(void **state)
{
    valkey_store_settings_t  settings;

    (void) state;

    settings = info_of("redis_version:6.2.14\r\naof_enabled:0\r\n");
    assert_faults(&settings, 1, "version is below 7.0; ", 1);

    settings = info_of("redis_version:7.0.0\r\n");
    assert_faults(&settings, 1, "cannot be checked; ", 0);
    settings = info_of("redis_version:10.1\r\n");
    assert_faults(&settings, 1, "cannot be checked; ", 0);
    settings = info_of("redis_version:unstable\r\n");
    assert_faults(&settings, 1, "cannot be checked; ", 0);
}


/* A managed service, or an ACL without CONFIG. */

static void
a_server_that_hides_its_settings(void **state)
{
    valkey_store_settings_t  settings;

    (void) state;

    settings = info_of(GOOD_INFO);
    assert_int_equal(valkey_store_settings_config_read(
                         help_reply_of("-NOPERM no CONFIG for you\r\n"),
                         &settings),
                     0);
    assert_faults(&settings, 1, "cannot be checked; ", 0);

    settings = info_of("aof_enabled:0\r\nmaxmemory_policy:volatile-lru\r\n");
    assert_faults(&settings, 1,
                  "appendonly is off; maxmemory-policy evicts; "
                  "cannot be checked; ",
                  1);
    assert_faults(&settings, 0,
                  "maxmemory-policy evicts; cannot be checked; ", 1);
}


static void
a_primary_names_its_replicas(void **state)
{
    valkey_store_settings_t  settings;

    (void) state;

    settings = info_of(
        "role:master\r\nconnected_slaves:3\r\n"
        "slave0:ip=10.0.0.2,port=6379,state=online,offset=98,lag=0\r\n"
        "slave1:ip=2001:db8::1,port=6380,state=wait_bgsave\r\n"
        "slave2:port=65535,ip=b.example\r\n"
        "slave3:ip=10.0.0.3,port=0,state=online\r\n"
        "slave4:ip=10.0.0.3,port=65536,state=online\r\n"
        "slave5:ip=10.0.0.3,state=online\r\n"
        "slave6:ip=,port=1\r\n"
        "slave7:ip=a\tb,port=1\r\n"
        "slave8\r\n"
        "slave8:\r\n"
        "slave:ip=10.0.0.3,port=1\r\n"
        "slave_repl_offset:ip=10.0.0.3,port=1\r\n");

    assert_int_equal(settings.replicas, 3);
    assert_int_equal(settings.replica[0].host.len, 8);
    assert_memory_equal(settings.replica[0].host.data, "10.0.0.2", 8);
    assert_int_equal(settings.replica[0].port, 6379);
    assert_memory_equal(settings.replica[1].host.data, "2001:db8::1", 11);
    assert_int_equal(settings.replica[2].port, 65535);
}


static void
more_replicas_than_any_plant_has_are_left_out(void **state)
{
    int                      i, len;
    char                     info[4096];
    valkey_store_settings_t  settings;

    (void) state;

    for (len = 0, i = 0; i < 40; i++) {
        len += snprintf(info + len, sizeof(info) - (size_t) len,
                        "slave%d:ip=10.0.0.2,port=6379\r\n", i);
    }

    settings = info_of(info);
    assert_int_equal(settings.replicas, VALKEY_STORE_SETTINGS_REPLICAS_MAX);
}


static void
a_replica_tells_if_it_has_its_primary(void **state)
{
    valkey_store_settings_t  settings;

    (void) state;

    settings = info_of("role:slave\r\nmaster_link_status:up\r\nloading:1\r\n"
                       "cluster_enabled:1\r\n");
    assert_int_equal(settings.flags, VALKEY_STORE_IS_REPLICA
                                     | VALKEY_STORE_IS_LINKED
                                     | VALKEY_STORE_IS_LOADING
                                     | VALKEY_STORE_IS_CLUSTER);

    settings = info_of("role:slave\r\nmaster_link_status:down\r\n");
    assert_int_equal(settings.flags, VALKEY_STORE_IS_REPLICA);
}


static void
assert_short(const char *used, const char *max, int is_short)
{
    char                     info[256];
    valkey_store_settings_t  settings;

    snprintf(info, sizeof(info), "used_memory:%s\r\nmaxmemory:%s\r\n", used,
             max);
    settings = info_of(info);
    assert_int_equal(valkey_store_settings_is_short(&settings), is_short);
}


static void
memory_is_short_beyond_nine_tenths(void **state)
{
    (void) state;

    assert_short("900", "1000", 0);
    assert_short("901", "1000", 1);
    assert_short("2000", "1000", 1);
    assert_short("5000", "0", 0);
    assert_short("9223372036854775807", "9223372036854775807", 1);
    assert_short("5000", "-1", 0);
    assert_short("5000", "unlimited", 0);
    assert_short("5000", "99999999999999999999", 0);
}


/* No more than the known names are taken. */

static void
odd_lines_tell_nothing(void **state)
{
    valkey_store_settings_t  settings;

    (void) state;

    settings = info_of("");
    assert_int_equal(settings.flags, 0);

    settings = info_of(":\r\n\r\n::\r\nrole\r\nrole:\r\nrole:masters\r\n"
                       "ROLE:master\r\n role:master\r\nloading:11\r\n\r");
    assert_int_equal(settings.flags, 0);

    settings = info_of("role:master");
    assert_int_equal(settings.flags, VALKEY_STORE_IS_PRIMARY);
}


static void
another_kind_of_reply_is_odd(void **state)
{
    valkey_store_settings_t  settings;

    (void) state;

    memset(&settings, 0, sizeof(settings));
    assert_int_equal(valkey_store_settings_info_read(
                         help_reply_of(":1\r\n"), &settings), -1);
    assert_int_equal(valkey_store_settings_info_read(
                         help_reply_of("$-1\r\n"), &settings), -1);
    assert_int_equal(valkey_store_settings_config_read(
                         help_reply_of("$1\r\na\r\n"), &settings), -1);
    assert_int_equal(valkey_store_settings_config_read(
                         help_reply_of("*1\r\n$1\r\na\r\n"), &settings), -1);
    assert_int_equal(valkey_store_settings_config_read(
                         help_reply_of("*2\r\n$1\r\na\r\n*1\r\n:1\r\n"),
                         &settings), -1);
    assert_int_equal(valkey_store_settings_config_read(
                         help_reply_of("*2\r\n*0\r\n*0\r\n"), &settings), -1);
    assert_int_equal(valkey_store_settings_config_read(
                         help_reply_of("*0\r\n"), &settings), 0);
    assert_int_equal(settings.flags, 0);
}


static void
the_commands(void **state)
{
    valkey_store_out_t           out = { 0 };
    const valkey_store_reply_t  *command;

    (void) state;

    assert_int_equal(valkey_store_settings_info_write(&out), 0);
    command = help_reply(out.data, out.len);
    assert_int_equal(command->elements, 1);
    help_assert_word_is(command, 0, "INFO");

    out.len = 0;
    assert_int_equal(valkey_store_settings_config_write(&out), 0);
    command = help_reply(out.data, out.len);
    assert_int_equal(command->elements, 7);
    help_assert_word_is(command, 0, "CONFIG");
    help_assert_word_is(command, 1, "GET");
    help_assert_word_is(command, 2, "appendonly");
    help_assert_word_is(command, 6, "repl-diskless-load");
    free(out.data);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_good_server_has_no_fault),
        cmocka_unit_test(each_setting_that_is_wrong_is_named),
        cmocka_unit_test(an_old_server_is_refused_by_its_version_alone),
        cmocka_unit_test(a_server_that_hides_its_settings),
        cmocka_unit_test(a_primary_names_its_replicas),
        cmocka_unit_test(more_replicas_than_any_plant_has_are_left_out),
        cmocka_unit_test(a_replica_tells_if_it_has_its_primary),
        cmocka_unit_test(memory_is_short_beyond_nine_tenths),
        cmocka_unit_test(odd_lines_tell_nothing),
        cmocka_unit_test(another_kind_of_reply_is_odd),
        cmocka_unit_test(the_commands),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
