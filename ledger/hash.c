
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "record.h"


uint64_t
ledger_hash(const void *data, size_t len)
{
    size_t                i;
    uint64_t              hash;
    const unsigned char  *p;

    p = data;
    hash = UINT64_C(0xcbf29ce484222325);

    for (i = 0; i < len; i++) {
        hash = (hash ^ p[i]) * UINT64_C(0x100000001b3);
    }

    return hash;
}
