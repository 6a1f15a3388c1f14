
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "phone.h"
#include "twilio_fields.h"


#define WHATSAUTH_TWILIO_NAME_MAX     64
#define WHATSAUTH_TWILIO_SID_DIGITS   32
#define WHATSAUTH_TWILIO_USER_ID_MAX  160


/* The number of digits from p on. */
static size_t
whatsauth_twilio_fields_digits(const char *p, const char *end)
{
    const char  *start;

    start = p;

    while (p < end && whatsauth_is_digit(*p)) {
        p++;
    }

    return (size_t) (p - start);
}


static int
whatsauth_twilio_fields_is_sid(const whatsauth_text_t *value)
{
    size_t  i;

    if (value->len != 2 + WHATSAUTH_TWILIO_SID_DIGITS) {
        return 0;
    }

    for (i = 2; i < value->len; i++) {
        if (whatsauth_hex_value(value->data[i]) == -1) {
            return 0;
        }
    }

    return 1;
}


static int
whatsauth_twilio_fields_sid_fits(const whatsauth_text_t *value)
{
    return whatsauth_twilio_fields_is_sid(value)
           && whatsauth_is_upper(value->data[0])
           && whatsauth_is_upper(value->data[1]);
}


int
whatsauth_twilio_is_account_sid(const whatsauth_text_t *value)
{
    return whatsauth_twilio_fields_is_sid(value)
           && memcmp(value->data, "AC", 2) == 0;
}

#define whatsauth_twilio_fields_account_fits  whatsauth_twilio_is_account_sid


static int
whatsauth_twilio_fields_account_begins(const char *p, const char *end)
{
    return end - p >= 2 && p[0] == 'A' && p[1] == 'C';
}


static int
whatsauth_twilio_fields_message_sid_fits(const whatsauth_text_t *value)
{
    return whatsauth_twilio_fields_is_sid(value)
           && (value->data[0] == 'S' || value->data[0] == 'M')
           && value->data[1] == 'M';
}


/* A SID of any kind: other webhooks have other SIDs in MessageSid. */

#define whatsauth_twilio_fields_message_sid_begins                            \
    whatsauth_twilio_fields_sid_begins

static int
whatsauth_twilio_fields_sid_begins(const char *p, const char *end)
{
    return end - p >= 3
           && whatsauth_is_upper(p[0])
           && whatsauth_is_upper(p[1])
           && whatsauth_hex_value(p[2]) != -1;
}


int
whatsauth_twilio_is_whatsapp(whatsauth_text_t *address)
{
    static const whatsauth_text_t  prefix = whatsauth_text("whatsapp:");

    if (address->len < prefix.len
        || memcmp(address->data, prefix.data, prefix.len) != 0)
    {
        return 0;
    }

    address->data += prefix.len;
    address->len -= prefix.len;

    return 1;
}


/*
 * "US.1349" or "US.ENT.1349".  No small letters, because they could belong to
 * the next name.  At least one digit, or any capitals of a text would be an
 * id.
 */
static int
whatsauth_twilio_fields_is_bare_user_id(const whatsauth_text_t *id)
{
    size_t  i, digits;

    if (id->len < 4 || id->len > WHATSAUTH_TWILIO_USER_ID_MAX
        || !whatsauth_is_upper(id->data[0])
        || !whatsauth_is_upper(id->data[1])
        || id->data[2] != '.')
    {
        return 0;
    }

    digits = 0;

    for (i = 3; i < id->len; i++) {
        if (whatsauth_is_digit(id->data[i])) {
            digits++;

        } else if (!whatsauth_is_upper(id->data[i])
                   && (id->data[i] != '.' || id->data[i - 1] == '.'))
        {
            return 0;
        }
    }

    return digits != 0 && id->data[id->len - 1] != '.';
}


int
whatsauth_twilio_is_user_id(const whatsauth_text_t *address)
{
    whatsauth_text_t  id;

    id = *address;
    (void) whatsauth_twilio_is_whatsapp(&id);

    return whatsauth_twilio_fields_is_bare_user_id(&id);
}

#define whatsauth_twilio_fields_user_id_fits  whatsauth_twilio_is_user_id


/* A channel's prefix ("whatsapp:", "client:", "sip:"). */
static int
whatsauth_twilio_fields_is_prefix(const char *p, const char *end)
{
    const char  *start;

    start = p;

    while (p < end && whatsauth_is_lower(*p)) {
        p++;
    }

    return p != start && p < end && *p == ':';
}


static int
whatsauth_twilio_fields_user_id_begins(const char *p, const char *end)
{
    return whatsauth_twilio_fields_is_prefix(p, end)
           || (end - p >= 3
               && whatsauth_is_upper(p[0])
               && whatsauth_is_upper(p[1])
               && p[2] == '.');
}


whatsauth_text_t
whatsauth_twilio_phone(const whatsauth_text_t *address)
{
    whatsauth_text_t  digits, none = whatsauth_text("");

    digits = *address;
    (void) whatsauth_twilio_is_whatsapp(&digits);

    if (digits.len == 0 || digits.data[0] != '+') {
        return none;
    }

    digits.data++;
    digits.len--;

    return whatsauth_phone_is_digits(&digits) ? digits : none;
}


int
whatsauth_twilio_is_foreign(const whatsauth_text_t *address)
{
    whatsauth_text_t  id;

    id = *address;

    return id.len != 0
           && !whatsauth_twilio_is_whatsapp(&id)
           && id.data[0] != '+'
           && !whatsauth_is_digit(id.data[0]);
}


static int
whatsauth_twilio_fields_address_fits(const whatsauth_text_t *value)
{
    whatsauth_text_t  id;

    id = *value;

    if (whatsauth_twilio_is_foreign(value)
        || whatsauth_twilio_phone(value).len != 0)
    {
        return 1;
    }

    if (whatsauth_twilio_is_whatsapp(&id)) {
        return whatsauth_twilio_fields_is_bare_user_id(&id);
    }

    return id.len >= WHATSAUTH_PHONE_SHORT_CODE_MIN
           && id.len <= WHATSAUTH_PHONE_SHORT_CODE_MAX
           && whatsauth_twilio_fields_digits(id.data, whatsauth_text_end(&id))
              == id.len;
}


static int
whatsauth_twilio_fields_address_begins(const char *p, const char *end)
{
    whatsauth_text_t  rest;

    rest.data = p;
    rest.len = (size_t) (end - p);

    return whatsauth_twilio_is_whatsapp(&rest)
           || (p < end && *p == '+'
               && whatsauth_twilio_fields_digits(p + 1, end) > 0)
           || whatsauth_twilio_fields_digits(p, end)
              >= WHATSAUTH_PHONE_SHORT_CODE_MIN;
}


/* Calls come from "client:..." and "sip:..."; "Todo:" is no address. */

#define whatsauth_twilio_fields_sender_fits                                   \
    whatsauth_twilio_fields_address_fits

static int
whatsauth_twilio_fields_sender_begins(const char *p, const char *end)
{
    return whatsauth_twilio_fields_is_prefix(p, end)
           || whatsauth_twilio_fields_address_begins(p, end);
}


/* The digits of the number, or the id of a user who hides it. */
static int
whatsauth_twilio_fields_wa_id_fits(const whatsauth_text_t *value)
{
    return whatsauth_phone_is_digits(value)
           || whatsauth_twilio_fields_user_id_fits(value);
}


static int
whatsauth_twilio_fields_wa_id_begins(const char *p, const char *end)
{
    return whatsauth_twilio_fields_digits(p, end) > 0
           || whatsauth_twilio_fields_user_id_begins(p, end);
}


static int
whatsauth_twilio_fields_number_fits(const whatsauth_text_t *value)
{
    return whatsauth_twilio_fields_digits(value->data,
                                          whatsauth_text_end(value))
           == value->len;
}


static int
whatsauth_twilio_fields_number_begins(const char *p, const char *end)
{
    return whatsauth_twilio_fields_digits(p, end) > 0;
}


static int
whatsauth_twilio_fields_version_fits(const whatsauth_text_t *value)
{
    static const whatsauth_text_t  version = whatsauth_text("2010-04-01");

    return whatsauth_text_equal(value, &version);
}

#define whatsauth_twilio_fields_version_begins                                \
    whatsauth_twilio_fields_number_begins


static int
whatsauth_twilio_fields_word_fits(const whatsauth_text_t *value)
{
    size_t  i;

    for (i = 0; i < value->len; i++) {
        if (!whatsauth_is_lower(value->data[i])
            && value->data[i] != '_')
        {
            return 0;
        }
    }

    return 1;
}


static int
whatsauth_twilio_fields_word_begins(const char *p, const char *end)
{
    return p < end && whatsauth_is_lower(*p);
}


/* "true", "false", "0", "1" */
static int
whatsauth_twilio_fields_flag_fits(const whatsauth_text_t *value)
{
    return whatsauth_twilio_fields_number_fits(value)
           || whatsauth_twilio_fields_word_fits(value);
}


static int
whatsauth_twilio_fields_flag_begins(const char *p, const char *end)
{
    return p < end
           && (*p == 't' || *p == 'f' || whatsauth_is_digit(*p));
}


static int
whatsauth_twilio_fields_free_fits(const whatsauth_text_t *value)
{
    (void) value;

    return 1;
}

#define whatsauth_twilio_fields_free_begins  NULL


/* Ordinary texts may hold the name, but not the name and a brace. */

#define whatsauth_twilio_fields_json_fits  whatsauth_twilio_fields_free_fits

static int
whatsauth_twilio_fields_json_begins(const char *p, const char *end)
{
    return p < end && *p == '{';
}


/* Only a text that begins with a code's mark matters. */

#define whatsauth_twilio_fields_text_fits  whatsauth_twilio_fields_free_fits

static int
whatsauth_twilio_fields_text_begins(const char *p, const char *end)
{
    return end - p >= 2 && p[0] == '>' && p[1] == '>';
}


/* No ordinary text holds this name: it counts with any value. */

#define whatsauth_twilio_fields_sole_fits  whatsauth_twilio_fields_free_fits

static int
whatsauth_twilio_fields_sole_begins(const char *p, const char *end)
{
    (void) p;
    (void) end;

    return 1;
}


const whatsauth_twilio_known_t
    whatsauth_twilio_known[WHATSAUTH_TWILIO_FIELDS_N] =
{
#define WHATSAUTH_TWILIO_FIELD(id, name, form)                                \
    { whatsauth_text(name), whatsauth_twilio_fields_##form##_fits,            \
      whatsauth_twilio_fields_##form##_begins },
    WHATSAUTH_TWILIO_FIELDS(WHATSAUTH_TWILIO_FIELD)
#undef WHATSAUTH_TWILIO_FIELD
};


/* A field that comes once for each file of a message. */
static int
whatsauth_twilio_fields_is_numbered(const whatsauth_text_t *name)
{
    size_t                         i;
    whatsauth_text_t               rest;
    static const whatsauth_text_t  names[] = {
        whatsauth_text("MediaUrl"), whatsauth_text("MediaContentType")
    };

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (name->len > names[i].len
            && memcmp(name->data, names[i].data, names[i].len) == 0)
        {
            rest.data = name->data + names[i].len;
            rest.len = name->len - names[i].len;

            return whatsauth_twilio_fields_number_fits(&rest);
        }
    }

    return 0;
}


whatsauth_twilio_id_t
whatsauth_twilio_id(const whatsauth_text_t *name)
{
    unsigned  i;

    for (i = 0; i < WHATSAUTH_TWILIO_FIELDS_N; i++) {
        if (whatsauth_text_equal(name, &whatsauth_twilio_known[i].name)) {
            return (whatsauth_twilio_id_t) i;
        }
    }

    return whatsauth_twilio_fields_is_numbered(name)
           ? WHATSAUTH_TWILIO_NUMBERED : WHATSAUTH_TWILIO_UNKNOWN;
}


int
whatsauth_twilio_is_name(const whatsauth_text_t *name)
{
    char    c;
    size_t  i;

    for (i = 0; i < name->len; i++) {
        c = name->data[i];

        if (!whatsauth_is_lower(c) && !whatsauth_is_upper(c)
            && (i == 0 || (!whatsauth_is_digit(c) && c != '_'
                           && c != '-' && c != '.')))
        {
            return 0;
        }
    }

    return name->len != 0 && name->len <= WHATSAUTH_TWILIO_NAME_MAX;
}
