// The critical objective: the ordinary detection loss on logits and labels that know the critical categories and fold
// all others into one. Yang et al., 2024, equation 1.
import Torch

/// A set of critical classes and the transformation it makes of logits and labels.
public struct CriticalObjective: Sendable, Equatable {
  /// The critical classes, sorted.
  public let classes: [Int]
  /// Classes in all, without "no object".
  public let classCount: Int

  /// An objective for some of the classes `0..<classCount`; without any it only tells objects from none.
  public init(classes: [Int], classCount: Int) {
    let sorted = Set(classes).sorted()
    guard sorted.allSatisfy({ (0..<classCount).contains($0) }) else {
      fatalError("critical classes \(classes) of \(classCount)")
    }
    self.classes = sorted
    self.classCount = classCount
  }

  private var others: [Int] { (0..<classCount).filter { !classes.contains($0) } }

  /// Logits of the critical classes, the largest of all other classes as "others", and "no object" where heads have it:
  /// softmax heads `[…, classCount + 1]` become `[…, m + 2]`, sigmoid heads `[…, classCount]` become `[…, m + 1]`. If every
  /// class is critical there are no "others".
  ///
  /// The gradient of "others" goes to the one class that is the largest; at ties to the first.
  public func folded(_ logits: Tensor) -> Tensor {
    func pick(_ indices: [Int]) -> Tensor {
      logits.picked(-1, Tensor(indices.map(Int64.init), shape: [indices.count]))
    }
    let logitCount = logits.size(-1)
    guard logitCount == classCount || logitCount == classCount + 1 else {
      fatalError("critical objective over \(classCount) classes for \(logitCount) logits")
    }
    var parts = classes.isEmpty ? [] : [pick(classes)]
    if !others.isEmpty { parts.append(pick(others).maximum(along: -1, keepingDimension: true).values) }
    if logitCount > classCount { parts.append(pick([classCount])) }
    return Tensor.concatenated(parts, along: -1)
  }

  /// The label of a class: its place among the critical ones, or that of "others".
  public func folded(_ category: Int) -> Int {
    classes.firstIndex(of: category) ?? classes.count
  }

  /// The objects with folded labels; boxes are untouched.
  public func folded(_ target: Target) -> Target {
    Target(classes: target.classes.map { folded($0) }, boxes: target.boxes)
  }

  /// The output with folded logits; boxes are untouched.
  public func folded(_ output: DetectorOutput) -> DetectorOutput {
    DetectorOutput(logits: folded(output.logits), boxes: output.boxes)
  }
}
