
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Twilio's signature is over a text without separators: a request whose text
 * could be cut in two ways is refused, and told why.
 */


#include "twilio_cut_help.h"


static void
a_field_of_another_form_is_refused(void **state)
{
    (void) state;

    assert_refused("AccountSid=AC1", "AccountSid is malformed");
    assert_refused("AccountSid=AC0123456789abcdef0123456789abcdeg",
                   "AccountSid is malformed");
    assert_refused("AccountSid=SM0123456789abcdef0123456789abcdef",
                   "AccountSid is malformed");
    assert_refused("MessageSid=IM0123456789abcdef0123456789abcdef",
                   "MessageSid is malformed");
    assert_refused("SmsSid=" SID "0", "SmsSid is malformed");
    assert_refused("From=whatsapp:%2B1415555010x", "From is malformed");
    assert_refused("From=whatsapp:14155550100", "From is malformed");
    assert_refused("From=whatsapp:", "From is malformed");
    assert_refused("From=whatsapp:+14155550100", "From is malformed");
    assert_refused("From=whatsapp:US.", "From is malformed");
    assert_refused("From=whatsapp:US.1a", "From is malformed");
    assert_refused("From=%2B1", "From is malformed");
    assert_refused("To=%2B", "To is malformed");
    assert_refused("To=12", "To is malformed");
    assert_refused("To=123456789", "To is malformed");
    assert_refused("To=12345x", "To is malformed");
    assert_refused("WaId=%2B14155550100", "WaId is malformed");
    assert_refused("NumMedia=1a", "NumMedia is malformed");
    assert_refused("MessageType=Text", "MessageType is malformed");
    assert_refused("ExternalUserId=US.1..2", "ExternalUserId is malformed");
    assert_refused("ExternalUserId=US.GAB", "ExternalUserId is malformed");
    assert_refused("From=whatsapp:US.GAB", "From is malformed");
    assert_refused("ApiVersion=2010-04-01B", "ApiVersion is malformed");
    assert_refused("ApiVersion=2010-04-0", "ApiVersion is malformed");
    assert_refused("ApiVersion=2008-08-01", "ApiVersion is malformed");
    assert_refused("a%20b=1", "a field of an odd name");
    assert_refused("=1", "a field of an odd name");
    assert_refused("1a=1", "a field of an odd name");
}


static void
what_is_said_twice_is_alike(void **state)
{
    (void) state;

    assert_refused("Body=a&Body=b", "Body comes twice");
    assert_refused("%54o=&To=%2B14155550100", "To comes twice");
    assert_refused("MessageSid=" SID "&SmsSid=" FORGED,
                   "SmsSid is not MessageSid");
    assert_refused("MessageSid=" SID "&SmsMessageSid=" FORGED,
                   "SmsMessageSid is not MessageSid");
    assert_refused("From=whatsapp:%2B14155550100&WaId=14155550101",
                   "WaId is not the number in From");

    assert_taken(HEAD TO FROM TAIL "&Body=x&Other=1&Other=2");
}


static void
a_second_beginning_of_a_field_is_refused(void **state)
{
    (void) state;

    assert_refused("Body=AccountSidAC&AccountSid=" ACCOUNT,
                   "a second \"AccountSid\" in Body");
    assert_refused("Body=xFromwhatsapp:", "a second \"From\" in Body");
    assert_refused("Body=From%2B1", "a second \"From\" in Body");
    assert_refused("Body=To123", "a second \"To\" in Body");
    assert_refused("Other=MessageSidSM0", "a second \"MessageSid\" in Other");
    assert_refused("OtherTo=%2B1", "a second \"To\" in OtherTo");
    assert_refused("AddOns=x+Body+y", "a second \"Body\" in AddOns");
    assert_refused("Bod=yx", "a second \"Body\" in Bod");
    assert_refused("BodyX=y", "a second \"Body\" in BodyX");
    assert_refused("Body=x&ProfileName=Body%3E%3E",
                   "a second \"Body\" in ProfileName");
    assert_refused("From=MYBANK&Label=Fromage", "a second \"From\" in Label");
    assert_refused("Direction=xFromclient:x", "a second \"From\" in Direction");
    assert_refused("Wa=Id1", "a second \"WaId\" in Wa");
    assert_refused("Pro=fileNamex", "a second \"ProfileName\" in Pro");
    assert_refused("Body=ButtonText", "a second \"ButtonText\" in Body");
}


/* Fields that other webhooks lack, or have in another place. */
static void
a_text_without_anchors_is_refused(void **state)
{
    (void) state;

    assert_refused("AccountSid=" ACCOUNT TO FROM TAIL "&Body=x",
                   "a Body without ApiVersion");
    assert_refused("AccountSid=" ACCOUNT "&ApiVersion=" TO FROM TAIL "&Body=x",
                   "a Body without ApiVersion");
    assert_refused("ApiVersion=2010-04-01" TO FROM TAIL "&Body=x",
                   "the first field is not AccountSid");
    assert_refused("AccountSid=&ApiVersion=2010-04-01&Body=x",
                   "a Body without AccountSid");

    /* The "A" of an "Author", by a webhook without AccountSid. */
    assert_refused(HEAD TO FROM TAIL "&Body=x&A=uthor",
                   "the first field is not AccountSid");

    /* Even where all that a message needs is at its place. */
    assert_refused(HEAD TO FROM TAIL "&Body=x&Zoo=EventTypex",
                   "a second \"EventType\" in Zoo");
    assert_refused(HEAD TO FROM TAIL "&Body=x&Zoo=ConversationSidCH",
                   "a second \"ConversationSid\" in Zoo");
    assert_refused(HEAD TO FROM TAIL "&Body=x&Zoo=ChatServiceSidIS",
                   "a second \"ChatServiceSid\" in Zoo");
    assert_refused(HEAD TO FROM TAIL "&Body=Attributes%7B",
                   "a second \"Attributes\" in Body");
}


static void
a_user_id_that_may_go_on_is_refused(void **state)
{
    (void) state;

    assert_refused("ExternalUserId=US.1&GAB=", "the user id in ExternalUserId "
                   "may go on in the next field");
    assert_refused("ExternalUserId=US.1&G=1", "the user id in ExternalUserId "
                   "may go on in the next field");
    assert_refused("From=whatsapp:US.1&G=", "the user id in From may go on in "
                   "the next field");
    assert_refused("From=whatsapp:US.1&G=.1", "the user id in From may go on "
                   "in the next field");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_field_of_another_form_is_refused),
        cmocka_unit_test(what_is_said_twice_is_alike),
        cmocka_unit_test(a_second_beginning_of_a_field_is_refused),
        cmocka_unit_test(a_text_without_anchors_is_refused),
        cmocka_unit_test(a_user_id_that_may_go_on_is_refused)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
