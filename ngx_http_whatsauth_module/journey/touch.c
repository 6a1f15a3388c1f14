
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/door.h"
#include "journey/touch.h"


/* Touches under way, by their keys; a power of two. */
#define NGX_HTTP_WHATSAUTH_TOUCH_SLOTS    256

/*
 * With more of them under way only those are written that matter soon: logins
 * need the room in the ring, too.
 */
#define NGX_HTTP_WHATSAUTH_TOUCH_PRESSED  256


static ngx_uint_t ngx_http_whatsauth_touch_can_wait(
    const ledger_session_t *session, uint64_t now);
static void ngx_http_whatsauth_touch_done(void *data, const ledger_op_t *op);


/* Of this worker. */
static uint64_t    ngx_http_whatsauth_touches[NGX_HTTP_WHATSAUTH_TOUCH_SLOTS];
static ngx_uint_t  ngx_http_whatsauth_touching;


/*
 * A page brings dozens of requests before the first of them is committed.  Two
 * sessions in one slot only cost an operation that writes nothing.
 */

void
ngx_http_whatsauth_touch(const ledger_session_t *session)
{
    uint64_t      now, *slot;
    ledger_op_t   op;

    now = ngx_http_whatsauth_door_now();

    if (!ledger_session_is_stale(session, now)) {
        return;
    }

    slot = &ngx_http_whatsauth_touches[session->key * 0x9e3779b97f4a7c15u
                                       >> 32
                                       & (NGX_HTTP_WHATSAUTH_TOUCH_SLOTS - 1)];

    if (*slot == session->key
        || ngx_http_whatsauth_touch_can_wait(session, now))
    {
        return;
    }

    ngx_memzero(&op, sizeof(ledger_op_t));

    op.kind = LEDGER_TOUCH;
    op.text[LEDGER_APP] = session->text[LEDGER_SESSION_APP];
    op.u.touch.key = session->key;

    ngx_memcpy(op.u.touch.digest, session->digest, LEDGER_DIGEST_LEN);

    *slot = session->key;
    ngx_http_whatsauth_touching++;

    (void) ngx_http_whatsauth_door_submit(&op, ngx_http_whatsauth_touch_done,
                                          slot);
}


/* 1 if half of its idle span is left, in a worker that is pressed. */

static ngx_uint_t
ngx_http_whatsauth_touch_can_wait(const ledger_session_t *session,
    uint64_t now)
{
    return ngx_http_whatsauth_touching >= NGX_HTTP_WHATSAUTH_TOUCH_PRESSED
           && now - session->seen_at < session->idle / 2;
}


static void
ngx_http_whatsauth_touch_done(void *data, const ledger_op_t *op)
{
    uint64_t *slot = data;

    *slot = 0;
    ngx_http_whatsauth_touching--;
}
