
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The request that a relying party sends a browser with. */


#include <stdio.h>
#include <stdlib.h>

#include "text_help.h"
#include "protocol/authorize.h"


#define CHALLENGE  "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
#define PARTY      "client_id=a&redirect_uri=https%3A%2F%2Fa%2Fcb"
#define CODE       PARTY "&response_type=code"
#define OPENID     CODE "&scope=openid"
#define PKCE                                                                  \
    "&code_challenge=" CHALLENGE "&code_challenge_method=S256"
#define WHOLE      OPENID PKCE


typedef struct {
    const char                *query;
    whatsauth_oauth_result_t   result;
    const char                *wrong;
} case_t;


/* The texts of the request that comes out must not be looked at any more. */

static whatsauth_oauth_result_t
judge(const char *query, whatsauth_pkce_policy_t policy,
    whatsauth_authorize_t *request, whatsauth_text_t *wrong)
{
    char                      *buf;
    whatsauth_text_t           text;
    whatsauth_oauth_result_t   result;

    text = text_of(query);
    buf = malloc(text.len + 1);
    assert_non_null(buf);

    result = whatsauth_authorize_read(&text, buf, request, wrong);

    if (result == WHATSAUTH_OAUTH_OK) {
        result = whatsauth_authorize_judge(request, policy, wrong);
    }

    free(buf);

    return result;
}


static void
assert_cases(const case_t *cases, size_t n, whatsauth_pkce_policy_t policy)
{
    size_t                     i;
    whatsauth_text_t           wrong, expected;
    whatsauth_authorize_t      request;
    whatsauth_oauth_result_t   result;

    for (i = 0; i < n; i++) {
        result = judge(cases[i].query, policy, &request, &wrong);
        expected = text_of(cases[i].wrong);

        if (result != cases[i].result
            || !whatsauth_text_equal(&wrong, &expected))
        {
            fail_msg("%s: %s %.*s", cases[i].query,
                     whatsauth_oauth_word(result), (int) wrong.len,
                     wrong.len ? wrong.data : "");
        }
    }
}


static const case_t  no_party[] = {
    { "", WHATSAUTH_OAUTH_MISSING, "client_id" },
    { "client_id=a", WHATSAUTH_OAUTH_MISSING, "redirect_uri" },
    { "client_id=&redirect_uri=https://a/cb",
      WHATSAUTH_OAUTH_MISSING, "client_id" },
    { "redirect_uri=https://a/cb&request=x",
      WHATSAUTH_OAUTH_MISSING, "client_id" },
    { PARTY "&client_id=a", WHATSAUTH_OAUTH_REPEATED, "client_id" },
    { PARTY "&redirect_uri=https://b/cb&state=x",
      WHATSAUTH_OAUTH_REPEATED, "redirect_uri" },
    { "client_id=a%0A&redirect_uri=https://a/cb",
      WHATSAUTH_OAUTH_CHARACTER, "client_id" },
    { "client_id=a&redirect_uri=https://a/cb%0D%0A",
      WHATSAUTH_OAUTH_CHARACTER, "redirect_uri" },
};


/* Nothing may be redirected then, and no other fault is looked at. */

static void
a_request_without_client_and_uri_is_shown(void **state)
{
    char                       buf[256];
    size_t                     i;
    whatsauth_text_t           query, wrong, expected;
    whatsauth_authorize_t      request;

    (void) state;

    for (i = 0; i < sizeof(no_party) / sizeof(no_party[0]); i++) {
        query = text_of(no_party[i].query);
        expected = text_of(no_party[i].wrong);

        assert_int_equal(whatsauth_authorize_read(&query, buf, &request,
                                                  &wrong),
                         no_party[i].result);
        assert_true(whatsauth_text_equal(&wrong, &expected));
    }

    query = text_of(PARTY "&scope=x&scope=y&request=x");
    assert_int_equal(whatsauth_authorize_read(&query, buf, &request, &wrong),
                     WHATSAUTH_OAUTH_OK);
}


static const case_t  redirected[] = {
    { WHOLE, WHATSAUTH_OAUTH_OK, "" },
    { WHOLE "&response_mode=query&display=page&claims=x&resource=a&resource=b",
      WHATSAUTH_OAUTH_OK, "" },
    { WHOLE "&prompt=&max_age=", WHATSAUTH_OAUTH_OK, "" },

    { PARTY PKCE "&scope=openid", WHATSAUTH_OAUTH_MISSING, "response_type" },
    { PARTY "&response_type=token", WHATSAUTH_OAUTH_RESPONSE_TYPE,
      "response_type" },
    { PARTY "&response_type=code+id_token", WHATSAUTH_OAUTH_RESPONSE_TYPE,
      "response_type" },
    { WHOLE "&response_mode=fragment", WHATSAUTH_OAUTH_VALUE,
      "response_mode" },
    { WHOLE "&response_mode=form_post", WHATSAUTH_OAUTH_VALUE,
      "response_mode" },

    { WHOLE "&request=eyJ", WHATSAUTH_OAUTH_REQUEST, "request" },
    { WHOLE "&request_uri=https://a/r", WHATSAUTH_OAUTH_REQUEST_URI,
      "request_uri" },
    { WHOLE "&registration={}", WHATSAUTH_OAUTH_REGISTRATION,
      "registration" },
    { PARTY "&request=eyJ", WHATSAUTH_OAUTH_REQUEST, "request" },

    { CODE PKCE, WHATSAUTH_OAUTH_SCOPE, "scope" },
    { CODE PKCE "&scope=profile+OpenID", WHATSAUTH_OAUTH_SCOPE, "scope" },

    { WHOLE "&prompt=none+login", WHATSAUTH_OAUTH_VALUE, "prompt" },
    { WHOLE "&prompt=create", WHATSAUTH_OAUTH_VALUE, "prompt" },
    { WHOLE "&max_age=-1", WHATSAUTH_OAUTH_VALUE, "max_age" },
    { WHOLE "&max_age=1.5", WHATSAUTH_OAUTH_VALUE, "max_age" },
    { WHOLE "&max_age=12345678901", WHATSAUTH_OAUTH_TOO_LONG, "max_age" },

    { OPENID, WHATSAUTH_OAUTH_MISSING, "code_challenge" },
    { OPENID "&nonce=n", WHATSAUTH_OAUTH_MISSING, "code_challenge" },
    { OPENID "&code_challenge=" CHALLENGE, WHATSAUTH_OAUTH_VALUE,
      "code_challenge_method" },
    { OPENID "&code_challenge=" CHALLENGE "&code_challenge_method=plain",
      WHATSAUTH_OAUTH_VALUE, "code_challenge_method" },
    { OPENID "&code_challenge=" CHALLENGE "&code_challenge_method=s256",
      WHATSAUTH_OAUTH_VALUE, "code_challenge_method" },
    { OPENID "&code_challenge=short&code_challenge_method=S256",
      WHATSAUTH_OAUTH_VALUE, "code_challenge" },

    { WHOLE "&scope=openid", WHATSAUTH_OAUTH_REPEATED, "scope" },
    { WHOLE "&state=x&state=y", WHATSAUTH_OAUTH_REPEATED, "state" },
    { WHOLE "&nonce=x&nonce=x", WHATSAUTH_OAUTH_REPEATED, "nonce" },
    { WHOLE PKCE, WHATSAUTH_OAUTH_REPEATED, "code_challenge" },
    { WHOLE "&request=x&request=y", WHATSAUTH_OAUTH_REPEATED, "request" },
    { WHOLE "&state=%00", WHATSAUTH_OAUTH_CHARACTER, "state" },
    { WHOLE "&nonce=%FF", WHATSAUTH_OAUTH_CHARACTER, "nonce" },
};


static void
any_other_fault_has_its_word(void **state)
{
    (void) state;

    assert_cases(redirected, sizeof(redirected) / sizeof(redirected[0]),
                 WHATSAUTH_PKCE_REQUIRED);
}


static const case_t  with_nonce[] = {
    { OPENID, WHATSAUTH_OAUTH_MISSING, "code_challenge" },
    { OPENID "&nonce=", WHATSAUTH_OAUTH_MISSING, "code_challenge" },
    { OPENID "&nonce=n", WHATSAUTH_OAUTH_OK, "" },
    { WHOLE, WHATSAUTH_OAUTH_OK, "" },
    { OPENID "&nonce=n&code_challenge=x", WHATSAUTH_OAUTH_VALUE,
      "code_challenge" },
    { OPENID "&nonce=n&code_challenge_method=S256", WHATSAUTH_OAUTH_VALUE,
      "code_challenge_method" },
};

static const case_t  without[] = {
    { OPENID, WHATSAUTH_OAUTH_OK, "" },
    { WHOLE, WHATSAUTH_OAUTH_OK, "" },
    { OPENID "&code_challenge=" CHALLENGE "&code_challenge_method=plain",
      WHATSAUTH_OAUTH_VALUE, "code_challenge_method" },
};


static void
a_client_may_need_no_challenge(void **state)
{
    (void) state;

    assert_cases(with_nonce, sizeof(with_nonce) / sizeof(with_nonce[0]),
                 WHATSAUTH_PKCE_OR_NONCE);
    assert_cases(without, sizeof(without) / sizeof(without[0]),
                 WHATSAUTH_PKCE_OFF);
}


static void
a_request_is_what_it_asks_for(void **state)
{
    whatsauth_text_t       wrong;
    whatsauth_authorize_t  request;

    (void) state;

    assert_int_equal(judge(CODE PKCE "&scope=phone+address+openid+groups"
                           "&prompt=login+consent&max_age=0600",
                           WHATSAUTH_PKCE_REQUIRED, &request, &wrong),
                     WHATSAUTH_OAUTH_OK);

    assert_int_equal(request.scopes, 1u << WHATSAUTH_SCOPE_OPENID
                                     | 1u << WHATSAUTH_SCOPE_PHONE
                                     | 1u << WHATSAUTH_SCOPE_GROUPS);
    assert_int_equal(request.prompts, 1u << WHATSAUTH_PROMPT_LOGIN
                                      | 1u << WHATSAUTH_PROMPT_CONSENT);
    assert_int_equal(request.has_max_age, 1);
    assert_int_equal(request.max_age, 600);
    assert_int_equal(request.has_challenge, 1);
    assert_int_equal(request.challenge[0], 0x13);

    assert_int_equal(judge(OPENID "&prompt=none&max_age=9999999999",
                           WHATSAUTH_PKCE_OFF, &request, &wrong),
                     WHATSAUTH_OAUTH_OK);
    assert_int_equal(request.prompts, 1u << WHATSAUTH_PROMPT_NONE);
    assert_true(request.max_age == 9999999999);
    assert_int_equal(request.has_challenge, 0);
}


/* A state that is itself to blame goes into no URL. */

static void
a_state_with_a_fault_is_empty(void **state)
{
    char                   buf[256];
    whatsauth_text_t       query, wrong;
    whatsauth_authorize_t  request;

    (void) state;

    query = text_of(PARTY "&state=x&state=y");
    assert_int_equal(whatsauth_authorize_read(&query, buf, &request, &wrong),
                     WHATSAUTH_OAUTH_OK);
    assert_int_equal(request.value[WHATSAUTH_AUTHORIZE_STATE].text.len, 0);

    query = text_of(PARTY "&state=a%26b&scope=x&scope=y");
    assert_int_equal(whatsauth_authorize_read(&query, buf, &request, &wrong),
                     WHATSAUTH_OAUTH_OK);
    assert_int_equal(request.value[WHATSAUTH_AUTHORIZE_STATE].text.len, 3);
    assert_int_equal(whatsauth_authorize_judge(&request, WHATSAUTH_PKCE_OFF,
                                               &wrong),
                     WHATSAUTH_OAUTH_REPEATED);
    assert_int_equal(request.value[WHATSAUTH_AUTHORIZE_STATE].text.len, 3);
}


/* Each parameter at its limit, and with one byte more. */

static void
each_parameter_has_a_size(void **state)
{
    char                       *query, *buf;
    size_t                      i, n, over;
    whatsauth_text_t            text, wrong;
    whatsauth_authorize_t       request;

    static const struct {
        const char  *name;
        size_t       max;
    } sizes[] = {
#define SIZE(name, word, max, utf8)  { word, max },
        WHATSAUTH_AUTHORIZE_PARAMETERS(SIZE)
#undef SIZE
    };

    (void) state;

    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        for (over = 0; over < 2; over++) {
            n = sizes[i].max + over;
            query = malloc(n + 64);
            assert_non_null(query);

            text.len = (size_t) sprintf(query, "%s=", sizes[i].name) + n;
            text.data = query;
            memset(query + text.len - n, 'a', n);
            buf = malloc(text.len);
            assert_non_null(buf);

            (void) whatsauth_authorize_read(&text, buf, &request, &wrong);
            assert_int_equal(request.value[i].result,
                             over ? WHATSAUTH_OAUTH_TOO_LONG
                                  : WHATSAUTH_OAUTH_OK);
            assert_int_equal(request.value[i].text.len, over ? 0 : n);

            free(buf);
            free(query);
        }
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_request_without_client_and_uri_is_shown),
        cmocka_unit_test(any_other_fault_has_its_word),
        cmocka_unit_test(a_client_may_need_no_challenge),
        cmocka_unit_test(a_request_is_what_it_asks_for),
        cmocka_unit_test(a_state_with_a_fault_is_empty),
        cmocka_unit_test(each_parameter_has_a_size),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
