
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The mark of a turn and WAIT: nothing else confirms it. */


#include "valkey_world_help.h"


static unsigned  sets;

static int
no_mark(world_t *world, world_link_t *server, const char *command,
    const char *key)
{
    if (strcmp(command, "SET") == 0) {
        assert_string_equal(key, "wa:{mm}:mark");
        sets++;
        world->faults = 0;
        return 0;
    }

    if (strcmp(command, "PEXPIRE") != 0 || world->faults == 0) {
        return 0;
    }

    world_say(server, ":0\r\n");

    return 1;
}


static void
a_mark_that_is_missing_is_made(void **state)
{
    world_t          world;
    world_request_t  r;

    (void) state;

    world_init(&world);
    world_open(&world);
    sets = 0;
    world.fault = no_mark;
    world.faults = 1;

    world_ask(&world, &r, 5, TIMEOUT);
    world_run(&world);
    world_assert_end(&r, VALKEY_STORE_CONFIRMED);
    assert_int_equal(r.writes, 2);

    world_ask(&world, &r, 5, TIMEOUT);
    world_run(&world);
    world_assert_end(&r, VALKEY_STORE_CONFIRMED);
    assert_int_equal(r.writes, 1);
    assert_int_equal(sets, 1);

    world_end(&world);
}


static int
mark_elsewhere(world_t *world, world_link_t *server, const char *command,
    const char *key)
{
    (void) world;

    if (strcmp(command, "PEXPIRE") != 0
        || strcmp(key, "wa:{mm}:mark") != 0)
    {
        return 0;
    }

    world_say(server, "-ASK 128 b:1\r\n");

    return 1;
}


static void
a_mark_on_the_move_is_left_for_another(void **state)
{
    world_t          world;
    world_request_t  r;

    (void) state;

    world_init(&world);
    world_open(&world);
    world.fault = mark_elsewhere;

    world_ask(&world, &r, 5, TIMEOUT);
    world_run(&world);
    world_assert_end(&r, VALKEY_STORE_CONFIRMED);
    assert_int_equal(r.writes, 2);

    world_end(&world);
}


static int
short_wait(world_t *world, world_link_t *server, const char *command,
    const char *key)
{
    (void) key;

    if (strcmp(command, "WAIT") != 0 || world->faults == 0) {
        return 0;
    }

    world->faults--;
    world_say(server, ":0\r\n");

    return 1;
}


static void
a_short_wait_confirms_nothing(void **state)
{
    world_t          world;
    world_request_t  r;

    (void) state;

    world_init(&world);
    world_open(&world);
    world.log[0] = '\0';
    world.fault = short_wait;
    world.faults = 3;

    world_ask(&world, &r, 5, TIMEOUT);
    world_run(&world);

    world_assert_end(&r, VALKEY_STORE_CONFIRMED);
    assert_int_equal(r.writes, 4);
    world_assert_log(&world, "alert: a:1: fewer than 1 replicas answer\n"
                             "notice: a:1: 1 replicas answer\n");

    world_end(&world);
}


static int
no_mark_and_no_wait(world_t *world, world_link_t *server, const char *command,
    const char *key)
{
    (void) world;
    (void) server;
    (void) key;

    assert_string_not_equal(command, "PEXPIRE");
    assert_string_not_equal(command, "WAIT");

    return 0;
}


static void
without_replicas_nothing_is_waited_for(void **state)
{
    world_t          world;
    world_request_t  r;

    (void) state;

    world_init(&world);
    world.options.replicas = 0;
    world.fault = no_mark_and_no_wait;
    world_open(&world);

    world_ask(&world, &r, 5, TIMEOUT);
    world_run(&world);
    world_assert_end(&r, VALKEY_STORE_CONFIRMED);

    world_end(&world);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mark_that_is_missing_is_made),
        cmocka_unit_test(a_mark_on_the_move_is_left_for_another),
        cmocka_unit_test(a_short_wait_confirms_nothing),
        cmocka_unit_test(without_replicas_nothing_is_waited_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
