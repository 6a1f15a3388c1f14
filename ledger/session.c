
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <string.h>

#include "ledger.h"


int
ledger_claim_is(const ledger_record_t *record, const uint8_t *digest,
    uint64_t now)
{
    return (record->flags & LEDGER_CLAIMED)
           && ledger_digest_same(record->claim.digest, digest)
           && (record->claim.collected_at == 0
               || now < record->claim.collected_at + LEDGER_COLLECT_SPAN);
}


int
ledger_wants_subject(const ledger_record_t *before, const ledger_op_t *op)
{
    (void) before;
    (void) op;

    return 0;
}
