
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Replies of a turn that are errors, and what becomes of the request. */


#include "valkey_world_help.h"


/* The error that the next request gets, and what becomes of the request. */

static const char  *error;

static int
error_once(world_t *world, world_link_t *server, const char *command,
    const char *key)
{
    (void) key;

    if (!world_is_request(command) || world->faults == 0) {
        return 0;
    }

    world->faults--;
    world_say(server, error);

    return 1;
}


typedef struct {
    const char              *error;
    valkey_store_outcome_t   outcome;
    int                      writes;
    const char              *log;
} error_t;


static const error_t  errors[] = {
    { "-TRYAGAIN Multiple keys request\r\n", VALKEY_STORE_CONFIRMED, 2, "" },
    { "-CLUSTERDOWN The cluster is down\r\n", VALKEY_STORE_CONFIRMED, 2, "" },
    { "-LOADING Redis is loading\r\n", VALKEY_STORE_CONFIRMED, 2, "" },
    { "-READONLY You can't write\r\n", VALKEY_STORE_CONFIRMED, 2, "" },
    { "-MASTERDOWN Link with MASTER\r\n", VALKEY_STORE_CONFIRMED, 2, "" },
    { "-UNBLOCKED force unblock\r\n", VALKEY_STORE_CONFIRMED, 2, "" },
    { "-NOREPLICAS Not enough\r\n", VALKEY_STORE_CONFIRMED, 2, "" },
    { "-BUSY Redis is busy\r\n", VALKEY_STORE_CONFIRMED, 2, "" },
    { "-NOSCRIPT No matching script\r\n", VALKEY_STORE_CONFIRMED, 2, "" },
    { "-OOM command not allowed\r\n", VALKEY_STORE_NO_MEMORY, 1, "" },
    { "-NOPERM this user\r\n", VALKEY_STORE_GIVEN_UP, 1,
      "crit: a:1: a command failed: NOPERM this user\n" },
    { "-NOAUTH Authentication required.\r\n", VALKEY_STORE_GIVEN_UP, 1,
      "crit: a:1: a command failed: NOAUTH Authentication required.\n" },
    { "-WRONGTYPE Operation\r\n", VALKEY_STORE_GIVEN_UP, 1,
      "crit: a:1: a command failed: WRONGTYPE Operation\n" },
    { "-ERR unknown command 'GET', with args beginning with: 'secret' \r\n",
      VALKEY_STORE_GIVEN_UP, 1,
      "crit: a:1: a command failed: ERR unknown command 'GET'\n" },
};


static void
each_error_has_its_end(void **state)
{
    size_t           i;
    world_t          world;
    world_request_t  r, other;

    (void) state;

    for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        world_init(&world);
        world_open(&world);
        world.log[0] = '\0';
        world.fault = error_once;
        world.faults = 1;
        error = errors[i].error;

        world_ask(&world, &r, 5, TIMEOUT);
        world_ask(&world, &other, 6, TIMEOUT);
        world_pass(&world, SECOND);

        world_assert_end(&r, errors[i].outcome);
        world_assert_end(&other, VALKEY_STORE_CONFIRMED);
        assert_int_equal(r.writes, errors[i].writes);
        assert_int_equal(other.writes, 1);
        world_assert_log(&world, errors[i].log);

        world_end(&world);
    }
}


static void
a_lasting_error_ends_by_the_time_of_the_request(void **state)
{
    world_t          world;
    world_request_t  r;

    (void) state;

    world_init(&world);
    world_open(&world);
    world.fault = error_once;
    world.faults = UINT32_MAX;
    error = "-CLUSTERDOWN The cluster is down\r\n";

    world_ask(&world, &r, 5, TIMEOUT);
    world_pass(&world, TIMEOUT - 1);
    assert_int_equal(r.ends, 0);
    assert_in_range(r.writes, 10, 30);

    world_pass(&world, 1);
    world_assert_end(&r, VALKEY_STORE_GIVEN_UP);

    world_end(&world);
}


static unsigned  loads;

static int
no_script_until_it_is_loaded(world_t *world, world_link_t *server,
    const char *command, const char *key)
{
    (void) world;
    (void) key;

    loads += (strcmp(command, "SCRIPT") == 0);

    if (!world_is_request(command) || loads != 0) {
        return 0;
    }

    world_say(server, "-NOSCRIPT No matching script.\r\n");

    return 1;
}


static void
a_script_that_is_missing_is_loaded(void **state)
{
    world_t          world;
    world_request_t  r;

    (void) state;

    world_init(&world);
    world_open(&world);
    loads = 0;
    world.fault = no_script_until_it_is_loaded;

    world_ask(&world, &r, 5, TIMEOUT);
    world_pass(&world, SECOND);

    world_assert_end(&r, VALKEY_STORE_CONFIRMED);
    assert_int_equal(loads, 3);

    world_end(&world);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_error_has_its_end),
        cmocka_unit_test(a_lasting_error_ends_by_the_time_of_the_request),
        cmocka_unit_test(a_script_that_is_missing_is_loaded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
