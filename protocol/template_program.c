
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdlib.h>

#include "template_program.h"


/* Room for n more elements of an array of *size, doubled as need be. */
static void *
whatsauth_template_program_grow(void *array, size_t used, size_t n,
    size_t *size, size_t element)
{
    void    *grown;
    size_t   wanted;

    if (array != NULL && used + n <= *size) {
        return array;
    }

    wanted = 2 * (used + n) + 64;
    grown = realloc(array, wanted * element);

    if (grown != NULL) {
        *size = wanted;
    }

    return grown;
}


whatsauth_template_step_t *
whatsauth_template_step(whatsauth_template_t *t,
    whatsauth_template_type_t type)
{
    whatsauth_template_step_t  *steps, *step;

    steps = whatsauth_template_program_grow(t->steps, t->steps_n, 1,
                                            &t->steps_size,
                                            sizeof(whatsauth_template_step_t));
    if (steps == NULL) {
        return NULL;
    }

    t->steps = steps;
    step = &steps[t->steps_n++];
    memset(step, 0, sizeof(whatsauth_template_step_t));
    step->type = type;

    return step;
}


/* The step of a literal that goes on, or a new one. */
static whatsauth_template_step_t *
whatsauth_template_program_literal_step(whatsauth_template_t *t)
{
    whatsauth_template_step_t  *step;

    if (t->steps_n > t->closed
        && t->steps[t->steps_n - 1].type == WHATSAUTH_TEMPLATE_LITERAL)
    {
        return &t->steps[t->steps_n - 1];
    }

    step = whatsauth_template_step(t, WHATSAUTH_TEMPLATE_LITERAL);

    if (step != NULL) {
        step->offset = t->literals_len;
    }

    return step;
}


int
whatsauth_template_literal(whatsauth_template_t *t,
    const whatsauth_text_t *text, int escaped)
{
    char                       *literals;
    size_t                      len;
    whatsauth_template_step_t  *step;

    len = escaped ? whatsauth_template_escape(text, NULL) : text->len;

    if (len == 0) {
        return 0;
    }

    literals = whatsauth_template_program_grow(t->literals, t->literals_len,
                                               len, &t->literals_size, 1);
    if (literals == NULL) {
        return -1;
    }

    t->literals = literals;
    step = whatsauth_template_program_literal_step(t);

    if (step == NULL) {
        return -1;
    }

    if (escaped) {
        (void) whatsauth_template_escape(text, literals + t->literals_len);

    } else {
        (void) whatsauth_text_put(literals + t->literals_len, text);
    }

    t->literals_len += len;
    step->len += len;

    return 0;
}
