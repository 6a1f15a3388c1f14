
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The model beside two hosts on a real plant, each with its client, whose
 * connections are cut at random.
 *
 * WHATSAUTH_MODEL_VALKEY: the plant, "10.0.0.1:6379,10.0.0.2:6379"; without it
 * nothing is done.  WHATSAUTH_MODEL_REPLICAS: so many confirm.
 */


#include "valkey_model_run_help.h"
#include "valkey_io_help.h"


#define MODEL_OPS   2000
#define MODEL_CUTS  60           /* one in so many operations has a cut */
#define MODEL_WAIT  30000        /* ms until all is known to go wrong */


static valkey_io_t             world[2];
static valkey_store_io_t       world_io;
static valkey_store_options_t  options;
static unsigned                cuts;


static uint64_t
now(void *data)
{
    (void) data;
    return plant_now;
}


/* One iteration of each host's event loop. */

static void
iterate(void)
{
    valkey_io_turn(&world[0], 1);
    valkey_io_turn(&world[1], 0);
}


/* All connections of a host end where they are. */

static void
cut(valkey_io_t *io)
{
    unsigned  i;

    cuts++;

    for (i = 0; i < VALKEY_IO_SOCKETS; i++) {

        if (io->socket[i].link != NULL && io->socket[i].fd != -1) {
            (void) shutdown(io->socket[i].fd, SHUT_RDWR);
        }
    }
}


/*
 * A cut in one of few operations, some iterations after it has begun.  A code
 * is asked for elsewhere if no answer comes, and may be there twice: the model
 * knows it once.
 */

static void
model_run_op(valkey_store_t *store, ledger_op_t *op)
{
    unsigned      left;
    uint64_t      until;
    plant_done_t  done;

    memset(&done, 0, sizeof(done));
    op->record_room = op->kind == LEDGER_SWEEP ? 0 : LEDGER_TEXTS_MAX;
    left = op->kind != LEDGER_ISSUE && model_run_throw(MODEL_CUTS) == 0
           ? 1 + model_run_throw(4) : 0;

    if (valkey_store_submit(store, op, plant_done, &done)) {
        return;
    }

    until = valkey_io_clock(NULL) + MODEL_WAIT;

    while (done.times == 0 && valkey_io_clock(NULL) < until) {
        iterate();

        if (left && --left == 0) {
            cut(&world[store == model_run_host[1]]);
        }
    }

    model_run_done(op, &done);
}


static void
open_host(unsigned i)
{
    uint64_t  until;

    valkey_io_init(&world[i]);
    model_run_host[i] = valkey_store_create(&options, &world_io, &world[i],
                                            NULL, NULL);
    assert_non_null(model_run_host[i]);
    world[i].client = valkey_store_client(model_run_host[i]);

    until = valkey_io_clock(NULL) + MODEL_WAIT;

    while (valkey_store_keys(model_run_host[i]) == NULL) {
        assert_true(valkey_io_clock(NULL) < until);
        valkey_io_turn(&world[i], 10);
    }
}


static void
two_hosts_and_model_agree(void **state)
{
    (void) state;

    world_io = valkey_io;
    world_io.now = now;
    plant_now = PLANT_EPOCH;
    model_run_sweeps = 2;
    model_run_parts = 0;

    open_host(0);
    open_host(1);

    model_run(MODEL_OPS, 0);
    print_message("# %u cuts\n", cuts);

    valkey_store_destroy(model_run_host[0]);
    valkey_store_destroy(model_run_host[1]);
    plant_leave();
}


/* The plant of the environment; returns -1: there is none. */

static int
find_plant(void)
{
    char        *place, *colon;
    const char  *replicas;

    place = getenv("WHATSAUTH_MODEL_VALKEY");
    if (place == NULL) {
        return -1;
    }

    replicas = getenv("WHATSAUTH_MODEL_REPLICAS");

    options.prefix.data = "wa";
    options.prefix.len = 2;
    options.timeout = 8000;
    options.replicas = replicas == NULL ? 0 : (unsigned) atoi(replicas);

    for (place = strtok(place, ","); place != NULL; place = strtok(NULL, ","))
    {
        colon = strchr(place, ':');

        if (colon == NULL
            || options.addresses == VALKEY_STORE_ADDRESSES_MAX)
        {
            return -1;
        }

        options.address[options.addresses].host.data = place;
        options.address[options.addresses].host.len = (size_t) (colon - place);
        options.address[options.addresses].port
            = (uint16_t) atoi(colon + 1);
        options.addresses++;

        *colon = '\0';
        plant_join(place, (uint16_t) atoi(colon + 1));
    }

    return 0;
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(two_hosts_and_model_agree)
    };

    if (find_plant()) {
        printf("1..0 # SKIP t/16-hosts/030-model.t has the plants\n");
        return 0;
    }

    return cmocka_run_group_tests(tests, NULL, NULL);
}
