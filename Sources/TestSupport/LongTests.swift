// Tests that take longer than the daily run can wait for: fuzzing, kills, soaks, thread counts.
import FoundationEssentials

/// Whether tests that take long run too. Gate them with
/// `.enabled(if: LongTests.areEnabled, Comment(rawValue: LongTests.reason))`; `make test-long` runs them.
public enum LongTests {
  /// Whether `QUIRE_TEST_LONG` is 1.
  public static let areEnabled: Bool = ProcessInfo.processInfo.environment["QUIRE_TEST_LONG"] == "1"

  /// Why they are skipped otherwise.
  public static let reason: String = "takes long; make test-long runs it"
}
