
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "token_form.h"


static const whatsauth_oauth_parameter_t  whatsauth_token_form_parameters[] = {
#define WHATSAUTH_TOKEN_FORM_PARAMETER(name, word, max)                       \
    { whatsauth_text(word), max, 0 },
    WHATSAUTH_TOKEN_FORM_PARAMETERS(WHATSAUTH_TOKEN_FORM_PARAMETER)
#undef WHATSAUTH_TOKEN_FORM_PARAMETER
};


static whatsauth_oauth_result_t
whatsauth_token_form_blame(whatsauth_oauth_result_t result, unsigned i,
    whatsauth_text_t *wrong)
{
    return whatsauth_oauth_blame(result, &whatsauth_token_form_parameters[i],
                                 wrong);
}


static whatsauth_oauth_result_t
whatsauth_token_form_required(const whatsauth_token_form_t *request,
    unsigned i, whatsauth_text_t *wrong)
{
    whatsauth_oauth_result_t  result;

    result = request->value[i].text.len == 0 ? WHATSAUTH_OAUTH_MISSING
                                             : WHATSAUTH_OAUTH_OK;

    return whatsauth_token_form_blame(result, i, wrong);
}


/*
 * Many clients send their id in the form, too.  Two ids, or two secrets, are
 * refused: another part of us could look at the other one.
 */

static whatsauth_oauth_result_t
whatsauth_token_form_header(const whatsauth_text_t *header,
    char basic[WHATSAUTH_BASIC_MAX], whatsauth_token_form_t *request,
    whatsauth_text_t *wrong)
{
    const whatsauth_oauth_value_t  *id, *secret;

    static const whatsauth_text_t  name = whatsauth_text("Authorization");

    id = &request->value[WHATSAUTH_TOKEN_FORM_CLIENT_ID];
    secret = &request->value[WHATSAUTH_TOKEN_FORM_CLIENT_SECRET];

    request->method = WHATSAUTH_TOKEN_FORM_BASIC;

    if (whatsauth_basic(header, basic, &request->id, &request->secret) != 0) {
        *wrong = name;
        return WHATSAUTH_OAUTH_CREDENTIALS;
    }

    if (secret->text.len != 0) {
        return whatsauth_token_form_blame(WHATSAUTH_OAUTH_TWO_WAYS,
                                          WHATSAUTH_TOKEN_FORM_CLIENT_SECRET,
                                          wrong);
    }

    if (id->text.len != 0 && !whatsauth_text_equal(&id->text, &request->id)) {
        return whatsauth_token_form_blame(WHATSAUTH_OAUTH_OTHER_CLIENT,
                                          WHATSAUTH_TOKEN_FORM_CLIENT_ID,
                                          wrong);
    }

    return WHATSAUTH_OAUTH_OK;
}


static whatsauth_oauth_result_t
whatsauth_token_form_post(whatsauth_token_form_t *request,
    whatsauth_text_t *wrong)
{
    request->id = request->value[WHATSAUTH_TOKEN_FORM_CLIENT_ID].text;
    request->secret = request->value[WHATSAUTH_TOKEN_FORM_CLIENT_SECRET].text;

    if (request->secret.len != 0) {
        request->method = WHATSAUTH_TOKEN_FORM_POST;
    }

    return whatsauth_token_form_blame(request->id.len == 0
                                      ? WHATSAUTH_OAUTH_NO_CLIENT
                                      : WHATSAUTH_OAUTH_OK,
                                      WHATSAUTH_TOKEN_FORM_CLIENT_ID, wrong);
}


whatsauth_oauth_result_t
whatsauth_token_form_read(const whatsauth_text_t *form, char *buf,
    const whatsauth_text_t *header, char basic[WHATSAUTH_BASIC_MAX],
    whatsauth_token_form_t *request, whatsauth_text_t *wrong)
{
    whatsauth_oauth_result_t  result;

    memset(request, 0, sizeof(whatsauth_token_form_t));
    memset(wrong, 0, sizeof(whatsauth_text_t));

    whatsauth_oauth_read(form, buf, whatsauth_token_form_parameters,
                         WHATSAUTH_TOKEN_FORM_PARAMETERS_N, request->value);

    result = whatsauth_oauth_fault(whatsauth_token_form_parameters,
                                   WHATSAUTH_TOKEN_FORM_PARAMETERS_N,
                                   request->value, wrong);

    if (result != WHATSAUTH_OAUTH_OK) {
        return result;
    }

    return header != NULL
           ? whatsauth_token_form_header(header, basic, request, wrong)
           : whatsauth_token_form_post(request, wrong);
}


/* Each type of grant, and the parameters without which there is none. */

typedef struct {
    whatsauth_text_t  word;
    unsigned          refresh;
    unsigned          required[2];
} whatsauth_token_form_type_t;

static const whatsauth_token_form_type_t  whatsauth_token_form_types[] = {
    { whatsauth_text("authorization_code"), 0,
      { WHATSAUTH_TOKEN_FORM_CODE, WHATSAUTH_TOKEN_FORM_REDIRECT_URI } },
    { whatsauth_text("refresh_token"), 1,
      { WHATSAUTH_TOKEN_FORM_REFRESH_TOKEN,
        WHATSAUTH_TOKEN_FORM_REFRESH_TOKEN } }
};


static const whatsauth_token_form_type_t *
whatsauth_token_form_type(const whatsauth_text_t *word)
{
    size_t  i;

    for (i = 0; i < sizeof(whatsauth_token_form_types)
                    / sizeof(whatsauth_token_form_types[0]); i++)
    {
        if (whatsauth_text_equal(&whatsauth_token_form_types[i].word, word)) {
            return &whatsauth_token_form_types[i];
        }
    }

    return NULL;
}


whatsauth_oauth_result_t
whatsauth_token_form_grant(whatsauth_token_form_t *request,
    whatsauth_text_t *wrong)
{
    unsigned                            i;
    whatsauth_oauth_result_t            result;
    const whatsauth_token_form_type_t  *type;

    result = whatsauth_token_form_required(request,
                                           WHATSAUTH_TOKEN_FORM_GRANT_TYPE,
                                           wrong);

    if (result != WHATSAUTH_OAUTH_OK) {
        return result;
    }

    type = whatsauth_token_form_type(
                       &request->value[WHATSAUTH_TOKEN_FORM_GRANT_TYPE].text);

    if (type == NULL) {
        return whatsauth_token_form_blame(WHATSAUTH_OAUTH_GRANT_TYPE,
                                          WHATSAUTH_TOKEN_FORM_GRANT_TYPE,
                                          wrong);
    }

    request->refresh = type->refresh;

    for (i = 0; i < 2 && result == WHATSAUTH_OAUTH_OK; i++) {
        result = whatsauth_token_form_required(request, type->required[i],
                                               wrong);
    }

    return result;
}


whatsauth_oauth_result_t
whatsauth_token_form_token(const whatsauth_token_form_t *request,
    whatsauth_text_t *wrong)
{
    return whatsauth_token_form_required(request, WHATSAUTH_TOKEN_FORM_TOKEN,
                                         wrong);
}
