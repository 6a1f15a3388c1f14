
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The query of `authorize`: a value lies within its buffer and its bounds, one
 * that comes twice by a slow and simple count is refused, and a request that is
 * accepted has what a login needs.
 */


#include "fuzz.h"
#include "protocol/authorize.h"


static const struct {
    const char  *name;
    size_t       max;
} parameters[] = {
#define PARAMETER(name, word, max, utf8)  { word, max },
    WHATSAUTH_AUTHORIZE_PARAMETERS(PARAMETER)
#undef PARAMETER
};


static size_t
count(const whatsauth_text_t *query, const char *name)
{
    char               *buf;
    size_t              n;
    whatsauth_form_t    form;
    whatsauth_field_t   field;

    n = 0;
    buf = fuzz_alloc(query->len);
    whatsauth_form_start(&form, query, buf);

    while (whatsauth_form_next(&form, &field)) {
        n += field.name.len == strlen(name)
             && memcmp(field.name.data, name, field.name.len) == 0;
    }

    free(buf);

    return n;
}


static void
check_values(const whatsauth_text_t *query, const whatsauth_text_t *buf,
    const whatsauth_authorize_t *request)
{
    size_t                          i;
    const whatsauth_oauth_value_t  *value;

    for (i = 0; i < WHATSAUTH_AUTHORIZE_PARAMETERS_N; i++) {
        value = &request->value[i];

        fuzz_check(fuzz_is_within(&value->text, buf));
        fuzz_check(value->text.len <= parameters[i].max);
        fuzz_check(whatsauth_text_is_utf8(&value->text));
        fuzz_check(value->result == WHATSAUTH_OAUTH_OK
                   || value->text.len == 0);
        fuzz_check((value->result == WHATSAUTH_OAUTH_REPEATED)
                   == (count(query, parameters[i].name) > 1));
    }
}


static void
check_accepted(const whatsauth_authorize_t *request,
    whatsauth_pkce_policy_t policy)
{
    char  challenge[whatsauth_base64url_len(WHATSAUTH_SHA256_LEN)];

    fuzz_check(request->scopes & 1u << WHATSAUTH_SCOPE_OPENID);
    fuzz_check(request->value[WHATSAUTH_AUTHORIZE_RESPONSE_TYPE].text.len == 4);
    fuzz_check(request->value[WHATSAUTH_AUTHORIZE_REQUEST].text.len == 0);
    fuzz_check(request->value[WHATSAUTH_AUTHORIZE_REQUEST_URI].text.len == 0);
    fuzz_check(!(request->prompts & 1u << WHATSAUTH_PROMPT_NONE)
               || request->prompts == 1u << WHATSAUTH_PROMPT_NONE);
    fuzz_check(request->has_challenge || policy != WHATSAUTH_PKCE_REQUIRED);
    fuzz_check(request->max_age <= 9999999999);

    if (request->has_challenge) {
        whatsauth_base64url_encode(request->challenge, WHATSAUTH_SHA256_LEN,
                                   challenge);
        fuzz_check(memcmp(request->value[WHATSAUTH_AUTHORIZE_CHALLENGE]
                              .text.data, challenge, sizeof(challenge)) == 0);
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input_t              in;
    whatsauth_text_t          query, buf, wrong;
    whatsauth_authorize_t     request;
    whatsauth_pkce_policy_t   policy;
    whatsauth_oauth_result_t  result;

    in = fuzz_input(data, size);
    policy = fuzz_number(&in, 1) % (WHATSAUTH_PKCE_OFF + 1);
    query = fuzz_rest(&in);
    buf = fuzz_copy(query.data, query.len);

    result = whatsauth_authorize_read(&query, (char *) buf.data, &request,
                                      &wrong);
    fuzz_check((result == WHATSAUTH_OAUTH_OK) == (wrong.len == 0));
    fuzz_check((result == WHATSAUTH_OAUTH_OK)
               == (request.value[WHATSAUTH_AUTHORIZE_CLIENT_ID].text.len != 0
                   && request.value[WHATSAUTH_AUTHORIZE_REDIRECT_URI].text.len
                      != 0));
    check_values(&query, &buf, &request);

    if (result == WHATSAUTH_OAUTH_OK) {
        result = whatsauth_authorize_judge(&request, policy, &wrong);
        fuzz_check((result == WHATSAUTH_OAUTH_OK) == (wrong.len == 0));

        if (result == WHATSAUTH_OAUTH_OK) {
            check_accepted(&request, policy);
        }
    }

    fuzz_free(&buf);
    fuzz_free(&query);

    return 0;
}
