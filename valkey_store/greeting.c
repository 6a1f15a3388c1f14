
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <inttypes.h>
#include <string.h>

#include "number.h"
#include "parts.h"
#include "script.h"


/* In ms: codes and leases of hosts that differ more end at odd times. */
#define VALKEY_STORE_GREETING_CLOCK  1000

#define VALKEY_STORE_GREETING_WORDS  3


/* The script that a step loads. */
static const valkey_store_script_t  *const valkey_store_greeting_scripts[] = {
    [VALKEY_STORE_LOAD_ISSUE] = &valkey_store_script_issue,
    [VALKEY_STORE_LOAD_COMMIT] = &valkey_store_script_commit,
    [VALKEY_STORE_LOAD_HEADS] = &valkey_store_script_heads
};


static int
valkey_store_greeting_words(valkey_store_out_t *out, unsigned n,
    const ledger_text_t *word)
{
    unsigned  i;

    valkey_store_out_begin(out, n);

    for (i = 0; i < n; i++) {
        valkey_store_out_word(out, word[i].data, word[i].len);
    }

    return valkey_store_out_end(out);
}


static int
valkey_store_greeting_auth(const valkey_store_options_t *options,
    valkey_store_out_t *out)
{
    unsigned       n;
    ledger_text_t  word[VALKEY_STORE_GREETING_WORDS];

    n = 0;
    word[n++] = (ledger_text_t) { "AUTH", 4 };

    if (options->user.len != 0) {
        word[n++] = options->user;
    }

    word[n++] = options->password;

    return valkey_store_greeting_words(out, n, word);
}


static int
valkey_store_greeting_load(valkey_store_step_t step, valkey_store_out_t *out)
{
    ledger_text_t                 word[VALKEY_STORE_GREETING_WORDS];
    const valkey_store_script_t  *script;

    script = valkey_store_greeting_scripts[step];

    word[0] = (ledger_text_t) { "SCRIPT", 6 };
    word[1] = (ledger_text_t) { "LOAD", 4 };
    word[2] = (ledger_text_t) { script->source, script->len };

    return valkey_store_greeting_words(out, 3, word);
}


static int
valkey_store_greeting_time(valkey_store_out_t *out)
{
    ledger_text_t  word;

    word = (ledger_text_t) { "TIME", 4 };

    return valkey_store_greeting_words(out, 1, &word);
}


static int
valkey_store_greeting_is_left_out(const valkey_store_link_t *link,
    valkey_store_step_t step)
{
    return (step == VALKEY_STORE_AUTH || step == VALKEY_STORE_AUTH_PERHAPS)
           && link->client->options->password.len == 0;
}


static int
valkey_store_greeting_write(valkey_store_link_t *link,
    valkey_store_step_t step)
{
    switch (step) {

    case VALKEY_STORE_AUTH:
    case VALKEY_STORE_AUTH_PERHAPS:
        return valkey_store_greeting_auth(link->client->options, &link->out);

    case VALKEY_STORE_LOAD_ISSUE:
    case VALKEY_STORE_LOAD_COMMIT:
    case VALKEY_STORE_LOAD_HEADS:
        return valkey_store_greeting_load(step, &link->out);

    case VALKEY_STORE_INFO:
        return valkey_store_settings_info_write(&link->out);

    case VALKEY_STORE_CONFIG:
        return valkey_store_settings_config_write(&link->out);

    default:
        return valkey_store_greeting_time(&link->out);
    }
}


void
valkey_store_greeting_begin(valkey_store_link_t *link,
    const valkey_store_step_t *steps)
{
    size_t                      n;
    valkey_store_greeting_t    *greeting;
    const valkey_store_step_t  *step;

    greeting = &link->greeting;

    memset(greeting, 0, sizeof(valkey_store_greeting_t));
    greeting->began = link->client->io->now(link->client->data);

    while (valkey_store_greeting_is_left_out(link, *steps)) {
        steps++;
    }

    greeting->step = steps;

    for (n = 0, step = steps; *step != VALKEY_STORE_STEPS_END; n++, step++) {
        if (valkey_store_greeting_write(link, *step) != 0) {
            valkey_store_link_fail(link, "no memory");
            return;
        }
    }

    valkey_store_link_send(link, n);
}


static void
valkey_store_greeting_refused(valkey_store_link_t *link,
    const ledger_text_t *error)
{
    char  why[VALKEY_STORE_ERROR_MAX];

    valkey_store_trouble_error(why, error);
    valkey_store_link_fail(link, why);
}


/* Seconds and microseconds, as texts. */
static int
valkey_store_greeting_read_time(const valkey_store_reply_t *reply,
    uint64_t *time)
{
    int64_t                      seconds;
    const valkey_store_reply_t  *element;

    if (reply->type != VALKEY_STORE_REPLY_ARRAY || reply->elements != 2) {
        return -1;
    }

    element = valkey_store_reply_first(reply);

    if (element->type != VALKEY_STORE_REPLY_BULK
        || valkey_store_number(&element->text, &seconds) != 0
        || seconds < 0 || seconds > UINT32_MAX)
    {
        return -1;
    }

    *time = (uint64_t) seconds * 1000;

    return 0;
}


/* The reply was made between its command and now; it has whole seconds. */
static int
valkey_store_greeting_take_time(valkey_store_link_t *link,
    const valkey_store_reply_t *reply)
{
    uint64_t  time, now, differs;

    if (valkey_store_greeting_read_time(reply, &time) != 0) {
        return -1;
    }

    now = link->client->io->now(link->client->data);
    differs = 0;

    if (time > now) {
        differs = time - now;

    } else if (time + 1000 < link->greeting.began) {
        differs = link->greeting.began - time - 1000;
    }

    if (differs > VALKEY_STORE_GREETING_CLOCK) {
        valkey_store_trouble(link->client, VALKEY_STORE_ALERT,
                             &link->endpoint.address,
                             "clock differs by %" PRIu64 " s",
                             (differs + 999) / 1000);
    }

    return 0;
}


/* The server tells the name that it has given to a script. */
static int
valkey_store_greeting_take_load(valkey_store_step_t step,
    const valkey_store_reply_t *reply)
{
    const valkey_store_script_t  *script;

    script = valkey_store_greeting_scripts[step];

    return (reply->type == VALKEY_STORE_REPLY_BULK
            && reply->text.len == VALKEY_STORE_SCRIPT_NAME_LEN
            && memcmp(reply->text.data, script->name,
                      VALKEY_STORE_SCRIPT_NAME_LEN) == 0) ? 0 : -1;
}


/*
 * A primary is looked at as a whole together with its replicas.  Danger: what
 * they name as theirs is not looked at, or two that name each other would never
 * come to an end.
 */
static int
valkey_store_greeting_take_info(valkey_store_link_t *link,
    const valkey_store_reply_t *reply)
{
    valkey_store_settings_t  *settings;

    settings = &link->greeting.settings;

    if (valkey_store_settings_info_read(reply, settings) != 0) {
        return -1;
    }

    link->greeting.has_info = 1;

    if (link->purpose->looks && (settings->flags & VALKEY_STORE_IS_PRIMARY)
        && link->greeting.step[1] == VALKEY_STORE_CONFIG)
    {
        valkey_store_look(link->client, settings);
    }

    settings->replicas = 0;

    return 0;
}


static int
valkey_store_greeting_take(valkey_store_link_t *link, valkey_store_step_t step,
    const valkey_store_reply_t *reply)
{
    switch (step) {

    case VALKEY_STORE_AUTH:
        return (reply->type == VALKEY_STORE_REPLY_STATUS) ? 0 : -1;

    case VALKEY_STORE_AUTH_PERHAPS:
        return 0;

    case VALKEY_STORE_LOAD_ISSUE:
    case VALKEY_STORE_LOAD_COMMIT:
    case VALKEY_STORE_LOAD_HEADS:
        return valkey_store_greeting_take_load(step, reply);

    case VALKEY_STORE_INFO:
        return valkey_store_greeting_take_info(link, reply);

    case VALKEY_STORE_CONFIG:
        link->greeting.has_config = 1;

        return valkey_store_settings_config_read(reply,
                                                 &link->greeting.settings);

    default:
        return valkey_store_greeting_take_time(link, reply);
    }
}


/* Services hide CONFIG: what it would tell is then missing in the settings. */

valkey_store_greeted_t
valkey_store_greeting_reply(valkey_store_link_t *link,
    const valkey_store_reply_t *reply)
{
    valkey_store_step_t  step;

    step = *link->greeting.step;

    if (reply->type == VALKEY_STORE_REPLY_ERROR
        && step != VALKEY_STORE_AUTH_PERHAPS && step != VALKEY_STORE_CONFIG)
    {
        valkey_store_greeting_refused(link, &reply->text);
        return VALKEY_STORE_GREETING_FAILED;
    }

    if (valkey_store_greeting_take(link, step, reply) != 0) {
        valkey_store_link_odd(link);
        return VALKEY_STORE_GREETING_FAILED;
    }

    if (*++link->greeting.step != VALKEY_STORE_STEPS_END) {
        return VALKEY_STORE_GREETING_MORE;
    }

    link->greeting.step = NULL;

    return VALKEY_STORE_GREETING_OVER;
}


int
valkey_store_greeting_judge(valkey_store_link_t *link)
{
    unsigned  i, faults;

    faults = valkey_store_settings_faults(&link->greeting.settings,
                                          link->client->options->replicas);

    for (i = 0; i < VALKEY_STORE_FAULTS; i++) {
        if (faults & 1u << i) {
            valkey_store_trouble(link->client,
                                 valkey_store_faults[i].severity,
                                 &link->endpoint.address, "%s",
                                 valkey_store_faults[i].text);
        }
    }

    return valkey_store_faults_refuse(faults) ? -1 : 0;
}
