
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * An allocator for LD_PRELOAD that counts, and whose Nth allocation fails.  The
 * file that WHATSAUTH_MALLOC names is shared with the test, see
 * Test::WhatsAuth::Fault.
 */


#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <malloc.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>


#define FAULT_FRAMES  24


typedef struct {
    long   pid;                     /* of the process that is watched */
    long   left;                    /* up to the one that fails; 0: none will */
    long   fired;                   /* how many have failed */
    long   blocks;                  /* allocated less those freed */
    long   bytes;                   /* in them */
    void  *frames[FAULT_FRAMES];    /* of the last that failed */
} fault_t;


void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *p);


static fault_t       *fault;
static __thread int   inside;


__attribute__((constructor)) static void
fault_init(void)
{
    int          fd;
    void        *shared, *frame;
    const char  *name;

    name = getenv("WHATSAUTH_MALLOC");
    fd = name ? open(name, O_RDWR|O_CLOEXEC) : -1;

    if (fd == -1) {
        return;
    }

    /* The first call loads a library. */
    (void) backtrace(&frame, 1);

    shared = mmap(NULL, sizeof(fault_t), PROT_READ|PROT_WRITE, MAP_SHARED, fd,
                  0);
    close(fd);

    if (shared != MAP_FAILED) {
        fault = shared;
    }
}


static int
fault_watched(void)
{
    return fault != NULL && !inside && fault->pid == getpid();
}


static int
fault_fails(void)
{
    int  saved;

    if (!fault_watched()
        || __atomic_load_n(&fault->left, __ATOMIC_RELAXED) <= 0
        || __atomic_sub_fetch(&fault->left, 1, __ATOMIC_RELAXED) != 0)
    {
        return 0;
    }

    saved = errno;
    inside = 1;
    memset(fault->frames, 0, sizeof(fault->frames));
    (void) backtrace(fault->frames, FAULT_FRAMES);
    inside = 0;
    errno = saved;

    __atomic_add_fetch(&fault->fired, 1, __ATOMIC_SEQ_CST);
    return 1;
}


static void *
fault_count(void *p, long sign)
{
    long  bytes;

    if (p != NULL && fault_watched()) {
        bytes = sign * (long) malloc_usable_size(p);
        __atomic_add_fetch(&fault->blocks, sign, __ATOMIC_RELAXED);
        __atomic_add_fetch(&fault->bytes, bytes, __ATOMIC_RELAXED);
    }

    return p;
}


static void *
fault_none(void)
{
    errno = ENOMEM;
    return NULL;
}


void *
malloc(size_t size)
{
    return fault_fails() ? fault_none() : fault_count(__libc_malloc(size), 1);
}


void *
calloc(size_t n, size_t size)
{
    return fault_fails() ? fault_none()
                         : fault_count(__libc_calloc(n, size), 1);
}


void *
realloc(void *p, size_t size)
{
    void  *new;

    if (size != 0 && fault_fails()) {
        return fault_none();
    }

    (void) fault_count(p, -1);
    new = __libc_realloc(p, size);

    if (new == NULL && size != 0) {
        (void) fault_count(p, 1);
    }

    return fault_count(new, 1);
}


void *
memalign(size_t alignment, size_t size)
{
    return fault_fails() ? fault_none()
                         : fault_count(__libc_memalign(alignment, size), 1);
}


void *
aligned_alloc(size_t alignment, size_t size)
{
    return memalign(alignment, size);
}


int
posix_memalign(void **p, size_t alignment, size_t size)
{
    void  *block;

    block = memalign(alignment, size);
    if (block == NULL) {
        return ENOMEM;
    }

    *p = block;
    return 0;
}


void
free(void *p)
{
    (void) fault_count(p, -1);
    __libc_free(p);
}
