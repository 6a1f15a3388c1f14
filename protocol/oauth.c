
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "oauth.h"


typedef struct {
    const char  *word;
    const char  *sentence;
} whatsauth_oauth_refusal_t;


static const whatsauth_oauth_refusal_t  whatsauth_oauth_refusals[] = {
#define WHATSAUTH_OAUTH_RESULT(name, word, text)  { word, text },
    WHATSAUTH_OAUTH_RESULTS(WHATSAUTH_OAUTH_RESULT)
#undef WHATSAUTH_OAUTH_RESULT
};


const char *
whatsauth_oauth_word(whatsauth_oauth_result_t result)
{
    return whatsauth_oauth_refusals[result].word;
}


const char *
whatsauth_oauth_strresult(whatsauth_oauth_result_t result)
{
    return whatsauth_oauth_refusals[result].sentence;
}


int
whatsauth_oauth_is_ascii(const whatsauth_text_t *text)
{
    size_t  i;

    for (i = 0; i < text->len; i++) {
        if (text->data[i] < ' ' || text->data[i] > '~') {
            return 0;
        }
    }

    return 1;
}


static whatsauth_oauth_result_t
whatsauth_oauth_judge(const whatsauth_oauth_parameter_t *parameter,
    const whatsauth_oauth_value_t *value, const whatsauth_text_t *text)
{
    int  fits;

    if (value->given) {
        return WHATSAUTH_OAUTH_REPEATED;
    }

    if (text->len > parameter->max) {
        return WHATSAUTH_OAUTH_TOO_LONG;
    }

    fits = parameter->utf8 ? whatsauth_text_is_utf8(text)
                           : whatsauth_oauth_is_ascii(text);

    return fits ? WHATSAUTH_OAUTH_OK : WHATSAUTH_OAUTH_CHARACTER;
}


static void
whatsauth_oauth_take(const whatsauth_oauth_parameter_t *parameter,
    whatsauth_oauth_value_t *value, const whatsauth_text_t *text)
{
    value->result = whatsauth_oauth_judge(parameter, value, text);
    value->given = 1;
    value->text = *text;

    if (value->result != WHATSAUTH_OAUTH_OK) {
        value->text.len = 0;
    }
}


void
whatsauth_oauth_read(const whatsauth_text_t *form, char *buf,
    const whatsauth_oauth_parameter_t *parameters, size_t n,
    whatsauth_oauth_value_t *values)
{
    size_t             i;
    whatsauth_form_t   reader;
    whatsauth_field_t  field;

    memset(values, 0, n * sizeof(whatsauth_oauth_value_t));
    whatsauth_form_start(&reader, form, buf);

    while (whatsauth_form_next(&reader, &field)) {

        for (i = 0; i < n; i++) {
            if (whatsauth_text_equal(&field.name, &parameters[i].name)) {
                whatsauth_oauth_take(&parameters[i], &values[i], &field.value);
                break;
            }
        }
    }
}


whatsauth_oauth_result_t
whatsauth_oauth_blame(whatsauth_oauth_result_t result,
    const whatsauth_oauth_parameter_t *parameter, whatsauth_text_t *wrong)
{
    if (result != WHATSAUTH_OAUTH_OK) {
        *wrong = parameter->name;
    }

    return result;
}


whatsauth_oauth_result_t
whatsauth_oauth_fault(const whatsauth_oauth_parameter_t *parameters, size_t n,
    const whatsauth_oauth_value_t *values, whatsauth_text_t *wrong)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (values[i].result != WHATSAUTH_OAUTH_OK) {
            return whatsauth_oauth_blame(values[i].result, &parameters[i],
                                         wrong);
        }
    }

    return WHATSAUTH_OAUTH_OK;
}


size_t
whatsauth_oauth_words(const whatsauth_text_t *list,
    const whatsauth_text_t *words, size_t n, unsigned *set)
{
    size_t             i, unknown;
    const char        *p, *end;
    whatsauth_text_t   word;

    *set = 0;
    unknown = 0;
    end = whatsauth_text_end(list);

    for (p = list->data; p < end; p++) {
        word.data = p;

        while (p < end && *p != ' ') {
            p++;
        }

        word.len = (size_t) (p - word.data);

        if (word.len == 0) {
            continue;
        }

        for (i = 0; i < n && !whatsauth_text_equal(&word, &words[i]); i++) {
            /* void */
        }

        if (i < n) {
            *set |= 1u << i;

        } else {
            unknown++;
        }
    }

    return unknown;
}
