
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "authorize.h"
#include "pkce.h"


static const whatsauth_oauth_parameter_t  whatsauth_authorize_parameters[] = {
#define WHATSAUTH_AUTHORIZE_PARAMETER(name, word, max, utf8)                  \
    { whatsauth_text(word), max, utf8 },
    WHATSAUTH_AUTHORIZE_PARAMETERS(WHATSAUTH_AUTHORIZE_PARAMETER)
#undef WHATSAUTH_AUTHORIZE_PARAMETER
};

static const whatsauth_text_t  whatsauth_authorize_scope_words[] = {
#define WHATSAUTH_AUTHORIZE_SCOPE(name, word)  whatsauth_text(word),
    WHATSAUTH_AUTHORIZE_SCOPES(WHATSAUTH_AUTHORIZE_SCOPE)
#undef WHATSAUTH_AUTHORIZE_SCOPE
};

static const whatsauth_text_t  whatsauth_authorize_prompt_words[] = {
#define WHATSAUTH_AUTHORIZE_PROMPT(name, word)  whatsauth_text(word),
    WHATSAUTH_AUTHORIZE_PROMPTS(WHATSAUTH_AUTHORIZE_PROMPT)
#undef WHATSAUTH_AUTHORIZE_PROMPT
};


static const whatsauth_text_t *
whatsauth_authorize_text(const whatsauth_authorize_t *request, unsigned i)
{
    return &request->value[i].text;
}


static int
whatsauth_authorize_is(const whatsauth_authorize_t *request, unsigned i,
    const char *word)
{
    const whatsauth_text_t  *text;

    text = whatsauth_authorize_text(request, i);

    return text->len == strlen(word)
           && (text->len == 0 || memcmp(text->data, word, text->len) == 0);
}


static whatsauth_oauth_result_t
whatsauth_authorize_blame(whatsauth_oauth_result_t result, unsigned i,
    whatsauth_text_t *wrong)
{
    return whatsauth_oauth_blame(result, &whatsauth_authorize_parameters[i],
                                 wrong);
}


static whatsauth_oauth_result_t
whatsauth_authorize_required(const whatsauth_authorize_t *request, unsigned i)
{
    const whatsauth_oauth_value_t  *value;

    value = &request->value[i];

    return value->result == WHATSAUTH_OAUTH_OK && value->text.len == 0
           ? WHATSAUTH_OAUTH_MISSING : value->result;
}


whatsauth_oauth_result_t
whatsauth_authorize_read(const whatsauth_text_t *query, char *buf,
    whatsauth_authorize_t *request, whatsauth_text_t *wrong)
{
    whatsauth_oauth_result_t  result;

    memset(request, 0, sizeof(whatsauth_authorize_t));
    memset(wrong, 0, sizeof(whatsauth_text_t));

    whatsauth_oauth_read(query, buf, whatsauth_authorize_parameters,
                         WHATSAUTH_AUTHORIZE_PARAMETERS_N, request->value);

    result = whatsauth_authorize_required(request,
                                          WHATSAUTH_AUTHORIZE_CLIENT_ID);

    if (result != WHATSAUTH_OAUTH_OK) {
        return whatsauth_authorize_blame(result, WHATSAUTH_AUTHORIZE_CLIENT_ID,
                                         wrong);
    }

    result = whatsauth_authorize_required(request,
                                          WHATSAUTH_AUTHORIZE_REDIRECT_URI);

    return whatsauth_authorize_blame(result, WHATSAUTH_AUTHORIZE_REDIRECT_URI,
                                     wrong);
}


static whatsauth_oauth_result_t
whatsauth_authorize_response(whatsauth_authorize_t *request)
{
    if (whatsauth_authorize_is(request, WHATSAUTH_AUTHORIZE_RESPONSE_TYPE, ""))
    {
        return WHATSAUTH_OAUTH_MISSING;
    }

    return whatsauth_authorize_is(request, WHATSAUTH_AUTHORIZE_RESPONSE_TYPE,
                                  "code")
           ? WHATSAUTH_OAUTH_OK : WHATSAUTH_OAUTH_RESPONSE_TYPE;
}


static whatsauth_oauth_result_t
whatsauth_authorize_mode(whatsauth_authorize_t *request)
{
    return whatsauth_authorize_is(request, WHATSAUTH_AUTHORIZE_RESPONSE_MODE,
                                  "")
           || whatsauth_authorize_is(request,
                                     WHATSAUTH_AUTHORIZE_RESPONSE_MODE,
                                     "query")
           ? WHATSAUTH_OAUTH_OK : WHATSAUTH_OAUTH_VALUE;
}


/* Words that nobody knows are ignored (OpenID Connect Core, 3.1.2.1). */

static whatsauth_oauth_result_t
whatsauth_authorize_scope(whatsauth_authorize_t *request)
{
    (void) whatsauth_oauth_words(whatsauth_authorize_text(request,
                                                  WHATSAUTH_AUTHORIZE_SCOPE),
                                 whatsauth_authorize_scope_words,
                                 WHATSAUTH_SCOPES_N, &request->scopes);

    return request->scopes & 1u << WHATSAUTH_SCOPE_OPENID
           ? WHATSAUTH_OAUTH_OK : WHATSAUTH_OAUTH_SCOPE;
}


/* A prompt that is ignored would let somebody in who is to be asked. */

static whatsauth_oauth_result_t
whatsauth_authorize_prompt(whatsauth_authorize_t *request)
{
    size_t    unknown;
    unsigned  none;

    unknown = whatsauth_oauth_words(whatsauth_authorize_text(request,
                                                 WHATSAUTH_AUTHORIZE_PROMPT),
                                    whatsauth_authorize_prompt_words,
                                    WHATSAUTH_PROMPTS_N, &request->prompts);
    none = 1u << WHATSAUTH_PROMPT_NONE;

    return unknown == 0 && (!(request->prompts & none)
                            || request->prompts == none)
           ? WHATSAUTH_OAUTH_OK : WHATSAUTH_OAUTH_VALUE;
}


static whatsauth_oauth_result_t
whatsauth_authorize_age(whatsauth_authorize_t *request)
{
    size_t                   i;
    const whatsauth_text_t  *text;

    text = whatsauth_authorize_text(request, WHATSAUTH_AUTHORIZE_MAX_AGE);

    for (i = 0; i < text->len; i++) {
        if (!whatsauth_is_digit(text->data[i])) {
            return WHATSAUTH_OAUTH_VALUE;
        }

        request->max_age = request->max_age * 10
                           + (uint64_t) (text->data[i] - '0');
    }

    request->has_max_age = (text->len != 0);

    return WHATSAUTH_OAUTH_OK;
}


static whatsauth_oauth_result_t
whatsauth_authorize_challenge(whatsauth_authorize_t *request)
{
    const whatsauth_text_t  *challenge, *nonce;

    challenge = whatsauth_authorize_text(request,
                                         WHATSAUTH_AUTHORIZE_CHALLENGE);
    nonce = whatsauth_authorize_text(request, WHATSAUTH_AUTHORIZE_NONCE);

    if (challenge->len == 0) {
        return request->policy == WHATSAUTH_PKCE_OFF
               || (request->policy == WHATSAUTH_PKCE_OR_NONCE
                   && nonce->len != 0)
               ? WHATSAUTH_OAUTH_OK : WHATSAUTH_OAUTH_MISSING;
    }

    request->has_challenge
        = whatsauth_pkce_challenge(challenge, request->challenge) == 0;

    return request->has_challenge ? WHATSAUTH_OAUTH_OK : WHATSAUTH_OAUTH_VALUE;
}


/* Without a method "plain" is meant, which protects nothing here. */

static whatsauth_oauth_result_t
whatsauth_authorize_method(whatsauth_authorize_t *request)
{
    return whatsauth_authorize_is(request,
                                  WHATSAUTH_AUTHORIZE_CHALLENGE_METHOD,
                                  request->has_challenge ? "S256" : "")
           ? WHATSAUTH_OAUTH_OK : WHATSAUTH_OAUTH_VALUE;
}


/* Parameters whose mere presence is refused, and by which result. */

typedef struct {
    unsigned                   parameter;
    whatsauth_oauth_result_t   result;
} whatsauth_authorize_foreign_t;

static const whatsauth_authorize_foreign_t  whatsauth_authorize_foreign[] = {
    { WHATSAUTH_AUTHORIZE_REQUEST,      WHATSAUTH_OAUTH_REQUEST },
    { WHATSAUTH_AUTHORIZE_REQUEST_URI,  WHATSAUTH_OAUTH_REQUEST_URI },
    { WHATSAUTH_AUTHORIZE_REGISTRATION, WHATSAUTH_OAUTH_REGISTRATION }
};


/* Each looks at one parameter, in this order. */

typedef struct {
    unsigned                   parameter;
    whatsauth_oauth_result_t (*judge)(whatsauth_authorize_t *request);
} whatsauth_authorize_step_t;

static const whatsauth_authorize_step_t  whatsauth_authorize_steps[] = {
    { WHATSAUTH_AUTHORIZE_RESPONSE_TYPE,    whatsauth_authorize_response },
    { WHATSAUTH_AUTHORIZE_RESPONSE_MODE,    whatsauth_authorize_mode },
    { WHATSAUTH_AUTHORIZE_SCOPE,            whatsauth_authorize_scope },
    { WHATSAUTH_AUTHORIZE_PROMPT,           whatsauth_authorize_prompt },
    { WHATSAUTH_AUTHORIZE_MAX_AGE,          whatsauth_authorize_age },
    { WHATSAUTH_AUTHORIZE_CHALLENGE,        whatsauth_authorize_challenge },
    { WHATSAUTH_AUTHORIZE_CHALLENGE_METHOD, whatsauth_authorize_method }
};


/* Parameters that none may bring. */

static whatsauth_oauth_result_t
whatsauth_authorize_no_foreign(const whatsauth_authorize_t *request,
    whatsauth_text_t *wrong)
{
    size_t                                i;
    const whatsauth_authorize_foreign_t  *foreign;

    for (i = 0; i < sizeof(whatsauth_authorize_foreign)
                    / sizeof(whatsauth_authorize_foreign[0]); i++)
    {
        foreign = &whatsauth_authorize_foreign[i];

        if (whatsauth_authorize_text(request, foreign->parameter)->len != 0) {
            return whatsauth_authorize_blame(foreign->result,
                                             foreign->parameter, wrong);
        }
    }

    return WHATSAUTH_OAUTH_OK;
}


whatsauth_oauth_result_t
whatsauth_authorize_judge(whatsauth_authorize_t *request,
    whatsauth_pkce_policy_t policy, whatsauth_text_t *wrong)
{
    size_t                             i;
    whatsauth_oauth_result_t           result;
    const whatsauth_authorize_step_t  *step;

    memset(wrong, 0, sizeof(whatsauth_text_t));

    request->policy = policy;
    result = whatsauth_oauth_fault(whatsauth_authorize_parameters,
                                   WHATSAUTH_AUTHORIZE_PARAMETERS_N,
                                   request->value, wrong);

    if (result == WHATSAUTH_OAUTH_OK) {
        result = whatsauth_authorize_no_foreign(request, wrong);
    }

    for (i = 0; result == WHATSAUTH_OAUTH_OK
                && i < sizeof(whatsauth_authorize_steps)
                       / sizeof(whatsauth_authorize_steps[0]); i++)
    {
        step = &whatsauth_authorize_steps[i];
        result = whatsauth_authorize_blame(step->judge(request),
                                           step->parameter, wrong);
    }

    return result;
}
