
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "unicode.h"
#include "url_path.h"


/* Classes of characters in a segment, after a server has normalised it. */
typedef enum {
    WHATSAUTH_URL_PATH_OTHER = 0,
    WHATSAUTH_URL_PATH_END,         /* ends a segment, or the path */
    WHATSAUTH_URL_PATH_TRIMMED      /* may be lost */
} whatsauth_url_path_kind_t;


/* 1 if a percent sign is not followed by two digits. */
static int
whatsauth_url_path_has_bad_escape(const whatsauth_text_t *path)
{
    const char  *p, *end;

    p = path->data;
    end = p + path->len;

    while (p < end && (p = memchr(p, '%', (size_t) (end - p))) != NULL) {
        p++;

        if (end - p < 2 || whatsauth_hex_value(p[0]) == -1
            || whatsauth_hex_value(p[1]) == -1)
        {
            return 1;
        }
    }

    return 0;
}


/*
 * Decodes once, as every server does, or with "all" until nothing is left to
 * decode, as the most careless server does: a percent sign and its digits may
 * be encoded themselves, many times.  Returns the length.
 */
static size_t
whatsauth_url_path_decode(const whatsauth_text_t *path, int all, char *out)
{
    int     high, low;
    size_t  i, n, kept;

    n = 0;
    kept = 0;         /* bytes of out that are no part of an escape */

    for (i = 0; i < path->len; i++) {
        out[n++] = path->data[i];

        while (n - kept > 2 && out[n - 3] == '%') {
            high = whatsauth_hex_value(out[n - 2]);
            low = whatsauth_hex_value(out[n - 1]);

            if (high == -1 || low == -1) {
                break;
            }

            n -= 2;
            out[n - 1] = (char) (high << 4 | low);

            if (!all) {
                kept = n;
            }
        }
    }

    return n;
}


/* C0, DEL and C1; above that all of UTF-8. */
static whatsauth_url_result_t
whatsauth_url_path_characters(const char *p, const char *end)
{
    uint32_t  c;

    while (p < end) {
        c = whatsauth_utf8_next(&p, end);

        if (c == WHATSAUTH_UTF8_ILL_FORMED) {
            return WHATSAUTH_URL_UTF8;
        }

        if (c < 0x20 || (c >= 0x7f && c < 0xa0)) {
            return WHATSAUTH_URL_CHARACTER;
        }
    }

    return WHATSAUTH_URL_OK;
}


/* The dots that c becomes when normalised (NFKC, IDNA); usually none. */
static size_t
whatsauth_url_path_dots(uint32_t c)
{
    switch (c) {

    case '.':
    case 0x2024:        /* one dot leader */
    case 0x3002:        /* ideographic full stops */
    case 0xfe52:
    case 0xff0e:
    case 0xff61:
        return 1;

    case 0x2025:        /* two dot leaders */
    case 0xfe30:
        return 2;

    case 0x2026:        /* ellipses */
    case 0xfe19:
        return 3;

    default:
        return 0;
    }
}


/*
 * Some servers read these as "../": "..;/" if they cut path parameters off,
 * "..#" and "..?" if they decode before they look for the query, "..:" if
 * their file system has streams, ".. " and "..+" if they drop a final blank.
 */
static whatsauth_url_path_kind_t
whatsauth_url_path_kind(uint32_t c)
{
    if (c >= 0xff01 && c <= 0xff5e) {
        c -= 0xff01 - '!';                       /* fullwidth */
    }

    switch (c) {

    case '/':
    case '\\':
    case ';':
    case '#':
    case '?':
    case ':':
    case 0x2044:        /* slashes */
    case 0x2215:
    case 0x29f8:
    case 0x2216:        /* backslashes */
    case 0x29f5:
    case 0xfe68:
        return WHATSAUTH_URL_PATH_END;

    case '+':
        return WHATSAUTH_URL_PATH_TRIMMED;

    default:
        return (whatsauth_unicode_is_space(c)
                || whatsauth_unicode_is_ignorable(c))
               ? WHATSAUTH_URL_PATH_TRIMMED : WHATSAUTH_URL_PATH_OTHER;
    }
}


/* Windows drops dots like blanks at the end: ".. ..." is ".." to it. */
static int
whatsauth_url_path_is_dots(size_t dots, size_t trimmed, size_t others)
{
    return dots != 0 && others == 0 && (dots <= 2 || trimmed != 0);
}


static int
whatsauth_url_path_has_dot_segment(const char *p, const char *end)
{
    size_t                     dots, n, trimmed, others;
    uint32_t                   c;
    whatsauth_url_path_kind_t  kind;

    dots = 0;
    trimmed = 0;
    others = 0;

    while (p < end) {
        c = whatsauth_utf8_next(&p, end);
        n = whatsauth_url_path_dots(c);
        kind = whatsauth_url_path_kind(c);

        if (n != 0) {
            dots += n;
            continue;
        }

        if (kind != WHATSAUTH_URL_PATH_END) {
            trimmed += (kind == WHATSAUTH_URL_PATH_TRIMMED);
            others += (kind == WHATSAUTH_URL_PATH_OTHER);
            continue;
        }

        if (whatsauth_url_path_is_dots(dots, trimmed, others)) {
            return 1;
        }

        dots = 0;
        trimmed = 0;
        others = 0;
    }

    return whatsauth_url_path_is_dots(dots, trimmed, others);
}


whatsauth_url_result_t
whatsauth_url_path(const whatsauth_text_t *path)
{
    int                      all;
    char                     buf[WHATSAUTH_URL_MAX];
    size_t                   len;
    whatsauth_url_result_t   result;

    if (memchr(path->data, '%', path->len) == NULL) {
        return whatsauth_url_path_has_dot_segment(path->data,
                                                  whatsauth_text_end(path))
               ? WHATSAUTH_URL_PATH : WHATSAUTH_URL_OK;
    }

    if (whatsauth_url_path_has_bad_escape(path)) {
        return WHATSAUTH_URL_CHARACTER;
    }

    for (all = 0; all < 2; all++) {
        len = whatsauth_url_path_decode(path, all, buf);
        result = whatsauth_url_path_characters(buf, buf + len);

        if (result != WHATSAUTH_URL_OK) {
            return result;
        }

        if (whatsauth_url_path_has_dot_segment(buf, buf + len)) {
            return WHATSAUTH_URL_PATH;
        }
    }

    return WHATSAUTH_URL_OK;
}
