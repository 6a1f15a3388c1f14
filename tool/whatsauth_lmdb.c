
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The store on this machine.
 */


#ifndef _GNU_SOURCE
#define _GNU_SOURCE               /* setresuid() */
#endif

#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "whatsauth_lmdb.h"


static void
whatsauth_lmdb_keys(void *data, whatsauth_store_keys_t *keys)
{
    keys->code = lmdb_store_code_key(data);
    keys->id = lmdb_store_id_key(data);
    keys->token = lmdb_store_token_key(data);
}


static ledger_result_t
whatsauth_lmdb_walk(void *data,
    int (*each)(const ledger_record_t *record, void *to), void *to)
{
    return lmdb_store_walk(data, each, to);
}


static ledger_result_t
whatsauth_lmdb_walk_sessions(void *data,
    int (*each)(const ledger_session_t *session, void *to), void *to)
{
    return lmdb_store_walk_sessions(data, each, to);
}


static ledger_result_t
whatsauth_lmdb_walk_subjects(void *data,
    int (*each)(const ledger_subject_t *subject, void *to), void *to)
{
    return lmdb_store_walk_subjects(data, each, to);
}


typedef struct {
    lmdb_store_t  *store;
    int          (*each)(const ledger_record_t *record, void *to);
    void          *to;
    int            failed;
} whatsauth_lmdb_asked_t;


static int
whatsauth_lmdb_asked_last(const ledger_record_t *record, void *data)
{
    uint64_t                 key;
    ledger_result_t          result;
    whatsauth_lmdb_asked_t  *asked;

    asked = data;

    if ((record->flags & LEDGER_ASKED) == 0) {
        return 0;
    }

    result = lmdb_store_asked(asked->store, &record->text[LEDGER_APP],
                              &record->message[LEDGER_USER_ID], &key);
    asked->failed = (result == LEDGER_FAILED);

    return result == LEDGER_OK && key == record->key
           ? asked->each(record, asked->to) : asked->failed;
}


static ledger_result_t
whatsauth_lmdb_walk_asked(void *data,
    int (*each)(const ledger_record_t *record, void *to), void *to)
{
    ledger_result_t         result;
    whatsauth_lmdb_asked_t  asked;

    asked.store = data;
    asked.each = each;
    asked.to = to;
    asked.failed = 0;

    result = lmdb_store_walk(data, whatsauth_lmdb_asked_last, &asked);

    return asked.failed ? LEDGER_FAILED : result;
}


static ledger_result_t
whatsauth_lmdb_check(void *data,
    void (*problem)(const char *sentence, void *to), void *to,
    uint64_t *faults)
{
    return lmdb_store_check(data, problem, to, faults);
}


static void
whatsauth_lmdb_stat_app(const lmdb_store_usage_t *counted, void *data)
{
    whatsauth_store_usage_t  usage;

    usage.waiting = counted->waiting;
    usage.pages = counted->pages;
    usage.sessions = 0;
    usage.bytes = counted->bytes;

    whatsauth_store_stat_app(data, &counted->app, &usage);
}


/* The store counts them for all apps together only. */

static int
whatsauth_lmdb_stat_session(const ledger_session_t *session, void *data)
{
    static const whatsauth_store_usage_t  one = { 0, 0, 1, 0 };

    whatsauth_store_stat_app(data, &session->text[LEDGER_SESSION_APP], &one);

    return 0;
}


static ledger_result_t
whatsauth_lmdb_stat(void *data, whatsauth_store_stat_t *line)
{
    lmdb_store_stat_t  stat;

    if (lmdb_store_stat(data, &stat) != LEDGER_OK) {
        return LEDGER_FAILED;
    }

    whatsauth_store_stat_number(line, "records", stat.records);
    whatsauth_store_stat_number(line, "waiting", stat.waiting);
    whatsauth_store_stat_number(line, "bytes", stat.bytes);
    whatsauth_store_stat_number(line, "messages", stat.messages);
    whatsauth_store_stat_number(line, "sessions", stat.sessions);
    whatsauth_store_stat_number(line, "subjects", stat.subjects);
    whatsauth_store_stat_number(line, "due", stat.due);
    whatsauth_store_stat_number(line, "used_pages", stat.used_pages);
    whatsauth_store_stat_number(line, "map_pages", stat.map_pages);
    whatsauth_store_stat_number(line, "page_size", stat.page_size);
    whatsauth_store_stat_number(line, "last_key", stat.last_key);
    whatsauth_store_stat_number(line, "last_txn", stat.last_txn);
    whatsauth_store_stat_number(line, "readers", stat.readers);

    if (lmdb_store_usage(data, whatsauth_lmdb_stat_app, line) != LEDGER_OK) {
        return LEDGER_FAILED;
    }

    return lmdb_store_walk_sessions(data, whatsauth_lmdb_stat_session, line);
}


static ledger_result_t
whatsauth_lmdb_used(void *data, int *used)
{
    return lmdb_store_used(data, used);
}


static const char *
whatsauth_lmdb_last_error(void *data)
{
    return lmdb_store_last_error(data);
}


static const whatsauth_store_engine_t  whatsauth_lmdb_engine = {
    whatsauth_lmdb_keys,
    whatsauth_lmdb_walk,
    whatsauth_lmdb_walk_sessions,
    whatsauth_lmdb_walk_subjects,
    whatsauth_lmdb_walk_asked,
    whatsauth_lmdb_used,
    whatsauth_lmdb_check,
    whatsauth_lmdb_stat,
    whatsauth_lmdb_last_error
};


static int
whatsauth_lmdb_look(const whatsauth_store_verb_t *verb, const char *path)
{
    int                    rc;
    char                   detail[LMDB_STORE_DETAIL_MAX];
    lmdb_store_t          *data;
    whatsauth_store_t      store;
    lmdb_store_options_t   options;

    memset(&options, 0, sizeof(options));
    options.path = path;
    options.read_only = 1;

    if (lmdb_store_open(&options, &data, detail) != LEDGER_OK) {
        fprintf(stderr, "whatsauth-store: %s\n", detail);
        return WHATSAUTH_STORE_FAILED;
    }

    if (detail[0] != '\0') {
        fprintf(stderr, "whatsauth-store: %s\n", detail);
    }

    store.engine = &whatsauth_lmdb_engine;
    store.data = data;

    rc = whatsauth_store_look(verb, &store);
    lmdb_store_close(data);

    return rc;
}


int
whatsauth_lmdb_drop_rights(const char *path, char *detail)
{
    struct stat  st;

    if (geteuid() != 0 || stat(path, &st) == -1 || st.st_uid == 0) {
        return 0;
    }

    if (setgroups(0, NULL) == -1
        || setresgid(st.st_gid, st.st_gid, st.st_gid) == -1
        || setresuid(st.st_uid, st.st_uid, st.st_uid) == -1)
    {
        snprintf(detail, LMDB_STORE_DETAIL_MAX, "cannot take the rights of"
                 " uid %u: %s", (unsigned) st.st_uid, strerror(errno));
        return -1;
    }

    return 0;
}


static int
whatsauth_lmdb_child(const whatsauth_store_verb_t *verb, const char *path)
{
    char  detail[LMDB_STORE_DETAIL_MAX];

    if (whatsauth_lmdb_drop_rights(path, detail) == -1) {
        fprintf(stderr, "whatsauth-store: %s\n", detail);
        return WHATSAUTH_STORE_FAILED;
    }

    if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1) {
        return WHATSAUTH_STORE_FAILED;
    }

    return whatsauth_lmdb_look(verb, path);
}


/*
 * LMDB trusts its file: where a page is damaged it may end the process.  So
 * it reads in a child.
 */

int
whatsauth_lmdb_run(const whatsauth_store_verb_t *verb, const char *path)
{
    int    status;
    pid_t  pid;

    pid = fork();

    if (pid == 0) {
        exit(whatsauth_lmdb_child(verb, path));
    }

    if (pid == -1) {
        perror("whatsauth-store: fork()");
        return WHATSAUTH_STORE_FAILED;
    }

    while (waitpid(pid, &status, 0) == -1) {
        if (errno != EINTR) {
            perror("whatsauth-store: waitpid()");
            return WHATSAUTH_STORE_FAILED;
        }
    }

    if (WIFEXITED(status)) {
        return WEXITSTATUS(status);
    }

    fprintf(stderr, "whatsauth-store: the file is damaged: reading it ended"
            " with the signal \"%s\"\n", strsignal(WTERMSIG(status)));

    return WHATSAUTH_STORE_FAILED;
}
