// Colour glyphs by FreeType: bitmap strikes (CBDT) and layered outlines (COLR version 0).
#include <ft2build.h>
#include FT_FREETYPE_H
#include <stdlib.h>

#include "common.h"

typedef struct font {
  FT_Library library;
  FT_Face face;
} font;

static qi_status fail_freetype(const char *what, FT_Error error) {
  const char *words = FT_Error_String(error);
  return words ? qi_fail("%s: %s", what, words) : qi_fail("%s: FreeType error %d", what, error);
}

static void close_font(font *f) {
  if (f->face) FT_Done_Face(f->face);
  if (f->library) FT_Done_FreeType(f->library);
  free(f);
}

qi_status qi_font_open(const char *path, int32_t pixel_size, qi_font *out) {
  font *f = calloc(1, sizeof *f);
  if (!f) return qi_fail("no memory for a font");
  FT_Error error = FT_Init_FreeType(&f->library);
  if (!error) error = FT_New_Face(f->library, path, 0, &f->face);
  if (error) {
    close_font(f);
    return fail_freetype("not a readable font", error);
  }
  // A bitmap font refuses every size but its own.
  if (f->face->num_fixed_sizes > 0)
    error = FT_Select_Size(f->face, 0);
  else
    error = FT_Set_Pixel_Sizes(f->face, 0, (FT_UInt)pixel_size);
  if (error) {
    close_font(f);
    return fail_freetype("the font has no such size", error);
  }
  out->ref = f;
  return 0;
}

void qi_font_close(qi_font handle) { close_font(handle.ref); }

qi_status qi_font_glyph(qi_font handle, uint32_t code_point, int32_t *found, qi_pixels *out) {
  font *f = handle.ref;
  FT_UInt index = FT_Get_Char_Index(f->face, code_point);
  *found = index != 0;
  if (!*found) return 0;
  FT_Error error = FT_Load_Glyph(f->face, index, FT_LOAD_COLOR | FT_LOAD_RENDER);
  if (error) return fail_freetype("the glyph cannot be drawn", error);
  const FT_Bitmap *bitmap = &f->face->glyph->bitmap;
  // A missing colour table raises no error: FreeType then hands over a grey mask.
  if (bitmap->pixel_mode != FT_PIXEL_MODE_BGRA) return qi_fail("the glyph has no colours (pixel mode %d)", bitmap->pixel_mode);
  if (qi_allocate(bitmap->width, bitmap->rows, 4, out)) return 1;
  uint8_t *to = out->bytes;
  for (int32_t y = 0; y < out->height; y++) {
    const uint8_t *from = bitmap->buffer + (ptrdiff_t)y * bitmap->pitch;
    for (int32_t x = 0; x < out->width; x++, from += 4, to += 4) {
      to[0] = from[2];
      to[1] = from[1];
      to[2] = from[0];
      to[3] = from[3];
    }
  }
  return 0;
}
