
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "journey/chat.h"

#include "protocol/chat.h"
#include "protocol/verification.h"


static whatsauth_text_t ngx_http_whatsauth_chat_time(
    const ledger_record_t *record, u_char *buf);


/* A later version of this module may have written a language of its own. */

whatsauth_text_t
ngx_http_whatsauth_chat(const ngx_http_whatsauth_app_t *app,
    ngx_http_whatsauth_chat_number_t number, unsigned language,
    const ledger_record_t *record, const whatsauth_text_t *pin, u_char *buf)
{
    u_char             time[NGX_HTTP_WHATSAUTH_CHAT_TIME_LEN];
    whatsauth_text_t   text, values[WHATSAUTH_CHAT_VALUES_N];

    ngx_memzero(values, sizeof(values));
    ngx_memzero(&text, sizeof(whatsauth_text_t));

    if (app->login.chat == NULL) {
        return text;
    }

    if (language >= WHATSAUTH_LANGUAGES_N) {
        language = WHATSAUTH_LANGUAGE_en;
    }

    values[WHATSAUTH_CHAT_TITLE] = ngx_http_whatsauth_text(&app->login.title);

    if (record != NULL) {
        values[WHATSAUTH_CHAT_DEVICE].data = record->text[LEDGER_DEVICE].data;
        values[WHATSAUTH_CHAT_DEVICE].len = record->text[LEDGER_DEVICE].len;
        values[WHATSAUTH_CHAT_PLACE].data = record->text[LEDGER_PLACE].data;
        values[WHATSAUTH_CHAT_PLACE].len = record->text[LEDGER_PLACE].len;
        values[WHATSAUTH_CHAT_TIME] = ngx_http_whatsauth_chat_time(record,
                                                                   time);
    }

    if (pin != NULL) {
        values[WHATSAUTH_CHAT_PIN] = *pin;
    }

    text.data = (char *) buf;
    text.len = whatsauth_chat_fill(&app->login.chat->text[language][number],
                                   values, whatsauth_language_is_rtl(language),
                                   (char *) buf);

    return text;
}


/* Milliseconds would help nobody. */

static whatsauth_text_t
ngx_http_whatsauth_chat_time(const ledger_record_t *record, u_char *buf)
{
    char              time[WHATSAUTH_TIME_LEN];
    whatsauth_text_t  text;

    whatsauth_time_format(record->requested_at, time);

    text.data = (char *) buf;
    text.len = ngx_sprintf(buf, "%*s %*s UTC", sizeof("2026-11-28") - 1, time,
                           sizeof("05:10") - 1,
                           time + sizeof("2026-11-28T") - 1)
               - buf;

    return text;
}
