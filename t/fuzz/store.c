
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A store whose tables anything may have written: it is looked at from all
 * sides and operated upon, a record that is shown can be got by its key, and
 * a store that the check finds sound stays sound and works.
 *
 * The input: how many entries, each with its table, the lengths of key and
 * value, key and value; then operations, each a kind, a record and a number.
 */


#include <unistd.h>

#include "fuzz.h"
#include "lmdb_store/store.h"


#define MAP_SIZE    (UINT64_C(16) * 1024 * 1024)
#define NOW         UINT64_C(1790000000000)
#define LEASE       UINT64_C(25000)
#define KEYS_MAX    64
#define KEY_MAX     511
#define TABLES      8


typedef struct {
    uint64_t   keys[KEYS_MAX];
    unsigned   n;
} seen_t;


static char           directory[64];
static lmdb_store_t  *store;

/* Where LMDB's close would harm others the store leaves this open. */
static MDB_env       *volatile left_open;


static uint64_t
clock_of_store(void)
{
    return NOW;
}


static void
leave(void)
{
    char  path[128];

    left_open = store->env;
    lmdb_store_close(store);

    snprintf(path, sizeof(path), "%s/data.mdb", directory);
    unlink(path);
    snprintf(path, sizeof(path), "%s/lock.mdb", directory);
    unlink(path);
    rmdir(directory);
}


int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    char                  detail[LMDB_STORE_DETAIL_MAX];
    lmdb_store_options_t  options;

    (void) argc;
    (void) argv;

    strcpy(directory, "/tmp/fuzz_store.XXXXXX");
    fuzz_check(mkdtemp(directory) != NULL);

    memset(&options, 0, sizeof(options));
    options.path = directory;
    options.map_size = MAP_SIZE;
    options.max_readers = 8;
    options.now = clock_of_store;

    fuzz_check(lmdb_store_open(&options, &store, detail) == LEDGER_OK);
    fuzz_check(mdb_env_set_flags(store->env, MDB_NOSYNC, 1) == 0);
    atexit(leave);

    return 0;
}


static MDB_dbi
table(unsigned i)
{
    MDB_dbi  tables[TABLES] = {
        store->tables.records, store->tables.due, store->tables.messages,
        store->tables.apps, store->tables.asked, store->tables.meta,
        store->tables.sessions, store->tables.subjects
    };

    return tables[i % TABLES];
}


/* Of the table "meta" only the last key is written. */
static void
put(MDB_txn *txn, fuzz_input_t *in)
{
    int            rc;
    MDB_dbi        dbi;
    MDB_val        k, v;
    unsigned char  key[KEY_MAX], value[2048];

    dbi = table((unsigned) fuzz_number(in, 1));

    k.mv_data = key;
    k.mv_size = fuzz_number(in, 1);
    v.mv_data = value;
    v.mv_size = fuzz_number(in, 2) % sizeof(value);

    fuzz_bytes(in, key, k.mv_size);
    fuzz_bytes(in, value, v.mv_size);

    if (dbi == store->tables.meta) {
        k.mv_data = (void *) LMDB_STORE_LAST_KEY;
        k.mv_size = sizeof(LMDB_STORE_LAST_KEY) - 1;
    }

    rc = mdb_put(txn, dbi, &k, &v, 0);
    fuzz_check(rc == 0 || rc == MDB_BAD_VALSIZE);
}


static void
fill(fuzz_input_t *in)
{
    MDB_txn   *txn;
    MDB_val    k;
    unsigned   i, n;

    fuzz_check(mdb_txn_begin(store->env, NULL, 0, &txn) == 0);

    for (i = 0; i < TABLES; i++) {

        if (table(i) != store->tables.meta) {
            fuzz_check(mdb_drop(txn, table(i), 0) == 0);
        }
    }

    k.mv_data = (void *) LMDB_STORE_LAST_KEY;
    k.mv_size = sizeof(LMDB_STORE_LAST_KEY) - 1;
    (void) mdb_del(txn, store->tables.meta, &k, NULL);

    for (n = (unsigned) fuzz_number(in, 1) % 32; n != 0; n--) {
        put(txn, in);
    }

    fuzz_check(mdb_txn_commit(txn) == 0);
}


static int
see(const ledger_record_t *record, void *data)
{
    seen_t         *seen;
    ledger_copy_t   same;

    seen = data;

    fuzz_check(lmdb_store_get(store, record->key, &same) == LEDGER_OK);
    fuzz_check(same.record.key == record->key
               && same.record.due_at == record->due_at);

    if (seen->n < KEYS_MAX) {
        seen->keys[seen->n++] = record->key;
    }

    return 0;
}


static int
see_session(const ledger_session_t *session, void *data)
{
    ledger_result_t        result;
    ledger_session_copy_t  same;

    (void) data;

    result = lmdb_store_get_session(store, session->key, &same);
    fuzz_check(result == LEDGER_OK || result == LEDGER_UNKNOWN);
    fuzz_check(result == LEDGER_UNKNOWN
               || same.session.ends_at == session->ends_at);

    return 0;
}


static int
see_subject(const ledger_subject_t *subject, void *data)
{
    ledger_subject_copy_t  same;

    (void) data;

    fuzz_check(subject->n_marks <= LEDGER_MARKS_MAX
               && subject->n_sessions <= LEDGER_SESSIONS_MAX);
    fuzz_check(lmdb_store_get_subject(store,
                                      &subject->text[LEDGER_SUBJECT_APP],
                                      &subject->text[LEDGER_SUBJECT_NUMBER],
                                      &same)
               == LEDGER_OK);

    return 0;
}


static void
look(seen_t *seen)
{
    unsigned           lane, n;
    ledger_due_t       due[8];
    lmdb_store_stat_t  stat;

    (void) lmdb_store_walk(store, see, seen);
    (void) lmdb_store_walk_sessions(store, see_session, NULL);
    (void) lmdb_store_walk_subjects(store, see_subject, NULL);
    (void) lmdb_store_stat(store, &stat);

    if (lmdb_store_next_lane(store, 0, &lane) == LEDGER_OK
        && lane < LMDB_STORE_LANES)
    {
        fuzz_check(lmdb_store_due(store, lane, UINT64_MAX, LEASE, due, 8, &n)
                   != LEDGER_OK || (n >= 1 && n <= 8));
    }
}


static void
count_fault(const char *sentence, void *data)
{
    (void) data;

    fuzz_check(strlen(sentence) != 0);
}


static uint64_t
faults(void)
{
    uint64_t  n;

    if (lmdb_store_check(store, count_fault, NULL, &n) != LEDGER_OK) {
        return UINT64_MAX;
    }

    return n;
}


static void
text(ledger_op_t *op, unsigned i, const char *s)
{
    op->text[i].data = s;
    op->text[i].len = strlen(s);
}


static void
message(ledger_op_t *op, uint64_t key, unsigned number)
{
    op->u.message.key = key;
    op->u.message.sent_at = NOW;
    op->u.message.lease = (number & 1) ? LEASE : 0;
    op->u.message.retain = 1000;
    op->u.message.channel = 1 + ((number & 2) != 0);
    op->u.message.provider = LEDGER_PROVIDER_META;
    op->u.message.error = LEDGER_ERROR_PHONE_NUMBER_UNAVAILABLE;
    op->u.message.sender = number >> 6;
    op->u.message.share = number >> 7;
    op->u.message.replies = number >> 5;

    text(op, 1 + LEDGER_SENDER, "56911111111");
    text(op, 1 + LEDGER_MESSAGE_ID, (number & 8) ? "wamid.A1" : "");
    text(op, 1 + LEDGER_USER_ID, (number & 16) ? "CL.1" : "");
    text(op, LEDGER_OP_SUBJECT, "56911111111");
}


/* The digests of claims, marks and requests are all zero. */

static void
collection(ledger_op_t *op, uint64_t key, unsigned number)
{
    op->u.collect.key = key;
    op->u.collect.session = number & 1;
    op->u.collect.absolute = 1000 * (number & 2);
    op->u.collect.idle = 1000;
    op->u.collect.share = number >> 7;
    op->u.collect.replies = LEDGER_REPLY_RESPONSE;

    if (op->u.collect.session) {
        text(op, LEDGER_OP_SUBJECT, "56911111111");
    }
}


static void
revocation(ledger_op_t *op, uint64_t key, unsigned number)
{
    op->u.revoke.key = key;
    op->u.revoke.since = number & 2 ? NOW : 0;
    text(op, LEDGER_OP_SUBJECT, (number & 1) ? "56911111111" : "");
}


static ledger_op_t
operation(fuzz_input_t *in, const seen_t *seen)
{
    uint64_t     key;
    unsigned     number;
    ledger_op_t  op;

    memset(&op, 0, sizeof(op));

    op.kind = 1 + (unsigned) fuzz_number(in, 1) % LEDGER_KIND_LAST;
    number = (unsigned) fuzz_number(in, 1);
    key = seen->n == 0 ? number : seen->keys[number % seen->n];
    number = (unsigned) fuzz_number(in, 1);

    text(&op, LEDGER_APP, "shop");

    switch (op.kind) {

    case LEDGER_ISSUE:
        op.u.issue.lifetime = 1000 * number;
        op.u.issue.channel = 1;
        op.u.issue.flags = number & (7 | LEDGER_PAGE | LEDGER_CLAIMED);
        op.u.issue.claim_flags = number >> 3;
        op.u.issue.language = number >> 4;
        op.u.issue.page_limit = number & 1;
        op.u.issue.share = number >> 7;
        op.u.issue.host_lane = number;
        break;

    case LEDGER_TAKE:
        op.u.take.key = key;
        op.u.take.due_at = NOW - 1 + number % 3;
        op.u.take.lease = LEASE;
        break;

    case LEDGER_COMPLETE:
        op.u.complete.key = key;
        op.u.complete.attempt = number >> 4;
        op.u.complete.outcome = 1 + number % 4;
        op.u.complete.next_at = NOW + number;
        op.u.complete.retain = 1000;
        break;

    case LEDGER_SWEEP:
        op.u.sweep.retain = number;
        break;

    case LEDGER_CONFIRM:
    case LEDGER_RESEND:
    case LEDGER_UNSENT:
    case LEDGER_CANCEL:
        op.u.browser.key = key;
        op.u.browser.right = number & 1;
        op.u.browser.pin = number & 3;
        op.u.browser.lease = (number & 4) ? LEASE : 0;
        op.u.browser.retain = 1000;
        break;

    case LEDGER_COLLECT:
        collection(&op, key, number);
        break;

    case LEDGER_REVOKE:
        revocation(&op, key, number);
        break;

    case LEDGER_TOUCH:
        op.u.touch.key = key;
        break;

    default:
        message(&op, key, number);
    }

    return op;
}


/* The result, or -1 if LMDB refused the operation. */
static int
apply(ledger_op_t *op)
{
    fuzz_check(lmdb_store_begin(store) == LEDGER_OK);

    if (lmdb_store_apply(store, op) != 0) {
        lmdb_store_abort(store);
        return -1;
    }

    fuzz_check(lmdb_store_commit(store) == LEDGER_OK);
    fuzz_check(op->result < LEDGER_RESULTS_N);

    return (int) op->result;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int           sound;
    seen_t        seen;
    fuzz_input_t  in;
    ledger_op_t   op;

    in = fuzz_input(data, size);
    fill(&in);

    seen.n = 0;
    sound = (faults() == 0);
    look(&seen);

    while (in.pos != in.end) {
        op = operation(&in, &seen);
        fuzz_check(apply(&op) != -1 || !sound);
    }

    fuzz_check(faults() == 0 || !sound);

    return 0;
}
