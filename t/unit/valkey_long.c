
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A value that somebody has made too long, by hand: the request that has asked
 * for it fails, and nothing else.
 */


#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "valkey_world_help.h"


#define LEN  (2 * 1024 * 1024)


static int       is_long;
static unsigned  connects;

static world_link_t  *from;           /* whose reply it is */


/* The first GET after is_long was set; its bytes are ends of lines. */
static int
say_long(world_t *world, world_link_t *server, const char *command,
    const char *key)
{
    char  *bytes;

    (void) world;
    (void) key;

    if (!is_long || strcmp(command, "GET") != 0) {
        return 0;
    }

    is_long = 0;
    from = server;
    bytes = malloc(LEN);
    assert_non_null(bytes);
    memset(bytes, '\n', LEN);
    world_bulk(server, bytes, LEN);
    free(bytes);

    return 1;
}


static void
done(valkey_store_request_t *request, valkey_store_outcome_t outcome,
    const valkey_store_reply_t *reply)
{
    world_request_t  *r;

    r = (world_request_t *) request;
    r->ends++;
    r->outcome = outcome;

    assert_int_equal(outcome, VALKEY_STORE_CONFIRMED);
    assert_int_equal(reply->type, VALKEY_STORE_REPLY_LONG);
    assert_int_equal(reply->integer, LEN);
}


static void
ask(world_t *world, world_request_t r[3])
{
    unsigned  i;

    is_long = 1;
    connects = world->connects;
    world->fault = say_long;

    for (i = 0; i < 3; i++) {
        world_ask(world, &r[i], 5, TIMEOUT);
    }

    r[0].request.done = done;
}


static void
check(world_t *world, const world_request_t r[3])
{
    unsigned  i;

    for (i = 0; i < 3; i++) {
        world_assert_end(&r[i], VALKEY_STORE_CONFIRMED);
        assert_int_equal(r[i].writes, 1);
    }

    assert_int_equal(world->connects, connects);
    world_assert_log(world,
                     "crit: a:1: a value of 2097152 bytes is passed over\n");
}


static void
a_long_value_is_that_of_its_request_alone(void **state)
{
    world_t          world;
    world_request_t  r[3];

    (void) state;

    world_init(&world);
    world_open(&world);
    world.log[0] = '\0';
    world.piece = 1000;

    ask(&world, r);
    world_run(&world);
    check(&world, r);

    world_end(&world);
}


/* Longer than a server may be silent. */
static void
a_long_value_may_take_a_while(void **state)
{
    int              i;
    world_t          world;
    world_request_t  r[3];

    (void) state;

    world_init(&world);
    world_open(&world);
    world.log[0] = '\0';
    world.piece = LEN / 40;

    ask(&world, r);

    while (r[2].ends == 0) {
        world.clock += 100;
        valkey_store_client_tick(world.client);

        for (i = 0; i < WORLD_LINKS; i++) {
            (void) world_step(&world, &world.link[i]);
        }
    }

    assert_true(world.clock > 1000000 + 2 * VALKEY_STORE_SILENCE);
    check(&world, r);

    world_end(&world);
}


static void
silence_in_a_long_value_ends_the_link(void **state)
{
    world_t          world;
    world_request_t  r[3];

    (void) state;

    world_init(&world);
    world_open(&world);
    world.piece = LEN / 40;
    from = NULL;

    ask(&world, r);
    r[0].request.done = r[1].request.done;
    valkey_store_client_tick(world.client);

    while (from == NULL || from->out.len > LEN / 2) {
        (void) world_step(&world, &world.link[0]);
    }

    from->out.len = 0;
    from->silent = 1;
    world_pass(&world, VALKEY_STORE_SILENCE + VALKEY_STORE_RETRY_MAX);

    assert_int_equal(world.connects, connects + 1);
    world_assert_end(&r[0], VALKEY_STORE_CONFIRMED);
    assert_int_equal(r[0].writes, 2);

    world_end(&world);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_long_value_is_that_of_its_request_alone),
        cmocka_unit_test(a_long_value_may_take_a_while),
        cmocka_unit_test(silence_in_a_long_value_ends_the_link),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
