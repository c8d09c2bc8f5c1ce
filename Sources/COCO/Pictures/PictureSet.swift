// Pictures at the size that a small detector takes, with their objects, in two files: records, and pixels one after the other.
import FoundationEssentials
import Images

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Pictures in memory or mapped into it, with what they show.
public struct PictureSet: Sendable {
  /// Records and objects at the size of the pictures; image ids count from 1 in the order of the pictures.
  public let dataset: Dataset
  private let pixels: Data
  /// Where the pixels of each picture begin.
  private let starts: [Int]

  /// Reads the two files that `Dataset.writeReduced` wrote.
  public init(records: URL, pixels file: URL) throws(COCOError) {
    dataset = try Dataset(contentsOf: records)
    guard let data = try? Data(contentsOf: file, options: .mappedIfSafe) else {
      throw .unusable(file: file.lastPathComponent, reason: "cannot be read")
    }
    var start = 0
    starts = dataset.images.map { image in
      defer { start += 3 * image.width * image.height }
      return start
    }
    guard data.count == start else {
      throw .unusable(
        file: file.lastPathComponent,
        reason: "has \(data.count) bytes; expected \(start) for the pictures of \(records.lastPathComponent)")
    }
    pixels = data
  }

  /// The number of pictures.
  public var count: Int { dataset.images.count }

  /// A picture by its place.
  public func picture(_ place: Int) -> RGBImage {
    let record = dataset.images[place]
    let start = pixels.startIndex + starts[place]
    let bytes = pixels[start..<start + 3 * record.width * record.height]
    return RGBImage(width: record.width, height: record.height, pixels: [UInt8](bytes))
  }
}

extension Dataset {
  /// Writes the pictures in reduced size with their objects, as `PictureSet` reads them.
  ///
  /// A picture is resized, as Pillow would, so that its longer side has the given length; boxes and areas follow. Image
  /// ids and annotation ids are counted anew from 1, file names stay.
  /// - Parameters:
  ///   - folder: what file names of pictures are relative to.
  ///   - longSide: in pixels.
  ///   - progress: told how many pictures are done.
  /// - Returns: the data set as written.
  @discardableResult
  public func writeReduced(
    from folder: URL, longSide: Int, records: URL, pixels: URL, progress: (Int) -> Void = { _ in }
  ) throws -> Dataset {
    let file = try PixelFile(pixels)
    var reduced: [ImageRecord] = []
    for image in images {
      let picture = try image.picture(in: folder)
      let size = image.reducedSize(longSide: longSide)
      try file.append(picture.resized(width: size.width, height: size.height))
      reduced.append(
        ImageRecord(
          id: reduced.count + 1, width: size.width, height: size.height, fileName: image.fileName))
      progress(reduced.count)
    }
    let dataset = reducedDataset(reduced)
    try dataset.write(to: records)
    try file.finish()
    return dataset
  }

  /// The data set with other sizes for its pictures, in their order.
  func reducedDataset(_ reduced: [ImageRecord]) -> Dataset {
    let places = Dictionary(
      images.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    var moved: [Annotation] = []
    for annotation in annotations {
      guard let place = places[annotation.imageID] else { continue }
      let x = Double(reduced[place].width) / Double(images[place].width)
      let y = Double(reduced[place].height) / Double(images[place].height)
      let box = annotation.box
      moved.append(
        Annotation(
          id: moved.count + 1, imageID: reduced[place].id, categoryID: annotation.categoryID,
          box: PixelBox(x: box.x * x, y: box.y * y, width: box.width * x, height: box.height * y),
          area: annotation.area * x * y, isCrowd: annotation.isCrowd))
    }
    return Dataset(images: reduced, annotations: moved, categories: categories)
  }
}

extension ImageRecord {
  /// The size whose longer side has a given length, each side at least 1.
  func reducedSize(longSide: Int) -> (width: Int, height: Int) {
    let factor = Double(longSide) / Double(max(width, height))
    return (
      max(1, Int((Double(width) * factor).rounded())), max(1, Int((Double(height) * factor).rounded()))
    )
  }
}

/// A file of pixels that appears when it is whole.
private final class PixelFile {
  private let place: URL
  private let partial: URL
  private var stream: UnsafeMutablePointer<FILE>?

  init(_ place: URL) throws(COCOError) {
    self.place = place
    partial = place.appendingPathExtension("partial")
    stream = fopen(partial.path, "wb")
    if stream == nil { throw fault }
  }

  deinit {
    if let stream { fclose(stream) }
    unlink(partial.path)
  }

  private var fault: COCOError {
    .unusable(
      file: place.lastPathComponent, reason: "cannot be written (\(String(cString: strerror(errno))))")
  }

  func append(_ picture: RGBImage) throws(COCOError) {
    guard fwrite(picture.pixels, 1, picture.pixels.count, stream) == picture.pixels.count else { throw fault }
  }

  func finish() throws(COCOError) {
    let open = stream
    stream = nil
    // A full disk may show only when the file is closed.
    guard let open, fclose(open) == 0, rename(partial.path, place.path) == 0 else { throw fault }
  }
}
