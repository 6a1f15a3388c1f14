
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "setup/gate_bypass.h"
#include "setup/gate_location.h"


#if (NGX_PCRE)


static ngx_uint_t ngx_http_whatsauth_gate_bypass_is_open(
    const ngx_http_whatsauth_gate_block_t *block);
static ngx_http_whatsauth_gate_block_t *ngx_http_whatsauth_gate_bypass_beaten(
    const ngx_http_whatsauth_srv_conf_t *wscf,
    const ngx_http_whatsauth_gate_block_t *regex);
static ngx_uint_t ngx_http_whatsauth_gate_bypass_beats(
    const ngx_http_whatsauth_srv_conf_t *wscf,
    const ngx_http_whatsauth_gate_block_t *regex,
    const ngx_http_whatsauth_gate_block_t *gated);
static ngx_uint_t ngx_http_whatsauth_gate_bypass_is_prefix(
    const ngx_http_whatsauth_gate_block_t *block);
static const ngx_http_whatsauth_gate_block_t *
    ngx_http_whatsauth_gate_bypass_around(
    const ngx_http_whatsauth_srv_conf_t *wscf,
    const ngx_http_whatsauth_gate_block_t *block);
static ngx_uint_t ngx_http_whatsauth_gate_bypass_may_match(
    const ngx_str_t *regex, const ngx_str_t *prefix);


void
ngx_http_whatsauth_gate_bypass(ngx_conf_t *cf,
    const ngx_http_whatsauth_srv_conf_t *wscf)
{
    ngx_uint_t                        i;
    ngx_http_whatsauth_gate_line_t   *line;
    ngx_http_whatsauth_gate_block_t  *blocks, *gated;

    blocks = wscf->blocks.elts;

    for (i = 0; i < wscf->blocks.nelts; i++) {

        if (!ngx_http_whatsauth_gate_bypass_is_open(&blocks[i])) {
            continue;
        }

        gated = ngx_http_whatsauth_gate_bypass_beaten(wscf, &blocks[i]);

        if (gated == NULL) {
            continue;
        }

        line = gated->conf->gate_lines.gate;

        ngx_http_whatsauth_conf_log_error(NGX_LOG_WARN, cf, &line->at,
                           "location ~ \"%V\" has no gate and takes requests "
                           "from \"%V\", which has one: write \"^~ %V\", or "
                           "in the other \"whatsauth_gate %V\", or \"off\" if "
                           "that is meant", &blocks[i].core->name,
                           &gated->core->name, &gated->core->name, &line->app);
    }
}


/* "off" in the location itself is the operator's word. */

static ngx_uint_t
ngx_http_whatsauth_gate_bypass_is_open(
    const ngx_http_whatsauth_gate_block_t *block)
{
    ngx_http_whatsauth_gate_line_t  *line;

    line = block->conf->gate_lines.gate;

    return block->core->regex != NULL
           && block->conf->gate == NULL
           && !block->conf->enabled
           && (line == NULL || line == block->around->gate_lines.gate);
}


static ngx_http_whatsauth_gate_block_t *
ngx_http_whatsauth_gate_bypass_beaten(
    const ngx_http_whatsauth_srv_conf_t *wscf,
    const ngx_http_whatsauth_gate_block_t *regex)
{
    ngx_uint_t                        i;
    ngx_http_whatsauth_gate_block_t  *blocks;

    blocks = wscf->blocks.elts;

    for (i = 0; i < wscf->blocks.nelts; i++) {
        if (blocks[i].conf->gate != NULL
            && !blocks[i].conf->gate->optional
            && ngx_http_whatsauth_gate_bypass_beats(wscf, regex, &blocks[i])
            && ngx_http_whatsauth_gate_bypass_may_match(&regex->core->name,
                                                    &blocks[i].core->name))
        {
            return &blocks[i];
        }
    }

    return NULL;
}


/*
 * nginx looks at the regexes of each level, the innermost first, unless the
 * prefix that it has found on that level is "^~".
 */

static ngx_uint_t
ngx_http_whatsauth_gate_bypass_beats(
    const ngx_http_whatsauth_srv_conf_t *wscf,
    const ngx_http_whatsauth_gate_block_t *regex,
    const ngx_http_whatsauth_gate_block_t *gated)
{
    const ngx_http_whatsauth_gate_block_t  *block;

    for (block = gated;
         block != NULL && ngx_http_whatsauth_gate_bypass_is_prefix(block);
         block = ngx_http_whatsauth_gate_bypass_around(wscf, block))
    {
        if (block->around == regex->around && !block->core->noregex) {
            return 1;
        }
    }

    return 0;
}


/* The block of a server has no name. */

static ngx_uint_t
ngx_http_whatsauth_gate_bypass_is_prefix(
    const ngx_http_whatsauth_gate_block_t *block)
{
    return block->core->name.len != 0
           && !block->core->exact_match
           && block->core->regex == NULL
           && !block->core->named;
}


static const ngx_http_whatsauth_gate_block_t *
ngx_http_whatsauth_gate_bypass_around(
    const ngx_http_whatsauth_srv_conf_t *wscf,
    const ngx_http_whatsauth_gate_block_t *block)
{
    ngx_uint_t                              i;
    const ngx_http_whatsauth_gate_block_t  *blocks;

    blocks = wscf->blocks.elts;

    for (i = 0; i < wscf->blocks.nelts; i++) {
        if (blocks[i].conf == block->around) {
            return &blocks[i];
        }
    }

    return NULL;
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


#else


void
ngx_http_whatsauth_gate_bypass(ngx_conf_t *cf,
    const ngx_http_whatsauth_srv_conf_t *wscf)
{
    /* void */
}


#endif
