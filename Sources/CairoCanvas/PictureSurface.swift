// Pictures as Cairo surfaces.
import CCairo
import Images
import Plotting

/// A decoded picture. With `keepsFile` a JPEG's own bytes go along, and a PDF holds those instead of pixels.
func pictureSurface(_ picture: Picture, keepsFile: Bool) throws(RenderError) -> OpaquePointer {
  let bytes = [UInt8](picture.bytes)
  let image: RGBImage
  do { image = try decodeImage(bytes) } catch { throw RenderError("a picture of the figure: \(error)") }
  guard image.width == picture.width, image.height == picture.height else {
    throw RenderError(
      "a picture of the figure is \(image.width) x \(image.height) pixels and said to be \(picture.width) x \(picture.height)"
    )
  }
  guard let surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(image.width), Int32(image.height))
  else {
    throw RenderError("Cairo has no surface for a picture")
  }
  do throws(RenderError) {
    try check(cairo_surface_status(surface))
    guard let target = cairo_image_surface_get_data(surface) else {
      throw RenderError("Cairo hides its pixels")
    }
    let stride = Int(cairo_image_surface_get_stride(surface))
    for row in 0..<image.height {
      let line = UnsafeMutableRawPointer(target + row * stride)
      for column in 0..<image.width {
        let at = 3 * (row * image.width + column)
        let pixel =
          UInt32(image.pixels[at]) << 16 | UInt32(image.pixels[at + 1]) << 8 | UInt32(image.pixels[at + 2])
        line.storeBytes(of: pixel, toByteOffset: 4 * column, as: UInt32.self)
      }
    }
    cairo_surface_mark_dirty(surface)
    if keepsFile && bytes.starts(with: [0xFF, 0xD8]) {
      let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
      _ = copy.initialize(from: bytes)
      let status = cairo_surface_set_mime_data(
        surface, CAIRO_MIME_TYPE_JPEG, copy.baseAddress, UInt(bytes.count), { $0?.deallocate() },
        copy.baseAddress)
      if status != CAIRO_STATUS_SUCCESS { copy.deallocate() }
      try check(status)
    }
    return surface
  } catch {
    cairo_surface_destroy(surface)
    throw error
  }
}
