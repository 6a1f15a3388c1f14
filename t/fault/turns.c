
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * For LD_PRELOAD: how long each process needed at most from the return of
 * epoll_wait() to its next call, which is one iteration of nginx's event loop
 * without the wait.  The numbers stand in the file that WHATSAUTH_TURNS names,
 * see Test::WhatsAuth::Turns.
 */


#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>


#define TURNS_PROCESSES  64


/* Nanoseconds; cpu is what a process had that shares the machine. */

typedef struct {
    long   elapsed;
    long   cpu;
} turns_t;


static turns_t  *turns_shared;
static turns_t  *turns;          /* of this process */
static turns_t   turns_begun;
static pid_t     turns_pid;


/* nginx takes the environment away later. */

__attribute__((constructor)) static void
turns_init(void)
{
    int          fd;
    void        *shared;
    const char  *name;

    name = getenv("WHATSAUTH_TURNS");
    fd = name ? open(name, O_RDWR|O_CLOEXEC) : -1;

    if (fd == -1) {
        return;
    }

    shared = mmap(NULL, sizeof(turns_t) * TURNS_PROCESSES,
                  PROT_READ|PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);

    if (shared != MAP_FAILED) {
        turns_shared = shared;
    }
}


static long
turns_clock(clockid_t id)
{
    struct timespec  ts;

    (void) clock_gettime(id, &ts);

    return ts.tv_sec * 1000000000L + ts.tv_nsec;
}


static void
turns_end(void)
{
    long  elapsed, cpu;

    if (turns == NULL || turns_begun.elapsed == 0) {
        return;
    }

    elapsed = turns_clock(CLOCK_MONOTONIC) - turns_begun.elapsed;
    cpu = turns_clock(CLOCK_THREAD_CPUTIME_ID) - turns_begun.cpu;

    if (elapsed > turns->elapsed) {
        turns->elapsed = elapsed;
    }

    if (cpu > turns->cpu) {
        turns->cpu = cpu;
    }
}


/* A worker does not go on with what its master has begun. */

static void
turns_begin(void)
{
    if (turns_pid != getpid() && turns_shared != NULL) {
        turns_pid = getpid();
        turns = &turns_shared[turns_pid % TURNS_PROCESSES];
    }

    turns_begun.elapsed = turns_clock(CLOCK_MONOTONIC);
    turns_begun.cpu = turns_clock(CLOCK_THREAD_CPUTIME_ID);
}


int
epoll_wait(int epfd, struct epoll_event *events, int n, int timeout)
{
    int  rc;

    turns_end();

    rc = (int) syscall(SYS_epoll_pwait, epfd, events, n, timeout, NULL, 8);

    turns_begin();

    return rc;
}
