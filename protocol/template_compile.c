
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdlib.h>

#include "template.h"
#include "template_program.h"


typedef struct {
    whatsauth_template_t             *template;
    whatsauth_template_text_pt        text;
    void                             *data;
    whatsauth_template_error_t       *error;
    size_t                            open[WHATSAUTH_TEMPLATE_DEPTH];
                                                /* steps of open sections */
    size_t                            depth;
} whatsauth_template_compiler_t;


/* Returns -1, for its caller to return. */
static int
whatsauth_template_compile_wrong(whatsauth_template_compiler_t *c,
    const char *problem, const char *word, size_t len)
{
    c->error->problem = problem;
    c->error->word.data = word;
    c->error->word.len = len;

    return -1;
}


static int
whatsauth_template_compile_no_memory(whatsauth_template_compiler_t *c)
{
    return whatsauth_template_compile_wrong(c, "has no memory", "", 0);
}


/* The list whose body this is, or NULL. */
static const whatsauth_template_step_t *
whatsauth_template_compile_list(whatsauth_template_compiler_t *c)
{
    size_t                            i;
    const whatsauth_template_step_t  *step;

    for (i = 0; i < c->depth; i++) {
        step = &c->template->steps[c->open[i]];

        if (step->type == WHATSAUTH_TEMPLATE_LIST) {
            return step;
        }
    }

    return NULL;
}


/* 1 if the name is a field of a list, and this is not the list's body. */
static int
whatsauth_template_compile_outside(whatsauth_template_compiler_t *c,
    unsigned name)
{
    unsigned                          list;
    const whatsauth_template_step_t  *open;
    const whatsauth_template_name_t  *names;

    names = c->template->names;
    open = whatsauth_template_compile_list(c);

    for (list = 0; list < name; list++) {
        if (name <= list + names[list].fields) {
            return open == NULL || open->name != list;
        }
    }

    return 0;
}


/* The number of a name, or -1. */
static int
whatsauth_template_compile_number(whatsauth_template_compiler_t *c,
    const whatsauth_text_t *word)
{
    unsigned                          i;
    whatsauth_text_t                  name;
    const whatsauth_template_name_t  *names;

    names = c->template->names;

    for (i = 0; names[i].name != NULL; i++) {
        name.data = names[i].name;
        name.len = strlen(names[i].name);

        if (!whatsauth_text_equal(&name, word)) {
            continue;
        }

        if (whatsauth_template_compile_outside(c, i)) {
            return whatsauth_template_compile_wrong(c,
                                                    "is outside of its list",
                                                    word->data, word->len);
        }

        return (int) i;
    }

    return whatsauth_template_compile_wrong(c, "is not a name", word->data,
                                            word->len);
}


static int
whatsauth_template_compile_value(whatsauth_template_compiler_t *c,
    const whatsauth_text_t *word)
{
    int                         name;
    whatsauth_template_step_t  *step;

    name = whatsauth_template_compile_number(c, word);
    if (name == -1) {
        return -1;
    }

    step = whatsauth_template_step(c->template, WHATSAUTH_TEMPLATE_VALUE);
    if (step == NULL) {
        return whatsauth_template_compile_no_memory(c);
    }

    step->name = (unsigned) name;

    return 0;
}


static int
whatsauth_template_compile_words(whatsauth_template_compiler_t *c,
    const whatsauth_text_t *key)
{
    const char        *p, *end, *open, *close;
    whatsauth_text_t   text, part;

    if (c->text(c->data, key, &text) != 0) {
        return whatsauth_template_compile_wrong(c, "is not the key of a text",
                                                key->data, key->len);
    }

    p = text.data;
    end = whatsauth_text_end(&text);

    while (p < end) {
        open = memchr(p, '{', (size_t) (end - p));
        part.data = p;
        part.len = (size_t) ((open == NULL ? end : open) - p);

        if (whatsauth_template_literal(c->template, &part, 1) != 0) {
            return whatsauth_template_compile_no_memory(c);
        }

        if (open == NULL) {
            break;
        }

        close = memchr(open, '}', (size_t) (end - open));

        if (close == NULL) {
            return whatsauth_template_compile_wrong(c,
                                                    "has a \"{\" without \"}\"",
                                                    key->data, key->len);
        }

        part.data = open + 1;
        part.len = (size_t) (close - part.data);

        if (whatsauth_template_compile_value(c, &part) != 0) {
            return -1;
        }

        p = close + 1;
    }

    return 0;
}


static int
whatsauth_template_compile_begin(whatsauth_template_compiler_t *c,
    const whatsauth_text_t *word, whatsauth_template_type_t type)
{
    int                         name;
    whatsauth_template_step_t  *step;

    name = whatsauth_template_compile_number(c, word);
    if (name == -1) {
        return -1;
    }

    if (c->template->names[name].fields != 0
        && type == WHATSAUTH_TEMPLATE_IF)
    {
        type = WHATSAUTH_TEMPLATE_LIST;
    }

    if (type == WHATSAUTH_TEMPLATE_LIST
        && whatsauth_template_compile_list(c) != NULL)
    {
        return whatsauth_template_compile_wrong(c, "is a list in a list",
                                                word->data, word->len);
    }

    if (c->depth == WHATSAUTH_TEMPLATE_DEPTH) {
        return whatsauth_template_compile_wrong(c, "is in too many sections",
                                                word->data, word->len);
    }

    step = whatsauth_template_step(c->template, type);
    if (step == NULL) {
        return whatsauth_template_compile_no_memory(c);
    }

    step->name = (unsigned) name;
    c->open[c->depth++] = c->template->steps_n - 1;

    return 0;
}


static int
whatsauth_template_compile_end(whatsauth_template_compiler_t *c,
    const whatsauth_text_t *word)
{
    whatsauth_text_t            name;
    whatsauth_template_t       *t;
    whatsauth_template_step_t  *step;

    t = c->template;

    if (c->depth == 0) {
        return whatsauth_template_compile_wrong(c, "ends no section",
                                                word->data, word->len);
    }

    step = &t->steps[c->open[c->depth - 1]];
    name.data = t->names[step->name].name;
    name.len = strlen(name.data);

    if (!whatsauth_text_equal(&name, word)) {
        return whatsauth_template_compile_wrong(c, "ends another section",
                                                word->data, word->len);
    }

    step->end = t->steps_n;
    t->closed = t->steps_n;
    c->depth--;

    return 0;
}


/* The words between "{{" and "}}". */
static int
whatsauth_template_compile_tag(whatsauth_template_compiler_t *c,
    const whatsauth_text_t *tag)
{
    char              sign;
    whatsauth_text_t  word;

    sign = (tag->len == 0) ? '\0' : tag->data[0];

    word.data = tag->data + (tag->len != 0);
    word.len = tag->len - (tag->len != 0);

    switch (sign) {

    case '!':
        return 0;

    case '#':
        return whatsauth_template_compile_begin(c, &word,
                                                WHATSAUTH_TEMPLATE_IF);

    case '^':
        return whatsauth_template_compile_begin(c, &word,
                                                WHATSAUTH_TEMPLATE_UNLESS);

    case '/':
        return whatsauth_template_compile_end(c, &word);
    }

    if (tag->len > 2 && memcmp(tag->data, "t.", 2) == 0) {
        word.data = tag->data + 2;
        word.len = tag->len - 2;

        return whatsauth_template_compile_words(c, &word);
    }

    return whatsauth_template_compile_value(c, tag);
}


/* The place of "}}" or of "{{", or end. */
static const char *
whatsauth_template_compile_find(const char *p, const char *end, char brace)
{
    for ( /* void */ ; end - p >= 2; p++) {
        if (p[0] == brace && p[1] == brace) {
            return p;
        }
    }

    return end;
}


static int
whatsauth_template_compile_source(whatsauth_template_compiler_t *c,
    const whatsauth_text_t *source)
{
    const char        *p, *end, *open, *close;
    whatsauth_text_t   part;

    p = source->data;
    end = whatsauth_text_end(source);

    while (p < end) {
        open = whatsauth_template_compile_find(p, end, '{');
        part.data = p;
        part.len = (size_t) (open - p);

        if (whatsauth_template_literal(c->template, &part, 0) != 0) {
            return whatsauth_template_compile_no_memory(c);
        }

        if (open == end) {
            break;
        }

        close = whatsauth_template_compile_find(open, end, '}');

        if (close == end) {
            return whatsauth_template_compile_wrong(c, "has no \"}}\"", open,
                                                    2);
        }

        part.data = open + 2;
        part.len = (size_t) (close - part.data);

        if (whatsauth_template_compile_tag(c, &part) != 0) {
            return -1;
        }

        p = close + 2;

        /* A line with nothing but the bounds of a section leaves no trace. */
        if (p < end && *p == '\n' && part.len != 0
            && strchr("!#^/", part.data[0]) != NULL)
        {
            p++;
        }
    }

    if (c->depth != 0) {
        return whatsauth_template_compile_wrong(c,
                                             "has a section that does not end",
                                                source->data, 0);
    }

    return 0;
}


whatsauth_template_t *
whatsauth_template_compile(const whatsauth_text_t *source,
    const whatsauth_template_name_t *names, whatsauth_template_text_pt text,
    void *data, whatsauth_template_error_t *error)
{
    whatsauth_template_compiler_t  c;

    memset(&c, 0, sizeof(whatsauth_template_compiler_t));

    c.text = text;
    c.data = data;
    c.error = error;
    c.template = calloc(1, sizeof(whatsauth_template_t));

    if (c.template == NULL) {
        (void) whatsauth_template_compile_no_memory(&c);
        return NULL;
    }

    c.template->names = names;

    if (whatsauth_template_compile_source(&c, source) != 0) {
        whatsauth_template_free(c.template);
        return NULL;
    }

    return c.template;
}
