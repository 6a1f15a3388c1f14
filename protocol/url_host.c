
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <arpa/inet.h>

#include "url_host.h"


#define WHATSAUTH_URL_HOST_MAX   253
#define WHATSAUTH_URL_LABEL_MAX  63


/* Decimal, no signs, no leading zeros, so that it reads in one way only. */
static int
whatsauth_url_host_ipv4(const char *p, const char *end)
{
    unsigned     octet, n;
    const char  *from;

    for (n = 1; /* void */ ; n++) {
        octet = 0;

        for (from = p; p < end && whatsauth_is_digit(*p); p++) {
            octet = octet * 10 + (unsigned) (*p - '0');

            if (octet > 255 || (p > from && *from == '0')) {
                return 0;
            }
        }

        if (p == from) {
            return 0;
        }

        if (n == 4) {
            return p == end;
        }

        if (p == end || *p++ != '.') {
            return 0;
        }
    }
}


/* 1 if inet_aton() and its like might take such a last label for a number. */
static int
whatsauth_url_host_label_is_number(const char *p, const char *end)
{
    unsigned  hex;

    hex = (end - p >= 2 && p[0] == '0' && (p[1] | 0x20) == 'x');

    for (p += hex ? 2 : 0; p < end; p++) {
        if (!whatsauth_is_digit(*p)
            && !(hex && whatsauth_hex_value(*p) != -1))
        {
            return 0;
        }
    }

    return 1;
}


static int
whatsauth_url_host_is_label_character(char c)
{
    return whatsauth_is_digit(c)
           || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')
           || c == '-' || c == '_';
}


int
whatsauth_url_host_is_name(const whatsauth_text_t *host, int *ip)
{
    const char  *p, *label, *end;

    end = host->data + host->len;
    *ip = 0;

    if (host->len == 0 || host->len > WHATSAUTH_URL_HOST_MAX) {
        return 0;
    }

    for (p = host->data; /* void */ ; p++) {
        label = p;

        while (p < end && whatsauth_url_host_is_label_character(*p)) {
            p++;
        }

        if (p == label || p - label > WHATSAUTH_URL_LABEL_MAX
            || *label == '-' || p[-1] == '-')
        {
            return 0;
        }

        if (p == end) {
            break;
        }

        if (*p != '.') {
            return 0;
        }
    }

    if (!whatsauth_url_host_label_is_number(label, end)) {
        return 1;
    }

    *ip = whatsauth_url_host_ipv4(host->data, end);

    return *ip;
}


static int
whatsauth_url_host_ipv6(const whatsauth_text_t *host,
    struct in6_addr *address)
{
    char  buf[INET6_ADDRSTRLEN];

    if (host->len == 0 || host->len >= sizeof(buf)
        || memchr(host->data, '\0', host->len) != NULL)
    {
        return 0;
    }

    memcpy(buf, host->data, host->len);
    buf[host->len] = '\0';

    return inet_pton(AF_INET6, buf, address) == 1;
}


int
whatsauth_url_host_is_ipv6(const whatsauth_text_t *host)
{
    struct in6_addr  address;

    return whatsauth_url_host_ipv6(host, &address);
}


static int
whatsauth_url_host_equal_nocase(const whatsauth_text_t *a,
    const whatsauth_text_t *b)
{
    char    c, d;
    size_t  i;

    if (a->len != b->len) {
        return 0;
    }

    for (i = 0; i < a->len; i++) {
        c = a->data[i];
        d = b->data[i];

        c |= (c >= 'A' && c <= 'Z') ? 0x20 : 0;
        d |= (d >= 'A' && d <= 'Z') ? 0x20 : 0;

        if (c != d) {
            return 0;
        }
    }

    return 1;
}


int
whatsauth_url_host_equal(const whatsauth_text_t *a, const whatsauth_text_t *b)
{
    struct in6_addr  first, second;

    if (whatsauth_url_host_equal_nocase(a, b)) {
        return 1;
    }

    return whatsauth_url_host_ipv6(a, &first)
           && whatsauth_url_host_ipv6(b, &second)
           && memcmp(&first, &second, sizeof(first)) == 0;
}


int
whatsauth_url_host_is_localhost(const whatsauth_text_t *host)
{
    whatsauth_text_t               last;
    static const whatsauth_text_t  localhost = whatsauth_text("localhost");

    if (host->len < localhost.len) {
        return 0;
    }

    last.data = host->data + host->len - localhost.len;
    last.len = localhost.len;

    return whatsauth_url_host_equal_nocase(&last, &localhost)
           && (host->len == localhost.len || last.data[-1] == '.');
}
