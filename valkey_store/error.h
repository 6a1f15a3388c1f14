
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * valkey_store/error - what is to be done about an error that a server replies.
 * Its first word alone tells; the rest is for people, but where it redirects.
 */


#ifndef _VALKEY_STORE_ERROR_H_INCLUDED_
#define _VALKEY_STORE_ERROR_H_INCLUDED_


#include "slot.h"


typedef enum {
    VALKEY_STORE_FAILED,       /* nothing helps: a fault of ours or theirs */
    VALKEY_STORE_MOVED,        /* the slot has another primary for good */
    VALKEY_STORE_ASK,          /* this once, after ASKING */
    VALKEY_STORE_LATER,        /* the same again, a moment later */
    VALKEY_STORE_LOAD,         /* the same again, after SCRIPT LOAD */
    VALKEY_STORE_FULL,         /* no memory for what is new */
    VALKEY_STORE_DENIED        /* the operator's password or ACL is wrong */
} valkey_store_action_t;


valkey_store_action_t valkey_store_error_action(const ledger_text_t *error);

/*
 * Reads "MOVED 3999 10.0.0.1:6379" or "ASK ...", IPv6 without brackets.  The
 * host points into error, and may be empty: the one that was asked.  Returns 0,
 * or -1: the reply is odd, and the connection must be closed.
 */
int valkey_store_error_redirect(const ledger_text_t *error, unsigned *slot,
    valkey_store_address_t *address);


#endif /* _VALKEY_STORE_ERROR_H_INCLUDED_ */
