
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Servers that must not be used, and replicas and clocks that are told. */


#include "valkey_world_help.h"


/* A partition: one server has all of them. */
#define ANY  5


/* Servers that must not be used. */

typedef struct {
    const char  *role;
    const char  *info;
    const char  *fsync;
    const char  *log;
} unfit_t;


static const unfit_t  unfit[] = {
    { "slave", NULL, "always", "crit: a:1: is a replica\n" },
    { "master", NULL, "everysec",
      "crit: a:1: appendfsync is not always\n" },
    { "master", "maxmemory_policy:allkeys-lru\r\n", "always",
      "crit: a:1: maxmemory-policy evicts\n" },
    { "master", "redis_version:6.2.0\r\n", "always",
      "crit: a:1: version is below 7.0\n" },
    { "master", "loading:1\r\n", "always",
      "crit: a:1: cannot be reached: loading its data\n" },
};


static void
a_server_that_is_unfit_is_refused_until_it_is_fit(void **state)
{
    size_t           i;
    world_t          world;
    world_request_t  r;

    (void) state;

    for (i = 0; i < sizeof(unfit) / sizeof(unfit[0]); i++) {
        world_init(&world);
        world.role = unfit[i].role;
        world.info = unfit[i].info;
        world.fsync = unfit[i].fsync;
        world_open(&world);

        world_ask(&world, &r, ANY, TIMEOUT);
        world_pass(&world, 2 * SECOND);
        assert_int_equal(r.writes, 0);
        world_assert_log(&world, unfit[i].log);

        world.role = "master";
        world.info = NULL;
        world.fsync = "always";
        world_pass(&world, SECOND + SECOND / 2);
        world_assert_end(&r, VALKEY_STORE_CONFIRMED);
        assert_non_null(strstr(world.log, "notice: is open\n"));

        world_end(&world);
    }
}


static void
settings_that_change_are_found_within_a_minute(void **state)
{
    world_t          world;
    world_request_t  r;

    (void) state;

    world_init(&world);
    world_open(&world);
    world.fsync = "no";
    world_pass(&world, 61 * SECOND);
    assert_non_null(strstr(world.log,
                           "crit: a:1: appendfsync is not always\n"));

    world_ask(&world, &r, ANY, SECOND);
    world_pass(&world, SECOND);
    world_assert_end(&r, VALKEY_STORE_GIVEN_UP);

    world_end(&world);
}


static int
hides_config(world_t *world, world_link_t *server, const char *command,
    const char *key)
{
    (void) world;
    (void) key;

    if (strcmp(command, "CONFIG") != 0) {
        return 0;
    }

    world_say(server, "-NOPERM this user has no permissions\r\n");

    return 1;
}


static void
a_service_that_hides_its_settings_is_used(void **state)
{
    world_t  world;

    (void) state;

    world_init(&world);
    world.fault = hides_config;
    world_open(&world);
    world_pass(&world, 200 * SECOND);
    world_assert_log(&world, "warn: a:1: cannot be checked\n"
                             "notice: is open\n");

    world_end(&world);
}


static int
wrong_password(world_t *world, world_link_t *server, const char *command,
    const char *key)
{
    (void) key;

    if (world->faults == 0) {
        return 0;
    }

    world_say(server, (strcmp(command, "AUTH") == 0)
                      ? "-WRONGPASS invalid username-password pair\r\n"
                      : "-NOAUTH Authentication required.\r\n");

    return 1;
}


static void
a_wrong_password_is_told_once_and_tried_again(void **state)
{
    world_t  world;

    (void) state;

    world_init(&world);
    world.options.password = (ledger_text_t) { "secret", 6 };
    world.fault = wrong_password;
    world.faults = 1;
    world_open(&world);
    world_pass(&world, 10 * SECOND);
    world_assert_log(&world, "crit: cannot be reached: WRONGPASS invalid "
                             "username-password pair\n");

    world.faults = 0;
    world_pass(&world, 2 * SECOND);
    assert_non_null(strstr(world.log, "notice: is open\n"));

    world_end(&world);
}


typedef struct {
    int64_t      skew;
    const char  *log;
} clock_t_case;


static const clock_t_case  clocks[] = {
    { 0, "notice: is open\n" },
    { 1000, "notice: is open\n" },
    { -1000, "notice: is open\n" },
    { 5000, "alert: a:1: clock differs by 5 s\nnotice: is open\n" },
    { -5000, "alert: a:1: clock differs by 4 s\nnotice: is open\n" },
};


static void
a_clock_that_differs_is_told(void **state)
{
    size_t   i;
    world_t  world;

    (void) state;

    for (i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
        world_init(&world);
        world.skew = clocks[i].skew;
        world_open(&world);
        world_assert_log(&world, clocks[i].log);
        world_end(&world);
    }
}


static void
memory_that_runs_short_is_seen_in_a_few_seconds(void **state)
{
    world_t  world;

    (void) state;

    world_init(&world);
    world_open(&world);
    assert_false(valkey_store_client_is_short(world.client, ANY));

    world.info = "used_memory:950\r\n";
    world_pass(&world, 4 * SECOND);
    assert_true(valkey_store_client_is_short(world.client, ANY));

    world.info = NULL;
    world_pass(&world, 4 * SECOND);
    assert_false(valkey_store_client_is_short(world.client, ANY));

    world_end(&world);
}


/* Replicas are looked at. */

static const char  *replica_says;

static int
replica(world_t *world, world_link_t *server, const char *command,
    const char *key)
{
    (void) world;
    (void) key;

    if (strcmp(server->at, "r:2") != 0 || strcmp(command, "CONFIG") != 0) {
        return 0;
    }

    world_say(server, replica_says);

    return 1;
}


static void
a_replica_that_does_not_write_is_told(void **state)
{
    world_t  world;

    (void) state;

    world_init(&world);
    world.info = "connected_slaves:1\r\n"
                 "slave0:ip=r,port=2,state=online,offset=1,lag=0\r\n";
    world.fault = replica;
    replica_says = "*4\r\n$10\r\nappendonly\r\n$2\r\nno\r\n"
                   "$11\r\nappendfsync\r\n$6\r\nalways\r\n";
    world_open(&world);
    assert_non_null(strstr(world.log, "crit: r:2: appendonly is off\n"));
    assert_non_null(strstr(world.log, "notice: is open\n"));
    assert_null(world_link_to(&world, "r:2"));

    world_end(&world);
}


static void
a_replica_that_is_away_cannot_be_checked(void **state)
{
    world_t  world;

    (void) state;

    world_init(&world);
    world.info = "slave0:ip=r,port=2,state=online,offset=1,lag=0\r\n";
    world.refuses = "r:2";
    world_open(&world);
    assert_non_null(strstr(world.log, "warn: r:2: cannot be checked: "
                                      "Connection refused\n"));
    assert_non_null(strstr(world.log, "notice: is open\n"));

    world_end(&world);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_server_that_is_unfit_is_refused_until_it_is_fit),
        cmocka_unit_test(settings_that_change_are_found_within_a_minute),
        cmocka_unit_test(a_service_that_hides_its_settings_is_used),
        cmocka_unit_test(a_wrong_password_is_told_once_and_tried_again),
        cmocka_unit_test(a_clock_that_differs_is_told),
        cmocka_unit_test(memory_that_runs_short_is_seen_in_a_few_seconds),
        cmocka_unit_test(a_replica_that_does_not_write_is_told),
        cmocka_unit_test(a_replica_that_is_away_cannot_be_checked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
