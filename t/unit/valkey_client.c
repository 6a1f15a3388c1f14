
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A client that writes to a real plant, one number after the other in each
 * partition, while t/16-hosts/020-client.t does harm to the servers.
 *
 * WHATSAUTH_CLIENT_PLANT: the addresses, "10.0.0.1:6379,10.0.0.2:6379"; without
 * it nothing is done.  WHATSAUTH_CLIENT_NAME: they are Sentinels', and this is
 * the name of the primary.  Argument: the file of what was confirmed, a line
 * each: slot, key, number.  A line of stdin is answered by one of stdout.
 */


#include <fcntl.h>

#include "valkey_io_help.h"


#define CLIENT_TIMEOUT   15000
#define CLIENT_INTERVAL  20


typedef struct {
    valkey_store_request_t   request;
    unsigned                 number;
    int                      busy;
    uint64_t                 sent;
    uint64_t                 confirmed;      /* the last one, when */
    uint64_t                 confirmed_sent; /* and when it was sent */
    char                     key[32];
} writer_t;


static valkey_io_t             client_io;
static valkey_store_options_t  options;
static writer_t                writer[VALKEY_STORE_PARTITIONS];
static FILE                   *confirmed;
static unsigned                confirms, given_up;
static uint64_t                silence, begin;


static int
write_number(valkey_store_request_t *request, valkey_store_out_t *out)
{
    writer_t  *w;

    w = (writer_t *) request;

    valkey_store_out_begin(out, 3);
    valkey_store_out_word(out, "SADD", 4);
    valkey_store_out_word(out, w->key, strlen(w->key));
    valkey_store_out_number(out, w->number);

    return valkey_store_out_end(out);
}


static void
number_done(valkey_store_request_t *request, valkey_store_outcome_t outcome,
    const valkey_store_reply_t *reply)
{
    uint64_t   clock;
    writer_t  *w;

    (void) reply;

    w = (writer_t *) request;
    clock = valkey_io_clock(NULL);
    w->busy = 0;

    if (outcome != VALKEY_STORE_CONFIRMED) {
        given_up++;
        return;
    }

    if (w->confirmed != 0 && clock - w->confirmed > silence) {
        silence = clock - w->confirmed;
    }

    w->confirmed = clock;
    w->confirmed_sent = w->sent;
    confirms++;
    (void) fprintf(confirmed, "%u %s %u\n",
                   valkey_store_partition_slot(request->partition), w->key,
                   w->number);
}


static void
write_next(void)
{
    unsigned   i;
    uint64_t   clock;
    writer_t  *w;

    clock = valkey_io_clock(NULL);

    for (i = 0; i < VALKEY_STORE_PARTITIONS; i++) {
        w = &writer[i];

        if (w->busy || clock - w->sent < CLIENT_INTERVAL) {
            continue;
        }

        w->busy = 1;
        w->sent = clock;
        w->number++;
        w->request.until = clock + CLIENT_TIMEOUT;

        if (valkey_store_client_send(client_io.client, &w->request) != 0) {
            abort();
        }
    }
}


/* Partitions in which nothing is confirmed that was sent since the begin. */
static unsigned
missing(void)
{
    unsigned  i, n;

    for (n = 0, i = 0; i < VALKEY_STORE_PARTITIONS; i++) {
        n += (writer[i].confirmed_sent <= begin);
    }

    return n;
}


/*
 * Returns 0 at the end of stdin.  Counts begin anew with each report; the line
 * "begin" begins what is missing.
 */
static int
report(void)
{
    char     line[64];
    ssize_t  n;

    n = read(STDIN_FILENO, line, sizeof(line));

    if (n <= 0) {
        return n != 0;
    }

    if (line[0] == 'b') {
        begin = valkey_io_clock(NULL);
    }

    (void) fflush(confirmed);
    (void) printf("confirmed=%u given_up=%u missing=%u silence=%llu told=%u "
                  "told_all=%u\n", confirms, given_up, missing(),
                  (unsigned long long) silence, client_io.told,
                  client_io.told_all);
    (void) fflush(stdout);

    confirms = 0;
    given_up = 0;
    silence = 0;
    client_io.told = 0;
    client_io.told_all = 0;

    return 1;
}


static void
take_addresses(char *plant)
{
    char                    *at, *colon;
    valkey_store_address_t  *address;

    for (at = strtok(plant, ","); at != NULL; at = strtok(NULL, ",")) {
        address = &options.address[options.addresses++];
        colon = strchr(at, ':');
        address->host.data = at;
        address->host.len = (size_t) (colon - at);
        address->port = (uint16_t) atoi(colon + 1);
    }
}


static void
open_client(void)
{
    char      *name;
    unsigned   i;
    writer_t  *w;

    name = getenv("WHATSAUTH_CLIENT_NAME");
    options.prefix = (ledger_text_t) { "wa", 2 };
    options.replicas = 1;

    if (name != NULL) {
        options.sentinel = 1;
        options.name = (ledger_text_t) { name, strlen(name) };
    }

    valkey_io_init(&client_io);
    client_io.log = stderr;
    client_io.client = valkey_store_client_create(&options, &valkey_io,
                                                  &client_io);

    for (i = 0; i < VALKEY_STORE_PARTITIONS; i++) {
        w = &writer[i];
        w->request.partition = i;
        w->request.write = write_number;
        w->request.done = number_done;
        (void) snprintf(w->key, sizeof(w->key), "wa:{%s}:numbers",
                        valkey_store_tag(i));
        valkey_store_client_watch(client_io.client, i);
    }
}


int
main(int argc, char **argv)
{
    char  *plant;

    plant = getenv("WHATSAUTH_CLIENT_PLANT");

    if (plant == NULL || argc < 2) {
        printf("1..0 # SKIP t/16-hosts/020-client.t has the plants\n");
        return 0;
    }

    confirmed = fopen(argv[1], "w");

    if (confirmed == NULL || fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK) != 0) {
        return 1;
    }

    take_addresses(plant);
    open_client();

    while (report()) {
        write_next();
        valkey_io_turn(&client_io, 5);
    }

    (void) fflush(confirmed);
    valkey_store_client_destroy(client_io.client);

    return 0;
}
