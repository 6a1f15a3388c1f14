
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The link message: what the link of a code puts after it into the message
 * that its user sends, and what tells the user what the message does.  A code
 * within other words is refused, because a phisher's words would say that it
 * is good for something else.
 *
 * Texts are compared by what a reader sees of them.  The case of letters,
 * white space, quotes, guillemets, "<" and ">", unless there are very many,
 * and whatever has no shape do not count: keyboards, copying and gateways
 * change them.
 */


#ifndef _WHATSAUTH_LINK_MESSAGE_H_INCLUDED_
#define _WHATSAUTH_LINK_MESSAGE_H_INCLUDED_


#include "message_text.h"


#define WHATSAUTH_LINK_MESSAGE_MAX  256     /* bytes of UTF-8 */


/*
 * A hash of what counts of message, which has at most LINK_MESSAGE_MAX bytes:
 * the first bytes of a SHA-256.  Records keep it, so that what counts must not
 * change without a thought for the codes that wait.
 * Returns 0, or -1 if message is too long or the crypto library failed.
 */
int whatsauth_link_message_hash(const whatsauth_text_t *message,
    uint64_t *hash);

/*
 * 1 if nothing that counts precedes the code, and nothing or the message of
 * that hash follows it; 0 if it does; -1 if the crypto library failed.
 */
int whatsauth_link_message_follows(const whatsauth_message_code_t *found,
    uint64_t hash);


#endif /* _WHATSAUTH_LINK_MESSAGE_H_INCLUDED_ */
