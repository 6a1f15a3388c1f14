
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "timestamp.h"


#define WHATSAUTH_TIMESTAMP_SECONDS_MAX  99999999999.0
#define WHATSAUTH_TIMESTAMP_MS_MAX       99999999999999.0
#define WHATSAUTH_TIMESTAMP_DIGITS_MAX   14


/* The unread rest; bad once anything was missing. */
typedef struct {
    const char  *pos;
    const char  *end;
    unsigned     bad;
} whatsauth_timestamp_t;


uint64_t
whatsauth_timestamp_number(double number)
{
    if (number >= 1 && number <= WHATSAUTH_TIMESTAMP_SECONDS_MAX) {
        return (uint64_t) (number * 1000);
    }

    if (number > WHATSAUTH_TIMESTAMP_SECONDS_MAX
        && number <= WHATSAUTH_TIMESTAMP_MS_MAX)
    {
        return (uint64_t) number;
    }

    return 0;
}


/* The next n digits, and one of the characters of after if it is not "". */
static unsigned
whatsauth_timestamp_part(whatsauth_timestamp_t *time, unsigned n,
    const char *after)
{
    unsigned  value;

    value = 0;

    for ( /* void */ ; n != 0; n--) {
        if (time->pos == time->end || *time->pos < '0' || *time->pos > '9') {
            time->bad = 1;
            return 0;
        }

        value = value * 10 + (unsigned) (*time->pos++ - '0');
    }

    if (*after != '\0') {
        if (time->pos == time->end || *time->pos == '\0'
            || strchr(after, *time->pos) == NULL)
        {
            time->bad = 1;
            return 0;
        }

        time->pos++;
    }

    return value;
}


/* Milliseconds; digits after the third are passed over. */
static unsigned
whatsauth_timestamp_fraction(whatsauth_timestamp_t *time)
{
    unsigned  value, unit;

    if (time->pos == time->end || *time->pos != '.') {
        return 0;
    }

    time->pos++;
    value = whatsauth_timestamp_part(time, 1, "") * 100;

    for (unit = 10;
         time->pos < time->end && *time->pos >= '0' && *time->pos <= '9';
         unit /= 10)
    {
        value += (unsigned) (*time->pos++ - '0') * unit;
    }

    return value;
}


/* Seconds east of UTC. */
static int
whatsauth_timestamp_offset(whatsauth_timestamp_t *time)
{
    char      sign;
    unsigned  hours, minutes;

    sign = (time->pos < time->end) ? *time->pos++ : '\0';

    if (sign == 'Z' || sign == 'z') {
        return 0;
    }

    hours = whatsauth_timestamp_part(time, 2, ":");
    minutes = whatsauth_timestamp_part(time, 2, "");

    time->bad |= (sign != '+' && sign != '-') || hours > 23 || minutes > 59;

    return (int) (hours * 3600 + minutes * 60) * (sign == '-' ? -1 : 1);
}


/* Days since 1970-01-01.  Years begin in March, a leap day ends its year. */
static unsigned
whatsauth_timestamp_days(unsigned year, unsigned month, unsigned day)
{
    year -= (month < 3);
    month = (month < 3) ? month + 9 : month - 3;

    return year * 365 + year / 4 - year / 100 + year / 400
           + (month * 153 + 2) / 5 + day - 1 - 719468;
}


static int
whatsauth_timestamp_is_day(unsigned year, unsigned month, unsigned day)
{
    unsigned  next_year, next_month;

    if (year < 1970 || month < 1 || month > 12 || day < 1) {
        return 0;
    }

    next_year = year + month / 12;
    next_month = month % 12 + 1;

    return day <= whatsauth_timestamp_days(next_year, next_month, 1)
                  - whatsauth_timestamp_days(year, month, 1);
}


static uint64_t
whatsauth_timestamp_date(const whatsauth_text_t *text)
{
    int                    offset;
    int64_t                seconds;
    unsigned               year, month, day, hour, minute, second, ms;
    whatsauth_timestamp_t  time;

    time.pos = text->data;
    time.end = whatsauth_text_end(text);
    time.bad = 0;

    year = whatsauth_timestamp_part(&time, 4, "-");
    month = whatsauth_timestamp_part(&time, 2, "-");
    day = whatsauth_timestamp_part(&time, 2, "Tt ");
    hour = whatsauth_timestamp_part(&time, 2, ":");
    minute = whatsauth_timestamp_part(&time, 2, ":");
    second = whatsauth_timestamp_part(&time, 2, "");
    ms = whatsauth_timestamp_fraction(&time);
    offset = whatsauth_timestamp_offset(&time);

    if (time.bad || time.pos != time.end
        || !whatsauth_timestamp_is_day(year, month, day)
        || hour > 23 || minute > 59 || second > 60)
    {
        return 0;
    }

    seconds = (int64_t) whatsauth_timestamp_days(year, month, day) * 86400
              + (int64_t) (hour * 3600 + minute * 60 + second) - offset;

    return seconds < 1 ? 0 : (uint64_t) seconds * 1000 + ms;
}


uint64_t
whatsauth_timestamp_text(const whatsauth_text_t *text)
{
    size_t  i;
    double  number;

    number = 0;

    for (i = 0; i < text->len; i++) {
        if (text->data[i] < '0' || text->data[i] > '9'
            || i == WHATSAUTH_TIMESTAMP_DIGITS_MAX)
        {
            return whatsauth_timestamp_date(text);
        }

        number = number * 10 + (text->data[i] - '0');
    }

    return whatsauth_timestamp_number(number);
}
