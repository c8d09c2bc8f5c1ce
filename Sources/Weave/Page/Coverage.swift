// What stands behind the numbers of a paper: the facts under the page.
import Artifacts
import Authoring

/// How the numbers of a paper are bound.
public struct Coverage: Codable, Sendable, Equatable {
  /// The numbers and verdicts that are bound to records.
  public var bound = 0
  /// The numerals in sentences that are bound to nothing.
  public var unbound = 0
  /// The bound numbers by their promise about being computed again, in words.
  public var promises: [String: Int] = [:]
  /// The bound numbers all of whose steps were computed on this machine; those without steps count here.
  public var recomputed = 0
  /// The bound numbers at least one of whose steps is a committed result that was taken by its hash.
  public var hashOnly = 0

  /// Counts.
  /// - Parameters:
  ///   - paper: as woven.
  ///   - project: what it was woven from.
  ///   - isComputedHere: whether the result of a step was computed on this machine.
  public init(_ paper: WovenPaper, of project: Project, isComputedHere: (StepNode) -> Bool) {
    unbound = paper.warnings.filter { $0.severity == .unboundNumber }.count
    var known: [String: Bool] = [:]
    for number in paper.numbers {
      bound += 1
      promises[number.origin.kind, default: 0] += 1
      let file = project.notebooks.first { $0.source.path == number.origin.path }?.file
      let isHere = (file?.steps(behind: number.origin.results.map(\.name)) ?? []).allSatisfy { name in
        if let answer = known[name] { return answer }
        let answer = file?.steps[name].map(isComputedHere) ?? false
        known[name] = answer
        return answer
      }
      if isHere { recomputed += 1 } else { hashOnly += 1 }
    }
  }

  /// The sentence about bound numbers.
  public var bindings: String {
    let kinds = promises.keys.sorted().map { "\(promises[$0] ?? 0) \($0)" }.joined(separator: ", ")
    let loose =
      unbound == 0 ? "no numeral in a sentence is unbound" : "\(unbound) numerals in sentences are unbound"
    return "\(bound) numbers are bound to records (\(kinds)); \(loose)."
  }

  /// The sentence about what was computed.
  public var computation: String {
    "On the machine that wove this page \(recomputed) of them rest on results computed there, "
      + "\(hashOnly) on committed results taken by their hashes."
  }
}
