
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A server that is away is tried again every second, and its replicas are
 * looked at every minute.  The same line is written once in a while, and again
 * when all has been well meanwhile.
 */


#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "parts.h"


#define VALKEY_STORE_TROUBLE_LINE    512

/* In ms; a warning concerns what a plant is, and it stays so. */
#define VALKEY_STORE_TROUBLE_MINUTE  60000
#define VALKEY_STORE_TROUBLE_DAY     86400000


/* FNV-1a: whether two lines are the same, and no more depends on it. */
static uint64_t
valkey_store_trouble_hash(const char *line)
{
    uint64_t  hash;

    for (hash = UINT64_C(0xcbf29ce484222325); *line != '\0'; line++) {
        hash = (hash ^ (unsigned char) *line) * UINT64_C(0x100000001b3);
    }

    return hash;
}


/* The oldest of the lines is forgotten for a new one. */
static int
valkey_store_trouble_is_new(valkey_store_client_t *client, const char *line,
    valkey_store_severity_t severity)
{
    unsigned                 i;
    uint64_t                 clock, hash;
    valkey_store_trouble_t  *trouble;

    clock = valkey_store_clock(client);
    hash = valkey_store_trouble_hash(line);

    for (i = 0; i < VALKEY_STORE_TROUBLES; i++) {
        trouble = &client->trouble[i];

        if (trouble->hash == hash && trouble->until > clock) {
            return 0;
        }
    }

    trouble = &client->trouble[client->troubles++ % VALKEY_STORE_TROUBLES];
    trouble->hash = hash;
    trouble->until = clock + ((severity == VALKEY_STORE_WARN)
                              ? VALKEY_STORE_TROUBLE_DAY
                              : VALKEY_STORE_TROUBLE_MINUTE);

    return 1;
}


static size_t
valkey_store_trouble_about(char *line, size_t size,
    const valkey_store_address_t *about)
{
    int          n, is_ipv6;
    const char  *host;

    host = about->host.data;
    is_ipv6 = (about->host.len != 0
               && memchr(host, ':', about->host.len) != NULL);

    n = snprintf(line, size, "%s%.*s%s:%u: ", is_ipv6 ? "[" : "",
                 (int) about->host.len, host, is_ipv6 ? "]" : "",
                 (unsigned) about->port);

    return (size_t) n;
}


void
valkey_store_trouble(valkey_store_client_t *client,
    valkey_store_severity_t severity, const valkey_store_address_t *about,
    const char *format, ...)
{
    char     line[VALKEY_STORE_TROUBLE_LINE];
    size_t   len;
    va_list  args;

    len = (about == NULL)
          ? 0 : valkey_store_trouble_about(line, sizeof(line), about);

    va_start(args, format);
    (void) vsnprintf(line + len, sizeof(line) - len, format, args);
    va_end(args);

    /* A notice tells of a change, which has just taken place. */

    if (severity == VALKEY_STORE_NOTICE
        || valkey_store_trouble_is_new(client, line, severity))
    {
        client->io->log(client->data, severity, line);
    }
}


/* Warnings stay: they are no trouble that ends. */

void
valkey_store_trouble_over(valkey_store_client_t *client)
{
    unsigned  i;
    uint64_t  soon;

    soon = valkey_store_clock(client) + VALKEY_STORE_TROUBLE_MINUTE;

    for (i = 0; i < VALKEY_STORE_TROUBLES; i++) {
        if (client->trouble[i].until <= soon) {
            client->trouble[i].until = 0;
        }
    }
}


/*
 * Redis repeats the arguments of a command that it does not know, and they may
 * be a password or somebody's number.
 */

void
valkey_store_trouble_error(char why[VALKEY_STORE_ERROR_MAX],
    const ledger_text_t *error)
{
    char        *args;
    size_t       i;
    const char  *p;

    p = error->data;

    for (i = 0; i < error->len && i < VALKEY_STORE_ERROR_MAX - 1; i++) {
        why[i] = (p[i] >= ' ' && p[i] <= '~') ? p[i] : '?';
    }

    why[i] = '\0';

    args = strstr(why, ", with args");
    if (args != NULL) {
        *args = '\0';
    }
}
