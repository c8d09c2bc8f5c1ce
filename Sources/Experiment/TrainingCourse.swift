// What the points of a training with quantized weights tell. A figure that is missing is an error and never a zero, which
// would go on into ratios, tables and claims.
import Artifacts
import Detection

/// What the course of a training does not tell, as one sentence.
public enum TrainingCourseError: Error, CustomStringConvertible, Sendable, Equatable {
  /// A training without any point.
  case noPoints(training: String)
  /// A point without a figure.
  case noFigure(name: String, training: String, imagesSeen: Int, known: [String])

  /// The sentence.
  public var description: String {
    switch self {
    case .noPoints(let training):
      return "the course of \"\(training)\" has no points, expected at least one"
    case .noFigure(let name, let training, let imagesSeen, let known):
      let others = known.isEmpty ? ", but there are no figures" : " among \(known.joined(separator: ", "))"
      return
        "the course of \"\(training)\" has no \"\(name)\" at \(imagesSeen) pictures, expected it\(others)"
    }
  }
}

/// The course of one training: its points in order, at least one.
package struct TrainingCourse: Sendable {
  /// What was trained, as messages call it.
  package let name: String
  /// The points.
  package let points: [TrainingPoint]
  /// The first of them.
  package let first: TrainingPoint
  /// The last of them.
  package let last: TrainingPoint

  /// A course from its points; fails without any.
  package init(_ name: String, _ points: [TrainingPoint]) throws {
    guard let first = points.first, let last = points.last else {
      throw TrainingCourseError.noPoints(training: name)
    }
    self.name = name
    self.points = points
    self.first = first
    self.last = last
  }

  /// A figure of a group at a point: `AP`, `training loss`, `validation loss` or `trace`.
  package func detail(_ name: String, for group: CriticalGroup, at point: TrainingPoint) throws -> Double {
    let figure = "\(name) \(group.rawValue)"
    guard let value = point.details?[figure] else {
      throw TrainingCourseError.noFigure(
        name: figure, training: self.name, imagesSeen: point.imagesSeen,
        known: (point.details ?? [:]).keys.sorted())
    }
    return value
  }

  /// A figure of a group at every point.
  package func details(_ name: String, for group: CriticalGroup) throws -> [Double] {
    try points.map { try detail(name, for: group, at: $0) }
  }

  /// By how much a figure of a group is larger at the last point than at the first.
  package func rise(of name: String, for group: CriticalGroup) throws -> Double {
    try detail(name, for: group, at: last) - detail(name, for: group, at: first)
  }
}

extension Artifact where Output == QuantizedCheckpoint {
  /// The course of the training.
  func course() throws -> TrainingCourse { try TrainingCourse(title, value.history()) }
}

/// The Fisher trace of a group's critical loss at the end of trainings over that of others, in pairs: the mean.
package func traceRatio(
  _ courses: [TrainingCourse], over others: [TrainingCourse], for group: CriticalGroup
) throws -> Double {
  func trace(_ course: TrainingCourse) throws -> Double {
    try course.detail("trace", for: group, at: course.last)
  }
  return mean(
    try zip(courses, others).map { course, other in
      try trace(course) / max(trace(other), .leastNormalMagnitude)
    })
}

/// By how much a group's critical loss on scenes of the selection is above that on scenes of the training, at the first and at
/// the last point: the mean over trainings.
package func generalizationGap(
  _ courses: [TrainingCourse], for group: CriticalGroup
) throws -> (first: Double, last: Double) {
  func gap(_ course: TrainingCourse, _ point: TrainingPoint) throws -> Double {
    try course.detail("validation loss", for: group, at: point)
      - course.detail("training loss", for: group, at: point)
  }
  return (mean(try courses.map { try gap($0, $0.first) }), mean(try courses.map { try gap($0, $0.last) }))
}

/// By how much a group's critical loss on scenes of the training falls and its AP on selection scenes rises, from the first to
/// the last point of each training.
package func courseOfTraining(
  _ courses: [TrainingCourse], for group: CriticalGroup
) throws -> [(fallOfTrainingLoss: Double, riseOfPrecision: Double)] {
  try courses.map { course in
    let riseOfLoss = try course.rise(of: "training loss", for: group)
    return (
      fallOfTrainingLoss: -riseOfLoss, riseOfPrecision: try course.rise(of: "AP", for: group)
    )
  }
}
