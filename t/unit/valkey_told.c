
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Subscriptions: who watches is told, or is told that it may have missed it. */


#include "valkey_world_help.h"


/* Partition 0, whose tag is mm; and 1, whose tag is 6q. */
#define CHANNEL  "$12\r\nwa:{mm}:told\r\n"
#define KEY      "\0\0\0\0\0\0\1\0"


static unsigned  subscribes;
static unsigned  unsubscribes;

static int
count(world_t *world, world_link_t *server, const char *command,
    const char *key)
{
    (void) world;
    (void) server;
    (void) key;

    subscribes += (strcmp(command, "SSUBSCRIBE") == 0);
    unsubscribes += (strcmp(command, "SUNSUBSCRIBE") == 0);

    return 0;
}


static world_link_t *
ear(world_t *world)
{
    int  i;

    for (i = 0; i < WORLD_LINKS; i++) {
        if (world->link[i].link != NULL
            && world->link[i].link->purpose->hears)
        {
            return &world->link[i];
        }
    }

    return NULL;
}


static void
open_watching(world_t *world)
{
    world_init(world);
    subscribes = 0;
    unsubscribes = 0;
    world->fault = count;
    world_open(world);

    valkey_store_client_watch(world->client, 0);
    world_run(world);
    assert_int_equal(subscribes, 1);
    assert_int_equal(world->told_all, 1);
}


static void
publish(world_t *world, const char *bytes, size_t len)
{
    world_bytes(ear(world), bytes, len);
    world_run(world);
}


#define publish_key(world, channel, key)                                      \
    publish(world, "*3\r\n$8\r\nsmessage\r\n" channel "$8\r\n" key "\r\n",    \
            sizeof("*3\r\n$8\r\nsmessage\r\n" channel "$8\r\n\r\n") - 1 + 8)


static void
nobody_watches_no_link(void **state)
{
    world_t  world;

    (void) state;

    world_init(&world);
    world_open(&world);
    assert_null(ear(&world));
    world_end(&world);
}


static void
a_changed_key_is_told(void **state)
{
    world_t  world;

    (void) state;

    open_watching(&world);
    publish_key(&world, CHANNEL, KEY);
    assert_int_equal(world.told, 1);
    assert_int_equal(world.key, 256);
    world_end(&world);
}


static void
a_message_that_is_no_key_of_the_partition_tells_nothing(void **state)
{
    world_t  world;

    (void) state;

    open_watching(&world);
    publish_key(&world, CHANNEL, "\0\0\0\0\0\0\0\1");
    publish(&world, "*3\r\n$8\r\nsmessage\r\n" CHANNEL "$0\r\n\r\n",
            sizeof("*3\r\n$8\r\nsmessage\r\n" CHANNEL "$0\r\n\r\n") - 1);
    assert_int_equal(world.told, 0);
    assert_non_null(ear(&world));
    world_end(&world);
}


static void
a_partition_is_subscribed_once(void **state)
{
    world_t  world;

    (void) state;

    open_watching(&world);
    valkey_store_client_watch(world.client, 0);
    valkey_store_client_watch(world.client, 1);
    world_run(&world);
    assert_int_equal(subscribes, 2);
    world_end(&world);
}


static void
nothing_is_heard_when_nobody_watches_any_more(void **state)
{
    world_t  world;

    (void) state;

    open_watching(&world);
    valkey_store_client_watch(world.client, 1);
    world_run(&world);

    valkey_store_client_unwatch(world.client, 0);
    world_pass(&world, 4 * SECOND);
    assert_int_equal(unsubscribes, 1);
    assert_non_null(ear(&world));

    valkey_store_client_unwatch(world.client, 1);
    world_pass(&world, 4 * SECOND);
    assert_null(ear(&world));

    world_end(&world);
}


static void
after_a_broken_link_all_may_have_changed(void **state)
{
    world_t  world;

    (void) state;

    open_watching(&world);
    world_break(ear(&world), "cut");
    world_pass(&world, SECOND);
    assert_int_equal(subscribes, 2);
    assert_int_equal(world.told_all, 2);
    world_end(&world);
}


static void
a_silent_link_is_found_by_its_ping(void **state)
{
    world_t  world;

    (void) state;

    open_watching(&world);
    ear(&world)->silent = 1;
    world_pass(&world, 5 * SECOND);
    assert_int_equal(subscribes, 2);
    assert_int_equal(world.told_all, 2);

    /* One that answers stays. */

    world_pass(&world, 60 * SECOND);
    assert_int_equal(subscribes, 2);
    world_end(&world);
}


static void
a_message_does_not_stand_for_the_pong(void **state)
{
    world_t  world;

    (void) state;

    open_watching(&world);
    ear(&world)->silent = 1;
    world_pass(&world, 3 * SECOND);
    publish_key(&world, CHANNEL, KEY);
    assert_int_equal(world.told, 1);
    world_pass(&world, 2 * SECOND);
    assert_int_equal(subscribes, 2);
    world_end(&world);
}


static const char *const  unasked[] = {
    "+PONG\r\n", "*2\r\n$4\r\npong\r\n$0\r\n\r\n",
    "*3\r\n$10\r\nssubscribe\r\n" CHANNEL ":1\r\n",
};


static void
a_reply_that_nobody_has_asked_for_begins_anew(void **state)
{
    size_t   i;
    world_t  world;

    (void) state;

    for (i = 0; i < sizeof(unasked) / sizeof(unasked[0]); i++) {
        open_watching(&world);
        publish(&world, unasked[i], strlen(unasked[i]));
        assert_null(ear(&world));
        world_pass(&world, SECOND);
        assert_int_equal(subscribes, 2);
        world_end(&world);
    }
}


static void
a_slot_that_has_gone_is_subscribed_again(void **state)
{
    world_t  world;

    (void) state;

    open_watching(&world);
    publish(&world, "*3\r\n$12\r\nsunsubscribe\r\n" CHANNEL ":0\r\n",
            sizeof("*3\r\n$12\r\nsunsubscribe\r\n" CHANNEL ":0\r\n") - 1);
    assert_int_equal(subscribes, 2);
    assert_int_equal(world.told_all, 2);
    world_end(&world);
}


static const char  *error;

static int
refuses_once(world_t *world, world_link_t *server, const char *command,
    const char *key)
{
    (void) count(world, server, command, key);

    if (strcmp(command, "SSUBSCRIBE") != 0 || world->faults == 0) {
        return 0;
    }

    world->faults--;
    world_say(server, error);

    return 1;
}


static const char *const  errors[] = {
    "-MOVED 128 b:1\r\n", "-CLUSTERDOWN The cluster is down\r\n",
    "-NOPERM this user\r\n", "+OK\r\n", ":1\r\n", "*0\r\n",
    "*3\r\n:1\r\n:1\r\n:1\r\n",
    "*3\r\n*0\r\n*0\r\n*0\r\n", "*3\r\n$8\r\nsmessage\r\n$3\r\nfoo\r\n$-1\r\n",
    "*2\r\n*0\r\n:1\r\n", "*3\r\n$3\r\nfoo\r\n" CHANNEL ":1\r\n",
};


static void
an_error_or_an_odd_reply_begins_anew(void **state)
{
    size_t   i;
    world_t  world;

    (void) state;

    for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        world_init(&world);
        subscribes = 0;
        world.fault = refuses_once;
        world.faults = 1;
        error = errors[i];
        world_open(&world);

        valkey_store_client_watch(world.client, 0);
        world_pass(&world, 5 * SECOND);
        assert_int_equal(subscribes, 2);
        assert_int_equal(world.told_all, 1);
        world_end(&world);
    }
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_watches_no_link),
        cmocka_unit_test(a_changed_key_is_told),
        cmocka_unit_test(
            a_message_that_is_no_key_of_the_partition_tells_nothing),
        cmocka_unit_test(a_partition_is_subscribed_once),
        cmocka_unit_test(nothing_is_heard_when_nobody_watches_any_more),
        cmocka_unit_test(after_a_broken_link_all_may_have_changed),
        cmocka_unit_test(a_silent_link_is_found_by_its_ping),
        cmocka_unit_test(a_message_does_not_stand_for_the_pong),
        cmocka_unit_test(a_slot_that_has_gone_is_subscribed_again),
        cmocka_unit_test(a_reply_that_nobody_has_asked_for_begins_anew),
        cmocka_unit_test(an_error_or_an_odd_reply_begins_anew),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
