
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The contacts beside Meta's messages, with the names of the senders. */


#include "meta_help.h"


static void
contacts_are_matched_by_id_and_never_by_index(void **state)
{
    whatsauth_message_batch_t  batch;

    (void) state;

    read_value(&batch, METADATA ",\"contacts\":["
        "{\"profile\":{\"name\":\"Third\"},\"user_id\":\"US.3\"},"
        "{\"profile\":{\"name\":\"Second\"},\"wa_id\":\"16505550002\","
            "\"user_id\":\"US.2\"},"
        "{\"profile\":{\"name\":\"First\"},\"wa_id\":\"+16505550001\"}],"
        "\"messages\":["
        TEXT("16505550001", "1", "a") ","
        TEXT("16505550002", "2", "a") ","
        "{\"from_user_id\":\"US.3\",\"type\":\"text\","
            "\"text\":{\"body\":\"a\"}},"
        TEXT("16505550004", "4", "a") "]");

    assert_int_equal(batch.n, 4);
    assert_text(&batch.messages[0].profile_name, "First");
    assert_text(&batch.messages[0].user_id, "");
    assert_text(&batch.messages[1].profile_name, "Second");
    assert_text(&batch.messages[1].user_id, "US.2");
    assert_text(&batch.messages[2].profile_name, "Third");
    assert_text(&batch.messages[2].user_id, "US.3");
    assert_text(&batch.messages[2].sender, "");
    assert_text(&batch.messages[3].profile_name, "");

    whatsauth_meta_free(&batch);
}


static void
a_contact_is_known_by_any_spelling_of_the_number(void **state)
{
    size_t                     i;
    char                       members[512];
    whatsauth_message_batch_t  batch;
    static const char *const   pairs[][2] = {
        { "5511987654321", "551187654321" },       /* Brazil */
        { "551187654321", "5511987654321" },
        { "525512345678", "5215512345678" },       /* Mexico */
        { "5215512345678", "525512345678" },
        { "541123456789", "5491123456789" },       /* Argentina */
        { "22507000012", "2250707000012" }         /* Ivory Coast */
    };

    (void) state;

    for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        snprintf(members, sizeof(members), METADATA ",\"contacts\":["
            "{\"profile\":{\"name\":\"Other\"},\"wa_id\":\"16505551234\"},"
            "{\"profile\":{\"name\":\"Same\"},\"wa_id\":\"%s\","
            "\"user_id\":\"BR.1\"}],"
            "\"messages\":[{\"from\":\"%s\",\"type\":\"image\"}]",
            pairs[i][0], pairs[i][1]);

        read_value(&batch, members);
        assert_text(&batch.messages[0].profile_name, "Same");
        assert_text(&batch.messages[0].user_id, "BR.1");
        assert_text(&batch.messages[0].sender, pairs[i][1]);
        whatsauth_meta_free(&batch);
    }
}


#define CONTACT(members)                                                      \
    "{\"profile\":{\"name\":\"Only\"},\"wa_id\":\"16505550001\"" members "}"

#define FROM(members)                                                         \
    "{\"from\":\"16505550002\",\"type\":\"image\"" members "}"

#define ALONE(contact, message)                                               \
    METADATA ",\"contacts\":[" contact "],\"messages\":[" message "]"


static void
the_only_contact_is_that_of_the_only_message(void **state)
{
    size_t                     i;
    whatsauth_message_batch_t  batch;
    static const struct {
        const char  *members;
        const char  *name;
    } cases[] = {
        { ALONE(CONTACT(""), FROM("")), "Only" },
        { ALONE(CONTACT(",\"user_id\":\"US.1\""), FROM("")), "Only" },
        { ALONE(CONTACT(""), FROM(",\"from_user_id\":\"US.1\"")), "Only" },
        { ALONE(CONTACT(",\"user_id\":\"US.1\""),
                FROM(",\"from_user_id\":\"US.2\"")), "" },
        { ALONE(CONTACT("") "," CONTACT(""), FROM("")), "" },
        { ALONE(CONTACT(""), FROM("") "," FROM("")), "" },
        { ALONE("7", FROM("")), "" }
    };

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        read_value(&batch, cases[i].members);
        assert_text(&batch.messages[0].profile_name, cases[i].name);
        whatsauth_meta_free(&batch);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(contacts_are_matched_by_id_and_never_by_index),
        cmocka_unit_test(a_contact_is_known_by_any_spelling_of_the_number),
        cmocka_unit_test(the_only_contact_is_that_of_the_only_message)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
