
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A clock for LD_PRELOAD that goes before the machine's: by the seconds in the
 * file that WHATSAUTH_CLOCK names, see Test::WhatsAuth::Clock.  Timers of
 * nginx run by the monotonic clock and do not notice.
 */


#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>


static volatile long  *clock_ahead;


__attribute__((constructor)) static void
clock_init(void)
{
    int          fd;
    void        *shared;
    const char  *name;

    name = getenv("WHATSAUTH_CLOCK");
    fd = name ? open(name, O_RDONLY|O_CLOEXEC) : -1;

    if (fd == -1) {
        return;
    }

    shared = mmap(NULL, sizeof(long), PROT_READ, MAP_SHARED, fd, 0);
    close(fd);

    if (shared != MAP_FAILED) {
        clock_ahead = shared;
    }
}


int
clock_gettime(clockid_t id, struct timespec *ts)
{
    int  rc;

    rc = (int) syscall(SYS_clock_gettime, id, ts);

    if (rc == 0 && clock_ahead != NULL
        && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
    {
        ts->tv_sec += *clock_ahead;
    }

    return rc;
}


/* The C library declares that the first argument is no null pointer. */

int
gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
    struct timespec  ts;

    (void) zone;

    if (clock_gettime(CLOCK_REALTIME, &ts) != 0) {
        return -1;
    }

    tv->tv_sec = ts.tv_sec;
    tv->tv_usec = ts.tv_nsec / 1000;

    return 0;
}


time_t
time(time_t *now)
{
    struct timespec  ts;

    if (clock_gettime(CLOCK_REALTIME, &ts) != 0) {
        return (time_t) -1;
    }

    if (now != NULL) {
        *now = ts.tv_sec;
    }

    return ts.tv_sec;
}
