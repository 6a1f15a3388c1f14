
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The path that a login leads back to.  A browser names it in a form or query,
 * so it may be an attacker's: it must lead to this very host, whatever a
 * browser makes of it (an "open redirect", CWE-601).
 */


#ifndef _WHATSAUTH_RETURN_PATH_H_INCLUDED_
#define _WHATSAUTH_RETURN_PATH_H_INCLUDED_


#include "text.h"


#define WHATSAUTH_RETURN_PATH_MAX  2048    /* bytes */


/*
 * 1 if text may be followed: it begins with one "/", has no control byte and
 * at most MAX bytes.  Browsers read "//host" and "/\host" as another host, and
 * they leave out tabs and line feeds wherever these stand.
 */
int whatsauth_return_path(const whatsauth_text_t *text);

/*
 * Writes a path that may be followed as a Location can hold it, without a
 * zero, and returns the length; with out NULL it only measures.  Bytes that
 * stand in no URL are percent-encoded; those that are already encoded, are
 * not encoded again.
 */
size_t whatsauth_return_path_write(const whatsauth_text_t *text, char *out);


#endif /* _WHATSAUTH_RETURN_PATH_H_INCLUDED_ */
