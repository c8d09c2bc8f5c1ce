// The parts of a detector along its layers, so that a figure over layers shows the architecture.
import Plotting

/// The parts of a detector that its layers belong to, read from the checkpoint names.
public enum LayerRegions {
  /// The part of a layer by its checkpoint name, such as `backbone.0.body.layer3.4.conv2`: a stage of the backbone,
  /// an attention or feed-forward stack, or the heads; and the larger part which holds it.
  public static func part(of layer: String) -> (part: String, whole: String) {
    let words = layer.split(separator: ".").map(String.init)
    if words.contains(where: { $0.contains("backbone") }) {
      if let stage = words.first(where: { isStage($0) }) {
        return ("stage " + stage.dropFirst(5), "backbone")
      }
      return ("stem", "backbone")
    }
    for stack in ["encoder", "decoder"] {
      if let index = words.firstIndex(of: stack) {
        // `encoder.layers.0.…`: what stands outside the numbered layers belongs to the stack without a number.
        if words.count > index + 2, words[index + 1] == "layers", let number = Int(words[index + 2]) {
          return (String(number + 1), stack)
        }
        return ("", stack)
      }
    }
    if words.contains(where: { $0.hasPrefix("input_proj") }) { return ("", "neck") }
    // The places where decoder queries start to look come before its first layer.
    if words.contains("reference_points") { return ("", "decoder") }
    return ("", "heads")
  }

  /// The regions of layers in forward order; layer 1 stands at 1 on the axis. Neighbors of one part form a region.
  /// The names of stages and numbers of layers stand in the line next to the chart, those of the larger parts above.
  public static func regions(of layers: [String]) -> [Region] {
    let parts = layers.map(part)
    // The one projection between backbone and encoder would be a region too narrow to be named: it joins the encoder.
    let wholes = parts.map { $0.whole == "neck" ? "encoder" : $0.whole }
    let upper = runs(wholes).enumerated().map { index, run in
      Region(
        from: Double(run.start) + 0.5, to: Double(run.end) + 0.5, label: run.name, level: 1,
        isShaded: index % 2 == 0)
    }
    let lower = runs(zip(wholes, parts).map { $0 + "/" + $1.part })
      .map { run in
        Region(
          from: Double(run.start) + 0.5, to: Double(run.end) + 0.5,
          label: String(run.name.drop { $0 != "/" }.dropFirst()), level: 0)
      }
    return lower + upper
  }

  private static func isStage(_ word: String) -> Bool {
    word.hasPrefix("layer") && word.count > 5 && word.dropFirst(5).allSatisfy(\.isNumber)
  }

  /// Neighbors of one name, by the numbers of layers before the first and up to the last.
  private static func runs(_ names: [String]) -> [(name: String, start: Int, end: Int)] {
    var runs: [(name: String, start: Int, end: Int)] = []
    for (index, name) in names.enumerated() {
      if let last = runs.last, last.name == name {
        runs[runs.count - 1].end = index + 1
      } else {
        runs.append((name, index, index + 1))
      }
    }
    return runs
  }
}
