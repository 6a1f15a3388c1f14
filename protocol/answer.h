
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The header of an HTTP/1.x answer (RFC 9112), read in pieces of any size as
 * they arrive.  The reader looks at two fields only, so that no other field
 * can have an effect.  A status line decides: nothing after it can turn the
 * answer into a failure.
 */


#ifndef _WHATSAUTH_ANSWER_H_INCLUDED_
#define _WHATSAUTH_ANSWER_H_INCLUDED_


#include "text.h"


/* Bytes kept of a name and of a value; the two fields need no more. */
#define WHATSAUTH_ANSWER_NAME_MAX   16
#define WHATSAUTH_ANSWER_VALUE_MAX  64

/* Bytes read of one header, and informational answers (1xx) passed over. */
#define WHATSAUTH_ANSWER_HEAD_MAX       65536
#define WHATSAUTH_ANSWER_ANNOUNCED_MAX  32


typedef enum {
    WHATSAUTH_ANSWER_AGAIN = 0,         /* it goes on */
    WHATSAUTH_ANSWER_DONE,
    WHATSAUTH_ANSWER_TOO_LONG,          /* only the status is known for sure */
    WHATSAUTH_ANSWER_NO_STATUS_LINE     /* not one of HTTP/1.x */
} whatsauth_answer_result_t;


/* All zero at the beginning of an answer. */
typedef struct {
    /* Found so far. */
    unsigned   json:1;                  /* Content-Type: application/json */
    size_t     retry_after_len;         /* Retry-After as sent; 0: none */
    char       retry_after[WHATSAUTH_ANSWER_VALUE_MAX];

    /* The position, and the line being read. */
    unsigned   state;
    unsigned   status;                  /* its digits so far */
    unsigned   announced;               /* 1xx passed over */
    size_t     len;                     /* of this header */
    size_t     name_len;                /* may exceed what is kept */
    size_t     value_len;
    char       name[WHATSAUTH_ANSWER_NAME_MAX];
    char       value[WHATSAUTH_ANSWER_VALUE_MAX];
} whatsauth_answer_t;


/*
 * Reads from *pos on and moves *pos past the bytes read: to the first byte of
 * the body when the header is DONE, to end for AGAIN.  Passes over 100 and
 * 103, which only announce an answer, and drops lines that are no field.  The
 * last of a repeated field counts; a Retry-After of more than VALUE_MAX bytes
 * counts as absent.
 */
whatsauth_answer_result_t whatsauth_answer_read(whatsauth_answer_t *answer,
    const char **pos, const char *end);

/*
 * 101 or 200 to 999 as soon as the status line has been read with its end,
 * else 0.  It stays valid if the header is cut off or TOO_LONG.
 */
unsigned whatsauth_answer_status(const whatsauth_answer_t *answer);


#endif /* _WHATSAUTH_ANSWER_H_INCLUDED_ */
