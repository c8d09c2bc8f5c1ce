// Loading a checkpoint into a module: everything that does not fit is reported together.
import Torch

/// What a checkpoint and a module disagree about.
public struct StateMismatch: Error, CustomStringConvertible, Sendable, Equatable {
  /// Names that the module has and the checkpoint lacks.
  public let missing: [String]
  /// Names that the checkpoint has and the module lacks.
  public let unused: [String]
  /// Names whose shapes differ, with what was found and what was expected.
  public let misshapen: [String]
  /// Names that stand for one tensor of the module but for different ones in the checkpoint.
  public let differing: [String]

  init(missing: [String], unused: [String], misshapen: [String], differing: [String] = []) {
    self.missing = missing
    self.unused = unused
    self.misshapen = misshapen
    self.differing = differing
  }

  /// One sentence with counts and the first names of each kind.
  public var description: String {
    func part(_ title: String, _ names: [String]) -> String? {
      guard !names.isEmpty else { return nil }
      let shown = names.prefix(3).map(\.legible).joined(separator: ", ")
      return "\(names.count) \(title) (\(shown)\(names.count > 3 ? ", …" : ""))"
    }
    let parts = [
      part("missing", missing), part("unused", unused), part("of another shape", misshapen),
      part("different that should be the same", differing),
    ]
    return "the checkpoint does not fit the model: " + parts.compactMap(\.self).joined(separator: ", ")
  }
}

extension Module {
  /// Copies a checkpoint's tensors into this module, converting their type; refuses unless names and shapes all agree.
  ///
  /// Of the names of a shared tensor one is enough; those that are there must agree.
  public func load(_ tensors: [String: Tensor]) throws(StateMismatch) {
    let own = state
    let unused = tensors.keys.filter { own[$0] == nil }.sorted()
    var (missing, misshapen, differing): ([String], [String], [String]) = ([], [], [])
    var pairs: [(target: Tensor, source: Tensor)] = []
    for names in Dictionary(grouping: own.keys.sorted(), by: { own[$0].map(ObjectIdentifier.init) }).values {
      let present = names.filter { tensors[$0] != nil }
      guard let first = present.first, let source = tensors[first], let target = own[first] else {
        missing += names
        continue
      }
      for name in present {
        guard let other = tensors[name] else { continue }
        if other.shape != target.shape {
          misshapen.append("\(name): \(other.shape) instead of \(target.shape)")
        } else if name != first, other !== source, other.shape == source.shape, other.bytes != source.bytes {
          differing.append("\(first) and \(name)")
        }
      }
      pairs.append((target, source))
    }
    guard missing.isEmpty, unused.isEmpty, misshapen.isEmpty, differing.isEmpty else {
      throw StateMismatch(
        missing: missing.sorted(), unused: unused, misshapen: misshapen.sorted(),
        differing: differing.sorted())
    }
    for (target, source) in pairs { target.assign(source) }
  }
}

extension SafetensorsFile {
  /// All tensors by name.
  public func tensors() throws(TorchError) -> [String: Tensor] {
    var result: [String: Tensor] = [:]
    for name in names { result[name] = try tensor(name) }
    return result
  }
}
