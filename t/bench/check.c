
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * check - what the gate does for one request, without nginx: decrypts a token,
 * reads its session and compares the digest.
 *
 *    check DIR TOKENS hot|random|cold [N]
 *
 * TOKENS is a file that `sessions` has written.  hot: one token, N times;
 * random: each token once, after a first pass over all; cold: N tokens, after
 * the system has dropped the pages of the store.  Prints nanoseconds for one
 * check: the mean of the CPU's time; for cold the mean, the median, the 99th
 * percentile and the longest time, and the number of checks that the disk had a
 * part in.
 */


#include <fcntl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "fill.h"
#include "lmdb_store/lmdb_store.h"
#include "protocol/token.h"


/* A machine that does other things at the time spoils it less. */
#define CHECK_CPU  CLOCK_PROCESS_CPUTIME_ID


typedef char  check_token_t[WHATSAUTH_TOKEN_LEN + 1];

typedef struct {
    lmdb_store_t       *store;
    whatsauth_codec_t  *codec;
    check_token_t      *token;
    uint64_t            n;
} check_t;


static uint64_t
check_clock(clockid_t clock)
{
    struct timespec  ts;

    clock_gettime(clock, &ts);

    return (uint64_t) ts.tv_sec * 1000000000 + (uint64_t) ts.tv_nsec;
}


static double
check_mean(uint64_t began, uint64_t n)
{
    return (double) (check_clock(CHECK_CPU) - began) / (double) n;
}


static void
check_open(check_t *check, const char *path)
{
    char                  detail[LMDB_STORE_DETAIL_MAX];
    lmdb_store_options_t  options;

    memset(&options, 0, sizeof(lmdb_store_options_t));
    options.path = path;
    options.max_readers = 126;

    if (lmdb_store_open(&options, &check->store, detail) != LEDGER_OK) {
        fill_fail(path, detail);
    }

    check->codec = whatsauth_codec_create(lmdb_store_code_key(check->store),
                                          lmdb_store_id_key(check->store),
                                          lmdb_store_token_key(check->store));
    if (check->codec == NULL) {
        fill_fail("start", "the crypto library failed");
    }
}


static void
check_tokens(check_t *check, const char *path)
{
    FILE    *file;
    long     size;

    file = fopen(path, "r");

    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        fill_fail(path, strerror(errno));
    }

    size = ftell(file);
    rewind(file);

    check->n = (uint64_t) size / sizeof(check_token_t);
    check->token = malloc((size_t) size + 1);

    if (check->token == NULL
        || fread(check->token, sizeof(check_token_t), check->n, file)
           != check->n)
    {
        fill_fail(path, "cannot be read");
    }

    (void) fclose(file);
}


static void
check_one(const check_t *check, uint64_t i)
{
    whatsauth_token_t      token;
    ledger_session_copy_t  copy;

    if (whatsauth_token_parse(check->codec, check->token[i],
                              WHATSAUTH_TOKEN_LEN, &token)
        != 0
        || token.kind != WHATSAUTH_TOKEN_SESSION
        || lmdb_store_get_session(check->store, token.key, &copy) != LEDGER_OK
        || !whatsauth_token_digest_equal(copy.session.digest, token.digest))
    {
        fill_fail("check", "a session of the file is not there");
    }
}


static void
check_hot(const check_t *check, uint64_t n)
{
    uint64_t  i, began;

    check_one(check, 0);
    began = check_clock(CHECK_CPU);

    for (i = 0; i < n; i++) {
        check_one(check, 0);
    }

    printf("%.0f\n", check_mean(began, n));
}


static void
check_random(const check_t *check)
{
    uint64_t  i, began;

    for (i = 0; i < check->n; i++) {
        check_one(check, i);
    }

    began = check_clock(CHECK_CPU);

    for (i = 0; i < check->n; i++) {
        check_one(check, i);
    }

    printf("%.0f\n", check_mean(began, check->n));
}


/* Pages that nobody has mapped can be dropped without root. */

static void
check_drop(const char *path)
{
    int   fd;
    char  name[1024];

    snprintf(name, sizeof(name), "%s/data.mdb", path);
    fd = open(name, O_RDONLY);

    if (fd == -1 || fsync(fd) != 0
        || posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) != 0)
    {
        fill_fail(name, strerror(errno));
    }

    (void) close(fd);
}


static uint64_t
check_faults(void)
{
    struct rusage  usage;

    (void) getrusage(RUSAGE_SELF, &usage);

    return (uint64_t) usage.ru_majflt;
}


static int
check_compare(const void *a, const void *b)
{
    const uint64_t  *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}


static void
check_cold(const check_t *check, uint64_t n)
{
    uint64_t   i, began, faults, before, disk, sum, *took;

    n = n < check->n ? n : check->n;
    took = calloc(n + 1, sizeof(uint64_t));

    if (took == NULL) {
        fill_fail("start", "out of memory");
    }

    disk = 0;
    sum = 0;
    before = check_faults();

    for (i = 0; i < n; i++) {
        began = check_clock(CLOCK_MONOTONIC);
        check_one(check, i);
        took[i] = check_clock(CLOCK_MONOTONIC) - began;
        sum += took[i];

        faults = check_faults();
        disk += faults != before;
        before = faults;
    }

    qsort(took, n, sizeof(uint64_t), check_compare);

    printf("%.0f %llu %llu %llu %llu\n", (double) sum / (double) n,
           (unsigned long long) took[n / 2],
           (unsigned long long) took[n - 1 - n / 100],
           (unsigned long long) took[n - 1], (unsigned long long) disk);

    free(took);
}


int
main(int argc, char **argv)
{
    check_t   check;
    uint64_t  n;

    if (argc < 4) {
        fill_fail("usage", "check DIR TOKENS hot|random|cold [N]");
    }

    n = argc > 4 ? strtoull(argv[4], NULL, 10) : 1000000;

    if (strcmp(argv[3], "cold") == 0) {
        check_drop(argv[1]);
    }

    check_tokens(&check, argv[2]);
    check_open(&check, argv[1]);

    if (strcmp(argv[3], "hot") == 0) {
        check_hot(&check, n);

    } else if (strcmp(argv[3], "random") == 0) {
        check_random(&check);

    } else {
        check_cold(&check, n);
    }

    whatsauth_codec_destroy(check.codec);
    lmdb_store_close(check.store);
    free(check.token);

    return 0;
}
