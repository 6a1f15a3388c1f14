
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * valkey_store/request - one command to one partition, until it is known what
 * has become of it.
 *
 * Every command of the store may be sent again: a read; a commit, because the
 * stamp that was read does not fit twice; a key that is set to a fixed value.
 * So the client sends a request again, whatever becomes of its turn, until it
 * is confirmed or its time is over, and its owner sees no connection.
 *
 * A commit that is sent twice finds its own stamp the second time: bytes that
 * begin with the stamp of this request mean that it has taken place.
 */


#ifndef _VALKEY_STORE_REQUEST_H_INCLUDED_
#define _VALKEY_STORE_REQUEST_H_INCLUDED_


#include "resp.h"


typedef enum {
    VALKEY_STORE_CONFIRMED,       /* its turn is confirmed: reply holds */
    VALKEY_STORE_NO_MEMORY,       /* likewise: the server took nothing new */
    VALKEY_STORE_GIVEN_UP         /* it may have taken place, or may not */
} valkey_store_outcome_t;


typedef struct valkey_store_request_s  valkey_store_request_t;


/* The owner sets the first four before each send; the rest begins zeroed. */
struct valkey_store_request_s {
    unsigned                  partition;
    uint64_t                  until;      /* of io->clock, ms */

    /*
     * Adds the command, exactly one with its end, to out, and returns what
     * valkey_store_out_end() did.  Called once for each time it is sent, with
     * the same partition and the same meaning each time.  Nothing else of the
     * client may be called from here.
     */
    int                     (*write)(valkey_store_request_t *request,
                                     valkey_store_out_t *out);

    /*
     * Called once, never before valkey_store_client_send() has returned, also
     * when the client is destroyed (GIVEN_UP).  The reply is NULL unless
     * CONFIRMED; it is never an error, and lasts until done returns.  Of a LONG
     * the operator has been told, and no command of ours can have one.  done
     * may send other requests, and this one again; it may free this one.  It
     * does not destroy the client.
     */
    void                    (*done)(valkey_store_request_t *request,
                                    valkey_store_outcome_t outcome,
                                    const valkey_store_reply_t *reply);

    /* The client's. */
    valkey_store_request_t   *next;
    valkey_store_reply_t     *reply;      /* a copy, kept for its turn's end */
    valkey_store_outcome_t    outcome;    /* if its turn is confirmed */
};


#endif /* _VALKEY_STORE_REQUEST_H_INCLUDED_ */
