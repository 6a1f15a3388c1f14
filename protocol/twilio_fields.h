
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The known fields of Twilio's webhook for messages, and the form of each:
 * twilio.c reads them, twilio_reading.c guards them.  Attributes,
 * ChatServiceSid, ConversationSid and EventType belong to other webhooks, whose
 * text somebody could post as a message.
 * Source: twilio.com/docs/messaging/guides/webhook-request
 */


#ifndef _WHATSAUTH_TWILIO_FIELDS_H_INCLUDED_
#define _WHATSAUTH_TWILIO_FIELDS_H_INCLUDED_


#include "text.h"


/*
 * The name of each, and its form, by which twilio_fields.c has the functions
 * whatsauth_twilio_fields_FORM_fits() and ..._FORM_begins().
 */
#define WHATSAUTH_TWILIO_FIELDS(X)                                            \
    X(ACCOUNT_SID,             "AccountSid",             account)             \
    X(ADD_ONS,                 "AddOns",                 free)                \
    X(ADDRESS,                 "Address",                free)                \
    X(API_VERSION,             "ApiVersion",             version)             \
    X(ATTRIBUTES,              "Attributes",             json)                \
    X(BODY,                    "Body",                   text)                \
    X(BUTTON_PAYLOAD,          "ButtonPayload",          sole)                \
    X(BUTTON_TEXT,             "ButtonText",             sole)                \
    X(BUTTON_TYPE,             "ButtonType",             sole)                \
    X(CHANNEL_INSTALL_SID,     "ChannelInstallSid",      sole)                \
    X(CHANNEL_METADATA,        "ChannelMetadata",        sole)                \
    X(CHANNEL_PREFIX,          "ChannelPrefix",          sole)                \
    X(CHANNEL_STATUS_MESSAGE,  "ChannelStatusMessage",   sole)                \
    X(CHANNEL_TO_ADDRESS,      "ChannelToAddress",       sole)                \
    X(CHAT_SERVICE_SID,        "ChatServiceSid",         sole)                \
    X(CONVERSATION_SID,        "ConversationSid",        sole)                \
    X(ERROR_CODE,              "ErrorCode",              free)                \
    X(ERROR_MESSAGE,           "ErrorMessage",           free)                \
    X(EVENT_TYPE,              "EventType",              sole)                \
    X(EXTERNAL_USER_ID,        "ExternalUserId",         user_id)             \
    X(FLOW_DATA,               "FlowData",               sole)                \
    X(FORWARDED,               "Forwarded",              flag)                \
    X(FREQUENTLY_FORWARDED,    "FrequentlyForwarded",    flag)                \
    X(FROM,                    "From",                   sender)              \
    X(FROM_CITY,               "FromCity",               sole)                \
    X(FROM_COUNTRY,            "FromCountry",            sole)                \
    X(FROM_STATE,              "FromState",              sole)                \
    X(FROM_ZIP,                "FromZip",                sole)                \
    X(INTERACTIVE_DATA,        "InteractiveData",        sole)                \
    X(LABEL,                   "Label",                  free)                \
    X(LATITUDE,                "Latitude",               free)                \
    X(LIST_DESCRIPTION,        "ListDescription",        sole)                \
    X(LIST_ID,                 "ListId",                 sole)                \
    X(LIST_TITLE,              "ListTitle",              sole)                \
    X(LONGITUDE,               "Longitude",              free)                \
    X(MESSAGE_SID,             "MessageSid",             message_sid)         \
    X(MESSAGE_STATUS,          "MessageStatus",          sole)                \
    X(MESSAGE_TYPE,            "MessageType",            word)                \
    X(MESSAGING_SERVICE_SID,   "MessagingServiceSid",    sole)                \
    X(NUM_MEDIA,               "NumMedia",               number)              \
    X(NUM_SEGMENTS,            "NumSegments",            number)              \
    X(OPT_OUT_TYPE,            "OptOutType",             sole)                \
    X(REPLIED_SENDER,          "OriginalRepliedMessageSender", sole)          \
    X(REPLIED_SID,             "OriginalRepliedMessageSid", sid)              \
    X(PARENT_USER_ID,          "ParentExternalUserId",   user_id)             \
    X(PROFILE_NAME,            "ProfileName",            free)                \
    X(PROFILE_USERNAME,        "ProfileUsername",        sole)                \
    X(RAW_DLR_DONE_DATE,       "RawDlrDoneDate",         sole)                \
    X(REFERRAL_BODY,           "ReferralBody",           sole)                \
    X(REFERRAL_CTWA_CLID,      "ReferralCtwaClid",       sole)                \
    X(REFERRAL_HEADLINE,       "ReferralHeadline",       sole)                \
    X(REFERRAL_MEDIA_TYPE,     "ReferralMediaContentType", sole)              \
    X(REFERRAL_MEDIA_ID,       "ReferralMediaId",        sole)                \
    X(REFERRAL_MEDIA_URL,      "ReferralMediaUrl",       sole)                \
    X(REFERRAL_NUM_MEDIA,      "ReferralNumMedia",       number)              \
    X(REFERRAL_SOURCE_ID,      "ReferralSourceId",       sole)                \
    X(REFERRAL_SOURCE_TYPE,    "ReferralSourceType",     sole)                \
    X(REFERRAL_SOURCE_URL,     "ReferralSourceUrl",      sole)                \
    X(SMS_MESSAGE_SID,         "SmsMessageSid",          message_sid)         \
    X(SMS_SID,                 "SmsSid",                 message_sid)         \
    X(SMS_STATUS,              "SmsStatus",              sole)                \
    X(TO,                      "To",                     address)             \
    X(TO_CITY,                 "ToCity",                 sole)                \
    X(TO_COUNTRY,              "ToCountry",              sole)                \
    X(TO_STATE,                "ToState",                sole)                \
    X(TO_ZIP,                  "ToZip",                  sole)                \
    X(WA_ID,                   "WaId",                   wa_id)

typedef enum {
#define WHATSAUTH_TWILIO_FIELD(id, name, form)  WHATSAUTH_TWILIO_##id,
    WHATSAUTH_TWILIO_FIELDS(WHATSAUTH_TWILIO_FIELD)
#undef WHATSAUTH_TWILIO_FIELD
    WHATSAUTH_TWILIO_FIELDS_N,
    WHATSAUTH_TWILIO_NUMBERED,     /* MediaUrl0, MediaContentType0, ... */
    WHATSAUTH_TWILIO_UNKNOWN
} whatsauth_twilio_id_t;


typedef struct {
    whatsauth_text_t   name;

    /* 1 if a value has the field's form; 1 for all if begins is NULL. */
    int              (*fits)(const whatsauth_text_t *value);

    /* 1 if such a value may begin at p; NULL: never. */
    int              (*begins)(const char *p, const char *end);
} whatsauth_twilio_known_t;

extern const whatsauth_twilio_known_t
    whatsauth_twilio_known[WHATSAUTH_TWILIO_FIELDS_N];


whatsauth_twilio_id_t whatsauth_twilio_id(const whatsauth_text_t *name);

/* 1 if a field may have that name: a letter, letters, digits, "_-.". */
int whatsauth_twilio_is_name(const whatsauth_text_t *name);

/* The digits of "whatsapp:+1..." or "+1...", or an empty text. */
whatsauth_text_t whatsauth_twilio_phone(const whatsauth_text_t *address);

/* 1 for "AC" and 32 hexadecimal digits. */
int whatsauth_twilio_is_account_sid(const whatsauth_text_t *value);

/* 1 for "US.1349", with "whatsapp:" before it or not. */
int whatsauth_twilio_is_user_id(const whatsauth_text_t *address);

/* 1 if the address begins with "whatsapp:", and takes that off. */
int whatsauth_twilio_is_whatsapp(whatsauth_text_t *address);

/* 1 if the address belongs to neither WhatsApp nor a telephone. */
int whatsauth_twilio_is_foreign(const whatsauth_text_t *address);


#endif /* _WHATSAUTH_TWILIO_FIELDS_H_INCLUDED_ */
