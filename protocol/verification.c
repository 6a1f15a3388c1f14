
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <jansson.h>

#include "phone.h"
#include "verification.h"


#define WHATSAUTH_TIME_MAX  253402300799999    /* the end of the year 9999 */


/* Writes n over the zeros that end at last; sprintf() is slower. */

static void
whatsauth_verification_digits(char *last, unsigned n)
{
    for ( /* void */ ; n; n /= 10) {
        *last-- = (char) ('0' + n % 10);
    }
}


/* Years begin in March, so that a leap day is the last of its year. */

void
whatsauth_time_format(uint64_t ms, char out[WHATSAUTH_TIME_LEN])
{
    unsigned  day, era, year, month, second;

    if (ms > WHATSAUTH_TIME_MAX) {
        ms = WHATSAUTH_TIME_MAX;
    }

    second = (unsigned) (ms / 1000 % 86400);
    day = (unsigned) (ms / 86400000) + 719468;     /* since 0000-03-01 */

    era = day / 146097;
    day %= 146097;
    year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    day -= year * 365 + year / 4 - year / 100;
    month = (day * 5 + 2) / 153;
    day -= (month * 153 + 2) / 5;
    year += era * 400 + (month >= 10);
    month = (month < 10) ? month + 3 : month - 9;

    memcpy(out, "0000-00-00T00:00:00.000Z", WHATSAUTH_TIME_LEN);

    whatsauth_verification_digits(out + 3, year);
    whatsauth_verification_digits(out + 6, month);
    whatsauth_verification_digits(out + 9, day + 1);
    whatsauth_verification_digits(out + 12, second / 3600);
    whatsauth_verification_digits(out + 15, second / 60 % 60);
    whatsauth_verification_digits(out + 18, second % 60);
    whatsauth_verification_digits(out + 22, (unsigned) (ms % 1000));
}


static json_t *
whatsauth_verification_time(uint64_t ms)
{
    char  buf[WHATSAUTH_TIME_LEN];

    whatsauth_time_format(ms, buf);

    return json_stringn(buf, WHATSAUTH_TIME_LEN);
}


static json_t *
whatsauth_verification_text(const whatsauth_text_t *text)
{
    if (text->len == 0) {
        return json_null();
    }

    return json_stringn(text->data, text->len);
}


static json_t *
whatsauth_verification_number(const char *digits, size_t len)
{
    char  buf[1 + WHATSAUTH_PHONE_DIGITS_MAX];

    if (len == 0 || len > WHATSAUTH_PHONE_DIGITS_MAX) {
        return json_null();
    }

    buf[0] = '+';
    memcpy(buf + 1, digits, len);

    return json_stringn(buf, len + 1);
}


static json_t *
whatsauth_verification_numbers(const whatsauth_text_t *list)
{
    json_t      *array;
    const char  *p, *from, *end;

    array = json_array();
    p = list->data;
    end = whatsauth_text_end(list);

    while (array != NULL && p < end) {
        for (from = p; p < end && *p != ','; p++) { /* void */ }

        if (json_array_append_new(array,
                       whatsauth_verification_number(from, (size_t) (p - from)))
            != 0)
        {
            json_decref(array);
            return NULL;
        }

        p += (p < end);
    }

    return array;
}


static json_t *
whatsauth_verification_object(const whatsauth_verification_t *v)
{
    int      failed, validated;
    json_t  *object;

    object = json_object();
    validated = strcmp(v->status, "validated") == 0;

    failed = json_object_set_new(object, "id",
                 json_stringn(v->id, WHATSAUTH_ID_LEN));
    failed |= json_object_set_new(object, "status", json_string(v->status));
    failed |= json_object_set_new(object, "verification_code",
                 json_stringn(v->verification_code, WHATSAUTH_CODE_LEN));
    failed |= json_object_set_new(object, "phone_number",
                 validated ? whatsauth_verification_number(
                                 v->phone_number.data, v->phone_number.len)
                           : json_null());
    failed |= json_object_set_new(object, "profile_name",
                 validated ? whatsauth_verification_text(&v->profile_name)
                           : json_null());
    failed |= json_object_set_new(object, "expires_at",
                 whatsauth_verification_time(v->expires_at));
    failed |= json_object_set_new(object, "requested_at",
                 whatsauth_verification_time(v->requested_at));
    failed |= json_object_set_new(object, "validated_at",
                 validated ? whatsauth_verification_time(v->validated_at)
                           : json_null());
    failed |= json_object_set_new(object, "authorized_numbers",
                 whatsauth_verification_numbers(&v->authorized_numbers));
    failed |= json_object_set_new(object, "error",
                 v->error == NULL ? json_null() : json_string(v->error));

    if (v->channel != NULL) {
        failed |= json_object_set_new(object, "channel",
                                      json_string(v->channel));
    }

    if (v->collected_at) {
        failed |= json_object_set_new(object, "collected_at",
                           whatsauth_verification_time(v->collected_at));
    }

    if (failed) {
        json_decref(object);
        return NULL;
    }

    return object;
}


char *
whatsauth_verification_json(const whatsauth_verification_t *v, size_t *len)
{
    char    *body;
    json_t  *object;

    object = whatsauth_verification_object(v);

    if (object == NULL) {
        return NULL;
    }

    body = json_dumps(object, JSON_COMPACT);
    json_decref(object);

    *len = (body == NULL) ? 0 : strlen(body);

    return body;
}
