
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "ngx_http_whatsauth_log.h"
#include "ngx_http_whatsauth_reason.h"
#include "ngx_http_whatsauth_store.h"


/* Why the store did nothing with a message. */

const char *
ngx_http_whatsauth_reason(lmdb_store_result_t result)
{
    switch (result) {

    case LMDB_STORE_UNKNOWN:
        return "unknown";

    case LMDB_STORE_OTHER_APP:
        return "other_app";

    case LMDB_STORE_OTHER_CHANNEL:
        return "other_channel";

    case LMDB_STORE_OTHER_USER:
        return "other_user";

    case LMDB_STORE_USED:
        return "used";

    case LMDB_STORE_DUPLICATE:
        return "duplicate";

    case LMDB_STORE_EXPIRED:
        return "expired";

    case LMDB_STORE_OLD_MESSAGE:
        return "old_message";

    case LMDB_STORE_SHARE_LIMIT:
        return "store_share";

    default:
        return NULL;
    }
}


/* A message with a code that does nothing is told, the code never. */

void
ngx_http_whatsauth_reason_note(ngx_log_t *log, const char *reason,
    ngx_http_whatsauth_app_t *app, uint64_t key)
{
    u_char     id[WHATSAUTH_ID_LEN];
    ngx_str_t  none, text;

    ngx_str_null(&none);

    if (!ngx_http_whatsauth_log_wanted(NGX_LOG_NOTICE, log,
                                       "a message did nothing, reason=%s%s%V",
                                       reason, app == NULL ? "" : ", app=",
                                       app == NULL ? &none : &app->name))
    {
        return;
    }

    if (app == NULL
        || whatsauth_id_encode(ngx_http_whatsauth_store_codec(), key,
                               (char *) id) != 0)
    {
        ngx_log_error(NGX_LOG_NOTICE, log, 0,
                      "whatsauth: a message did nothing, reason=%s", reason);
        return;
    }

    text.data = id;
    text.len = WHATSAUTH_ID_LEN;

    ngx_log_error(NGX_LOG_NOTICE, log, 0,
                  "whatsauth: a message did nothing, reason=%s, app=%V, id=%V",
                  reason, &app->name, &text);
}
