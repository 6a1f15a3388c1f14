
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <string.h>

#include "slot.h"


/* t/unit/valkey_slot.c proves that each lies in its place. */
static const char  valkey_store_tags[VALKEY_STORE_PARTITIONS]
                                    [VALKEY_STORE_TAG_LEN + 1] = {
    "mm", "6q", "9i", "e8", "29", "21", "ap", "ax",
    "0j", "kv", "dn", "df", "3g", "o6", "gc", "xw",
    "8g", "d6", "lc", "02", "g3", "4c", "on", "4r",
    "99", "91", "1d", "m5", "fm", "yy", "2i", "iu",
    "7a", "k0", "ce", "8y", "4l", "op", "x9", "x1",
    "jf", "1z", "zj", "b3", "ik", "2w", "yg", "fs",
    "bk", "9w", "6o", "ms", "af", "an", "5b", "i3",
    "c5", "dp", "kh", "0t", "xi", "xa", "he", "44",
};


/* CRC-16/XMODEM: x^16 + x^12 + x^5 + 1, from zero. */
static unsigned
valkey_store_slot_crc16(const unsigned char *p, size_t len)
{
    int       bit;
    unsigned  crc;

    for (crc = 0; len != 0; p++, len--) {
        crc ^= (unsigned) *p << 8;

        for (bit = 0; bit < 8; bit++) {
            crc = (crc & 0x8000) ? crc << 1 ^ 0x1021 : crc << 1;
        }
    }

    return crc & 0xffff;
}


/* The bytes between the first brace and the next closing one, if any. */

unsigned
valkey_store_slot(const ledger_text_t *key)
{
    size_t                len, tag;
    const unsigned char  *p, *open, *close;

    p = key->data;
    len = key->len;
    open = (len == 0) ? NULL : memchr(p, '{', len);

    if (open != NULL) {
        tag = len - (size_t) (open + 1 - p);
        close = (tag == 0) ? NULL : memchr(open + 1, '}', tag);

        if (close != NULL && close != open + 1) {
            p = open + 1;
            len = (size_t) (close - p);
        }
    }

    return valkey_store_slot_crc16(p, len) % VALKEY_STORE_SLOTS;
}


const char *
valkey_store_tag(unsigned partition)
{
    return valkey_store_tags[partition];
}


unsigned
valkey_store_partition_slot(unsigned partition)
{
    ledger_text_t  tag;

    tag.data = valkey_store_tags[partition];
    tag.len = VALKEY_STORE_TAG_LEN;

    return valkey_store_slot(&tag);
}


int
valkey_store_address_host_is_sane(const ledger_text_t *host)
{
    size_t       i;
    const char  *p;

    p = host->data;

    for (i = 0; i < host->len; i++) {
        if (p[i] <= ' ' || p[i] > '~') {
            return 0;
        }
    }

    return host->len <= 255;
}
