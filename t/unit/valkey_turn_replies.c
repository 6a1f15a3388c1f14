
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Replies of a turn that are too many, in pieces or none: each request ends
 * once, and never by the reply to another one.
 */


#include "valkey_world_help.h"


/* Silence, and the ways in which a link breaks. */

static int
silence(world_t *world, world_link_t *server, const char *command,
    const char *key)
{
    (void) key;

    if (!world_is_request(command) || world->faults == 0) {
        return 0;
    }

    world->faults--;
    server->silent = 1;

    return 1;
}


static void
silence_ends_the_link_and_not_the_request(void **state)
{
    unsigned         connects;
    world_t          world;
    world_request_t  r;

    (void) state;

    world_init(&world);
    world_open(&world);
    world.fault = silence;
    world.faults = 1;
    connects = world.connects;

    world_ask(&world, &r, 5, TIMEOUT);
    world_pass(&world, VALKEY_STORE_SILENCE - 1);
    assert_int_equal(r.ends, 0);
    assert_int_equal(world.connects, connects);

    world_pass(&world, 100);
    world_assert_end(&r, VALKEY_STORE_CONFIRMED);
    assert_int_equal(world.connects, connects + 1);

    world_end(&world);
}


/* Each byte of the replies of a turn may be the last one that arrives. */
static void
a_link_that_breaks_at_any_byte_loses_nothing(void **state)
{
    size_t           at;
    world_t          world;
    world_request_t  r[3];

    (void) state;

    for (at = 1; at != 0; at++) {
        world_init(&world);
        world_open(&world);
        world.cut = at;

        world_ask(&world, &r[0], 5, TIMEOUT);
        world_ask(&world, &r[1], 5, TIMEOUT);
        world_ask(&world, &r[2], 9, TIMEOUT);
        world_pass(&world, SECOND);

        world_assert_end(&r[0], VALKEY_STORE_CONFIRMED);
        world_assert_end(&r[1], VALKEY_STORE_CONFIRMED);
        world_assert_end(&r[2], VALKEY_STORE_CONFIRMED);

        if (world.cut != 0) {
            assert_in_range(at, 50, 150);
            at = SIZE_MAX;
        }

        world_end(&world);
    }
}


static void
replies_come_byte_by_byte(void **state)
{
    world_t          world;
    world_request_t  r;

    (void) state;

    world_init(&world);
    world.piece = 1;
    world_open(&world);

    world_ask(&world, &r, 5, TIMEOUT);
    world_run(&world);
    world_assert_end(&r, VALKEY_STORE_CONFIRMED);

    world_end(&world);
}


/* A reply too many before the reply of the command whose turn it is. */

static int          extra_at;
static const char  *extra;

static int
too_many(world_t *world, world_link_t *server, const char *command,
    const char *key)
{
    (void) key;

    if (world->faults != 0 && strcmp(command, "INFO") != 0
        && extra_at-- == 0)
    {
        world->faults = 0;
        world_say(server, extra);
    }

    return 0;
}


static const char *const  extras[] = {
    ":1\r\n", "+OK\r\n", "$-1\r\n", "$1\r\nx\r\n", "*0\r\n", "-LOADING\r\n",
    "-ERR what\r\n", "x\r\n", ":01\r\n", "$-2\r\n"
};


/* The requests themselves check that each gets its own reply. */
static void
a_reply_too_many_is_nobodys(void **state)
{
    int              at;
    size_t           i;
    unsigned         piece;
    world_t          world;
    world_request_t  r[2];

    (void) state;

    for (i = 0; i < sizeof(extras) / sizeof(extras[0]); i++) {
        for (at = 0; at < 5; at++) {
            for (piece = 0; piece < 2; piece++) {
                world_init(&world);
                world_open(&world);
                world.fault = too_many;
                world.faults = 1;
                world.piece = piece;
                extra_at = at;
                extra = extras[i];

                world_ask(&world, &r[0], 5, TIMEOUT);
                world_ask(&world, &r[1], 5, TIMEOUT);
                world_pass(&world, SECOND);

                assert_int_equal(world.faults, 0);
                assert_int_equal(r[0].ends, 1);
                assert_int_equal(r[1].ends, 1);

                if (strcmp(extras[i], "-ERR what\r\n") != 0) {
                    world_assert_end(&r[0], VALKEY_STORE_CONFIRMED);
                    world_assert_end(&r[1], VALKEY_STORE_CONFIRMED);
                }

                world_end(&world);
            }
        }
    }
}


/* The last reply is as long as the number of the turn, and another one. */
static void
a_turn_ends_with_its_own_number_alone(void **state)
{
    int              i;
    world_t          world;
    world_request_t  r[2];

    (void) state;

    world_init(&world);
    world.options.replicas = 0;
    world_open(&world);
    world.fault = too_many;
    world.faults = 1;
    extra_at = 0;
    extra = "$8\r\nsomebody\r\n";

    for (i = 0; i < 2; i++) {
        world_ask(&world, &r[i], 5, TIMEOUT);
        (void) snprintf(r[i].key, sizeof(r[i].key), "number-%d", i);
    }

    world_pass(&world, SECOND);
    world_assert_end(&r[0], VALKEY_STORE_CONFIRMED);
    world_assert_end(&r[1], VALKEY_STORE_CONFIRMED);

    world_end(&world);
}


/* A reply that is met again in each turn: longer than any value can be. */
static void
an_odd_reply_in_a_turn_is_told(void **state)
{
    world_t          world;
    world_request_t  r;

    (void) state;

    world_init(&world);
    world_open(&world);
    world.log[0] = '\0';
    world.fault = too_many;
    world.faults = 1;
    extra_at = 0;
    extra = "$536870913\r\n";

    world_ask(&world, &r, 5, TIMEOUT);
    world_pass(&world, SECOND);
    world_assert_end(&r, VALKEY_STORE_CONFIRMED);
    world_assert_log(&world, "crit: a:1: an odd reply\n");

    world_end(&world);
}


static void
the_end_of_a_client_gives_up_what_waits(void **state)
{
    world_t          world;
    world_request_t  waits, travels;

    (void) state;

    world_init(&world);
    world_open(&world);
    world.fault = silence;
    world.faults = 1;

    world_ask(&world, &travels, 5, TIMEOUT);
    world_run(&world);
    world_ask(&world, &waits, 5, TIMEOUT);

    world_end(&world);
    world_assert_end(&travels, VALKEY_STORE_GIVEN_UP);
    world_assert_end(&waits, VALKEY_STORE_GIVEN_UP);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(silence_ends_the_link_and_not_the_request),
        cmocka_unit_test(a_link_that_breaks_at_any_byte_loses_nothing),
        cmocka_unit_test(replies_come_byte_by_byte),
        cmocka_unit_test(a_reply_too_many_is_nobodys),
        cmocka_unit_test(a_turn_ends_with_its_own_number_alone),
        cmocka_unit_test(an_odd_reply_in_a_turn_is_told),
        cmocka_unit_test(the_end_of_a_client_gives_up_what_waits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
