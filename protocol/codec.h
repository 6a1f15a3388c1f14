
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The inside of a codec, for code.c and token.c alone.
 */


#ifndef _WHATSAUTH_CODEC_H_INCLUDED_
#define _WHATSAUTH_CODEC_H_INCLUDED_


#include <openssl/evp.h>

#include "code.h"
#include "ff1.h"


struct whatsauth_codec_s {
    whatsauth_ff1_t  *code;
    whatsauth_ff1_t  *id;
    EVP_CIPHER_CTX   *seal;            /* one block of AES, to and fro */
    EVP_CIPHER_CTX   *open;
    EVP_MD_CTX       *hash;            /* of secrets */
    uint8_t           token_key[16];
};


/* Prepares seal, open and hash.  0, or -1 when memory is out. */
int whatsauth_token_prepare(whatsauth_codec_t *codec);


#endif /* _WHATSAUTH_CODEC_H_INCLUDED_ */
