
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A client among servers that lie: each request ends once, none with the reply
 * to another one, and the client never asks without end.
 *
 * The input is lines; the first: o, one address; c, a cluster; s, Sentinel.
 * Then each is, by its first letter, with "|" for the end of a line of RESP:
 *
 *     q PARTITION   a request              i BYTES   instead of the next reply
 *     w PARTITION   is watched, and        e BYTES   replies besides, to the
 *     u PARTITION   is not                           first link
 *     t TENTHS      of a second pass       m BYTES   the map of the cluster
 *     b N           link N breaks          f BYTES   further lines of INFO
 */


#include "fuzz.h"

#define world_check(condition)  fuzz_check(condition)
#define WORLD_LINKS             256

#include "t/unit/valkey_world_help.h"


#define REQUESTS  16
#define BYTES     4096

#define SLOTS                                                                 \
    "*2\r\n*3\r\n:0\r\n:8191\r\n*2\r\n$1\r\na\r\n:1\r\n"                      \
    "*3\r\n:8192\r\n:16383\r\n*2\r\n$1\r\nb\r\n:1\r\n"


static char             next[BYTES], slots[BYTES], info[BYTES];
static world_request_t  request[REQUESTS];
static unsigned         requests;
static unsigned         watches[VALKEY_STORE_PARTITIONS];


static void
end_once(valkey_store_request_t *r, valkey_store_outcome_t outcome,
    const valkey_store_reply_t *reply)
{
    world_request_t  *own;

    own = (world_request_t *) r;
    own->ends++;
    fuzz_check(own->ends == 1);
    fuzz_check((outcome == VALKEY_STORE_CONFIRMED) == (reply != NULL));

    if (reply == NULL) {
        return;
    }

    fuzz_check(reply->type != VALKEY_STORE_REPLY_ERROR);

    if (reply->type == VALKEY_STORE_REPLY_BULK && reply->text.len > 4
        && memcmp(reply->text.data, "key-", 4) == 0)
    {
        fuzz_check(reply->text.len == strlen(own->key));
        fuzz_check(memcmp(reply->text.data, own->key, reply->text.len) == 0);
    }
}


static int
lie(world_t *world, world_link_t *server, const char *command,
    const char *key)
{
    (void) world;
    (void) command;
    (void) key;

    if (next[0] == '\0') {
        return 0;
    }

    world_say(server, next);
    next[0] = '\0';

    return 1;
}


/*
 * A string in which each "|" has become the end of a line.  It has no "k", and
 * so is nobody's reply.
 */
static void
take(char string[BYTES], const whatsauth_text_t *line)
{
    size_t  i, n;

    for (n = 0, i = 1; i < line->len && n < BYTES - 2; i++) {
        if (line->data[i] == '|') {
            string[n++] = '\r';
            string[n++] = '\n';

        } else if (line->data[i] != '\0' && line->data[i] != 'k') {
            string[n++] = line->data[i];
        }
    }

    string[n] = '\0';
}


static void
ask(world_t *world, unsigned partition)
{
    if (requests < REQUESTS) {
        world_ask(world, &request[requests], partition, TIMEOUT);
        request[requests].request.done = end_once;
        requests++;
    }
}


static void
break_link(world_t *world, unsigned n)
{
    world_link_t  *server;

    server = &world->link[n % WORLD_LINKS];

    if (server->link != NULL) {
        world_break(server, "cut");
    }
}


static void
send_besides(world_t *world, const whatsauth_text_t *line)
{
    char          bytes[BYTES];
    unsigned      i;

    take(bytes, line);

    for (i = 0; i < WORLD_LINKS; i++) {
        if (world->link[i].link != NULL && world->link[i].connected) {
            world_say(&world->link[i], bytes);
            return;
        }
    }
}


static void
step(world_t *world, const whatsauth_text_t *line)
{
    unsigned  number, partition;

    number = (line->len < 2) ? 0 : (unsigned char) line->data[1];
    partition = number % VALKEY_STORE_PARTITIONS;

    switch ((line->len == 0) ? 0 : line->data[0]) {

    case 'q':
        ask(world, partition);
        return;

    case 'w':
        watches[partition]++;
        valkey_store_client_watch(world->client, partition);
        return;

    case 'u':
        if (watches[partition] != 0) {
            watches[partition]--;
            valkey_store_client_unwatch(world->client, partition);
        }
        return;

    case 't':
        world_pass(world, (uint64_t) number * 100);
        return;

    case 'b':
        break_link(world, number);
        return;

    case 'i':
        take(next, line);
        return;

    case 'e':
        send_besides(world, line);
        return;

    case 'm':
        take(slots, line);
        return;

    case 'f':
        take(info, line);
        return;

    default:
        world_run(world);
    }
}


static void
open_plant(world_t *world, const whatsauth_text_t *line)
{
    char  kind;

    kind = (line->len == 0) ? 'o' : line->data[0];

    world_init(world);
    world->fault = lie;
    world->info = info;
    world->options.password = (ledger_text_t) { "secret", 6 };

    if (kind == 'c') {
        world->slots = slots;

    } else if (kind == 's') {
        world->options.sentinel = 1;
        world->options.name = (ledger_text_t) { "wa", 2 };
        world->master = "p 6379";
    }

    world_open(world);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned          i;
    world_t           world;
    fuzz_input_t      in;
    whatsauth_text_t  line;

    requests = 0;
    next[0] = '\0';
    info[0] = '\0';
    memset(watches, 0, sizeof(watches));
    (void) strcpy(slots, SLOTS);

    in = fuzz_input(data, size);
    line = fuzz_line(&in);
    open_plant(&world, &line);
    fuzz_free(&line);

    while (in.pos != in.end) {
        line = fuzz_line(&in);
        step(&world, &line);
        fuzz_free(&line);
    }

    world_pass(&world, TIMEOUT);

    for (i = 0; i < requests; i++) {
        fuzz_check(request[i].ends == 1);
    }

    world_end(&world);

    return 0;
}
