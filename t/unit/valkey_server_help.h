
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* A server of Valkey or Redis of its own for a test, and the talk with it. */


#ifndef _VALKEY_SERVER_HELP_H_INCLUDED_
#define _VALKEY_SERVER_HELP_H_INCLUDED_


#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "valkey_store/command.h"
#include "valkey_store/script.h"


/* One conversation with the server, of which each command has one reply. */
typedef struct {
    int                      fd;
    valkey_store_reader_t    reader;
} plant_talk_t;

typedef struct {
    char                     dir[64];
    char                     socket[96];
    pid_t                    pid;
    plant_talk_t             talk;
} plant_t;


static plant_t   plant;


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

    plant_write(&plant.talk, &out);
    free(out.data);

    return plant_reply(&plant.talk);
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
    plant_write(&plant.talk, &out);
    free(out.data);

    return plant_reply(&plant.talk);
}


/* Calls each for all keys; their names are copied, as each may ask more. */

static inline void
plant_walk(void (*each)(const ledger_text_t *name, void *data), void *data)
{
    size_t                       i, n, len;
    ledger_text_t               *name;
    unsigned char               *bytes, *p;
    const valkey_store_reply_t  *reply;

    reply = plant_call("KEYS", "wa:*", NULL);
    n = reply->elements;
    len = 1;

    for (i = 1; i <= n; i++) {
        len += reply[i].text.len;
    }

    name = calloc(n + 1, sizeof(ledger_text_t));
    bytes = malloc(len);
    assert_non_null(name);
    assert_non_null(bytes);

    for (i = 0, p = bytes; i < n; i++) {
        name[i].data = p;
        name[i].len = reply[i + 1].text.len;
        memcpy(p, reply[i + 1].text.data, name[i].len);
        p += name[i].len;
    }

    for (i = 0; i < n; i++) {
        each(&name[i], data);
    }

    free(bytes);
    free(name);
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

    plant_write(&plant.talk, &out);
    free(out.data);

    assert_int_equal(plant_reply(&plant.talk)->type,
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
    struct timespec  wait = { 0, 5000000 };
    static const valkey_store_limits_t  limits = {
        VALKEY_STORE_VALUE_MAX, 64 * 1024 * 1024, 1024 * 1024, 8
    };

    strcpy(plant.dir, "/tmp/valkey_plant.XXXXXX");
    assert_non_null(mkdtemp(plant.dir));
    snprintf(plant.socket, sizeof(plant.socket), "%s/socket", plant.dir);

    plant.pid = fork();
    assert_int_not_equal(plant.pid, -1);

    if (plant.pid == 0) {
        plant_run();
    }

    valkey_store_reader_init(&plant.talk.reader, &limits);

    do {
        nanosleep(&wait, NULL);

        assert_int_equal(waitpid(plant.pid, NULL, WNOHANG), 0);
        plant.talk.fd = plant_connect(plant.socket);

    } while (plant.talk.fd == -1);

    plant_load(&valkey_store_script_commit);
    plant_load(&valkey_store_script_heads);
}


static inline void
plant_stop(void)
{
    char  log[128];

    close(plant.talk.fd);
    valkey_store_reader_free(&plant.talk.reader);

    kill(plant.pid, SIGKILL);
    (void) waitpid(plant.pid, NULL, 0);

    snprintf(log, sizeof(log), "%s/server.log", plant.dir);
    (void) unlink(log);
    (void) unlink(plant.socket);
    assert_int_equal(rmdir(plant.dir), 0);
}


#endif /* _VALKEY_SERVER_HELP_H_INCLUDED_ */
