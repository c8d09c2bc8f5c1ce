// Trainings cut short: to see in an hour or two that everything still runs from nothing.

/// A step whose work can be cut short for a rehearsal. Its parameters then say so, and its result has a key of its own.
public protocol Rehearsable: Step {
  /// The same step with a share of its length.
  func shortened(to share: Double) -> Self
}

/// A step as a rehearsal runs it: cut short if it can be, else as it is.
func rehearsed<S: Step>(_ step: S, share: Double) -> S {
  ((step as? any Rehearsable)?.shortened(to: share) as? S) ?? step
}
