
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _GNU_SOURCE
#define _GNU_SOURCE              /* memmem() */
#endif

#include "device.h"


typedef struct {
    whatsauth_text_t  token;     /* in the header */
    whatsauth_text_t  word;
} whatsauth_device_word_t;


/*
 * The first row that is found counts: browsers name those that they descend
 * from, and systems their kernel.  Safari's own token stands in all of them, so
 * that of its version comes last.
 */

static const whatsauth_device_word_t  whatsauth_device_browsers[] = {
    { whatsauth_text("Edg"),             whatsauth_text("Edge") },
    { whatsauth_text("OPR/"),            whatsauth_text("Opera") },
    { whatsauth_text("SamsungBrowser/"), whatsauth_text("Samsung Internet") },
    { whatsauth_text("Vivaldi/"),        whatsauth_text("Vivaldi") },
    { whatsauth_text("YaBrowser/"),      whatsauth_text("Yandex Browser") },
    { whatsauth_text("UCBrowser/"),      whatsauth_text("UC Browser") },
    { whatsauth_text("DuckDuckGo/"),     whatsauth_text("DuckDuckGo") },
    { whatsauth_text("Firefox/"),        whatsauth_text("Firefox") },
    { whatsauth_text("FxiOS/"),          whatsauth_text("Firefox") },
    { whatsauth_text("CriOS/"),          whatsauth_text("Chrome") },
    { whatsauth_text("Chrome/"),         whatsauth_text("Chrome") },
    { whatsauth_text("Version/"),        whatsauth_text("Safari") },
};

static const whatsauth_device_word_t  whatsauth_device_systems[] = {
    { whatsauth_text("iPhone"),          whatsauth_text("iPhone") },
    { whatsauth_text("iPad"),            whatsauth_text("iPad") },
    { whatsauth_text("Windows"),         whatsauth_text("Windows") },
    { whatsauth_text("Android"),         whatsauth_text("Android") },
    { whatsauth_text("CrOS"),            whatsauth_text("ChromeOS") },
    { whatsauth_text("Macintosh"),       whatsauth_text("Mac") },
    { whatsauth_text("Linux"),           whatsauth_text("Linux") },
};

#define whatsauth_device_n(rows)  (sizeof(rows) / sizeof((rows)[0]))


/* The word of the first row whose token stands in the header, or NULL. */

static const whatsauth_text_t *
whatsauth_device_find(const whatsauth_text_t *user_agent,
    const whatsauth_device_word_t *rows, size_t n)
{
    size_t  i;

    if (user_agent->len == 0) {
        return NULL;
    }

    for (i = 0; i < n; i++) {

        if (memmem(user_agent->data, user_agent->len, rows[i].token.data,
                   rows[i].token.len)
            != NULL)
        {
            return &rows[i].word;
        }
    }

    return NULL;
}


size_t
whatsauth_device(const whatsauth_text_t *user_agent,
    char out[WHATSAUTH_DEVICE_MAX])
{
    char                    *p;
    const whatsauth_text_t  *browser, *system;

    static const whatsauth_text_t  on = whatsauth_text(" on ");
    static const whatsauth_text_t  unknown = whatsauth_text("a browser");

    browser = whatsauth_device_find(user_agent, whatsauth_device_browsers,
                                whatsauth_device_n(whatsauth_device_browsers));
    system = whatsauth_device_find(user_agent, whatsauth_device_systems,
                                whatsauth_device_n(whatsauth_device_systems));

    p = whatsauth_text_put(out, browser != NULL ? browser : &unknown);

    if (system != NULL) {
        p = whatsauth_text_put(p, &on);
        p = whatsauth_text_put(p, system);
    }

    return (size_t) (p - out);
}
