
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A template of HTML that has names and no logic:
 *
 *     {{name}}              the value of name, escaped
 *     {{t.key}}             the text of key, escaped, in which {name} is the
 *                           value of name
 *     {{#name}}...{{/name}} if the value is not empty; of a list, once for
 *                           each of its rows
 *     {{^name}}...{{/name}} if it is empty
 *     {{!...}}              a comment
 *
 * There is no way to write a value without escaping it: values hold what users
 * and browsers sent.  They may stand as text and in attributes with double
 * quotes; nowhere else is escaping enough.
 *
 * A template is compiled once for each language, and then filled for each
 * response.
 */


#ifndef _WHATSAUTH_TEMPLATE_H_INCLUDED_
#define _WHATSAUTH_TEMPLATE_H_INCLUDED_


#include "text.h"


/* Sections in sections. */
#define WHATSAUTH_TEMPLATE_DEPTH  8


/*
 * A name that a template may use.  Its number is its place in the table, which
 * ends with a NULL.  A list has the number of its fields: so many names after
 * it take their values from the row, and mean nothing outside the list.
 */
typedef struct {
    const char               *name;
    unsigned                  fields;     /* 0: no list */
} whatsauth_template_name_t;


/* By the number of the name.  rows has the fields of all rows, row by row. */
typedef struct {
    whatsauth_text_t          text;
    const whatsauth_text_t   *rows;
    size_t                    rows_n;
} whatsauth_template_value_t;


/* A mistake, and the word of the template or text that it is about. */
typedef struct {
    const char               *problem;
    whatsauth_text_t          word;
} whatsauth_template_error_t;


/* The text of a key.  Returns 0, or -1 if there is none. */
typedef int (*whatsauth_template_text_pt)(void *data,
    const whatsauth_text_t *key, whatsauth_text_t *text);


typedef struct whatsauth_template_s  whatsauth_template_t;


/*
 * Compiles source.  names must outlive the template; nothing else is kept.
 * Returns NULL if there is something wrong, or no memory: error says what.
 * error->word lies in source or in a text.
 */
whatsauth_template_t *whatsauth_template_compile(
    const whatsauth_text_t *source, const whatsauth_template_name_t *names,
    whatsauth_template_text_pt text, void *data,
    whatsauth_template_error_t *error);

void whatsauth_template_free(whatsauth_template_t *template);

/* Writes the HTML to out, if that is not NULL, and returns its length. */
size_t whatsauth_template_fill(const whatsauth_template_t *template,
    const whatsauth_template_value_t *values, char *out);

/* Writes text as HTML to out, if that is not NULL, and returns its length. */
size_t whatsauth_template_escape(const whatsauth_text_t *text, char *out);


#endif /* _WHATSAUTH_TEMPLATE_H_INCLUDED_ */
