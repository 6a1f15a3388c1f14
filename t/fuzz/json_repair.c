
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The repair of odd JSON: it changes nothing a second time, keeps what parses
 * parsing and meaning the same but for large numbers, leaves no value that a
 * parser has no room for, and whatever stands between two quotes becomes a
 * string.
 */


#include <jansson.h>

#include "fuzz.h"
#include "protocol/json_repair.h"


#define DEPTH_MAX  32


/* -1: nested too deeply. */
static int
repair(const whatsauth_text_t *json, whatsauth_text_t *out)
{
    int     rc;
    char   *buf;
    size_t  n;

    buf = fuzz_alloc(whatsauth_json_repaired_max(json->len));
    rc = whatsauth_json_repair(json, DEPTH_MAX, buf, &n);

    if (rc != 0) {
        fuzz_check(n < json->len
                   && (json->data[n] == '{' || json->data[n] == '['));
        free(buf);
        return -1;
    }

    fuzz_check(n <= whatsauth_json_repaired_max(json->len));
    *out = fuzz_copy(buf, n);
    free(buf);

    return 0;
}


static int
equal(json_t *a, json_t *b)
{
    size_t       i;
    json_t      *value;
    const char  *key;

    if (json_is_number(a)) {
        return json_is_number(b);
    }

    if (json_is_object(a)) {
        fuzz_check(json_object_size(a) == json_object_size(b));

        json_object_foreach(a, key, value) {
            fuzz_check(equal(value, json_object_get(b, key)));
        }

        return 1;
    }

    if (json_is_array(a)) {
        fuzz_check(json_array_size(a) == json_array_size(b));

        json_array_foreach(a, i, value) {
            fuzz_check(equal(value, json_array_get(b, i)));
        }

        return 1;
    }

    return json_equal(a, b);
}


static void
check_parsed(const whatsauth_text_t *json, const whatsauth_text_t *repaired)
{
    json_t        *before, *after;
    json_error_t   error;

    /* A zero byte after a number is lost on jansson, which is a quirk. */
    before = memchr(json->data, '\0', json->len) != NULL ? NULL
             : json_loadb(json->data, json->len, JSON_DECODE_ANY, NULL);
    after = json_loadb(repaired->data, repaired->len, JSON_DECODE_ANY,
                       &error);

    if (after == NULL) {
        fuzz_check(before == NULL);
        fuzz_check(json_error_code(&error) != json_error_numeric_overflow);
        fuzz_check(json_error_code(&error) != json_error_null_character);
        fuzz_check(json_error_code(&error) != json_error_null_byte_in_key);
    }

    if (before != NULL) {
        fuzz_check(equal(before, after));
    }

    json_decref(before);
    json_decref(after);
}


/* The input as the inside of a string: no quotes, sound escapes only. */
static whatsauth_text_t
quote(const whatsauth_text_t *text)
{
    char              *p, *buf;
    size_t             i, k;
    uint8_t            c;
    whatsauth_text_t   quoted;

    buf = fuzz_alloc(2 * text->len + 4);
    p = buf;
    *p++ = '[';
    *p++ = '"';

    for (i = 0; i < text->len; i++) {
        c = (uint8_t) text->data[i];

        if (c == '"' || (c < ' ' && c != '\0')) {
            c = ' ';
        }

        *p++ = (char) c;

        if (c != '\\') {
            continue;
        }

        for (k = i + 2; k < text->len && k < i + 6; k++) {
            if (whatsauth_hex_value(text->data[k]) == -1) {
                break;
            }
        }

        if (k != i + 6 || text->data[i + 1] != 'u') {
            *p++ = '\\';
        }
    }

    *p++ = '"';
    *p++ = ']';

    quoted = fuzz_copy(buf, (size_t) (p - buf));
    free(buf);

    return quoted;
}


static void
check_string(const whatsauth_text_t *text)
{
    json_t            *array, *string;
    whatsauth_text_t   quoted, repaired, value;

    quoted = quote(text);
    fuzz_check(repair(&quoted, &repaired) == 0);

    array = json_loadb(repaired.data, repaired.len, 0, NULL);
    string = json_array_get(array, 0);
    fuzz_check(json_array_size(array) == 1 && json_is_string(string));

    value.data = json_string_value(string);
    value.len = json_string_length(string);
    fuzz_check(whatsauth_text_is_utf8(&value));

    json_decref(array);
    fuzz_free(&quoted);
    fuzz_free(&repaired);
}


/* A second byte order mark is left to the parser, which refuses it. */
static int
begins_with_bom(const whatsauth_text_t *text)
{
    return text->len >= 3 && memcmp(text->data, "\xef\xbb\xbf", 3) == 0;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    whatsauth_text_t  json, repaired, again;

    json = fuzz_copy(data, size);

    if (repair(&json, &repaired) == 0) {
        fuzz_check(repair(&repaired, &again) == 0);
        fuzz_check(whatsauth_text_equal(&repaired, &again)
                   || begins_with_bom(&repaired));
        check_parsed(&json, &repaired);

        fuzz_free(&repaired);
        fuzz_free(&again);
    }

    check_string(&json);
    fuzz_free(&json);

    return 0;
}
