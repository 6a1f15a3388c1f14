
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <string.h>

#include "transition.h"


static int
ledger_issue_fits(const ledger_op_t *op)
{
    size_t    len;
    unsigned  i;

    if (op->text[LEDGER_APP].len == 0
        || op->text[LEDGER_APP].len > LEDGER_APP_MAX)
    {
        return 0;
    }

    len = 0;

    for (i = 0; i < LEDGER_RECORD_TEXTS; i++) {

        if (op->text[i].len > LEDGER_RECORD_TEXTS_MAX) {
            return 0;
        }

        len += op->text[i].len;
    }

    return len <= LEDGER_RECORD_TEXTS_MAX;
}


int
ledger_issue_is_beyond(const ledger_op_t *op, uint64_t waiting,
    uint64_t pages)
{
    if (op->u.issue.live_limit && waiting >= op->u.issue.live_limit) {
        return 1;
    }

    return (op->u.issue.flags & LEDGER_PAGE) && op->u.issue.page_limit
           && pages >= op->u.issue.page_limit;
}


ledger_result_t
ledger_issue(ledger_op_t *op, uint64_t key, uint64_t now,
    ledger_record_t *after, ledger_change_t *change)
{
    memset(change, 0, sizeof(ledger_change_t));

    if (!ledger_issue_fits(op)) {
        return LEDGER_TOO_LARGE;
    }

    memset(after, 0, sizeof(ledger_record_t));

    after->key = key;
    after->state = LEDGER_STATE_WAITING;
    after->status = LEDGER_STATUS_REQUESTED;
    after->channel = op->u.issue.channel;
    after->flags = op->u.issue.flags;
    after->host_lane = op->u.issue.host_lane % LEDGER_HOST_LANES;
    after->requested_at = now;
    after->expires_at = ledger_after(now, op->u.issue.lifetime);
    after->link_hash = op->u.issue.link_hash;
    memcpy(after->text, op->text, sizeof(after->text));

    ledger_move(after, LEDGER_LANE_TIME, after->expires_at, change);
    change->waiting = 1;
    change->pages = (after->flags & LEDGER_PAGE) ? 1 : 0;

    op->u.issue.key = key;
    op->u.issue.requested_at = now;
    op->u.issue.expires_at = after->expires_at;

    return LEDGER_OK;
}
