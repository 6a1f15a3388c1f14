
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * whatsauth-store - looks into a store, also beside a running nginx.
 *
 * It prints codes and numbers: who may run it may know them.
 */


#ifndef _GNU_SOURCE
#define _GNU_SOURCE               /* setresuid() */
#endif

#include <errno.h>
#include <grp.h>
#include <inttypes.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "whatsauth_store.h"


typedef struct {
    const char  *name;
    int        (*run)(lmdb_store_t *store);
} whatsauth_store_verb_t;


static json_t *
whatsauth_store_number(uint64_t n)
{
    return json_integer((json_int_t) n);
}


int
whatsauth_store_broken(lmdb_store_t *store)
{
    fprintf(stderr, "whatsauth-store: %s\n", lmdb_store_last_error(store));
    return WHATSAUTH_STORE_FAILED;
}


static void
whatsauth_store_problem(const char *sentence, void *data)
{
    (void) data;
    printf("fault: %s\n", sentence);
}


static int
whatsauth_store_check(lmdb_store_t *store)
{
    uint64_t  faults;

    /* Print the faults found so far before a damaged page ends the process. */
    setvbuf(stdout, NULL, _IOLBF, 0);

    if (lmdb_store_check(store, whatsauth_store_problem, NULL, &faults)
        != LEDGER_OK)
    {
        return whatsauth_store_broken(store);
    }

    if (faults == 0) {
        printf("ok\n");
        return WHATSAUTH_STORE_OK;
    }

    printf("%" PRIu64 " faults\n", faults);
    return WHATSAUTH_STORE_FAULTS;
}


static void
whatsauth_store_app(const lmdb_store_usage_t *usage, void *data)
{
    json_t  *app;

    app = json_object();

    json_object_set_new(app, "waiting",
                        whatsauth_store_number(usage->waiting));
    json_object_set_new(app, "pages", whatsauth_store_number(usage->pages));
    json_object_set_new(app, "sessions", whatsauth_store_number(0));
    json_object_set_new(app, "bytes", whatsauth_store_number(usage->bytes));

    json_object_setn_new(data, usage->app.data, usage->app.len, app);
}


/* The store counts them for all apps together only. */

static int
whatsauth_store_app_session(const ledger_session_t *session, void *data)
{
    json_t               *app, *sessions;
    const ledger_text_t  *name;

    name = &session->text[LEDGER_SESSION_APP];
    app = json_object_getn(data, name->data, name->len);
    sessions = json_object_get(app, "sessions");

    json_integer_set(sessions, json_integer_value(sessions) + 1);

    return 0;
}


static int
whatsauth_store_stat(lmdb_store_t *store)
{
    json_t             *line, *apps;
    lmdb_store_stat_t   stat;

    apps = json_object();

    if (lmdb_store_stat(store, &stat) != LEDGER_OK
        || lmdb_store_usage(store, whatsauth_store_app, apps) != LEDGER_OK
        || lmdb_store_walk_sessions(store, whatsauth_store_app_session, apps)
           != LEDGER_OK)
    {
        json_decref(apps);
        return whatsauth_store_broken(store);
    }

    line = json_object();

    json_object_set_new(line, "records", whatsauth_store_number(stat.records));
    json_object_set_new(line, "waiting", whatsauth_store_number(stat.waiting));
    json_object_set_new(line, "bytes", whatsauth_store_number(stat.bytes));
    json_object_set_new(line, "messages",
                        whatsauth_store_number(stat.messages));
    json_object_set_new(line, "sessions",
                        whatsauth_store_number(stat.sessions));
    json_object_set_new(line, "subjects",
                        whatsauth_store_number(stat.subjects));
    json_object_set_new(line, "due", whatsauth_store_number(stat.due));
    json_object_set_new(line, "used_pages",
                        whatsauth_store_number(stat.used_pages));
    json_object_set_new(line, "map_pages",
                        whatsauth_store_number(stat.map_pages));
    json_object_set_new(line, "page_size",
                        whatsauth_store_number(stat.page_size));
    json_object_set_new(line, "last_key",
                        whatsauth_store_number(stat.last_key));
    json_object_set_new(line, "last_txn",
                        whatsauth_store_number(stat.last_txn));
    json_object_set_new(line, "readers", whatsauth_store_number(stat.readers));
    json_object_set_new(line, "apps", apps);

    json_dumpf(line, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(line);

    return WHATSAUTH_STORE_OK;
}


static const whatsauth_store_verb_t  whatsauth_store_verbs[] = {
    { "dump",  whatsauth_store_dump },
    { "check", whatsauth_store_check },
    { "stat",  whatsauth_store_stat }
};


static const whatsauth_store_verb_t *
whatsauth_store_verb(const char *name)
{
    size_t  i, n;

    n = sizeof(whatsauth_store_verbs) / sizeof(whatsauth_store_verbs[0]);

    for (i = 0; i < n; i++) {

        if (strcmp(whatsauth_store_verbs[i].name, name) == 0) {
            return &whatsauth_store_verbs[i];
        }
    }

    return NULL;
}


static int
whatsauth_store_run(const whatsauth_store_verb_t *verb, const char *path)
{
    int                    rc;
    char                   detail[LMDB_STORE_DETAIL_MAX];
    lmdb_store_t          *store;
    lmdb_store_options_t   options;

    memset(&options, 0, sizeof(options));
    options.path = path;
    options.read_only = 1;

    if (lmdb_store_open(&options, &store, detail) != LEDGER_OK) {
        fprintf(stderr, "whatsauth-store: %s\n", detail);
        return WHATSAUTH_STORE_FAILED;
    }

    if (detail[0] != '\0') {
        fprintf(stderr, "whatsauth-store: %s\n", detail);
    }

    rc = verb->run(store);
    lmdb_store_close(store);

    /* A pipe that broke, or a full disk, is no complete answer. */
    if (fflush(stdout) == EOF || ferror(stdout)) {
        perror("whatsauth-store: standard output");
        return WHATSAUTH_STORE_FAILED;
    }

    return rc;
}


/*
 * Root takes the rights of the store's owner.  The owner, who runs the
 * workers, could put links there in the place of the files that LMDB opens
 * to write.
 */

static int
whatsauth_store_drop_rights(const char *path)
{
    struct stat  st;

    if (geteuid() != 0 || stat(path, &st) == -1 || st.st_uid == 0) {
        return 0;
    }

    if (setgroups(0, NULL) == -1
        || setresgid(st.st_gid, st.st_gid, st.st_gid) == -1
        || setresuid(st.st_uid, st.st_uid, st.st_uid) == -1)
    {
        fprintf(stderr, "whatsauth-store: cannot take the rights of uid %u:"
                " %s\n", (unsigned) st.st_uid, strerror(errno));
        return -1;
    }

    return 0;
}


/*
 * LMDB trusts its file: where a page is damaged it may end the process.  So
 * it reads in a child, whose memory, which holds phone numbers, is not
 * written to a core file.
 */

static int
whatsauth_store_child(const whatsauth_store_verb_t *verb, const char *path)
{
    static const struct rlimit  none = { 0, 0 };

    if (setrlimit(RLIMIT_CORE, &none) == -1
        || whatsauth_store_drop_rights(path) == -1
        || prctl(PR_SET_PDEATHSIG, SIGKILL) == -1)
    {
        return WHATSAUTH_STORE_FAILED;
    }

    return whatsauth_store_run(verb, path);
}


static int
whatsauth_store_guard(const whatsauth_store_verb_t *verb, const char *path)
{
    int    status;
    pid_t  pid;

    pid = fork();

    if (pid == 0) {
        exit(whatsauth_store_child(verb, path));
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


int
main(int argc, char **argv)
{
    const whatsauth_store_verb_t  *verb;

    verb = argc == 3 ? whatsauth_store_verb(argv[1]) : NULL;

    if (verb == NULL) {
        fprintf(stderr,
                "usage: whatsauth-store dump|check|stat DIRECTORY\n\n"
                "  dump   one line of JSON for each record, session and"
                " subject: holds\n         codes and phone numbers\n"
                "  check  holds the tables against each other\n"
                "  stat   counts and used pages\n\n"
                "It only reads, also beside a running nginx.  Exit status: 0"
                " all is well,\n1 check found faults, 2 the store cannot be"
                " read.\n");
        return WHATSAUTH_STORE_FAILED;
    }

    return whatsauth_store_guard(verb, argv[2]);
}
