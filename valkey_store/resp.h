
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * valkey_store/resp - RESP2, the protocol of Valkey and Redis: commands as
 * bytes, bytes as replies.  No sockets.
 *
 * The order of replies is the only thing that tells which command each belongs
 * to.  So one odd byte is PROTOCOL, and the connection must be closed: whatever
 * was read after it could be taken for the reply to another command.
 *
 * A text that is too long is no odd byte.  Somebody may have written it by hand
 * under a key of ours, and if it closed the connection, each read of that key
 * would hold up all else on its server.  So its bytes are passed over, and it
 * is a reply of a type of its own.
 */


#ifndef _VALKEY_STORE_RESP_H_INCLUDED_
#define _VALKEY_STORE_RESP_H_INCLUDED_


#include "ledger/record.h"


/*
 * Commands, one after the other, to be sent from data on; begins zeroed.  The
 * caller takes what it has sent by setting len to 0, and frees data.
 */
typedef struct {
    char      *data;
    size_t     len;
    size_t     size;
    size_t     from;              /* the command that is being written */
    size_t     words;             /* that are missing in it */
    unsigned   failed:1;
} valkey_store_out_t;


/* Begins a command of so many words; these must follow. */
void valkey_store_out_begin(valkey_store_out_t *out, size_t words);
void valkey_store_out_word(valkey_store_out_t *out, const void *data,
    size_t len);
void valkey_store_out_number(valkey_store_out_t *out, int64_t number);

/*
 * Ends the command.  Returns 0; or -1 where memory or a word was missing, and
 * then out has the commands before this one alone.
 */
int valkey_store_out_end(valkey_store_out_t *out);


typedef enum {
    VALKEY_STORE_REPLY_STATUS,    /* +OK: text */
    VALKEY_STORE_REPLY_ERROR,     /* -MOVED ...: text, see error.h */
    VALKEY_STORE_REPLY_INTEGER,
    VALKEY_STORE_REPLY_BULK,      /* text */
    VALKEY_STORE_REPLY_ARRAY,     /* elements */
    VALKEY_STORE_REPLY_NIL,       /* instead of a bulk or an array */
    VALKEY_STORE_REPLY_LONG       /* a bulk beyond limits.bulk: integer is its
                                     length, and there is no text */
} valkey_store_reply_type_t;

/* An array's elements stand behind it, each with its own elements behind it. */
typedef struct {
    valkey_store_reply_type_t   type;
    ledger_text_t               text;
    int64_t                     integer;
    size_t                      elements;
    size_t                      span;      /* replies, itself included */
    size_t                      at;        /* of text; the reader's own */
} valkey_store_reply_t;


#define valkey_store_reply_first(array)     ((array) + 1)
#define valkey_store_reply_after(element)   ((element) + (element)->span)


/* A reply beyond one of these is PROTOCOL, but for a text that is LONG. */
typedef struct {
    size_t     bulk;              /* bytes of one text; a longer one is LONG */
    size_t     bytes;             /* of a reply as it was sent, without LONGs */
    size_t     replies;           /* in an array, itself included */
    unsigned   depth;             /* arrays in arrays, <= DEPTH_MAX */
    size_t     passed;            /* bytes of a LONG, of which none is kept */
} valkey_store_limits_t;

#define VALKEY_STORE_DEPTH_MAX  8

/* A value cannot be longer: proto-max-bulk-len, unless somebody raises it. */
#define VALKEY_STORE_PASSED_MAX  (512 * 1024 * 1024)

/* A line: a status, an error, a number. */
#define VALKEY_STORE_LINE_MAX   1024


typedef enum {
    VALKEY_STORE_READ_OK,
    VALKEY_STORE_READ_AGAIN,      /* more bytes are needed */
    VALKEY_STORE_READ_PROTOCOL,   /* for good: close the connection */
    VALKEY_STORE_READ_MEMORY      /* the same */
} valkey_store_read_t;


typedef struct {
    size_t    array;              /* its place among the replies */
    size_t    missing;            /* elements */
} valkey_store_level_t;

typedef struct {
    valkey_store_limits_t    limits;

    char                    *data;
    size_t                   size;
    size_t                   len;
    size_t                   from;         /* of the reply in data */
    size_t                   pos;          /* behind what is read of it */
    size_t                   seen;         /* without an end of line */
    int64_t                  bulk;         /* length that was read, or -1 */
    size_t                   passing;      /* bytes of a LONG still to come */

    valkey_store_reply_t    *reply;
    size_t                   replies;
    size_t                   replies_size;
    size_t                   announced;    /* with those to come */

    valkey_store_level_t     level[VALKEY_STORE_DEPTH_MAX];
    unsigned                 levels;

    valkey_store_read_t      broken;       /* PROTOCOL or MEMORY, else OK */
} valkey_store_reader_t;


void valkey_store_reader_init(valkey_store_reader_t *reader,
    const valkey_store_limits_t *limits);
void valkey_store_reader_free(valkey_store_reader_t *reader);

/*
 * Adds bytes as they were received, however they are split.  Returns OK,
 * PROTOCOL or MEMORY.  Callers take all replies before they add more.
 */
valkey_store_read_t valkey_store_reader_add(valkey_store_reader_t *reader,
    const void *data, size_t len);

/* Takes the next reply, which lasts until the next call for this reader. */
valkey_store_read_t valkey_store_reader_next(valkey_store_reader_t *reader,
    const valkey_store_reply_t **reply);

/* 1: it is in the midst of a LONG, which may take a while. */
int valkey_store_reader_passes(const valkey_store_reader_t *reader);


#endif /* _VALKEY_STORE_RESP_H_INCLUDED_ */
