
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "setup/gate_bypass.h"
#include "setup/gate_location.h"
#include "setup/regex_location.h"


static ngx_uint_t ngx_http_whatsauth_gate_bypass_warn(ngx_conf_t *cf,
    const ngx_http_whatsauth_loc_conf_t *regex,
    const ngx_http_whatsauth_loc_conf_t *prefix);
static ngx_uint_t ngx_http_whatsauth_gate_bypass_is_open(
    const ngx_http_whatsauth_loc_conf_t *regex);
static ngx_uint_t ngx_http_whatsauth_gate_bypass_may_match(
    const ngx_str_t *regex, const ngx_str_t *prefix);


void
ngx_http_whatsauth_gate_bypass(ngx_conf_t *cf)
{
    ngx_http_whatsauth_regex_locations(cf,
                                       ngx_http_whatsauth_gate_bypass_warn);
}


static ngx_uint_t
ngx_http_whatsauth_gate_bypass_warn(ngx_conf_t *cf,
    const ngx_http_whatsauth_loc_conf_t *regex,
    const ngx_http_whatsauth_loc_conf_t *prefix)
{
    ngx_http_whatsauth_gate_line_t  *line;

    if (prefix->gate == NULL
        || prefix->gate->optional
        || !ngx_http_whatsauth_gate_bypass_is_open(regex)
        || !ngx_http_whatsauth_gate_bypass_may_match(&regex->core->name,
                                                     &prefix->core->name))
    {
        return 0;
    }

    line = prefix->gate_lines.gate;

    ngx_http_whatsauth_conf_log_error(NGX_LOG_WARN, cf, &line->at,
                           "location ~ \"%V\" has no gate and takes requests "
                           "from \"%V\", which has one: write \"^~ %V\", or "
                           "in the other \"whatsauth_gate %V\", or \"off\" if "
                           "that is meant", &regex->core->name,
                           &prefix->core->name, &prefix->core->name,
                           &line->app);

    return 1;
}


/* "off" in the location itself is the operator's word. */

static ngx_uint_t
ngx_http_whatsauth_gate_bypass_is_open(
    const ngx_http_whatsauth_loc_conf_t *regex)
{
    ngx_http_whatsauth_gate_line_t  *line;

    line = regex->gate_lines.gate;

    return regex->gate == NULL
           && !regex->enabled
           && (line == NULL || line == regex->around->gate_lines.gate);
}


/*
 * 0 if the regex begins with "^" and plain characters, and they differ from
 * the prefix.  A character before a quantifier may be missing, and behind "|"
 * the pattern begins anew.
 */

static ngx_uint_t
ngx_http_whatsauth_gate_bypass_may_match(const ngx_str_t *regex,
    const ngx_str_t *prefix)
{
    u_char  c;
    size_t  i, n;

    if (regex->len == 0 || regex->data[0] != '^'
        || ngx_strlchr(regex->data, regex->data + regex->len, '|') != NULL)
    {
        return 1;
    }

    n = ngx_min(regex->len - 1, prefix->len);

    for (i = 0; i < n; i++) {
        c = regex->data[i + 1];

        if (!isalnum(c) && c != '/' && c != '-' && c != '_') {
            return 1;
        }

        if (ngx_tolower(c) != ngx_tolower(prefix->data[i])) {
            return i + 2 < regex->len
                   && ngx_strchr("*?{", regex->data[i + 2]) != NULL;
        }
    }

    return 1;
}
