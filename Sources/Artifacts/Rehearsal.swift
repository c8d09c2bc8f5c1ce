// Work cut short: to see that everything still runs from nothing.
import FoundationEssentials

/// A step whose work can be cut short for a rehearsal. Its parameters then say so, and its result has a key of its own.
public protocol Rehearsable: Step {
  /// The same step with a share of its length.
  func shortened(to share: Double) -> Self
}

/// A step as a rehearsal runs it: cut short if it can be, else as it is.
func rehearsed<S: Step>(_ step: S, share: Double) -> S {
  ((step as? any Rehearsable)?.shortened(to: share) as? S) ?? step
}

/// The share that work is cut down to in a project: what `.quire/rehearsal` holds, which a checkout never has; else all.
func rehearsedShare(root: URL) throws(ArtifactError) -> Double {
  guard let data = FileManager.default.contents(atPath: root.appending(path: ".quire/rehearsal").path) else {
    return 1
  }
  let text = String(decoding: data, as: UTF8.self).split(separator: "\n").first.map(String.init) ?? "nothing"
  guard let share = Double(text), share > 0, share <= 1 else { throw ArtifactError.badRehearsalShare(text) }
  return share
}
