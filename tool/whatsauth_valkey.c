
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The store in Valkey or Redis, opened for looking.
 */


#include <openssl/err.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "whatsauth_valkey.h"


/* A server may send anything: nothing but text goes to the terminal. */

int
whatsauth_valkey_fail(whatsauth_valkey_t *valkey, const char *fmt, ...)
{
    char     *p;
    va_list   args;

    va_start(args, fmt);
    vsnprintf(valkey->error, sizeof(valkey->error), fmt, args);
    va_end(args);

    for (p = valkey->error; *p != '\0'; p++) {
        if (*p < ' ' || *p > '~') {
            *p = '?';
        }
    }

    return -1;
}


static int
whatsauth_valkey_tls(whatsauth_valkey_t *valkey)
{
    int          rc;
    SSL_CTX     *ssl;
    const char  *file;

    if (!valkey->options.url.tls) {
        return 0;
    }

    ssl = SSL_CTX_new(TLS_client_method());
    if (ssl == NULL) {
        return whatsauth_valkey_fail(valkey, "memory is out");
    }

    valkey->ssl = ssl;
    file = valkey->options.certificate;

    SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_mode(ssl, SSL_MODE_ENABLE_PARTIAL_WRITE);

    rc = SSL_CTX_set_min_proto_version(ssl, TLS1_2_VERSION) == 1
         && (file == NULL ? SSL_CTX_set_default_verify_paths(ssl)
                          : SSL_CTX_load_verify_locations(ssl, file, NULL))
            == 1;

    ERR_clear_error();

    return rc ? 0 : whatsauth_valkey_fail(valkey, "the certificates in \"%s\""
                                          " cannot be read",
                                          file == NULL ? "the system" : file);
}


int
whatsauth_valkey_connect(whatsauth_valkey_t *valkey)
{
    /* OpenSSL writes to connections that the server may have closed. */
    (void) signal(SIGPIPE, SIG_IGN);

    return whatsauth_valkey_tls(valkey) == 0
           ? whatsauth_valkey_plant_find(valkey) : -1;
}


static int
whatsauth_valkey_read_meta(void *data, size_t i,
    const valkey_store_reply_t *reply)
{
    whatsauth_valkey_t  *valkey;

    (void) i;
    valkey = data;

    if (reply->type == VALKEY_STORE_REPLY_NIL) {
        return whatsauth_valkey_fail(valkey, "there is no store with the"
                                     " prefix \"%.*s\"",
                                     (int) valkey->options.prefix.len,
                                     (const char *)
                                         valkey->options.prefix.data);
    }

    if (reply->type == VALKEY_STORE_REPLY_BULK) {

        switch (valkey_store_meta_read(&reply->text, valkey->keys)) {

        case VALKEY_STORE_META_OK:
            return 0;

        case VALKEY_STORE_META_UNKNOWN:
            return whatsauth_valkey_fail(valkey, "the store was written by a"
                                         " version of this module that is not"
                                         " known here");

        case VALKEY_STORE_META_HALF:
            return whatsauth_valkey_fail(valkey, "the store is only half"
                                         " moved: move again, or remove all"
                                         " keys that begin with \"%.*s:\"",
                                         (int) valkey->options.prefix.len,
                                         (const char *)
                                             valkey->options.prefix.data);

        case VALKEY_STORE_META_CORRUPTED:
            break;
        }
    }

    return whatsauth_valkey_fail(valkey, "the schema and keys of the store"
                                 " cannot be read: its key \"meta\" is"
                                 " damaged");
}


static int
whatsauth_valkey_open(whatsauth_valkey_t *valkey)
{
    valkey_store_name_t         meta;
    whatsauth_valkey_command_t  command;

    valkey_store_name(&meta, &valkey->options.prefix, 0, VALKEY_STORE_META);
    whatsauth_valkey_command(&command, 0, "GET", &meta);

    return whatsauth_valkey_connect(valkey) == 0
           && whatsauth_valkey_ask(valkey, &command, 1,
                                   whatsauth_valkey_read_meta, valkey) == 0
           && whatsauth_valkey_list(valkey) == 0
           ? 0 : -1;
}


static void
whatsauth_valkey_close(whatsauth_valkey_t *valkey)
{
    whatsauth_valkey_plant_leave(valkey);
    whatsauth_valkey_list_free(valkey);
    SSL_CTX_free(valkey->ssl);
    OPENSSL_cleanse(valkey->options.password,
                    sizeof(valkey->options.password));
}


static void
whatsauth_valkey_keys(void *data, whatsauth_store_keys_t *keys)
{
    whatsauth_valkey_t  *valkey;

    valkey = data;

    keys->code = valkey->keys;
    keys->id = valkey->keys + 16;
    keys->token = valkey->keys + 32;
}


static const char *
whatsauth_valkey_last_error(void *data)
{
    whatsauth_valkey_t  *valkey;

    valkey = data;

    return valkey->error;
}


static const whatsauth_store_engine_t  whatsauth_valkey_engine = {
    whatsauth_valkey_keys,
    whatsauth_valkey_walk,
    whatsauth_valkey_walk_sessions,
    whatsauth_valkey_walk_subjects,
    whatsauth_valkey_walk_asked,
    whatsauth_valkey_used,
    whatsauth_valkey_check,
    whatsauth_valkey_stat,
    whatsauth_valkey_last_error
};


int
whatsauth_valkey_run(const whatsauth_store_verb_t *verb, int n,
    char **argument)
{
    int                   rc;
    whatsauth_store_t     store;

    static whatsauth_valkey_t  valkey;

    if (whatsauth_valkey_options(&valkey.options, n, argument) == -1) {
        return WHATSAUTH_STORE_FAILED;
    }

    store.engine = &whatsauth_valkey_engine;
    store.data = &valkey;

    rc = whatsauth_valkey_open(&valkey) == 0
         ? whatsauth_store_look(verb, &store)
         : whatsauth_store_broken(&store);

    whatsauth_valkey_close(&valkey);

    return rc;
}
