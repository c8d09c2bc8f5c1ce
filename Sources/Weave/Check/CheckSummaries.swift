// A check for machines that show it to people: Markdown for CI services, JUnit XML, a page of its own.
import Artifacts
import Authoring

extension CheckReport {
  /// The first lines for people: the verdict, and why.
  public func verdict(isStrict: Bool) -> [String] {
    let count = findings.count { $0.level == .differs }
    switch exitCode(isStrict: isStrict) {
    case 0: return []
    case 1:
      return ["it does not reproduce: \(count) \(count == 1 ? "difference" : "differences")"]
        + causes.map { "cause: \($0)" }
    case 2: return ["it could not be told whether it reproduces"] + causes.map { "cause: \($0)" }
    default: return ["nothing differs, but not everything is verified"]
    }
  }

  /// Markdown for the summary page of a CI service.
  public func markdown(isStrict: Bool) -> String {
    var lines = ["## Does the paper reproduce?", ""]
    let verdict = verdict(isStrict: isStrict)
    lines.append(verdict.isEmpty ? "**Yes.** \(summary)." : "**\(verdict[0]).** \(summary).")
    lines += verdict.dropFirst().map { "- " + $0 }
    let shown = findings.filter { $0.level != .notice }
    if !shown.isEmpty {
      lines += ["", "| | where | what |", "|---|---|---|"]
      lines += shown.map { finding in
        let place = finding.line > 0 ? "\(finding.file):\(finding.line)" : finding.file
        return "| \(finding.level.rawValue) | \(cellText(place)) | \(cellText(finding.message)) |"
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// JUnit XML: a test case for each output that was looked at, and one for each finding that is about no output.
  public func junit() -> String {
    let byName = Dictionary(
      grouping: findings.filter { $0.level == .differs || $0.level == .unknown }, by: \.name)
    var cases: [String] = []
    var seen: Set<String> = []
    for output in outputs {
      seen.insert(output.name)
      cases.append(
        testCase(
          output.name, output.notebook, byName[output.name] ?? [], isSkipped: output.verification == .byHash))
    }
    for (index, finding) in findings.enumerated() where !seen.contains(finding.name) {
      guard finding.level == .differs || finding.level == .unknown else { continue }
      cases.append(
        testCase(
          finding.name.isEmpty ? "finding \(index + 1)" : finding.name, finding.file, [finding],
          isSkipped: false))
    }
    func count(_ tag: String) -> Int { cases.count { $0.contains("<\(tag) ") } }
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuite name="quire check" tests="\(cases.count)" failures="\(count("failure"))" errors="\(count("error"))" skipped="\(count("skipped"))">
      \(cases.joined(separator: "\n"))
      </testsuite>

      """
  }

  private func testCase(_ name: String, _ group: String, _ findings: [Finding], isSkipped: Bool) -> String {
    let open = "  <testcase name=\"\(escaped(name))\" classname=\"\(escaped(group))\""
    if findings.isEmpty {
      return isSkipped ? "\(open)><skipped message=\"verified by hash only\"/></testcase>" : "\(open)/>"
    }
    let inner = findings.map { finding in
      let tag = finding.level == .differs ? "failure" : "error"
      let cause = finding.cause.map { "\ncause: \($0)" } ?? ""
      return
        "<\(tag) message=\"\(escaped(finding.message))\">\(escaped(finding.description + cause))</\(tag)>"
    }
    return "\(open)>\(inner.joined())</testcase>"
  }

  /// A page with what was expected, what there is, and the difference.
  /// - Parameter pictures: SVG of figures as expected and as they are, by label.
  public func page(isStrict: Bool, pictures: [String: (expected: String, actual: String)]) -> String {
    let verdict = verdict(isStrict: isStrict)
    var body = [
      "<h1>\(verdict.isEmpty ? "It reproduces" : escaped(verdict[0]))</h1>", "<p>\(escaped(summary))</p>",
    ]
    if verdict.count > 1 {
      body.append("<ul>" + verdict.dropFirst().map { "<li>\(escaped($0))</li>" }.joined() + "</ul>")
    }
    var shown: Set<String> = []
    for level in [Finding.Level.differs, .unknown, .unverified, .notice] {
      let found = findings.filter { $0.level == level }
      if found.isEmpty { continue }
      body.append("<h2>\(level.rawValue)</h2>")
      for finding in found {
        body.append("<section><p><code>\(escaped(finding.description))</code></p>")
        if let cause = finding.cause { body.append("<p>cause: \(escaped(cause))</p>") }
        if let picture = pictures[finding.name], shown.insert(finding.name).inserted {
          body.append(sideBySide(picture.expected, picture.actual))
        } else if let expected = finding.expected, let actual = finding.actual {
          body.append(sideBySide("<pre>\(escaped(expected))</pre>", "<pre>\(escaped(actual))</pre>"))
        }
        body.append("</section>")
      }
    }
    if !outputs.isEmpty {
      body.append("<h2>outputs</h2><table><tr><th>output</th><th>notebook</th><th>verified</th></tr>")
      body += outputs.map {
        "<tr><td>\(escaped($0.name))</td><td>\(escaped($0.notebook))</td><td>\($0.verification.rawValue)</td></tr>"
      }
      body.append("</table>")
    }
    return """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><title>quire check</title>
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <style>
      :root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.5 }
      body { max-width: 64rem; margin: 2rem auto; padding: 0 1rem }
      section { border-top: 1px solid #8884; padding: .5rem 0 }
      .pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: 1rem }
      .pair svg { max-width: 100%; height: auto; background: #fff }
      pre, code { white-space: pre-wrap; overflow-wrap: anywhere } td, th { text-align: left; padding-right: 1rem }
      </style></head><body>
      \(body.joined(separator: "\n"))
      </body></html>

      """
  }

  private func sideBySide(_ expected: String, _ actual: String) -> String {
    "<div class=\"pair\"><figure><figcaption>expected</figcaption>\(expected)</figure>"
      + "<figure><figcaption>actual</figcaption>\(actual)</figure></div>"
  }
}
