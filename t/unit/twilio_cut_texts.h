
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Forms to be cut: what people write, and what attackers do. */


#ifndef _TWILIO_CUT_TEXTS_H_INCLUDED_
#define _TWILIO_CUT_TEXTS_H_INCLUDED_


#include "twilio_cut_help.h"


#define VICTIM  "whatsapp:%2B56911111111"

/* All that follows a text in a message, with a number of another. */
#define FORGERY                                                               \
    "From" VICTIM "MessageSid" FORGED "NumMedia0ProfileNamex"                 \
    "SmsMessageSid" FORGED "SmsSid" FORGED "SmsStatusreceived"                \
    "Towhatsapp:%2B56943426553WaId56911111111"

/* A whole message, in a field of another webhook that a sender writes. */
#define MESSAGE  "Body%3E%3E322c9a59dd%3C%3C" FORGERY "Z"


static const char *const  ordinary[] = {
    HEAD TO FROM TYPE TAIL
    "&Body=%3E%3E322c9a59dd%3C%3C%0AJust+tap+the+%22send%22+button."
    "&ProfileName=Some+One&ReferralNumMedia=0",

    HEAD TO FROM TYPE TAIL "&Body=From+Paris+to+Body+shop+To+whatsapp"
    "&ProfileName=Body+To+From&ChannelMetadata=%7B%22type%22%3A%22whatsapp"
    "%22%2C%22ProfileName%22%3A%22Body%22%2C%22WaId%22%3A%221%22%7D",

    HEAD TO FROM TYPE TAIL "&Body=a%00b+%3E%3E322c9a59dd%3C%3C&ProfileName="
    "&AddOns=%7B%22status%22%3A%22successful%22%2C%22code%22%3Anull%7D",

    HEAD TAIL "&To=%2B56943426553&From=%2B14155550100&FromCity=&FromState=CA"
    "&FromCountry=US&FromZip=94105&ToCity=Tokyo&ToCountry=CL&ToState=&ToZip="
    "&Body=%3E%3E322c9a59dd%3C%3C",

    HEAD TO TYPE TAIL "&From=whatsapp:US.13491208655302741918&Body=Todo:+1"
    "&ExternalUserId=whatsapp:US.13491208655302741918"
    "&ParentExternalUserId=whatsapp:US.ENT.118&ProfileUsername=some.one",

    HEAD TO FROM TYPE TAIL "&Body=a&Forwarded=true&FrequentlyForwarded=false"
    "&OriginalRepliedMessageSid=" FORGED "&Brandnew=b&Zoom-9.b_c=To",

    HEAD TO FROM TAIL "&Body=Yes&ButtonText=Yes&ButtonPayload=y&Latitude=1",

    HEAD TO FROM TAIL "&Body=Attributes+Author&ExternalUserId=US.1349",
    HEAD TO TAIL "&Body=x&ExternalUserId=US.1A&Fresh=1",
};


/* Texts of a sender, or of another webhook, to be cut. */
static const char *const  attacks[] = {
    /* On the same path, by the text; the rest goes into a field "Z". */
    HEAD TO FROM TAIL "&Body=%3E%3E322c9a59dd%3C%3C" FORGERY "Z",

    /* By text and name together: no field but those of a message. */
    HEAD TO FROM TAIL "&Body=%3E%3E322c9a59dd%3C%3CFrom" VICTIM "MessageSid"
    FORGED "NumMedia0ProfileName&ProfileName=SmsMessageSid" FORGED "SmsSid"
    FORGED "Towhatsapp:%2B56943426553WaId56911111111Z",

    /* By the name, or by what a marketplace adds. */
    HEAD TO FROM TAIL "&Body=x&ProfileName=" FORGERY "Z",
    HEAD TO FROM TAIL "&Body=x&ProfileName=xBody%3E%3E322c9a59dd%3C%3C"
    FORGERY,
    HEAD TO FROM TAIL "&Body=x&AddOns=xApiVersion2010-04-01Body%3E%3E322c9a"
    "59dd%3C%3C" FORGERY "Z",

    /* From a sender without a number, of several kinds. */
    HEAD TO TAIL "&From=&ExternalUserId=whatsapp:US.1349&Body=%3E%3E322c9a59dd"
    "%3C%3CFrom" VICTIM "G",
    HEAD TO TAIL "&ExternalUserId=whatsapp:US.1349&Body=%3E%3E322c9a59dd%3C%3C"
    "ExternalUserIdwhatsapp:US.1350From" VICTIM "G&Label=From" VICTIM "M",
    HEAD TAIL "&To=%2B56943426553&From=MYBANK&FromCity=&Body=%3E%3E322c9a59dd"
    "%3C%3CFrom%2B56911111111FromA",
    HEAD TAIL "&To=%2B56943426553&From=22395&Body=%3E%3E322c9a59dd%3C%3CFrom"
    "%2B56911111111G",

    /* The kind is hidden. */
    HEAD TO FROM TAIL "&Body=x&MessageType=image",
    HEAD TO FROM TAIL "&Body=x&Forwarded=true&FrequentlyForwarded=true",
    HEAD TO FROM TAIL "&Body=x&ButtonText=Call&ButtonPayload=Call&Label=To",
    HEAD TO FROM TAIL "&Body=x&MessageStatus=sent",

    /* No text: a picture of somebody with an odd name, a place, a call. */
    HEAD TO FROM TAIL "&MessageType=image&MediaUrl0=https://a.example/Body"
    "&ProfileName=Body%3E%3E322c9a59dd%3C%3C&ChannelMetadata=Body%3E%3E322c9a"
    "59dd%3C%3C",
    HEAD TO FROM TAIL "&MessageType=location&Address=xBody%3E%3E322c9a59dd"
    "%3C%3C&Label=From" VICTIM,
    HEAD "&CallSid=CA1f0e8ae6ade43cb3c0ce4525424e404f&CallStatus=ringing"
    "&Direction=inbound&From=client:x&Body=%3E%3E322c9a59dd%3C%3CFrom" VICTIM
    "G&Gx=From" VICTIM "&MessageSid=" SID TO,
    HEAD "&Author=whatsapp:%2B14155550100&ConversationSid=CH1&MessageSid="
    "IM1f0e8ae6ade43cb3c0ce4525424e404f&Body=%3E%3E322c9a59dd%3C%3C"
    FORGERY "Z",

    /* Of Conversations: what a participant says of himself. */
    "AccountSid=" ACCOUNT "&Attributes=%7B%22x%22:%22" MESSAGE "%22%7D"
    "&ConversationSid=CH0123456789abcdef0123456789abcdef&DateCreated=2026-11-"
    "27T22:00:00Z&EventType=onParticipantAdded&Identity=mallory&ParticipantSid"
    "=MB0123456789abcdef0123456789abcdef&RetryCount=0&RoleSid=RL0123456789abcd"
    "ef0123456789abcdef&Source=SDK",
    "AccountSid=" ACCOUNT "&Attributes=%7B%22x%22:%22ApiVersion2010-04-01"
    MESSAGE "%22%7D&ChatServiceSid=IS0123456789abcdef0123456789abcdef&EventType"
    "=onConversationAdd&FriendlyName=x&RetryCount=0&Source=SDK",
    "AccountSid=" ACCOUNT "&Attributes=%7B%22x%22:%22ApiVersion2010-04-01"
    "Body%3E%3E322c9a59dd%3C%3C%22%7D&EventType=x&FriendlyName=" FORGERY "Z",

    /* Of others, whose fields nobody knows. */
    "AccountSid=" ACCOUNT "&Author=" MESSAGE,
    "AccountSid=" ACCOUNT "&AssistantSid=UA1&CurrentInput=ApiVersion2010-04-01"
    MESSAGE,
    "AccountSid=" ACCOUNT "&Level=ERROR&Payload=ApiVersion2010-04-01" MESSAGE,
    "AccountSid=" ACCOUNT "&EventType=task.created&TaskAttributes=ApiVersion"
    "2010-04-01" MESSAGE,
    HEAD "&CallSid=CA1f0e8ae6ade43cb3c0ce4525424e404f&CallStatus=x&CallerName="
    MESSAGE "&Direction=inbound&From=%2B14155550100" TO,

    /* The user id is another's: made of text, or cut off. */
    HEAD TO FROM TAIL "&Body=%3E%3E322c9a59dd%3C%3CExternalUserIdUS.999",
    HEAD TO TAIL "&From=whatsapp:US.1&Body=%3E%3E322c9a59dd%3C%3CExternalUserId"
    "US.999",
    HEAD TO TAIL "&Body=%3E%3E322c9a59dd%3C%3CExternalUserIdUS.999"
    "&ExternalUserId=US.1",
    HEAD TO TAIL TYPE "&Body=%3E%3E322c9a59dd%3C%3C&ExternalUserId=US.1GAB",
    HEAD TO TAIL "&Body=%3E%3E322c9a59dd%3C%3C&ExternalUserId=US.1FAB2"
    "&From=whatsapp:US.1FAB2",
    HEAD TO TAIL "&Body=%3E%3E322c9a59dd%3C%3C&From=whatsapp:US.1GAB.2L",
};


#endif /* _TWILIO_CUT_TEXTS_H_INCLUDED_ */
