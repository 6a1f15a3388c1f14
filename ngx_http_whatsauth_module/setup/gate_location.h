
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The directives of gates.  Each is inherited by itself: a location may bring
 * conditions for the gate of its server, and the other way round.
 */


#ifndef _NGX_HTTP_WHATSAUTH_GATE_LOCATION_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_GATE_LOCATION_H_INCLUDED_


#include "kit/conf.h"


/* A "whatsauth_gate". */
struct ngx_http_whatsauth_gate_line_s {
    ngx_http_whatsauth_conf_line_t       at;
    ngx_str_t                            app;       /* its name */
    ngx_uint_t                           status;
    unsigned                             optional:1;
    unsigned                             off:1;
    unsigned                             reported:1;    /* that it lets in
                                                           every phone */
};


/* A demand of a gate besides a session: one of the two members. */
struct ngx_http_whatsauth_gate_condition_s {
    ngx_http_whatsauth_conf_line_t       at;
    ngx_str_t                            directive;
    whatsauth_phone_set_t               *numbers;   /* NULL: "any" */
    ngx_array_t                         *require;   /* NULL: numbers */
    ngx_http_whatsauth_gate_condition_t *around;    /* that it takes the
                                                       place of, or NULL */
    unsigned                             used:1;    /* in a gated block */
};


char *ngx_http_whatsauth_gate(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_whatsauth_gate_numbers(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_whatsauth_gate_require(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/*
 * Inherits, and makes the gate of a location with a name or of a server.  A
 * location of ours is never gated, or nobody could log in.
 */
ngx_int_t ngx_http_whatsauth_gate_location_merge(ngx_conf_t *cf,
    ngx_http_whatsauth_loc_conf_t *prev, ngx_http_whatsauth_loc_conf_t *conf);


#endif /* _NGX_HTTP_WHATSAUTH_GATE_LOCATION_H_INCLUDED_ */
