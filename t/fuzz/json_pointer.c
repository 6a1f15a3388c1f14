
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * JSON pointers: each value of a document is found by the pointer made of the
 * names that lead to it, and any pointer finds a value of the document or
 * none.  The input: a pointer on a line of its own, then the document.
 */


#include "fuzz.h"
#include "protocol/json_pointer.h"


#define VALUES_MAX  256


/* The document, and how many of its values are still to be looked for. */
typedef struct {
    json_t    *document;
    json_t    *found;          /* by the pointer of the input */
    unsigned   left;
    unsigned   is_in;
} walk_t;


static void walk(walk_t *w, json_t *value, char *pointer, size_t len);


static void
walk_object(walk_t *w, json_t *object, char *pointer, size_t len)
{
    char        *p;
    size_t       i, n;
    json_t      *value;
    const char  *key;

    json_object_keylen_foreach(object, key, n, value) {
        if (len + 1 + 2 * n > WHATSAUTH_JSON_POINTER_MAX) {
            continue;
        }

        p = pointer + len;
        *p++ = '/';

        for (i = 0; i < n; i++) {
            if (key[i] == '~' || key[i] == '/') {
                *p++ = '~';
                *p++ = (key[i] == '~') ? '0' : '1';

            } else {
                *p++ = key[i];
            }
        }

        walk(w, value, pointer, (size_t) (p - pointer));
    }
}


static void
walk_array(walk_t *w, json_t *array, char *pointer, size_t len)
{
    char     name[24];
    size_t   i, n;
    json_t  *value;

    json_array_foreach(array, i, value) {
        n = (size_t) snprintf(name, sizeof(name), "/%zu", i);

        if (len + n <= WHATSAUTH_JSON_POINTER_MAX) {
            memcpy(pointer + len, name, n);
            walk(w, value, pointer, len + n);
        }
    }
}


static void
walk(walk_t *w, json_t *value, char *pointer, size_t len)
{
    whatsauth_text_t  text;

    w->is_in |= (value == w->found);

    if (w->left == 0) {
        return;
    }

    w->left--;

    text = fuzz_copy(pointer, len);
    fuzz_check(whatsauth_json_pointer_is_valid(&text));
    fuzz_check(whatsauth_json_pointer_get(w->document, &text) == value);
    fuzz_free(&text);

    if (json_is_object(value)) {
        walk_object(w, value, pointer, len);

    } else if (json_is_array(value)) {
        walk_array(w, value, pointer, len);
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char               pointer[WHATSAUTH_JSON_POINTER_MAX];
    walk_t             w;
    fuzz_input_t       in;
    whatsauth_text_t   text, json;

    in = fuzz_input(data, size);
    text = fuzz_line(&in);
    json = fuzz_rest(&in);

    memset(&w, 0, sizeof(walk_t));
    w.left = VALUES_MAX;
    w.document = json_loadb(json.data, json.len, JSON_DECODE_ANY, NULL);

    if (w.document != NULL) {

        if (whatsauth_json_pointer_is_valid(&text)) {
            w.found = whatsauth_json_pointer_get(w.document, &text);
        }

        walk(&w, w.document, pointer, 0);
        fuzz_check(w.found == NULL || w.is_in || w.left == 0);
        json_decref(w.document);
    }

    fuzz_free(&text);
    fuzz_free(&json);

    return 0;
}
