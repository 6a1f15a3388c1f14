
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Shared by the files of the tool: an engine opens its store for looking, and
 * the verbs, which know no engine, look.
 */


#ifndef _WHATSAUTH_STORE_H_INCLUDED_
#define _WHATSAUTH_STORE_H_INCLUDED_


#include "ledger/ledger.h"


/* Exit statuses */
#define WHATSAUTH_STORE_OK      0
#define WHATSAUTH_STORE_FAULTS  1
#define WHATSAUTH_STORE_FAILED  2


/* The random keys of a store, 16 bytes each. */
typedef struct {
    const uint8_t  *code;
    const uint8_t  *id;
    const uint8_t  *token;
} whatsauth_store_keys_t;

/* The line of JSON that "stat" prints, while it grows. */
typedef struct whatsauth_store_stat_s  whatsauth_store_stat_t;


/*
 * The functions of an engine for its open store.  The walks call each() until
 * it returns non-zero, for records and sessions in order of keys.  check()
 * calls problem() with a sentence for each fault.  They return OK, or FAILED:
 * last_error() says why.
 */
typedef struct {
    void            (*keys)(void *data, whatsauth_store_keys_t *keys);

    ledger_result_t (*walk)(void *data,
        int (*each)(const ledger_record_t *record, void *to), void *to);
    ledger_result_t (*walk_sessions)(void *data,
        int (*each)(const ledger_session_t *session, void *to), void *to);
    ledger_result_t (*walk_subjects)(void *data,
        int (*each)(const ledger_subject_t *subject, void *to), void *to);

    /* The records about which their users were asked last, in any order. */
    ledger_result_t (*walk_asked)(void *data,
        int (*each)(const ledger_record_t *record, void *to), void *to);

    /* *used: nginx, or another process, has the store open. */
    ledger_result_t (*used)(void *data, int *used);

    ledger_result_t (*check)(void *data,
        void (*problem)(const char *sentence, void *to), void *to,
        uint64_t *faults);
    ledger_result_t (*stat)(void *data, whatsauth_store_stat_t *stat);

    const char     *(*last_error)(void *data);
} whatsauth_store_engine_t;

typedef struct {
    const whatsauth_store_engine_t  *engine;
    void                            *data;       /* the engine's */
} whatsauth_store_t;


/* A verb returns the exit status; data is its own. */
typedef struct {
    const char  *name;
    int        (*run)(const whatsauth_store_t *store, void *data);
    void        *data;
} whatsauth_store_verb_t;

int whatsauth_store_dump(const whatsauth_store_t *store, void *data);
int whatsauth_store_stat(const whatsauth_store_t *store, void *data);

/* Runs a verb: the engine has opened the store, and closes it. */
int whatsauth_store_look(const whatsauth_store_verb_t *verb,
    const whatsauth_store_t *store);

/* Says why a store cannot be read, and returns FAILED. */
int whatsauth_store_broken(const whatsauth_store_t *store);


/* Adds a count of the whole store to the line, in the order of the calls. */
void whatsauth_store_stat_number(whatsauth_store_stat_t *stat,
    const char *name, uint64_t number);

/* The counts of an app. */
typedef struct {
    uint64_t  waiting;          /* codes */
    uint64_t  pages;            /* of these, codes that pages asked for */
    uint64_t  sessions;
    uint64_t  bytes;
} whatsauth_store_usage_t;

/* Adds to the counts of an app, which begin with zeros. */
void whatsauth_store_stat_app(whatsauth_store_stat_t *stat,
    const ledger_text_t *app, const whatsauth_store_usage_t *usage);


/* Rows that were moved. */
typedef struct {
    uint64_t  records;
    uint64_t  sessions;
    uint64_t  subjects;
} whatsauth_store_moved_t;

/*
 * The functions of an engine for a store that does not exist yet, and is to
 * become what another one is.  Each returns 0, or -1: last_error() says why.
 * No nginx uses either store.
 *
 * Records come in order of their keys, then those among them about which their
 * users were asked last, then sessions, and subjects behind these.
 */
typedef struct {
    int         (*begin)(void *data);
    int         (*record)(void *data, const ledger_record_t *record);
    int         (*asked)(void *data, const ledger_record_t *record);
    int         (*session)(void *data, const ledger_session_t *session);
    int         (*subject)(void *data, const ledger_subject_t *subject);
    /* Counts what is there.  Only then it is a store: all of it is on disk. */
    int         (*end)(void *data, const whatsauth_store_keys_t *keys,
                       const whatsauth_store_moved_t *moved);
    const char *(*last_error)(void *data);
} whatsauth_store_target_engine_t;

typedef struct {
    const whatsauth_store_target_engine_t  *engine;
    void                                   *data;
} whatsauth_store_target_t;

/* The verb "move"; data is a whatsauth_store_target_t. */
int whatsauth_store_move(const whatsauth_store_t *store, void *data);

/* The engines: each opens its store, has it looked into and closes it. */
int whatsauth_lmdb_run(const whatsauth_store_verb_t *verb, const char *path);
int whatsauth_valkey_run(const whatsauth_store_verb_t *verb, int n,
    char **argument);

/* Reads the arguments of the store to be.  0; or -1, and has said why. */
int whatsauth_valkey_target(whatsauth_store_target_t *target, int n,
    char **argument);
void whatsauth_lmdb_target(whatsauth_store_target_t *target,
    const char *path);


#endif /* _WHATSAUTH_STORE_H_INCLUDED_ */
