// The files of figures. Drawing itself is handed in, so that weaving knows nothing of Cairo.
import Artifacts
import Authoring
import FoundationEssentials
import Plotting

/// A figure drawn into files.
public struct DrawnFigureFiles: Sendable, Equatable {
  /// The files by ending: `svg`, `pdf`, `png`.
  public let files: [String: Data]
  /// The hash of the drawing calls.
  public let drawing: String
  let hashes: [String: String]

  /// Drawn files.
  /// - Parameters:
  ///   - label: the figure's label; its files are `Figures/label.ending`.
  ///   - files: by ending.
  ///   - drawing: the hash of the drawing calls.
  public init(label: String, files: [String: Data], drawing: String) {
    self.files = files
    self.drawing = drawing
    var hashes: [String: String] = [:]
    for (ending, data) in files {
      hashes[figurePath(label, ending)] = String(SHA256.hash(of: data).prefix(16))
    }
    self.hashes = hashes
  }
}

/// Draws figures: the one thing that weaving has done by others.
public struct FigureDrawer: Sendable {
  /// The versions of what draws, for the lock file.
  public let versions: [String: String]
  /// Draws a figure of a label.
  public let draw: @Sendable (String, Figure) throws -> DrawnFigureFiles

  /// A drawer from its parts.
  public init(
    versions: [String: String], draw: @escaping @Sendable (String, Figure) throws -> DrawnFigureFiles
  ) {
    self.versions = versions
    self.draw = draw
  }
}

/// Where a figure's file stands, relative to the root.
public func figurePath(_ label: String, _ ending: String) -> String {
  "Figures/\(label).\(ending)"
}

extension Project {
  /// The recorded figures by label.
  public var figures: [(label: String, figure: Figure, record: Record)] {
    records.compactMap { _, record in
      if case .figure(let figure) = record.payload { (record.name, figure.figure, record) } else { nil }
    }
  }

  /// Draws figures and writes those files that changed.
  /// - Parameters:
  ///   - labels: which; all if nil.
  ///   - drawer: draws them.
  ///   - folder: the root under which `Figures` stands.
  /// - Returns: what was drawn, by label.
  public func drawFigures(
    _ labels: Set<String>? = nil, with drawer: FigureDrawer, under folder: URL
  ) throws -> [String: DrawnFigureFiles] {
    var drawn: [String: DrawnFigureFiles] = [:]
    for (label, figure, _) in figures where labels?.contains(label) ?? true {
      let files: DrawnFigureFiles
      do {
        files = try drawer.draw(label, figure)
      } catch {
        throw WeaveProblem(.error, file: "", line: 0, "\(label) cannot be drawn: \(error)")
      }
      drawn[label] = files
      for ending in files.files.keys.sorted() {
        guard let data = files.files[ending] else { continue }
        let url = folder.appending(path: figurePath(label, ending))
        if FileManager.default.contents(atPath: url.path) != data { try Files.write(data, to: url) }
      }
    }
    return drawn
  }
}
