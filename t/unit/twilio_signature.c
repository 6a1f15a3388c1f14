
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "protocol/twilio.h"


#define TOKEN  "12345"

#define CALL                                                                  \
    "CallSid=CA1234567890ABCDE&Digits=1234&From=%2B14158675309"               \
    "&To=%2B18005551212&Caller=%2B14158675309"

#define UTF8_TARGET  "/hook"
#define UTF8_BODY    "aa=&aB=&a1=&Empty&Body=%C3%A4+%2B%26%3d%F0%9F%98%80"


typedef struct {
    const char  *signature;
    const char  *scheme;
    const char  *host;
    const char  *userinfo;
    const char  *target;
    const char  *body;
} vector_t;


/* Those of Twilio's own libraries, but for the last ones. */
static const vector_t  vectors[] = {
    { "RSOYDt4T1cUTdK1PDd93/VVr8B8=", "https", "mycompany.com", "",
      "/myapp.php?foo=1&bar=2", CALL },

    /* Twice the same value counts once, two values count sorted. */
    { "IK+Dwps556ElfBT0I3Rgjkr1wJU=", "https", "mycompany.com", "",
      "/myapp.php?foo=1&bar=2",
      "Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234" },

    /* Signed with a default port, whether we know of it or not. */
    { "kvajT1Ptam85bY51eRf/AJRuM3w=", "https", "mycompany.com:443", "",
      "/myapp.php?foo=1&bar=2", CALL },
    { "kvajT1Ptam85bY51eRf/AJRuM3w=", "https", "mycompany.com", "",
      "/myapp.php?foo=1&bar=2", CALL },
    { "0ZXoZLH/DfblKGATFgpif+LLRf4=", "http", "mycompany.com:80", "",
      "/myapp.php?foo=1&bar=2", CALL },
    { "0ZXoZLH/DfblKGATFgpif+LLRf4=", "http", "mycompany.com", "",
      "/myapp.php?foo=1&bar=2", CALL },

    /* Signed without a port that we were called at. */
    { "RSOYDt4T1cUTdK1PDd93/VVr8B8=", "https", "mycompany.com:443", "",
      "/myapp.php?foo=1&bar=2", CALL },
    { "RSOYDt4T1cUTdK1PDd93/VVr8B8=", "https", "mycompany.com:1234", "",
      "/myapp.php?foo=1&bar=2", CALL },

    { "Zmvh+3yNM1Phv2jhDCwEM3q5ebU=", "http", "mycompany.com:1234", "",
      "/myapp.php?foo=1&bar=2", CALL },

    { "CukzLTc1tT5dXEDIHm/tKBanW10=", "https", "mycompany.com", "user:pass",
      "/myapp.php?foo=1&bar=2", CALL },
    { "2YRLlVAflCqxaNicjMpJcSTgzSs=", "https", "mycompany.com", "user",
      "/myapp.php?foo=1&bar=2", CALL },
    { "2YRLlVAflCqxaNicjMpJcSTgzSs=", "https", "mycompany.com", "user:",
      "/myapp.php?foo=1&bar=2", CALL },
    { "ZQFR1PTIZXF2MXB8ZnKCvnnA+rI=", "https", "mycompany.com:443",
      "user:pass", "/myapp.php?foo=1&bar=2", CALL },
    { "ZQFR1PTIZXF2MXB8ZnKCvnnA+rI=", "https", "mycompany.com", "user:pass",
      "/myapp.php?foo=1&bar=2", CALL },

    /* A user that Twilio does not know of. */
    { "RSOYDt4T1cUTdK1PDd93/VVr8B8=", "https", "mycompany.com", "user:pass",
      "/myapp.php?foo=1&bar=2", CALL },

    { "TfZzewPq8wqrGlMfyAud8+/IvJ0=", "https", "mycompany.com", "",
      "/myapp.php?foo=1&bar=2&Body=It%27s+amazing", CALL },

    /* An address has colons of its own. */
    { "EnFT9B8kndILZRqthEWHeNTyygo=", "http", "[2001:db8::1]:8080", "",
      "/hook", "A=1" },
    { "p42ZgzAvE2w7G1tv3hVU/RI520k=", "http", "[2001:db8::1]:8080", "",
      "/hook", "A=1" },
    { "4cSA8zwlz4ihyjy09GCVz/gGgng=", "http", "[2001:db8::1]", "",
      "/hook", "A=1" },

    /* Empty values, order of bytes, a space, UTF-8. */
    { "2bXUOLrwC3jYbZaLYtnOS/poel4=", "https", "a.example", "",
      UTF8_TARGET, UTF8_BODY }
};


static void
set(whatsauth_text_t *text, const char *string)
{
    text->data = string;
    text->len = strlen(string);
}


static void
request_of(whatsauth_twilio_request_t *request, const vector_t *vector)
{
    set(&request->scheme, vector->scheme);
    set(&request->host, vector->host);
    set(&request->userinfo, vector->userinfo);
    set(&request->target, vector->target);
    set(&request->body, vector->body);
}


static int
verify_with(const whatsauth_twilio_request_t *request, const char *signature,
    const char *token)
{
    int                         rc;
    uint8_t                     mac[WHATSAUTH_TWILIO_MAC_LEN];
    whatsauth_text_t            text;
    whatsauth_twilio_signed_t   content;

    set(&text, signature);
    assert_int_equal(whatsauth_twilio_signature_parse(&text, mac), 0);

    assert_int_equal(whatsauth_twilio_signed(request, &content), 0);

    set(&text, token);
    rc = whatsauth_twilio_verify(&content, &text, mac);
    whatsauth_twilio_signed_free(&content);

    return rc;
}


static int
verify(const whatsauth_twilio_request_t *request, const char *signature)
{
    return verify_with(request, signature, TOKEN);
}


static void
every_published_signature_verifies(void **state)
{
    size_t                      i;
    whatsauth_twilio_request_t  request;

    (void) state;

    for (i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        request_of(&request, &vectors[i]);

        if (!verify(&request, vectors[i].signature)) {
            fail_msg("%s of vector %zu", vectors[i].signature, i);
        }
    }
}


static void
a_request_that_differs_in_any_part_does_not_verify(void **state)
{
    size_t                      i;
    vector_t                    vector;
    whatsauth_twilio_request_t  request;
    static const vector_t       parts[] = {
        { NULL, "http", NULL, NULL, NULL, NULL },
        { NULL, NULL, "mycompany.org", NULL, NULL, NULL },
        { NULL, NULL, NULL, NULL, "/myapp.php?foo=1&bar=3", NULL },
        { NULL, NULL, NULL, NULL, "/myapp.php?foo=1&bar=2&", NULL },
        { NULL, NULL, NULL, NULL, "/myapp.php?foo=1&bar=%32", NULL },
        { NULL, NULL, NULL, NULL, NULL, CALL "&A" },
        { NULL, NULL, NULL, NULL, NULL, CALL "&Digits=12345" },
        { NULL, NULL, NULL, NULL, NULL, "CallSid=CA1234567890ABCDE" },
        { NULL, NULL, NULL, NULL, NULL, "" }
    };

    (void) state;

    for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        vector = vectors[0];
        vector.scheme = parts[i].scheme ? parts[i].scheme : vector.scheme;
        vector.host = parts[i].host ? parts[i].host : vector.host;
        vector.target = parts[i].target ? parts[i].target : vector.target;
        vector.body = parts[i].body ? parts[i].body : vector.body;

        request_of(&request, &vector);

        if (verify(&request, vector.signature)) {
            fail_msg("a change of part %zu went unnoticed", i);
        }
    }
}


static void
only_the_token_that_signed_verifies(void **state)
{
    whatsauth_twilio_request_t  request;

    (void) state;

    request_of(&request, &vectors[0]);

    assert_int_equal(verify_with(&request, vectors[0].signature, TOKEN), 1);
    assert_int_equal(verify_with(&request, vectors[0].signature, "12346"), 0);
    assert_int_equal(verify_with(&request, vectors[0].signature, "1234"), 0);

    /* An empty key, with which everybody could sign. */
    request_of(&request, &vectors[0]);
    assert_int_equal(verify_with(&request, "aXngMTP07D4c4hkO+r0Kb5Oe528=",
                                 ""), 0);
}


static void
parameters_count_in_whatever_order_they_come(void **state)
{
    vector_t                    vector;
    whatsauth_twilio_request_t  request;

    (void) state;

    vector = vectors[1];
    vector.body = "&&Digits=1234&SidAccount=AC123&Digits=56%378&Sid=CA123&"
                  "Digits=1234&Dig%69ts=5678&";

    request_of(&request, &vector);
    assert_int_equal(verify(&request, vector.signature), 1);

    vector.body = "Digits=1234&SidAccount=CA123&Digits=5678&Sid=AC123";
    request_of(&request, &vector);
    assert_int_equal(verify(&request, vector.signature), 0);
}


/* Its "/" could be the end of the host of another URL. */
static void
a_userinfo_of_other_characters_does_not_count(void **state)
{
    size_t                      i;
    whatsauth_text_t            part;
    whatsauth_twilio_signed_t   content;
    whatsauth_twilio_request_t  request;
    static const char *const    users[] = {
        "evil.example/hook:", "a:b:c", "a@b", "a?b", "a#b", "a b", "a%2fb",
        "a+b", "\xc3\xa9", "a\\b", "a:b/"
    };

    (void) state;

    for (i = 0; i < sizeof(users) / sizeof(users[0]); i++) {
        request_of(&request, &vectors[0]);
        set(&request.userinfo, users[i]);

        assert_int_equal(whatsauth_twilio_signed(&request, &content), 0);
        assert_int_equal(content.n, 2);

        part = content.contents[0];
        part.len = strlen("https://mycompany.com/");
        assert_memory_equal(part.data, "https://mycompany.com/", part.len);
        whatsauth_twilio_signed_free(&content);
    }
}


static void
fields_lie_in_the_first_of_the_contents(void **state)
{
    const char                 *p;
    size_t                      i;
    vector_t                    vector = vectors[0];
    whatsauth_twilio_signed_t   content;
    whatsauth_twilio_request_t  request;

    (void) state;

    vector.body = "To=1&From=2&To=1&From=";
    request_of(&request, &vector);
    assert_int_equal(whatsauth_twilio_signed(&request, &content), 0);
    assert_int_equal(content.fields_n, 3);

    p = content.fields[0].name.data;
    assert_int_equal(p - content.contents[0].data,
                     strlen("https://mycompany.com/myapp.php?foo=1&bar=2"));

    for (i = 0; i < content.fields_n; i++) {
        assert_ptr_equal(content.fields[i].name.data, p);
        p += content.fields[i].name.len;
        assert_ptr_equal(content.fields[i].value.data, p);
        p += content.fields[i].value.len;
    }

    assert_ptr_equal(p, whatsauth_text_end(&content.contents[0]));
    whatsauth_twilio_signed_free(&content);
}


static int
is_target(const char *target)
{
    whatsauth_text_t  text, path;

    set(&text, target);
    set(&path, "/api/v1/messages");

    return whatsauth_twilio_is_target(&text, &path);
}


static void
a_target_is_the_path_and_three_arguments(void **state)
{
    size_t                    i;
    static const char *const  good[] = {
        "/api/v1/messages", "/api/v1/messages?app=shop",
        "/api/v1/messages?app=a-b.c_d", "/api/v1/messages?api_token=aZ09._~-",
        "/api/v1/messages?auth_token=a&api_token=b",
        "/api/v1/messages?api_token=b&app=shop&auth_token=a"
    };
    static const char *const  bad[] = {
        "", "/", "/api/v1/message", "/api/v1/messages/", "/api/v1/messagesx",
        "/x/../api/v1/messages", "/api//v1/messages", "/api/v1/%6dessages",
        "/api/v1/messages?", "/api/v1/messages?app", "/api/v1/messages?app=",
        "/api/v1/messages?app=shop&", "/api/v1/messages?&app=shop",
        "/api/v1/messages?app=a&app=a", "/api/v1/messages?app=a&app=b",
        "/api/v1/messages?x=1", "/api/v1/messages?app=a&x=1",
        "/api/v1/messages?app=a%20b", "/api/v1/messages?app=a+b",
        "/api/v1/messages?app=a/b", "/api/v1/messages?app=a?b",
        "/api/v1/messages?App=a", "/api/v1/messages?api_token=a:b",
        "/api/v1/messages?app=a;auth_token=b", "/api/v1/messages#app=a",
        "/api/v1/messages?app=a#", "/api/v1/messages?app=>>0123456789<<",
        "/api/v1/messages?app=a&&auth_token=b", "/api/v1/messages&app=a"
    };

    (void) state;

    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        if (!is_target(good[i])) {
            fail_msg("\"%s\" was refused", good[i]);
        }
    }

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (is_target(bad[i])) {
            fail_msg("\"%s\" was taken", bad[i]);
        }
    }
}


static void
a_body_beyond_the_limit_is_not_laid_out(void **state)
{
    char                        *body;
    whatsauth_twilio_signed_t    content;
    whatsauth_twilio_request_t   request;

    (void) state;

    body = malloc(WHATSAUTH_TWILIO_BODY_MAX + 1);
    assert_non_null(body);
    memset(body, '&', WHATSAUTH_TWILIO_BODY_MAX + 1);

    request_of(&request, &vectors[0]);
    request.body.data = body;

    request.body.len = WHATSAUTH_TWILIO_BODY_MAX;
    assert_int_equal(whatsauth_twilio_signed(&request, &content), 0);
    assert_int_equal(content.n, 2);
    whatsauth_twilio_signed_free(&content);

    request.body.len = WHATSAUTH_TWILIO_BODY_MAX + 1;
    assert_int_equal(whatsauth_twilio_signed(&request, &content), 0);
    assert_int_equal(content.n, 0);
    whatsauth_twilio_signed_free(&content);

    free(body);
}


static void
more_parameters_than_anybody_sends_are_not_laid_out(void **state)
{
    char                        body[2 * (WHATSAUTH_TWILIO_FIELDS_MAX + 1)];
    size_t                      i;
    whatsauth_twilio_signed_t   content;
    whatsauth_twilio_request_t  request;

    (void) state;

    for (i = 0; i < sizeof(body); i += 2) {
        body[i] = 'a';
        body[i + 1] = '&';
    }

    request_of(&request, &vectors[0]);
    request.body.data = body;

    request.body.len = 2 * WHATSAUTH_TWILIO_FIELDS_MAX;
    assert_int_equal(whatsauth_twilio_signed(&request, &content), 0);
    assert_int_equal(content.n, 2);
    whatsauth_twilio_signed_free(&content);

    request.body.len = sizeof(body);
    assert_int_equal(whatsauth_twilio_signed(&request, &content), 0);
    assert_int_equal(content.n, 0);
    whatsauth_twilio_signed_free(&content);
}


static void
a_signature_is_the_base64_of_twenty_bytes(void **state)
{
    size_t                    i;
    uint8_t                   mac[WHATSAUTH_TWILIO_MAC_LEN];
    whatsauth_text_t          text;
    static const char *const  headers[] = {
        "", "=", "RSOYDt4T1cUTdK1PDd93/VVr8B8", "RSOYDt4T1cUTdK1PDd93/VVr8A==",
        "RSOYDt4T1cUTdK1PDd93/VVr8B9=", "RSOYDt4T1cUTdK1PDd93/VVr8B8A",
        " RSOYDt4T1cUTdK1PDd93/VVr8B8=", "RSOYDt4T1cUTdK1PDd93_VVr8B8=",
        "RSOYDt4T1cUTdK1PDd93/VVr8B8=RSOYDt4T1cUTdK1PDd93/VVr8B8="
    };

    (void) state;

    set(&text, "RSOYDt4T1cUTdK1PDd93/VVr8B8=");
    assert_int_equal(whatsauth_twilio_signature_parse(&text, mac), 0);
    assert_int_equal(mac[0], 0x45);
    assert_int_equal(mac[19], 0x1f);

    for (i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
        set(&text, headers[i]);

        if (whatsauth_twilio_signature_parse(&text, mac) != -1) {
            fail_msg("\"%s\" was taken", headers[i]);
        }
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(every_published_signature_verifies),
        cmocka_unit_test(a_request_that_differs_in_any_part_does_not_verify),
        cmocka_unit_test(only_the_token_that_signed_verifies),
        cmocka_unit_test(parameters_count_in_whatever_order_they_come),
        cmocka_unit_test(a_userinfo_of_other_characters_does_not_count),
        cmocka_unit_test(fields_lie_in_the_first_of_the_contents),
        cmocka_unit_test(a_target_is_the_path_and_three_arguments),
        cmocka_unit_test(a_body_beyond_the_limit_is_not_laid_out),
        cmocka_unit_test(more_parameters_than_anybody_sends_are_not_laid_out),
        cmocka_unit_test(a_signature_is_the_base64_of_twenty_bytes)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
