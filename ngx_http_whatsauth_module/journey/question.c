
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "journey/prompt.h"
#include "journey/question.h"


ngx_int_t
ngx_http_whatsauth_question(ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_destination_t *destination)
{
    ngx_http_whatsauth_prompt_t  prompt;

    static const whatsauth_text_t  text = whatsauth_text(
        "Please tap the button to send your phone number and log in.");

    ngx_memzero(&prompt, sizeof(ngx_http_whatsauth_prompt_t));

    prompt.app = app;
    prompt.channel = LEDGER_CHANNEL_WHATSAPP;
    prompt.text = text;
    prompt.destination = *destination;
    prompt.words = ngx_http_whatsauth_provider(destination->provider)
                   ->questions;

    if (ngx_http_whatsauth_prompt_budget(&prompt,
                                         NGX_HTTP_WHATSAUTH_LIMIT_QUESTION)
        != NGX_OK)
    {
        return NGX_DECLINED;
    }

    ngx_http_whatsauth_prompt_send(&prompt);

    return NGX_OK;
}
