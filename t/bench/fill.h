
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Programs that fill a store share this: a clock that may be behind, a
 * random order, files, and the end at the first fault.
 */


#ifndef _BENCH_FILL_H_INCLUDED_
#define _BENCH_FILL_H_INCLUDED_


#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>


/* Milliseconds by which the clock of the store is behind. */
static uint64_t  fill_behind;


static inline uint64_t
fill_clock(void)
{
    struct timeval  tv;

    gettimeofday(&tv, NULL);

    return (uint64_t) tv.tv_sec * 1000 + (uint64_t) tv.tv_usec / 1000
           - fill_behind;
}


static inline void
fill_fail(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}


/* splitmix64, the same numbers in each run */

static inline uint64_t
fill_random(void)
{
    static uint64_t  state;

    uint64_t  z;

    state += UINT64_C(0x9e3779b97f4a7c15);
    z = state;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);

    return z ^ (z >> 31);
}


/* NULL without a path, which fill_close() takes, too. */

static inline FILE *
fill_create(const char *path)
{
    FILE  *file;

    if (path == NULL) {
        return NULL;
    }

    file = fopen(path, "w");

    if (file == NULL) {
        fill_fail(path, strerror(errno));
    }

    return file;
}


static inline void
fill_close(FILE *file)
{
    if (file != NULL && fclose(file) != 0) {
        fill_fail("cannot write", strerror(errno));
    }
}


#endif /* _BENCH_FILL_H_INCLUDED_ */
