
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdlib.h>

#include "phone.h"
#include "phone_plan.h"


#define WHATSAUTH_PHONE_CODE_MAX  3      /* digits */


/* Countries where a zero belongs to the number, or may. */
typedef struct {
    unsigned                code;
    size_t                  min;         /* national digits, zero included, */
    size_t                  max;         /* of numbers that own their zero */
    whatsauth_phone_zero_t  otherwise;
} whatsauth_phone_own_zero_t;


/*
 * A number that fits pattern has another spelling: after "at" digits leave out
 * "skip" digits and write "insert".  In a pattern "x" is any digit, and
 * brackets hold ranges or single digits.
 */
typedef struct {
    const char  *pattern;
    size_t       at;
    size_t       skip;
    const char  *insert;
} whatsauth_phone_spelling_t;


/* ITU-T: list of Recommendation E.164 assigned country codes. Ascending. */
static const unsigned  whatsauth_phone_codes[] = {
    1, 7, 20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47,
    48, 49, 51, 52, 53, 54, 55, 56, 57, 58, 60, 61, 62, 63, 64, 65, 66, 81,
    82, 84, 86, 90, 91, 92, 93, 94, 95, 98, 211, 212, 213, 216, 218, 220,
    221, 222, 223, 224, 225, 226, 227, 228, 229, 230, 231, 232, 233, 234,
    235, 236, 237, 238, 239, 240, 241, 242, 243, 244, 245, 246, 247, 248,
    249, 250, 251, 252, 253, 254, 255, 256, 257, 258, 260, 261, 262, 263,
    264, 265, 266, 267, 268, 269, 290, 291, 297, 298, 299, 350, 351, 352,
    353, 354, 355, 356, 357, 358, 359, 370, 371, 372, 373, 374, 375, 376,
    377, 378, 379, 380, 381, 382, 383, 385, 386, 387, 389, 420, 421, 423,
    500, 501, 502, 503, 504, 505, 506, 507, 508, 509, 590, 591, 592, 593,
    594, 595, 596, 597, 598, 599, 670, 672, 673, 674, 675, 676, 677, 678,
    679, 680, 681, 682, 683, 685, 686, 687, 688, 689, 690, 691, 692, 800,
    808, 850, 852, 853, 855, 856, 870, 878, 880, 881, 882, 883, 886, 888,
    960, 961, 962, 963, 964, 965, 966, 967, 968, 970, 971, 972, 973, 974,
    975, 976, 977, 979, 992, 993, 994, 995, 996, 997, 998
};


/*
 * Sources: the numbering plans that ITU-T publishes, and the metadata of
 * libphonenumber 9.0.35 made from them.  Everywhere else no subscriber's
 * number begins with zero.  A length limits the row to numbers of that length.
 */
static const whatsauth_phone_own_zero_t  whatsauth_phone_own_zeros[] = {
    { 39, 6, 12, WHATSAUTH_PHONE_ZERO_UNSURE },    /* Italy, Vatican */
    { 225, 8, 10, WHATSAUTH_PHONE_ZERO_UNSURE },   /* Ivory Coast */
    { 226, 8, 8, WHATSAUTH_PHONE_ZERO_UNSURE },    /* Burkina Faso */
    { 227, 8, 8, WHATSAUTH_PHONE_ZERO_UNSURE },    /* Niger */
    { 229, 9, 10, WHATSAUTH_PHONE_ZERO_UNSURE },   /* Benin */
    { 241, 8, 8, WHATSAUTH_PHONE_ZERO_TRUNK },     /* Gabon, until 2019 */
    { 242, 9, 9, WHATSAUTH_PHONE_ZERO_UNSURE },    /* Congo */
    { 250, 8, 8, WHATSAUTH_PHONE_ZERO_TRUNK },     /* Rwanda: 06, fixed */
    { 378, 10, 10, WHATSAUTH_PHONE_ZERO_UNSURE },  /* San Marino */
    { 992, 9, 9, WHATSAUTH_PHONE_ZERO_UNSURE },    /* Tajikistan */

    /* Other trunk prefixes: 1; 8; 06; formerly 01, 044, 045. */

    { 1, 0, 0, WHATSAUTH_PHONE_ZERO_UNSURE },      /* North America */
    { 7, 0, 0, WHATSAUTH_PHONE_ZERO_UNSURE },      /* Russia, Kazakhstan */
    { 36, 0, 0, WHATSAUTH_PHONE_ZERO_UNSURE },     /* Hungary */
    { 52, 0, 0, WHATSAUTH_PHONE_ZERO_UNSURE },     /* Mexico */

    /* Numbers of services, or of networks, begin with zero. */

    { 247, 0, 0, WHATSAUTH_PHONE_ZERO_UNSURE },    /* Ascension */
    { 267, 0, 0, WHATSAUTH_PHONE_ZERO_UNSURE },    /* Botswana */
    { 268, 0, 0, WHATSAUTH_PHONE_ZERO_UNSURE },    /* Eswatini */
    { 501, 0, 0, WHATSAUTH_PHONE_ZERO_UNSURE },    /* Belize */
    { 507, 0, 0, WHATSAUTH_PHONE_ZERO_UNSURE },    /* Panama */
    { 676, 0, 0, WHATSAUTH_PHONE_ZERO_UNSURE },    /* Tonga */
    { 679, 0, 0, WHATSAUTH_PHONE_ZERO_UNSURE },    /* Fiji */
    { 687, 0, 0, WHATSAUTH_PHONE_ZERO_UNSURE },    /* New Caledonia */
    { 800, 8, 8, WHATSAUTH_PHONE_ZERO_UNSURE },    /* freephone */
    { 853, 0, 0, WHATSAUTH_PHONE_ZERO_UNSURE },    /* Macao */
    { 881, 9, 10, WHATSAUTH_PHONE_ZERO_UNSURE },   /* satellites */
    { 888, 11, 11, WHATSAUTH_PHONE_ZERO_UNSURE },  /* OCHA */
    { 974, 0, 0, WHATSAUTH_PHONE_ZERO_UNSURE },    /* Qatar */
    { 0, 0, 0, WHATSAUTH_PHONE_ZERO_TRUNK }
};


/*
 * Numbers have had one length here for decades, without exception.  North
 * America: ten digits, and area codes begin with 2 to 9 (ATIS-0300055); the
 * exchange does not count, because Meta's test numbers have unassigned ones.
 * Russia and Kazakhstan: ten digits.  A shorter number calls nobody and may
 * pass, because many examples use "+1234567890".
 */
static const whatsauth_phone_fixed_t  whatsauth_phone_fixeds[] = {
    { 1, 11, '2' },
    { 7, 11, '0' },
    { 0, 0, '0' }
};


/*
 * The first row that fits counts.  Mauritius (2013), Guinea (2013) and Vietnam
 * (2018) have changed their numbers too, but no source says that WhatsApp kept
 * accounts under the old ones, and without that a rule is only dangerous.
 */
static const whatsauth_phone_spelling_t  whatsauth_phone_spellings[] = {

    /*
     * Brazil, 2012 to 2016: a 9 before the mobile numbers, which began with
     * 6 to 9; fixed lines begin with 2 to 5.  Anatel, resolution 553/2010;
     * github.com/devlikeapro/waha/issues/238
     */
    { "55[1-9][1-9]9[6-9]xxxxxxx", 4, 1, "" },

    /*
     * Mexico, 2019: no 1 before mobile numbers any longer; national numbers
     * have ten digits.  IFT, numbering plan of 2018;
     * faq.whatsapp.com/640432094208718
     */
    { "521[1-9]xxxxxxxxx", 2, 1, "" },

    /*
     * Argentina: calls from abroad to mobile numbers have a 9 before the ten
     * digits.  ENACOM, numbering plan;
     * github.com/chatwoot/chatwoot/issues/13932
     */
    { "549[1-9]xxxxxxxxx", 2, 1, "" },

    /*
     * Ivory Coast, 31 January 2021: two digits of the operator before all
     * numbers: mobile ones had it in the second digit (Moov, MTN, Orange),
     * fixed ones, which began with 2 or 3, in the third.  ARTCI,
     * plan of ten digits; github.com/devlikeapro/waha/issues/1894.  No old
     * number began with 00, the prefix of calls abroad, so the first row, for
     * numbers as samples have them, takes nobody's.
     */
    { "22500xxxxxx", 3, 0, "07" },
    { "225[04-9][0-3]xxxxxx", 3, 0, "01" },
    { "225[04-9][4-6]xxxxxx", 3, 0, "05" },
    { "225[04-9][7-9]xxxxxx", 3, 0, "07" },
    { "2252x8xxxxx", 3, 0, "21" },
    { "225[23]x0xxxxx", 3, 0, "25" },
    { "225[23]x[1-79]xxxxx", 3, 0, "27" },

    /*
     * Benin, 30 November 2024: 01 before all numbers but those of services,
     * which begin with 8.  ARCEP Benin, decision 2020-349; WhatsApp's links
     * to numbers without it still work.
     */
    { "229[24569]xxxxxxx", 3, 0, "01" },

    /*
     * Gabon, 15 November 2019: a digit of the operator in place of the zero,
     * 6 (Libertis, Moov), 7 (Airtel) or 1 (fixed); the old ones ended on
     * 6 April 2024.  ARCEP Gabon; WhatsApp's links with zero still work.
     */
    { "24101xxxxxx", 3, 1, "1" },
    { "2410[256]xxxxxx", 3, 1, "6" },
    { "2410[47]xxxxxx", 3, 1, "7" },

    /*
     * Cameroon, 21 November 2014: a 6 before mobile numbers.  ART; ITU
     * Operational Bulletin 1063; WhatsApp's links without it still work.
     */
    { "237[579]xxxxxxx", 3, 0, "6" },

    { NULL, 0, 0, NULL }
};


static int
whatsauth_phone_plan_compare_codes(const void *a, const void *b)
{
    unsigned  one, two;

    one = *(const unsigned *) a;
    two = *(const unsigned *) b;

    return (one > two) - (one < two);
}


/* The value of the first len digits. */
static unsigned
whatsauth_phone_plan_prefix(const char *digits, size_t len)
{
    size_t    i;
    unsigned  prefix;

    prefix = 0;

    for (i = 0; i < len; i++) {
        prefix = prefix * 10 + (unsigned) (digits[i] - '0');
    }

    return prefix;
}


size_t
whatsauth_phone_code_len(const char *digits, size_t n)
{
    size_t    len;
    unsigned  prefix;

    /* No code is the beginning of another. */

    for (len = 1; len <= WHATSAUTH_PHONE_CODE_MAX && len <= n; len++) {
        prefix = whatsauth_phone_plan_prefix(digits, len);

        if (bsearch(&prefix, whatsauth_phone_codes,
                    sizeof(whatsauth_phone_codes)
                    / sizeof(whatsauth_phone_codes[0]),
                    sizeof(whatsauth_phone_codes[0]),
                    whatsauth_phone_plan_compare_codes)
            != NULL)
        {
            return len;
        }
    }

    return 0;
}


whatsauth_phone_zero_t
whatsauth_phone_zero(const char *digits, size_t code_len, size_t national)
{
    unsigned                           code;
    const whatsauth_phone_own_zero_t  *z;

    code = whatsauth_phone_plan_prefix(digits, code_len);

    for (z = whatsauth_phone_own_zeros; z->code != 0; z++) {
        if (z->code == code) {
            return (national >= z->min && national <= z->max)
                   ? WHATSAUTH_PHONE_ZERO_OWN : z->otherwise;
        }
    }

    return WHATSAUTH_PHONE_ZERO_TRUNK;
}


const whatsauth_phone_fixed_t *
whatsauth_phone_fixed(const char *digits, size_t code_len)
{
    unsigned                        code;
    const whatsauth_phone_fixed_t  *fixed;

    code = whatsauth_phone_plan_prefix(digits, code_len);

    for (fixed = whatsauth_phone_fixeds; fixed->code != 0; fixed++) {
        if (fixed->code == code) {
            return fixed;
        }
    }

    return NULL;
}


/* 1 if c fits the pattern's next place, which *pattern is moved past. */
static int
whatsauth_phone_plan_fits(const char **pattern, char c)
{
    int          fits;
    const char  *p;

    p = *pattern;

    if (*p != '[') {
        *pattern = p + 1;
        return *p == c || *p == 'x';
    }

    fits = 0;

    for (p++; *p != ']'; p++) {
        if (p[1] == '-') {
            fits |= (c >= p[0] && c <= p[2]);
            p += 2;

        } else {
            fits |= (c == *p);
        }
    }

    *pattern = p + 1;

    return fits;
}


static int
whatsauth_phone_plan_is_spelled(const whatsauth_text_t *number,
    const char *pattern)
{
    size_t  i;

    for (i = 0; i < number->len; i++) {
        if (*pattern == '\0'
            || !whatsauth_phone_plan_fits(&pattern, number->data[i]))
        {
            return 0;
        }
    }

    return *pattern == '\0';
}


size_t
whatsauth_phone_canonical(const whatsauth_text_t *number,
    char digits[WHATSAUTH_PHONE_DIGITS_MAX])
{
    char                              *p;
    whatsauth_text_t                   part;
    const whatsauth_phone_spelling_t  *s;

    if (!whatsauth_phone_is_digits(number)) {
        return 0;
    }

    for (s = whatsauth_phone_spellings; s->pattern != NULL; s++) {
        if (whatsauth_phone_plan_is_spelled(number, s->pattern)) {
            break;
        }
    }

    part = *number;
    p = digits;

    if (s->pattern != NULL) {
        part.len = s->at;
        p = whatsauth_text_put(p, &part);

        part.data = s->insert;
        part.len = strlen(s->insert);
        p = whatsauth_text_put(p, &part);

        part.data = number->data + s->at + s->skip;
        part.len = number->len - s->at - s->skip;
    }

    return (size_t) (whatsauth_text_put(p, &part) - digits);
}
