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

  /// One sentence with counts and the first names of each kind.
  public var description: String {
    func part(_ title: String, _ names: [String]) -> String? {
      guard !names.isEmpty else { return nil }
      let shown = names.prefix(3).joined(separator: ", ")
      return "\(names.count) \(title) (\(shown)\(names.count > 3 ? ", …" : ""))"
    }
    let parts = [part("missing", missing), part("unused", unused), part("of another shape", misshapen)]
    return "the checkpoint does not fit the model: " + parts.compactMap(\.self).joined(separator: ", ")
  }
}

extension Module {
  /// Copies a checkpoint's tensors into this module, converting their type; refuses unless names and shapes all agree.
  public func load(_ tensors: [String: Tensor]) throws(StateMismatch) {
    let own = state
    let missing = own.keys.filter { tensors[$0] == nil }.sorted()
    let unused = tensors.keys.filter { own[$0] == nil }.sorted()
    var misshapen: [String] = []
    for (name, target) in own.sorted(by: { $0.key < $1.key }) {
      guard let source = tensors[name], source.shape != target.shape else { continue }
      misshapen.append("\(name): \(source.shape) instead of \(target.shape)")
    }
    guard missing.isEmpty, unused.isEmpty, misshapen.isEmpty else {
      throw StateMismatch(missing: missing, unused: unused, misshapen: misshapen)
    }
    for (name, target) in own {
      if let source = tensors[name] { target.assign(source) }
    }
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
