
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * login - performs whole logins and waits for their last callback.
 *
 *    login PORT SITE_PORT CONNECTIONS COUNT TOKEN SECRET CODES STEP...
 *
 * Each of the connections performs one login after another until COUNT are
 * done.  A step is issue=PATH (GET; the code is taken from the answer),
 * message=PATH (POST of a signed message with the code) or callback=PATH
 * (POST of what a site would get).  Without issue the codes are the lines of
 * the file CODES; with issue they are written there, if it is not "-".  The
 * clock stops when the site, an nginx with stub_status in /status, has had
 * COUNT requests; at the last answer, if SITE_PORT is 0.  Prints the seconds
 * in all, those to the last answer, and how many requests the site had.
 */


#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "message.h"


#define LOGIN_BUF       4096
#define LOGIN_STEPS     3
#define LOGIN_PATIENCE  60            /* seconds without any progress */


typedef struct {
    int       fd;
    unsigned  step;
    size_t    got;
    char      code[BENCH_CODE_LEN];
    char      in[LOGIN_BUF];
} login_connection_t;

typedef struct {
    int           port;
    int           site;
    int           epoll;
    unsigned      connections;
    unsigned      count;
    unsigned      started;
    unsigned      finished;
    unsigned      steps;
    const char   *token;
    const char   *secret;
    FILE         *codes;              /* to be read */
    FILE         *issued;             /* to be written */
    char        **step;
} login_t;


static void  login_fail(const char *what, const char *why)
    __attribute__((noreturn));


static void
login_fail(const char *what, const char *why)
{
    fprintf(stderr, "login: %s: %s\n", what, why);
    exit(1);
}


static double
login_now(void)
{
    struct timespec  ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);

    return (double) ts.tv_sec + (double) ts.tv_nsec / 1e9;
}


static int
login_connect(int port)
{
    int                 fd, on;
    struct sockaddr_in  sin;

    memset(&sin, 0, sizeof(sin));
    sin.sin_family = AF_INET;
    sin.sin_port = htons((uint16_t) port);
    sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

    on = 1;
    fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd == -1 || connect(fd, (struct sockaddr *) &sin, sizeof(sin)) != 0
        || setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) != 0)
    {
        login_fail("connect", strerror(errno));
    }

    return fd;
}


static void
login_send(int fd, const char *data, size_t len)
{
    if (send(fd, data, len, MSG_NOSIGNAL) != (ssize_t) len) {
        login_fail("send", strerror(errno));
    }
}


static size_t
login_make_callback(char *out, const char *path, const char *code)
{
    char  body[512];
    int   len;

    len = snprintf(body, sizeof(body),
        "{\"id\":\"123e4567-e89b-42d3-a456-426614174000\","
        "\"status\":\"validated\",\"verification_code\":\"%.10s\","
        "\"phone_number\":\"+56911111111\",\"profile_name\":\"John Doe\","
        "\"expires_at\":\"2021-01-27T01:17:13.674Z\","
        "\"requested_at\":\"2021-01-26T23:17:13.674Z\","
        "\"validated_at\":\"2021-01-26T23:23:17.280Z\","
        "\"authorized_numbers\":[],\"error\":null}", code);

    return (size_t) snprintf(out, LOGIN_BUF,
        "POST %s HTTP/1.1\r\nHost: bench\r\n"
        "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
        path, len, body);
}


static void
login_request(login_t *login, login_connection_t *c, unsigned n)
{
    char         out[LOGIN_BUF];
    size_t       len;
    const char  *step, *path;

    step = login->step[c->step];
    path = strchr(step, '=') + 1;

    switch (*step) {

    case 'i':
        len = (size_t) snprintf(out, sizeof(out),
            "GET %s HTTP/1.1\r\nHost: bench\r\n"
            "Authorization: Bearer %s\r\n\r\n", path, login->token);
        break;

    case 'm':
        len = (size_t) snprintf(out, sizeof(out), "POST %s HTTP/1.1\r\n",
                                path);
        len += bench_request(out + len, c->code, n, login->secret);
        break;

    default:
        len = login_make_callback(out, path, c->code);
    }

    c->got = 0;
    login_send(c->fd, out, len);
}


/* Starts the connection's next login, if there are any left. */

static void
login_start(login_t *login, login_connection_t *c)
{
    char  line[64];

    if (login->started == login->count) {
        return;
    }

    if (login->codes != NULL) {
        if (fgets(line, sizeof(line), login->codes) == NULL) {
            login_fail("codes", "too few in the file");
        }

        memcpy(c->code, line, BENCH_CODE_LEN);
    }

    c->step = 0;
    login_request(login, c, login->started++);
}


/* 1 if the whole answer is there: by its length, or its last chunk. */

static int
login_complete(const char *in, size_t got)
{
    const char  *end, *length;

    end = strstr(in, "\r\n\r\n");

    if (end == NULL) {
        return 0;
    }

    if (strncmp(in, "HTTP/1.1 204", 12) == 0) {
        return 1;
    }

    length = strstr(in, "Content-Length: ");

    if (length != NULL && length < end) {
        return got >= (size_t) (end + 4 - in)
                      + strtoul(length + 16, NULL, 10);
    }

    return got >= 5 && memcmp(in + got - 5, "0\r\n\r\n", 5) == 0;
}


static void
login_receive(int fd, char *in, size_t *got)
{
    ssize_t  n;

    n = recv(fd, in + *got, LOGIN_BUF - 1 - *got, 0);

    if (n <= 0) {
        login_fail("receive", n == 0 ? "closed" : strerror(errno));
    }

    *got += (size_t) n;
    in[*got] = '\0';
}


static void
login_answer(login_t *login, login_connection_t *c)
{
    const char  *code;

    login_receive(c->fd, c->in, &c->got);

    if (!login_complete(c->in, c->got)) {
        return;
    }

    if (strncmp(c->in, "HTTP/1.1 20", 11) != 0) {
        login_fail(login->step[c->step], c->in);
    }

    if (*login->step[c->step] == 'i') {
        code = strstr(c->in, "{\"code\":\"");

        if (code == NULL) {
            login_fail("no code in the answer", c->in);
        }

        memcpy(c->code, code + 9, BENCH_CODE_LEN);

        if (login->issued != NULL) {
            fprintf(login->issued, "%.10s\n", c->code);
        }
    }

    if (++c->step < login->steps) {
        login_request(login, c, login->finished);
        return;
    }

    login->finished++;
    login_start(login, c);
}


static void
login_run(login_t *login, login_connection_t *connections)
{
    int                 i, n;
    unsigned            k;
    struct epoll_event  events[64];

    for (k = 0; k < login->connections; k++) {
        login_start(login, &connections[k]);
    }

    while (login->finished < login->count) {
        n = epoll_wait(login->epoll, events, 64, LOGIN_PATIENCE * 1000);

        if (n <= 0) {
            login_fail("nginx", "no answer");
        }

        for (i = 0; i < n; i++) {
            login_answer(login, events[i].data.ptr);
        }
    }
}


/* The number of requests to the site, this one included. */

static unsigned long
login_site_requests(int fd)
{
    char           in[LOGIN_BUF], *at;
    size_t         got;
    unsigned long  accepted, handled, requests;
    static const char  request[] = "GET /status HTTP/1.1\r\nHost: b\r\n\r\n";

    login_send(fd, request, sizeof(request) - 1);

    requests = 0;
    got = 0;

    do {
        login_receive(fd, in, &got);
    } while (!login_complete(in, got));

    at = strstr(in, "requests\n");

    if (at == NULL
        || sscanf(at + 9, "%lu %lu %lu", &accepted, &handled, &requests) != 3)
    {
        login_fail("no status of the site", in);
    }

    return requests;
}


/* Returns how many requests the site had, which may be more than asked. */

static unsigned long
login_await(int fd, unsigned long before, unsigned long count)
{
    double         progress;
    unsigned long  n, last, asked;

    last = 0;
    progress = login_now();

    for (asked = 1; ; asked++) {
        n = login_site_requests(fd) - before - asked;

        if (n >= count) {
            return n;
        }

        if (n != last) {
            progress = login_now();
            last = n;
        }

        if (login_now() - progress > LOGIN_PATIENCE) {
            login_fail("the site", "callbacks are missing");
        }

        usleep(2000);
    }
}


static FILE *
login_open(const char *name, const char *mode)
{
    FILE  *file;

    file = fopen(name, mode);

    if (file == NULL) {
        login_fail(name, strerror(errno));
    }

    return file;
}


static void
login_arguments(login_t *login, int argc, char **argv)
{
    if (argc < 9 || argc > 8 + LOGIN_STEPS) {
        login_fail("usage", "login PORT SITE_PORT CONNECTIONS COUNT TOKEN "
                   "SECRET CODES STEP...");
    }

    memset(login, 0, sizeof(login_t));
    login->port = atoi(argv[1]);
    login->site = atoi(argv[2]);
    login->connections = (unsigned) atoi(argv[3]);
    login->count = (unsigned) atoi(argv[4]);
    login->token = argv[5];
    login->secret = argv[6];
    login->steps = (unsigned) argc - 8;
    login->step = argv + 8;

    if (*argv[8] != 'i') {
        login->codes = login_open(argv[7], "r");

    } else if (strcmp(argv[7], "-") != 0) {
        login->issued = login_open(argv[7], "w");
    }
}


int
main(int argc, char **argv)
{
    int                  site;
    double               start, answered;
    login_t              login;
    unsigned             i;
    unsigned long        before, requests;
    struct epoll_event   event;
    login_connection_t  *connections;

    login_arguments(&login, argc, argv);

    site = login.site ? login_connect(login.site) : -1;
    login.epoll = epoll_create1(0);
    connections = calloc(login.connections, sizeof(login_connection_t));

    if (login.epoll == -1 || connections == NULL) {
        login_fail("start", strerror(errno));
    }

    for (i = 0; i < login.connections; i++) {
        connections[i].fd = login_connect(login.port);
        event.events = EPOLLIN;
        event.data.ptr = &connections[i];
        (void) epoll_ctl(login.epoll, EPOLL_CTL_ADD, connections[i].fd,
                         &event);
    }

    before = login.site ? login_site_requests(site) : 0;
    start = login_now();

    login_run(&login, connections);
    answered = login_now() - start;
    requests = login.site ? login_await(site, before, login.count) : 0;

    if (login.issued != NULL && fclose(login.issued) != 0) {
        login_fail(argv[7], strerror(errno));
    }

    printf("{\"seconds\":%.4f,\"answered\":%.4f,\"callbacks\":%lu}\n",
           login_now() - start, answered, requests);

    free(connections);

    return 0;
}
