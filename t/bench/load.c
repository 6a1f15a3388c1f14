
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * load - fills a store with waiting codes through lmdb_store's public API,
 * also beside a running nginx.
 *
 *    load DIR COUNT [NAME=VALUE]...
 *
 * map=BYTES, app=NAME, url=URL; batch=N codes in a transaction.
 * lifetime=MIN-MAX: seconds, at random; or until=T: all expire at that unix
 *   time in milliseconds.
 * age=SECONDS: the codes were issued evenly over so long a time until now.
 * on=MASK: LEDGER_ON_*.
 * codes=FILE, requests=FILE, secret=SECRET, pick=N: N of the codes, as lines
 *   or as signed messages (see message.h); the length of one message is
 *   printed.  They come in random order, or with ordered=1 as issued.
 */


#include "fill.h"
#include "lmdb_store/lmdb_store.h"
#include "message.h"
#include "protocol/code.h"
#include "protocol/link_message.h"


typedef struct {
    lmdb_store_options_t  store;
    const char           *app;
    const char           *url;
    const char           *secret;
    const char           *codes;
    const char           *requests;
    uint64_t              count;
    uint64_t              batch;
    uint64_t              pick;
    uint64_t              until;
    uint64_t              lifetime_min;
    uint64_t              lifetime_max;
    uint64_t              age;
    uint64_t              link_hash;
    unsigned              on;
    unsigned              ordered;
} load_t;


static void
load_option(load_t *load, const char *name, const char *value)
{
    char      *end;
    uint64_t   n;

    n = strtoull(value, &end, 10);

    if (strcmp(name, "map") == 0) {
        load->store.map_size = n;

    } else if (strcmp(name, "app") == 0) {
        load->app = value;

    } else if (strcmp(name, "url") == 0) {
        load->url = value;

    } else if (strcmp(name, "secret") == 0) {
        load->secret = value;

    } else if (strcmp(name, "codes") == 0) {
        load->codes = value;

    } else if (strcmp(name, "requests") == 0) {
        load->requests = value;

    } else if (strcmp(name, "batch") == 0) {
        load->batch = n;

    } else if (strcmp(name, "pick") == 0) {
        load->pick = n;

    } else if (strcmp(name, "until") == 0) {
        load->until = n;

    } else if (strcmp(name, "age") == 0) {
        load->age = n * 1000;

    } else if (strcmp(name, "on") == 0) {
        load->on = (unsigned) n;

    } else if (strcmp(name, "ordered") == 0) {
        load->ordered = (unsigned) n;

    } else if (strcmp(name, "lifetime") == 0 && *end == '-') {
        load->lifetime_min = n * 1000;
        load->lifetime_max = strtoull(end + 1, NULL, 10) * 1000;

    } else {
        fill_fail("unknown option", name);
    }
}


static void
load_arguments(load_t *load, int argc, char **argv)
{
    int               i;
    char             *value;
    whatsauth_text_t  link_message;

    if (argc < 3) {
        fill_fail("usage", "load DIR COUNT [NAME=VALUE]...");
    }

    load->store.path = argv[1];
    load->count = strtoull(argv[2], NULL, 10);

    for (i = 3; i < argc; i++) {
        value = strchr(argv[i], '=');

        if (value == NULL) {
            fill_fail("no value", argv[i]);
        }

        *value++ = '\0';
        load_option(load, argv[i], value);
    }

    if (load->pick > load->count) {
        load->pick = load->count;
    }

    link_message.data = BENCH_LINK_MESSAGE;
    link_message.len = sizeof(BENCH_LINK_MESSAGE) - 1;

    if (whatsauth_link_message_hash(&link_message, &load->link_hash) != 0) {
        fill_fail("hash", BENCH_LINK_MESSAGE);
    }
}


static void
load_op(const load_t *load, ledger_op_t *op)
{
    uint64_t  now;

    memset(op, 0, sizeof(ledger_op_t));
    op->kind = LEDGER_ISSUE;
    op->u.issue.channel = LEDGER_CHANNEL_WHATSAPP;
    op->u.issue.flags = load->on;
    op->u.issue.link_hash = load->link_hash;
    op->text[LEDGER_APP].data = load->app;
    op->text[LEDGER_APP].len = strlen(load->app);
    op->text[LEDGER_CALLBACK_URL].data = load->url;
    op->text[LEDGER_CALLBACK_URL].len = strlen(load->url);

    if (load->until) {
        now = fill_clock();
        op->u.issue.lifetime = load->until > now ? load->until - now : 1;
        return;
    }

    op->u.issue.lifetime = load->lifetime_min
                           + fill_random() % (load->lifetime_max
                                              - load->lifetime_min + 1);
}


static void
load_batch(const load_t *load, lmdb_store_t *store, uint64_t *keys,
    uint64_t from, uint64_t to)
{
    uint64_t         i;
    ledger_op_t  op;

    fill_behind = load->age * (load->count - from) / load->count;

    if (lmdb_store_begin(store) != LEDGER_OK) {
        fill_fail("begin", lmdb_store_last_error(store));
    }

    for (i = from; i < to; i++) {
        load_op(load, &op);

        if (lmdb_store_apply(store, &op) != 0) {
            fill_fail("apply", lmdb_store_last_error(store));
        }

        if (op.result != LEDGER_OK) {
            fill_fail("apply", ledger_strresult(op.result));
        }

        keys[i] = op.u.issue.key;
    }

    if (lmdb_store_commit(store) != LEDGER_OK) {
        fill_fail("commit", lmdb_store_last_error(store));
    }
}


/* The first `pick` of the keys become a random choice of all. */

static void
load_shuffle(const load_t *load, uint64_t *keys)
{
    uint64_t  i, j, key;

    for (i = 0; i < load->pick; i++) {
        j = i + fill_random() % (load->count - i);
        key = keys[i];
        keys[i] = keys[j];
        keys[j] = key;
    }
}


static void
load_write(const load_t *load, lmdb_store_t *store, const uint64_t *keys)
{
    char                request[BENCH_REQUEST_MAX], code[WHATSAUTH_CODE_LEN];
    FILE               *codes, *requests;
    size_t              len;
    uint64_t            i;
    whatsauth_codec_t  *codec;

    codec = whatsauth_codec_create(lmdb_store_code_key(store),
                                   lmdb_store_id_key(store),
                                   lmdb_store_token_key(store));
    codes = fill_create(load->codes);
    requests = fill_create(load->requests);
    len = 0;

    for (i = 0; i < load->pick; i++) {
        if (codec == NULL || whatsauth_code_encode(codec, keys[i], code)) {
            fill_fail("code", "the crypto library failed");
        }

        if (codes != NULL) {
            fprintf(codes, "%.10s\n", code);
        }

        if (requests != NULL) {
            len = bench_request(request, code, (unsigned) i, load->secret);
            fwrite(request, 1, len, requests);
        }
    }

    fill_close(codes);
    fill_close(requests);
    whatsauth_codec_destroy(codec);
    printf("%zu\n", len);
}


int
main(int argc, char **argv)
{
    char           detail[LMDB_STORE_DETAIL_MAX];
    load_t         load;
    uint64_t       i, to, *keys;
    lmdb_store_t  *store;

    memset(&load, 0, sizeof(load_t));
    load.app = "demo";
    load.url = "";
    load.secret = "";
    load.batch = 1000;
    load.lifetime_min = 300000;
    load.lifetime_max = 300000;
    load.store.map_size = UINT64_C(1) << 30;
    load.store.max_readers = 126;
    load.store.now = fill_clock;
    load_arguments(&load, argc, argv);

    keys = malloc((load.count + 1) * sizeof(uint64_t));

    if (keys == NULL) {
        fill_fail("malloc", strerror(errno));
    }

    if (lmdb_store_open(&load.store, &store, detail) != LEDGER_OK) {
        fill_fail(load.store.path, detail);
    }

    for (i = 0; i < load.count; i = to) {
        to = i + load.batch < load.count ? i + load.batch : load.count;
        load_batch(&load, store, keys, i, to);
    }

    if (!load.ordered) {
        load_shuffle(&load, keys);
    }

    load_write(&load, store, keys);
    lmdb_store_close(store);
    free(keys);

    return 0;
}
