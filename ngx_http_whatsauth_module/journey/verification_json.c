
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/door.h"
#include "journey/verification_json.h"

#include "protocol/verification.h"


char *
ngx_http_whatsauth_verification_json(const ledger_record_t *record,
    ngx_http_whatsauth_app_t *app, uint64_t collected_at, char *id,
    size_t *len)
{
    char                       code[WHATSAUTH_CODE_LEN];
    whatsauth_codec_t         *codec;
    whatsauth_verification_t   v;

    codec = ngx_http_whatsauth_door_codec();

    ngx_memzero(&v, sizeof(whatsauth_verification_t));
    v.status = ledger_status_word(record->status);

    if (v.status == NULL
        || whatsauth_code_encode(codec, record->key, code) != 0
        || whatsauth_id_encode(codec, record->key, id) != 0)
    {
        return NULL;
    }

    v.id = id;
    v.verification_code = code;
    v.phone_number.data = record->message[LEDGER_SENDER].data;
    v.phone_number.len = record->message[LEDGER_SENDER].len;
    v.profile_name.data = record->message[LEDGER_PROFILE_NAME].data;
    v.profile_name.len = record->message[LEDGER_PROFILE_NAME].len;
    v.expires_at = record->expires_at;
    v.requested_at = record->requested_at;
    v.validated_at = record->validated_at;
    v.authorized_numbers.data =
                         record->text[LEDGER_AUTHORIZED_NUMBERS].data;
    v.authorized_numbers.len = record->text[LEDGER_AUTHORIZED_NUMBERS].len;

    if (v.authorized_numbers.len == 0) {
        v.authorized_numbers =
                         ngx_http_whatsauth_text(&app->sender.numbers);
    }

    v.error = ledger_error_word(record->error);

    /* The bodies of WhatsApp are those of the hosted service, byte for byte. */

    if (record->channel == LEDGER_CHANNEL_SMS) {
        v.channel = ledger_channel_word(record->channel);
    }

    v.collected_at = collected_at;

    return whatsauth_verification_json(&v, len);
}
