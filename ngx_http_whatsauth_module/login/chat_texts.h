
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_CHAT_TEXTS_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_CHAT_TEXTS_H_INCLUDED_


#include "kit/app.h"
#include "login/texts.h"


/*
 * Checks the texts for the chat of an app that has a login page, and keeps
 * them in app->login.chat.  Returns NGX_ERROR after an [emerg].
 */
ngx_int_t ngx_http_whatsauth_chat_texts(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, const ngx_http_whatsauth_texts_t *texts);


#endif /* _NGX_HTTP_WHATSAUTH_CHAT_TEXTS_H_INCLUDED_ */
