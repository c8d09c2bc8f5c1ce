// Why a result computed again is another: the first steps whose inputs agree and whose outputs do not.
import Artifacts
import Authoring

/// The causes of a difference, in words, from the steps behind a record then and now.
func causes(
  _ old: Record, _ new: Record, _ committed: RecordFile, _ rebuilt: RecordFile, history: CodeHistory?
) -> [String] {
  let before = committed.steps(behind: old.artifacts).compactMap { committed.steps[$0] }
  let after = inOrder(rebuilt.steps(behind: new.artifacts).compactMap { rebuilt.steps[$0] })
  let kept = Set(after.map(\.key))
  var causes: [String] = []
  for node in after {
    if let same = before.first(where: { $0.key == node.key }) {
      guard !same.hash.isEmpty, !node.hash.isEmpty, same.hash != node.hash else { continue }
      causes.append(
        otherValue(
          of: node, old.place?.environment ?? committed.provenance.environment,
          rebuilt.provenance.environment))
    } else if let kin = kin(of: node, among: before.filter { !kept.contains($0.key) }) {
      // A step of which only an input changed is not where the difference begins.
      if let words = words(from: kin, to: node, history: history) { causes.append(words) }
    }
  }
  if causes.isEmpty, old.place?.code != new.place?.code {
    causes.append(
      "the code of Notebooks/\(rebuilt.provenance.notebook).swift changed where \(new.name) is recorded")
  }
  if causes.isEmpty, old.place?.library != new.place?.library {
    let changed = Set(committed.provenance.library.keys).union(rebuilt.provenance.library.keys).sorted()
      .filter { committed.provenance.library[$0] != rebuilt.provenance.library[$0] }
    let places = changed.prefix(3).map { path in
      history?.place(of: path, since: committed.provenance.library[path]) ?? path
    }
    causes.append(
      changed.isEmpty
        ? "a module that the notebook rests on changed"
        : "the code of \(places.joined(separator: ", ")) changed, on which the notebook rests")
  }
  return causes
}

/// What is another in a step itself; nothing if it is only its inputs' values.
func words(from old: StepNode, to new: StepNode, history: CodeHistory?) -> String? {
  switch Reason.difference(from: old.parts, to: new.parts, history: history) {
  case .codeChanged(let place)?: return "the code of \(place) changed, on which \"\(new.title)\" rests"
  case .versionChanged(let one, let two)?:
    return "the version of \"\(new.title)\" was raised, \(one) -> \(two)"
  case .fileChanged(let path)?: return "the file \(path) changed, which \"\(new.title)\" reads"
  case .parameterChanged?:
    let changes = ParameterChange.changes(from: old.parts.parameters, to: new.parts.parameters)
    let texts = changes.prefix(2).map { change in
      change.isReordered
        ? "the entries of the parameter \(change.name) of \"\(new.title)\" stand in another order"
        : "the parameter \(change.name) of \"\(new.title)\" changed, \(change.old) -> \(change.new)"
    }
    return texts.joined(separator: "; ") + (changes.count > 2 ? "; and \(changes.count - 2) more" : "")
  default: return nil
  }
}

/// The same key gave another value: the machine, or chance.
private func otherValue(of node: StepNode, _ old: RunEnvironment, _ new: RunEnvironment) -> String {
  let promise = "class \(node.determinism.name)"
  let changes = environmentChanges(old, new)
  guard changes.isEmpty else {
    return "\"\(node.title)\" gave another value for the same key with \(changes.joined(separator: ", "))"
      + (node.determinism == .exactOn ? ", as \(promise) allows" : ": \(promise) promises too much")
  }
  return
    "\"\(node.title)\" gave another value though nothing changed in its code, parameters, inputs and toolchain: "
    + "it is not deterministic, against its \(promise)"
}

/// What differs between two environments, each as `name old -> new`.
func environmentChanges(_ old: RunEnvironment, _ new: RunEnvironment) -> [String] {
  var changes: [String] = []
  for name in Set(old.libraries.keys).union(new.libraries.keys).sorted()
  where old.libraries[name] != new.libraries[name] {
    changes.append("\(name) \(old.libraries[name] ?? "none") -> \(new.libraries[name] ?? "none")")
  }
  func kind(_ environment: RunEnvironment) -> String {
    [environment.architecture, environment.vectors, environment.processor ?? ""].filter { !$0.isEmpty }
      .joined(separator: " ")
  }
  if kind(old) != kind(new) { changes.append("\(kind(old)) -> \(kind(new))") }
  if old.threads != new.threads { changes.append("\(old.threads) -> \(new.threads) threads") }
  return changes
}
