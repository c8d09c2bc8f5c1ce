import Authoring
import FoundationEssentials
import Testing

@Suite struct ProfileTests {
  private static let data = #""data": {"folder": "cells", "train": "train", "report": "test"}"#
  private static let critical = #""critical": [{"name": "few", "categories": ["b", "c"]}]"#

  private func profile(_ text: String) throws -> Profile {
    try Profile(json: Data(text.utf8), named: "my.json")
  }

  @Test("what a profile leaves out has a usual value")
  func standard() throws {
    let profile = try profile(
      #"{"name": "my-cells", \#(Self.data), \#(Self.critical), "trainingPictures": 640}"#)
    #expect(profile.title == "my-cells" && profile.detector == "dab-detr-r50" && profile.pictureSize == 96)
    #expect(profile.trainingPictures == 640 && profile.data.selection == nil && profile.output == nil)
  }

  @Test("a single critical set stands beside all other categories")
  func groups() throws {
    let categories = [(1, "a"), (2, "b"), (5, "c"), (9, "d")].map {
      ProfileData.Category(id: $0.0, name: $0.1, supercategory: "")
    }
    let groups = try profile(#"{"name": "x", \#(Self.data), \#(Self.critical)}"#).groups(in: categories)
    #expect(groups.map(\.name) == ["few", "others"])
    #expect(groups.map(\.ids) == [[2, 5], [1, 9]])
  }

  @Test(
    "a message names the key at fault",
    arguments: [
      (#"[1]"#, "my.json: should be an object, found a list"),
      (#"{"name": "My Cells", DATA, CRITICAL}"#, #""name" should be lower-case letters"#),
      (#"{"name": "x", "colour": 1, DATA, CRITICAL}"#, #""colour" means nothing here"#),
      (
        #"{"name": "x", "data": {"train": "a"}, CRITICAL}"#, #""data.folder" should be a text, found nothing"#
      ),
      (#"{"name": "x", "data": {"folder": "f", "trian": "a"}, CRITICAL}"#, #""data.trian" means nothing"#),
      (#"{"name": "x", "data": {"folder": "f", "report": "a"}, CRITICAL}"#, #""data.train" should be"#),
      (
        #"{"name": "x", "data": {"folder": "f", "train": "a", "report": "a"}, CRITICAL}"#,
        #""data.report" should be a split that serves nothing else"#
      ),
      (#"{"name": "x", DATA}"#, #""critical" should be a list of objects, found nothing"#),
      (#"{"name": "x", DATA, "critical": []}"#, #""critical" should be at least one set"#),
      (
        #"{"name": "x", DATA, "critical": [{"name": "y", "categories": [3]}]}"#,
        #""critical[0].categories[0]""#
      ),
      (
        #"{"name": "x", DATA, "critical": [{"name": "overall", "categories": ["b"]}]}"#,
        #""critical[0].name" should be a name of its own, not all, overall, others or category:…, found overall"#
      ),
      (
        #"{"name": "x", DATA, "critical": [{"name": "category:b", "categories": ["b"]}]}"#,
        "found category:b"
      ),
      (#"{"name": "x", DATA, CRITICAL, "quantizedTrainingPictures": 64}"#, "means nothing here"),
      (#"{"name": "x", DATA, CRITICAL, "detector": "yolo"}"#, #""detector" should be one of detr-r50"#),
      (
        #"{"name": "x", DATA, CRITICAL, "pictureSize": 8}"#,
        #""pictureSize" should be a whole number from 32"#
      ),
      (
        #"{"name": "x", DATA, CRITICAL, "trainingPictures": 1.5}"#,
        #""trainingPictures" should be a whole number"#
      ),
      (#"{"name": "x""#, "my.json: not JSON"),
    ])
  func faults(_ text: String, _ words: String) {
    let text = text.replacing("DATA", with: Self.data).replacing("CRITICAL", with: Self.critical)
    do {
      _ = try profile(text)
      Issue.record("\(text) was taken")
    } catch {
      #expect("\(error)".contains(words), "\(error)")
    }
  }
}
