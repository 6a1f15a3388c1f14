
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "answer.h"


#define WHATSAUTH_ANSWER_STATUS_LEN  3


/* A line may end without CR (RFC 9112, 2.2). */
enum {
    WHATSAUTH_ANSWER_PROTOCOL = 0,
    WHATSAUTH_ANSWER_STATUS,
    WHATSAUTH_ANSWER_AFTER_STATUS,
    WHATSAUTH_ANSWER_REASON,
    WHATSAUTH_ANSWER_REASON_LF,

    WHATSAUTH_ANSWER_LINE,
    WHATSAUTH_ANSWER_NAME,
    WHATSAUTH_ANSWER_BEFORE_VALUE,
    WHATSAUTH_ANSWER_VALUE,
    WHATSAUTH_ANSWER_VALUE_LF,
    WHATSAUTH_ANSWER_DROP,
    WHATSAUTH_ANSWER_END_LF,

    WHATSAUTH_ANSWER_ENDED
};


/* 1 if the byte may stand here. */
static int
whatsauth_answer_protocol(whatsauth_answer_t *answer, char c)
{
    size_t             i;
    static const char  protocol[] = "HTTP/1.";

    i = answer->name_len++;

    if (i < sizeof(protocol) - 1) {
        return c == protocol[i];
    }

    if (i == sizeof(protocol) - 1) {
        return whatsauth_is_digit(c);
    }

    answer->name_len = 0;
    answer->state = WHATSAUTH_ANSWER_STATUS;

    return c == ' ';
}


static int
whatsauth_answer_status_digit(whatsauth_answer_t *answer, char c)
{
    if (c == ' ' && answer->name_len == 0) {
        return 1;
    }

    if (!whatsauth_is_digit(c) || (c == '0' && answer->name_len == 0))
    {
        return 0;
    }

    answer->status = answer->status * 10 + (unsigned) (c - '0');

    if (++answer->name_len == WHATSAUTH_ANSWER_STATUS_LEN) {
        answer->state = WHATSAUTH_ANSWER_AFTER_STATUS;
    }

    return 1;
}


static int
whatsauth_answer_status_line(whatsauth_answer_t *answer, char c)
{
    switch (answer->state) {

    case WHATSAUTH_ANSWER_PROTOCOL:
        return whatsauth_answer_protocol(answer, c);

    case WHATSAUTH_ANSWER_STATUS:
        return whatsauth_answer_status_digit(answer, c);

    case WHATSAUTH_ANSWER_AFTER_STATUS:
        if (c != ' ' && c != '\r' && c != '\n') {
            return 0;
        }

        break;

    case WHATSAUTH_ANSWER_REASON_LF:
        if (c != '\n') {
            return 0;
        }
    }

    answer->state = (c == '\n') ? WHATSAUTH_ANSWER_LINE
                    : (c == '\r') ? WHATSAUTH_ANSWER_REASON_LF
                                  : WHATSAUTH_ANSWER_REASON;

    return c != '\0';
}


/* Names are of any case (RFC 9110, 5.1), and so is a media type. */
static int
whatsauth_answer_begins(const char *p, size_t len, const char *lower)
{
    for ( /* void */ ; *lower != '\0'; p++, lower++, len--) {
        if (len == 0
            || (*p != *lower
                && !(*p >= 'A' && *p <= 'Z' && (*p | 0x20) == *lower)))
        {
            return 0;
        }
    }

    return 1;
}


static int
whatsauth_answer_is_field(const whatsauth_answer_t *answer, const char *name)
{
    return answer->name_len == strlen(name)
           && whatsauth_answer_begins(answer->name, answer->name_len, name);
}


static int
whatsauth_answer_is_json(const char *value, size_t len)
{
    static const char  json[] = "application/json";

    if (!whatsauth_answer_begins(value, len, json)) {
        return 0;
    }

    value += sizeof(json) - 1;
    len -= sizeof(json) - 1;

    return len == 0 || *value == ';' || *value == ' ' || *value == '\t';
}


static void
whatsauth_answer_field(whatsauth_answer_t *answer)
{
    size_t  len;

    len = (answer->value_len < WHATSAUTH_ANSWER_VALUE_MAX)
          ? answer->value_len : WHATSAUTH_ANSWER_VALUE_MAX;

    if (whatsauth_answer_is_field(answer, "content-type")) {
        answer->json = whatsauth_answer_is_json(answer->value, len) ? 1 : 0;

    } else if (whatsauth_answer_is_field(answer, "retry-after")) {

        while (len != 0 && (answer->value[len - 1] == ' '
                            || answer->value[len - 1] == '\t'))
        {
            len--;
        }

        answer->retry_after_len = (len < WHATSAUTH_ANSWER_VALUE_MAX) ? len : 0;
        memcpy(answer->retry_after, answer->value, len);
    }
}


/* Parsers differ on blanks before the colon and on folded lines: drop both. */

static void
whatsauth_answer_name(whatsauth_answer_t *answer, char c)
{
    if (c == ':' && answer->name_len != 0) {
        answer->state = WHATSAUTH_ANSWER_BEFORE_VALUE;
        return;
    }

    if (c == ':' || (uint8_t) c <= ' ' || c == 0x7f) {
        answer->state = WHATSAUTH_ANSWER_DROP;
        return;
    }

    if (answer->name_len < WHATSAUTH_ANSWER_NAME_MAX) {
        answer->name[answer->name_len] = c;
    }

    answer->name_len++;
}


static void
whatsauth_answer_value(whatsauth_answer_t *answer, char c)
{
    if (answer->state == WHATSAUTH_ANSWER_VALUE_LF || c == '\0') {
        answer->state = WHATSAUTH_ANSWER_DROP;
        return;
    }

    if (c == '\r') {
        answer->state = WHATSAUTH_ANSWER_VALUE_LF;
        return;
    }

    if (answer->state == WHATSAUTH_ANSWER_BEFORE_VALUE
        && (c == ' ' || c == '\t'))
    {
        return;
    }

    answer->state = WHATSAUTH_ANSWER_VALUE;

    if (answer->value_len < WHATSAUTH_ANSWER_VALUE_MAX) {
        answer->value[answer->value_len] = c;
    }

    answer->value_len++;
}


static void
whatsauth_answer_line_end(whatsauth_answer_t *answer)
{
    switch (answer->state) {

    case WHATSAUTH_ANSWER_LINE:
    case WHATSAUTH_ANSWER_END_LF:
        answer->state = WHATSAUTH_ANSWER_ENDED;
        return;

    case WHATSAUTH_ANSWER_BEFORE_VALUE:
    case WHATSAUTH_ANSWER_VALUE:
    case WHATSAUTH_ANSWER_VALUE_LF:
        whatsauth_answer_field(answer);
    }

    answer->state = WHATSAUTH_ANSWER_LINE;
}


/* The status is known already, so a bad line is dropped and nothing else. */

static void
whatsauth_answer_field_line(whatsauth_answer_t *answer, char c)
{
    if (c == '\n') {
        whatsauth_answer_line_end(answer);
        return;
    }

    switch (answer->state) {

    case WHATSAUTH_ANSWER_LINE:
        answer->name_len = 0;
        answer->value_len = 0;

        if (c == '\r') {
            answer->state = WHATSAUTH_ANSWER_END_LF;
            return;
        }

        answer->state = WHATSAUTH_ANSWER_NAME;

        /* Fall through. */

    case WHATSAUTH_ANSWER_NAME:
        whatsauth_answer_name(answer, c);
        return;

    case WHATSAUTH_ANSWER_END_LF:
        answer->state = WHATSAUTH_ANSWER_DROP;
        return;

    case WHATSAUTH_ANSWER_DROP:
        return;

    default:
        whatsauth_answer_value(answer, c);
    }
}


unsigned
whatsauth_answer_status(const whatsauth_answer_t *answer)
{
    if (answer->state < WHATSAUTH_ANSWER_LINE
        || (answer->status < 200 && answer->status != 101))
    {
        return 0;
    }

    return answer->status;
}


/* A 1xx answer has ended: begin anew, or give up after too many. */

static int
whatsauth_answer_again(whatsauth_answer_t *answer)
{
    unsigned  announced;

    announced = answer->announced + 1;

    memset(answer, 0, sizeof(whatsauth_answer_t));
    answer->announced = announced;

    return announced <= WHATSAUTH_ANSWER_ANNOUNCED_MAX;
}


static whatsauth_answer_result_t
whatsauth_answer_byte(whatsauth_answer_t *answer, char c)
{
    if (answer->len++ == WHATSAUTH_ANSWER_HEAD_MAX) {
        return whatsauth_answer_status(answer)
               ? WHATSAUTH_ANSWER_TOO_LONG : WHATSAUTH_ANSWER_NO_STATUS_LINE;
    }

    if (answer->state < WHATSAUTH_ANSWER_LINE) {
        return whatsauth_answer_status_line(answer, c)
               ? WHATSAUTH_ANSWER_AGAIN : WHATSAUTH_ANSWER_NO_STATUS_LINE;
    }

    whatsauth_answer_field_line(answer, c);

    if (answer->state != WHATSAUTH_ANSWER_ENDED) {
        return WHATSAUTH_ANSWER_AGAIN;
    }

    if (whatsauth_answer_status(answer)) {
        return WHATSAUTH_ANSWER_DONE;
    }

    return whatsauth_answer_again(answer) ? WHATSAUTH_ANSWER_AGAIN
                                          : WHATSAUTH_ANSWER_NO_STATUS_LINE;
}


whatsauth_answer_result_t
whatsauth_answer_read(whatsauth_answer_t *answer, const char **pos,
    const char *end)
{
    whatsauth_answer_result_t  result;

    result = WHATSAUTH_ANSWER_AGAIN;

    while (*pos < end && result == WHATSAUTH_ANSWER_AGAIN) {
        result = whatsauth_answer_byte(answer, *(*pos)++);
    }

    return result;
}
