
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * valkey_store/greeting - commands that are about the server and not about its
 * keys: those by which a link begins, and those that look at a server later.
 * For the files of the client alone.
 */


#ifndef _VALKEY_STORE_GREETING_H_INCLUDED_
#define _VALKEY_STORE_GREETING_H_INCLUDED_


#include "client.h"
#include "settings.h"


typedef enum {
    VALKEY_STORE_AUTH,            /* left out where there is no password */
    VALKEY_STORE_AUTH_PERHAPS,    /* likewise; may fail: of Sentinel */
    VALKEY_STORE_LOAD_ISSUE,
    VALKEY_STORE_LOAD_COMMIT,
    VALKEY_STORE_LOAD_HEADS,
    VALKEY_STORE_INFO,
    VALKEY_STORE_CONFIG,
    VALKEY_STORE_TIME,
    VALKEY_STORE_STEPS_END
} valkey_store_step_t;


typedef struct {
    /* The one whose reply comes next; NULL: it is over. */
    const valkey_store_step_t   *step;
    uint64_t                     began;       /* unix time */
    unsigned                     has_info:1;
    unsigned                     has_config:1;
    valkey_store_settings_t      settings;    /* without replicas */
} valkey_store_greeting_t;


typedef enum {
    VALKEY_STORE_GREETING_MORE,
    VALKEY_STORE_GREETING_OVER,
    VALKEY_STORE_GREETING_FAILED  /* the link has ended */
} valkey_store_greeted_t;


/* Sends steps. */
void valkey_store_greeting_begin(valkey_store_link_t *link,
    const valkey_store_step_t *steps);

/* Takes the reply to one of them. */
valkey_store_greeted_t valkey_store_greeting_reply(valkey_store_link_t *link,
    const valkey_store_reply_t *reply);

/*
 * Says what is wrong with a server that has told its settings.  Returns 0, or
 * -1: such a server is refused.
 */
int valkey_store_greeting_judge(valkey_store_link_t *link);


#endif /* _VALKEY_STORE_GREETING_H_INCLUDED_ */
