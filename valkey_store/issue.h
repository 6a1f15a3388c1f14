
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * valkey_store/issue - a new code, in three files.
 *
 *     issue.c      from partition to partition until one takes it
 *     quota.c      the partitions in which its app has codes
 *     group.c      new codes that are written together
 */


#ifndef _VALKEY_STORE_ISSUE_H_INCLUDED_
#define _VALKEY_STORE_ISSUE_H_INCLUDED_


#include "operation.h"


/*
 * quota.c: an app has its codes in some of the partitions, its parts, each with
 * a quota of the app's limits.
 */

typedef struct {
    unsigned    parts;           /* at least 1 */
    unsigned    first;           /* partition */
    unsigned    part;            /* that is asked, below parts */
    uint64_t    asked;           /* a bit for each part */
} valkey_store_quota_t;

/* Begins with any part.  hash: of the app. */
void valkey_store_quota_init(valkey_store_quota_t *quota, uint64_t hash,
    uint64_t live_limit, uint64_t random);

/*
 * Finds the next part, which is not among those asked, nor silent if there is
 * another.  Returns 0, or -1: there is none.
 */
int valkey_store_quota_next(valkey_store_quota_t *quota,
    const valkey_store_t *store);

unsigned valkey_store_quota_partition(const valkey_store_quota_t *quota);

/* The quota of a limit that the part has: together they have all of it. */
uint64_t valkey_store_quota_of(const valkey_store_quota_t *quota,
    uint64_t limit);

/*
 * Turns to the part of this partition, and returns 0; or -1: it is none of the
 * app, or among those asked.
 */
int valkey_store_quota_turn_to(valkey_store_quota_t *quota,
    unsigned partition);


typedef struct {
    valkey_store_operation_t  operation;
    valkey_store_quota_t      quota;
    uint64_t                  app;         /* its place in store->full */
    ledger_result_t           refusal;     /* if no part takes it */
    valkey_store_record_t     record;
} valkey_store_issue_t;


/* group.c */

/*
 * Joins a group that is still to be sent, or begins one, in the part of its
 * quota or in another that has not been asked.  Returns 0; or -1: none takes
 * it, and op.result says why.
 */
int valkey_store_group_join(valkey_store_issue_t *issue);


/* issue.c: called once for each that has joined. */

/* Makes its record under a key.  Returns 0, or -1 with op.result. */
int valkey_store_issue_make(valkey_store_issue_t *issue, uint64_t key);

/* reply: CONFIRMED, its own. */
void valkey_store_issue_done(valkey_store_issue_t *issue,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply);


#endif /* _VALKEY_STORE_ISSUE_H_INCLUDED_ */
