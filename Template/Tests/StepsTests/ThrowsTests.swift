import Foundation
import Steps
import Testing

struct ThrowsTests {
  @Test("throws are faces of a die, and equal seeds give equal throws")
  func faces() throws {
    let context = StepContext(scratch: FileManager.default.temporaryDirectory)
    let faces = try Throws(count: 100, seed: 1).run(context)
    #expect(faces.count == 100 && faces.allSatisfy((1...6).contains))
    #expect(try Throws(count: 100, seed: 1).run(context) == faces)
    #expect(try Throws(count: 100, seed: 2).run(context) != faces)
  }

  @Test("a running mean is the mean of all so far")
  func means() {
    #expect(runningMeans([1, 3, 5]) == [1, 2, 3])
  }
}
