
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The head of an HTTP/1.x answer (RFC 9112), read as it comes, in pieces of
 * any size.  Of its fields only two are looked at, so that none can act.  A
 * status line is an answer: nothing that follows it can make it a failure.
 */


#ifndef _WHATSAUTH_ANSWER_H_INCLUDED_
#define _WHATSAUTH_ANSWER_H_INCLUDED_


#include "text.h"


/* Bytes of a name and of a value that are kept: no more are needed. */
#define WHATSAUTH_ANSWER_NAME_MAX   16
#define WHATSAUTH_ANSWER_VALUE_MAX  64

/* Bytes of one head that are read, and heads that may only announce one. */
#define WHATSAUTH_ANSWER_HEAD_MAX       65536
#define WHATSAUTH_ANSWER_ANNOUNCED_MAX  32


typedef enum {
    WHATSAUTH_ANSWER_AGAIN = 0,         /* it goes on */
    WHATSAUTH_ANSWER_DONE,
    WHATSAUTH_ANSWER_TOO_LONG,          /* only the status is known for sure */
    WHATSAUTH_ANSWER_NO_STATUS_LINE     /* not one of HTTP/1.x */
} whatsauth_answer_result_t;


/* All zero it is at the beginning of an answer. */
typedef struct {
    /* As far as the head has been read. */
    unsigned   json:1;                  /* Content-Type: application/json */
    size_t     retry_after_len;         /* Retry-After as sent; 0: none */
    char       retry_after[WHATSAUTH_ANSWER_VALUE_MAX];

    /* Where it is, and the line that is being read. */
    unsigned   state;
    unsigned   status;                  /* its digits so far */
    unsigned   announced;               /* heads passed over */
    size_t     len;                     /* of this head */
    size_t     name_len;                /* may exceed what is kept */
    size_t     value_len;
    char       name[WHATSAUTH_ANSWER_NAME_MAX];
    char       value[WHATSAUTH_ANSWER_VALUE_MAX];
} whatsauth_answer_t;


/*
 * Reads from *pos on and moves *pos past what it has read: to the first byte
 * of the body when the head is DONE, to end for AGAIN.  100 and 103, which
 * only announce an answer, are passed over.  A line that is no field is
 * dropped.  Of a repeated field the last counts; a Retry-After of more than
 * VALUE_MAX bytes is none.
 */
whatsauth_answer_result_t whatsauth_answer_read(whatsauth_answer_t *answer,
    const char **pos, const char *end);

/*
 * 101 or 200 to 999 as soon as the status line has been read with its end,
 * else 0.  It stays, also if the head is cut off or TOO_LONG.
 */
unsigned whatsauth_answer_status(const whatsauth_answer_t *answer);


#endif /* _WHATSAUTH_ANSWER_H_INCLUDED_ */
