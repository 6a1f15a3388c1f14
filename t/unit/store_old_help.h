
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A store of schema 5, written byte by byte.
 *
 * In it may be messages that schema 4 has written, without a provider: of
 * Twilio if the route has letters in it, of Meta else.
 */


#ifndef _STORE_OLD_HELP_H_INCLUDED_
#define _STORE_OLD_HELP_H_INCLUDED_


#include <endian.h>
#include <lmdb.h>

#include "store_session_help.h"


#define OLD_HEAD     66
#define OLD_STATE    33
#define OLD_MESSAGE  51
#define OLD_KEY      (HELP_EPOCH << 10)
#define OLD_META     "1234567890"
#define OLD_TWILIO   "AC0123456789abcdef0123456789abcdef"


typedef struct {
    MDB_env   *env;
    MDB_txn   *txn;
    MDB_dbi    meta, records, due, messages, apps, asked;
    uint64_t   waiting, bytes;
} old_t;


/* A record and, unless route is NULL, its message. */

typedef struct {
    uint64_t     key;
    unsigned     state, status, flags, refusals, lane;
    uint64_t     due_at;
    const char  *route, *user_id;
    unsigned     provider;             /* 0: of schema 4 */
} old_record_t;


static inline unsigned char *
put(unsigned char *p, uint64_t n, unsigned len)
{
    n = htobe64(n);
    memcpy(p, (unsigned char *) &n + 8 - len, len);

    return p + len;
}


static inline unsigned char *
put_text(unsigned char *p, const char *text)
{
    memcpy(p, text, strlen(text));
    return p + strlen(text);
}


static inline void
old_row(old_t *old, MDB_dbi dbi, const void *key, size_t key_len,
    const void *value, size_t len)
{
    MDB_val  k, v;

    k.mv_data = (void *) key;
    k.mv_size = key_len;
    v.mv_data = (void *) value;
    v.mv_size = len;

    assert_int_equal(mdb_put(old->txn, dbi, &k, &v, 0), 0);
}


static inline size_t
old_record_row(old_t *old, const unsigned char *key)
{
    unsigned char  value[256], *p;

    p = value;
    p = put(p, LEDGER_STATE_WAITING, 1);
    p = put(p, LEDGER_STATUS_REQUESTED, 1);
    p = put(p, 0, 1);
    p = put(p, LEDGER_CHANNEL_WHATSAPP, 1);
    p = put(p, LEDGER_ON_VALIDATED, 1);
    p = put(p, 0, 1);
    p = put(p, 7, 2);                              /* host lane */
    p = put(p, 0, 2);
    p = put(p, 0, 2);
    p = put(p, HELP_EPOCH + 5 * HELP_MINUTE, 8);
    p = put(p, HELP_EPOCH, 8);
    p = put(p, HELP_EPOCH + 5 * HELP_MINUTE, 8);
    p = put(p, 0, 8);
    p = put(p, 0, 8);
    p = put(p, 4, 2);                              /* of seven texts two */
    p = put(p, 26, 2);
    memset(p, 0, 10);
    p = put_text(p + 10, "shop");
    p = put_text(p, "https://shop.test/hook?a=1");

    old_row(old, old->records, key, 8, value, (size_t) (p - value));

    return (size_t) (p - value);
}


static inline size_t
old_message_row(old_t *old, const old_record_t *r, const unsigned char *key)
{
    unsigned       i;
    unsigned char  value[512], *p;

    p = value;
    p = put(p, r->state, 1);
    p = put(p, r->status, 1);
    p = put(p, 0, 1);
    p = put(p, r->flags, 1);
    p = put(p, r->refusals, 1);
    p = put(p, r->lane, 2);
    p = put(p, r->state == LEDGER_STATE_CALLBACK ? 1 : 0, 2);
    p = put(p, r->due_at, 8);
    p = put(p, r->status == LEDGER_STATUS_VALIDATED ? HELP_EPOCH : 0, 8);
    p = put(p, 0, 8);
    p = put(p, HELP_EPOCH, 8);
    p = put(p, 11, 2);
    p = put(p, 8, 2);
    p = put(p, strlen(r->route), 2);
    p = put(p, 2, 2);
    p = put(p, strlen(r->user_id), 2);
    p = put_text(p, "56911111111");
    p = put_text(p, "John Doe");
    p = put_text(p, r->route);
    p = put_text(p, "m1");
    p = put_text(p, r->user_id);

    for (i = 0; i < r->refusals; i++) {
        p = put(p, 100 + i, 8);
        p = put(p, ledger_hash("m1", 2), 8);
    }

    if (r->provider) {
        p = put(p, r->provider, 1);
    }

    old_row(old, old->messages, key, 8, value, (size_t) (p - value));

    return (size_t) (p - value);
}


/* An entry of LMDB has 12 bytes more. */

static inline void
old_record(old_t *old, const old_record_t *r)
{
    size_t         half, size;
    unsigned char  key[8], due[18], asked[64], *p;

    (void) put(key, r->key, 8);
    p = put(due, r->lane, 2);
    p = put(p, r->due_at, 8);
    (void) put(p, r->key, 8);

    old_row(old, old->due, due, sizeof(due), "", 0);

    size = 12 + 8 + old_record_row(old, key);
    half = 12 + 18;

    if (r->route != NULL) {
        half += 12 + 8 + old_message_row(old, r, key);
    }

    if (r->flags & LEDGER_ASKED) {
        p = put_text(asked, "\4shop");
        p = put_text(p, r->user_id);
        old_row(old, old->asked, asked, (size_t) (p - asked), key, 8);
        half += 12 + (size_t) (p - asked) + 8;
    }

    old->waiting += r->state == LEDGER_STATE_WAITING;
    old->bytes += 4096 / (4080 / size) + 2 * half;
}


static inline void
old_begin(old_t *old, const help_t *h)
{
    memset(old, 0, sizeof(old_t));

    assert_int_equal(mdb_env_create(&old->env), 0);
    assert_int_equal(mdb_env_set_maxdbs(old->env, 6), 0);
    assert_int_equal(mdb_env_set_mapsize(old->env, h->map_size), 0);
    assert_int_equal(mdb_env_open(old->env, h->dir, 0, 0600), 0);
    assert_int_equal(mdb_txn_begin(old->env, NULL, 0, &old->txn), 0);

#define table(name)                                                           \
    assert_int_equal(mdb_dbi_open(old->txn, #name, MDB_CREATE, &old->name), 0)

    table(meta);
    table(records);
    table(due);
    table(messages);
    table(apps);
    table(asked);

#undef table

    old_row(old, old->meta, "schema", 6, "whatsauth store\0\0\5", 18);
    old_row(old, old->meta, "code_key", 8, "0123456789abcdef", 16);
    old_row(old, old->meta, "id_key", 6, "fedcba9876543210", 16);
}


static inline void
old_end(old_t *old)
{
    unsigned char  counts[24], key[8];

    (void) put(put(put(counts, old->waiting, 8), 0, 8), old->bytes, 8);
    old_row(old, old->apps, "shop", 4, counts, sizeof(counts));
    (void) put(key, OLD_KEY + 1000000, 8);
    old_row(old, old->meta, "last_key", 8, key, sizeof(key));

    assert_int_equal(mdb_txn_commit(old->txn), 0);
}


/* One of each kind; the last one is in its first attempt. */

static const old_record_t  old_some[] = {
    { OLD_KEY, LEDGER_STATE_WAITING, LEDGER_STATUS_REQUESTED,
      LEDGER_ON_VALIDATED, 0, LEDGER_LANE_TIME,
      HELP_EPOCH + 5 * HELP_MINUTE, NULL, "", 0 },
    { OLD_KEY + 1, LEDGER_STATE_WAITING, LEDGER_STATUS_REQUESTED,
      LEDGER_ON_VALIDATED, 2, LEDGER_LANE_TIME,
      HELP_EPOCH + 5 * HELP_MINUTE, OLD_TWILIO, "", 0 },
    { OLD_KEY + 2, LEDGER_STATE_WAITING, LEDGER_STATUS_REQUESTED,
      LEDGER_ON_VALIDATED | LEDGER_ASKED, 0, LEDGER_LANE_TIME,
      HELP_EPOCH + 5 * HELP_MINUTE, OLD_META, "US.1",
      LEDGER_PROVIDER_META },
    { OLD_KEY + 3, LEDGER_STATE_CALLBACK, LEDGER_STATUS_VALIDATED,
      LEDGER_ON_VALIDATED, 0, LEDGER_LANE_CALLBACK + 7,
      HELP_EPOCH + HELP_LEASE, OLD_META, "", LEDGER_PROVIDER_GATEWAY }
};

#define OLD_SOME  (sizeof(old_some) / sizeof(old_some[0]))


/* Returns the pages that it has. */

static inline uint64_t
old_store(const help_t *h)
{
    old_t        old;
    unsigned     i;
    MDB_envinfo  info;

    old_begin(&old, h);

    for (i = 0; i < OLD_SOME; i++) {
        old_record(&old, &old_some[i]);
    }

    old_end(&old);

    assert_int_equal(mdb_env_info(old.env, &info), 0);
    mdb_env_close(old.env);

    return info.me_last_pgno + 1;
}


#endif /* _STORE_OLD_HELP_H_INCLUDED_ */
