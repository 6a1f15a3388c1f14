
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The fuzzer of the ledger keeps this instead of an engine. */


#ifndef _LEDGER_WORLD_H_INCLUDED_
#define _LEDGER_WORLD_H_INCLUDED_


#include "fuzz.h"
#include "ledger/ledger.h"


#define RECORDS   8
#define APPS      2
#define PEOPLE    4
#define SESSIONS  (APPS * PEOPLE * LEDGER_SESSIONS_MAX)
#define NOW       UINT64_C(1790000000000)


/* A record, and what has ever happened to it. */

typedef struct {
    int               live;
    ledger_record_t   record;
    unsigned          validations;
    unsigned          replies;
    unsigned          questions;
    unsigned          pins;            /* sent */
    unsigned          collections;
} entry_t;


/* A person, with the time of the last revocation; and a session of one. */

typedef struct {
    int               live;
    ledger_subject_t  subject;
} person_t;

typedef struct {
    ledger_session_t  session;
    person_t         *person;
} session_t;


typedef struct {
    entry_t           entry[RECORDS];
    person_t          person[APPS][PEOPLE];
    session_t         session[SESSIONS];
    unsigned          sessions;
    uint64_t          now;
    uint64_t          key;
    int               waiting;         /* as the changes say */
    int               pages;
} world_t;


static const char *const  world_app[APPS] = { "shop", "shop2" };

/* Users, and senders: the first one stands for none. */
static const char *const  world_user[PEOPLE] = { "", "US.1", "US.2", "US.12" };


static inline ledger_text_t
world_text(const char *s)
{
    ledger_text_t  text;

    text.data = s;
    text.len = strlen(s);

    return text;
}


/* One of few secrets, so that right ones are guessed. */

static inline void
world_digest(uint8_t digest[LEDGER_DIGEST_LEN], unsigned n)
{
    memset(digest, 7, LEDGER_DIGEST_LEN);
    digest[LEDGER_DIGEST_LEN - 1] = (uint8_t) n;
}


static inline unsigned
world_find(const ledger_text_t *text, const char *const *names, unsigned n)
{
    unsigned       i;
    ledger_text_t  name;

    for (i = 0; i < n; i++) {
        name = world_text(names[i]);

        if (ledger_text_same(text, &name)) {
            return i;
        }
    }

    fuzz_check(0);

    return 0;
}


/* The person that an operation names, as the app knows it. */

static inline person_t *
world_person(world_t *w, const ledger_op_t *op)
{
    return &w->person[world_find(&op->text[LEDGER_APP], world_app, APPS)]
                     [world_find(&op->text[LEDGER_OP_SUBJECT], world_user,
                                 PEOPLE)];
}


#endif /* _LEDGER_WORLD_H_INCLUDED_ */
