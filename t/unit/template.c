
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>

#include "protocol/template.h"


enum { NAME, EMPTY, LIST, ID, PLACE, NAMES_N };

static const whatsauth_template_name_t  names[] = {
    { "name", 0 },
    { "empty", 0 },
    { "list", 2 },
    { "id", 0 },
    { "place", 0 },
    { NULL, 0 }
};

static const whatsauth_text_t  rows[] = {
    whatsauth_text("1"), whatsauth_text("here"),
    whatsauth_text("2"), whatsauth_text("")
};


typedef struct {
    const char  *source;
    const char  *html;        /* or NULL */
    const char  *problem;
} case_t;


static const case_t  cases[] = {
    { "", "", NULL },
    { "<p>", "<p>", NULL },
    { "a{{name}}b", "a&lt;&amp;&gt;&quot;&#39;b", NULL },
    { "a{{empty}}b", "ab", NULL },
    { "{ {name} }", "{ {name} }", NULL },
    { "{{! {{ \n }}a", "a", NULL },

    /* A text is escaped as a value is; its own values, too. */
    { "{{t.plain}}", "a &lt;b&gt;", NULL },
    { "{{t.with}}", "&lt;&amp;&gt;&quot;&#39; &amp; ", NULL },
    { "{{t.nothing}}", "", NULL },

    { "{{#name}}a{{/name}}b", "ab", NULL },
    { "{{#empty}}a{{/empty}}b", "b", NULL },
    { "{{^name}}a{{/name}}b", "b", NULL },
    { "{{^empty}}a{{/empty}}b", "ab", NULL },
    { "a{{#empty}}b{{/empty}}c{{#name}}d{{/name}}e", "acde", NULL },
    { "{{#name}}a{{^empty}}b{{/empty}}c{{/name}}", "abc", NULL },
    { "{{#empty}}a{{#name}}b{{/name}}{{t.plain}}{{/empty}}c", "c", NULL },

    /* The line of a bound goes with it, but not that of a value. */
    { "{{#name}}\na\n{{/name}}\nb", "a\nb", NULL },
    { "{{empty}}\na", "\na", NULL },

    { "{{#list}}({{id}}){{/list}}", "(1)(2)", NULL },
    { "{{#list}}{{#place}}{{place}}{{/place}}{{^place}}-{{/place}}{{/list}}",
      "here-", NULL },
    { "{{#list}}{{#name}}{{id}}{{/name}}{{/list}}", "12", NULL },
    { "{{^list}}a{{/list}}", "a", NULL },

    { "{{unknown}}", NULL, "is not a name" },
    { "{{}}", NULL, "is not a name" },
    { "{{#}}{{/}}", NULL, "is not a name" },
    { "{{ name }}", NULL, "is not a name" },
    { "{{{name}}}", NULL, "is not a name" },
    { "{{name", NULL, "has no \"}}\"" },
    { "{{name}", NULL, "has no \"}}\"" },
    { "{{t.unknown}}", NULL, "is not the key of a text" },
    { "{{t.}}", NULL, "is not a name" },
    { "{{t.half}}", NULL, "has a \"{\" without \"}\"" },
    { "{{t.odd}}", NULL, "is not a name" },
    { "{{/name}}", NULL, "ends no section" },
    { "{{#name}}", NULL, "has a section that does not end" },
    { "{{#name}}{{/empty}}", NULL, "ends another section" },
    { "{{#name}}{{#empty}}{{/name}}{{/empty}}", NULL, "ends another section" },
    { "{{id}}", NULL, "is outside of its list" },
    { "{{#list}}{{/list}}{{place}}", NULL, "is outside of its list" },
    { "{{#list}}{{#list}}{{/list}}{{/list}}", NULL, "is a list in a list" },
    { "{{#name}}{{#name}}{{#name}}{{#name}}{{#name}}{{#name}}{{#name}}"
      "{{#name}}{{#name}}", NULL, "is in too many sections" }
};


static int
text_of(void *data, const whatsauth_text_t *key, whatsauth_text_t *text)
{
    size_t  i;

    static const struct {
        whatsauth_text_t  key;
        whatsauth_text_t  text;
    } texts[] = {
        { whatsauth_text("plain"), whatsauth_text("a <b>") },
        { whatsauth_text("with"), whatsauth_text("{name} & {empty}") },
        { whatsauth_text("nothing"), whatsauth_text("") },
        { whatsauth_text("half"), whatsauth_text("a {name") },
        { whatsauth_text("odd"), whatsauth_text("a {nam}") }
    };

    (void) data;

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (whatsauth_text_equal(&texts[i].key, key)) {
            *text = texts[i].text;
            return 0;
        }
    }

    return -1;
}


static whatsauth_template_t *
compile(const char *source, whatsauth_template_error_t *error)
{
    char                  *copy;
    whatsauth_text_t       text;
    whatsauth_template_t  *template;

    text.len = strlen(source);
    copy = malloc(text.len);
    assert_true(copy != NULL || text.len == 0);

    memcpy(copy, source, text.len);
    text.data = copy;

    template = whatsauth_template_compile(&text, names, text_of, NULL, error);

    /* Nothing of the source is kept. */
    memset(copy, 'x', text.len);
    free(copy);

    return template;
}


static void
assert_html(const whatsauth_template_t *template, const case_t *c)
{
    char                        *html;
    size_t                       len;
    whatsauth_template_value_t   values[NAMES_N];

    static const whatsauth_text_t  odd = whatsauth_text("<&>\"'");

    memset(values, 0, sizeof(values));
    values[NAME].text = odd;
    values[LIST].rows = rows;
    values[LIST].rows_n = 2;

    len = whatsauth_template_fill(template, values, NULL);
    html = malloc(len + 1);
    assert_non_null(html);

    assert_int_equal(whatsauth_template_fill(template, values, html), len);
    html[len] = '\0';

    if (strcmp(html, c->html) != 0) {
        fail_msg("\"%s\" becomes \"%s\", not \"%s\"", c->source, html,
                 c->html);
    }

    free(html);
}


static void
a_template_is_filled_or_refused(void **state)
{
    size_t                       i;
    whatsauth_template_t        *template;
    whatsauth_template_error_t   error;

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        template = compile(cases[i].source, &error);

        if (template == NULL) {
            assert_non_null(cases[i].problem);
            assert_string_equal(error.problem, cases[i].problem);
            continue;
        }

        if (cases[i].html == NULL) {
            fail_msg("\"%s\" is accepted", cases[i].source);
        }

        assert_html(template, &cases[i]);
        whatsauth_template_free(template);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_template_is_filled_or_refused)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
