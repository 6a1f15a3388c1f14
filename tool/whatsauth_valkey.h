
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A store in Valkey or Redis, as the tool looks into it: a conversation that
 * waits for each answer, and sends no command that writes.
 *
 * Danger: a running store changes while it is read, and the servers offer no
 * snapshot.  Each row is whole, and belongs to what is beside it in its
 * partition while it has the same stamp: see whatsauth_valkey_look.c.
 */


#ifndef _WHATSAUTH_VALKEY_H_INCLUDED_
#define _WHATSAUTH_VALKEY_H_INCLUDED_


#include <netdb.h>
#include <openssl/ssl.h>

#include "protocol/store_url.h"
#include "valkey_store/key.h"
#include "valkey_store/meta.h"
#include "valkey_store/settings.h"
#include "valkey_store/value.h"
#include "whatsauth_store.h"


#define WHATSAUTH_VALKEY_PASSWORD_MAX  4096
#define WHATSAUTH_VALKEY_ERROR_MAX     1024


/* The arguments; all but the password point into argv. */
typedef struct {
    whatsauth_store_url_t   url;
    ledger_text_t           prefix;
    const char             *user;            /* NULL: none */
    const char             *certificate;     /* NULL: those of the system */
    unsigned                replicas;        /* 1; of "move" alone */
    size_t                  password_len;    /* 0: none */
    char                    password[WHATSAUTH_VALKEY_PASSWORD_MAX];
} whatsauth_valkey_options_t;

/* Reads n arguments, the URL first.  Returns 0; or -1, and has said why. */
int whatsauth_valkey_options(whatsauth_valkey_options_t *options, int n,
    char **argument);


/*
 * A connection, with TLS if ssl is not NULL.  The functions return 0 or a
 * number of bytes, or -1: error has a sentence of at most ERROR_MAX bytes.
 */
typedef struct {
    int    fd;
    int    patience;     /* milliseconds */
    SSL   *ssl;
} whatsauth_valkey_socket_t;

int whatsauth_valkey_socket_open(whatsauth_valkey_socket_t *sock,
    const char *host, uint16_t port, SSL_CTX *ssl, char *error);
int whatsauth_valkey_socket_write(whatsauth_valkey_socket_t *sock,
    const void *data, size_t len, char *error);
int whatsauth_valkey_socket_read(whatsauth_valkey_socket_t *sock, void *data,
    size_t size, char *error);
void whatsauth_valkey_socket_close(whatsauth_valkey_socket_t *sock);


/* One conversation with one server. */
typedef struct {
    whatsauth_valkey_socket_t   sock;
    valkey_store_out_t          out;
    valkey_store_reader_t       reader;
    uint16_t                    port;
    char                        host[256];
} whatsauth_valkey_link_t;


/* Numbers or names that grow; begin zeroed. */

typedef struct {
    uint64_t                 *key;
    size_t                    n;
    size_t                    size;
} whatsauth_valkey_keys_t;

typedef struct {
    uint16_t                  len;
    unsigned char             data[];
} whatsauth_valkey_text_t;

typedef struct {
    whatsauth_valkey_text_t **text;
    size_t                    n;
    size_t                    size;
    unsigned char            *room;      /* for the next ones */
    size_t                    left;
    void                     *blocks;    /* each begins with the one before */
} whatsauth_valkey_texts_t;

/*
 * The names of all keys of a store: records and sessions take 8 bytes each,
 * persons some 40.  Subjects and users who were asked are the length of the
 * app, the app, and the number or user id.
 */
typedef struct {
    whatsauth_valkey_keys_t   records;
    whatsauth_valkey_keys_t   sessions;
    whatsauth_valkey_texts_t  subjects;
    whatsauth_valkey_texts_t  asked;
    whatsauth_valkey_texts_t  strange;   /* names of nothing in a store */
} whatsauth_valkey_list_t;


/* The store, and the servers that have its partitions. */
typedef struct {
    whatsauth_valkey_options_t  options;
    SSL_CTX                    *ssl;         /* NULL: no TLS */

    unsigned                    servers;
    whatsauth_valkey_link_t    *server[VALKEY_STORE_PARTITIONS];
    uint8_t                     of[VALKEY_STORE_PARTITIONS];

    uint8_t                     keys[VALKEY_STORE_KEYS_LEN];
    whatsauth_valkey_list_t     list;

    char                        error[WHATSAUTH_VALKEY_ERROR_MAX];
} whatsauth_valkey_t;


/* Prepares TLS, and finds the servers: 0, or -1. */
int whatsauth_valkey_connect(whatsauth_valkey_t *valkey);

/* Writes the error, and returns -1. */
int whatsauth_valkey_fail(whatsauth_valkey_t *valkey, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));


/*
 * Connects, and with login gives user and password.  NULL: valkey->error tells
 * why.  The functions of a link return 0, or -1 and that; then it is of no use
 * any more.
 */
whatsauth_valkey_link_t *whatsauth_valkey_link_open(whatsauth_valkey_t *valkey,
    const char *host, uint16_t port, int login);
void whatsauth_valkey_link_close(whatsauth_valkey_link_t *link);

/* Sends what link->out has. */
int whatsauth_valkey_link_flush(whatsauth_valkey_t *valkey,
    whatsauth_valkey_link_t *link);

/* The next reply, which may be an error; it lasts until the next one. */
int whatsauth_valkey_link_reply(whatsauth_valkey_t *valkey,
    whatsauth_valkey_link_t *link, const valkey_store_reply_t **reply);

/* Sends a command of n words, and waits for its reply. */
int whatsauth_valkey_link_call(whatsauth_valkey_t *valkey,
    whatsauth_valkey_link_t *link, const char *const *word, size_t n,
    const valkey_store_reply_t **reply);

/*
 * 0 if no byte has come but replies that were taken.  Danger: one reply too
 * many would be taken for that to the next command.
 */
int whatsauth_valkey_link_even(whatsauth_valkey_t *valkey,
    const whatsauth_valkey_link_t *link);

/* INFO of the server. */
int whatsauth_valkey_link_info(whatsauth_valkey_t *valkey,
    whatsauth_valkey_link_t *link, valkey_store_settings_t *settings);

/* The error for a reply that is an error or odd. */
int whatsauth_valkey_link_refused(whatsauth_valkey_t *valkey,
    const whatsauth_valkey_link_t *link, const char *command,
    const valkey_store_reply_t *reply);


/*
 * Learns which server has which partition, and connects to them: one server, a
 * cluster, or the primary that Sentinel names.  May be called again: servers
 * that are still needed keep their connections.
 */
int whatsauth_valkey_plant_find(whatsauth_valkey_t *valkey);
void whatsauth_valkey_plant_leave(whatsauth_valkey_t *valkey);


/* A command about a key of a partition.  Words are borrowed. */

#define WHATSAUTH_VALKEY_WORDS_MAX  7

typedef struct {
    unsigned        partition;
    unsigned        words;
    ledger_text_t   word[WHATSAUTH_VALKEY_WORDS_MAX];
} whatsauth_valkey_command_t;

/* Each sets a command: "GET name", or one with more words behind the name. */
void whatsauth_valkey_command(whatsauth_valkey_command_t *command,
    unsigned partition, const char *verb, const valkey_store_name_t *name);
void whatsauth_valkey_word(whatsauth_valkey_command_t *command,
    const void *data, size_t len);

/*
 * Gets the reply to command i, until it returns non-zero.  It is an error only
 * if the key is of another type.
 */
typedef int (*whatsauth_valkey_reply_pt)(void *data, size_t i,
    const valkey_store_reply_t *reply);

/*
 * Sends n commands, each to the server that has its partition, and calls each
 * in their order.  Commands to one partition are carried out in that order.
 * Returns 0, or non-zero of each, or -1.
 */
int whatsauth_valkey_ask(whatsauth_valkey_t *valkey,
    const whatsauth_valkey_command_t *command, size_t n,
    whatsauth_valkey_reply_pt each, void *data);


/* Fills valkey->list: in order, each name once.  Returns 0, or -1. */
int whatsauth_valkey_list(whatsauth_valkey_t *valkey);
void whatsauth_valkey_list_free(whatsauth_valkey_t *valkey);

/* Adds a number: 0, or -1, where memory is out. */
int whatsauth_valkey_names_key(whatsauth_valkey_keys_t *keys, uint64_t key);

/* Adds a text of that length, which the caller writes; NULL: memory is out. */
whatsauth_valkey_text_t *whatsauth_valkey_names_text(
    whatsauth_valkey_texts_t *texts, size_t len);

/* The app and the number or user id of one of the texts. */
void whatsauth_valkey_names_person(const whatsauth_valkey_text_t *text,
    ledger_text_t *app, ledger_text_t *other);

/* Put them in order, and leave each once. */
void whatsauth_valkey_names_sort_keys(whatsauth_valkey_keys_t *keys);
void whatsauth_valkey_names_sort_texts(whatsauth_valkey_texts_t *texts);

void whatsauth_valkey_names_free(whatsauth_valkey_texts_t *texts);


/* So many keys are asked for at a time. */
#define WHATSAUTH_VALKEY_PART  256

/*
 * GET of records or sessions, and of subjects or users who were asked, in
 * parts.  each gets the index in the list; nil: the key has gone meanwhile.
 * after, if not NULL, is called behind each part, and may ask, too.  They
 * return 0, or non-zero of one of these, or -1.
 */
int whatsauth_valkey_get_keys(whatsauth_valkey_t *valkey,
    valkey_store_kind_t kind, const whatsauth_valkey_keys_t *keys,
    whatsauth_valkey_reply_pt each, int (*after)(void *data), void *data);
int whatsauth_valkey_get_texts(whatsauth_valkey_t *valkey,
    valkey_store_kind_t kind, const whatsauth_valkey_texts_t *texts,
    whatsauth_valkey_reply_pt each, int (*after)(void *data), void *data);


/*
 * The counts of waiting codes of a partition, as HGETALL returns them; next
 * returns 1, or 0: there are no more.
 */
typedef struct {
    unsigned                     odd:1;         /* no such count; else: */
    unsigned                     is_pages:1;    /* codes of pages alone */
    ledger_text_t                app;
    int64_t                      number;

    size_t                       left;
    const valkey_store_reply_t  *field;
} whatsauth_valkey_count_t;

void whatsauth_valkey_counts(whatsauth_valkey_count_t *count,
    const valkey_store_reply_t *reply);
int whatsauth_valkey_counts_next(whatsauth_valkey_count_t *count);


/* The functions of whatsauth_store_engine_t; data is a whatsauth_valkey_t. */

ledger_result_t whatsauth_valkey_walk(void *data,
    int (*each)(const ledger_record_t *record, void *to), void *to);
ledger_result_t whatsauth_valkey_walk_sessions(void *data,
    int (*each)(const ledger_session_t *session, void *to), void *to);
ledger_result_t whatsauth_valkey_walk_subjects(void *data,
    int (*each)(const ledger_subject_t *subject, void *to), void *to);

ledger_result_t whatsauth_valkey_walk_asked(void *data,
    int (*each)(const ledger_record_t *record, void *to), void *to);
ledger_result_t whatsauth_valkey_used(void *data, int *used);

ledger_result_t whatsauth_valkey_check(void *data,
    void (*problem)(const char *sentence, void *to), void *to,
    uint64_t *faults);
ledger_result_t whatsauth_valkey_stat(void *data,
    whatsauth_store_stat_t *stat);


#endif /* _WHATSAUTH_VALKEY_H_INCLUDED_ */
