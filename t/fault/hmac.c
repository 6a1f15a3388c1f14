
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A library for LD_PRELOAD that counts calls of HMAC() and the bytes that they
 * hash, in the file that WHATSAUTH_HMAC names: two 64-bit numbers.
 */


#define _GNU_SOURCE

#include <dlfcn.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>


typedef struct {
    long  calls;
    long  bytes;
} hmac_t;

typedef unsigned char *(*hmac_pt)(const void *md, const void *key,
    int key_len, const unsigned char *data, size_t len, unsigned char *mac,
    unsigned int *mac_len);


unsigned char *HMAC(const void *md, const void *key, int key_len,
    const unsigned char *data, size_t len, unsigned char *mac,
    unsigned int *mac_len);


static hmac_t   *hmac;
static hmac_pt   hmac_next;


__attribute__((constructor)) static void
hmac_init(void)
{
    int          fd;
    void        *shared;
    const char  *name;

    name = getenv("WHATSAUTH_HMAC");
    fd = name ? open(name, O_RDWR|O_CLOEXEC) : -1;

    if (fd == -1) {
        return;
    }

    shared = mmap(NULL, sizeof(hmac_t), PROT_READ|PROT_WRITE, MAP_SHARED, fd,
                  0);

    if (shared != MAP_FAILED) {
        hmac = shared;
    }

    (void) close(fd);
}


unsigned char *
HMAC(const void *md, const void *key, int key_len, const unsigned char *data,
    size_t len, unsigned char *mac, unsigned int *mac_len)
{
    if (hmac_next == NULL) {
        *(void **) &hmac_next = dlsym(RTLD_NEXT, "HMAC");
    }

    if (hmac != NULL) {
        __atomic_add_fetch(&hmac->calls, 1, __ATOMIC_SEQ_CST);
        __atomic_add_fetch(&hmac->bytes, (long) len, __ATOMIC_SEQ_CST);
    }

    return hmac_next(md, key, key_len, data, len, mac, mac_len);
}
