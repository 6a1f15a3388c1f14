
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* A server of Valkey or Redis of its own for a test, and the talk with it. */


#ifndef _VALKEY_SERVER_HELP_H_INCLUDED_
#define _VALKEY_SERVER_HELP_H_INCLUDED_


#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "valkey_store/command.h"
#include "valkey_store/script.h"
#include "valkey_store/valkey_store.h"


/* Where the server's clock does not come: what it removes is the test's. */
#define PLANT_EPOCH   UINT64_C(2500000000000)
#define PLANT_MINUTE  UINT64_C(60000)
#define PLANT_HOUR    (60 * PLANT_MINUTE)
#define PLANT_LEASE   UINT64_C(25000)

#define PLANT_TALKS_MAX  16


/* One conversation with the server, of which each command has one reply. */
typedef struct {
    int                      fd;
    valkey_store_reader_t    reader;
} plant_talk_t;

typedef struct {
    char                     dir[64];
    char                     socket[96];
    pid_t                    pid;
    plant_talk_t             talk[PLANT_TALKS_MAX];    /* with primaries */
    unsigned                 talks;
    plant_talk_t            *at;                       /* the one in use */
} plant_t;


static plant_t   plant;

/* Of all stores of the test; ms. */
static uint64_t  plant_now;
static uint64_t  plant_clock;


/* Talking to the server */

static inline int
plant_connect(const char *path)
{
    int                 fd;
    struct sockaddr_un  address;

    fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_not_equal(fd, -1);

    memset(&address, 0, sizeof(address));
    address.sun_family = AF_UNIX;
    strcpy(address.sun_path, path);

    if (connect(fd, (struct sockaddr *) &address, sizeof(address)) == 0) {
        return fd;
    }

    close(fd);

    return -1;
}


/* Begins a conversation, which is in use from then on. */

static inline void
plant_talk(int fd)
{
    static const valkey_store_limits_t  limits = {
        VALKEY_STORE_VALUE_MAX + 1, 64 * 1024 * 1024, 1024 * 1024, 8, 0
    };

    assert_true(plant.talks < PLANT_TALKS_MAX);

    plant.at = &plant.talk[plant.talks++];
    plant.at->fd = fd;
    valkey_store_reader_init(&plant.at->reader, &limits);
}


static inline void
plant_leave(void)
{
    while (plant.talks > 0) {
        plant.talks--;
        close(plant.talk[plant.talks].fd);
        valkey_store_reader_free(&plant.talk[plant.talks].reader);
    }
}


static inline void
plant_write(plant_talk_t *talk, valkey_store_out_t *out)
{
    size_t   sent;
    ssize_t  n;

    for (sent = 0; sent < out->len; sent += (size_t) n) {
        n = write(talk->fd, out->data + sent, out->len - sent);
        assert_true(n > 0);
    }

    out->len = 0;
}


static inline const valkey_store_reply_t *
plant_reply(plant_talk_t *talk)
{
    char                         bytes[65536];
    ssize_t                      n;
    valkey_store_read_t          read_result;
    const valkey_store_reply_t  *reply;

    for ( ;; ) {
        read_result = valkey_store_reader_next(&talk->reader, &reply);

        if (read_result == VALKEY_STORE_READ_OK) {
            return reply;
        }

        assert_int_equal(read_result, VALKEY_STORE_READ_AGAIN);

        n = read(talk->fd, bytes, sizeof(bytes));
        assert_true(n > 0);
        assert_int_equal(valkey_store_reader_add(&talk->reader, bytes,
                                                 (size_t) n),
                         VALKEY_STORE_READ_OK);
    }
}


/* Words end with NULL. */

static inline const valkey_store_reply_t *
plant_call(const char *word, ...)
{
    size_t              n;
    va_list             words;
    const char         *next;
    valkey_store_out_t  out;

    n = 1;
    va_start(words, word);

    while (va_arg(words, const char *) != NULL) {
        n++;
    }

    va_end(words);

    memset(&out, 0, sizeof(out));
    valkey_store_out_begin(&out, n);
    valkey_store_out_word(&out, word, strlen(word));
    va_start(words, word);

    while ((next = va_arg(words, const char *)) != NULL) {
        valkey_store_out_word(&out, next, strlen(next));
    }

    va_end(words);
    assert_int_equal(valkey_store_out_end(&out), 0);

    plant_write(plant.at, &out);
    free(out.data);

    return plant_reply(plant.at);
}


/* Talks with a server of a plant if it is a primary. */

static inline void
plant_join(const char *host, uint16_t port)
{
    int                          fd;
    struct sockaddr_in           address;
    const valkey_store_reply_t  *reply;

    memset(&address, 0, sizeof(address));
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    assert_int_equal(inet_pton(AF_INET, host, &address.sin_addr), 1);

    fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *) &address,
                             sizeof(address)),
                     0);
    plant_talk(fd);
    reply = plant_call("ROLE", NULL);

    if (reply[1].text.len != 6) {
        plant.talks--;
        close(fd);
        valkey_store_reader_free(&plant.at->reader);
    }

    plant.at = &plant.talk[0];
}


/* A command about one key, with two words more or none. */

static inline const valkey_store_reply_t *
plant_ask(const char *command, const void *name, size_t len,
    const char *word, const char *other)
{
    valkey_store_out_t  out;

    memset(&out, 0, sizeof(out));
    valkey_store_out_begin(&out, word == NULL ? 2 : 4);
    valkey_store_out_word(&out, command, strlen(command));
    valkey_store_out_word(&out, name, len);

    if (word != NULL) {
        valkey_store_out_word(&out, word, strlen(word));
        valkey_store_out_word(&out, other, strlen(other));
    }

    assert_int_equal(valkey_store_out_end(&out), 0);
    plant_write(plant.at, &out);
    free(out.data);

    return plant_reply(plant.at);
}


static inline void
plant_load(const valkey_store_script_t *script)
{
    valkey_store_out_t  out;

    memset(&out, 0, sizeof(out));
    valkey_store_out_begin(&out, 3);
    valkey_store_out_word(&out, "SCRIPT", 6);
    valkey_store_out_word(&out, "LOAD", 4);
    valkey_store_out_word(&out, script->source, script->len);
    assert_int_equal(valkey_store_out_end(&out), 0);

    plant_write(plant.at, &out);
    free(out.data);

    assert_int_equal(plant_reply(plant.at)->type,
                     VALKEY_STORE_REPLY_BULK);
}


/* The server */

/*
 * One program is server and checker, as its name says: the packages of tools
 * have it as the checker alone.
 */

#define PLANT_VALKEY  "/usr/bin/valkey-check-rdb"
#define PLANT_REDIS   "/usr/bin/redis-check-rdb"


/* 1 if there is no server: the program's only line says so. */

static inline int
plant_is_missing(void)
{
    if (getenv("WHATSAUTH_VALKEY") != NULL || access(PLANT_VALKEY, X_OK) == 0
        || access(PLANT_REDIS, X_OK) == 0)
    {
        return 0;
    }

    printf("1..0 # SKIP neither valkey-tools nor redis-tools is installed\n");

    return 1;
}


static inline void
plant_exec(const char *path, const char *name)
{
    execl(path, name, "--port", "0", "--unixsocket", plant.socket, "--save",
          "", "--appendonly", "no", "--dir", plant.dir, "--logfile",
          "server.log", NULL);
}


static inline void
plant_run(void)
{
    const char  *program;

    (void) prctl(PR_SET_PDEATHSIG, SIGKILL);

    program = getenv("WHATSAUTH_VALKEY");

    if (program != NULL) {
        plant_exec(program, program);
    }

    plant_exec(PLANT_VALKEY, "valkey-server");
    plant_exec(PLANT_REDIS, "redis-server");

    _exit(127);
}


static inline void
plant_start(void)
{
    int              fd;
    struct timespec  wait = { 0, 5000000 };

    strcpy(plant.dir, "/tmp/valkey_plant.XXXXXX");
    assert_non_null(mkdtemp(plant.dir));
    snprintf(plant.socket, sizeof(plant.socket), "%s/socket", plant.dir);

    plant.pid = fork();
    assert_int_not_equal(plant.pid, -1);

    if (plant.pid == 0) {
        plant_run();
    }

    do {
        nanosleep(&wait, NULL);

        assert_int_equal(waitpid(plant.pid, NULL, WNOHANG), 0);
        fd = plant_connect(plant.socket);

    } while (fd == -1);

    plant_talk(fd);
    plant_load(&valkey_store_script_issue);
    plant_load(&valkey_store_script_commit);
    plant_load(&valkey_store_script_heads);
}


static inline void
plant_stop(void)
{
    char  log[128];

    plant_leave();

    kill(plant.pid, SIGKILL);
    (void) waitpid(plant.pid, NULL, 0);

    snprintf(log, sizeof(log), "%s/server.log", plant.dir);
    (void) unlink(log);
    (void) unlink(plant.socket);
    assert_int_equal(rmdir(plant.dir), 0);
}


#endif /* _VALKEY_SERVER_HELP_H_INCLUDED_ */
