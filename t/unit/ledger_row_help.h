
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Rows of each kind as bytes, and what they are made of.  Stores are full of
 * rows that other versions have written: no byte here may change.
 */


#ifndef _LEDGER_ROW_HELP_H_INCLUDED_
#define _LEDGER_ROW_HELP_H_INCLUDED_


#include <stdio.h>

#include "ledger_claim_help.h"
#include "ledger/row_session.h"


static const char  help_record_row[] =
    "0204060219001234123505061112131415161718212223242526272831323334"
    "3536373841424344454647485152535455565758000400120005000400080008"
    "000773686f7068747470733a2f2f612e6578616d706c652f2b312c2b326c696e"
    "6b726573706f6e736565787069726564216661696c757265";

static const char  help_message_row[] =
    "0204061902000005061112131415161717414243444546474811121314151617"
    "186162636465666768000d0003000a0004000634393135313132333435363738"
    "416e61414331323a3130303031534d3334757365722e35717273747576777881"
    "828384858687889192939495969798a1a2a3a4a5a6a7a802";

static const char  help_claim_row[] =
    "0204069902123505061112131415161718414243444546474800000000000000"
    "006162636465666768000d0003000a0004000634393135313132333435363738"
    "416e61414331323a3130303031534d3334757365722e35717273747576777881"
    "828384858687889192939495969798a1a2a3a4a5a6a7a8020903b2b1b2b3b4b5"
    "b6b7b83132333435363738646967657374206f6620636c61696d2e6469676573"
    "74206f66206b6e6f776e2e646967657374206f662061206b65792e000600074c"
    "6973626f6146697265666f78";

static const char  help_session_row[] =
    "1b11121314151617182122232425262728313233343536373841424344454647"
    "4851525354555657586469676573742c2073657373696f6e2e0004000d000c00"
    "030006000773686f703439313531313233343536373830313531313233343536"
    "3738416e614c6973626f6146697265666f78";

static const char  help_subject_key[] =
    "0473686f7034393135313132333435363738";

static const char  help_subject_row[] =
    "1112131415161718212223242526272873656564206f66207375626a6563742e"
    "01023132333435363738646967657374206f66206b6e6f776e2e414243444546"
    "4748515253545556575861626364656667687172737475767778";


static inline void
help_assert_hex(const void *data, size_t len, const char *expected)
{
    size_t                i;
    static char           hex[2 * LEDGER_ROW_SUBJECT_VALUE_MAX + 1];
    const unsigned char  *p;

    p = data;

    for (i = 0; i < len; i++) {
        snprintf(hex + 2 * i, 3, "%02x", p[i]);
    }

    assert_string_equal(hex, expected);
}


static inline ledger_text_t
help_bytes(const void *data, size_t len)
{
    ledger_text_t  text;

    text.data = data;
    text.len = len;

    return text;
}


/* Every number differs from every other one, so that none can change place. */

static inline ledger_record_t
help_numbers(void)
{
    ledger_record_t  record;

    memset(&record, 0, sizeof(record));
    record.key = 7;
    record.state = LEDGER_STATE_CALLBACK;
    record.status = LEDGER_STATUS_FAILED;
    record.error = LEDGER_ERROR_CANCELLED;
    record.channel = LEDGER_CHANNEL_SMS;
    record.flags = LEDGER_ON_VALIDATED | LEDGER_QR | LEDGER_REPLIED;
    record.host_lane = 0x1234;
    record.lane = LEDGER_LANE_CALLBACK + 0x1234;
    record.attempts = 0x0506;
    record.due_at = UINT64_C(0x1112131415161718);
    record.requested_at = UINT64_C(0x2122232425262728);
    record.expires_at = UINT64_C(0x3132333435363738);
    record.validated_at = UINT64_C(0x4142434445464748);
    record.link_hash = UINT64_C(0x5152535455565758);
    record.text[LEDGER_APP] = help_text("shop");
    record.text[LEDGER_CALLBACK_URL] = help_text("https://a.example/");
    record.text[LEDGER_AUTHORIZED_NUMBERS] = help_text("+1,+2");
    record.text[LEDGER_LINK_MESSAGE] = help_text("link");
    record.text[LEDGER_RESPONSE_MESSAGE] = help_text("response");
    record.text[LEDGER_EXPIRATION_MESSAGE] = help_text("expired!");
    record.text[LEDGER_FAILURE_MESSAGE] = help_text("failure");

    return record;
}


static inline void
help_add_message(ledger_record_t *record)
{
    record->provider = LEDGER_PROVIDER_TWILIO;
    record->refusals = 2;
    record->sent_at = UINT64_C(0x6162636465666768);
    record->refused[0].sender = UINT64_C(0x7172737475767778);
    record->refused[0].message = UINT64_C(0x8182838485868788);
    record->refused[1].sender = UINT64_C(0x9192939495969798);
    record->refused[1].message = UINT64_C(0xa1a2a3a4a5a6a7a8);
    record->message[LEDGER_SENDER] = help_text("4915112345678");
    record->message[LEDGER_PROFILE_NAME] = help_text("Ana");
    record->message[LEDGER_ROUTE] = help_text("AC12:10001");
    record->message[LEDGER_MESSAGE_ID] = help_text("SM34");
    record->message[LEDGER_USER_ID] = help_text("user.5");
}


static inline void
help_add_claim(ledger_record_t *record)
{
    ledger_claim_t  *claim;

    claim = &record->claim;

    record->flags |= LEDGER_CLAIMED;
    record->text[LEDGER_PLACE] = help_text("Lisboa");
    record->text[LEDGER_DEVICE] = help_text("Firefox");
    claim->flags = LEDGER_CLAIM_PAGE | LEDGER_CLAIM_MARKED;
    claim->step = LEDGER_STEP_SEND_FAILED;
    claim->wrong_pins = 2;
    claim->language = 11;
    claim->collected_at = UINT64_C(0xb1b2b3b4b5b6b7b8);
    help_digest(claim->digest, "digest of claim.");
    help_digest(claim->known, "digest of known.");
    help_digest(claim->collect_key, "digest of a key.");
}


static inline void
help_settle(ledger_row_t *row, const ledger_record_t *record)
{
    memset(row, 0, sizeof(*row));
    row->record = *record;
    row->entry.lane = record->lane;
    row->entry.due_at = record->due_at;
    row->entry.key = record->key;
    ledger_row_measure(row);
}


static inline void
help_make_session(ledger_row_session_t *row)
{
    ledger_session_t  *session;

    memset(row, 0, sizeof(*row));
    session = &row->session;
    session->key = 7;
    session->flags = LEDGER_CLAIM_CONFIRMED;
    session->language = 11;
    session->login_at = UINT64_C(0x1112131415161718);
    session->seen_at = UINT64_C(0x2122232425262728);
    session->ends_at = UINT64_C(0x3132333435363738);
    session->idle = UINT64_C(0x4142434445464748);
    row->stands_at = UINT64_C(0x5152535455565758);
    help_digest(session->digest, "digest, session.");
    session->text[LEDGER_SESSION_APP] = help_text("shop");
    session->text[LEDGER_SESSION_SUBJECT] = help_text("4915112345678");
    session->text[LEDGER_SESSION_PHONE] = help_text("015112345678");
    session->text[LEDGER_SESSION_NAME] = help_text("Ana");
    session->text[LEDGER_SESSION_PLACE] = help_text("Lisboa");
    session->text[LEDGER_SESSION_DEVICE] = help_text("Firefox");
}


static inline void
help_make_subject(ledger_row_subject_t *row)
{
    ledger_subject_t  *subject;

    memset(row, 0, sizeof(*row));
    subject = &row->subject;
    subject->made_at = UINT64_C(0x1112131415161718);
    subject->revoked_at = UINT64_C(0x2122232425262728);
    memcpy(subject->seed, "seed of subject.", LEDGER_SUBJECT_SEED_LEN);
    subject->n_marks = 1;
    subject->n_sessions = 2;
    subject->mark[0].until = UINT64_C(0x3132333435363738);
    help_digest(subject->mark[0].digest, "digest of known.");
    subject->session[0].key = UINT64_C(0x4142434445464748);
    subject->session[0].login_at = UINT64_C(0x5152535455565758);
    subject->session[1].key = UINT64_C(0x6162636465666768);
    subject->session[1].login_at = UINT64_C(0x7172737475767778);
    subject->text[LEDGER_SUBJECT_APP] = help_text("shop");
    subject->text[LEDGER_SUBJECT_NUMBER] = help_text("4915112345678");
}


#endif /* _LEDGER_ROW_HELP_H_INCLUDED_ */
