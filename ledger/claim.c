
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "transition.h"


int
ledger_claim_is(const ledger_record_t *record, const uint8_t *digest,
    uint64_t now)
{
    uint64_t  collected_at;

    collected_at = record->claim.collected_at;

    return (record->flags & LEDGER_CLAIMED)
           && ledger_digest_same(record->claim.digest, digest)
           && (collected_at == 0
               || now < ledger_after(collected_at, LEDGER_COLLECT_SPAN));
}


ledger_step_t
ledger_step(const ledger_record_t *record, uint64_t now)
{
    if ((record->flags & LEDGER_CLAIMED) == 0) {
        return LEDGER_STEP_NONE;
    }

    return ledger_status(record, now) == LEDGER_STATUS_REQUESTED
           ? record->claim.step : LEDGER_STEP_DONE;
}


int
ledger_pin_is_due(const ledger_record_t *record)
{
    return record->claim.step == LEDGER_STEP_PIN
           || record->claim.step == LEDGER_STEP_SEND_FAILED;
}


int
ledger_is_page(const ledger_record_t *record)
{
    return (record->claim.flags & LEDGER_CLAIM_PAGE) != 0;
}
