
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Locations by a regex, and what they take from others.  nginx looks at the
 * regexes of each level, the innermost first, unless the prefix that it has
 * found on that level is "^~".
 */


#ifndef _NGX_HTTP_WHATSAUTH_REGEX_LOCATION_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_REGEX_LOCATION_H_INCLUDED_


#include "kit/conf.h"


/* Returns 1 if it has warned: one warning for each regex is enough. */
typedef ngx_uint_t (*ngx_http_whatsauth_regex_location_pt)(ngx_conf_t *cf,
    const ngx_http_whatsauth_loc_conf_t *regex,
    const ngx_http_whatsauth_loc_conf_t *prefix);

/*
 * Asks handler of each regex that nginx prefers to a prefix, for all prefixes
 * of its server until one has its warning.
 */
void ngx_http_whatsauth_regex_locations(ngx_conf_t *cf,
    ngx_http_whatsauth_regex_location_pt handler);


#endif /* _NGX_HTTP_WHATSAUTH_REGEX_LOCATION_H_INCLUDED_ */
