// Which layers of a network are quantized, and how wide.
import NN

/// Bits per layer name. A layer that is not named stays in floating point.
public typealias BitAssignment = [String: Int]

/// Layers that take no part in the search for bits: left in floating point, or at a fixed width.
///
/// A name stands for the layer of that name and for all layers below it: `class_embed` also covers `class_embed.0`.
/// Where several names cover a layer, the longest one decides.
public struct QuantizationPolicy: Codable, Sendable, Equatable {
  /// What becomes of a layer.
  public enum Treatment: Sendable, Equatable {
    /// It keeps its floating-point weights.
    case floatingPoint
    /// It is quantized at a given width.
    case fixed(bits: Int)
    /// Its width is searched.
    case searched
  }

  /// Names of layers that stay in floating point.
  public var floatingPoint: [String]
  /// Bits of layers that are quantized at a given width.
  public var fixedBits: [String: Int]
  /// Bits of layers that not every network has, quantized at a given width where there are such.
  public var fixedBitsIfPresent: [String: Int]

  /// A policy; by default every layer is searched.
  public init(
    floatingPoint: [String] = [], fixedBits: [String: Int] = [:], fixedBitsIfPresent: [String: Int] = [:]
  ) {
    self.floatingPoint = floatingPoint
    self.fixedBits = fixedBits
    self.fixedBitsIfPresent = fixedBitsIfPresent
  }

  /// What becomes of the layer of a name.
  public func treatment(of layerName: String) -> Treatment {
    var decided: (length: Int, treatment: Treatment) = (-1, .searched)
    for name in floatingPoint where covers(name, layerName) && name.count > decided.length {
      decided = (name.count, .floatingPoint)
    }
    for (name, bits) in fixedBits.merging(fixedBitsIfPresent, uniquingKeysWith: { first, _ in first })
    where covers(name, layerName) && name.count > decided.length {
      decided = (name.count, .fixed(bits: bits))
    }
    return decided.treatment
  }

  private func covers(_ name: String, _ layerName: String) -> Bool {
    layerName == name || layerName.hasPrefix(name + ".")
  }
}

extension QuantizationPolicy {
  /// The layers whose bits are searched, in the order of computation.
  ///
  /// - Throws: an error if a name of this policy covers no layer, or both kinds have it.
  public func searchedLayers(of module: some Module) throws(QuantizationError) -> [NamedLayer] {
    let layers = module.weightLayers
    for name in floatingPoint + fixedBits.keys.sorted()
    where !layers.contains(where: { covers(name, $0.name) }) {
      throw QuantizationError("the policy names the layer \(name), which the network does not have")
    }
    if let name = floatingPoint.first(where: { fixedBits[$0] != nil }) {
      throw QuantizationError("the policy puts the layer \(name) in floating point and at fixed bits")
    }
    return layers.filter { treatment(of: $0.name) == .searched }
  }

  /// The same bits for every searched layer, and the fixed layers at theirs.
  public func uniformAssignment(of module: some Module, bits: Int) throws(QuantizationError) -> BitAssignment
  {
    let searched = try searchedLayers(of: module).map { ($0.name, bits) }
    return try completed(Dictionary(searched) { first, _ in first }, for: module)
  }

  /// Searched bits with the fixed layers added.
  ///
  /// - Throws: an error unless exactly the searched layers are named, with possible widths.
  public func completed(
    _ searched: BitAssignment, for module: some Module
  ) throws(QuantizationError) -> BitAssignment {
    let expected = try searchedLayers(of: module).map(\.name)
    if let missing = expected.first(where: { searched[$0] == nil }) {
      throw QuantizationError("no bits are given for the layer \(missing), whose width is searched")
    }
    let known = Set(expected)
    if let extra = searched.keys.sorted().first(where: { !known.contains($0) }) {
      throw QuantizationError("bits are given for \(extra), which is not a layer whose width is searched")
    }
    var result = searched
    for layer in module.weightLayers {
      if case .fixed(let bits) = treatment(of: layer.name) { result[layer.name] = bits }
    }
    try check(result, against: module)
    return result
  }
}

/// Throws unless every named layer exists and has a possible width.
func check(_ assignment: BitAssignment, against module: some Module) throws(QuantizationError) {
  let names = Set(module.weightLayers.map(\.name))
  for (name, bits) in assignment.sorted(by: { $0.key < $1.key }) {
    guard names.contains(name) else {
      throw QuantizationError("bits are given for the layer \(name), which the network does not have")
    }
    guard QuantizationScheme.supportedBits.contains(bits) else {
      throw QuantizationError("the layer \(name) is given \(bits) bits; expected 2 to 8")
    }
  }
}
