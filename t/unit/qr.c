
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#include "protocol/qr.h"


#define SIDE_MAX   177           /* modules of the largest code there is */
#define QUIET      4
#define IMAGE_MAX  (2 * (SIDE_MAX + 2 * QUIET))


static const char  link_text[] =
    "https://wa.me/+56943426553?text=%3E%3E322c9a59dd%3C%3C%0AJust%20tap"
    "%20the%20%22send%22%20button.";


/* The modules of an image, quiet zone included. */
typedef struct {
    size_t    side;
    size_t    pixels;
    uint8_t   dark[SIDE_MAX + 2 * QUIET][SIDE_MAX + 2 * QUIET];
} matrix_t;


static size_t
number_at(const uint8_t *p)
{
    return (size_t) p[0] << 24 | (size_t) p[1] << 16 | (size_t) p[2] << 8
           | p[3];
}


/* Checks a chunk's type and CRC and moves past it. */
static const uint8_t *
chunk(const uint8_t **pos, const uint8_t *end, const char *type, size_t *len)
{
    const uint8_t  *data;

    assert_true(end - *pos >= 12);

    *len = number_at(*pos);
    data = *pos + 8;

    assert_true((size_t) (end - data) >= *len + 4);
    assert_memory_equal(*pos + 4, type, 4);
    assert_int_equal(number_at(data + *len),
                     crc32(0, *pos + 4, (uInt) (*len + 4)));

    *pos = data + *len + 4;

    return data;
}


/* The rows of a PNG with one bit to a pixel, each with its filter byte. */
static size_t
read_png_rows(const uint8_t *png, size_t png_len, uint8_t *rows, size_t size)
{
    uLongf                n;
    size_t                len, pixels;
    const uint8_t        *p, *end, *data;
    static const uint8_t  rest[] = { 1, 0, 0, 0, 0 };

    p = png;
    end = png + png_len;

    assert_true(png_len > 8);
    assert_memory_equal(p, "\x89PNG\r\n\x1a\n", 8);
    p += 8;

    data = chunk(&p, end, "IHDR", &len);
    assert_int_equal(len, 13);
    pixels = number_at(data);
    assert_int_equal(number_at(data + 4), pixels);
    assert_memory_equal(data + 8, rest, sizeof(rest));

    data = chunk(&p, end, "IDAT", &len);
    n = size;
    assert_int_equal(uncompress(rows, &n, data, len), Z_OK);
    assert_int_equal(n, pixels * (1 + (pixels + 7) / 8));

    chunk(&p, end, "IEND", &len);
    assert_int_equal(len, 0);
    assert_ptr_equal(p, end);

    return pixels;
}


static unsigned
is_dark(const uint8_t *rows, size_t pixels, size_t x, size_t y)
{
    const uint8_t  *row;

    row = rows + y * (1 + (pixels + 7) / 8);
    assert_int_equal(row[0], 0);

    return !(row[1 + x / 8] >> (7 - x % 8) & 1);
}


/* The upper left finder is seven modules wide: that gives their size. */
static size_t
module_size(const uint8_t *rows, size_t pixels)
{
    size_t  first, last;

    for (first = 0; !is_dark(rows, pixels, first, first); first++) {
        assert_true(first + 1 < pixels);
    }

    for (last = first; is_dark(rows, pixels, last, first); last++) {
        assert_true(last + 1 < pixels);
    }

    assert_int_equal((last - first) % 7, 0);
    assert_int_equal(first, (last - first) / 7 * QUIET);

    return (last - first) / 7;
}


static void
read_png(const whatsauth_text_t *text, matrix_t *matrix)
{
    size_t    len, scale, pixels, x, y;
    uint8_t  *png, *rows;

    png = whatsauth_qr_png(text, &len);
    assert_non_null(png);

    rows = malloc(IMAGE_MAX * IMAGE_MAX);
    assert_non_null(rows);

    pixels = read_png_rows(png, len, rows, IMAGE_MAX * IMAGE_MAX);
    scale = module_size(rows, pixels);

    assert_int_equal(pixels % scale, 0);
    matrix->pixels = pixels;
    matrix->side = pixels / scale;

    for (y = 0; y < pixels; y++) {
        for (x = 0; x < pixels; x++) {
            if (x % scale == 0 && y % scale == 0) {
                matrix->dark[y / scale][x / scale]
                    = (uint8_t) is_dark(rows, pixels, x, y);
            }

            assert_int_equal(is_dark(rows, pixels, x, y),
                             matrix->dark[y / scale][x / scale]);
        }
    }

    free(rows);
    free(png);
}


static void
read_svg(const whatsauth_text_t *text, matrix_t *matrix)
{
    int          n;
    char        *svg;
    size_t       len, x, y, run, back, height;
    const char  *p;

    svg = whatsauth_qr_svg(text, &len);
    assert_non_null(svg);
    assert_int_equal(strlen(svg), len);

    memset(matrix, 0, sizeof(matrix_t));

    n = 0;
    assert_int_equal(sscanf(svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" "
                            "width=\"%zu\" height=\"%zu\" "
                            "viewBox=\"0 0 %zu %zu\" "
                            "shape-rendering=\"crispEdges\">%n",
                            &matrix->pixels, &height, &matrix->side, &back,
                            &n), 4);
    assert_true(n != 0);
    assert_int_equal(height, matrix->pixels);
    assert_int_equal(back, matrix->side);

    p = strstr(svg, "<path d=\"");
    assert_non_null(p);
    p += sizeof("<path d=\"") - 1;

    while (*p == 'M') {
        n = 0;
        assert_int_equal(sscanf(p, "M%zu %zuh%zuv1h-%zuz%n", &x, &y, &run,
                                &back, &n), 4);
        assert_true(n != 0);
        assert_int_equal(run, back);
        assert_true(x + run <= matrix->side && y < matrix->side);

        memset(&matrix->dark[y][x], 1, run);
        p += n;
    }

    assert_string_equal(p, "\"/></svg>\n");
    free(svg);
}


/* 1 if the seven modules square at x and y, with its rim, is a finder. */
static int
is_finder(const matrix_t *matrix, size_t x, size_t y)
{
    int  dx, dy, ring;

    for (dy = -4; dy <= 4; dy++) {
        for (dx = -4; dx <= 4; dx++) {
            ring = abs(dx) > abs(dy) ? abs(dx) : abs(dy);

            if (matrix->dark[y + (size_t) (3 + dy)][x + (size_t) (3 + dx)]
                != (ring != 2 && ring != 4))
            {
                return 0;
            }
        }
    }

    return 1;
}


static void
assert_quiet(const matrix_t *matrix)
{
    size_t  i, j;

    for (i = 0; i < QUIET; i++) {
        for (j = 0; j < matrix->side; j++) {
            assert_false(matrix->dark[i][j]);
            assert_false(matrix->dark[j][i]);
            assert_false(matrix->dark[matrix->side - 1 - i][j]);
            assert_false(matrix->dark[j][matrix->side - 1 - i]);
        }
    }
}


/* The upper two of the format's bits, unmasked, in row 8: 0 is level M. */
static unsigned
level_of(const matrix_t *matrix)
{
    return (unsigned) (matrix->dark[QUIET + 8][QUIET] << 1
                       | matrix->dark[QUIET + 8][QUIET + 1]) ^ 2;
}


static void
assert_qr(const whatsauth_text_t *text)
{
    size_t           i, last, modules;
    static matrix_t  png, svg;

    read_png(text, &png);
    read_svg(text, &svg);

    assert_int_equal(png.side, svg.side);
    assert_int_equal(png.pixels, svg.pixels);

    for (i = 0; i < png.side; i++) {
        assert_memory_equal(png.dark[i], svg.dark[i], png.side);
    }

    assert_true(png.pixels >= WHATSAUTH_QR_IMAGE_MIN);

    modules = png.side - 2 * QUIET;
    assert_true(modules >= 21 && modules <= SIDE_MAX);
    assert_int_equal((modules - 17) % 4, 0);

    assert_quiet(&png);

    last = QUIET + modules - 7;
    assert_true(is_finder(&png, QUIET, QUIET));
    assert_true(is_finder(&png, last, QUIET));
    assert_true(is_finder(&png, QUIET, last));
    assert_false(is_finder(&png, last, last));

    for (i = QUIET + 8; i < last; i++) {
        assert_int_equal(png.dark[QUIET + 6][i], i % 2 == 0);
        assert_int_equal(png.dark[i][QUIET + 6], i % 2 == 0);
    }

    assert_int_equal(level_of(&png), 0);
}


static void
both_images_of_a_link_are_the_same_qr_code(void **state)
{
    whatsauth_text_t  text = whatsauth_text(link_text);

    (void) state;

    assert_qr(&text);
}


static void
texts_of_every_length_have_a_code(void **state)
{
    char              buf[WHATSAUTH_QR_TEXT_MAX];
    size_t            i;
    whatsauth_text_t  text;

    (void) state;

    for (i = 0; i < sizeof(buf); i++) {
        buf[i] = (char) (i * 7);         /* zeros and high bytes too */
    }

    text.data = buf;

    for (text.len = 1; text.len < sizeof(buf); text.len += 111) {
        assert_qr(&text);
    }

    text.len = sizeof(buf);
    assert_qr(&text);
}


static void
texts_that_differ_have_codes_that_differ(void **state)
{
    size_t            a_len, b_len;
    uint8_t          *a, *b;
    whatsauth_text_t  text = whatsauth_text(link_text);

    (void) state;

    a = whatsauth_qr_png(&text, &a_len);
    text.len--;
    b = whatsauth_qr_png(&text, &b_len);

    assert_non_null(a);
    assert_non_null(b);
    assert_true(a_len != b_len || memcmp(a, b, a_len) != 0);

    free(a);
    free(b);
}


static void
a_text_that_is_empty_or_too_long_has_none(void **state)
{
    char              buf[WHATSAUTH_QR_TEXT_MAX + 1];
    size_t            len;
    whatsauth_text_t  text;

    (void) state;

    memset(buf, 'a', sizeof(buf));
    text.data = buf;

    text.len = 0;
    assert_null(whatsauth_qr_png(&text, &len));
    assert_null(whatsauth_qr_svg(&text, &len));

    text.len = sizeof(buf);
    assert_null(whatsauth_qr_png(&text, &len));
    assert_null(whatsauth_qr_svg(&text, &len));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(both_images_of_a_link_are_the_same_qr_code),
        cmocka_unit_test(texts_of_every_length_have_a_code),
        cmocka_unit_test(texts_that_differ_have_codes_that_differ),
        cmocka_unit_test(a_text_that_is_empty_or_too_long_has_none)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
