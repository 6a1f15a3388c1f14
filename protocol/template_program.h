
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* A compiled template: steps, which template.c goes along. */


#ifndef _WHATSAUTH_TEMPLATE_PROGRAM_H_INCLUDED_
#define _WHATSAUTH_TEMPLATE_PROGRAM_H_INCLUDED_


#include "template.h"


typedef enum {
    WHATSAUTH_TEMPLATE_LITERAL = 0,
    WHATSAUTH_TEMPLATE_VALUE,
    WHATSAUTH_TEMPLATE_IF,
    WHATSAUTH_TEMPLATE_UNLESS,
    WHATSAUTH_TEMPLATE_LIST
} whatsauth_template_type_t;


typedef struct {
    whatsauth_template_type_t         type;
    unsigned                          name;      /* all but LITERAL */
    size_t                            offset;    /* LITERAL */
    size_t                            len;
    size_t                            end;       /* sections: the step after */
} whatsauth_template_step_t;


struct whatsauth_template_s {
    const whatsauth_template_name_t  *names;
    whatsauth_template_step_t        *steps;
    size_t                            steps_n;
    size_t                            steps_size;
    size_t                            closed;    /* steps of sections that have
                                                    ended: a literal after them
                                                    is none of theirs */
    char                             *literals;
    size_t                            literals_len;
    size_t                            literals_size;
};


/* Adds a step, which is all zeros but for its type.  NULL: no memory. */
whatsauth_template_step_t *whatsauth_template_step(whatsauth_template_t *t,
    whatsauth_template_type_t type);

/*
 * Adds text, escaped or as it is.  Literals that follow one another are one
 * step: a page in a language is mostly such.  Returns 0, or -1: no memory.
 */
int whatsauth_template_literal(whatsauth_template_t *t,
    const whatsauth_text_t *text, int escaped);


#endif /* _WHATSAUTH_TEMPLATE_PROGRAM_H_INCLUDED_ */
