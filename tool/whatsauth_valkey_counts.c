
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The counts of waiting codes, as commit.lua keeps them: a field for each app,
 * "w" and its name, and one for its codes of pages, "p" and its name.
 */


#include <stdlib.h>
#include <string.h>

#include "valkey_store/number.h"
#include "whatsauth_valkey_check.h"


void
whatsauth_valkey_counts(whatsauth_valkey_count_t *count,
    const valkey_store_reply_t *reply)
{
    count->left = reply->type == VALKEY_STORE_REPLY_ARRAY ? reply->elements / 2
                                                          : 0;
    count->field = valkey_store_reply_first(reply);
}


int
whatsauth_valkey_counts_next(whatsauth_valkey_count_t *count)
{
    const char                  *word;
    const ledger_text_t         *name;
    const valkey_store_reply_t  *value;

    if (count->left == 0) {
        return 0;
    }

    name = &count->field->text;
    value = valkey_store_reply_after(count->field);
    word = name->data;

    count->odd = name->len < 2 || name->len > 1 + LEDGER_APP_MAX
                 || (word[0] != 'w' && word[0] != 'p')
                 || valkey_store_number(&value->text, &count->number) == -1;

    count->is_pages = !count->odd && word[0] == 'p';
    count->app.data = count->odd ? NULL : word + 1;
    count->app.len = count->odd ? 0 : name->len - 1;

    count->field = valkey_store_reply_after(value);
    count->left--;

    return 1;
}


whatsauth_valkey_tally_t *
whatsauth_valkey_counts_tally(whatsauth_valkey_tally_t **list, size_t *n,
    const ledger_text_t *app, unsigned pages)
{
    size_t                     i;
    whatsauth_valkey_tally_t  *row;

    for (i = 0; i < *n; i++) {
        row = &(*list)[i];

        if (row->pages == pages && row->len == app->len
            && memcmp(row->name, app->data, app->len) == 0)
        {
            return row;
        }
    }

    row = realloc(*list, (*n + 1) * sizeof(whatsauth_valkey_tally_t));
    if (row == NULL) {
        return NULL;
    }

    *list = row;
    row += (*n)++;

    memset(row, 0, sizeof(whatsauth_valkey_tally_t));
    row->pages = pages;
    row->len = app->len;
    memcpy(row->name, app->data, app->len);

    return row;
}
