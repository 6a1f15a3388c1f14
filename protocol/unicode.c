
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stddef.h>
#include <stdlib.h>

#include "unicode.h"


typedef struct {
    uint32_t   first;
    uint32_t   last;
} whatsauth_unicode_range_t;


/* Every step-th character of the range folds to itself + distance. */
typedef struct {
    whatsauth_unicode_range_t  range;
    uint32_t                   step;
    int32_t                    distance;
} whatsauth_unicode_fold_t;


#include "unicode_table.h"


/* The row of a sorted table whose range holds c, or NULL. */
#define whatsauth_unicode_find(c, table)                                      \
    bsearch(&(c), table, sizeof(table) / sizeof(table[0]), sizeof(table[0]),  \
            whatsauth_unicode_compare)


/* Every row begins with its range. */
static int
whatsauth_unicode_compare(const void *character, const void *row)
{
    uint32_t                          c;
    const whatsauth_unicode_range_t  *range;

    c = *(const uint32_t *) character;
    range = row;

    return (c < range->first) ? -1 : (c > range->last);
}


int
whatsauth_unicode_is_ignorable(uint32_t c)
{
    return c >= whatsauth_unicode_ignorables[0].first
           && whatsauth_unicode_find(c, whatsauth_unicode_ignorables) != NULL;
}


int
whatsauth_unicode_is_space(uint32_t c)
{
    return c <= ' ' ? c == ' ' || (c >= '\t' && c <= '\r')
           : c >= 0x80
             && whatsauth_unicode_find(c, whatsauth_unicode_spaces) != NULL;
}


int
whatsauth_unicode_is_quote(uint32_t c)
{
    return c < 0x80 ? c == '"' || c == '\''
           : whatsauth_unicode_find(c, whatsauth_unicode_quotes) != NULL;
}


uint32_t
whatsauth_unicode_fold(uint32_t c)
{
    const whatsauth_unicode_fold_t  *fold;

    if (c < 0x80) {
        return (c >= 'A' && c <= 'Z') ? c | 0x20 : c;
    }

    fold = whatsauth_unicode_find(c, whatsauth_unicode_folds);

    if (fold == NULL || (c - fold->range.first) % fold->step != 0) {
        return c;
    }

    return c + (uint32_t) fold->distance;
}
