
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Plants: which server has which partition, as it is told, or by Sentinel. */


#include "valkey_three_help.h"


static void
each_partition_is_asked_for_at_its_server(void **state)
{
    world_t  world;

    (void) state;

    open_three(&world);

    assert_asked(&world, A_HAS, "a:1");
    assert_asked(&world, B_HAS, "b:1");
    assert_asked(&world, C_HAS, "c:1");

    world_end(&world);
}


static void
one_address_may_be_a_cluster(void **state)
{
    world_t  world;

    (void) state;

    world_init(&world);
    world.slots = THREE;
    world.fault = note;
    world_open(&world);

    assert_asked(&world, C_HAS, "c:1");

    world_end(&world);
}


static void
several_addresses_must_be_a_cluster(void **state)
{
    world_t  world;

    (void) state;

    world_init_two(&world);
    world_open(&world);
    world_assert_log(&world, "crit: a:1: is no part of a cluster, as several "
                             "addresses must be\n");

    world.slots = THREE;
    world_pass(&world, 2 * SECOND);
    assert_non_null(strstr(world.log, "notice: is open\n"));

    world_end(&world);
}


static void
an_address_that_is_away_is_passed_over(void **state)
{
    world_t  world;

    (void) state;

    world_init_two(&world);
    world.slots = WITHOUT_A;
    world.refuses = "a:1";
    world_open(&world);
    world_assert_log(&world, "notice: is open\n");

    world_end(&world);
}


static void
an_empty_host_is_the_server_that_was_asked(void **state)
{
    world_t  world;

    (void) state;

    world_init(&world);
    world.slots = "*1\r\n*3\r\n:0\r\n:16383\r\n*2\r\n$0\r\n\r\n:7\r\n";
    world.fault = note;
    world_open(&world);

    assert_asked(&world, C_HAS, "a:7");

    world_end(&world);
}


/* Sentinel. */

static void
open_sentinel(world_t *world)
{
    world_init(world);
    world->options.sentinel = 1;
    world->options.name = (ledger_text_t) { "wa", 2 };
    world->options.addresses = 2;
    world->options.address[1].host = (ledger_text_t) { "t", 1 };
    world->options.address[1].port = 1;
    world->options.password = (ledger_text_t) { "secret", 6 };
    world->fault = note;
}


static void
sentinel_tells_the_primary(void **state)
{
    world_t  world;

    (void) state;

    open_sentinel(&world);
    world.master = "p 6379";
    world_open(&world);
    world_assert_log(&world, "notice: is open\n");
    assert_asked(&world, A_HAS, "p:6379");
    assert_asked(&world, C_HAS, "p:6379");

    /* It is asked again and again. */

    world.master = "q 6379";
    world_pass(&world, 5 * SECOND);
    assert_asked(&world, A_HAS, "q:6379");

    world_end(&world);
}


/* As in each failover; but if it goes on, somebody is wrong. */

static void
a_replica_that_sentinel_goes_on_naming_is_told(void **state)
{
    world_t  world;

    (void) state;

    open_sentinel(&world);
    world.master = "p 6379";
    world.role = "slave";
    world_open(&world);
    world_pass(&world, 9 * SECOND);
    world_assert_log(&world, "");

    world_pass(&world, 2 * SECOND);
    world_assert_log(&world, "crit: p:6379: is a replica\n");

    world.role = "master";
    world_pass(&world, SECOND);
    assert_asked(&world, A_HAS, "p:6379");

    world_end(&world);
}


/* One that does not confirm may be the next primary. */

static void
sentinel_with_a_replica_too_many_is_told(void **state)
{
    unsigned  replicas;
    world_t   world;

    (void) state;

    for (replicas = 0; replicas < 3; replicas++) {
        open_sentinel(&world);
        world.master = "p 6379";
        world.info = "slave0:ip=r,port=2,state=online,offset=1,lag=0\r\n"
                     "slave1:ip=s,port=2,state=online,offset=1,lag=0\r\n";
        world.options.replicas = replicas;
        world_open(&world);

        assert_int_equal(strstr(world.log,
                                "warn: Sentinel may lose logins: 2 replicas "
                                "follow, replicas=1\n") != NULL,
                         replicas == 1);
        assert_int_equal(strstr(world.log, "Sentinel may") != NULL,
                         replicas == 1);

        world_end(&world);
    }
}


static void
sentinel_that_knows_no_such_primary_is_trouble(void **state)
{
    world_t  world;

    (void) state;

    open_sentinel(&world);
    world_open(&world);
    world_pass(&world, SECOND);
    world_assert_log(&world, "crit: cannot be reached: Sentinel watches "
                             "nothing of that name\n");

    world.master = "p 6379";
    world_pass(&world, SECOND);
    assert_non_null(strstr(world.log, "notice: is open\n"));

    world_end(&world);
}


static int
sentinel_without_password(world_t *world, world_link_t *server,
    const char *command, const char *key)
{
    (void) world;
    (void) key;

    if (strcmp(command, "AUTH") == 0 && strcmp(server->at, "p:6379") != 0) {
        world_say(server, "-ERR AUTH <password> called without any\r\n");
        return 1;
    }

    return 0;
}


static void
sentinel_may_have_no_password(void **state)
{
    world_t  world;

    (void) state;

    open_sentinel(&world);
    world.master = "p 6379";
    world.fault = sentinel_without_password;
    world_open(&world);
    world_assert_log(&world, "notice: is open\n");

    world_end(&world);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_partition_is_asked_for_at_its_server),
        cmocka_unit_test(one_address_may_be_a_cluster),
        cmocka_unit_test(several_addresses_must_be_a_cluster),
        cmocka_unit_test(an_address_that_is_away_is_passed_over),
        cmocka_unit_test(an_empty_host_is_the_server_that_was_asked),
        cmocka_unit_test(sentinel_tells_the_primary),
        cmocka_unit_test(a_replica_that_sentinel_goes_on_naming_is_told),
        cmocka_unit_test(sentinel_with_a_replica_too_many_is_told),
        cmocka_unit_test(sentinel_that_knows_no_such_primary_is_trouble),
        cmocka_unit_test(sentinel_may_have_no_password),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
