
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Tools of all fuzzers.  They cut an input into parts, each in a block of its
 * own size, so that AddressSanitizer sees a read past its end.
 */


#ifndef _FUZZ_H_INCLUDED_
#define _FUZZ_H_INCLUDED_


#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/text.h"


/* libFuzzer calls both and declares neither. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


/* A broken promise ends the run, and libFuzzer writes the input down. */
#define fuzz_check(condition)                                                 \
    do {                                                                      \
        if (!(condition)) {                                                   \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__,        \
                    #condition);                                              \
            abort();                                                          \
        }                                                                     \
    } while (0)


/* The rest of an input. */
typedef struct {
    const uint8_t  *pos;
    const uint8_t  *end;
} fuzz_input_t;


static inline fuzz_input_t
fuzz_input(const uint8_t *data, size_t size)
{
    fuzz_input_t  in = { data, data + size };

    return in;
}


static inline char *
fuzz_alloc(size_t size)
{
    char  *p;

    p = calloc(1, size);
    fuzz_check(p != NULL);

    return p;
}


/* A copy, to be freed with fuzz_free(). */
static inline whatsauth_text_t
fuzz_copy(const void *data, size_t len)
{
    char              *p;
    whatsauth_text_t   text;

    p = fuzz_alloc(len);

    if (len != 0) {
        memcpy(p, data, len);
    }

    text.data = p;
    text.len = len;

    return text;
}


/* A copy between two strings, likewise. */
static inline whatsauth_text_t
fuzz_between(const char *before, const whatsauth_text_t *text,
    const char *after)
{
    char              *p;
    whatsauth_text_t   whole;

    whole.len = strlen(before) + text->len + strlen(after);
    whole.data = p = fuzz_alloc(whole.len);

    memcpy(p, before, strlen(before));
    p = whatsauth_text_put(p + strlen(before), text);
    memcpy(p, after, strlen(after));

    return whole;
}


static inline void
fuzz_free(whatsauth_text_t *text)
{
    free((char *) text->data);
}


/* The next line, without its end. */
static inline whatsauth_text_t
fuzz_line(fuzz_input_t *in)
{
    const uint8_t     *eol;
    whatsauth_text_t   line;

    eol = (in->pos == in->end)
          ? NULL : memchr(in->pos, '\n', (size_t) (in->end - in->pos));

    if (eol == NULL) {
        eol = in->end;
    }

    line = fuzz_copy(in->pos, (size_t) (eol - in->pos));
    in->pos = (eol == in->end) ? eol : eol + 1;

    return line;
}


static inline whatsauth_text_t
fuzz_rest(fuzz_input_t *in)
{
    const uint8_t  *from;

    from = in->pos;
    in->pos = in->end;

    return fuzz_copy(from, (size_t) (in->end - from));
}


/* Fills data from the input and, where that ends, with zeros. */
static inline void
fuzz_bytes(fuzz_input_t *in, void *data, size_t len)
{
    size_t  n;

    n = (size_t) (in->end - in->pos);
    n = (n < len) ? n : len;

    memset(data, 0, len);

    if (n != 0) {
        memcpy(data, in->pos, n);
        in->pos += n;
    }
}


static inline uint64_t
fuzz_number(fuzz_input_t *in, size_t len)
{
    uint8_t   bytes[sizeof(uint64_t)];
    uint64_t  number;

    fuzz_bytes(in, bytes, len);

    for (number = 0; len != 0; len--) {
        number = number << 8 | bytes[len - 1];
    }

    return number;
}


/* 1 if part lies within whole. */
static inline int
fuzz_is_within(const whatsauth_text_t *part, const whatsauth_text_t *whole)
{
    return part->len == 0
           || (part->data >= whole->data
               && part->data + part->len <= whole->data + whole->len);
}


#endif /* _FUZZ_H_INCLUDED_ */
