import Artifacts
import Testing

struct RunningStepTests {
  private let start = ContinuousClock.now

  private func step(expecting seconds: Double?) -> RunningStep {
    RunningStep(title: "trained", reason: "forced", expectedSeconds: seconds, at: start)
  }

  @Test("a step is expected to take what it took the last time, until it tells its own pace")
  func pace() {
    var step = step(expecting: 100)
    #expect(step.secondsLeft(at: start + .seconds(30)) == 70)
    step.tell("first", 0.01, at: start + .seconds(2))
    #expect(step.secondsLeft(at: start + .seconds(10)) == 89)
    step.tell("half", 0.51, at: start + .seconds(102))
    // Half of it took a hundred seconds.
    #expect(abs((step.secondsLeft(at: start + .seconds(102)) ?? 0) - 98) < 1e-9)
    #expect(step.message == "half" && step.fraction == 0.51 && step.seconds(at: start + .seconds(102)) == 102)
  }

  @Test("a step that is continued is not quicker for what was done before")
  func continued() {
    var step = step(expecting: 100)
    step.tell("goes on", 0.4, at: start)
    #expect(step.secondsLeft(at: start + .seconds(5)) == 55)
    step.tell("further", 0.5, at: start + .seconds(20))
    // A tenth in twenty seconds, five are left.
    #expect(abs((step.secondsLeft(at: start + .seconds(20)) ?? 0) - 100) < 1e-9)
  }

  @Test("nothing is foretold where nothing is known")
  func unknown() {
    #expect(step(expecting: nil).secondsLeft(at: start + .seconds(30)) == nil)
  }
}
