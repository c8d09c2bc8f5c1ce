/// The parts of the embedded data. Scenes of different parts are different scenes.
public enum SceneSplit: String, Sendable, CaseIterable, Codable {
  /// What models are trained on.
  case train
  /// What settings are chosen and quantizers are calibrated on.
  case selection
  /// What results are reported on.
  case report
  /// Scenes of EmojiOne's drawings, which no model has seen.
  case unseenEmojiOne
  /// Scenes of Twemoji's drawings, which no model has seen.
  case unseenTwemoji

  /// How many scenes the default data has.
  public var count: Int {
    switch self {
    case .train: 20_000
    case .selection: 1_000
    case .report: 4_000
    case .unseenEmojiOne, .unseenTwemoji: 1_000
    }
  }

  /// Whose drawings the scenes show.
  public var artSets: [ArtSet] {
    switch self {
    case .train, .selection, .report: [.noto, .openMoji]
    case .unseenEmojiOne: [.emojiOne]
    case .unseenTwemoji: [.twemoji]
    }
  }

  /// The name in files and on the command line, such as `unseen-emojione`.
  public var label: String {
    switch self {
    case .train: "train"
    case .selection: "selection"
    case .report: "report"
    case .unseenEmojiOne: "unseen-emojione"
    case .unseenTwemoji: "unseen-twemoji"
    }
  }
}
