
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The sentences of results, and the words of stored numbers, which a damaged
 * file may have changed.
 */


#include "word.h"


#define LEDGER_WORD(name, n, word)                                            \
    case n:                                                                   \
        return word;

#define LEDGER_WORD_OF(kind, table)                                           \
    const char *                                                              \
    ledger_##kind##_word(unsigned kind)                                       \
    {                                                                         \
        switch (kind) {                                                       \
        table(LEDGER_WORD)                                                    \
        }                                                                     \
                                                                              \
        return NULL;                                                          \
    }


LEDGER_WORD_OF(state, LEDGER_STATES)
LEDGER_WORD_OF(status, LEDGER_STATUSES)
LEDGER_WORD_OF(error, LEDGER_ERRORS)
LEDGER_WORD_OF(step, LEDGER_STEPS)
LEDGER_WORD_OF(channel, LEDGER_CHANNELS)
LEDGER_WORD_OF(provider, LEDGER_PROVIDERS)


const char *
ledger_strresult(ledger_result_t result)
{
    static const char  *text[] = {
#define LEDGER_RESULT_TEXT(name, text)  text,
        LEDGER_RESULTS(LEDGER_RESULT_TEXT)
#undef LEDGER_RESULT_TEXT
    };

    if ((unsigned) result >= LEDGER_RESULTS_N) {
        return "unknown result";
    }

    return text[result];
}
