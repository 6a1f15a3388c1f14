
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Servers of a cluster that are lost, cut off or away. */


#include "valkey_three_help.h"


static const char  *dead;

static int
is_dead(world_t *world, world_link_t *server, const char *command,
    const char *key)
{
    (void) note(world, server, command, key);

    if (strcmp(server->at, dead) == 0) {
        server->silent = 1;
        return 1;
    }

    return 0;
}


static void
a_silent_server_holds_up_its_partitions_alone(void **state)
{
    world_t          world;
    world_request_t  r;

    (void) state;

    open_three(&world);
    world.fault = is_dead;
    dead = "a:1";

    world_ask(&world, &r, A_HAS, TIMEOUT);
    world_run(&world);
    assert_asked(&world, B_HAS, "b:1");
    assert_asked(&world, C_HAS, "c:1");
    assert_int_equal(r.ends, 0);

    world_end(&world);
}


static void
a_lost_primary_is_left_for_the_next(void **state)
{
    world_t          world;
    world_request_t  r;

    (void) state;

    open_three(&world);
    world.fault = is_dead;
    dead = "a:1";
    world.refuses = "a:1";

    world_ask(&world, &r, A_HAS, TIMEOUT);
    world_pass(&world, 4 * SECOND);
    assert_int_equal(r.ends, 0);
    assert_non_null(strstr(world.log,
                           "crit: a:1: cannot be reached: "
                           "Connection refused\n"));

    world.slots = WITHOUT_A;
    world_pass(&world, SECOND + SECOND / 2);
    world_assert_end(&r, VALKEY_STORE_CONFIRMED);
    assert_string_equal(asked, "d:1");
    assert_non_null(strstr(world.log, "notice: is open\n"));

    world_pass(&world, 3 * SECOND);
    assert_null(world_link_to(&world, "a:1"));

    world_end(&world);
}


static void
a_broken_link_makes_the_map_doubtful_at_once(void **state)
{
    world_t          world;
    world_request_t  r;

    (void) state;

    open_three(&world);
    world.refuses = "a:1";
    world.slots = WITHOUT_A;
    world_break(world_link_to(&world, "a:1"), "cut");

    world_ask(&world, &r, A_HAS, TIMEOUT);
    world_pass(&world, SECOND / 2);
    world_assert_end(&r, VALKEY_STORE_CONFIRMED);
    assert_string_equal(asked, "d:1");

    world_end(&world);
}


static int
guide_asks(world_t *world, const char *at)
{
    int  i;

    for (i = 0; i < WORLD_LINKS; i++) {
        if (world->link[i].link != NULL
            && world->link[i].link == world->client->guide.link
            && strcmp(world->link[i].at, at) == 0)
        {
            return 1;
        }
    }

    return 0;
}


static void
a_server_that_is_away_is_not_asked_for_the_map(void **state)
{
    int      i;
    world_t  world;

    (void) state;

    open_three(&world);
    world.hangs = "a:1";
    world_break(world_link_to(&world, "a:1"), "cut");
    world_pass(&world, SECOND / 2);

    for (i = 0; i < 50; i++) {
        world_pass(&world, SECOND / 10);
        assert_false(guide_asks(&world, "a:1"));
    }

    world_end(&world);
}


static void
a_connection_takes_a_second_at_most(void **state)
{
    world_t  world;

    (void) state;

    world_init_two(&world);
    world.slots = WITHOUT_A;
    world.hangs = "a:1";
    world_open(&world);
    world_pass(&world, SECOND);
    world_assert_log(&world, "notice: is open\n");

    world_end(&world);
}


/* One of two servers tells an old map: it is cut off from the others. */

static int
old_map(world_t *world, world_link_t *server, const char *command,
    const char *key)
{
    (void) note(world, server, command, key);

    if (strcmp(server->at, "a:1") != 0) {
        return 0;
    }

    if (strcmp(command, "CLUSTER") == 0) {
        world_say(server, THREE);
        return 1;
    }

    if (world_is_request(command)) {
        world_say(server, "-CLUSTERDOWN The cluster is down\r\n");
        return 1;
    }

    return 0;
}


static void
a_server_that_is_cut_off_is_not_believed(void **state)
{
    world_t          world;
    world_request_t  r;

    (void) state;

    open_three(&world);
    world.fault = old_map;
    world.slots = WITHOUT_A;

    world_ask(&world, &r, A_HAS, TIMEOUT);
    world_pass(&world, 3 * SECOND);
    world_assert_end(&r, VALKEY_STORE_CONFIRMED);
    assert_string_equal(asked, "d:1");

    world_pass(&world, 10 * SECOND);
    assert_asked(&world, A_HAS, "d:1");

    world_end(&world);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_silent_server_holds_up_its_partitions_alone),
        cmocka_unit_test(a_lost_primary_is_left_for_the_next),
        cmocka_unit_test(a_broken_link_makes_the_map_doubtful_at_once),
        cmocka_unit_test(a_server_that_is_away_is_not_asked_for_the_map),
        cmocka_unit_test(a_connection_takes_a_second_at_most),
        cmocka_unit_test(a_server_that_is_cut_off_is_not_believed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
