
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Partitions on the move: MOVED and ASK. */


/* Each server that a test names has a link, and the guide has one. */
#define WORLD_LINKS  512

#include "valkey_three_help.h"


static const char  *moves_from;
static const char  *moves;

static int
moved(world_t *world, world_link_t *server, const char *command,
    const char *key)
{
    (void) note(world, server, command, key);

    if (!world_is_request(command) || strcmp(server->at, moves_from) != 0) {
        return 0;
    }

    world_say(server, moves);

    return 1;
}


static void
a_partition_that_has_moved_is_followed(void **state)
{
    world_t  world;

    (void) state;

    open_three(&world);
    world.fault = moved;
    moves_from = "a:1";
    moves = "-MOVED 1413 d:1\r\n";

    assert_int_equal(valkey_store_partition_slot(A_HAS), 1413);
    assert_asked(&world, A_HAS, "d:1");

    /* The map does not say so: the cluster is asked, and it knows best. */

    moves_from = "";
    world_pass(&world, SECOND);
    assert_asked(&world, A_HAS, "a:1");

    world_end(&world);
}


/* TRYAGAIN of a, four times; then it has moved; and once again of d. */

static unsigned  later;
static uint64_t  moved_at;

static int
later_and_moved(world_t *world, world_link_t *server, const char *command,
    const char *key)
{
    (void) key;

    if (!world_is_request(command) || later == 6) {
        return 0;
    }

    if (++later == 5) {
        moved_at = world->clock;
        world->slots = WITHOUT_A;
        world_say(server, "-MOVED 1413 d:1\r\n");

    } else {
        assert_string_equal(server->at, later == 6 ? "d:1" : "a:1");
        world_say(server, "-TRYAGAIN Multiple keys\r\n");
    }

    return 1;
}


static void
a_new_server_begins_with_the_shortest_pause(void **state)
{
    world_t          world;
    world_request_t  r;

    (void) state;

    open_three(&world);
    world.fault = later_and_moved;
    later = 0;

    world_ask(&world, &r, A_HAS, TIMEOUT);

    while (r.ends == 0) {
        world_pass(&world, 10);
    }

    world_assert_end(&r, VALKEY_STORE_CONFIRMED);
    assert_int_equal(r.writes, 7);
    assert_true(world.clock - moved_at <= VALKEY_STORE_PAUSE_MIN + 20);

    world_end(&world);
}


static int
in_circles(world_t *world, world_link_t *server, const char *command,
    const char *key)
{
    (void) world;
    (void) key;

    if (!world_is_request(command)) {
        return 0;
    }

    world_say(server, (strcmp(server->at, "a:1") == 0)
                      ? "-MOVED 1413 b:1\r\n" : "-MOVED 1413 a:1\r\n");

    return 1;
}


static void
moves_in_circles_end_by_the_time_of_the_request(void **state)
{
    world_t          world;
    world_request_t  r;

    (void) state;

    open_three(&world);
    world.fault = in_circles;

    world_ask(&world, &r, A_HAS, TIMEOUT);
    world_pass(&world, TIMEOUT - 1);
    assert_int_equal(r.ends, 0);
    assert_in_range(r.writes, 10, 200);

    world_pass(&world, 1);
    world_assert_end(&r, VALKEY_STORE_GIVEN_UP);

    world_end(&world);
}


/* Each time another server, for ever. */

static int
endless(world_t *world, world_link_t *server, const char *command,
    const char *key)
{
    char             reply[64];
    unsigned         partition;
    static unsigned  number;

    (void) world;

    if (!world_is_request(command) || sscanf(key, "key-%u", &partition) != 1) {
        return 0;
    }

    (void) snprintf(reply, sizeof(reply), "-MOVED %u n%u:1\r\n",
                    valkey_store_partition_slot(partition), ++number);
    world_say(server, reply);

    return 1;
}


static unsigned
servers(const world_t *world)
{
    unsigned                      n;
    const valkey_store_server_t  *server;

    n = 0;

    for (server = world->client->servers; server != NULL;
         server = server->next)
    {
        n++;
    }

    return n;
}


static void
endless_moves_bring_no_more_servers_than_fit(void **state)
{
    unsigned         i, most;
    world_t          world;
    world_request_t  r[VALKEY_STORE_PARTITIONS];

    (void) state;

    open_three(&world);
    world.fault = endless;

    for (i = 0; i < VALKEY_STORE_PARTITIONS; i++) {
        world_ask(&world, &r[i], i, TIMEOUT);
    }

    for (most = 0, i = 0; i < TIMEOUT; i += 10) {
        world_pass(&world, 10);

        if (servers(&world) > most) {
            most = servers(&world);
        }
    }

    assert_int_equal(most, VALKEY_STORE_SERVERS_MAX);

    for (i = 0; i < VALKEY_STORE_PARTITIONS; i++) {
        world_assert_end(&r[i], VALKEY_STORE_GIVEN_UP);
    }

    world.fault = note;
    world_pass(&world, 5 * SECOND);
    assert_int_equal(servers(&world), 3);
    assert_asked(&world, A_HAS, "a:1");

    world_end(&world);
}


static void
another_slot_or_an_odd_address_ends_the_link(void **state)
{
    size_t           i;
    world_t          world;
    unsigned         connects;
    world_request_t  r;

    static const char *const  odd[] = {
        "-MOVED 1415 b:1\r\n", "-MOVED 1413 b\r\n", "-MOVED\r\n",
        "-ASK 99999 b:1\r\n",
    };

    (void) state;

    for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        open_three(&world);
        connects = world.connects;
        world.fault = moved;
        moves_from = "a:1";
        moves = odd[i];

        world_ask(&world, &r, A_HAS, TIMEOUT);
        world_run(&world);
        assert_null(world_link_to(&world, "a:1"));

        moves_from = "";
        world_pass(&world, SECOND);
        world_assert_end(&r, VALKEY_STORE_CONFIRMED);
        assert_true(world.connects > connects);

        world_end(&world);
    }
}


static unsigned  askings, once;

static int
migrates(world_t *world, world_link_t *server, const char *command,
    const char *key)
{
    (void) note(world, server, command, key);

    if (strcmp(server->at, "d:1") == 0) {
        askings += (strcmp(command, "ASKING") == 0);
        once += (strcmp(command, "SET") == 0
                 && strncmp(key, "wa:{21}:m:", 10) == 0);
        assert_string_not_equal(command, "PEXPIRE");

    } else if (world_is_request(command)) {
        world_say(server, "-ASK 1413 d:1\r\n");
        return 1;
    }

    return 0;
}


static void
a_slot_on_the_move_is_asked_for_once(void **state)
{
    world_t  world;

    (void) state;

    open_three(&world);
    askings = 0;
    once = 0;
    world.fault = migrates;

    assert_asked(&world, A_HAS, "d:1");
    assert_int_equal(askings, 2);
    assert_int_equal(once, 1);

    /* The next one begins at the old server again. */

    world.fault = note;
    assert_asked(&world, A_HAS, "a:1");

    /* The link that is not needed any more ends. */

    assert_non_null(world_link_to(&world, "d:1"));
    world_pass(&world, 3 * SECOND);
    assert_null(world_link_to(&world, "d:1"));

    world_end(&world);
}


static void
a_target_that_is_away_holds_nothing_up(void **state)
{
    world_t          world;
    world_request_t  r;

    (void) state;

    open_three(&world);
    world.fault = migrates;
    world.refuses = "d:1";

    world_ask(&world, &r, A_HAS, TIMEOUT);
    world_run(&world);
    assert_int_equal(r.ends, 0);

    world.fault = note;
    world_pass(&world, SECOND);
    world_assert_end(&r, VALKEY_STORE_CONFIRMED);
    assert_string_equal(asked, "a:1");

    world_end(&world);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_partition_that_has_moved_is_followed),
        cmocka_unit_test(a_new_server_begins_with_the_shortest_pause),
        cmocka_unit_test(moves_in_circles_end_by_the_time_of_the_request),
        cmocka_unit_test(endless_moves_bring_no_more_servers_than_fit),
        cmocka_unit_test(another_slot_or_an_odd_address_ends_the_link),
        cmocka_unit_test(a_slot_on_the_move_is_asked_for_once),
        cmocka_unit_test(a_target_that_is_away_holds_nothing_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
