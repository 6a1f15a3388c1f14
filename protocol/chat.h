
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A text for the chat: {title}, {device}, {place}, {time} and {pin} stand for
 * values.  A line is left out if one of its values is empty.
 *
 * The texts of pages are another matter, see template.h: they are escaped for
 * HTML, where no line can be left out, and "dir" tells the browser what
 * isolates tell a chat.
 */


#ifndef _WHATSAUTH_CHAT_H_INCLUDED_
#define _WHATSAUTH_CHAT_H_INCLUDED_


#include "text.h"


typedef enum {
    WHATSAUTH_CHAT_TITLE = 0,
    WHATSAUTH_CHAT_DEVICE,
    WHATSAUTH_CHAT_PLACE,
    WHATSAUTH_CHAT_TIME,
    WHATSAUTH_CHAT_PIN,
    WHATSAUTH_CHAT_VALUES_N
} whatsauth_chat_value_t;


/*
 * Returns NULL if a text names no values but those of the set allowed, and all
 * of the set needed, each as 1 << value; else the problem, with its word.
 */
const char *whatsauth_chat_check(const whatsauth_text_t *text,
    unsigned allowed, unsigned needed, whatsauth_text_t *word);

/*
 * Writes it with its values to out, if that is not NULL, and returns its
 * length.  rtl: the text is written from right to left, so values stand in
 * isolates, or an address would be shown with its parts in another order.
 */
size_t whatsauth_chat_fill(const whatsauth_text_t *text,
    const whatsauth_text_t *values, int rtl, char *out);


#endif /* _WHATSAUTH_CHAT_H_INCLUDED_ */
