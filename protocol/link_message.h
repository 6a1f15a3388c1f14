
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The link message: the text that a link puts after the code into the user's
 * message.  It tells the user what the message does.  A code within other
 * words is refused, because a phisher's words would tell the user that the
 * code is good for something else.
 *
 * Two texts are equal if a reader sees the same.  Case, white space, quotes,
 * guillemets, "<" and ">", unless there are very many, and invisible
 * characters do not count: keyboards, copying and gateways change them.
 */


#ifndef _WHATSAUTH_LINK_MESSAGE_H_INCLUDED_
#define _WHATSAUTH_LINK_MESSAGE_H_INCLUDED_


#include "message_text.h"


#define WHATSAUTH_LINK_MESSAGE_MAX  256     /* bytes of UTF-8 */


/*
 * A hash of the characters of message that count: the first bytes of a
 * SHA-256.  message has at most LINK_MESSAGE_MAX bytes.  Records keep the
 * hash, so a change of the characters that count breaks codes that wait.
 * Returns 0, or -1 if message is too long or the crypto library failed.
 */
int whatsauth_link_message_hash(const whatsauth_text_t *message,
    uint64_t *hash);

/*
 * 1 if no character that counts precedes the code, and either none or the
 * message of that hash follows it; else 0; -1 if the crypto library failed.
 */
int whatsauth_link_message_follows(const whatsauth_message_code_t *found,
    uint64_t hash);


#endif /* _WHATSAUTH_LINK_MESSAGE_H_INCLUDED_ */
