
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * QR codes (ISO/IEC 18004): level M, a quiet zone of four modules, at least
 * IMAGE_MIN pixels wide with whole pixels to a module.
 */


#ifndef _WHATSAUTH_QR_H_INCLUDED_
#define _WHATSAUTH_QR_H_INCLUDED_


#include "text.h"


#define WHATSAUTH_QR_TEXT_MAX   1000    /* bytes: phones read no denser ones */
#define WHATSAUTH_QR_IMAGE_MIN  200     /* pixels */


/*
 * Images of text.  Each returns *len bytes to be freed with free() (the SVG
 * has a zero after them), or NULL if text is empty or longer than TEXT_MAX, or
 * memory is out.
 */
char *whatsauth_qr_svg(const whatsauth_text_t *text, size_t *len);
uint8_t *whatsauth_qr_png(const whatsauth_text_t *text, size_t *len);


#endif /* _WHATSAUTH_QR_H_INCLUDED_ */
