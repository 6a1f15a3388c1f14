
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * UTF-8 and what becomes of a profile name: jansson agrees on what is well
 * formed, cleaned text is well formed and clean, and a site finds just that
 * in the callback.
 */


#include <jansson.h>
#include <time.h>

#include "fuzz.h"
#include "protocol/verification.h"


#define TIME_MAX  UINT64_C(253402300799999)    /* the end of the year 9999 */


static void
check_well_formed(const whatsauth_text_t *text)
{
    int      well_formed;
    json_t  *string;

    string = json_stringn(text->data, text->len);
    well_formed = string != NULL
                  && memchr(text->data, '\0', text->len) == NULL;

    fuzz_check(whatsauth_text_is_utf8(text) == well_formed);
    json_decref(string);
}


static whatsauth_text_t
clean(const whatsauth_text_t *text, size_t size)
{
    char              *buf;
    size_t             i, n;
    whatsauth_text_t   cleaned;

    buf = fuzz_alloc(size);
    n = whatsauth_text_clean(text, buf, size);
    fuzz_check(n <= size);

    for (i = 0; i < n; i++) {
        fuzz_check((uint8_t) buf[i] >= ' ' && buf[i] != 0x7f);
    }

    cleaned = fuzz_copy(buf, n);
    free(buf);

    fuzz_check(whatsauth_text_is_utf8(&cleaned));

    return cleaned;
}


static void
check_time(uint64_t ms, json_t *value)
{
    char       expected[WHATSAUTH_TIME_LEN + 32];
    time_t     seconds;
    struct tm  tm;

    ms = (ms > TIME_MAX) ? TIME_MAX : ms;
    seconds = (time_t) (ms / 1000);

    fuzz_check(gmtime_r(&seconds, &tm) != NULL);

    snprintf(expected, sizeof(expected), "%04d-%02d-%02dT%02d:%02d:%02d.%03uZ",
             tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
             tm.tm_min, tm.tm_sec, (unsigned) (ms % 1000));

    fuzz_check(strcmp(expected, json_string_value(value)) == 0);
}


static void
check_callback(const whatsauth_text_t *name, uint64_t ms)
{
    char                       *body;
    size_t                      len;
    json_t                     *root, *value;
    whatsauth_verification_t    v = {
        .id = "95852bde-2cd8-4614-853c-91d0abc8c89b",
        .status = "validated",
        .verification_code = "004a3a39a0",
        .phone_number = whatsauth_text("56911111111"),
        .profile_name = *name,
        .expires_at = ms,
        .requested_at = ms / 2,
        .validated_at = ms / 3,
    };

    body = whatsauth_verification_json(&v, &len);
    fuzz_check(body != NULL && strlen(body) == len);

    root = json_loadb(body, len, JSON_REJECT_DUPLICATES, NULL);
    value = json_object_get(root, "profile_name");

    if (name->len == 0) {
        fuzz_check(json_is_null(value));

    } else {
        fuzz_check(json_string_length(value) == name->len
                   && memcmp(json_string_value(value), name->data, name->len)
                      == 0);
    }

    check_time(ms, json_object_get(root, "expires_at"));
    check_time(ms / 2, json_object_get(root, "requested_at"));
    check_time(ms / 3, json_object_get(root, "validated_at"));

    json_decref(root);
    free(body);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t           ms;
    fuzz_input_t       in;
    whatsauth_text_t   text, name, again;

    in = fuzz_input(data, size);
    ms = fuzz_number(&in, 6);
    text = fuzz_rest(&in);

    check_well_formed(&text);

    name = clean(&text, WHATSAUTH_PROFILE_NAME_MAX);
    again = clean(&name, WHATSAUTH_PROFILE_NAME_MAX);
    fuzz_check(whatsauth_text_equal(&name, &again));

    check_callback(&name, ms);

    fuzz_free(&text);
    fuzz_free(&name);
    fuzz_free(&again);

    return 0;
}
