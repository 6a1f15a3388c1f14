
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Bytes to a server and back, each step within seconds.
 */


#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "whatsauth_valkey.h"


/*
 * Milliseconds.  A server that holds much may be busy for some of them.  A
 * server without TLS takes the handshake for half a command, and is silent.
 */
#define WHATSAUTH_VALKEY_SOCKET_CONNECT  5000
#define WHATSAUTH_VALKEY_SOCKET_SILENCE  15000


static int
whatsauth_valkey_socket_fail(char *error, const char *why)
{
    snprintf(error, WHATSAUTH_VALKEY_ERROR_MAX, "%s", why);

    return -1;
}


/* Waits until the socket is ready for events. */

static int
whatsauth_valkey_socket_wait(const whatsauth_valkey_socket_t *sock,
    short events, char *error)
{
    int            n;
    struct pollfd  fd;

    fd.fd = sock->fd;
    fd.events = events;

    do {
        n = poll(&fd, 1, sock->patience);
    } while (n == -1 && errno == EINTR);

    if (n == 1) {
        return 0;
    }

    return whatsauth_valkey_socket_fail(error, n == 0 ? "no answer in time"
                                                      : strerror(errno));
}


/* Returns 0, or -1 and error; sock->fd may be open then. */

static int
whatsauth_valkey_socket_connect(whatsauth_valkey_socket_t *sock,
    const struct addrinfo *address, char *error)
{
    int        rc, one;
    socklen_t  len;

    sock->fd = socket(address->ai_family,
                      address->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC,
                      address->ai_protocol);
    if (sock->fd == -1) {
        return whatsauth_valkey_socket_fail(error, strerror(errno));
    }

    one = 1;
    (void) setsockopt(sock->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));

    rc = connect(sock->fd, address->ai_addr, address->ai_addrlen) == -1
         ? errno : 0;

    if (rc == EINPROGRESS) {
        if (whatsauth_valkey_socket_wait(sock, POLLOUT, error) == -1) {
            return -1;
        }

        len = sizeof(rc);

        if (getsockopt(sock->fd, SOL_SOCKET, SO_ERROR, &rc, &len) == -1) {
            rc = errno;
        }
    }

    return rc == 0 ? 0 : whatsauth_valkey_socket_fail(error, strerror(rc));
}


/* Tries each address of the name. */

static int
whatsauth_valkey_socket_reach(whatsauth_valkey_socket_t *sock,
    const char *host, uint16_t port, char *error)
{
    int               rc;
    char              service[sizeof("65535")];
    struct addrinfo   hints, *list, *address;

    memset(&hints, 0, sizeof(hints));
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV;
    snprintf(service, sizeof(service), "%u", (unsigned) port);

    rc = getaddrinfo(host, service, &hints, &list);
    if (rc) {
        return whatsauth_valkey_socket_fail(error, gai_strerror(rc));
    }

    rc = -1;

    for (address = list; rc == -1 && address != NULL;
         address = address->ai_next)
    {
        rc = whatsauth_valkey_socket_connect(sock, address, error);

        if (rc == -1) {
            whatsauth_valkey_socket_close(sock);
        }
    }

    freeaddrinfo(list);

    return rc;
}


/* Says what OpenSSL found wrong with the certificate, or in the last call. */

static int
whatsauth_valkey_socket_fail_ssl(const whatsauth_valkey_socket_t *sock,
    char *error)
{
    long           verified;
    unsigned long  code;

    verified = SSL_get_verify_result(sock->ssl);
    code = ERR_get_error();
    ERR_clear_error();

    if (verified != X509_V_OK) {
        snprintf(error, WHATSAUTH_VALKEY_ERROR_MAX,
                 "the certificate is refused: %s",
                 X509_verify_cert_error_string(verified));

    } else if (code == 0) {
        return whatsauth_valkey_socket_fail(error,
                                            "the connection was closed");

    } else {
        snprintf(error, WHATSAUTH_VALKEY_ERROR_MAX, "TLS: %s",
                 ERR_reason_error_string(code) == NULL
                 ? "it failed" : ERR_reason_error_string(code));
    }

    return -1;
}


/*
 * After a call of OpenSSL that returned rc <= 0: waits for what it wants and
 * returns 0: call again; or -1.
 */

static int
whatsauth_valkey_socket_retry(whatsauth_valkey_socket_t *sock, int rc,
    char *error)
{
    switch (SSL_get_error(sock->ssl, rc)) {

    case SSL_ERROR_WANT_READ:
        return whatsauth_valkey_socket_wait(sock, POLLIN, error);

    case SSL_ERROR_WANT_WRITE:
        return whatsauth_valkey_socket_wait(sock, POLLOUT, error);
    }

    return whatsauth_valkey_socket_fail_ssl(sock, error);
}


/* The certificate must be one of this name, or of this address. */

static int
whatsauth_valkey_socket_expect(whatsauth_valkey_socket_t *sock,
    const char *host)
{
    X509_VERIFY_PARAM  *param;

    param = SSL_get0_param(sock->ssl);

    if (X509_VERIFY_PARAM_set1_ip_asc(param, host) == 1) {
        return 0;
    }

    /* No error: it is a name. */
    ERR_clear_error();

    X509_VERIFY_PARAM_set_hostflags(param,
                                    X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);

    return X509_VERIFY_PARAM_set1_host(param, host, 0) == 1
           && SSL_set_tlsext_host_name(sock->ssl, host) == 1
           ? 0 : -1;
}


static int
whatsauth_valkey_socket_handshake(whatsauth_valkey_socket_t *sock,
    const char *host, SSL_CTX *ssl, char *error)
{
    int  rc;

    sock->ssl = SSL_new(ssl);

    if (sock->ssl == NULL || SSL_set_fd(sock->ssl, sock->fd) != 1
        || whatsauth_valkey_socket_expect(sock, host) == -1)
    {
        return whatsauth_valkey_socket_fail(error, "memory is out");
    }

    while ((rc = SSL_connect(sock->ssl)) != 1) {
        if (whatsauth_valkey_socket_retry(sock, rc, error) == -1) {
            return -1;
        }
    }

    return 0;
}


int
whatsauth_valkey_socket_open(whatsauth_valkey_socket_t *sock,
    const char *host, uint16_t port, SSL_CTX *ssl, char *error)
{
    sock->fd = -1;
    sock->patience = WHATSAUTH_VALKEY_SOCKET_CONNECT;
    sock->ssl = NULL;

    if (whatsauth_valkey_socket_reach(sock, host, port, error) == -1) {
        return -1;
    }

    if (ssl != NULL
        && whatsauth_valkey_socket_handshake(sock, host, ssl, error) == -1)
    {
        whatsauth_valkey_socket_close(sock);
        return -1;
    }

    sock->patience = WHATSAUTH_VALKEY_SOCKET_SILENCE;

    return 0;
}


/* Writes some bytes: their number, or 0: again; or -1. */

static int
whatsauth_valkey_socket_put(whatsauth_valkey_socket_t *sock,
    const char *data, size_t len, char *error)
{
    ssize_t  n;

    if (sock->ssl != NULL) {
        n = SSL_write(sock->ssl, data, len > INT_MAX ? INT_MAX : (int) len);

        return n > 0 ? (int) n
                     : whatsauth_valkey_socket_retry(sock, (int) n, error);
    }

    n = send(sock->fd, data, len > INT_MAX ? INT_MAX : len, MSG_NOSIGNAL);

    if (n >= 0) {
        return (int) n;
    }

    if (errno == EAGAIN || errno == EINTR) {
        return whatsauth_valkey_socket_wait(sock, POLLOUT, error);
    }

    return whatsauth_valkey_socket_fail(error, strerror(errno));
}


int
whatsauth_valkey_socket_write(whatsauth_valkey_socket_t *sock,
    const void *data, size_t len, char *error)
{
    int          n;
    const char  *p;

    for (p = data; len != 0; p += n, len -= (size_t) n) {
        n = whatsauth_valkey_socket_put(sock, p, len, error);

        if (n == -1) {
            return -1;
        }
    }

    return 0;
}


/* Reads some bytes: their number, or 0: again; or -1. */

static int
whatsauth_valkey_socket_take(whatsauth_valkey_socket_t *sock, void *data,
    size_t size, char *error)
{
    ssize_t  n;

    if (sock->ssl != NULL) {
        n = SSL_read(sock->ssl, data, (int) size);

        return n > 0 ? (int) n
                     : whatsauth_valkey_socket_retry(sock, (int) n, error);
    }

    n = recv(sock->fd, data, size, 0);

    if (n > 0) {
        return (int) n;
    }

    if (n == 0) {
        return whatsauth_valkey_socket_fail(error,
                                            "the connection was closed");
    }

    if (errno == EAGAIN || errno == EINTR) {
        return whatsauth_valkey_socket_wait(sock, POLLIN, error);
    }

    return whatsauth_valkey_socket_fail(error, strerror(errno));
}


int
whatsauth_valkey_socket_read(whatsauth_valkey_socket_t *sock, void *data,
    size_t size, char *error)
{
    int  n;

    do {
        n = whatsauth_valkey_socket_take(sock, data, size, error);
    } while (n == 0);

    return n;
}


void
whatsauth_valkey_socket_close(whatsauth_valkey_socket_t *sock)
{
    SSL_free(sock->ssl);
    sock->ssl = NULL;

    if (sock->fd != -1) {
        close(sock->fd);
        sock->fd = -1;
    }
}
