
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdio.h>
#include <stdlib.h>
#include <qrencode.h>
#include <zlib.h>

#include "qr.h"


#define WHATSAUTH_QR_QUIET  4            /* modules on every side */

/* Bytes: more than the text around the path, and than one run of it. */
#define WHATSAUTH_QR_SVG_FRAME  512
#define WHATSAUTH_QR_SVG_RUN    32

#define WHATSAUTH_QR_PNG_HEADER_LEN  13
#define WHATSAUTH_QR_PNG_CHUNK       12  /* length, type and CRC */


static const uint8_t  whatsauth_qr_png_signature[] = {
    0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'
};


static QRcode *
whatsauth_qr_encode(const whatsauth_text_t *text)
{
    if (text->len == 0 || text->len > WHATSAUTH_QR_TEXT_MAX) {
        return NULL;
    }

    return QRcode_encodeData((int) text->len,
                             (const unsigned char *) text->data, 0,
                             QR_ECLEVEL_M);
}


/* 1 if the module is dark; x and y count from the code's own corner. */
static int
whatsauth_qr_is_dark(const QRcode *code, size_t x, size_t y)
{
    return code->data[y * (size_t) code->width + x] & 1;
}


/* Modules of a side, and pixels of a module. */
static size_t
whatsauth_qr_side(const QRcode *code)
{
    return (size_t) code->width + 2 * WHATSAUTH_QR_QUIET;
}


static size_t
whatsauth_qr_scale(const QRcode *code)
{
    size_t  side;

    side = whatsauth_qr_side(code);

    return (WHATSAUTH_QR_IMAGE_MIN + side - 1) / side;
}


/*
 * The next run of dark modules in a row, from *x on: its length, or 0 at the
 * end of the row.
 */
static size_t
whatsauth_qr_run(const QRcode *code, size_t *x, size_t y)
{
    size_t  end, width;

    width = (size_t) code->width;

    while (*x < width && !whatsauth_qr_is_dark(code, *x, y)) {
        (*x)++;
    }

    for (end = *x; end < width && whatsauth_qr_is_dark(code, end, y); end++) {
        /* void */
    }

    return end - *x;
}


/* Writes every run as a rectangle; with out NULL it only counts them. */
static size_t
whatsauth_qr_svg_path(const QRcode *code, char **out)
{
    size_t  x, y, n, len;

    n = 0;

    for (y = 0; y < (size_t) code->width; y++) {
        x = 0;

        while ((len = whatsauth_qr_run(code, &x, y)) != 0) {
            if (out != NULL) {
                *out += snprintf(*out, WHATSAUTH_QR_SVG_RUN,
                                 "M%zu %zuh%zuv1h-%zuz",
                                 x + WHATSAUTH_QR_QUIET,
                                 y + WHATSAUTH_QR_QUIET, len, len);
            }

            x += len;
            n++;
        }
    }

    return n;
}


static char *
whatsauth_qr_svg_draw(const QRcode *code, size_t *len)
{
    char    *svg, *p;
    size_t   side, pixels;

    svg = malloc(WHATSAUTH_QR_SVG_FRAME
                 + whatsauth_qr_svg_path(code, NULL) * WHATSAUTH_QR_SVG_RUN);

    if (svg == NULL) {
        return NULL;
    }

    side = whatsauth_qr_side(code);
    pixels = side * whatsauth_qr_scale(code);

    p = svg;
    p += snprintf(p, WHATSAUTH_QR_SVG_FRAME,
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%zu\" "
                  "height=\"%zu\" viewBox=\"0 0 %zu %zu\" "
                  "shape-rendering=\"crispEdges\">"
                  "<path fill=\"#fff\" d=\"M0 0h%zuv%zuH0z\"/><path d=\"",
                  pixels, pixels, side, side, side, side);

    (void) whatsauth_qr_svg_path(code, &p);

    memcpy(p, "\"/></svg>\n", sizeof("\"/></svg>\n"));
    *len = (size_t) (p - svg) + sizeof("\"/></svg>\n") - 1;

    return svg;
}


char *
whatsauth_qr_svg(const whatsauth_text_t *text, size_t *len)
{
    char    *svg;
    QRcode  *code;

    code = whatsauth_qr_encode(text);

    if (code == NULL) {
        return NULL;
    }

    svg = whatsauth_qr_svg_draw(code, len);
    QRcode_free(code);

    return svg;
}


static uint8_t *
whatsauth_qr_png_number(uint8_t *p, size_t n)
{
    *p++ = (uint8_t) (n >> 24);
    *p++ = (uint8_t) (n >> 16);
    *p++ = (uint8_t) (n >> 8);
    *p++ = (uint8_t) n;

    return p;
}


static uint8_t *
whatsauth_qr_png_chunk(uint8_t *p, const char type[4], const uint8_t *data,
    size_t len)
{
    uint8_t  *from;

    p = whatsauth_qr_png_number(p, len);

    from = p;
    memcpy(p, type, 4);
    p += 4;

    if (len != 0) {
        memcpy(p, data, len);
        p += len;
    }

    return whatsauth_qr_png_number(p, crc32(0, from, (uInt) (p - from)));
}


/* A filter byte of 0, then eight pixels to a byte, the white ones set. */
static void
whatsauth_qr_png_row(const QRcode *code, size_t y, size_t scale, uint8_t *row,
    size_t row_len)
{
    size_t  x, len, pixel, end;

    memset(row, 0xff, row_len);
    *row++ = 0;

    x = 0;

    while ((len = whatsauth_qr_run(code, &x, y)) != 0) {
        pixel = (x + WHATSAUTH_QR_QUIET) * scale;
        end = pixel + len * scale;

        for ( /* void */ ; pixel < end; pixel++) {
            row[pixel / 8] &= (uint8_t) ~(0x80 >> pixel % 8);
        }

        x += len;
    }
}


static uint8_t *
whatsauth_qr_png_pixels(const QRcode *code, size_t *len)
{
    size_t    y, i, scale, pixels, row_len;
    uint8_t  *data, *row;

    scale = whatsauth_qr_scale(code);
    pixels = whatsauth_qr_side(code) * scale;
    row_len = 1 + (pixels + 7) / 8;

    *len = row_len * pixels;
    data = malloc(*len);

    if (data == NULL) {
        return NULL;
    }

    for (i = 0; i < pixels; i++) {
        row = data + i * row_len;
        y = i / scale - WHATSAUTH_QR_QUIET;

        if (i / scale >= WHATSAUTH_QR_QUIET && y < (size_t) code->width) {
            whatsauth_qr_png_row(code, y, scale, row, row_len);
            continue;
        }

        memset(row, 0xff, row_len);
        row[0] = 0;
    }

    return data;
}


static uint8_t *
whatsauth_qr_png_write(size_t pixels, const uint8_t *data, size_t data_len,
    size_t *len)
{
    uint8_t  *png, *p;
    uint8_t   header[WHATSAUTH_QR_PNG_HEADER_LEN] = { 0 };

    png = malloc(sizeof(whatsauth_qr_png_signature)
                 + 3 * WHATSAUTH_QR_PNG_CHUNK + sizeof(header) + data_len);

    if (png == NULL) {
        return NULL;
    }

    p = png;
    memcpy(p, whatsauth_qr_png_signature, sizeof(whatsauth_qr_png_signature));
    p += sizeof(whatsauth_qr_png_signature);

    /* One bit to a pixel, grayscale, and all the rest by default. */

    (void) whatsauth_qr_png_number(whatsauth_qr_png_number(header, pixels),
                                   pixels);
    header[8] = 1;

    p = whatsauth_qr_png_chunk(p, "IHDR", header, sizeof(header));
    p = whatsauth_qr_png_chunk(p, "IDAT", data, data_len);
    p = whatsauth_qr_png_chunk(p, "IEND", NULL, 0);

    *len = (size_t) (p - png);

    return png;
}


static uint8_t *
whatsauth_qr_png_draw(const QRcode *code, size_t *len)
{
    uLongf    n;
    size_t    raw_len;
    uint8_t  *raw, *packed, *png;

    png = NULL;
    packed = NULL;
    raw = whatsauth_qr_png_pixels(code, &raw_len);

    if (raw != NULL) {
        n = compressBound(raw_len);
        packed = malloc(n);

        if (packed != NULL
            && compress2(packed, &n, raw, raw_len, Z_DEFAULT_COMPRESSION)
               == Z_OK)
        {
            png = whatsauth_qr_png_write(whatsauth_qr_side(code)
                                         * whatsauth_qr_scale(code),
                                         packed, n, len);
        }
    }

    free(raw);
    free(packed);

    return png;
}


uint8_t *
whatsauth_qr_png(const whatsauth_text_t *text, size_t *len)
{
    QRcode   *code;
    uint8_t  *png;

    code = whatsauth_qr_encode(text);

    if (code == NULL) {
        return NULL;
    }

    png = whatsauth_qr_png_draw(code, len);
    QRcode_free(code);

    return png;
}
