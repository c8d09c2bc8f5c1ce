import FoundationEssentials
import Plotting
import TestSupport

/// A small picture for figures.
enum TestPicture {
  static let file: Data = (try? Fixtures.data("images/chroma-halved.jpg")) ?? Data()

  static let jpeg = Picture(bytes: file, width: 27, height: 19)
}
