
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "json_repair.h"


#define WHATSAUTH_JSON_ESCAPE_LEN    6     /* \u0000 */
#define WHATSAUTH_JSON_NUMBER_MAX    18    /* bytes that always fit */
#define WHATSAUTH_JSON_EXPONENT_MAX  2     /* digits */

#define WHATSAUTH_JSON_BOM           "\xef\xbb\xbf"    /* U+FEFF */

#define whatsauth_json_is_high(c)    ((c) >= 0xd800 && (c) <= 0xdbff)
#define whatsauth_json_is_surrogate(c)  ((c) >= 0xd800 && (c) <= 0xdfff)


typedef struct {
    const char  *pos;
    const char  *end;
    char        *out;
} whatsauth_json_t;


static void
whatsauth_json_repair_put(whatsauth_json_t *json, const char *data, size_t len)
{
    memcpy(json->out, data, len);
    json->out += len;
}


/* The code unit of the "\uXXXX" at p, or -1 if there is none. */
static int32_t
whatsauth_json_repair_unit(const char *p, const char *end)
{
    int      i, value;
    int32_t  unit;

    if (end - p < WHATSAUTH_JSON_ESCAPE_LEN || p[0] != '\\' || p[1] != 'u') {
        return -1;
    }

    unit = 0;

    for (i = 2; i < WHATSAUTH_JSON_ESCAPE_LEN; i++) {
        value = whatsauth_hex_value(p[i]);

        if (value == -1) {
            return -1;
        }

        unit = unit << 4 | value;
    }

    return unit;
}


static void
whatsauth_json_repair_escape(whatsauth_json_t *json)
{
    size_t   len;
    int32_t  unit, next;

    unit = whatsauth_json_repair_unit(json->pos, json->end);

    if (unit == -1) {
        /* Two bytes at once, so that the quote of \" ends no string. */

        len = (json->end - json->pos < 2) ? 1 : 2;

        if (len == 2 && (json->pos[1] & 0x80 || json->pos[1] == '\0')) {
            len = 1;
        }

        whatsauth_json_repair_put(json, json->pos, len);
        json->pos += len;
        return;
    }

    len = WHATSAUTH_JSON_ESCAPE_LEN;

    if (whatsauth_json_is_high(unit)) {
        next = whatsauth_json_repair_unit(json->pos + len, json->end);

        if (whatsauth_json_is_surrogate(next)
            && !whatsauth_json_is_high(next))
        {
            whatsauth_json_repair_put(json, json->pos, 2 * len);
            json->pos += 2 * len;
            return;
        }
    }

    whatsauth_json_repair_put(json,
                              (unit == 0 || whatsauth_json_is_surrogate(unit))
                              ? "\\ufffd" : json->pos, len);
    json->pos += len;
}


/* The bytes of most strings: ASCII that neither ends nor escapes. */
static void
whatsauth_json_repair_plain(whatsauth_json_t *json)
{
    const char  *p;

    p = json->pos;

    while (p < json->end && *p != '"' && *p != '\\'
           && *p != '\0' && !(*p & 0x80))
    {
        p++;
    }

    whatsauth_json_repair_put(json, json->pos, (size_t) (p - json->pos));
    json->pos = p;
}


/* Copies up to the closing quote; the opening one is already copied. */
static void
whatsauth_json_repair_string(whatsauth_json_t *json)
{
    uint32_t     c;
    const char  *from;

    for ( ;; ) {
        whatsauth_json_repair_plain(json);

        if (json->pos == json->end) {
            return;
        }

        if (*json->pos == '\\') {
            whatsauth_json_repair_escape(json);
            continue;
        }

        from = json->pos;
        c = whatsauth_utf8_next(&json->pos, json->end);

        if (c == WHATSAUTH_UTF8_ILL_FORMED || c == 0) {
            whatsauth_json_repair_put(json, WHATSAUTH_UTF8_REPLACEMENT,
                                      sizeof(WHATSAUTH_UTF8_REPLACEMENT) - 1);
            continue;
        }

        whatsauth_json_repair_put(json, from, (size_t) (json->pos - from));

        if (c == '"') {
            return;
        }
    }
}


static const char *
whatsauth_json_repair_skip_digits(const char *p, const char *end)
{
    while (p < end && whatsauth_is_digit(*p)) {
        p++;
    }

    return p;
}


/*
 * The end of the number at p, or NULL if it breaks JSON's grammar; the parser
 * then refuses it.
 */
static const char *
whatsauth_json_repair_number_end(const char *p, const char *end,
    size_t *exponent)
{
    const char  *from;

    *exponent = 0;

    p += (*p == '-');
    from = p;
    p = whatsauth_json_repair_skip_digits(p, end);

    if (p == from || (*from == '0' && p - from > 1)) {
        return NULL;
    }

    if (p < end && *p == '.') {
        from = ++p;
        p = whatsauth_json_repair_skip_digits(p, end);

        if (p == from) {
            return NULL;
        }
    }

    if (p < end && (*p == 'e' || *p == 'E')) {
        p++;
        p += (p < end && (*p == '+' || *p == '-'));
        from = p;
        p = whatsauth_json_repair_skip_digits(p, end);
        *exponent = (size_t) (p - from);

        if (p == from) {
            return NULL;
        }
    }

    return p;
}


static void
whatsauth_json_repair_number(whatsauth_json_t *json)
{
    size_t       len, exponent;
    const char  *end;

    end = whatsauth_json_repair_number_end(json->pos, json->end, &exponent);

    if (end == NULL) {
        end = whatsauth_json_repair_skip_digits(json->pos + 1, json->end);
        whatsauth_json_repair_put(json, json->pos, (size_t) (end - json->pos));
        json->pos = end;
        return;
    }

    len = (size_t) (end - json->pos);

    if (len > WHATSAUTH_JSON_NUMBER_MAX
        || exponent > WHATSAUTH_JSON_EXPONENT_MAX)
    {
        /* Spaces keep the digits on either side from joining the zero. */

        whatsauth_json_repair_put(json, " 0 ", 3);

    } else {
        whatsauth_json_repair_put(json, json->pos, len);
    }

    json->pos = end;
}


int
whatsauth_json_repair(const whatsauth_text_t *text, unsigned depth_max,
    char *out, size_t *n)
{
    char              c;
    unsigned          depth;
    whatsauth_json_t  json;

    json.pos = text->data;
    json.end = whatsauth_text_end(text);
    json.out = out;
    depth = 0;

    if (text->len >= sizeof(WHATSAUTH_JSON_BOM) - 1
        && memcmp(text->data, WHATSAUTH_JSON_BOM,
                  sizeof(WHATSAUTH_JSON_BOM) - 1)
           == 0)
    {
        json.pos += sizeof(WHATSAUTH_JSON_BOM) - 1;
    }

    while (json.pos < json.end) {
        c = *json.pos;

        if (c == '-' || whatsauth_is_digit(c)) {
            whatsauth_json_repair_number(&json);
            continue;
        }

        if (c == '{' || c == '[') {
            if (depth++ == depth_max) {
                *n = (size_t) (json.pos - text->data);
                return -1;
            }

        } else if ((c == '}' || c == ']') && depth != 0) {
            depth--;
        }

        *json.out++ = c;
        json.pos++;

        if (c == '"') {
            whatsauth_json_repair_string(&json);
        }
    }

    *n = (size_t) (json.out - out);

    return 0;
}
