// What is read off the points of trainings, and what is said where a figure is missing.
import Detection
import Experiment
import Testing

@Suite("The course of trainings") struct TrainingCourseTests {
  /// A point with figures of *person*.
  private func point(
    _ imagesSeen: Int, precision: Double = 0, training: Double = 0, validation: Double = 0, trace: Double = 0
  ) -> TrainingPoint {
    TrainingPoint(
      imagesSeen: imagesSeen, loss: 1, score: 0.5,
      details: [
        "AP person": precision, "training loss person": training, "validation loss person": validation,
        "trace person": trace,
      ])
  }

  private func course(_ points: TrainingPoint...) throws -> TrainingCourse {
    try TrainingCourse("QAT, seed 1", points)
  }

  @Test("figures are found by their name and group at each point, and zero is a figure")
  func figures() throws {
    let course = try course(point(4000, precision: 0.25), point(8000, precision: 0.5, trace: 7))
    #expect(course.first.imagesSeen == 4000 && course.last.imagesSeen == 8000)
    #expect(try course.detail("trace", for: .person, at: course.last) == 7)
    #expect(try course.detail("trace", for: .person, at: course.first) == 0)
    #expect(try course.details("AP", for: .person) == [0.25, 0.5])
    #expect(try course.rise(of: "AP", for: .person) == 0.25)
  }

  @Test("a figure that is missing is named with the training, the point and what there is")
  func missing() throws {
    let course = try course(point(4000), point(8000))
    let error = #expect(throws: TrainingCourseError.self) {
      try course.detail("trace", for: .animal, at: course.last)
    }
    #expect(
      error?.description
        == "the course of \"QAT, seed 1\" has no \"trace animal\" at 8000 pictures, "
        + "expected it among AP person, trace person, training loss person, validation loss person")
    let bare = try self.course(point(4000), TrainingPoint(imagesSeen: 8000, loss: 1, score: 0.5))
    let other = #expect(throws: TrainingCourseError.self) { try bare.details("AP", for: .person) }
    #expect(
      other?.description
        == "the course of \"QAT, seed 1\" has no \"AP person\" at 8000 pictures, expected it, but there are no figures"
    )
  }

  @Test("a training without any point is an error")
  func noPoints() {
    let error = #expect(throws: TrainingCourseError.self) { try TrainingCourse("QAT, seed 1", []) }
    #expect(error?.description == "the course of \"QAT, seed 1\" has no points, expected at least one")
  }

  @Test("no ratio, gap or rise is made of a missing figure")
  func nothingOfNothing() throws {
    let course = try course(point(4000), point(8000, trace: 2))
    #expect(throws: TrainingCourseError.self) { try traceRatio([course], over: [course], for: .animal) }
    #expect(throws: TrainingCourseError.self) { try generalizationGap([course], for: .animal) }
    #expect(throws: TrainingCourseError.self) { try courseOfTraining([course], for: .animal) }
  }

  @Test("the ratio of traces is the mean over pairs of what is left at the end, not the ratio of means")
  func ratio() throws {
    let flat = [
      try course(point(4000, trace: 100), point(8000, trace: 2)), try course(point(8000, trace: 3)),
    ]
    let plain = [
      try course(point(4000, trace: 1), point(8000, trace: 4)), try course(point(8000, trace: 12)),
    ]
    // One half and one quarter; the ratio of means would be 5/16.
    #expect(try traceRatio(flat, over: plain, for: .person) == 0.375)
    #expect(try traceRatio(plain, over: plain, for: .person) == 1)
  }

  @Test("the gap between losses is taken at the first and the last point, and averaged over trainings")
  func gap() throws {
    let courses = [
      try course(
        point(4000, training: 4, validation: 5), point(8000, training: 0, validation: 9),
        point(12000, training: 2, validation: 2.5)),
      try course(point(4000, training: 1, validation: 4), point(12000, training: 2, validation: 1.25)),
    ]
    // 1 and 3 at the first point, 0.5 and -0.75 at the last.
    let gap = try generalizationGap(courses, for: .person)
    #expect(gap.first == 2 && gap.last == -0.125)
  }

  @Test("what happens in training goes from the first point to the last, each training by itself")
  func firstToLast() throws {
    let courses = try courseOfTraining(
      [
        course(
          point(4000, precision: 0.25, training: 5), point(8000, precision: 0.75, training: 9),
          point(12000, precision: 0.5, training: 3)),
        course(point(4000, precision: 0.5, training: 4), point(8000, precision: 0.25, training: 4.5)),
      ], for: .person)
    #expect(courses.map(\.fallOfTrainingLoss) == [2, -0.5])
    #expect(courses.map(\.riseOfPrecision) == [0.25, -0.25])
  }
}
