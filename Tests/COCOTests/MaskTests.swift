import COCO
import FoundationEssentials
import TestSupport
import Testing

@Suite("Masks stored as runs")
struct MaskTests {
  struct Case: Decodable {
    var size: [Int]
    var runs: [Int]
    var compressed: String
    var area: Int
    var bbox: [Double]

    func mask() throws -> RunLengthMask {
      try RunLengthMask(width: size[1], height: size[0], counts: runs)
    }
  }

  static func cases() throws -> [Case] {
    try JSONDecoder().decode([Case].self, from: Fixtures.data("masks/masks.json"))
  }

  @Test("runs, compressed text, pixels, areas and boxes are those of pycocotools")
  func agrees() throws {
    for one in try Self.cases() {
      let mask = try one.mask()
      #expect(mask.compressed == one.compressed)
      #expect(mask.area == one.area)
      let box = mask.box
      #expect([box.x, box.y, box.width, box.height] == one.bbox || one.area == 0)
      let text = one.compressed.utf8
      #expect(try RunLengthMask(width: mask.width, height: mask.height, compressed: text) == mask)
      let pixels = mask.pixels
      #expect(pixels.count { $0 } == one.area)
      #expect(RunLengthMask(pixels, width: mask.width, height: mask.height) == mask)
    }
  }

  @Test("runs that do not fill the mask, run backwards or overrun are refused")
  func refuses() {
    func fault(_ counts: [Int]) -> RunLengthMask.Fault? {
      do {
        _ = try RunLengthMask(width: 3, height: 2, counts: counts)
        return nil
      } catch { return error }
    }
    #expect(fault([2, 4]) == nil && fault([0, 6]) == nil && fault([6]) == nil)
    #expect(fault([2, 3]) == .total(pixels: 6, covered: 5))
    #expect(fault([2, 5]) == .total(pixels: 6, covered: 7))
    #expect(fault([2, .max]) == .total(pixels: 6, covered: .min + 1))
    #expect(fault([2, -1, 5]) == .negativeRun(index: 1, length: -1))
    #expect(throws: RunLengthMask.Fault.size(width: .max, height: 2)) {
      try RunLengthMask(width: .max, height: 2, counts: [])
    }
    #expect(throws: RunLengthMask.Fault.text(position: 1)) {
      try RunLengthMask(width: 3, height: 2, compressed: "0 ".utf8)
    }
    #expect(throws: RunLengthMask.Fault.text(position: 2)) {
      try RunLengthMask(width: 3, height: 2, compressed: "6P".utf8)
    }
  }

  @Test("masks in a file are checked against their image, with the record at fault")
  func inFiles() throws {
    func file(_ mask: String) -> Data {
      Data(
        (#"{"images": [{"id": 1, "width": 3, "height": 2, "file_name": "a.png"}], "categories": [{"id": 1, "#
          + #""name": "cat"}], "annotations": [{"id": 4, "image_id": 1, "category_id": 1, "bbox": [0, 0, 3, 2], "#
          + #""area": 6, "iscrowd": 1, "segmentation": \#(mask)}]}"#).utf8)
    }
    let good = file(#"{"size": [2, 3], "counts": [1, 5]}"#)
    #expect(try Dataset(json: good, named: "gt.json").annotations.count == 1)
    #expect(try readRunLengthMasks(json: good, named: "gt.json")[4]?.area == 5)
    #expect(try readRunLengthMasks(json: file("[[0, 0, 3, 0, 3, 2]]"), named: "gt.json").isEmpty)
    let wrong = [
      #"{"size": [2, 3], "counts": [1, 7]}"#, #"{"size": [2, 4], "counts": [1, 7]}"#,
      #"{"size": [2, 3], "counts": "é"}"#, #"{"size": [2], "counts": [6]}"#, #"{"size": [2, 3]}"#,
      #"{"size": [2, 3], "counts": [1.5, 4.5]}"#,
    ]
    for text in wrong {
      let error = #expect(throws: COCOError.self) { try Dataset(json: file(text), named: "gt.json") }
      #expect(
        error?.description.hasPrefix(#"gt.json: annotations[0] (id 4): "segmentation" should be "#) == true)
    }
  }

  @Test("damaged runs are refused or read, never a crash")
  func damage() throws {
    let cases = try Self.cases().filter { $0.size[0] * $0.size[1] <= 1200 }
    var generator = SplitMix64(seed: 2)
    var refused = 0
    let rounds = LongTests.areEnabled ? 200_000 : 4000
    for _ in 0..<rounds {
      let one = cases[generator.next(below: cases.count)]
      var text = Array(one.compressed.utf8)
      for _ in 0...generator.next(below: 3) where !text.isEmpty {
        switch generator.next(below: 3) {
        case 0: text[generator.next(below: text.count)] = UInt8(generator.next(below: 256))
        case 1: text.removeLast(generator.next(below: text.count))
        default: text.insert(UInt8(48 + generator.next(below: 64)), at: generator.next(below: text.count))
        }
      }
      do {
        let mask = try RunLengthMask(width: one.size[1], height: one.size[0], compressed: text)
        #expect(mask.pixels.count { $0 } == mask.area)
        #expect(mask.counts.reduce(0, +) == one.size[0] * one.size[1])
      } catch { refused += 1 }
    }
    #expect(refused > rounds / 2)
  }
}
