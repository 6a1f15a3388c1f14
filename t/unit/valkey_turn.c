
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Turns: each request ends once, by a turn that is confirmed or by its time. */


#include "valkey_world_help.h"


static void
a_request_is_confirmed_by_its_turn(void **state)
{
    world_t          world;
    world_request_t  r;

    (void) state;

    world_init(&world);
    world_open(&world);
    world_assert_log(&world, "notice: is open\n");

    assert_true(valkey_store_client_is_idle(world.client));
    world_ask(&world, &r, 5, TIMEOUT);
    assert_false(valkey_store_client_is_idle(world.client));

    world_run(&world);
    world_assert_end(&r, VALKEY_STORE_CONFIRMED);
    assert_true(valkey_store_client_is_idle(world.client));
    assert_int_equal(world.turns, 1);

    world_end(&world);
}


static void
what_comes_at_once_shares_a_turn(void **state)
{
    unsigned         i;
    world_t          world;
    world_request_t  r[64];

    (void) state;

    world_init(&world);
    world_open(&world);

    for (i = 0; i < 64; i++) {
        world_ask(&world, &r[i], i, TIMEOUT);
    }

    world_run(&world);
    assert_int_equal(world.turns, 1);

    for (i = 0; i < 64; i++) {
        world_assert_end(&r[i], VALKEY_STORE_CONFIRMED);
    }

    world_end(&world);
}


static void
a_turn_is_bounded_and_the_rest_follows(void **state)
{
    unsigned          i;
    world_t           world;
    world_request_t  *r;

    enum { N = 2 * VALKEY_STORE_TURN_MAX + 1 };

    (void) state;

    r = calloc(N, sizeof(world_request_t));
    world_init(&world);
    world_open(&world);

    for (i = 0; i < N; i++) {
        world_ask(&world, &r[i], 7, TIMEOUT);
    }

    world_run(&world);
    assert_int_equal(world.turns, 3);

    for (i = 0; i < N; i++) {
        world_assert_end(&r[i], VALKEY_STORE_CONFIRMED);
    }

    world_end(&world);
    free(r);
}


static void
too_many_are_refused(void **state)
{
    unsigned          i;
    world_t           world;
    world_request_t  *r, extra;

    (void) state;

    r = calloc(VALKEY_STORE_QUEUE_MAX, sizeof(world_request_t));
    world_init(&world);
    world_open(&world);

    for (i = 0; i < VALKEY_STORE_QUEUE_MAX; i++) {
        world_ask(&world, &r[i], i % 64, TIMEOUT);
    }

    extra = r[0];
    assert_int_equal(valkey_store_client_send(world.client, &extra.request),
                     -1);

    world_end(&world);

    for (i = 0; i < VALKEY_STORE_QUEUE_MAX; i++) {
        world_assert_end(&r[i], VALKEY_STORE_GIVEN_UP);
    }

    free(r);
}


/* A server that is silent has a part of the places alone. */

static void
too_many_of_one_partition_leave_room_for_others(void **state)
{
    unsigned          i;
    world_t           world;
    world_request_t  *r, extra;

    (void) state;

    r = calloc(VALKEY_STORE_PART_MAX + 1, sizeof(world_request_t));
    world_init(&world);
    world_open(&world);

    for (i = 0; i < VALKEY_STORE_PART_MAX; i++) {
        world_ask(&world, &r[i], 7, TIMEOUT);
    }

    extra = r[0];
    assert_int_equal(valkey_store_client_send(world.client, &extra.request),
                     -1);
    world_ask(&world, &r[i], 8, TIMEOUT);
    world_run(&world);

    for (i = 0; i <= VALKEY_STORE_PART_MAX; i++) {
        world_assert_end(&r[i], VALKEY_STORE_CONFIRMED);
    }

    world_ask(&world, &extra, 7, TIMEOUT);
    world_run(&world);
    world_assert_end(&extra, VALKEY_STORE_CONFIRMED);

    world_end(&world);
    free(r);
}


static int
wait_goes_unanswered(world_t *world, world_link_t *server,
    const char *command, const char *key)
{
    (void) server;
    (void) key;

    return strcmp(command, "WAIT") == 0 && world->faults != 0;
}


static void
a_request_is_given_up_in_the_midst_of_a_turn(void **state)
{
    world_t          world;
    world_request_t  r, later;

    (void) state;

    world_init(&world);
    world_open(&world);
    world.fault = wait_goes_unanswered;
    world.faults = 1;

    world_ask(&world, &r, 5, SECOND);
    world_ask(&world, &later, 5, TIMEOUT);
    world_pass(&world, SECOND);
    world_assert_end(&r, VALKEY_STORE_GIVEN_UP);
    assert_int_equal(later.ends, 0);

    world.faults = 0;
    world_pass(&world, SECOND);
    assert_int_equal(r.ends, 1);
    world_assert_end(&later, VALKEY_STORE_CONFIRMED);

    world_end(&world);
}


static void
a_request_ends_without_any_link(void **state)
{
    world_t          world;
    world_request_t  r;

    (void) state;

    world_init(&world);
    world.refuses = "a:1";
    world_open(&world);

    world_ask(&world, &r, 5, TIMEOUT);
    world_pass(&world, TIMEOUT - 1);
    assert_int_equal(r.ends, 0);
    world_pass(&world, 1);
    world_assert_end(&r, VALKEY_STORE_GIVEN_UP);
    world_assert_log(&world, "crit: cannot be reached: Connection refused\n");

    world_end(&world);
}


/* Its owner sends a request again from within its end. */

static world_t  *again;

static void
send_again(valkey_store_request_t *request, valkey_store_outcome_t outcome,
    const valkey_store_reply_t *reply)
{
    world_request_done(request, outcome, reply);

    if (((world_request_t *) request)->ends < 3) {
        request->until = again->clock + TIMEOUT;
        assert_int_equal(valkey_store_client_send(again->client, request), 0);
    }
}


static void
a_request_is_sent_again_by_its_owner(void **state)
{
    world_t          world;
    world_request_t  r;

    (void) state;

    world_init(&world);
    world_open(&world);
    again = &world;

    world_ask(&world, &r, 5, TIMEOUT);
    r.request.done = send_again;
    world_run(&world);
    assert_int_equal(r.ends, 3);
    assert_int_equal(world.turns, 3);

    world_end(&world);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_confirmed_by_its_turn),
        cmocka_unit_test(what_comes_at_once_shares_a_turn),
        cmocka_unit_test(a_turn_is_bounded_and_the_rest_follows),
        cmocka_unit_test(too_many_are_refused),
        cmocka_unit_test(too_many_of_one_partition_leave_room_for_others),
        cmocka_unit_test(a_request_is_given_up_in_the_midst_of_a_turn),
        cmocka_unit_test(a_request_ends_without_any_link),
        cmocka_unit_test(a_request_is_sent_again_by_its_owner),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
