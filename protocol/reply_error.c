
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "reply.h"


#define WHATSAUTH_REPLY_CODE_DIGITS_MAX  9


/* A walk through JSON that may end anywhere. */
typedef struct {
    const char        *pos;
    const char        *end;
    unsigned           depth;
    unsigned           in_error;     /* in the object at "error" */
    whatsauth_text_t   key;          /* the last string, if it may be one */
} whatsauth_reply_scan_t;


/* Escapes stay as they are.  pos is after the opening quote. */
static void
whatsauth_reply_error_string(whatsauth_reply_scan_t *scan)
{
    scan->key.data = scan->pos;

    while (scan->pos < scan->end && *scan->pos != '"') {
        scan->pos += (*scan->pos == '\\' && scan->pos + 1 < scan->end) ? 2 : 1;
    }

    scan->key.len = (size_t) (scan->pos - scan->key.data);
    scan->pos += (scan->pos < scan->end);
}


/* A number at the very end may be cut off, so it does not count. */
static uint32_t
whatsauth_reply_error_number(const whatsauth_reply_scan_t *scan)
{
    size_t       n;
    uint32_t     code;
    const char  *p;

    p = scan->pos;
    code = 0;

    while (p < scan->end && *p != '\0' && strchr(" \t\r\n", *p) != NULL) {
        p++;
    }

    for (n = 0; p < scan->end; n++, p++) {
        if (*p < '0' || *p > '9') {
            return (*p != '\0' && strchr(",} \t\r\n", *p) != NULL) ? code : 0;
        }

        if (n == WHATSAUTH_REPLY_CODE_DIGITS_MAX) {
            break;
        }

        code = code * 10 + (uint32_t) (*p - '0');
    }

    return 0;
}


/* 1 if the value after this colon is the error's code. */
static int
whatsauth_reply_error_is_code(const whatsauth_reply_scan_t *scan)
{
    static const whatsauth_text_t  code = whatsauth_text("code");

    return (scan->depth == 1 || (scan->depth == 2 && scan->in_error))
           && whatsauth_text_equal(&scan->key, &code);
}


static void
whatsauth_reply_error_open(whatsauth_reply_scan_t *scan)
{
    static const whatsauth_text_t  error = whatsauth_text("error");

    scan->depth++;

    if (scan->depth == 2) {
        scan->in_error = whatsauth_text_equal(&scan->key, &error);
    }
}


uint32_t
whatsauth_reply_error(const whatsauth_text_t *body)
{
    whatsauth_reply_scan_t  scan;

    memset(&scan, 0, sizeof(whatsauth_reply_scan_t));
    scan.pos = body->data;
    scan.end = whatsauth_text_end(body);

    while (scan.pos < scan.end) {
        switch (*scan.pos++) {

        case '"':
            whatsauth_reply_error_string(&scan);
            continue;

        case ':':
            if (whatsauth_reply_error_is_code(&scan)) {
                return whatsauth_reply_error_number(&scan);
            }

            continue;

        case '{':
        case '[':
            whatsauth_reply_error_open(&scan);
            break;

        case '}':
        case ']':
            scan.depth -= (scan.depth != 0);
            break;

        case ',':
            break;

        default:
            continue;
        }

        scan.key.len = 0;
    }

    return 0;
}
