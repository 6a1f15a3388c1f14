
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Twilio's signature is over a text without separators.  Here the texts of
 * requests, ordinary ones and those by which a sender tries to become somebody
 * else, are cut at every place into other requests, and none of them is taken
 * that says anything else than the one that Twilio made.
 */


#include "twilio_cut_texts.h"


/* Longer names of unknown fields differ in nothing from those. */
#define NAME_MAX_TRIED  16


static void
add(cut_t *cut, const char *name, const char *value, const char *end)
{
    whatsauth_field_t  *field;

    field = &cut->fields[cut->n++];
    field->name.data = name;
    field->name.len = (size_t) (value - name);
    field->value.data = value;
    field->value.len = (size_t) (end - value);
}


/*
 * One more field, of whatever name, from every place on, in the place of the
 * rest of that field and of some of those that follow.
 */
static void
try_one_more(request_t *request)
{
    cut_t        cut;
    size_t       i, next, rest;
    const char  *p, *value, *start, *stop, *end;

    end = whatsauth_text_end(&request->text);

    for (i = 0; i < request->cut.n; i++) {
        start = request->cut.fields[i].name.data;
        stop = whatsauth_text_end(&request->cut.fields[i].value);

        for (p = start; p < stop; p++) {
            for (value = p + 1;
                 value <= stop && value <= p + NAME_MAX_TRIED;
                 value++)
            {
                for (next = i + 1; next <= request->cut.n; next++) {
                    if (next > i + 2 && next < request->cut.n) {
                        continue;
                    }

                    cut.n = 0;
                    memcpy(cut.fields, request->cut.fields,
                           i * sizeof(whatsauth_field_t));
                    cut.n = i;

                    if (p >= request->cut.fields[i].value.data) {
                        add(&cut, start, request->cut.fields[i].value.data, p);

                    } else if (p > start) {
                        add(&cut, start, p, p);
                    }

                    add(&cut, p, value, next == request->cut.n
                                        ? end
                                        : request->cut.fields[next].name.data);

                    rest = request->cut.n - next;
                    memcpy(&cut.fields[cut.n], &request->cut.fields[next],
                           rest * sizeof(whatsauth_field_t));
                    cut.n += rest;

                    try(request, &cut);
                }
            }
        }
    }
}


/* Where known names stand in the text, in the order of their names. */
typedef struct {
    request_t   *request;
    const char  *at[FIELDS];
    unsigned     id[FIELDS];
    const char  *stop[FIELDS];   /* the end of the value */
    size_t       n;
} frame_t;


static const char *
value_of(const frame_t *frame, size_t i)
{
    return frame->at[i] + whatsauth_twilio_known[frame->id[i]].name.len;
}


static const char *
field_end(const frame_t *frame, size_t i)
{
    return (i + 1 < frame->n) ? frame->at[i + 1]
           : whatsauth_text_end(&frame->request->text);
}


/* The longest beginning of a value that is of the field's form. */
static const char *
value_end(const frame_t *frame, size_t i)
{
    whatsauth_text_t  value;

    value.data = value_of(frame, i);
    value.len = (size_t) (field_end(frame, i) - value.data);

    while (value.len != 0
           && !whatsauth_twilio_known[frame->id[i]].fits(&value))
    {
        value.len--;
    }

    return whatsauth_text_end(&value);
}


/* The rest after a value is an unknown field. */
static void
try_frame_with(frame_t *frame, size_t special, size_t name_len)
{
    cut_t        cut;
    size_t       i, len;
    const char  *end;

    cut.n = 0;

    for (i = 0; i < frame->n; i++) {
        end = field_end(frame, i);
        add(&cut, frame->at[i], value_of(frame, i), frame->stop[i]);

        if (frame->stop[i] == end) {
            continue;
        }

        len = (i == special) ? name_len : 1;

        if ((size_t) (end - frame->stop[i]) < len || cut.n + 2 > FIELDS) {
            return;
        }

        add(&cut, frame->stop[i], frame->stop[i] + len, end);
    }

    try(frame->request, &cut);
}


/* Every end of one value, and the longest of all others. */
static void
try_frame(frame_t *frame)
{
    size_t       i, name_len;
    const char  *longest, *end;

    for (i = 0; i < frame->n; i++) {
        frame->stop[i] = value_end(frame, i);
    }

    try_frame_with(frame, frame->n, 1);

    for (i = 0; i < frame->n; i++) {
        longest = frame->stop[i];
        end = field_end(frame, i);

        for (frame->stop[i] = value_of(frame, i);
             frame->stop[i] < end;
             frame->stop[i]++)
        {
            for (name_len = 1; name_len <= 6; name_len++) {
                try_frame_with(frame, i, name_len);
            }
        }

        frame->stop[i] = longest;
    }
}


static int
is_required(unsigned id)
{
    return id == WHATSAUTH_TWILIO_ACCOUNT_SID || id == WHATSAUTH_TWILIO_BODY
           || id == WHATSAUTH_TWILIO_FROM || id == WHATSAUTH_TWILIO_TO
           || id == WHATSAUTH_TWILIO_MESSAGE_SID;
}


/* The next place of a name, or NULL. */
static const char *
find(const frame_t *frame, const char *p, const whatsauth_text_t *name)
{
    const char  *end;

    end = whatsauth_text_end(&frame->request->text);

    for ( /* void */ ; (size_t) (end - p) >= name->len; p++) {
        if (memcmp(p, name->data, name->len) == 0) {
            return p;
        }
    }

    return NULL;
}


/*
 * Every choice of the places where known names stand.  One that must not be
 * hidden, and stands in one place, is a field there.
 */
static void
try_frames(frame_t *frame, const char *from, unsigned id)
{
    int                              must;
    const char                      *p, *first;
    const whatsauth_twilio_known_t  *known;

    if (id == WHATSAUTH_TWILIO_FIELDS_N) {
        try_frame(frame);
        return;
    }

    known = &whatsauth_twilio_known[id];
    first = find(frame, frame->request->text.data, &known->name);
    must = is_required(id)
           || (first != NULL && known->begins != NULL
               && find(frame, first + 1, &known->name) == NULL);

    if (!must) {
        try_frames(frame, from, id + 1);
    }

    for (p = find(frame, from, &known->name);
         p != NULL && (frame->n != 0 || p == frame->request->text.data);
         p = find(frame, p + 1, &known->name))
    {
        frame->at[frame->n] = p;
        frame->id[frame->n] = id;
        frame->n++;

        try_frames(frame, p + known->name.len, id + 1);
        frame->n--;
    }
}


/* Another target may have been called, and its end be fields of ours. */
static void
try_targets(request_t *request, const char *called)
{
    char              target[TEXT_MAX];
    cut_t             cut;
    const char       *p, *value, *start, *end;
    whatsauth_text_t  all, path, text;

    path = text_of(PATH);
    all = request->content.contents[0];
    start = request->text.data - strlen(called);
    end = whatsauth_text_end(&all);

    for (p = start + 1; p < end; p++) {
        text.data = start;
        text.len = (size_t) (p - start);

        if (!whatsauth_twilio_is_target(&text, &path)) {
            continue;
        }

        memcpy(target, start, text.len);
        target[text.len] = '\0';

        for (value = p + 1;
             value <= end && value <= p + NAME_MAX_TRIED;
             value++)
        {
            cut.n = 0;
            add(&cut, p, value, end);
            post(request, target, &cut);

            if (value < request->text.data) {
                cut.n = 0;
                add(&cut, p, value, request->text.data);
                memcpy(&cut.fields[1], request->cut.fields,
                       request->cut.n * sizeof(whatsauth_field_t));
                cut.n = request->cut.n + 1;
                post(request, target, &cut);
            }
        }
    }
}


static void
cut_everywhere(const char *form)
{
    frame_t    frame;
    request_t  request;

    request_of(&request, PATH, form);

    try_one_more(&request);

    memset(&frame, 0, sizeof(frame_t));
    frame.request = &request;
    try_frames(&frame, request.text.data, 0);
    try_targets(&request, PATH);

    assert_true(request.tried > 10);
    request_free(&request);
}


static void
what_people_write_is_taken(void **state)
{
    size_t  i;

    (void) state;

    for (i = 0; i < sizeof(ordinary) / sizeof(ordinary[0]); i++) {
        assert_taken(ordinary[i]);
    }
}


static void
an_ordinary_request_becomes_no_other(void **state)
{
    size_t  i;

    (void) state;

    for (i = 0; i < sizeof(ordinary) / sizeof(ordinary[0]); i++) {
        cut_everywhere(ordinary[i]);
    }
}


static void
an_attacker_s_request_becomes_no_other(void **state)
{
    size_t  i;

    (void) state;

    for (i = 0; i < sizeof(attacks) / sizeof(attacks[0]); i++) {
        cut_everywhere(attacks[i]);
    }
}


/* Twilio called another URL of the same host. */
static void
another_url_becomes_none_of_ours(void **state)
{
    size_t                    i, j;
    request_t                 request;
    static const char *const  targets[] = {
        PATH "?app=shop", PATH "?auth_token=x", PATH "?auth_token=xAb",
        PATH "?x=", PATH "/voice", PATH ".php", PATH "2", PATH "/../",
        "/api/v1/", "/"
    };

    (void) state;

    for (i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
        for (j = 0; j < sizeof(attacks) / sizeof(attacks[0]); j++) {
            request_of(&request, targets[i], attacks[j]);
            try_targets(&request, targets[i]);

            /* The path may be right, but nothing of it is a field. */
            assert_int_equal(request.taken, 0);
            request_free(&request);
        }
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(what_people_write_is_taken),
        cmocka_unit_test(an_ordinary_request_becomes_no_other),
        cmocka_unit_test(an_attacker_s_request_becomes_no_other),
        cmocka_unit_test(another_url_becomes_none_of_ours)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
