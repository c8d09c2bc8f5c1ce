import Foundation
import Testing

@Suite(.enabled(if: ToyProject.isThere, ToyProject.reason))
struct StoreCommandTests {
  @Test(
    "gc removes what no record refers to, says what everything weighs, and leaves committed results alone")
  func garbage() throws {
    let project = try ToyProject.woven()
    try project.edit("Notebooks/01-toy.swift", "seed = 1", "seed = 2")
    #expect(try project.quire("run").code == 0)
    try project.write(".quire/store/numbers/.abc.json.7-1.tmp", "half")
    try project.write("Figures/.fig-line.pdf.7-2.tmp", "half")
    let before = project.names(in: ".quire/store/drawn")
    let dry = try project.quire("gc", "--dry-run")
    #expect(dry.code == 0, "\(dry.messages)")
    #expect(dry.output.contains("drawn with seed 1  would be removed: nothing refers to it"), "\(dry.output)")
    #expect(dry.output.contains("drawn with seed 2  for drawn"))
    #expect(dry.output.contains("trained with seed 1  nothing refers to it"))
    #expect(project.names(in: ".quire/store/drawn") == before)
    let gc = try project.quire("gc")
    #expect(gc.code == 0 && gc.output.contains("drawn with seed 1  removed"))
    #expect(project.names(in: ".quire/store/drawn").count == before.count / 2)
    #expect(project.names(in: ".quire/store/numbers").allSatisfy { !$0.hasSuffix(".tmp") })
    #expect(project.names(in: "Figures").allSatisfy { !$0.hasSuffix(".tmp") })
    #expect(project.names(in: "Results/artifacts/trained").count == 4)
    #expect(try project.quire("weave", "--to", "md").code == 0)
    #expect(try project.quire("check").code == 0)
  }

  @Test("gc says what work that did not end weighs, and removes it only with --leftovers")
  func leftovers() throws {
    let project = try ToyProject.woven()
    let key = String(repeating: "ab", count: 32)
    try project.write(".quire/work/trained/\(key)/state", String(repeating: "s", count: 700))
    try project.write(".quire/work/trained/\(key).seconds", "12")
    try project.write(".quire/check/store/numbers/a.json", "1")
    try project.write(".quire/scratch/store/numbers/b.json", "1")
    try project.write(".quire/retrained/work/trained/\(key)/state", "s")
    func areThere(_ names: String...) -> Bool {
      names.allSatisfy {
        FileManager.default.fileExists(atPath: project.root.appending(path: ".quire/\($0)").path)
      }
    }
    for arguments in [["gc"], ["gc", "--dry-run", "--leftovers"]] {
      let (process, output, _) = try project.start(arguments)
      let printed = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      #expect(printed.contains("work  702 B  trained/abababababab  the state of a step"), "\(printed)")
      let fate = arguments.count == 1 ? "accept takes it; --leftovers removes it" : "would be removed: "
      #expect(printed.contains(".quire/check  what the last check computed  \(fate)"), "\(printed)")
      #expect(areThere("work/trained/\(key)/state", "check/store", "scratch/store"))
    }
    let gc = try project.quire("gc", "--leftovers")
    #expect(gc.code == 0 && gc.output.contains("scratch that did not end  removed: "), "\(gc.output)")
    #expect(project.names(in: ".quire/work/trained").isEmpty && !areThere("check") && !areThere("scratch"))
    #expect(!areThere("retrained"))
  }

  @Test(
    "gc counts as removed only what is gone",
    .enabled(if: geteuid() != 0, "the super-user may remove what is in folders that are not to be written"))
  func stuck() throws {
    let project = try ToyProject.woven()
    try project.edit("Notebooks/01-toy.swift", "seed = 1", "seed = 2")
    #expect(try project.quire("run").code == 0)
    let folder = project.root.appending(path: ".quire/store/drawn").path
    let before = project.names(in: ".quire/store/drawn")
    try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder)
    let gc = try project.quire("gc")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
    #expect(gc.code == 2 && gc.messages.contains("drawn/") && gc.messages.contains("could not be removed"))
    #expect(gc.output.contains("drawn with seed 1  could not be removed: nothing"), "\(gc.output)")
    #expect(project.names(in: ".quire/store/drawn") == before)
  }

  @Test("a committed result goes only by name, and not while records rest on it")
  func committed() throws {
    let project = try ToyProject.woven()
    let name = try #require(project.names(in: "Results/artifacts/trained").first)
    let key = "trained/" + name.prefix { $0 != "." }
    let refused = try project.quire("gc", key)
    #expect(
      refused.code == 1 && refused.messages.contains("is what trained and others rest on"),
      "\(refused.messages)")
    let unknown = try project.quire("gc", "trained/000")
    #expect(unknown.code == 64 && unknown.messages.contains("there is no committed result \"trained/000\""))
    #expect(try project.quire("gc", key, "--force").code == 0)
    #expect(project.names(in: "Results/artifacts/trained").isEmpty)
  }

  @Test("what a run that was cut off left among committed results is no damage, and gc removes it")
  func cutOff() throws {
    let project = try ToyProject.woven()
    let file = "Results/artifacts/trained/\(String(repeating: "e", count: 12)).json"
    try project.write(file, "[1]")
    let check = try project.quire("check", "--rebuild", "none")
    #expect(
      check.code == 0 && check.output.contains("\(file): left by a run that was cut off"), "\(check.output)")
    #expect(try project.quire("gc").code == 0)
    #expect(!FileManager.default.fileExists(atPath: project.root.appending(path: file).path))
    #expect(!project.names(in: "Results/artifacts/trained").isEmpty)
    // Without its trace what records rest on is damaged.
    let trace = try #require(
      project.names(in: "Results/artifacts/trained").first { $0.hasSuffix(".trace.json") })
    try FileManager.default.removeItem(
      at: project.root.appending(path: "Results/artifacts/trained/\(trace)"))
    let damaged = try project.quire("check", "--rebuild", "none")
    #expect(damaged.code == 1 && damaged.output.contains("there is no readable trace of this result"))
  }

  @Test("a damaged result of the local store is noticed when it is needed, and made anew")
  func damaged() throws {
    let project = try ToyProject.woven()
    let name = try #require(project.names(in: ".quire/store/numbers").first { !$0.hasSuffix(".trace.json") })
    try project.write(".quire/store/numbers/\(name)", "[1]")
    try project.edit("Sources/Toys/limited.swift", "offset = 0", "offset = 1")
    let run = try project.quire("run")
    #expect(run.code == 0)
    #expect(run.messages.contains("run   numbers  because output-damaged(\(name))"), "\(run.messages)")
    #expect(try project.text("Results/records/01-toy.jsonl").contains("\"printed\":\"24.0\""))
  }

  @Test("the lock file holds the digests of the data")
  func data() throws {
    let project = try ToyProject.woven()
    let lock = try project.text("Results/quire.lock.json")
    #expect(lock.contains("\"data\" : {\n    \"Data/numbers.txt\" : \""), "\(lock.prefix(400))")
    #expect(lock.contains("\"numbers\" : \""))
  }

  @Test("accept takes what the last check computed, by name, and then the check is good")
  func accept() throws {
    let project = try ToyProject.woven()
    try project.edit("Sources/Toys/limited.swift", "offset = 0", "offset = 1")
    let nothing = try project.quire("accept", "sum")
    #expect(nothing.code == 2 && nothing.messages.contains("the last check found nothing"))
    #expect(try project.quire("check").code == 1)
    let refused = try project.quire("accept", "sum", environment: ["CI": "true"])
    #expect(refused.code == 2 && refused.messages.contains("accept does not run in CI"))
    try project.edit("Sources/Toys/limited.swift", "offset = 1", "offset = 2")
    let records = try project.text("Results/records/01-toy.jsonl")
    let other = try project.quire("accept", "sum")
    #expect(
      other.code == 2
        && other.messages.contains(
          "what the last check computed of sum is itself out of date: Sources/Toys/limited.swift"),
      "\(other.messages)")
    #expect(try project.text("Results/records/01-toy.jsonl") == records)
    try project.edit("Sources/Toys/limited.swift", "offset = 2", "offset = 1")
    let accepted = try project.quire("accept", "sum", "tbl-sums", "fig-line")
    #expect(accepted.code == 0 && accepted.messages.contains("accepted sum"), "\(accepted.messages)")
    #expect(try project.text("Results/records/01-toy.jsonl").contains("\"printed\":\"24.0\""))
    _ = try project.quire("run")
    _ = try project.quire("weave", "--to", "md")
    #expect(try project.quire("check").code == 0)
  }

  @Test("accept takes the outcome of a rebuild apart, results included")
  func acceptRebuilt() throws {
    let project = try ToyProject.woven()
    try project.write("flaky", "")
    #expect(try project.quire("check", "--rebuild", "all").code == 1)
    let accepted = try project.quire("accept", "sum", "tbl-sums", "fig-line")
    #expect(accepted.code == 0, "\(accepted.messages)")
    try FileManager.default.removeItem(at: project.root.appending(path: "flaky"))
    let records = try project.text("Results/records/01-toy.jsonl")
    let forced = try project.quire("run", "--force", "sum")
    let again = try project.text("Results/records/01-toy.jsonl")
    #expect(forced.code == 0 && again != records)
  }

  @Test("accept --code-only takes other code with equal values, and refuses other values")
  func codeOnly() throws {
    let project = try ToyProject.woven()
    let before = try project.text("paper.md")
    try project.edit("Sources/Toys/limited.swift", "offset = 0", "offset = 0.0")
    let accepted = try project.quire("accept", "--code-only", "01-toy")
    #expect(accepted.code == 0, "\(accepted.messages)\(accepted.output)")
    #expect(accepted.messages.contains("all equal"))
    #expect(try project.quire("run", "--binaries", "/nowhere").messages.contains("fresh") == true)
    #expect(try project.text("paper.md") == before)
    try project.edit("Sources/Toys/limited.swift", "offset = 0.0", "offset = 1")
    let records = try project.text("Results/records/01-toy.jsonl")
    let refused = try project.quire("accept", "--code-only", "01-toy")
    #expect(refused.code == 1 && refused.output.contains("sum: 20.0 -> 24.0"), "\(refused.output)")
    #expect(try project.text("Results/records/01-toy.jsonl") == records)
  }
}
