
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * sessions - fills a store with sessions through lmdb_store's public API, as
 * logins in L's page begin them, and purges the records of these logins.
 *
 *    sessions DIR COUNT [NAME=VALUE]...
 *
 * map=BYTES, app=NAME; batch=N logins in a transaction; each=N sessions of
 * each number.
 * age=SECONDS: the sessions were begun so long ago, and never used since;
 * absolute=SECONDS, idle=SECONDS: how long they live.
 * tokens=FILE, requests=FILE, pick=N: N of the sessions in random order, as
 *   lines, or as the headers of requests with the session's cookie; the length
 *   of one of these is printed.
 */


#include "fill.h"
#include "lmdb_store/lmdb_store.h"
#include "protocol/token.h"


#define SESSIONS_RETAIN  1              /* milliseconds: gone at once */


typedef struct {
    lmdb_store_options_t   options;
    lmdb_store_t          *store;
    whatsauth_codec_t     *codec;
    const char            *app;
    const char            *tokens;
    const char            *requests;
    uint64_t               count;
    uint64_t               batch;
    uint64_t               each;
    uint64_t               pick;
    uint64_t               absolute;
    uint64_t               idle;
    whatsauth_token_t     *token;
} sessions_t;


static ledger_text_t
sessions_text(const char *s)
{
    ledger_text_t  text;

    text.data = s;
    text.len = strlen(s);

    return text;
}


static void
sessions_option(sessions_t *sessions, const char *name, const char *value)
{
    uint64_t  n;

    n = strtoull(value, NULL, 10);

    if (strcmp(name, "map") == 0) {
        sessions->options.map_size = n;

    } else if (strcmp(name, "app") == 0) {
        sessions->app = value;

    } else if (strcmp(name, "batch") == 0) {
        sessions->batch = n;

    } else if (strcmp(name, "each") == 0) {
        sessions->each = n;

    } else if (strcmp(name, "age") == 0) {
        fill_behind = n * 1000;

    } else if (strcmp(name, "absolute") == 0) {
        sessions->absolute = n * 1000;

    } else if (strcmp(name, "idle") == 0) {
        sessions->idle = n * 1000;

    } else if (strcmp(name, "tokens") == 0) {
        sessions->tokens = value;

    } else if (strcmp(name, "requests") == 0) {
        sessions->requests = value;

    } else if (strcmp(name, "pick") == 0) {
        sessions->pick = n;

    } else {
        fill_fail("unknown option", name);
    }
}


static void
sessions_arguments(sessions_t *sessions, int argc, char **argv)
{
    int    i;
    char  *value;

    if (argc < 3) {
        fill_fail("usage", "sessions DIR COUNT [NAME=VALUE]...");
    }

    sessions->options.path = argv[1];
    sessions->count = strtoull(argv[2], NULL, 10);

    for (i = 3; i < argc; i++) {
        value = strchr(argv[i], '=');

        if (value == NULL) {
            fill_fail("no value", argv[i]);
        }

        *value++ = '\0';
        sessions_option(sessions, argv[i], value);
    }

    if (sessions->pick > sessions->count) {
        sessions->pick = sessions->count;
    }
}


static void
sessions_open(sessions_t *sessions)
{
    char  detail[LMDB_STORE_DETAIL_MAX];

    if (lmdb_store_open(&sessions->options, &sessions->store, detail)
        != LEDGER_OK)
    {
        fill_fail(sessions->options.path, detail);
    }

    sessions->codec
        = whatsauth_codec_create(lmdb_store_code_key(sessions->store),
                                 lmdb_store_id_key(sessions->store),
                                 lmdb_store_token_key(sessions->store));
    sessions->token = calloc(sessions->count + 1, sizeof(whatsauth_token_t));

    if (sessions->codec == NULL || sessions->token == NULL) {
        fill_fail("start", "out of memory");
    }
}


static void
sessions_apply(sessions_t *sessions, ledger_op_t *op)
{
    op->text[LEDGER_APP] = sessions_text(sessions->app);

    if (lmdb_store_apply(sessions->store, op) != 0) {
        fill_fail("apply", lmdb_store_last_error(sessions->store));
    }

    if (op->result != LEDGER_OK) {
        fill_fail("apply", ledger_strresult(op->result));
    }
}


/* A login begins in a browser; the digest of its claim is all zero. */

static uint64_t
sessions_issue(sessions_t *sessions)
{
    ledger_op_t  op;

    memset(&op, 0, sizeof(ledger_op_t));
    op.kind = LEDGER_ISSUE;
    op.u.issue.channel = LEDGER_CHANNEL_WHATSAPP;
    op.u.issue.lifetime = 300000;
    op.u.issue.flags = LEDGER_CLAIMED;
    op.u.issue.claim_flags = LEDGER_CLAIM_PAGE;
    op.text[LEDGER_PLACE] = sessions_text("192.0.2.x");
    op.text[LEDGER_DEVICE] = sessions_text("Firefox, Linux");
    sessions_apply(sessions, &op);

    return op.u.issue.key;
}


static void
sessions_validate(sessions_t *sessions, uint64_t key, const char *number)
{
    ledger_op_t  op;

    memset(&op, 0, sizeof(ledger_op_t));
    op.kind = LEDGER_VALIDATE;
    op.u.message.key = key;
    op.u.message.channel = LEDGER_CHANNEL_WHATSAPP;
    op.u.message.provider = LEDGER_PROVIDER_META;
    op.u.message.retain = SESSIONS_RETAIN;
    ledger_message_text(&op, LEDGER_SENDER) = sessions_text(number);
    ledger_message_text(&op, LEDGER_PROFILE_NAME) = sessions_text("John Doe");
    sessions_apply(sessions, &op);
}


static void
sessions_collect(sessions_t *sessions, const whatsauth_token_t *token,
    const char *number)
{
    ledger_op_t  op;

    memset(&op, 0, sizeof(ledger_op_t));
    op.kind = LEDGER_COLLECT;
    op.u.collect.key = token->key;
    op.u.collect.session = 1;
    op.u.collect.absolute = sessions->absolute;
    op.u.collect.idle = sessions->idle;
    op.text[LEDGER_OP_SUBJECT] = sessions_text(number);
    memcpy(op.u.collect.session_digest, token->digest, LEDGER_DIGEST_LEN);
    sessions_apply(sessions, &op);
}


static void
sessions_login(sessions_t *sessions, uint64_t n)
{
    char                number[16];
    whatsauth_token_t  *token;

    snprintf(number, sizeof(number), "569%08u",
             (unsigned) (n / sessions->each % 100000000));

    token = &sessions->token[n];
    token->kind = WHATSAUTH_TOKEN_SESSION;

    if (whatsauth_token_random(token) != 0) {
        fill_fail("token", "the crypto library failed");
    }

    token->key = sessions_issue(sessions);
    sessions_validate(sessions, token->key, number);
    sessions_collect(sessions, token, number);
}


static unsigned
sessions_sweep(sessions_t *sessions)
{
    ledger_op_t  op;

    memset(&op, 0, sizeof(ledger_op_t));
    op.kind = LEDGER_SWEEP;
    op.u.sweep.retain = SESSIONS_RETAIN;
    sessions_apply(sessions, &op);

    return op.u.sweep.more;
}


/* Each batch purges the records of those before it. */

static void
sessions_batch(sessions_t *sessions, uint64_t from, uint64_t to)
{
    uint64_t  i;

    if (lmdb_store_begin(sessions->store) != LEDGER_OK) {
        fill_fail("begin", lmdb_store_last_error(sessions->store));
    }

    while (sessions_sweep(sessions)) { /* void */ }

    for (i = from; i < to; i++) {
        sessions_login(sessions, i);
    }

    if (lmdb_store_commit(sessions->store) != LEDGER_OK) {
        fill_fail("commit", lmdb_store_last_error(sessions->store));
    }
}


static void
sessions_write(sessions_t *sessions)
{
    int                 len;
    char                text[WHATSAUTH_TOKEN_LEN];
    FILE               *tokens, *requests;
    uint64_t            i, j;
    whatsauth_token_t   token;

    tokens = fill_create(sessions->tokens);
    requests = fill_create(sessions->requests);
    len = 0;

    for (i = 0; i < sessions->pick; i++) {
        j = i + fill_random() % (sessions->count - i);
        token = sessions->token[j];
        sessions->token[j] = sessions->token[i];

        if (whatsauth_token_format(sessions->codec, &token, text) != 0) {
            fill_fail("token", "the crypto library failed");
        }

        if (tokens != NULL) {
            fprintf(tokens, "%.43s\n", text);
        }

        if (requests != NULL) {
            len = fprintf(requests,
                          "Host: localhost\r\nCookie: wa-%s=%.43s\r\n\r\n",
                          sessions->app, text);
        }
    }

    fill_close(tokens);
    fill_close(requests);
    printf("%d\n", len);
}


int
main(int argc, char **argv)
{
    uint64_t    i, to;
    sessions_t  sessions;

    memset(&sessions, 0, sizeof(sessions_t));
    sessions.app = "demo";
    sessions.batch = 1000;
    sessions.each = 2;
    sessions.absolute = 12 * 3600 * 1000;
    sessions.idle = 3600 * 1000;
    sessions.options.map_size = UINT64_C(4) << 30;
    sessions.options.max_readers = 126;
    sessions.options.now = fill_clock;

    sessions_arguments(&sessions, argc, argv);
    sessions_open(&sessions);

    for (i = 0; i < sessions.count; i = to) {
        to = i + sessions.batch < sessions.count ? i + sessions.batch
                                                 : sessions.count;
        sessions_batch(&sessions, i, to);
    }

    sessions_batch(&sessions, 0, 0);
    sessions_write(&sessions);

    whatsauth_codec_destroy(sessions.codec);
    lmdb_store_close(sessions.store);
    free(sessions.token);

    return 0;
}
