
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * whatsauth-store - looks into a store, also beside a running nginx.
 *
 * It prints codes and numbers: who may run it may know them.
 */


#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "whatsauth_store.h"


int
whatsauth_store_broken(const whatsauth_store_t *store)
{
    fprintf(stderr, "whatsauth-store: %s\n",
            store->engine->last_error(store->data));
    return WHATSAUTH_STORE_FAILED;
}


static void
whatsauth_store_problem(const char *sentence, void *data)
{
    (void) data;
    printf("fault: %s\n", sentence);
}


static int
whatsauth_store_check(const whatsauth_store_t *store, void *data)
{
    uint64_t  faults;

    (void) data;

    /* Print the faults found so far before a damaged page ends the process. */
    setvbuf(stdout, NULL, _IOLBF, 0);

    if (store->engine->check(store->data, whatsauth_store_problem, NULL,
                             &faults)
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


static const whatsauth_store_verb_t  whatsauth_store_verbs[] = {
    { "dump",  whatsauth_store_dump, NULL },
    { "check", whatsauth_store_check, NULL },
    { "stat",  whatsauth_store_stat, NULL }
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


int
whatsauth_store_look(const whatsauth_store_verb_t *verb,
    const whatsauth_store_t *store)
{
    int  rc;

    rc = verb->run(store, verb->data);

    /* A pipe that broke, or a full disk, is no complete answer. */
    if (fflush(stdout) == EOF || ferror(stdout)) {
        perror("whatsauth-store: standard output");
        return WHATSAUTH_STORE_FAILED;
    }

    return rc;
}


static int
whatsauth_store_usage(void)
{
    fprintf(stderr,
            "usage: whatsauth-store dump|check|stat DIRECTORY\n"
            "       whatsauth-store dump|check|stat"
            " valkey://HOST[:PORT][,...]\n"
            "           [user=NAME] [password=file:FILE] [prefix=NAME]\n"
            "           [trusted_certificate=FILE]\n"
            "       whatsauth-store move DIRECTORY valkey://..."
            " [replicas=N] [...]\n"
            "       whatsauth-store move valkey://... [...] DIRECTORY\n\n"
            "  dump   one line of JSON for each record, session and"
            " subject: holds\n         codes and phone numbers\n"
            "  check  holds the tables against each other\n"
            "  stat   counts, and what they take\n\n"
            "These only read, also beside a running nginx.\n\n"
            "  move   makes a store in Valkey of one on this machine, or the"
            " other way,\n         while no nginx runs\n\n"
            "Exit status: 0 all is well, 1 check found faults, 2 the store"
            " cannot be read,\nor not be moved.\n");

    return WHATSAUTH_STORE_FAILED;
}


/* The store that is moved is only read, and stays as it is. */

static int
whatsauth_store_run_move(int argc, char **argv)
{
    int                       to_lmdb;
    whatsauth_store_verb_t    verb;
    whatsauth_store_target_t  target;

    if (argc < 4) {
        return whatsauth_store_usage();
    }

    to_lmdb = strstr(argv[2], "://") != NULL;

    if (to_lmdb == (strstr(argv[to_lmdb ? argc - 1 : 3], "://") != NULL)) {
        return whatsauth_store_usage();
    }

    verb.name = argv[1];
    verb.run = whatsauth_store_move;
    verb.data = &target;

    if (to_lmdb) {
        whatsauth_lmdb_target(&target, argv[argc - 1]);
        return whatsauth_valkey_run(&verb, argc - 3, argv + 2);
    }

    if (whatsauth_valkey_target(&target, argc - 3, argv + 3) == -1) {
        return WHATSAUTH_STORE_FAILED;
    }

    return whatsauth_lmdb_run(&verb, argv[2]);
}


/* The memory of the process holds phone numbers: no core file is written. */

int
main(int argc, char **argv)
{
    const whatsauth_store_verb_t  *verb;

    static const struct rlimit  none = { 0, 0 };

    if (setrlimit(RLIMIT_CORE, &none) == -1) {
        perror("whatsauth-store: setrlimit()");
        return WHATSAUTH_STORE_FAILED;
    }

    if (argc > 1 && strcmp(argv[1], "move") == 0) {
        return whatsauth_store_run_move(argc, argv);
    }

    verb = argc >= 3 ? whatsauth_store_verb(argv[1]) : NULL;

    if (verb != NULL && strstr(argv[2], "://") != NULL) {
        return whatsauth_valkey_run(verb, argc - 2, argv + 2);
    }

    if (verb != NULL && argc == 3) {
        return whatsauth_lmdb_run(verb, argv[2]);
    }

    return whatsauth_store_usage();
}
