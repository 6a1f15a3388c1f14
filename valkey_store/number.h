
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * valkey_store/number - decimal numbers, as servers write them.
 */


#ifndef _VALKEY_STORE_NUMBER_H_INCLUDED_
#define _VALKEY_STORE_NUMBER_H_INCLUDED_


#include "ledger/record.h"


/*
 * Reads a whole text.  Each number has one spelling: no plus, no zeros before
 * it, no "-0".  Returns 0, or -1: it is none, or beyond 64 bits.
 */
int valkey_store_number(const ledger_text_t *text, int64_t *number);

/* The same of one from 0 to max. */
int valkey_store_number_to(const ledger_text_t *text, unsigned max,
    unsigned *number);


#endif /* _VALKEY_STORE_NUMBER_H_INCLUDED_ */
