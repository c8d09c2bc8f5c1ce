import Foundation
import Images
import TestSupport
import Testing

@Suite("Reports on other data", .enabled(if: CommandProject.command != nil, CommandProject.reason))
struct ProfileCommandTests {
  /// A data set of twenty pictures with a box in each, and a profile that names it.
  private func prepare(_ project: CommandProject, profile: String = "my") throws {
    var (images, objects): ([String], [String]) = ([], [])
    for id in 1...20 {
      let picture = RGBImage(width: 64, height: 32, filledWith: (UInt8(id), 9, 9))
      let url = project.root.appending(path: "cells/\(id).png")
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(encodePNG(picture)).write(to: url)
      images.append(#"{"id": \#(id), "width": 64, "height": 32, "file_name": "\#(id).png"}"#)
      objects.append(
        #"{"id": \#(id), "image_id": \#(id), "category_id": \#(id % 2 + 1), "bbox": [4, 4, 8, 8], "area": 64, "iscrowd": 0}"#
      )
    }
    try project.write(
      "cells/instances_all.json",
      #"{"images": [\#(images.joined(separator: ","))], "annotations": [\#(objects.joined(separator: ","))], "#
        + #""categories": [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]}"#)
    try project.write(
      "my.json",
      #"{"name": "\#(profile)", "data": {"folder": "cells"}, "critical": [{"name": "A", "categories": ["a"]}]}"#
    )
  }

  @Test("a profile gives a report of its own beside the project's, which stays as it is")
  func report() throws {
    let project = try CommandProject()
    try prepare(project)
    _ = try project.quire("run", "--binaries", project.binaries)
    let before = try project.text("Results/records/01-answer.jsonl")
    let mine = project.root.appending(path: "my.json").path
    let run = try project.quire("run", "--profile", mine, "--binaries", project.binaries)
    #expect(run.code == 0, "\(run.messages)")
    let weave = try project.quire("weave", "--profile", mine, "--to", "md")
    #expect(weave.code == 0, "\(weave.messages)")
    let paper = try project.text("build/profiles/my/paper.md")
    #expect(paper.hasPrefix("# my\n") && paper.contains("It is 10") && paper.contains("*others*") == false)
    #expect(try project.text("Results/records/01-answer.jsonl") == before)
    #expect(!FileManager.default.fileExists(atPath: project.root.appending(path: "paper.md").path))
    let index = try project.text("build/profiles/my/data/index.json")
    #expect(index.contains("cut from instances_all.json") && index.contains(#""pictures" : 14"#))
    let again = try project.quire("run", "--profile", mine, "--binaries", project.binaries)
    #expect(again.messages.contains("fresh 01-answer"), "\(again.messages)")
    try project.edit("my.json", #"["a"]"#, #"["b"]"#)
    let changed = try project.quire("run", "--profile", mine, "--binaries", project.binaries)
    #expect(changed.messages.contains("run 01-answer"), "\(changed.messages)")
  }

  @Test("a profile that cannot be used is refused in one sentence that names the key")
  func faults() throws {
    let project = try CommandProject()
    try prepare(project)
    let mine = project.root.appending(path: "my.json").path
    for (old, new, words) in [
      (
        #"["a"]"#, #"["z"]"#,
        #""critical[0].categories[0]" should be one of the 2 categories of the data: a, b"#
      ),
      (#"["z"]"#, #"["a", "b"]"#, "should leave a category out"),
      (#""cells""#, #""nowhere""#, "expected data in COCO's format"),
      (#""folder""#, #""fodler""#, #""data.fodler" means nothing here"#),
    ] {
      try project.edit("my.json", old, new)
      let result = try project.quire("plan", "--profile", mine, "--binaries", project.binaries)
      #expect(result.code == 2 && result.messages.contains(words), "\(result.messages)")
      #expect(result.messages.split(separator: "\n").count == 1, "\(result.messages)")
    }
    let absent = try project.quire("plan", "--profile", "no.json")
    #expect(absent.code == 2 && absent.messages.contains("there is no such file"))
  }

  @Test("data with two categories of one name is refused, with the file and the name")
  func repeatedCategory() throws {
    let project = try CommandProject()
    try prepare(project)
    try project.edit("cells/instances_all.json", #""name": "b""#, #""name": "a""#)
    let result = try project.quire("list", "--profile", project.root.appending(path: "my.json").path)
    let sentence = #"instances_all.json: several categories are called "a"; expected a name for each"#
    #expect(result.code == 2 && result.messages == "quire: \(sentence)\n", "\(result.messages)")
  }

  @Test("a critical set without objects in a part of the data is refused before anything is trained")
  func emptySet() throws {
    let project = try CommandProject()
    try prepare(project)
    let all = try project.text("cells/instances_all.json")
    try project.write(
      "cells/instances_held.json", all.replacing(#""category_id": 1"#, with: #""category_id": 2"#))
    try project.edit(
      "my.json", #""folder": "cells""#, #""folder": "cells", "train": "all", "report": "held""#)
    let result = try project.quire("list", "--profile", project.root.appending(path: "my.json").path)
    let sentence =
      "instances_held.json: no picture for report shows an object of the critical set A; expected at least one"
    #expect(result.code == 2 && result.messages == "quire: \(sentence)\n", "\(result.messages)")
  }

  @Test("a folder for the report that quire did not make is refused, and what stands in it stays")
  func otherFolders() throws {
    let project = try CommandProject()
    try prepare(project)
    try project.write("work/Notebooks/mine.swift", "let mine = 1\n")
    try project.write("file", "words")
    let profile = try project.text("my.json")
    func list(output: String) throws -> CommandProject.Result {
      try project.write("my.json", profile.replacing(#""data""#, with: #""output": "\#(output)", "data""#))
      return try project.quire("list", "--profile", project.root.appending(path: "my.json").path)
    }
    for (output, words) in [
      ("work", "/work, which quire did not make; expected a folder that is missing, empty, or a report"),
      ("file", "/file, which quire did not make"), (".", "the folder of the profile itself"),
      ("cells", "/cells, which holds the profile's data"),
    ] {
      let result = try list(output: output)
      #expect(result.code == 2 && result.messages.contains(words), "\(result.messages)")
      #expect(result.messages.split(separator: "\n").count == 1, "\(result.messages)")
    }
    #expect(try project.text("work/Notebooks/mine.swift") == "let mine = 1\n")
    #expect(try project.text("file") == "words")

    try FileManager.default.createDirectory(
      at: project.root.appending(path: "empty"), withIntermediateDirectories: true)
    for output in ["empty", "empty", "new/report", "new/report"] {
      let result = try list(output: output)
      #expect(result.code == 0, "\(result.messages)")
    }
    try FileManager.default.removeItem(atPath: project.root.appending(path: "empty/Notebooks").path)
    try project.write("empty/Notebooks/mine.swift", "let mine = 2\n")
    let occupied = try list(output: "empty")
    #expect(
      occupied.code == 2 && occupied.messages.contains("empty/Notebooks is in the way"),
      "\(occupied.messages)")
    #expect(try project.text("empty/Notebooks/mine.swift") == "let mine = 2\n")
  }
}
