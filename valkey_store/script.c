
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <openssl/evp.h>

#include "script.h"


int
valkey_store_script_name(const valkey_store_script_t *script,
    char name[VALKEY_STORE_SCRIPT_NAME_LEN])
{
    unsigned       i, len;
    unsigned char  sha[EVP_MAX_MD_SIZE];

    static const char  hex[] = "0123456789abcdef";

    if (EVP_Digest(script->source, script->len, sha, &len, EVP_sha1(), NULL)
        != 1 || 2 * len != VALKEY_STORE_SCRIPT_NAME_LEN)
    {
        return -1;
    }

    for (i = 0; i < len; i++) {
        name[2 * i] = hex[sha[i] >> 4];
        name[2 * i + 1] = hex[sha[i] & 0x0f];
    }

    return 0;
}
