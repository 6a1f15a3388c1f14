
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A server of its own for a test of the operations on Valkey or Redis, and in
 * place of the client one whose turns the test takes: each request waits until
 * the test lets it go, is sent as often as the test says, and is confirmed or
 * given up.  So every order in which requests of two hosts may meet can be
 * tried, and every way in which one may get lost.
 *
 * This file defines the functions of client.h that the operations call, so the
 * linker leaves the real client out.
 */


#ifndef _VALKEY_PLANT_HELP_H_INCLUDED_
#define _VALKEY_PLANT_HELP_H_INCLUDED_


#include "ledger/bytes.h"
#include "valkey_keys_help.h"


/* The client of one store. */
struct valkey_store_client_s {
    valkey_store_request_t  *first;
    valkey_store_request_t  *last;
    unsigned                 short_of_memory;
    unsigned                 greeted;
};


/* The lines of the log, but for notices; and the last of them. */
static unsigned  plant_lines;
static char      plant_line[512];


static inline uint64_t
plant_io_clock(void *data)
{
    (void) data;
    return plant_clock;
}


static inline uint64_t
plant_io_now(void *data)
{
    (void) data;
    return plant_now;
}


static inline void
plant_io_log(void *data, valkey_store_severity_t severity, const char *text)
{
    (void) data;

    if (severity != VALKEY_STORE_NOTICE) {
        plant_lines++;
        (void) snprintf(plant_line, sizeof(plant_line), "%s", text);
        print_message("# %s\n", text);
    }
}


static const valkey_store_io_t  plant_io = {
    .clock = plant_io_clock,
    .now = plant_io_now,
    .log = plant_io_log
};

static const valkey_store_options_t  plant_options = {
    .prefix = { "wa", 2 },
    .timeout = 8000
};


/* The client */

valkey_store_client_t *
valkey_store_client_create(const valkey_store_options_t *options,
    const valkey_store_io_t *io, void *data)
{
    (void) options;
    (void) io;
    (void) data;

    return calloc(1, sizeof(valkey_store_client_t));
}


int
valkey_store_client_send(valkey_store_client_t *client,
    valkey_store_request_t *request)
{
    request->next = NULL;

    if (client->last == NULL) {
        client->first = request;

    } else {
        client->last->next = request;
    }

    client->last = request;

    return 0;
}


static inline valkey_store_request_t *
plant_take(valkey_store_client_t *client)
{
    valkey_store_request_t  *request;

    request = client->first;

    if (request != NULL) {
        client->first = request->next;
        client->last = client->first == NULL ? NULL : client->last;
    }

    return request;
}


void
valkey_store_client_destroy(valkey_store_client_t *client)
{
    valkey_store_request_t  *request;

    while ((request = plant_take(client)) != NULL) {
        request->done(request, VALKEY_STORE_GIVEN_UP, NULL);
    }

    free(client);
}


unsigned
valkey_store_client_greeted(const valkey_store_client_t *client)
{
    return client->greeted;
}


int
valkey_store_client_is_short(const valkey_store_client_t *client,
    unsigned partition)
{
    (void) partition;

    return client->short_of_memory;
}


/* Sends the command of a request; the reply lasts until the next. */

static inline const valkey_store_reply_t *
plant_execute(valkey_store_request_t *request)
{
    valkey_store_out_t  out;

    memset(&out, 0, sizeof(out));
    assert_int_equal(request->write(request, &out), 0);

    plant_write(plant.at, &out);
    free(out.data);

    return plant_reply(plant.at);
}


/*
 * Lets the oldest request of a client go: sent so many times, and what came the
 * last time confirmed; 0: given up.  Returns 0 if there is none.
 */

static inline int
plant_step(valkey_store_client_t *client, unsigned times)
{
    valkey_store_request_t      *request;
    const valkey_store_reply_t  *reply;

    request = plant_take(client);
    if (request == NULL) {
        return 0;
    }

    if (times == 0) {
        request->done(request, VALKEY_STORE_GIVEN_UP, NULL);
        return 1;
    }

    do {
        reply = plant_execute(request);
    } while (--times);

    if (reply->type == VALKEY_STORE_REPLY_ERROR) {
        assert_true(reply->text.len > 4);
        assert_memory_equal(reply->text.data, "OOM ", 4);
        request->done(request, VALKEY_STORE_NO_MEMORY, NULL);
        return 1;
    }

    request->done(request, VALKEY_STORE_CONFIRMED, reply);

    return 1;
}


/* A store that is open, on a server that may have one already. */

static inline valkey_store_t *
plant_open(void)
{
    valkey_store_t  *store;

    store = valkey_store_create(&plant_options, &plant_io, NULL, NULL, NULL);
    assert_non_null(store);

    while (valkey_store_keys(store) == NULL) {
        assert_true(plant_step(valkey_store_client(store), 1));
    }

    return store;
}


/* One operation from its start to its end; out members go into op. */

static inline ledger_result_t
plant_do(valkey_store_t *store, ledger_op_t *op)
{
    plant_done_t  done;

    memset(&done, 0, sizeof(done));

    if (valkey_store_submit(store, op, plant_done, &done)) {
        return op->result;
    }

    while (plant_step(valkey_store_client(store), 1)) {
        /* void */
    }

    assert_int_equal(done.times, 1);
    op->result = done.op.result;
    op->u = done.op.u;

    return op->result;
}


#endif /* _VALKEY_PLANT_HELP_H_INCLUDED_ */
