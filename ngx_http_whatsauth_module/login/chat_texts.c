
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "login/chat_texts.h"

#include "ledger/ledger.h"
#include "protocol/chat.h"
#include "protocol/token.h"


#define NGX_HTTP_WHATSAUTH_CHAT_TEXTS_ORIGIN                                  \
    (1 << WHATSAUTH_CHAT_TITLE | 1 << WHATSAUTH_CHAT_DEVICE                   \
     | 1 << WHATSAUTH_CHAT_PLACE | 1 << WHATSAUTH_CHAT_TIME)


static ngx_int_t ngx_http_whatsauth_chat_texts_language(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_chat_t *chat,
    ngx_uint_t language, const json_t *words);
static const char *ngx_http_whatsauth_chat_texts_check(
    ngx_http_whatsauth_app_t *app, ngx_uint_t number,
    const whatsauth_text_t *text, whatsauth_text_t *word);


/*
 * A text's key, and the values that it may and must have.  max: its bytes with
 * the longest values; the text after a login follows a response_message, and
 * Twilio sends 1600 characters.
 */

static const struct {
    const char  *key;
    unsigned     allowed;
    unsigned     needed;
    size_t       max;
} ngx_http_whatsauth_chat_texts_rows[NGX_HTTP_WHATSAUTH_CHAT_N] = {

    { "pin",
      NGX_HTTP_WHATSAUTH_CHAT_TEXTS_ORIGIN | 1 << WHATSAUTH_CHAT_PIN,
      1 << WHATSAUTH_CHAT_PIN,
      NGX_HTTP_WHATSAUTH_CHAT_MAX },

    { "logged_in", NGX_HTTP_WHATSAUTH_CHAT_TEXTS_ORIGIN, 0, 1080 },

    { "ended", 1 << WHATSAUTH_CHAT_TITLE, 0, NGX_HTTP_WHATSAUTH_CHAT_MAX }
};


ngx_int_t
ngx_http_whatsauth_chat_texts(ngx_conf_t *cf, ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_texts_t *texts)
{
    ngx_uint_t                  i;
    ngx_http_whatsauth_chat_t  *chat;

    chat = ngx_pcalloc(cf->pool, sizeof(ngx_http_whatsauth_chat_t));
    if (chat == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < WHATSAUTH_LANGUAGES_N; i++) {
        if (ngx_http_whatsauth_chat_texts_language(cf, app, chat, i,
                                      json_object_get(texts->words[i], "chat"))
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    app->login.chat = chat;

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_chat_texts_language(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_chat_t *chat,
    ngx_uint_t language, const json_t *words)
{
    ngx_str_t          source;
    ngx_uint_t         i;
    const char        *problem;
    const json_t      *found;
    whatsauth_text_t   word, *text;

    for (i = 0; i < NGX_HTTP_WHATSAUTH_CHAT_N; i++) {
        text = &chat->text[language][i];
        found = json_object_get(words,
                                ngx_http_whatsauth_chat_texts_rows[i].key);

        source.data = (u_char *) json_string_value(found);
        source.len = json_string_length(found);

        text->len = source.len;
        text->data = (char *) ngx_pstrdup(cf->pool, &source);

        if (text->data == NULL) {
            return NGX_ERROR;
        }

        problem = ngx_http_whatsauth_chat_texts_check(app, i, text, &word);

        if (problem != NULL) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"%V\" of \"login_texts\" directive is wrong "
                               "in language \"%s\", text \"chat.%s\": \"%*s\" "
                               "%s", &app->login.texts,
                               whatsauth_language_codes[language].data,
                               ngx_http_whatsauth_chat_texts_rows[i].key,
                               word.len, word.data, problem);
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* A long text is named by its beginning, because nginx cuts its log lines. */

static const char *
ngx_http_whatsauth_chat_texts_check(ngx_http_whatsauth_app_t *app,
    ngx_uint_t number, const whatsauth_text_t *text, whatsauth_text_t *word)
{
    const char        *problem;
    whatsauth_text_t   longest[WHATSAUTH_CHAT_VALUES_N];

    problem = whatsauth_chat_check(text,
                            ngx_http_whatsauth_chat_texts_rows[number].allowed,
                            ngx_http_whatsauth_chat_texts_rows[number].needed,
                                   word);
    if (problem != NULL) {
        return problem;
    }

    ngx_memzero(longest, sizeof(longest));

    longest[WHATSAUTH_CHAT_TITLE].len = app->login.title.len;
    longest[WHATSAUTH_CHAT_DEVICE].len = LEDGER_DEVICE_MAX;
    longest[WHATSAUTH_CHAT_PLACE].len = LEDGER_PLACE_MAX;
    longest[WHATSAUTH_CHAT_TIME].len = NGX_HTTP_WHATSAUTH_CHAT_TIME_LEN;
    longest[WHATSAUTH_CHAT_PIN].len = WHATSAUTH_PIN_LEN;

    word->data = text->data;
    word->len = ngx_min(text->len, 32);

    return whatsauth_chat_fill(text, longest, 1, NULL)
           > ngx_http_whatsauth_chat_texts_rows[number].max
           ? "is too long with its values" : NULL;
}
