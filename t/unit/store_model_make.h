
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Operations made up at random for the records that the model has. */


#ifndef _STORE_MODEL_MAKE_H_INCLUDED_
#define _STORE_MODEL_MAKE_H_INCLUDED_


#include "store_model_apply.h"


/* So many records with a claim are acted upon. */
#define MODEL_YOUNG  60


/* Records go on pointing to it. */

static inline const char *
model_url(uint64_t time)
{
    unsigned     letter;
    static char  url[26][MODEL_URL_MAX];

    letter = time % 26;
    memset(url[letter], (int) ('a' + letter), MODEL_URL_MAX);

    return url[letter];
}


/* One number has so many sessions that the oldest has to go. */

static inline const char *
model_any_person(model_t *m)
{
    return model_person[model_below(m, 3) ? 1
                        : 1 + model_below(m, MODEL_PERSONS - 1)];
}


static inline void
make_digest(model_t *m, uint8_t *digest, const char *letters)
{
    memset(digest, letters[model_below(m, (unsigned) strlen(letters))],
           LEDGER_DIGEST_LEN);
}


/* Most of the codes with a claim are of L's page. */

static inline void
make_claim(model_t *m, ledger_op_t *op)
{
    op->u.issue.flags |= LEDGER_CLAIMED;
    op->u.issue.claim_flags = (model_below(m, 3) ? model_below(m, 16) : 0)
                              | (model_below(m, 4) ? LEDGER_CLAIM_PAGE : 0);
    op->u.issue.language = model_below(m, LEDGER_LANGUAGE_MAX + 1);
    make_digest(m, op->u.issue.digest, "ccccccccd");
    make_digest(m, op->u.issue.known, "mno");

    help_text(op, LEDGER_PLACE, &"Santiago de Chile"[model_below(m, 18)]);
    help_text(op, LEDGER_DEVICE, &"Chrome on Windows"[model_below(m, 18)]);
}


static inline void
make_issue(model_t *m, ledger_op_t *op)
{
    unsigned  app;

    app = model_below(m, MODEL_APPS);
    op->kind = LEDGER_ISSUE;
    op->u.issue.lifetime = model_below(m, 4) == 0
                           ? model_below(m, 2000)
                           : model_below(m, 20) * HELP_MINUTE;
    op->u.issue.live_limit = model_below(m, 10) == 0 ? 50 : 0;
    op->u.issue.page_limit = model_below(m, 10) == 0 ? 20 : 0;
    op->u.issue.share = model_below(m, 4) == 0 ? MODEL_SHARE : 0;
    op->u.issue.link_hash = m->now;
    op->u.issue.channel = 1 + model_below(m, 2);
    op->u.issue.flags = model_below(m, 16)
                        | (model_below(m, 3) == 0 ? LEDGER_PAGE : 0);
    op->u.issue.host_lane = model_below(m, LEDGER_HOST_LANES);

    help_text(op, LEDGER_APP, model_app[app]);
    op->text[LEDGER_CALLBACK_URL].data = model_url(m->now);
    op->text[LEDGER_CALLBACK_URL].len = model_below(m, MODEL_URL_MAX);

    if (model_below(m, 2)) {
        make_claim(m, op);
    }
}


/* A record to act upon, preferably a young one, or one that is none. */

static ledger_record_t
model_pick(model_t *m)
{
    unsigned         i;
    ledger_record_t  none;

    if (m->n == 0 || model_below(m, 50) == 0) {
        memset(&none, 0, sizeof(none));
        none.key = model_random(m) >> 13;
        none.channel = 1;
        return none;
    }

    i = model_below(m, 2) ? model_below(m, m->n)
                          : m->n - 1 - model_below(m, m->n < 40 ? m->n : 40);

    return m->entry[i].record;
}


/*
 * A young record with a claim, as a rule, and in this status: a claim dies soon
 * after it was collected.
 */

static inline ledger_record_t
model_pick_claim(model_t *m, ledger_status_t status)
{
    unsigned         tries, among;
    ledger_record_t  e;

    e = model_pick(m);
    among = m->n < MODEL_YOUNG ? m->n : MODEL_YOUNG;

    for (tries = 0; tries < 30 && among; tries++) {

        if ((e.flags & LEDGER_CLAIMED) && e.status == status) {
            break;
        }

        e = m->entry[m->n - 1 - model_below(m, among)].record;
    }

    return e;
}


/* An asked user answers more often than another, or nobody is asked. */

static inline void
make_user(model_t *m, ledger_op_t *op, const ledger_record_t *e)
{
    unsigned  user;

    user = model_below(m, 2) ? model_user_of(e) : model_below(m, MODEL_USERS);

    if (op->kind == LEDGER_REFUSE && model_below(m, 3) == 0) {
        help_text(op, 1 + LEDGER_SENDER, "");

    } else if (model_below(m, 4) == 0) {
        op->kind = LEDGER_ASK;
        user = user ? user : 1;

    } else if (model_below(m, 2)) {
        user = 0;
    }

    help_text(op, 1 + LEDGER_USER_ID, model_user[user]);
}


static inline void
make_message(model_t *m, ledger_op_t *op)
{
    unsigned         app;
    const char      *person;
    ledger_record_t  e;

    e = model_below(m, 2) ? model_pick(m)
                          : model_pick_claim(m, LEDGER_STATUS_REQUESTED);
    person = model_any_person(m);
    app = model_below(m, 20) ? model_app_of(&e) : model_below(m, MODEL_APPS);

    op->kind = model_below(m, 3) ? LEDGER_VALIDATE : LEDGER_REFUSE;
    op->u.message.key = e.key;
    op->u.message.channel = model_below(m, 20) ? e.channel
                                               : 1 + model_below(m, 2);
    op->u.message.provider = 1 + model_below(m, 3);
    op->u.message.error = LEDGER_ERROR_PHONE_NUMBER_UNAVAILABLE;
    op->u.message.share = model_below(m, 4) == 0 ? MODEL_SHARE : 0;
    op->u.message.sender = 1 + model_below(m, 5);
    op->u.message.lease = model_below(m, 4) ? HELP_LEASE : 0;
    op->u.message.retain = model_below(m, 3) * HELP_MINUTE;

    switch (model_below(m, 4)) {

    case 0:
        op->u.message.sent_at = m->now - model_below(m, 70000);
        break;

    case 1:
        op->u.message.sent_at = e.requested_at + model_below(m, 70000);
        break;
    }

    help_text(op, LEDGER_APP, model_app[app]);
    help_text(op, 1 + LEDGER_SENDER, person);
    help_text(op, LEDGER_OP_SUBJECT, person);
    help_text(op, 1 + LEDGER_PROFILE_NAME,
              &"A name of some length"[model_below(m, 20)]);
    help_text(op, 1 + LEDGER_MESSAGE_ID,
              model_id[1 + model_below(m, MODEL_IDS - 1)]);
    make_user(m, op, &e);
}


static inline void
make_take(model_t *m, ledger_op_t *op)
{
    ledger_record_t  e;

    e = model_pick(m);
    op->kind = LEDGER_TAKE;
    op->u.take.key = e.key;
    op->u.take.due_at = e.due_at - (model_below(m, 8) == 0);
    op->u.take.lease = HELP_LEASE;
}


static inline void
make_complete(model_t *m, ledger_op_t *op)
{
    ledger_record_t  e;

    e = model_pick(m);
    op->kind = LEDGER_COMPLETE;
    op->u.complete.key = e.key;
    op->u.complete.attempt = e.attempts - (e.attempts > 0
                                           && model_below(m, 5) == 0);
    op->u.complete.outcome = 1 + model_below(m, 4);
    op->u.complete.error = LEDGER_ERROR_CALLBACK_FAILED;
    op->u.complete.next_at = m->now + model_below(m, 60000);
    op->u.complete.retain = model_below(m, 3) * HELP_MINUTE;
}


static inline void
make_browser(model_t *m, ledger_op_t *op)
{
    ledger_record_t  e;

    e = model_pick_claim(m, LEDGER_STATUS_REQUESTED);
    op->kind = LEDGER_CONFIRM + model_below(m, 4);

    if (op->kind == LEDGER_CANCEL && model_below(m, 4)) {
        op->kind = LEDGER_RESEND;
    }

    op->u.browser.key = e.key;
    op->u.browser.right = model_below(m, 3) == 0;
    op->u.browser.lease = model_below(m, 4) ? HELP_LEASE : 0;
    op->u.browser.retain = model_below(m, 3) * HELP_MINUTE;
    op->u.browser.pin = op->kind == LEDGER_UNSENT ? 1 + model_below(m, 2) : 0;
    make_digest(m, op->u.browser.digest, "cccccd");
    help_text(op, LEDGER_APP, model_app[model_app_of(&e)]);
    help_text(op, LEDGER_OP_SUBJECT,
              model_person[model_number(&e.message[LEDGER_SENDER],
                                        model_person)]);
}


static inline void
make_collect(model_t *m, ledger_op_t *op)
{
    unsigned         app, person;
    ledger_record_t  e;

    e = model_pick_claim(m, LEDGER_STATUS_VALIDATED);
    app = model_below(m, 20) ? model_app_of(&e) : model_below(m, MODEL_APPS);
    person = model_number(&e.message[LEDGER_SENDER], model_person);

    op->kind = LEDGER_COLLECT;
    op->u.collect.key = e.key;
    op->u.collect.session = (e.claim.flags & LEDGER_CLAIM_PAGE) != 0;
    op->u.collect.session ^= model_below(m, 20) == 0;
    op->u.collect.absolute = (1 + model_below(m, 60)) * 10 * HELP_MINUTE;
    op->u.collect.idle = (1 + model_below(m, 60)) * 10 * HELP_MINUTE;
    op->u.collect.share = model_below(m, 4) == 0 ? MODEL_SHARE : 0;
    make_digest(m, op->u.collect.digest, "ccccccccd");
    make_digest(m, op->u.collect.collect_key, "kl");
    make_digest(m, op->u.collect.session_digest, "st");
    make_digest(m, op->u.collect.mark, "mno");
    make_digest(m, op->u.collect.seed, "ef");

    help_text(op, LEDGER_APP, model_app[app]);
    help_text(op, LEDGER_OP_SUBJECT, model_person[person ? person : 1]);
}


/* All of a number's sessions seldom, or there would be few. */

static inline void
make_revoke(model_t *m, ledger_op_t *op)
{
    unsigned           app;
    const session_t   *s;

    op->kind = LEDGER_REVOKE;
    app = model_below(m, MODEL_APPS);

    if (model_below(m, 3) == 0) {
        op->u.revoke.since = m->now - model_below(m, 10) * HELP_MINUTE;
        help_text(op, LEDGER_OP_SUBJECT,
                  model_person[1 + model_below(m, MODEL_PERSONS - 1)]);

    } else if (m->n_sessions) {
        s = &m->session[model_below(m, m->n_sessions)];
        op->u.revoke.key = s->session.key - (model_below(m, 10) == 0);
        app = model_number(&s->session.text[LEDGER_SESSION_APP], model_app);
    }

    help_text(op, LEDGER_APP, model_app[app]);
}


/* Of one that lives, or of one that hardly ever did. */

static inline void
make_touch(model_t *m, ledger_op_t *op)
{
    const session_t  *s;

    op->kind = LEDGER_TOUCH;

    if (m->n_sessions == 0) {
        help_text(op, LEDGER_APP, model_app[0]);
        return;
    }

    s = &m->session[model_below(m, m->n_sessions)];
    op->u.touch.key = s->session.key - (model_below(m, 10) == 0);
    op->text[LEDGER_APP] = s->session.text[LEDGER_SESSION_APP];
    make_digest(m, op->u.touch.digest, "sssst");
}


/* Operations on claims: so many that each of them comes about. */

static inline void
make_login(model_t *m, ledger_op_t *op)
{
    unsigned  kind;

    kind = model_below(m, 200);

    if (kind < 80) {
        make_browser(m, op);

    } else if (kind < 170) {
        make_collect(m, op);

    } else if (kind < 198) {
        make_touch(m, op);

    } else {
        make_revoke(m, op);
    }
}


static inline void
make_op(model_t *m, ledger_op_t *op)
{
    unsigned  kind;

    memset(op, 0, sizeof(ledger_op_t));
    kind = model_below(m, 100);

    if (kind < 28 && m->n < MODEL_MAX) {
        make_issue(m, op);

    } else if (kind < 54) {
        make_message(m, op);

    } else if (kind < 65) {
        make_take(m, op);

    } else if (kind < 78) {
        make_complete(m, op);

    } else if (kind < 97) {
        make_login(m, op);

    } else {
        op->kind = LEDGER_SWEEP;
        op->u.sweep.retain = model_below(m, 3) * HELP_MINUTE;
    }
}


#endif /* _STORE_MODEL_MAKE_H_INCLUDED_ */
