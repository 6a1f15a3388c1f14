
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "entity.h"
#include "text.h"


#define WHATSAUTH_ENTITY_DIGITS_MAX  8


typedef struct {
    const char  *name;
    uint32_t     character;
} whatsauth_entity_t;


static const whatsauth_entity_t  whatsauth_entities[] = {
    { "&gt;",     '>'    },
    { "&lt;",     '<'    },
    { "&amp;",    '&'    },
    { "&quot;",   '"'    },
    { "&apos;",   '\''   },
    { "&raquo;",  0xbb   },
    { "&laquo;",  0xab   },
    { "&rsaquo;", 0x203a },
    { "&lsaquo;", 0x2039 },
    { "&rdquo;",  0x201d },
    { "&ldquo;",  0x201c },
    { "&bdquo;",  0x201e },
    { "&rsquo;",  0x2019 },
    { "&lsquo;",  0x2018 },
    { "&sbquo;",  0x201a },
    { "&nbsp;",   0xa0   },
    { NULL,       0      }
};


static int
whatsauth_entity_is(const char *p, const char *end, const char *name)
{
    for ( /* void */ ; *name != '\0'; p++, name++) {
        if (p == end) {
            return 0;
        }

        if (*p != *name && !(*p >= 'A' && *p <= 'Z' && (*p | 0x20) == *name)) {
            return 0;
        }
    }

    return 1;
}


static int
whatsauth_entity_is_character(uint32_t c)
{
    return c != 0 && c < 0x110000 && (c < 0xd800 || c > 0xdfff);
}


/* "&#62;" or "&#x3e;" at *pos; 0, and *pos as it is, for anything else. */
static uint32_t
whatsauth_entity_number(const char **pos, const char *end)
{
    int          value;
    uint32_t     c, base;
    unsigned     n;
    const char  *p;

    p = *pos + 1;
    base = 10;

    if (p == end || *p++ != '#') {
        return 0;
    }

    if (p < end && (*p | 0x20) == 'x') {
        base = 16;
        p++;
    }

    c = 0;

    for (n = 0; p < end && n < WHATSAUTH_ENTITY_DIGITS_MAX; p++, n++) {
        value = whatsauth_hex_value(*p);

        if (value == -1 || (uint32_t) value >= base) {
            break;
        }

        c = c * base + (uint32_t) value;
    }

    if (p == end || *p != ';' || !whatsauth_entity_is_character(c)) {
        return 0;
    }

    *pos = p + 1;

    return c;
}


uint32_t
whatsauth_entity_next(const char **pos, const char *end)
{
    uint32_t                   c;
    const whatsauth_entity_t  *entity;

    if (**pos != '&') {
        return whatsauth_utf8_next(pos, end);
    }

    for (entity = whatsauth_entities; entity->name != NULL; entity++) {
        if (whatsauth_entity_is(*pos, end, entity->name)) {
            *pos += strlen(entity->name);
            return entity->character;
        }
    }

    c = whatsauth_entity_number(pos, end);

    return (c != 0) ? c : whatsauth_utf8_next(pos, end);
}
