
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "journey/status_json.h"

#include "protocol/phone.h"
#include "protocol/verification.h"


/* "+", the country, stars, and the last two digits. */
#define NGX_HTTP_WHATSAUTH_STATUS_JSON_HINT_MAX                               \
    (1 + WHATSAUTH_PHONE_DIGITS_MAX)


static size_t ngx_http_whatsauth_status_json_hint(
    const ledger_text_t *sender, u_char *hint);


ngx_uint_t
ngx_http_whatsauth_status_state(const ledger_record_t *record, uint64_t now)
{
    return ledger_status(record, now) << 8
           | ledger_step(record, now) << 1
           | (record->claim.collected_at != 0);
}


/* Nothing in it needs JSON escapes: words, digits and a mask. */

size_t
ngx_http_whatsauth_status_json(const ledger_record_t *record, uint64_t now,
    u_char json[NGX_HTTP_WHATSAUTH_STATUS_JSON_MAX])
{
    char             id[WHATSAUTH_ID_LEN], expires_at[WHATSAUTH_TIME_LEN];
    size_t           hint_len;
    u_char          *p, *last;
    u_char           hint[NGX_HTTP_WHATSAUTH_STATUS_JSON_HINT_MAX];
    const char      *word, *step;
    ledger_status_t  status;

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

    hint_len = status == LEDGER_STATUS_VALIDATED
               ? ngx_http_whatsauth_status_json_hint(
                                       &record->message[LEDGER_SENDER], hint)
               : 0;

    p = hint_len ? ngx_slprintf(p, last, "\"%*s\"}", hint_len, hint)
                 : ngx_slprintf(p, last, "null}");

    return p - json;
}


/* Enough to know one's own number by, too little to learn another's. */

static size_t
ngx_http_whatsauth_status_json_hint(const ledger_text_t *sender, u_char *hint)
{
    size_t  code, i;

    if (sender->len < 7 || sender->len > WHATSAUTH_PHONE_DIGITS_MAX) {
        return 0;
    }

    code = whatsauth_phone_code_len(sender->data, sender->len);

    hint[0] = '+';
    ngx_memcpy(hint + 1, sender->data, sender->len);

    for (i = code; i < sender->len - 2; i++) {
        hint[1 + i] = '*';
    }

    return 1 + sender->len;
}
