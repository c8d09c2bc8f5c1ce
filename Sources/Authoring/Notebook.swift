// What a notebook says.
import Artifacts
import FoundationEssentials
import Plotting

/// A notebook that runs: its outputs are recorded as the program passes them.
///
/// Started by `quire run`, it computes the outputs asked for and hands their records over. Started by hand, it computes
/// all and prints them. The first failure ends the program with one sentence and exit code 2.
public final class Notebook {
  /// Where results of steps are kept.
  public var store: Store { provideStore() }
  /// Values given to parameters when the notebook was started.
  private let overrides: [String: JSONValue]
  private let provideStore: () -> Store
  /// Detectors of a rehearsal find next to nothing, so that some of what is said of them has no value; that is no failure.
  private var isRehearsal: Bool { store.options.rehearsalShare < 1 }
  private let recorder: Recorder
  private let sink: RecordSink

  /// The notebook of this process, as its environment says.
  public convenience init() {
    let environment = ProcessInfo.processInfo.environment
    if environment["QUIRE_RECORDS"] != nil { endWithParent(environment["QUIRE_PARENT"]) }
    self.init(environment: environment)
  }

  /// A notebook with an environment of its own, for tests.
  /// - Parameters:
  ///   - environment: `QUIRE_RECORDS`, `QUIRE_LABELS`, `QUIRE_LINES`, `QUIRE_PARAMETERS` (an object).
  ///   - store: where results of steps are kept.
  public init(environment: [String: String], store: @escaping () -> Store = { .shared }) {
    let sink = environment["QUIRE_RECORDS"].map { RecordSink.file(path: $0) } ?? .people
    let text = environment["QUIRE_PARAMETERS"] ?? "{}"
    overrides = (try? CanonicalJSON.decode([String: JSONValue].self, from: Data(text.utf8))) ?? [:]
    self.sink = sink
    provideStore = store
    recorder = Recorder(
      store: store, selection: OutputSelection(environment: environment),
      write: sink.write)
  }

  /// The result of a step. Nothing runs before its value is asked for.
  public func artifact<S: Step>(_ step: S) -> Artifact<S.Output> {
    Artifact(step, in: store)
  }

  /// A parameter of the notebook, for its top level: `quire run -p name=value` gives it another value, which is
  /// recorded with everything that ran under it.
  /// - Parameters:
  ///   - name: written out, unique in the notebook.
  ///   - standard: its value otherwise.
  public func parameter<Value: Codable>(
    _ name: String, _ standard: Value, line: UInt = #line, fileID: String = #fileID
  ) -> Value {
    guard let given = overrides[name] else { return standard }
    if let data = try? CanonicalJSON.encode(given),
      let value = try? CanonicalJSON.decode(Value.self, from: data)
    {
      return value
    }
    let site = CallSite(fileID: fileID, line: Int(line))
    let error = AuthoringError(
      file: site.file, line: site.line,
      message:
        "the parameter \"\(name)\" is \(ParameterChange.text(given)), expected a value such as \(standard) (\(Value.self))"
    )
    sink.end(RunFailure(line: site.line, message: "\(error)"))
  }

  /// Records a number that the prose names as `{{name}}`.
  /// - Parameters:
  ///   - name: lower case, digits, hyphens; unique in the paper.
  ///   - format: how it is printed.
  ///   - determinism: its promise; by default that of the steps it is made from.
  ///   - allowsNonFinite: whether infinity and not-a-number are possible.
  ///   - compute: runs only if the number is asked for.
  public func value<Number: RecordableNumber>(
    _ name: String, _ format: NumberFormat = .automatic, class determinism: Determinism? = nil,
    allowsNonFinite: Bool = false, line: UInt = #line, fileID: String = #fileID,
    _ compute: () throws -> Number
  ) {
    let site = CallSite(fileID: fileID, line: Int(line))
    record(name, determinism: determinism, at: site) {
      var estimate = try compute().estimate
      if isRehearsal, !estimate.isFinite { estimate = Estimate(0) }
      guard estimate.isFinite || allowsNonFinite else {
        throw AuthoringError(
          file: site.file, line: site.line,
          message: "the value \"\(name)\" is \(estimate.value), expected a finite number; "
            + "say allowsNonFinite: true if it may be so")
      }
      return { determinism in
        let printed = format.print(estimate, tolerance: tolerance(determinism, of: estimate.value))
        return .value(RecordedValue(number: estimate, printed: printed, format: format))
      }
    }
  }

  /// Records words that the prose names as `{{name}}`, for example the name of the most sensitive layer.
  public func text(
    _ name: String, class determinism: Determinism? = nil, line: UInt = #line, fileID: String = #fileID,
    _ compute: () throws -> String
  ) {
    record(name, determinism: determinism, at: CallSite(fileID: fileID, line: Int(line))) {
      let text = try compute()
      return { _ in .value(RecordedValue(number: nil, printed: text, format: nil)) }
    }
  }

  /// Records a table.
  /// - Parameters:
  ///   - label: begins with `tbl-`.
  ///   - caption: what it shows and how to read it; may hold references, citations and values.
  ///   - determinism: its promise, for all numbers in it.
  ///   - compute: runs only if the table is asked for.
  public func table(
    _ label: String, caption: String, class determinism: Determinism? = nil, line: UInt = #line,
    fileID: String = #fileID, _ compute: () throws -> Table
  ) {
    let site = CallSite(fileID: fileID, line: Int(line))
    record(label, prefix: "tbl-", determinism: determinism, at: site) {
      let table = try isRehearsal ? compute().withoutNonFinite() : compute()
      if let fault = table.fault {
        throw AuthoringError(file: site.file, line: site.line, message: "the table \"\(label)\" \(fault)")
      }
      return { _ in .table(RecordedTable(caption: caption, table: table)) }
    }
  }

  /// Records a figure.
  /// - Parameters:
  ///   - label: begins with `fig-`.
  ///   - caption: what it shows and how to read it; may hold references, citations and values.
  ///   - alt: what one sees, for those who do not see it.
  ///   - determinism: its promise, for all data in it.
  ///   - compute: runs only if the figure is asked for.
  public func figure(
    _ label: String, caption: String, alt: String, class determinism: Determinism? = nil,
    line: UInt = #line, fileID: String = #fileID, _ compute: () throws -> Figure
  ) {
    let site = CallSite(fileID: fileID, line: Int(line))
    record(label, prefix: "fig-", determinism: determinism, at: site) {
      guard !alt.isEmpty else {
        throw AuthoringError(
          file: site.file, line: site.line, message: "the figure \"\(label)\" has no alternative text")
      }
      let figure = try compute()
      try figure.validate()
      return { _ in .figure(RecordedFigure(caption: caption, alternative: alt, figure: figure)) }
    }
  }

  /// Records the verdict on a claim. Its label is `claim-` and the number in lower case.
  /// - Parameters:
  ///   - number: for example `C5`.
  ///   - statement: what is claimed.
  ///   - test: the test that decides.
  ///   - restsOn: the names of the values that show it.
  ///   - compute: applies the test; runs only if the claim is asked for.
  public func claim(
    _ number: String, _ statement: String, test: String, restsOn: [String],
    class determinism: Determinism? = nil, line: UInt = #line, fileID: String = #fileID,
    _ compute: () throws -> Verdict
  ) {
    let site = CallSite(fileID: fileID, line: Int(line))
    record("claim-" + number.lowercased(), prefix: "claim-", determinism: determinism, at: site) {
      let claim = RecordedClaim(
        number: number, statement: statement, test: test, verdict: try compute(), restsOn: restsOn)
      return { _ in .claim(claim) }
    }
  }

  /// Records that something was skipped, and why.
  /// - Parameter label: begins with `note-`.
  public func note(
    _ label: String, skipped: String, because: String, line: UInt = #line, fileID: String = #fileID
  ) {
    record(label, prefix: "note-", determinism: .exact, at: CallSite(fileID: fileID, line: Int(line))) {
      { _ in .note(RecordedNote(skipped: skipped, because: because)) }
    }
  }

  private func record(
    _ name: String, prefix: String = "", determinism: Determinism?, at site: CallSite,
    _ compute: () throws -> (Determinism) throws -> RecordPayload
  ) {
    do {
      try recorder.record(name, prefix: prefix, determinism: determinism, at: site, compute: compute)
    } catch {
      let failure = error as? AuthoringError
      sink.end(RunFailure(line: failure?.line ?? site.line, message: "\(error)"))
    }
  }
}

/// By how much a rerun may change a number.
func tolerance(_ determinism: Determinism, of value: Double) -> Double {
  guard case .within(let absolute, let relative) = determinism else { return 0 }
  return absolute + relative * value.magnitude
}
