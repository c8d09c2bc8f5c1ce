// What happens to steps while they run, for programs: one JSON object per line.
import FoundationEssentials

/// Something that happened to a step.
public struct RunEvent: Codable, Sendable, Equatable {
  /// `begin`, `progress`, `end`, `hit`, `fail`, `wait` or `note`; `quire` adds `run`, `fresh`, `skipped`,
  /// `resumed`, `failed` and `totals`.
  public var event: String
  /// The notebook; added by `quire`.
  public var notebook: String?
  /// The step's title.
  public var title: String?
  /// Why it runs.
  public var reason: String?
  /// More words.
  public var message: String?
  /// The share done, 0 to 1.
  public var fraction: Double?
  /// Seconds taken.
  public var seconds: Double?
  /// Seconds it took the last time.
  public var expectedSeconds: Double?
  /// The size of the result; of a beginning or running step, the memory of the process.
  public var bytes: Int?
  /// How many steps ran and the like, at the end.
  public var totals: StepTotals?

  /// An event.
  public init(_ event: String, title: String? = nil) {
    self.event = event
    self.title = title
  }

  /// The line, with its newline.
  public var line: String {
    guard let data = try? CanonicalJSON.encode(self) else { return "" }
    return String(decoding: data, as: UTF8.self) + "\n"
  }
}

/// The memory of this process in bytes, as the system counts it; 0 where it does not say.
func residentBytes() -> Int {
  guard let data = FileManager.default.contents(atPath: "/proc/self/statm") else { return 0 }
  let fields = String(decoding: data, as: UTF8.self).split(separator: " ")
  return fields.count > 1 ? (Int(fields[1]) ?? 0) * 4096 : 0
}
