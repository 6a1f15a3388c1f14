
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Checks a store's directory and files before LMDB opens them.  Dangers: LMDB
 * would create its files beside foreign ones, and on a full disk it would end
 * the process with SIGBUS.
 */


#ifndef _GNU_SOURCE
#define _GNU_SOURCE               /* fallocate() */
#endif

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "store.h"


#define LMDB_STORE_REMOTE   0
#define LMDB_STORE_FLEETING 1

/* A data file's first page: 16 bytes of header, then this number. */
#define LMDB_STORE_LMDB_MAGIC         0xBEEFC0DEu
#define LMDB_STORE_LMDB_MAGIC_OFFSET  16

/* The size of LMDB's lock file: a line of 64 bytes for each reader. */
#define LMDB_STORE_LOCK_BASE    4096
#define LMDB_STORE_LOCK_READER  64


typedef struct {
    uint64_t     magic;
    int          kind;
    const char  *name;
} lmdb_store_fs_t;


/* The numbers that statfs() tells file systems apart by. */

static const lmdb_store_fs_t  lmdb_store_fs[] = {
    { 0x00006969, LMDB_STORE_REMOTE,   "NFS" },
    { 0x0000517B, LMDB_STORE_REMOTE,   "SMB" },
    { 0xFE534D42, LMDB_STORE_REMOTE,   "SMB" },
    { 0xFF534D42, LMDB_STORE_REMOTE,   "CIFS" },
    { 0x0000564C, LMDB_STORE_REMOTE,   "NCP" },
    { 0x01021997, LMDB_STORE_REMOTE,   "9p" },
    { 0x65735546, LMDB_STORE_REMOTE,   "FUSE" },
    { 0x5346414F, LMDB_STORE_REMOTE,   "AFS" },
    { 0x6B414653, LMDB_STORE_REMOTE,   "AFS" },
    { 0x73757245, LMDB_STORE_REMOTE,   "Coda" },
    { 0x00C36400, LMDB_STORE_REMOTE,   "Ceph" },
    { 0x01161970, LMDB_STORE_REMOTE,   "GFS2" },
    { 0x7461636F, LMDB_STORE_REMOTE,   "OCFS2" },
    { 0x0BD00BD0, LMDB_STORE_REMOTE,   "Lustre" },
    { 0x47504653, LMDB_STORE_REMOTE,   "GPFS" },
    { 0xAAD7AAEA, LMDB_STORE_REMOTE,   "PanFS" },
    { 0x786F4256, LMDB_STORE_REMOTE,   "vboxsf" },
    { 0x01021994, LMDB_STORE_FLEETING, "tmpfs" },
    { 0x858458F6, LMDB_STORE_FLEETING, "ramfs" },
    { 0x794C7630, LMDB_STORE_FLEETING, "overlayfs" }
};


/* Writes the sentence for the log; a path may cut it short. */

void
lmdb_store_say(char *detail, const char *fmt, ...)
{
    va_list  args;

    va_start(args, fmt);
    vsnprintf(detail, LMDB_STORE_DETAIL_MAX, fmt, args);
    va_end(args);
}


/*
 * Judges a file system by its number: UNUSABLE for a remote one, whose
 * memory maps and locks hold on one machine only; OK, with a warning to whom
 * it may concern, for one that does not outlive the machine or the container.
 */

ledger_result_t
lmdb_store_directory_file_system(uint64_t magic, int read_only,
    const char *path, char *detail)
{
    size_t  i;

    for (i = 0; i < sizeof(lmdb_store_fs) / sizeof(lmdb_store_fs[0]); i++) {

        if (lmdb_store_fs[i].magic != magic) {
            continue;
        }

        if (lmdb_store_fs[i].kind == LMDB_STORE_REMOTE) {
            lmdb_store_say(detail, "\"%s\" is on %s: a store needs a local"
                           " file system", path, lmdb_store_fs[i].name);
            return LEDGER_UNUSABLE;
        }

        if (read_only) {
            return LEDGER_OK;
        }

        lmdb_store_say(detail, "\"%s\" is on %s: what it holds may not outlive"
                       " a restart of the machine or the container", path,
                       lmdb_store_fs[i].name);
        return LEDGER_OK;
    }

    return LEDGER_OK;
}


ledger_result_t
lmdb_store_directory_check(const lmdb_store_t *store, char *detail)
{
    struct stat    st;
    struct statfs  fs;

    if (stat(store->path, &st) == -1) {

        if (errno == EACCES) {
            lmdb_store_directory_denied(store, detail);

        } else {
            lmdb_store_say(detail, "\"%s\": %s", store->path,
                           mdb_strerror(errno));
        }

        return LEDGER_UNUSABLE;
    }

    if (!S_ISDIR(st.st_mode)) {
        lmdb_store_say(detail, "\"%s\" is not a directory", store->path);
        return LEDGER_UNUSABLE;
    }

    if (statfs(store->path, &fs) == -1) {
        return LEDGER_OK;
    }

    /* f_type is signed on some machines, where the high bit would spread. */
    return lmdb_store_directory_file_system((uint32_t) fs.f_type,
                                        store->read_only, store->path, detail);
}


/* Finds what this process may not open and says whose it is. */

void
lmdb_store_directory_denied(const lmdb_store_t *store, char *detail)
{
    int                 mode;
    char                path[LMDB_STORE_PATH_MAX + 16];
    size_t              i;
    struct stat         st;
    static const char  *file[] = { "", "/data.mdb", "/lock.mdb" };

    lmdb_store_say(detail, "\"%s\" cannot be opened by uid %u: permission"
                   " denied", store->path, (unsigned) geteuid());

    for (i = 0; i < sizeof(file) / sizeof(file[0]); i++) {
        snprintf(path, sizeof(path), "%s%s", store->path, file[i]);
        mode = i == 0 ? R_OK|W_OK|X_OK : R_OK|W_OK;

        if (stat(path, &st) == -1
            || faccessat(AT_FDCWD, path, mode, AT_EACCESS) == 0)
        {
            continue;
        }

        lmdb_store_say(detail, "\"%s\" belongs to uid %u with mode %04o, this"
                       " process runs as uid %u: permission denied", path,
                       (unsigned) st.st_uid, (unsigned) (st.st_mode & 07777),
                       (unsigned) geteuid());
        return;
    }
}


/*
 * LMDB maps the lock file after ftruncate(): on a full disk the first touch
 * would be a SIGBUS.  Its blocks are therefore reserved here.  A file that
 * has a size keeps it, because other processes may have mapped just that;
 * one that has its blocks too is not opened at all, because closing it would
 * drop this process's locks on it.
 */

ledger_result_t
lmdb_store_directory_lock_file(const lmdb_store_t *store, char *detail)
{
    int          fd, rc;
    char         path[LMDB_STORE_PATH_MAX + 16];
    off_t        size;
    struct stat  st;

    snprintf(path, sizeof(path), "%s/lock.mdb", store->path);

    size = LMDB_STORE_LOCK_BASE
           + (off_t) store->max_readers * LMDB_STORE_LOCK_READER;

    if (stat(path, &st) == 0 && st.st_size > 0) {
        size = st.st_size;

        if ((off_t) st.st_blocks * 512 >= size) {
            return LEDGER_OK;
        }
    }

    fd = open(path, O_RDWR|O_CREAT|O_CLOEXEC, 0600);
    if (fd == -1) {
        rc = errno;

    } else {
        /* Some file systems have no fallocate(); LMDB manages without. */
        rc = fallocate(fd, 0, 0, size) == -1 ? errno : 0;
        rc = rc == EOPNOTSUPP || rc == ENOSYS ? 0 : rc;
        close(fd);
    }

    if (rc == 0) {
        return LEDGER_OK;
    }

    if (rc == EACCES) {
        lmdb_store_directory_denied(store, detail);

    } else {
        lmdb_store_say(detail, "\"%s\" cannot be made ready: %s", path,
                       mdb_strerror(rc));
    }

    return LEDGER_UNUSABLE;
}


/* Two moves to one place would mix their rows. */

ledger_result_t
lmdb_store_directory_fill(lmdb_store_t *store, char *detail)
{
    if (store->fill_lock == -1) {
        store->fill_lock = open(store->path, O_RDONLY|O_DIRECTORY|O_CLOEXEC);
    }

    if (store->fill_lock != -1
        && flock(store->fill_lock, LOCK_EX|LOCK_NB) == 0)
    {
        return LEDGER_OK;
    }

    if (errno == EWOULDBLOCK) {
        lmdb_store_say(detail, "another move to \"%s\" is under way",
                       store->path);

    } else {
        lmdb_store_say(detail, "\"%s\" cannot be opened: %s", store->path,
                       mdb_strerror(errno));
    }

    return LEDGER_UNUSABLE;
}


/*
 * A process that only reads must not make the lock file: it would belong to
 * that process and shut out the owner of the store.  Without a lock file nobody
 * has the store open.
 */

ledger_result_t
lmdb_store_directory_lockless(lmdb_store_t *store, char *detail)
{
    char         path[LMDB_STORE_PATH_MAX + 16];
    struct stat  st;

    snprintf(path, sizeof(path), "%s/lock.mdb", store->path);

    store->lockless = stat(path, &st) == -1 && errno == ENOENT;

    if (store->lockless) {
        lmdb_store_say(detail, "\"%s\" is missing: reading without it is safe"
                       " only while no nginx starts", path);
    }

    return LEDGER_OK;
}


/* A file that LMDB did not write is refused before anything is made. */

ledger_result_t
lmdb_store_directory_data_file(const lmdb_store_t *store, char *detail)
{
    int            fd, rc;
    char           path[LMDB_STORE_PATH_MAX + 16];
    ssize_t        n;
    uint32_t       magic;
    unsigned char  head[LMDB_STORE_LMDB_MAGIC_OFFSET + sizeof(magic)];

    snprintf(path, sizeof(path), "%s/data.mdb", store->path);

    fd = open(path, O_RDONLY|O_CLOEXEC);

    if (fd == -1) {
        rc = errno;

        if (rc == ENOENT && !store->read_only) {
            return LEDGER_OK;
        }

        if (rc == EACCES) {
            lmdb_store_directory_denied(store, detail);

        } else {
            lmdb_store_say(detail, "\"%s\" cannot be opened: %s", path,
                           mdb_strerror(rc));
        }

        return LEDGER_UNUSABLE;
    }

    n = pread(fd, head, sizeof(head), 0);
    close(fd);

    if (n == 0 && !store->read_only) {
        return LEDGER_OK;
    }

    if (n == sizeof(head)) {
        memcpy(&magic, head + LMDB_STORE_LMDB_MAGIC_OFFSET, sizeof(magic));

        if (magic == LMDB_STORE_LMDB_MAGIC) {
            return LEDGER_OK;
        }
    }

    lmdb_store_say(detail, "\"%s\" is not a file of LMDB 0.9", path);
    return LEDGER_FOREIGN;
}
