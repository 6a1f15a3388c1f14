
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* A set of phone numbers in their canonical spelling. */


#ifndef _WHATSAUTH_PHONE_SET_H_INCLUDED_
#define _WHATSAUTH_PHONE_SET_H_INCLUDED_


#include "phone.h"


typedef struct {
    uint64_t          *numbers;    /* ascending, each once */
    size_t             n;
} whatsauth_phone_set_t;


/* Reads a number as people write it; *number is as a set has it. */
whatsauth_phone_result_t whatsauth_phone_set_read(const whatsauth_text_t *text,
    uint64_t *number);

/* Makes a set of numbers in any order, in place. */
void whatsauth_phone_set_order(whatsauth_phone_set_t *set);

/*
 * 1 if the set has the number, which is in digits and may have any spelling
 * of its country; 0 if it is no phone number.
 */
int whatsauth_phone_set_has(const whatsauth_phone_set_t *set,
    const whatsauth_text_t *number);


#endif /* _WHATSAUTH_PHONE_SET_H_INCLUDED_ */
