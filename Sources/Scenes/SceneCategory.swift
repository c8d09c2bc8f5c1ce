/// A category of the composed scenes: one of COCO's, with COCO's id, name and supercategory, or a kind of garment.
public struct SceneCategory: Sendable, Equatable {
  /// COCO's id: 1...90 with gaps for things, 118...200 for stuff. Garments count from 1.
  public let id: Int
  /// COCO's name.
  public let name: String
  /// COCO's supercategory.
  public let supercategory: String
  /// The Unicode code points whose pictures show it.
  public let codePoints: [UInt32]
  /// Whether it can be counted: false for stuff, which surfaces show.
  public let isThing: Bool

  init(_ id: Int, _ name: String, _ supercategory: String, _ codePoints: [UInt32]) {
    self.id = id
    self.name = name
    self.supercategory = supercategory
    self.codePoints = codePoints
    isThing = true
  }

  /// A category that no code point shows.
  init(_ id: Int, _ name: String, _ supercategory: String, isThing: Bool) {
    self.id = id
    self.name = name
    self.supercategory = supercategory
    codePoints = []
    self.isThing = isThing
  }

  /// The 65 of COCO's 80 categories that have a picture of the object alone, ordered by id.
  ///
  /// Left out are the 13 without any code point (fire hydrant, parking meter, bench, baseball bat, baseball glove, dining
  /// table, remote, microwave, oven, toaster, sink, refrigerator, hair drier), and snowboard and surfboard, which exist only
  /// under a person who would stay unlabeled.
  public static let all: [SceneCategory] = [
    SceneCategory(
      1, "person", "person",
      [
        0x1F9CD, 0x1F6B6, 0x1F3C3, 0x1F468, 0x1F469, 0x1F466, 0x1F467, 0x1F474, 0x1F475, 0x1F46E, 0x1F477,
        0x1F482, 0x1F935, 0x1F470, 0x1F483, 0x1F57A, 0x1F9D1, 0x1F9D2, 0x1F9D3, 0x1F64B, 0x1F937, 0x1F926,
        0x1F9CE, 0x1F9D8, 0x1F575, 0x1F9D4,
      ]),
    SceneCategory(2, "bicycle", "vehicle", [0x1F6B2]),
    SceneCategory(
      3, "car", "vehicle",
      [
        0x1F697, 0x1F698, 0x1F699, 0x1F695, 0x1F696, 0x1F693, 0x1F694, 0x1F3CE,
      ]),
    SceneCategory(4, "motorcycle", "vehicle", [0x1F3CD, 0x1F6F5]),
    SceneCategory(5, "airplane", "vehicle", [0x2708, 0x1F6E9]),
    SceneCategory(6, "bus", "vehicle", [0x1F68C, 0x1F68D, 0x1F68E]),
    SceneCategory(7, "train", "vehicle", [0x1F686, 0x1F682, 0x1F684, 0x1F685, 0x1F68A, 0x1F683]),
    SceneCategory(8, "truck", "vehicle", [0x1F69A, 0x1F69B, 0x1F6FB, 0x1F692]),
    SceneCategory(9, "boat", "vehicle", [0x26F5, 0x1F6A4, 0x1F6E5, 0x1F6A2, 0x26F4, 0x1F6F6]),
    SceneCategory(10, "traffic light", "outdoor", [0x1F6A6, 0x1F6A5]),
    SceneCategory(13, "stop sign", "outdoor", [0x1F6D1]),
    SceneCategory(
      16, "bird", "animal",
      [
        0x1F426, 0x1F99C, 0x1F985, 0x1F54A, 0x1F986, 0x1F989, 0x1F427, 0x1F9A2, 0x1F9A9, 0x1F99A, 0x1F413,
        0x1F414, 0x1F983, 0x1F424, 0x1F425, 0x1F423, 0x1F9A4, 0x1FABF,
      ]),
    SceneCategory(17, "cat", "animal", [0x1F408, 0x1F431]),
    SceneCategory(18, "dog", "animal", [0x1F415, 0x1F429, 0x1F436, 0x1F9AE]),
    SceneCategory(19, "horse", "animal", [0x1F40E, 0x1F434]),
    SceneCategory(20, "sheep", "animal", [0x1F411, 0x1F40F]),
    SceneCategory(21, "cow", "animal", [0x1F404, 0x1F42E, 0x1F402]),
    SceneCategory(22, "elephant", "animal", [0x1F418]),
    SceneCategory(23, "bear", "animal", [0x1F43B, 0x1F43C]),
    SceneCategory(24, "zebra", "animal", [0x1F993]),
    SceneCategory(25, "giraffe", "animal", [0x1F992]),
    SceneCategory(27, "backpack", "accessory", [0x1F392]),
    SceneCategory(28, "umbrella", "accessory", [0x2602, 0x1F302]),
    SceneCategory(31, "handbag", "accessory", [0x1F45C, 0x1F45B, 0x1F45D]),
    SceneCategory(32, "tie", "accessory", [0x1F454]),
    SceneCategory(33, "suitcase", "accessory", [0x1F9F3, 0x1F4BC]),
    SceneCategory(34, "frisbee", "sports", [0x1F94F]),
    SceneCategory(35, "skis", "sports", [0x1F3BF]),
    SceneCategory(
      37, "sports ball", "sports",
      [
        0x26BD, 0x1F3C0, 0x1F3C8, 0x26BE, 0x1F94E, 0x1F3D0, 0x1F3C9, 0x1F3B1,
      ]),
    SceneCategory(38, "kite", "sports", [0x1FA81]),
    SceneCategory(41, "skateboard", "sports", [0x1F6F9]),
    SceneCategory(43, "tennis racket", "sports", [0x1F3F8, 0x1F3D3]),
    SceneCategory(44, "bottle", "kitchen", [0x1F37E, 0x1F37C, 0x1F9F4]),
    SceneCategory(46, "wine glass", "kitchen", [0x1F377, 0x1F378, 0x1F379]),
    SceneCategory(47, "cup", "kitchen", [0x2615, 0x1F375, 0x1F964, 0x1F37A]),
    SceneCategory(48, "fork", "kitchen", [0x1F374]),
    SceneCategory(49, "knife", "kitchen", [0x1F52A]),
    SceneCategory(50, "spoon", "kitchen", [0x1F944]),
    SceneCategory(51, "bowl", "kitchen", [0x1F963, 0x1F35C, 0x1F957]),
    SceneCategory(52, "banana", "food", [0x1F34C]),
    SceneCategory(53, "apple", "food", [0x1F34E, 0x1F34F]),
    SceneCategory(54, "sandwich", "food", [0x1F96A]),
    SceneCategory(55, "orange", "food", [0x1F34A]),
    SceneCategory(56, "broccoli", "food", [0x1F966]),
    SceneCategory(57, "carrot", "food", [0x1F955]),
    SceneCategory(58, "hot dog", "food", [0x1F32D]),
    SceneCategory(59, "pizza", "food", [0x1F355]),
    SceneCategory(60, "donut", "food", [0x1F369]),
    SceneCategory(61, "cake", "food", [0x1F382, 0x1F370, 0x1F9C1]),
    SceneCategory(62, "chair", "furniture", [0x1FA91, 0x1F4BA]),
    SceneCategory(63, "couch", "furniture", [0x1F6CB]),
    SceneCategory(64, "potted plant", "furniture", [0x1FAB4]),
    SceneCategory(65, "bed", "furniture", [0x1F6CF]),
    SceneCategory(70, "toilet", "furniture", [0x1F6BD]),
    SceneCategory(72, "tv", "electronic", [0x1F4FA]),
    SceneCategory(73, "laptop", "electronic", [0x1F4BB]),
    SceneCategory(74, "mouse", "electronic", [0x1F5B1]),
    SceneCategory(76, "keyboard", "electronic", [0x2328]),
    SceneCategory(77, "cell phone", "electronic", [0x1F4F1]),
    SceneCategory(84, "book", "indoor", [0x1F4D5, 0x1F4D6, 0x1F4D7, 0x1F4D8, 0x1F4D9]),
    SceneCategory(85, "clock", "indoor", [0x1F550, 0x1F551, 0x1F552, 0x23F0, 0x1F570]),
    SceneCategory(86, "vase", "indoor", [0x1F3FA, 0x26B1]),
    SceneCategory(87, "scissors", "indoor", [0x2702]),
    SceneCategory(88, "teddy bear", "indoor", [0x1F9F8]),
    SceneCategory(90, "toothbrush", "indoor", [0x1FAA5]),
  ]
}
