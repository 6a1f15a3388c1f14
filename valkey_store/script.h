
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * valkey_store/script - what runs inside Valkey or Redis: each script is one
 * step that nothing comes between.  The comments of issue.lua, commit.lua and
 * heads.lua are the contract of their keys, arguments and replies;
 * valkey_store/embed.sh makes them a part of the module.
 *
 * A server knows a script by its SHA-1, which EVALSHA names, once SCRIPT LOAD
 * has brought it there.
 */


#ifndef _VALKEY_STORE_SCRIPT_H_INCLUDED_
#define _VALKEY_STORE_SCRIPT_H_INCLUDED_


#include <stddef.h>


#define VALKEY_STORE_SCRIPT_NAME_LEN  40

typedef struct {
    size_t                len;
    const unsigned char  *source;
    const char           *name;      /* SHA-1, in NAME_LEN hexadecimal digits */
} valkey_store_script_t;


extern const valkey_store_script_t  valkey_store_script_issue;
extern const valkey_store_script_t  valkey_store_script_commit;
extern const valkey_store_script_t  valkey_store_script_heads;


#endif /* _VALKEY_STORE_SCRIPT_H_INCLUDED_ */
