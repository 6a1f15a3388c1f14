
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Plants: which server has which partition, as it is told at first and as it
 * changes; and servers that must not be used.
 */


/* Each server that a test names has a link, and the guide has one. */
#define WORLD_LINKS  512

#include "valkey_world_help.h"


#define SECOND   1000
#define TIMEOUT  (8 * SECOND)

/* A part of what CLUSTER SLOTS returns. */
#define RANGE(first, last, host)                                              \
    "*3\r\n:" first "\r\n:" last "\r\n*2\r\n$1\r\n" host "\r\n:1\r\n"

/* The partitions below are those of a, of b and of c. */
#define THREE                                                                 \
    "*3\r\n" RANGE("0", "5460", "a") RANGE("5461", "10922", "b")              \
    RANGE("10923", "16383", "c")
#define WITHOUT_A                                                             \
    "*3\r\n" RANGE("0", "5460", "d") RANGE("5461", "10922", "b")              \
    RANGE("10923", "16383", "c")
#define A_HAS  5
#define B_HAS  30
#define C_HAS  60


static world_link_t *
link_to(world_t *world, const char *at)
{
    int  i;

    for (i = 0; i < WORLD_LINKS; i++) {
        if (world->link[i].link != NULL
            && strcmp(world->link[i].at, at) == 0
            && world->link[i].link->owner != NULL)
        {
            return &world->link[i];
        }
    }

    return NULL;
}


static int
is_request(const char *command)
{
    return strcmp(command, "GET") == 0;
}


/* The server that has been asked last for a key, as "a:1". */
static char  asked[64];

static int
note(world_t *world, world_link_t *server, const char *command,
    const char *key)
{
    (void) world;
    (void) key;

    if (is_request(command)) {
        (void) snprintf(asked, sizeof(asked), "%s", server->at);
    }

    return 0;
}


static void
assert_asked(world_t *world, unsigned partition, const char *at)
{
    world_request_t  r;

    world_ask(world, &r, partition, TIMEOUT);
    world_run(world);
    world_assert_end(&r, VALKEY_STORE_CONFIRMED);
    assert_string_equal(asked, at);
}


static void
open_three(world_t *world)
{
    world_init(world);
    world->options.addresses = 2;
    world->options.address[1].host = (ledger_text_t) { "c", 1 };
    world->options.address[1].port = 1;
    world->slots = THREE;
    world->fault = note;
    world_open(world);
    world_assert_log(world, "notice: is open\n");
    world->log[0] = '\0';
}


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

    world_init(&world);
    world.options.addresses = 2;
    world.options.address[1].host = (ledger_text_t) { "c", 1 };
    world.options.address[1].port = 1;
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

    world_init(&world);
    world.options.addresses = 2;
    world.options.address[1].host = (ledger_text_t) { "c", 1 };
    world.options.address[1].port = 1;
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


/* MOVED and ASK. */

static const char  *moves_from;
static const char  *moves;

static int
moved(world_t *world, world_link_t *server, const char *command,
    const char *key)
{
    (void) note(world, server, command, key);

    if (!is_request(command) || strcmp(server->at, moves_from) != 0) {
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


static int
in_circles(world_t *world, world_link_t *server, const char *command,
    const char *key)
{
    (void) world;
    (void) key;

    if (!is_request(command)) {
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

    if (!is_request(command) || sscanf(key, "key-%u", &partition) != 1) {
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
        assert_null(link_to(&world, "a:1"));

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

    } else if (is_request(command)) {
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

    assert_non_null(link_to(&world, "d:1"));
    world_pass(&world, 3 * SECOND);
    assert_null(link_to(&world, "d:1"));

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


/* Failover. */

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
    assert_null(link_to(&world, "a:1"));

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
    world_break(link_to(&world, "a:1"), "cut");

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
    world_break(link_to(&world, "a:1"), "cut");
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

    world_init(&world);
    world.options.addresses = 2;
    world.options.address[1].host = (ledger_text_t) { "c", 1 };
    world.options.address[1].port = 1;
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

    if (is_request(command)) {
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


/* Servers that must not be used. */

typedef struct {
    const char  *role;
    const char  *info;
    const char  *fsync;
    const char  *log;
} unfit_t;


static const unfit_t  unfit[] = {
    { "slave", NULL, "always", "crit: a:1: is a replica\n" },
    { "master", NULL, "everysec",
      "crit: a:1: appendfsync is not always\n" },
    { "master", "maxmemory_policy:allkeys-lru\r\n", "always",
      "crit: a:1: maxmemory-policy evicts\n" },
    { "master", "redis_version:6.2.0\r\n", "always",
      "crit: a:1: version is below 7.0\n" },
    { "master", "loading:1\r\n", "always",
      "crit: a:1: cannot be reached: loading its data\n" },
};


static void
a_server_that_is_unfit_is_refused_until_it_is_fit(void **state)
{
    size_t           i;
    world_t          world;
    world_request_t  r;

    (void) state;

    for (i = 0; i < sizeof(unfit) / sizeof(unfit[0]); i++) {
        world_init(&world);
        world.role = unfit[i].role;
        world.info = unfit[i].info;
        world.fsync = unfit[i].fsync;
        world_open(&world);

        world_ask(&world, &r, A_HAS, TIMEOUT);
        world_pass(&world, 2 * SECOND);
        assert_int_equal(r.writes, 0);
        world_assert_log(&world, unfit[i].log);

        world.role = "master";
        world.info = NULL;
        world.fsync = "always";
        world_pass(&world, SECOND + SECOND / 2);
        world_assert_end(&r, VALKEY_STORE_CONFIRMED);
        assert_non_null(strstr(world.log, "notice: is open\n"));

        world_end(&world);
    }
}


static void
settings_that_change_are_found_within_a_minute(void **state)
{
    world_t          world;
    world_request_t  r;

    (void) state;

    world_init(&world);
    world_open(&world);
    world.fsync = "no";
    world_pass(&world, 61 * SECOND);
    assert_non_null(strstr(world.log,
                           "crit: a:1: appendfsync is not always\n"));

    world_ask(&world, &r, A_HAS, SECOND);
    world_pass(&world, SECOND);
    world_assert_end(&r, VALKEY_STORE_GIVEN_UP);

    world_end(&world);
}


static int
hides_config(world_t *world, world_link_t *server, const char *command,
    const char *key)
{
    (void) world;
    (void) key;

    if (strcmp(command, "CONFIG") != 0) {
        return 0;
    }

    world_say(server, "-NOPERM this user has no permissions\r\n");

    return 1;
}


static void
a_service_that_hides_its_settings_is_used(void **state)
{
    world_t  world;

    (void) state;

    world_init(&world);
    world.fault = hides_config;
    world_open(&world);
    world_pass(&world, 200 * SECOND);
    world_assert_log(&world, "warn: a:1: cannot be checked\n"
                             "notice: is open\n");

    world_end(&world);
}


static int
wrong_password(world_t *world, world_link_t *server, const char *command,
    const char *key)
{
    (void) key;

    if (world->faults == 0) {
        return 0;
    }

    world_say(server, (strcmp(command, "AUTH") == 0)
                      ? "-WRONGPASS invalid username-password pair\r\n"
                      : "-NOAUTH Authentication required.\r\n");

    return 1;
}


static void
a_wrong_password_is_told_once_and_tried_again(void **state)
{
    world_t  world;

    (void) state;

    world_init(&world);
    world.options.password = (ledger_text_t) { "secret", 6 };
    world.fault = wrong_password;
    world.faults = 1;
    world_open(&world);
    world_pass(&world, 10 * SECOND);
    world_assert_log(&world, "crit: cannot be reached: WRONGPASS invalid "
                             "username-password pair\n");

    world.faults = 0;
    world_pass(&world, 2 * SECOND);
    assert_non_null(strstr(world.log, "notice: is open\n"));

    world_end(&world);
}


typedef struct {
    int64_t      skew;
    const char  *log;
} clock_t_case;


static const clock_t_case  clocks[] = {
    { 0, "notice: is open\n" },
    { 1000, "notice: is open\n" },
    { -1000, "notice: is open\n" },
    { 5000, "alert: a:1: clock differs by 5 s\nnotice: is open\n" },
    { -5000, "alert: a:1: clock differs by 4 s\nnotice: is open\n" },
};


static void
a_clock_that_differs_is_told(void **state)
{
    size_t   i;
    world_t  world;

    (void) state;

    for (i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
        world_init(&world);
        world.skew = clocks[i].skew;
        world_open(&world);
        world_assert_log(&world, clocks[i].log);
        world_end(&world);
    }
}


static void
memory_that_runs_short_is_seen_in_a_few_seconds(void **state)
{
    world_t  world;

    (void) state;

    world_init(&world);
    world_open(&world);
    assert_false(valkey_store_client_is_short(world.client, A_HAS));

    world.info = "used_memory:950\r\n";
    world_pass(&world, 4 * SECOND);
    assert_true(valkey_store_client_is_short(world.client, A_HAS));

    world.info = NULL;
    world_pass(&world, 4 * SECOND);
    assert_false(valkey_store_client_is_short(world.client, A_HAS));

    world_end(&world);
}


/* Replicas are looked at. */

static const char  *replica_says;

static int
replica(world_t *world, world_link_t *server, const char *command,
    const char *key)
{
    (void) world;
    (void) key;

    if (strcmp(server->at, "r:2") != 0 || strcmp(command, "CONFIG") != 0) {
        return 0;
    }

    world_say(server, replica_says);

    return 1;
}


static void
a_replica_that_does_not_write_is_told(void **state)
{
    world_t  world;

    (void) state;

    world_init(&world);
    world.info = "connected_slaves:1\r\n"
                 "slave0:ip=r,port=2,state=online,offset=1,lag=0\r\n";
    world.fault = replica;
    replica_says = "*4\r\n$10\r\nappendonly\r\n$2\r\nno\r\n"
                   "$11\r\nappendfsync\r\n$6\r\nalways\r\n";
    world_open(&world);
    assert_non_null(strstr(world.log, "crit: r:2: appendonly is off\n"));
    assert_non_null(strstr(world.log, "notice: is open\n"));
    assert_null(link_to(&world, "r:2"));

    world_end(&world);
}


static void
a_replica_that_is_away_cannot_be_checked(void **state)
{
    world_t  world;

    (void) state;

    world_init(&world);
    world.info = "slave0:ip=r,port=2,state=online,offset=1,lag=0\r\n";
    world.refuses = "r:2";
    world_open(&world);
    assert_non_null(strstr(world.log, "warn: r:2: cannot be checked: "
                                      "Connection refused\n"));
    assert_non_null(strstr(world.log, "notice: is open\n"));

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
        cmocka_unit_test(a_partition_that_has_moved_is_followed),
        cmocka_unit_test(moves_in_circles_end_by_the_time_of_the_request),
        cmocka_unit_test(endless_moves_bring_no_more_servers_than_fit),
        cmocka_unit_test(another_slot_or_an_odd_address_ends_the_link),
        cmocka_unit_test(a_slot_on_the_move_is_asked_for_once),
        cmocka_unit_test(a_target_that_is_away_holds_nothing_up),
        cmocka_unit_test(a_silent_server_holds_up_its_partitions_alone),
        cmocka_unit_test(a_lost_primary_is_left_for_the_next),
        cmocka_unit_test(a_broken_link_makes_the_map_doubtful_at_once),
        cmocka_unit_test(a_server_that_is_away_is_not_asked_for_the_map),
        cmocka_unit_test(a_connection_takes_a_second_at_most),
        cmocka_unit_test(a_server_that_is_cut_off_is_not_believed),
        cmocka_unit_test(sentinel_tells_the_primary),
        cmocka_unit_test(sentinel_that_knows_no_such_primary_is_trouble),
        cmocka_unit_test(sentinel_may_have_no_password),
        cmocka_unit_test(a_server_that_is_unfit_is_refused_until_it_is_fit),
        cmocka_unit_test(settings_that_change_are_found_within_a_minute),
        cmocka_unit_test(a_service_that_hides_its_settings_is_used),
        cmocka_unit_test(a_wrong_password_is_told_once_and_tried_again),
        cmocka_unit_test(a_clock_that_differs_is_told),
        cmocka_unit_test(memory_that_runs_short_is_seen_in_a_few_seconds),
        cmocka_unit_test(a_replica_that_does_not_write_is_told),
        cmocka_unit_test(a_replica_that_is_away_cannot_be_checked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
