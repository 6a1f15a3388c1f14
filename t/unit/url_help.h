
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The parts of a URL. */


#ifndef _URL_HELP_H_INCLUDED_
#define _URL_HELP_H_INCLUDED_


#include "text_help.h"
#include "protocol/url.h"


static inline whatsauth_url_t
parse(const char *url)
{
    whatsauth_url_t   parts;
    whatsauth_text_t  text;

    text = text_of(url);
    assert_int_equal(whatsauth_url_parse(&text, &parts), WHATSAUTH_URL_OK);

    return parts;
}


#endif /* _URL_HELP_H_INCLUDED_ */
