
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The forms that a relying party posts, and who it says it is. */


#include <stdlib.h>

#include "text_help.h"
#include "protocol/token_form.h"


#define CODE  "grant_type=authorization_code&code=c&redirect_uri=https://a/cb"
#define BASIC  "Basic YTpi"          /* a:b */


typedef struct {
    const char                *form;
    const char                *header;    /* NULL: none */
    whatsauth_oauth_result_t   result;
    const char                *wrong;
} case_t;


static void
assert_cases(const case_t *cases, size_t n,
    whatsauth_oauth_result_t (*judge)(whatsauth_token_form_t *request,
                                      whatsauth_text_t *wrong))
{
    char                      *buf, basic[WHATSAUTH_BASIC_MAX];
    size_t                     i;
    whatsauth_text_t           form, header, wrong, expected;
    whatsauth_token_form_t     request;
    whatsauth_oauth_result_t   result;

    for (i = 0; i < n; i++) {
        form = text_of(cases[i].form);
        expected = text_of(cases[i].wrong);
        header = text_of(cases[i].header ? cases[i].header : "");
        buf = malloc(form.len + 1);
        assert_non_null(buf);

        result = whatsauth_token_form_read(&form, buf,
                                           cases[i].header ? &header : NULL,
                                           basic, &request, &wrong);

        if (result == WHATSAUTH_OAUTH_OK) {
            result = judge(&request, &wrong);
        }

        if (result != cases[i].result
            || !whatsauth_text_equal(&wrong, &expected))
        {
            fail_msg("%s: %s %.*s", cases[i].form,
                     whatsauth_oauth_word(result), (int) wrong.len,
                     wrong.len ? wrong.data : "");
        }

        free(buf);
    }
}


static const case_t  grants[] = {
    { CODE "&client_id=a", NULL, WHATSAUTH_OAUTH_OK, "" },
    { CODE "&client_id=a&client_secret=b", NULL, WHATSAUTH_OAUTH_OK, "" },
    { CODE "&client_id=a&foo=1&foo=2", NULL, WHATSAUTH_OAUTH_OK, "" },
    { CODE, BASIC, WHATSAUTH_OAUTH_OK, "" },
    { CODE "&client_id=a", BASIC, WHATSAUTH_OAUTH_OK, "" },
    { CODE "&client_secret=", BASIC, WHATSAUTH_OAUTH_OK, "" },
    { "grant_type=refresh_token&refresh_token=r&scope=openid", BASIC,
      WHATSAUTH_OAUTH_OK, "" },

    { CODE, NULL, WHATSAUTH_OAUTH_NO_CLIENT, "client_id" },
    { CODE "&client_secret=b", NULL, WHATSAUTH_OAUTH_NO_CLIENT, "client_id" },
    { CODE, "", WHATSAUTH_OAUTH_CREDENTIALS, "Authorization" },
    { CODE, "Bearer x", WHATSAUTH_OAUTH_CREDENTIALS, "Authorization" },
    { CODE "&client_id=a", "Basic !", WHATSAUTH_OAUTH_CREDENTIALS,
      "Authorization" },
    { CODE "&client_secret=b", BASIC, WHATSAUTH_OAUTH_TWO_WAYS,
      "client_secret" },
    { CODE "&client_id=b", BASIC, WHATSAUTH_OAUTH_OTHER_CLIENT,
      "client_id" },
    { CODE "&client_id=a&client_id=b", NULL, WHATSAUTH_OAUTH_REPEATED,
      "client_id" },
    { CODE "&client_id=a&code=d", NULL, WHATSAUTH_OAUTH_REPEATED, "code" },
    { CODE "&client_id=a%0A", NULL, WHATSAUTH_OAUTH_CHARACTER, "client_id" },

    { "client_id=a", NULL, WHATSAUTH_OAUTH_MISSING, "grant_type" },
    { "client_id=a&grant_type=", NULL, WHATSAUTH_OAUTH_MISSING,
      "grant_type" },
    { "client_id=a&grant_type=password&username=x", NULL,
      WHATSAUTH_OAUTH_GRANT_TYPE, "grant_type" },
    { "client_id=a&grant_type=client_credentials", NULL,
      WHATSAUTH_OAUTH_GRANT_TYPE, "grant_type" },
    { "client_id=a&grant_type=authorization_code&redirect_uri=https://a/cb",
      NULL, WHATSAUTH_OAUTH_MISSING, "code" },
    { "client_id=a&grant_type=authorization_code&code=c", NULL,
      WHATSAUTH_OAUTH_MISSING, "redirect_uri" },
    { "client_id=a&grant_type=refresh_token&code=c", NULL,
      WHATSAUTH_OAUTH_MISSING, "refresh_token" },
};


static void
a_grant_has_its_parameters_and_one_client(void **state)
{
    (void) state;

    assert_cases(grants, sizeof(grants) / sizeof(grants[0]),
                 whatsauth_token_form_grant);
}


static whatsauth_oauth_result_t
judge_token(whatsauth_token_form_t *request, whatsauth_text_t *wrong)
{
    return whatsauth_token_form_token(request, wrong);
}


static const case_t  tokens[] = {
    { "token=t&client_id=a", NULL, WHATSAUTH_OAUTH_OK, "" },
    { "token=t&token_type_hint=foo", BASIC, WHATSAUTH_OAUTH_OK, "" },
    { "token=t", NULL, WHATSAUTH_OAUTH_NO_CLIENT, "client_id" },
    { "token=t&token=u", BASIC, WHATSAUTH_OAUTH_REPEATED, "token" },
    { "token=", BASIC, WHATSAUTH_OAUTH_MISSING, "token" },
    { "", BASIC, WHATSAUTH_OAUTH_MISSING, "token" },
};


static void
a_token_is_named_by_one_client(void **state)
{
    (void) state;

    assert_cases(tokens, sizeof(tokens) / sizeof(tokens[0]), judge_token);
}


static void
assert_client(const char *form, const char *header, const char *id,
    const char *secret, whatsauth_token_form_method_t method)
{
    char                    buf[256], basic[WHATSAUTH_BASIC_MAX];
    whatsauth_text_t        text, value, wrong, expected;
    whatsauth_token_form_t  request;

    text = text_of(form);
    value = text_of(header ? header : "");

    assert_int_equal(whatsauth_token_form_read(&text, buf,
                                               header ? &value : NULL, basic,
                                               &request, &wrong),
                     WHATSAUTH_OAUTH_OK);
    assert_int_equal(request.method, method);

    expected = text_of(id);
    assert_true(whatsauth_text_equal(&request.id, &expected));
    expected = text_of(secret);
    assert_true(whatsauth_text_equal(&request.secret, &expected));
}


static void
a_client_is_named_in_one_of_three_ways(void **state)
{
    (void) state;

    assert_client("client_id=a%2Bb", NULL, "a+b", "",
                  WHATSAUTH_TOKEN_FORM_PUBLIC);
    assert_client("client_id=a&client_secret=s+%26", NULL, "a", "s &",
                  WHATSAUTH_TOKEN_FORM_POST);
    assert_client("", "Basic YSUyQmI6cyslMjY=", "a+b", "s &",
                  WHATSAUTH_TOKEN_FORM_BASIC);
    assert_client("client_id=a", "Basic YTo=", "a", "",
                  WHATSAUTH_TOKEN_FORM_BASIC);
}


static void
a_grant_is_for_a_code_or_a_refresh_token(void **state)
{
    char                    buf[256], basic[WHATSAUTH_BASIC_MAX];
    whatsauth_text_t        form, wrong;
    whatsauth_token_form_t  request;

    (void) state;

    form = text_of("client_id=a&" CODE);
    (void) whatsauth_token_form_read(&form, buf, NULL, basic, &request,
                                     &wrong);
    assert_int_equal(whatsauth_token_form_grant(&request, &wrong),
                     WHATSAUTH_OAUTH_OK);
    assert_int_equal(request.refresh, 0);

    form = text_of("client_id=a&grant_type=refresh_token&refresh_token=r");
    (void) whatsauth_token_form_read(&form, buf, NULL, basic, &request,
                                     &wrong);
    assert_int_equal(whatsauth_token_form_grant(&request, &wrong),
                     WHATSAUTH_OAUTH_OK);
    assert_int_equal(request.refresh, 1);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_grant_has_its_parameters_and_one_client),
        cmocka_unit_test(a_token_is_named_by_one_client),
        cmocka_unit_test(a_client_is_named_in_one_of_three_ways),
        cmocka_unit_test(a_grant_is_for_a_code_or_a_refresh_token),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
