
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/header_list.h"


static ngx_int_t ngx_http_whatsauth_header_list_split(ngx_list_t *list,
    ngx_list_part_t *part, ngx_uint_t i);
static void ngx_http_whatsauth_header_list_room(ngx_list_t *list);


/*
 * Others point to the headers of a request, so none may move: the part of the
 * list is split around it.  Readers expect no empty part but the first.
 */

ngx_int_t
ngx_http_whatsauth_header_list_remove(ngx_list_t *list, ngx_table_elt_t *h)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part, *before;
    ngx_table_elt_t  *elts;

    before = NULL;
    part = &list->part;
    elts = part->elts;

    while (h < elts || h >= elts + part->nelts) {
        before = part;
        part = part->next;

        if (part == NULL) {
            return NGX_OK;
        }

        elts = part->elts;
    }

    i = h - elts;

    if (i > 0 && i < part->nelts - 1) {
        return ngx_http_whatsauth_header_list_split(list, part, i);
    }

    if (i == 0 && part->nelts > 1) {
        part->elts = h + 1;
    }

    part->nelts--;

    if (part->nelts == 0 && before != NULL) {
        before->next = part->next;

        if (list->last == part) {
            list->last = before;
        }
    }

    ngx_http_whatsauth_header_list_room(list);

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_header_list_split(ngx_list_t *list, ngx_list_part_t *part,
    ngx_uint_t i)
{
    ngx_list_part_t  *tail;
    ngx_table_elt_t  *elts;

    tail = ngx_palloc(list->pool, sizeof(ngx_list_part_t));
    if (tail == NULL) {
        return NGX_ERROR;
    }

    elts = part->elts;

    tail->elts = &elts[i + 1];
    tail->nelts = part->nelts - i - 1;
    tail->next = part->next;

    part->nelts = i;
    part->next = tail;

    if (list->last == part) {
        list->last = tail;
    }

    ngx_http_whatsauth_header_list_room(list);

    return NGX_OK;
}


/*
 * ngx_list_push() believes that the last part has room for nalloc elements,
 * which it may not have any more: now it looks full.
 */

static void
ngx_http_whatsauth_header_list_room(ngx_list_t *list)
{
    list->nalloc = ngx_max(list->last->nelts, 1);
}
