
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "journey/status_json.h"

#include "protocol/phone_hint.h"
#include "protocol/verification.h"


uint64_t
ngx_http_whatsauth_status_state(const ledger_record_t *record, uint64_t now)
{
    return record->expires_at << 16
           | (uint64_t) ledger_status(record, now) << 8
           | (uint64_t) ledger_step(record, now) << 1
           | (record->claim.collected_at != 0);
}


/* Nothing in it needs JSON escapes: words, digits and a mask. */

size_t
ngx_http_whatsauth_status_json(const ledger_record_t *record, uint64_t now,
    u_char json[NGX_HTTP_WHATSAUTH_STATUS_JSON_MAX])
{
    char              id[WHATSAUTH_ID_LEN], expires_at[WHATSAUTH_TIME_LEN];
    char              hint[WHATSAUTH_PHONE_HINT_MAX];
    size_t            hint_len;
    u_char           *p, *last;
    const char       *word, *step;
    ledger_status_t   status;
    whatsauth_text_t  sender;

    status = ledger_status(record, now);
    word = ledger_status_word(status);
    step = ledger_step_word(ledger_step(record, now));

    if (word == NULL || step == NULL
        || whatsauth_id_encode(ngx_http_whatsauth_door_codec(), record->key,
                               id)
           != 0)
    {
        return 0;
    }

    whatsauth_time_format(record->expires_at, expires_at);

    p = json;
    last = json + NGX_HTTP_WHATSAUTH_STATUS_JSON_MAX;

    p = ngx_slprintf(p, last, "{\"id\":\"%*s\",\"status\":\"%s\","
                              "\"expires_at\":\"%*s\",\"step\":\"%s\","
                              "\"collected\":%s,\"phone_hint\":",
                     sizeof(id), id, word, sizeof(expires_at), expires_at,
                     step, record->claim.collected_at ? "true" : "false");

    sender.data = record->message[LEDGER_SENDER].data;
    sender.len = record->message[LEDGER_SENDER].len;

    hint_len = status == LEDGER_STATUS_VALIDATED
               ? whatsauth_phone_hint(&sender, hint) : 0;

    p = hint_len ? ngx_slprintf(p, last, "\"%*s\"}", hint_len, hint)
                 : ngx_slprintf(p, last, "null}");

    return p - json;
}
