// Deformable DETR: a backbone, a transformer whose attention looks at a few points of several feature maps, and heads on
// every decoder layer. Zhu et al., 2021; github.com/fundamentalvision/Deformable-DETR, whose tensor names are used, with
// attention projections apart.
import NN
import Torch

#if canImport(Glibc)
  import Glibc
#endif

/// The detector.
public final class DeformableDETR: Detector {
  /// Its size.
  public let size: DeformableDETRConfiguration
  /// Its backbone, for pre-training and freezing.
  public let backbone: ResNet
  /// How its attention is computed; the composition is for second derivatives.
  public var attentionForm = Tensor.DeformableAttentionForm.fused
  private let projections: [InputProjection]
  private let levelEmbedding: Parameter
  private let encoder: DeformableEncoder
  private let queries: Parameter
  private let referencePoints: Linear
  private let decoder: DeformableDecoder
  private let heads: DeformableHeads

  /// A detector with its first values.
  public init(_ configuration: DeformableDETRConfiguration, seed: UInt64) {
    let initializer = Initializer(seed: seed)
    let width = configuration.width
    size = configuration
    backbone = ResNet(configuration.backbone, initializer.child("backbone.0.body"))
    projections = configuration.projectionSizes.enumerated().map { index, projection in
      InputProjection(
        projection.input, width, kernel: projection.kernel, stride: projection.stride,
        initializer.child("input_proj.\(index)"))
    }
    let transformer = initializer.child("transformer")
    levelEmbedding = Parameter(transformer.normal("level_embed", [configuration.levelCount, width]))
    encoder = DeformableEncoder(configuration, transformer.child("encoder"))
    queries = Parameter(initializer.normal("query_embed.weight", [configuration.queryCount, 2 * width]))
    referencePoints = Linear(
      width, 2, start: .xavier(zeroBias: true), transformer.child("reference_points"))
    decoder = DeformableDecoder(configuration, transformer.child("decoder"))
    heads = DeformableHeads(configuration, initializer)
  }

  /// Its architecture and size.
  public var configuration: DetectorConfiguration { .deformableDETR(size) }

  /// Backbone, input projections, encoder, reference points, decoder, heads, embeddings.
  public var members: [Member] {
    [.module("backbone.0.body", backbone)]
      + projections.enumerated().map { .module("input_proj.\($0.offset)", $0.element) } + [
        .module("transformer.encoder", encoder), .module("transformer.reference_points", referencePoints),
        .module("transformer.decoder", decoder),
      ] + heads.members + [
        .parameter("transformer.level_embed", levelEmbedding), .parameter("query_embed.weight", queries),
      ]
  }

  /// Class logits and boxes of every query after every decoder layer.
  public func callAsFunction(_ batch: ImageBatch) -> DetectorOutput {
    states(of: batch).output
  }

  /// The output together with the states on the way, which tests compare with other implementations.
  package func states(
    of batch: ImageBatch
  ) -> (features: [Tensor], positions: [Tensor], memory: Tensor, decoded: Tensor, output: DetectorOutput) {
    let features = backbone(batch.pixels)
    let maps = projected(features)
    let levels = FeatureLevels(maps: maps.map { Extent(height: $0.size(2), width: $0.size(3)) }, of: batch)
    let positions = levels.positions(width: size.width)
    let position = Tensor.concatenated(
      positions.enumerated().map { $0.element + levelEmbedding.value.selected(0, $0.offset) }, along: 1)
    let shared = DeformableMemory(extents: levels.extents, padding: levels.padding, form: attentionForm)
    let cells = Tensor.concatenated(
      maps.map { $0.reshaped([$0.size(0), size.width, -1]).transposed(1, 2) }, along: 1)
    let memory = encoder(
      cells, position: position, references: levels.centers.converted(to: cells.elementType), shared)

    let queryPosition = queries.value.narrowed(1, from: 0, count: size.width).unsqueezed(0)
    let content = queries.value.narrowed(1, from: size.width, count: size.width).unsqueezed(0)
    // Every picture has references of its own, so that the gradient of each picture can be told apart.
    let shape = [memory.size(0), size.queryCount, size.width]
    let reference = referencePoints(queryPosition.expanded(shape)).sigmoid()
    let (states, references) = decoder(
      content: content.expanded(shape), position: queryPosition, reference: reference, cells: memory,
      validRatios: levels.validRatios, shared
    ) { layer, state, reference in
      // Detached, so that a layer's boxes do not teach the layer before.
      size.refinesBoxes ? heads.boxes(layer, state, reference).detached() : reference
    }
    let decoded = Tensor.stacked(states)
    return (features, positions, memory, decoded, heads(states, decoded, references))
  }

  /// The maps of all levels, `[image, width, row, column]`: projections of the backbone's, and of the last one with a
  /// stride for each further level.
  private func projected(_ features: [Tensor]) -> [Tensor] {
    let sources = size.levelCount == 1 ? [features[features.count - 1]] : Array(features.dropFirst())
    var maps = zip(projections, sources).map { $0($1) }
    for (index, projection) in projections.enumerated().dropFirst(sources.count) {
      maps.append(projection(index == sources.count ? sources[sources.count - 1] : maps[index - 1]))
    }
    return maps
  }
}

/// Class and box heads: one of each for all decoder layers, or with refinement one for each layer.
struct DeformableHeads {
  private let refines: Bool
  private let classHeads: [Linear]
  private let boxHeads: [MultilayerPerceptron]

  /// Heads with their first values: a class is as rare as one in a hundred, boxes start at their references and small.
  /// Heads of their own start alike, but later ones refine a box that has its size already.
  init(_ size: DeformableDETRConfiguration, _ initializer: Initializer) {
    refines = size.refinesBoxes
    let (width, layerCount) = (size.width, size.decoderLayerCount)
    func classHead() -> Linear {
      let head = Linear(width, size.classCount, initializer.child("class_embed"))
      head.bias.value.assign(.full([size.classCount], -log(99)))
      return head
    }
    func boxHead(isFirst: Bool) -> MultilayerPerceptron {
      let head = MultilayerPerceptron([width, width, width, 4], initializer.child("bbox_embed"))
      head.layers[2].weight.value.assign(.zeros([4, width]))
      head.layers[2].bias.value.assign(Tensor([0, 0, isFirst ? -2 : 0, isFirst ? -2.0 : 0], shape: [4]))
      return head
    }
    if refines {
      classHeads = (0..<layerCount).map { _ in classHead() }
      boxHeads = (0..<layerCount).map { boxHead(isFirst: $0 == 0) }
    } else {
      classHeads = Array(repeating: classHead(), count: layerCount)
      boxHeads = Array(repeating: boxHead(isFirst: true), count: layerCount)
    }
  }

  /// The heads of every layer, shared ones too; with refinement box heads have a second name.
  var members: [Member] {
    func named(_ prefix: String, _ modules: [any Module]) -> [Member] {
      modules.enumerated().map { .module("\(prefix).\($0.offset)", $0.element) }
    }
    return named("class_embed", classHeads) + named("bbox_embed", boxHeads)
      + (refines ? named("transformer.decoder.bbox_embed", boxHeads) : [])
  }

  /// Logits and boxes of all layers.
  ///
  /// - Parameters:
  ///   - states: after each layer, `[image, query, width]`.
  ///   - stacked: the same in one, `[layer, image, query, width]`.
  ///   - references: what each layer started from, `[image, query, 2 or 4]`.
  func callAsFunction(_ states: [Tensor], _ stacked: Tensor, _ references: [Tensor]) -> DetectorOutput {
    guard refines else {
      // One pass over all layers; they have the reference in common.
      return DetectorOutput(
        logits: classHeads[0](stacked), boxes: boxes(0, stacked, references[0].unsqueezed(0)))
    }
    return DetectorOutput(
      logits: .stacked(zip(classHeads, states).map { $0($1) }),
      boxes: .stacked(states.indices.map { boxes($0, states[$0], references[$0]) }))
  }

  /// The boxes that a layer's head makes of states and references.
  func boxes(_ layer: Int, _ state: Tensor, _ reference: Tensor) -> Tensor {
    let start = reference.inverseSigmoid(epsilon: 1e-5)
    let change = boxHeads[layer](state)
    guard reference.size(-1) == 2 else { return (change + start).sigmoid() }
    // A point moves the center only.
    let still = Tensor.zeros(start.shape, type: start.elementType)
    return (change + Tensor.concatenated([start, still], along: -1)).sigmoid()
  }
}
