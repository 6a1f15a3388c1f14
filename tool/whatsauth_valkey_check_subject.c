
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Subjects: the sessions that one names are of its app and number, if they
 * exist.  No session changes these, so one look is enough.
 */


#include "whatsauth_valkey_check.h"


/* So many sessions may the subjects of a part name. */
#define WHATSAUTH_VALKEY_CHECK_SUBJECT_MAX                                    \
    (WHATSAUTH_VALKEY_PART * LEDGER_SESSIONS_MAX)


typedef struct {
    uint64_t                        key;
    const whatsauth_valkey_text_t  *subject;
} whatsauth_valkey_check_subject_login_t;

typedef struct {
    whatsauth_valkey_check_t                *check;
    size_t                                   n;
    size_t                                   from;    /* of those asked for */
    whatsauth_valkey_check_subject_login_t
        login[WHATSAUTH_VALKEY_CHECK_SUBJECT_MAX];
} whatsauth_valkey_check_subject_t;


static int
whatsauth_valkey_check_subject_read(void *data, size_t i,
    const valkey_store_reply_t *reply)
{
    unsigned                                 s;
    ledger_text_t                            app, number;
    valkey_store_subject_t                   value;
    const whatsauth_valkey_text_t           *text;
    whatsauth_valkey_check_subject_t        *self;
    whatsauth_valkey_check_subject_login_t  *login;

    self = data;
    text = self->check->valkey->list.subjects.text[i];

    if (reply->type == VALKEY_STORE_REPLY_NIL) {
        return 0;
    }

    whatsauth_valkey_names_person(text, &app, &number);

    if (reply->type != VALKEY_STORE_REPLY_BULK
        || valkey_store_subject_decode(&value, &app, &number, &reply->text)
           != 0)
    {
        whatsauth_valkey_check_fault(self->check,
                                     "a subject cannot be read");
        return 0;
    }

    for (s = 0; s < value.row.subject.n_sessions; s++) {
        login = &self->login[self->n++];
        login->key = value.row.subject.session[s].key;
        login->subject = text;
    }

    return 0;
}


static int
whatsauth_valkey_check_subject_login(void *data, size_t i,
    const valkey_store_reply_t *reply)
{
    ledger_text_t                                  app, number;
    const ledger_text_t                           *text;
    valkey_store_session_t                         session;
    whatsauth_valkey_check_subject_t              *self;
    const whatsauth_valkey_check_subject_login_t  *login;

    self = data;
    login = &self->login[self->from + i];

    /* One that cannot be read is told with the sessions. */

    if (reply->type != VALKEY_STORE_REPLY_BULK
        || valkey_store_session_decode(&session, login->key, &reply->text)
           != 0)
    {
        return 0;
    }

    text = session.row.session.text;
    whatsauth_valkey_names_person(login->subject, &app, &number);

    if (!ledger_text_same(&text[LEDGER_SESSION_APP], &app)
        || !ledger_text_same(&text[LEDGER_SESSION_SUBJECT], &number))
    {
        whatsauth_valkey_check_fault(self->check, "a subject names session"
                                     " %llu, which it does not have",
                                     (unsigned long long) login->key);
    }

    return 0;
}


static int
whatsauth_valkey_check_subject_part(void *data)
{
    int                                rc;
    size_t                             i, n;
    uint64_t                           key;
    valkey_store_name_t                name[WHATSAUTH_VALKEY_PART];
    whatsauth_valkey_t                *valkey;
    whatsauth_valkey_command_t         command[WHATSAUTH_VALKEY_PART];
    whatsauth_valkey_check_subject_t  *self;

    self = data;
    valkey = self->check->valkey;

    for (rc = 0, self->from = 0; rc == 0 && self->from < self->n;
         self->from += n)
    {
        n = self->n - self->from;

        if (n > WHATSAUTH_VALKEY_PART) {
            n = WHATSAUTH_VALKEY_PART;
        }

        for (i = 0; i < n; i++) {
            key = self->login[self->from + i].key;
            valkey_store_name_key(&name[i], &valkey->options.prefix,
                                  VALKEY_STORE_SESSION, key);
            whatsauth_valkey_command(&command[i],
                                     valkey_store_partition(key), "GET",
                                     &name[i]);
        }

        rc = whatsauth_valkey_ask(valkey, command, n,
                                  whatsauth_valkey_check_subject_login, self);
    }

    self->n = 0;

    return rc;
}


int
whatsauth_valkey_check_subjects(whatsauth_valkey_check_t *check)
{
    whatsauth_valkey_check_subject_t  self;

    self.check = check;
    self.n = 0;

    return whatsauth_valkey_get_texts(check->valkey, VALKEY_STORE_SUBJECT,
                                      &check->valkey->list.subjects,
                                      whatsauth_valkey_check_subject_read,
                                      whatsauth_valkey_check_subject_part,
                                      &self);
}
