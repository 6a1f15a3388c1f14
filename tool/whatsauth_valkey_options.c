
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The arguments of a store in Valkey or Redis, which are named as those of the
 * directive whatsauth_store are.
 */


#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "valkey_store/number.h"
#include "whatsauth_valkey.h"


/* Where no file is named. */
#define WHATSAUTH_VALKEY_OPTIONS_PASSWORD  "WHATSAUTH_STORE_PASSWORD"

#define WHATSAUTH_VALKEY_OPTIONS_PREFIX    "wa"


typedef struct {
    const char  *name;
    int        (*set)(whatsauth_valkey_options_t *options, char *value);
} whatsauth_valkey_options_row_t;


static int
whatsauth_valkey_options_fail(const char *what, const char *why)
{
    fprintf(stderr, "whatsauth-store: %s%s\n", what, why);

    return -1;
}


static int
whatsauth_valkey_options_user(whatsauth_valkey_options_t *options,
    char *value)
{
    options->user = value;

    return value[0] != '\0'
           ? 0 : whatsauth_valkey_options_fail("user=", " has no name");
}


static int
whatsauth_valkey_options_prefix(whatsauth_valkey_options_t *options,
    char *value)
{
    options->prefix.data = value;
    options->prefix.len = strlen(value);

    return valkey_store_prefix_is_sane(&options->prefix)
           ? 0
           : whatsauth_valkey_options_fail("prefix=", " must be 1 to 32"
                                           " letters, digits, \"_\", \"-\" or"
                                           " \".\"");
}


static int
whatsauth_valkey_options_replicas(whatsauth_valkey_options_t *options,
    char *value)
{
    ledger_text_t  text;

    text.data = value;
    text.len = strlen(value);

    return valkey_store_number_to(&text, 16, &options->replicas) == 0
           ? 0 : whatsauth_valkey_options_fail("replicas=",
                                               " must be from 0 to 16");
}


static int
whatsauth_valkey_options_certificate(whatsauth_valkey_options_t *options,
    char *value)
{
    options->certificate = value;

    return 0;
}


/* The first line, as nginx takes it. */

static int
whatsauth_valkey_options_take(whatsauth_valkey_options_t *options,
    size_t len)
{
    const char  *end;

    end = len == 0 ? NULL : memchr(options->password, '\n', len);

    if (end != NULL) {
        len = (size_t) (end - options->password);
    }

    if (len != 0 && options->password[len - 1] == '\r') {
        len--;
    }

    options->password_len = len;

    return len != 0 ? 0
                    : whatsauth_valkey_options_fail("the password",
                                                    " is empty");
}


static int
whatsauth_valkey_options_read(whatsauth_valkey_options_t *options,
    const char *path)
{
    int          fd;
    ssize_t      n;
    struct stat  st;

    /* Opening a named pipe would block until something writes to it. */

    fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd == -1) {
        fprintf(stderr, "whatsauth-store: \"%s\": %s\n", path,
                strerror(errno));
        return -1;
    }

    n = -1;
    errno = 0;

    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)
        && st.st_size <= WHATSAUTH_VALKEY_PASSWORD_MAX)
    {
        n = read(fd, options->password, sizeof(options->password));
    }

    close(fd);

    if (n == -1) {
        fprintf(stderr, "whatsauth-store: \"%s\": %s\n", path,
                errno ? strerror(errno) : "must be a regular file of at most"
                                          " 4096 bytes");
        return -1;
    }

    return whatsauth_valkey_options_take(options, (size_t) n);
}


static int
whatsauth_valkey_options_password(whatsauth_valkey_options_t *options,
    char *value)
{
    if (strncmp(value, "file:", 5) != 0) {

        /* It has been seen already, but not by those who come later. */
        OPENSSL_cleanse(value, strlen(value));

        return whatsauth_valkey_options_fail("password=", " must be"
                   " file:FILE, or in the environment as "
                   WHATSAUTH_VALKEY_OPTIONS_PASSWORD ": all users of this"
                   " machine can see a command line");
    }

    return whatsauth_valkey_options_read(options, value + 5);
}


static int
whatsauth_valkey_options_environment(whatsauth_valkey_options_t *options)
{
    size_t       len;
    const char  *value;

    value = getenv(WHATSAUTH_VALKEY_OPTIONS_PASSWORD);

    if (value == NULL || options->password_len != 0) {
        return 0;
    }

    len = strlen(value);

    if (len > sizeof(options->password)) {
        return whatsauth_valkey_options_fail(
                   WHATSAUTH_VALKEY_OPTIONS_PASSWORD, " is too long");
    }

    memcpy(options->password, value, len);

    return whatsauth_valkey_options_take(options, len);
}


static const whatsauth_valkey_options_row_t  whatsauth_valkey_options_rows[] =
{
    { "user=",                whatsauth_valkey_options_user },
    { "password=",            whatsauth_valkey_options_password },
    { "prefix=",              whatsauth_valkey_options_prefix },
    { "replicas=",            whatsauth_valkey_options_replicas },
    { "trusted_certificate=", whatsauth_valkey_options_certificate },
    { NULL, NULL }
};


static int
whatsauth_valkey_options_set(whatsauth_valkey_options_t *options,
    char *argument)
{
    size_t                                 len;
    const whatsauth_valkey_options_row_t  *row;

    for (row = whatsauth_valkey_options_rows; row->name != NULL; row++) {
        len = strlen(row->name);

        if (strncmp(argument, row->name, len) == 0) {
            return row->set(options, argument + len);
        }
    }

    /* The value is not shown: it may be a password with a slip before it. */

    argument[strcspn(argument, "=")] = '\0';

    return whatsauth_valkey_options_fail(argument, ": no such argument");
}


static int
whatsauth_valkey_options_url(whatsauth_valkey_options_t *options,
    const char *argument)
{
    whatsauth_text_t              text, wrong;
    whatsauth_store_url_result_t  result;

    text.data = argument;
    text.len = strlen(argument);

    result = whatsauth_store_url_parse(&text, &options->url, &wrong);

    if (result == WHATSAUTH_STORE_URL_OK) {
        return 0;
    }

    /* A URL with a password in it is not shown. */

    fprintf(stderr, "whatsauth-store: \"%.*s\" %s\n",
            wrong.len == 0 ? 7 : (int) wrong.len,
            wrong.len == 0 ? "the URL" : wrong.data,
            whatsauth_store_url_strresult(result));

    return -1;
}


int
whatsauth_valkey_options(whatsauth_valkey_options_t *options, int n,
    char **argument)
{
    int  i;

    memset(options, 0, sizeof(whatsauth_valkey_options_t));
    options->prefix.data = WHATSAUTH_VALKEY_OPTIONS_PREFIX;
    options->prefix.len = sizeof(WHATSAUTH_VALKEY_OPTIONS_PREFIX) - 1;
    options->replicas = 1;

    if (whatsauth_valkey_options_url(options, argument[0]) == -1) {
        return -1;
    }

    for (i = 1; i < n; i++) {
        if (whatsauth_valkey_options_set(options, argument[i]) == -1) {
            return -1;
        }
    }

    if (whatsauth_valkey_options_environment(options) == -1) {
        return -1;
    }

    if (options->user != NULL && options->password_len == 0) {
        return whatsauth_valkey_options_fail("user=", " needs a password");
    }

    if (options->certificate != NULL && !options->url.tls) {
        return whatsauth_valkey_options_fail("trusted_certificate=",
                                             " needs a URL with TLS");
    }

    return 0;
}
