
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "journey/origin.h"

#include "protocol/verification.h"


/* Milliseconds would help nobody. */

u_char *
ngx_http_whatsauth_origin(u_char *p, const ledger_record_t *record)
{
    char                  time[WHATSAUTH_TIME_LEN];
    const ledger_text_t  *place, *device;

    place = &record->text[LEDGER_PLACE];
    device = &record->text[LEDGER_DEVICE];

    if (device->len) {
        p = ngx_sprintf(p, ", with %*s", device->len, device->data);
    }

    if (place->len) {
        p = ngx_sprintf(p, ", from %*s", place->len, place->data);
    }

    whatsauth_time_format(record->requested_at, time);

    return ngx_sprintf(p, ", on %*s at %*s UTC",
                       sizeof("2026-11-28") - 1, time,
                       sizeof("05:10") - 1,
                       time + sizeof("2026-11-28T") - 1);
}
