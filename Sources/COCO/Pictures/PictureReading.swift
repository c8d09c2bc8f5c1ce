// Pictures from their files.
import FoundationEssentials
import Images

/// Reads a PNG or JPEG file; errors name it.
public func readImage(_ file: URL) throws(ImageError) -> RGBImage {
  let name = file.lastPathComponent
  guard let data = try? Data(contentsOf: file) else {
    let exists = FileManager.default.fileExists(atPath: file.path)
    throw ImageError("\(name): \(exists ? "cannot be read" : "there is no such file"); expected a picture")
  }
  do { return try decodeImage([UInt8](data)) } catch { throw ImageError("\(name): \(error)") }
}

extension ImageRecord {
  /// The picture itself, which must have the size that its record says.
  ///
  /// - Parameter folder: what the file name is relative to.
  public func picture(in folder: URL) throws(ImageError) -> RGBImage {
    let image = try readImage(folder.appending(path: fileName))
    guard image.width == width, image.height == height else {
      throw ImageError(
        "\(fileName): \(image.width) x \(image.height) pixels; expected \(width) x \(height), as its annotations say"
      )
    }
    return image
  }
}
