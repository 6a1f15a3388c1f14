
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "issue.h"


/* Waiting codes of an app for which a partition more is worth the while. */
#define VALKEY_STORE_QUOTA_CODES  256


static int valkey_store_quota_choose(valkey_store_quota_t *quota,
    uint64_t asked);
static uint64_t valkey_store_quota_silent(const valkey_store_quota_t *quota,
    const valkey_store_t *store);
static unsigned valkey_store_quota_place(const valkey_store_quota_t *quota,
    unsigned part);


void
valkey_store_quota_init(valkey_store_quota_t *quota, uint64_t hash,
    uint64_t live_limit, uint64_t random)
{
    quota->parts = VALKEY_STORE_PARTITIONS;

    if (live_limit && live_limit / VALKEY_STORE_QUOTA_CODES < quota->parts) {
        quota->parts = (unsigned) (live_limit / VALKEY_STORE_QUOTA_CODES);
        quota->parts = quota->parts ? quota->parts : 1;
    }

    /* All hosts must agree about the parts of an app. */
    quota->first = (unsigned) (hash % VALKEY_STORE_PARTITIONS);
    quota->part = (unsigned) (random % quota->parts);
    quota->asked = 0;
}


int
valkey_store_quota_next(valkey_store_quota_t *quota,
    const valkey_store_t *store)
{
    return valkey_store_quota_choose(quota, quota->asked
                                     | valkey_store_quota_silent(quota, store))
           && valkey_store_quota_choose(quota, quota->asked) ? -1 : 0;
}


/*
 * Finds a part that is not among those asked, a third further on: a server that
 * is silent has parts side by side.
 */

static int
valkey_store_quota_choose(valkey_store_quota_t *quota, uint64_t asked)
{
    unsigned  i, part;

    part = quota->part + (quota->asked ? quota->parts / 3 : 0);

    for (i = 0; i < quota->parts; i++, part++) {

        if ((asked >> (part % quota->parts) & 1) == 0) {
            quota->part = part % quota->parts;
            return 0;
        }
    }

    return -1;
}


/* A bit for each part whose partition was silent a moment ago. */

static uint64_t
valkey_store_quota_silent(const valkey_store_quota_t *quota,
    const valkey_store_t *store)
{
    uint64_t  silent, now;
    unsigned  part;

    now = valkey_store_clock(store);
    silent = 0;

    if (store->silence <= now) {
        return silent;
    }

    for (part = 0; part < quota->parts; part++) {

        if (store->silent[valkey_store_quota_place(quota, part)] > now) {
            silent |= UINT64_C(1) << part;
        }
    }

    return silent;
}


/* Parts that are few lie on different servers. */

static unsigned
valkey_store_quota_place(const valkey_store_quota_t *quota, unsigned part)
{
    return (quota->first + part * VALKEY_STORE_PARTITIONS / quota->parts)
           % VALKEY_STORE_PARTITIONS;
}


unsigned
valkey_store_quota_partition(const valkey_store_quota_t *quota)
{
    return valkey_store_quota_place(quota, quota->part);
}


uint64_t
valkey_store_quota_of(const valkey_store_quota_t *quota, uint64_t limit)
{
    return limit / quota->parts + (quota->part < limit % quota->parts);
}


int
valkey_store_quota_turn_to(valkey_store_quota_t *quota, unsigned partition)
{
    unsigned  from, part;

    from = (partition + VALKEY_STORE_PARTITIONS - quota->first)
           % VALKEY_STORE_PARTITIONS;

    /* valkey_store_quota_place() the other way, which rounds down. */
    part = (from * quota->parts + VALKEY_STORE_PARTITIONS - 1)
           / VALKEY_STORE_PARTITIONS;

    if (part >= quota->parts
        || valkey_store_quota_place(quota, part) != partition
        || quota->asked >> part & 1)
    {
        return -1;
    }

    quota->part = part;

    return 0;
}
