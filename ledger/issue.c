
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

    return len <= LEDGER_RECORD_TEXTS_MAX
           && op->text[LEDGER_PLACE].len <= LEDGER_PLACE_MAX
           && op->text[LEDGER_DEVICE].len <= LEDGER_DEVICE_MAX;
}


static void
ledger_issue_claim(ledger_record_t *record, const ledger_op_t *op)
{
    ledger_claim_t  *claim;

    if ((record->flags & LEDGER_CLAIMED) == 0) {
        memset(&record->text[LEDGER_PLACE], 0, sizeof(ledger_text_t));
        memset(&record->text[LEDGER_DEVICE], 0, sizeof(ledger_text_t));
        return;
    }

    claim = &record->claim;

    claim->step = LEDGER_STEP_SEND;
    claim->flags = op->u.issue.claim_flags
                   & (LEDGER_CLAIM_PAGE | LEDGER_CLAIM_PIN
                      | LEDGER_CLAIM_PIN_UNKNOWN | LEDGER_CLAIM_MARKED);

    claim->language = op->u.issue.language % (LEDGER_LANGUAGE_MAX + 1);

    memcpy(claim->digest, op->u.issue.digest, LEDGER_DIGEST_LEN);

    if (claim->flags & LEDGER_CLAIM_MARKED) {
        memcpy(claim->known, op->u.issue.known, LEDGER_DIGEST_LEN);
    }
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
    ledger_issue_claim(after, op);

    ledger_move(after, LEDGER_LANE_TIME, after->expires_at, change);
    change->waiting = 1;
    change->pages = (after->flags & LEDGER_PAGE) ? 1 : 0;

    op->u.issue.key = key;
    op->u.issue.requested_at = now;
    op->u.issue.expires_at = after->expires_at;

    return LEDGER_OK;
}
