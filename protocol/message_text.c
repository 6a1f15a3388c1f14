
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "entity.h"
#include "message_text.h"
#include "unicode.h"


#define WHATSAUTH_MARK_CONTENT_MAX  64     /* characters */

/* Units of a mark: it takes two to make ">>" or "<<". */
#define WHATSAUTH_MARK_UNITS  2


typedef struct {
    uint32_t   character;
    unsigned   opens;
    unsigned   closes;
} whatsauth_mark_t;


/*
 * Languages differ in which guillemet opens, and keyboards insert either one,
 * so each of them both opens and closes.
 */
static const whatsauth_mark_t  whatsauth_marks[] = {
    { '>',    1, 0 },
    { '<',    0, 1 },
    { 0xff1e, 1, 0 },      /* full-width ">" */
    { 0xff1c, 0, 1 },      /* full-width "<" */
    { 0x203a, 1, 1 },      /* single guillemets */
    { 0x2039, 1, 1 },
    { 0xbb,   2, 2 },      /* guillemets */
    { 0xab,   2, 2 },
    { 0,      0, 0 }
};


typedef struct {
    const char  *pos;           /* of the character that is being read */

    /* The run of marks that is being read. */
    const char  *run;           /* where it begins */
    unsigned     in_run:1;
    unsigned     leading:1;     /* every mark of the run closes so far */
    unsigned     closes;        /* units of the leading closing marks */
    unsigned     opens;         /* units of the trailing opening marks */
    unsigned     length;        /* marks */

    /* The text between an opening run and here. */
    const char  *opening;       /* where that run begins */
    unsigned     open:1;
    unsigned     spaced:1;      /* a space after the first digit */
    unsigned     bad:1;
    unsigned     n;             /* characters but for spaces */
    char         digits[WHATSAUTH_CODE_LEN];

    /* The code found; the first, if the same code is there twice. */
    const char  *from;          /* where its opening run begins */
    const char  *to;            /* where its closing run ends */
    char         code[WHATSAUTH_CODE_LEN];
    unsigned     codes;         /* distinct ones, two at most */
    unsigned     malformed:1;
} whatsauth_scan_t;


static const whatsauth_mark_t *
whatsauth_message_text_mark(uint32_t c)
{
    const whatsauth_mark_t  *mark;

    if (c < 0x80 && c != '>' && c != '<') {
        return NULL;
    }

    for (mark = whatsauth_marks; mark->character != 0; mark++) {
        if (mark->character == c) {
            return mark;
        }
    }

    return NULL;
}


static void
whatsauth_message_text_close(whatsauth_scan_t *scan)
{
    if (!scan->open || scan->n == 0) {
        return;
    }

    if (scan->bad || scan->n != WHATSAUTH_CODE_LEN) {
        scan->malformed |= (scan->n <= WHATSAUTH_MARK_CONTENT_MAX);
        return;
    }

    if (scan->codes == 0) {
        memcpy(scan->code, scan->digits, WHATSAUTH_CODE_LEN);
        scan->from = scan->opening;
        scan->to = scan->pos;
        scan->codes = 1;

    } else if (memcmp(scan->code, scan->digits, WHATSAUTH_CODE_LEN) != 0) {
        scan->codes = 2;
    }
}


static void
whatsauth_message_text_end_run(whatsauth_scan_t *scan)
{
    if (!scan->in_run) {
        return;
    }

    scan->in_run = 0;

    if (scan->closes < WHATSAUTH_MARK_UNITS
        && scan->opens < WHATSAUTH_MARK_UNITS)
    {
        /* A lone sign is text like any other. */

        scan->bad = 1;
        scan->n += scan->length;
        return;
    }

    if (scan->closes >= WHATSAUTH_MARK_UNITS) {
        whatsauth_message_text_close(scan);
    }

    scan->open = (scan->opens >= WHATSAUTH_MARK_UNITS);
    scan->opening = scan->run;
    scan->spaced = 0;
    scan->bad = 0;
    scan->n = 0;
}


/* In a run, opening marks follow closing ones; the reverse begins a new run. */
static void
whatsauth_message_text_add_mark(whatsauth_scan_t *scan,
    const whatsauth_mark_t *mark)
{
    if (scan->in_run && !scan->leading && mark->opens == 0) {
        whatsauth_message_text_end_run(scan);
    }

    if (!scan->in_run) {
        scan->in_run = 1;
        scan->run = scan->pos;
        scan->leading = 1;
        scan->closes = 0;
        scan->opens = 0;
        scan->length = 0;
    }

    scan->length++;

    scan->leading &= (mark->closes != 0);
    scan->closes += scan->leading ? mark->closes : 0;
    scan->opens = (mark->opens != 0) ? scan->opens + mark->opens : 0;
}


static void
whatsauth_message_text_add_content(whatsauth_scan_t *scan, uint32_t c)
{
    int  value;

    if (whatsauth_unicode_is_space(c)) {
        scan->spaced |= (scan->n != 0);
        return;
    }

    value = (c < 0x80) ? whatsauth_hex_value((char) c) : -1;

    if (value == -1 || scan->spaced) {
        scan->bad = 1;

    } else if (scan->n < WHATSAUTH_CODE_LEN) {
        scan->digits[scan->n] = "0123456789abcdef"[value];
    }

    scan->n++;
}


whatsauth_code_found_t
whatsauth_message_code(const whatsauth_text_t *text,
    whatsauth_message_code_t *found)
{
    uint32_t                 c;
    const char              *p, *end;
    whatsauth_scan_t         scan;
    const whatsauth_mark_t  *mark;

    memset(&scan, 0, sizeof(whatsauth_scan_t));

    p = text->data;
    end = whatsauth_text_end(text);

    if (text->len > WHATSAUTH_MESSAGE_SCAN_MAX) {
        end = p + WHATSAUTH_MESSAGE_SCAN_MAX;
    }

    while (p < end) {
        scan.pos = p;
        c = whatsauth_entity_next(&p, end);

        if (c == WHATSAUTH_UTF8_ILL_FORMED
            || whatsauth_unicode_is_ignorable(c))
        {
            continue;
        }

        mark = whatsauth_message_text_mark(c);

        if (mark != NULL) {
            whatsauth_message_text_add_mark(&scan, mark);
            continue;
        }

        whatsauth_message_text_end_run(&scan);
        whatsauth_message_text_add_content(&scan, c);
    }

    scan.pos = end;
    whatsauth_message_text_end_run(&scan);

    if (scan.codes == 1) {
        memcpy(found->code, scan.code, WHATSAUTH_CODE_LEN);
        found->before.data = text->data;
        found->before.len = (size_t) (scan.from - text->data);
        found->after.data = scan.to;
        found->after.len = (size_t) (whatsauth_text_end(text) - scan.to);
        return WHATSAUTH_CODE_FOUND;
    }

    if (scan.codes != 0) {
        return WHATSAUTH_CODE_AMBIGUOUS;
    }

    return scan.malformed ? WHATSAUTH_CODE_MALFORMED : WHATSAUTH_CODE_ABSENT;
}


/* Of the scripts whose digits keyboards have. */

static int
whatsauth_message_text_zero(uint32_t c)
{
    switch (c) {

    case '0':
    case 0x0660:       /* Arabic */
    case 0x06f0:       /* Persian, Urdu */
    case 0x0966:       /* Devanagari */
    case 0x09e6:       /* Bengali */
    case 0xff10:       /* full-width */
        return 1;

    default:
        return 0;
    }
}


int
whatsauth_message_is_zero(const whatsauth_text_t *text)
{
    uint32_t     c;
    unsigned     zeros;
    const char  *p, *end;

    zeros = 0;
    p = text->data;
    end = whatsauth_text_end(text);

    while (p < end) {
        c = whatsauth_utf8_next(&p, end);

        if (whatsauth_unicode_is_space(c)
            || whatsauth_unicode_is_ignorable(c))
        {
            continue;
        }

        if (!whatsauth_message_text_zero(c) || zeros) {
            return 0;
        }

        zeros = 1;
    }

    return zeros;
}


char *
whatsauth_message_head(const char code[WHATSAUTH_CODE_LEN], char *out)
{
    static const whatsauth_text_t  open = whatsauth_text("%3E%3E");
    static const whatsauth_text_t  close = whatsauth_text("%3C%3C%0A");

    out = whatsauth_text_put(out, &open);
    memcpy(out, code, WHATSAUTH_CODE_LEN);

    return whatsauth_text_put(out + WHATSAUTH_CODE_LEN, &close);
}
