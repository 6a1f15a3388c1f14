
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Errors of a server, and what is to be done about each. */


#include "text_help.h"
#include "valkey_store/error.h"


static ledger_text_t
error_of(const char *string)
{
    ledger_text_t  error;

    error.data = string;
    error.len = strlen(string);

    return error;
}


typedef struct {
    const char              *error;
    valkey_store_action_t    action;
} case_t;


static const case_t  cases[] = {
    { "MOVED 3999 127.0.0.1:6381", VALKEY_STORE_MOVED },
    { "ASK 3999 127.0.0.1:6381", VALKEY_STORE_ASK },
    { "TRYAGAIN Multiple keys request during rehashing of slot",
      VALKEY_STORE_LATER },
    { "CLUSTERDOWN The cluster is down", VALKEY_STORE_LATER },
    { "LOADING Redis is loading the dataset in memory", VALKEY_STORE_LATER },
    { "READONLY You can't write against a read only replica.",
      VALKEY_STORE_LATER },
    { "MASTERDOWN Link with MASTER is down", VALKEY_STORE_LATER },
    { "UNBLOCKED force unblock from blocking operation", VALKEY_STORE_LATER },
    { "NOREPLICAS Not enough good replicas to write.", VALKEY_STORE_LATER },
    { "BUSY Redis is busy running a script.", VALKEY_STORE_LATER },
    { "MISCONF Errors writing to the AOF file: No space left on device",
      VALKEY_STORE_LATER },
    { "NOSCRIPT No matching script.", VALKEY_STORE_LOAD },
    { "OOM command not allowed when used memory > 'maxmemory'.",
      VALKEY_STORE_FULL },
    { "NOAUTH Authentication required.", VALKEY_STORE_DENIED },
    { "WRONGPASS invalid username-password pair", VALKEY_STORE_DENIED },
    { "NOPERM this user has no permissions", VALKEY_STORE_DENIED },

    { "LOADING", VALKEY_STORE_LATER },
    { "ERR unknown command", VALKEY_STORE_FAILED },
    { "WRONGTYPE Operation against a key", VALKEY_STORE_FAILED },
    { "BUSYKEY Target key name already exists.", VALKEY_STORE_FAILED },
    { "MOVE", VALKEY_STORE_FAILED },
    { "moved 1 a:1", VALKEY_STORE_FAILED },
    { " MOVED", VALKEY_STORE_FAILED },
    { "", VALKEY_STORE_FAILED },
};


static void
the_first_word_tells_what_to_do(void **state)
{
    size_t         i;
    ledger_text_t  error;

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        error = error_of(cases[i].error);
        assert_int_equal(valkey_store_error_action(&error), cases[i].action);
    }
}


static void
assert_redirect(const char *string, unsigned expected, const char *host,
    unsigned port)
{
    unsigned                slot;
    ledger_text_t           error;
    valkey_store_address_t  address;

    error = error_of(string);
    assert_int_equal(valkey_store_error_redirect(&error, &slot, &address), 0);
    assert_int_equal(slot, expected);
    assert_int_equal(address.host.len, strlen(host));
    assert_memory_equal(address.host.data, host, strlen(host));
    assert_int_equal(address.port, port);
}


static void
a_redirection_names_slot_and_server(void **state)
{
    (void) state;

    assert_redirect("MOVED 3999 127.0.0.1:6381", 3999, "127.0.0.1", 6381);
    assert_redirect("ASK 0 a.example:1", 0, "a.example", 1);
    assert_redirect("MOVED 16383 2001:db8::1:65535", 16383, "2001:db8::1",
                    65535);
    assert_redirect("MOVED 1 :6379", 1, "", 6379);
}


static const char *const  odd[] = {
    "MOVED",
    "MOVED ",
    "MOVED 1",
    "MOVED 1 ",
    "MOVED 1 a",
    "MOVED 1 a:",
    "MOVED 1 a:0",
    "MOVED 1 a:01",
    "MOVED 1 a:65536",
    "MOVED 1 a:99999999999999999999",
    "MOVED 1 a:1x",
    "MOVED 1 a:1 b",
    "MOVED  1 a:1",
    "MOVED 16384 a:1",
    "MOVED -1 a:1",
    "MOVED x a:1",
    "MOVED 1 a\x7f:1",
    "MOVED 1 a\tb:1",
};


static void
an_odd_redirection_is_not_followed(void **state)
{
    size_t                  i;
    unsigned                slot;
    ledger_text_t           error;
    valkey_store_address_t  address;

    (void) state;

    for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        error = error_of(odd[i]);
        assert_int_equal(valkey_store_error_redirect(&error, &slot, &address),
                         -1);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(the_first_word_tells_what_to_do),
        cmocka_unit_test(a_redirection_names_slot_and_server),
        cmocka_unit_test(an_odd_redirection_is_not_followed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
