
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Turns: each request ends once, by a turn that is confirmed or by its time,
 * and never by the reply to another one.
 */


#include "valkey_world_help.h"


#define SECOND   1000
#define TIMEOUT  (8 * SECOND)


static int
is_request(const char *command)
{
    return strcmp(command, "GET") == 0;
}


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


/* The error that the next request gets, and what becomes of the request. */

static const char  *error;

static int
error_once(world_t *world, world_link_t *server, const char *command,
    const char *key)
{
    (void) key;

    if (!is_request(command) || world->faults == 0) {
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

    if (!is_request(command) || loads != 0) {
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


/* The mark and WAIT. */

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


/* Silence, and the ways in which a link breaks. */

static int
silence(world_t *world, world_link_t *server, const char *command,
    const char *key)
{
    (void) key;

    if (!is_request(command) || world->faults == 0) {
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
        cmocka_unit_test(each_error_has_its_end),
        cmocka_unit_test(a_lasting_error_ends_by_the_time_of_the_request),
        cmocka_unit_test(a_script_that_is_missing_is_loaded),
        cmocka_unit_test(a_mark_that_is_missing_is_made),
        cmocka_unit_test(a_mark_on_the_move_is_left_for_another),
        cmocka_unit_test(a_short_wait_confirms_nothing),
        cmocka_unit_test(without_replicas_nothing_is_waited_for),
        cmocka_unit_test(silence_ends_the_link_and_not_the_request),
        cmocka_unit_test(a_request_is_given_up_in_the_midst_of_a_turn),
        cmocka_unit_test(a_request_ends_without_any_link),
        cmocka_unit_test(a_link_that_breaks_at_any_byte_loses_nothing),
        cmocka_unit_test(replies_come_byte_by_byte),
        cmocka_unit_test(a_reply_too_many_is_nobodys),
        cmocka_unit_test(a_turn_ends_with_its_own_number_alone),
        cmocka_unit_test(an_odd_reply_in_a_turn_is_told),
        cmocka_unit_test(the_end_of_a_client_gives_up_what_waits),
        cmocka_unit_test(a_request_is_sent_again_by_its_owner),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
