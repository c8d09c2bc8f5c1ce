import Detection
import FoundationEssentials
import Testing

@Suite struct DetectorConfigurationTests {
  @Test("a configuration is one flat object that names its architecture, and comes back from it")
  func flat() throws {
    for (configuration, name) in [
      (DetectorConfiguration.detr(.mini(classCount: 65)), "detr"),
      (.dabDETR(.mini(classCount: 65)), "dab-detr"),
      (.deformableDETR(.mini(classCount: 65, refinesBoxes: true)), "deformable-detr"),
    ] {
      let data = try JSONEncoder().encode(configuration)
      #expect(try JSONDecoder().decode(DetectorConfiguration.self, from: data) == configuration)
      let text = String(decoding: data, as: UTF8.self)
      #expect(text.contains(#""architecture":"\#(name)""#) && text.contains(#""queryCount":25"#))
    }
  }

  @Test("sizes without an architecture are a DETR's, and an unknown architecture is refused")
  func older() throws {
    let sizes = DETRConfiguration.mini(classCount: 3)
    let text = String(decoding: try JSONEncoder().encode(sizes), as: UTF8.self)
    #expect(
      try JSONDecoder().decode(DetectorConfiguration.self, from: Data(text.utf8)) == .detr(sizes))
    let unknown = #"{"architecture":"yolo","# + text.dropFirst()
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(DetectorConfiguration.self, from: Data(unknown.utf8))
    }
  }
}
