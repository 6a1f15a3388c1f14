
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The world of a client: TCP to real servers, and the real clocks.  All waiting
 * is in valkey_io_turn(), which is to be called again and again.
 */


#ifndef _VALKEY_IO_HELP_H_INCLUDED_
#define _VALKEY_IO_HELP_H_INCLUDED_


#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "valkey_store/client.h"


#define VALKEY_IO_SOCKETS  64


typedef struct {
    int                    fd;           /* -1: could not be made */
    int                    connecting;
    int                    why;          /* errno, to be told */
    valkey_store_link_t   *link;         /* NULL: the place is free */
} valkey_io_socket_t;

typedef struct {
    valkey_store_client_t *client;       /* whose ticks are called */
    uint64_t               timer;
    valkey_io_socket_t     socket[VALKEY_IO_SOCKETS];
    FILE                  *log;          /* NULL: none is written */
    unsigned               told;         /* calls */
    unsigned               told_all;
    uint64_t               told_key;     /* the last one */
} valkey_io_t;


static inline uint64_t
valkey_io_time(clockid_t clock)
{
    struct timespec  now;

    (void) clock_gettime(clock, &now);

    return (uint64_t) now.tv_sec * 1000 + (uint64_t) now.tv_nsec / 1000000;
}


static inline uint64_t
valkey_io_clock(void *data)
{
    (void) data;

    return valkey_io_time(CLOCK_MONOTONIC);
}


static inline uint64_t
valkey_io_now(void *data)
{
    (void) data;

    return valkey_io_time(CLOCK_REALTIME);
}


static inline void
valkey_io_start(valkey_io_socket_t *s, const valkey_store_address_t *address)
{
    int                 yes;
    char                host[INET_ADDRSTRLEN];
    struct sockaddr_in  peer;

    yes = 1;
    memset(&peer, 0, sizeof(peer));
    peer.sin_family = AF_INET;
    peer.sin_port = htons(address->port);
    (void) snprintf(host, sizeof(host), "%.*s", (int) address->host.len,
                    (const char *) address->host.data);

    s->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (s->fd == -1 || inet_pton(AF_INET, host, &peer.sin_addr) != 1
        || setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes)) != 0
        || (connect(s->fd, (struct sockaddr *) &peer, sizeof(peer)) != 0
            && errno != EINPROGRESS))
    {
        s->why = (errno == 0) ? EINVAL : errno;
    }
}


static inline void
valkey_io_connect(void *data, valkey_store_link_t *link,
    const valkey_store_address_t *address)
{
    int                  i;
    valkey_io_t         *io;
    valkey_io_socket_t  *s;

    io = data;

    for (i = 0; io->socket[i].link != NULL; i++) {
        if (i + 1 == VALKEY_IO_SOCKETS) {
            abort();
        }
    }

    s = &io->socket[i];
    memset(s, 0, sizeof(*s));
    s->link = link;
    s->connecting = 1;
    *valkey_store_link_io(link) = s;

    valkey_io_start(s, address);
}


/* Written when the socket takes it. */
static inline void
valkey_io_send(void *data, valkey_store_link_t *link)
{
    (void) data;
    (void) link;
}


static inline void
valkey_io_free(valkey_io_socket_t *s)
{
    if (s->fd != -1) {
        (void) close(s->fd);
    }

    s->link = NULL;
    s->fd = -1;
}


static inline void
valkey_io_close(void *data, valkey_store_link_t *link)
{
    (void) data;

    valkey_io_free(*valkey_store_link_io(link));
}


static inline void
valkey_io_timer(void *data, uint64_t at)
{
    valkey_io_t  *io;

    io = data;
    io->timer = at;
}


static inline void
valkey_io_log(void *data, valkey_store_severity_t severity, const char *text)
{
    valkey_io_t  *io;

    static const char *const  names[] = { "notice", "warn", "alert", "crit" };

    io = data;

    if (io->log != NULL) {
        (void) fprintf(io->log, "[%s] %s\n", names[severity], text);
        (void) fflush(io->log);
    }
}


static inline void
valkey_io_told(void *data, uint64_t key)
{
    valkey_io_t  *io;

    io = data;
    io->told++;
    io->told_key = key;
}


static inline void
valkey_io_told_all(void *data)
{
    valkey_io_t  *io;

    io = data;
    io->told_all++;
}


static const valkey_store_io_t  valkey_io = {
    valkey_io_clock,
    valkey_io_now,
    valkey_io_connect,
    valkey_io_send,
    valkey_io_close,
    valkey_io_timer,
    valkey_io_log,
    valkey_io_told,
    valkey_io_told_all
};


static inline void
valkey_io_init(valkey_io_t *io)
{
    memset(io, 0, sizeof(*io));
    io->timer = UINT64_MAX;
}


/* The link ends: tells why. */
static inline void
valkey_io_lost(valkey_io_socket_t *s, int why)
{
    valkey_store_link_t  *link;

    link = s->link;
    valkey_io_free(s);
    valkey_store_link_closed(link, (why == 0) ? "closed by the server"
                                              : strerror(why));
}


static inline void
valkey_io_is_connected(valkey_io_socket_t *s)
{
    int        why;
    socklen_t  len;

    why = s->why;
    len = sizeof(why);

    if (why == 0) {
        (void) getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &why, &len);
    }

    if (why != 0) {
        valkey_io_lost(s, why);
        return;
    }

    s->connecting = 0;
    valkey_store_link_connected(s->link);
}


static inline void
valkey_io_write(valkey_io_socket_t *s)
{
    size_t       len;
    ssize_t      n;
    const void  *data;

    data = valkey_store_link_out(s->link, &len);

    if (len == 0) {
        return;
    }

    n = send(s->fd, data, len, MSG_NOSIGNAL);

    if (n > 0) {
        valkey_store_link_sent(s->link, (size_t) n);

    } else if (errno != EAGAIN) {
        valkey_io_lost(s, errno);
    }
}


static inline void
valkey_io_read(valkey_io_socket_t *s)
{
    char     data[65536];
    ssize_t  n;

    n = recv(s->fd, data, sizeof(data), 0);

    if (n > 0) {
        valkey_store_link_received(s->link, data, (size_t) n);

    } else if (n == 0 || errno != EAGAIN) {
        valkey_io_lost(s, (n == 0) ? 0 : errno);
    }
}


static inline short
valkey_io_wanted(const valkey_io_socket_t *s)
{
    size_t  len;

    if (s->connecting) {
        return POLLOUT;
    }

    (void) valkey_store_link_out(s->link, &len);

    return (len == 0) ? POLLIN : POLLIN | POLLOUT;
}


/* A link that ends may have its place taken by the next one. */
static inline void
valkey_io_event(valkey_io_socket_t *s, int fd, short events)
{
    if (s->link == NULL || s->fd != fd) {
        return;
    }

    if (s->connecting) {
        if (events != 0 || s->why != 0) {
            valkey_io_is_connected(s);
        }

        return;
    }

    if (events & POLLOUT) {
        valkey_io_write(s);
    }

    if (s->link != NULL && s->fd == fd && !s->connecting
        && (events & (POLLIN | POLLERR | POLLHUP)))
    {
        valkey_io_read(s);
    }
}


/* One turn of an event loop, which waits for at most so many ms. */
static inline void
valkey_io_turn(valkey_io_t *io, int ms)
{
    int            i;
    uint64_t       clock;
    struct pollfd  fds[VALKEY_IO_SOCKETS];

    clock = valkey_io_clock(io);

    if (io->timer <= clock + (uint64_t) ms) {
        ms = (io->timer <= clock) ? 0 : (int) (io->timer - clock);
    }

    for (i = 0; i < VALKEY_IO_SOCKETS; i++) {
        fds[i].fd = (io->socket[i].link == NULL) ? -1 : io->socket[i].fd;
        fds[i].events = (fds[i].fd == -1) ? 0
                                          : valkey_io_wanted(&io->socket[i]);
        fds[i].revents = 0;
    }

    (void) poll(fds, VALKEY_IO_SOCKETS, ms);

    for (i = 0; i < VALKEY_IO_SOCKETS; i++) {
        valkey_io_event(&io->socket[i], fds[i].fd, fds[i].revents);
    }

    if (io->timer <= valkey_io_clock(io)) {
        io->timer = UINT64_MAX;
        valkey_store_client_tick(io->client);
    }
}


#endif /* _VALKEY_IO_HELP_H_INCLUDED_ */
