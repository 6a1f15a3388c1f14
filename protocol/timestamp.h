
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The time of a message, as vendors of gateways write it.
 */


#ifndef _WHATSAUTH_TIMESTAMP_H_INCLUDED_
#define _WHATSAUTH_TIMESTAMP_H_INCLUDED_


#include "text.h"


/*
 * Unix milliseconds of a number, 0 if it is no time: below 10^11 it counts
 * seconds, below 10^14 milliseconds.  Each reads the years 1973 to 5138, so
 * that the unit is never in doubt.
 */
uint64_t whatsauth_timestamp_number(double number);

/*
 * The same of a text: digits alone, or a date and time of RFC 3339, such as
 * "2021-01-26T23:17:13.674Z".  A local time without an offset is none: it
 * could be hours off, and an old message validate a new code.
 */
uint64_t whatsauth_timestamp_text(const whatsauth_text_t *text);


#endif /* _WHATSAUTH_TIMESTAMP_H_INCLUDED_ */
