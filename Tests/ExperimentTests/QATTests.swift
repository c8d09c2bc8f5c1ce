// Training with quantized weights on the smallest detector that learns anything.
import Boxes
import Detection
import Experiment
import Fisher
import FoundationEssentials
import Images
import NN
import Quantization
import TestSupport
import Testing
import Torch

extension ExperimentDataTests {
  @Suite("Training with quantized weights") struct QATTests {
    static let configuration = DetectorConfiguration.detr(
      DETRConfiguration(
        backbone: ResNetConfiguration(
          stemWidth: 4, widths: [2, 2, 4, 4], blockCounts: [1, 1, 1, 1], dilatesLastStage: true),
        width: 16, headCount: 2, hiddenWidth: 16, encoderLayerCount: 1, decoderLayerCount: 2, queryCount: 5,
        classCount: 3))

    static let samples: [TrainingSample] = (0..<8).map { index in
      let bytes = (0..<32 * 32 * 3).map {
        UInt8(truncatingIfNeeded: SeedSequence.seed(UInt64(index), "\($0)"))
      }
      let box = CenterBox(cx: 0.3 + 0.05 * Double(index), cy: 0.5, w: 0.3, h: 0.3)
      return TrainingSample(
        image: RGBImage(width: 32, height: 32, pixels: bytes),
        target: Target(classes: [index % 3], boxes: [box]))
    }

    static let training = TrainingRecipe(
      imageCount: 48, batchSize: 4, rate: 1e-3, backboneRate: 1e-4, decay: 1e-4, clippingNorm: 0.1,
      warmUpSteps: 2, decayShare: 0.3, validationInterval: 4)

    /// - Parameter isDouble: whether it computes in double precision, for which pictures must be too.
    static func detector(isDouble: Bool) -> any Detector {
      let detector = makeDetector(configuration, seed: 7)
      for (name, parameter) in detector.namedParameters where isDouble {
        // Biases that start at zero would put ReLUs exactly on their kinks.
        let noise = Tensor.normal(parameter.value.shape, seed: SeedSequence.seed(1, name)) * 0.05
        parameter.value = (parameter.value.detached() + noise).converted(to: .float64)
        parameter.setTrained(parameter.isTrained)
      }
      return detector
    }

    static func qat(_ recipe: QATRecipe, bits: Int = 4, isDouble: Bool = false) throws -> QATStep {
      let detector = detector(isDouble: isDouble)
      let names = detector.weightLayers.map(\.name).filter { !$0.contains("embed") }
      return try QATStep(
        detector, teacher: Self.detector(isDouble: isDouble),
        bits: Dictionary(uniqueKeysWithValues: names.map { ($0, bits) }),
        objective: CriticalObjective(classes: [1], classCount: 3), recipe: recipe, seed: 3)
    }

    static var batch: ImageBatch { ImageBatch(samples.prefix(4).map(\.image)) }
    static var doubleBatch: ImageBatch {
      ImageBatch(pixels: batch.pixels.converted(to: .float64), validExtents: batch.validExtents)
    }
    static let targets = samples.prefix(4).map(\.target)

    /// The gradients that one step leaves, by parameter name.
    static func gradients(_ recipe: QATRecipe, isDouble: Bool = false) throws -> [String: [Double]] {
      let qat = try qat(recipe, isDouble: isDouble)
      return gradients(
        of: qat.loss(isDouble ? doubleBatch : batch, Array(targets), step: 0).total, in: qat)
    }

    /// The gradients that a term leaves in a detector in training, by parameter name.
    static func gradients(of term: Tensor, in qat: QATStep) -> [String: [Double]] {
      term.backward()
      return Dictionary(
        uniqueKeysWithValues: qat.quantized.namedParameters.compactMap { name, parameter in
          parameter.value.gradient.map { (name, $0.doubles) }
        })
    }

    /// How far what a term changes in the gradients is from the term's own gradients, in parts of the largest of those.
    static func mismatch(
      from before: [String: [Double]], to after: [String: [Double]], by term: [String: [Double]]
    ) -> Double {
      var (changes, expected): ([Double], [Double]) = ([], [])
      for (name, values) in after.sorted(by: { $0.key < $1.key }) {
        let zeros = [Double](repeating: 0, count: values.count)
        changes += zip(values, before[name] ?? zeros).map { $0 - $1 }
        expected += term[name] ?? zeros
      }
      return largestDifference(changes, expected)
    }

    @Test("a penalty waits for its stage, rises evenly, and weighs more where it is applied less often")
    func schedule() {
      let penalty = FlatnessPenalty(firstWeight: 1, lastWeight: 3, plainShare: 0.5)
      #expect((0..<5).allSatisfy { penalty.weight(step: $0, of: 10) == 0 })
      #expect((5..<10).map { penalty.weight(step: $0, of: 10) } == [1, 1.5, 2, 2.5, 3])
      let sparse = FlatnessPenalty(firstWeight: 1, lastWeight: 1, plainShare: 0, interval: 2)
      #expect((0..<4).map { sparse.weight(step: $0, of: 4) } == [2, 0, 2, 0])
    }

    @Test(
      "the trace enters the gradient of every trained quantized weight with its weight: differences and double backward agree"
    )
    func traceGradient() throws {
      func recipe(_ method: SecondDerivative?, scales: TrainingScales = .largestMagnitude) -> QATRecipe {
        QATRecipe(
          training: Self.training, scales: scales, distillation: nil,
          penalty: method.map {
            FlatnessPenalty(.fisherTrace($0), firstWeight: 0.01, lastWeight: 0.01, plainShare: 0)
          })
      }
      // In double precision, where steps can be so short that no ReLU and no L1 distance changes sides: across such
      // kinks differences find curvature that a second differentiation does not see.
      for scales in TrainingScales.allCases {
        let plain = try Self.gradients(recipe(nil, scales: scales), isDouble: true)
        let exact = try Self.gradients(recipe(.exact, scales: scales), isDouble: true)
        let central = try Self.gradients(recipe(.central(step: 1e-8), scales: scales), isDouble: true)
        var squares = (exact: 0.0, error: 0.0, plain: 0.0)
        for (name, values) in exact where name.hasSuffix("weight") && !name.contains("norm") {
          let before = plain[name] ?? []
          let estimate = central[name] ?? []
          for index in values.indices {
            let change = values[index] - before[index]
            squares.exact += change * change
            squares.error += (estimate[index] - values[index]) * (estimate[index] - values[index])
            squares.plain += before[index] * before[index]
          }
        }
        #expect(squares.exact > 1e-6 * squares.plain, "the penalty changes the update")
        #expect((squares.error / squares.exact).squareRoot() < 1e-4, "\(scales)")
        // Parameters that are not quantized get the gradient of the ordinary loss alone.
        #expect(exact["network.class_embed.weight"] == plain["network.class_embed.weight"])
      }
    }

    @Test("what the architecture asks to learn slowly has a rate of its own, each parameter once")
    func slowRate() throws {
      var recipe = QATRecipe(training: Self.training, distillation: nil)
      recipe.slowRate = 1e-4
      let detector = makeDetector(.deformableDETR(.mini(classCount: 3)), seed: 1)
      let qat = try QATStep(
        detector, teacher: nil, bits: [:], objective: nil, recipe: recipe, seed: 1)
      let groups = qat.parameterGroups
      #expect(groups.map(\.rate) == [1e-3, 1e-4, recipe.scaleRate, 1e-4])
      let names = groups.map { $0.parameters.map(\.name) }
      // Offsets of twelve layers and the reference points, weight and bias.
      #expect(names[3].count == 26)
      #expect(names[3].allSatisfy { $0.contains("sampling_offsets.") || $0.contains("reference_points.") })
      let trained = detector.namedParameters.filter(\.parameter.isTrained).map { "network." + $0.name }
      #expect(names.joined().sorted() == trained.sorted())
      // Where nothing asks for it, or the recipe has none, everything has the full rate.
      #expect(try Self.qat(QATRecipe(training: Self.training)).parameterGroups.count == 3)
    }

    @Test("the trace by part is that of all layers: trained, fixed and in floating point")
    func traceParts() throws {
      let task = DetectionTask.detection
      guard case .detr(var configuration) = Self.configuration else { return }
      configuration.classCount = task.categories.count
      let detector = makeDetector(.detr(configuration), seed: 7)
      let layers = detector.weightLayers.map(\.name)
      let quantized = layers.filter { !$0.contains("embed") }
      let person = try #require(task.classes(of: .person).first)
      let samples = Self.samples.map { sample in
        TrainingSample(image: sample.image, target: Target(classes: [person], boxes: sample.target.boxes))
      }
      let found = try traceByPart(
        of: detector, bits: Dictionary(uniqueKeysWithValues: quantized.map { ($0, 4) }), .person, of: task,
        samples)
      // One image at a time, layer by layer.
      let objective = CriticalObjective(
        classes: task.classes(of: .person), classCount: configuration.classCount)
      let loop = try accumulateFisher(of: detector, critical: ["person"], imageCount: samples.count) {
        place in
        let (output, target) = (detector(ImageBatch([samples[place].image])), [samples[place].target])
        let loss = detector.configuration.loss
        let pairs = loss.matching(output, target)
        return (
          loss.total(loss.terms(output, target, pairs, normalization: .perImage)),
          ["person": objective.loss(.folded, output, target, pairs, loss, normalization: .perImage)]
        )
      }
      let norms = loop.measurement(bits: []).squaredNorms(of: .critical("person", alpha: 0))
      let isFixed = { (name: String) in
        name.hasPrefix("backbone.0.body.conv1") || name.hasPrefix("backbone.0.body.layer1")
      }
      for (image, norms) in norms.enumerated() {
        func sum(_ belongs: (String) -> Bool) -> Double {
          zip(layers, norms).reduce(0) { belongs($1.0) ? $0 + $1.1 : $0 }
        }
        let expected: [TrainedPart: Double] = [
          .heads: sum { $0.contains("embed") }, .frozen: sum { isFixed($0) },
          .trained: sum { !$0.contains("embed") && !isFixed($0) },
        ]
        for part in TrainedPart.allCases {
          let (value, other) = (try #require(found.squaredNorms[part])[image], try #require(expected[part]))
          #expect(other > 0 && abs(value - other) < 1e-3 * other, "\(part) \(value) \(other)")
        }
      }
    }

    @Test(
      "a student that starts as its teacher is taught what quantization changed, and classes can weigh more")
    func teacherAndWeights() throws {
      let plain = try Self.gradients(QATRecipe(training: Self.training, distillation: nil))
      let taught = try Self.gradients(QATRecipe(training: Self.training))
      let weighted = try Self.gradients(
        QATRecipe(training: Self.training, distillation: nil, weighsCriticalClasses: true))
      #expect(plain["network.class_embed.weight"] != taught["network.class_embed.weight"])
      #expect(plain["network.class_embed.weight"] != weighted["network.class_embed.weight"])
      #expect(taught["scales.transformer.encoder.layers.0.linear1"] != nil)
      #expect(plain["network.backbone.0.body.conv1.weight"] == nil)
    }

    @Test("the teacher adds the gradient of its own loss at the quantized weights, and nothing else")
    func teacherGradient() throws {
      let distillation = Distillation(classification: 2, boxDistance: 3)
      let recipe = QATRecipe(training: Self.training, distillation: distillation)
      let plain = try Self.gradients(
        QATRecipe(training: Self.training, distillation: nil), isDouble: true)
      let taught = try Self.gradients(recipe, isDouble: true)
      let qat = try Self.qat(recipe, isDouble: true)
      let (batch, teacher) = (Self.doubleBatch, Self.detector(isDouble: true))
      let wanted = withoutGradients { teacher(batch) }
      let term = qat.quantized.withQuantizedWeights { _ in
        distillation.loss(qat.student(batch), teacher: wanted, classes: qat.student.loss.classes)
      }
      let own = Self.gradients(of: term, in: qat)
      #expect(own["network.class_embed.weight"]?.contains { $0 != 0 } == true)
      #expect(own["scales.transformer.encoder.layers.0.linear1"]?.contains { $0 != 0 } == true)
      #expect(Self.mismatch(from: plain, to: taught, by: own) < 1e-8)
      #expect(Self.mismatch(from: plain, to: taught, by: own.mapValues { $0.map { 1.01 * $0 } }) > 1e-3)
    }

    @Test("other penalties run in the same place, and add their gradient with their weight")
    func gradientDifference() throws {
      let penalty = FlatnessPenalty(
        .gradientDifference(step: 0.1), firstWeight: 0.1, lastWeight: 0.1, plainShare: 0)
      let recipe = QATRecipe(training: Self.training, distillation: nil, penalty: penalty)
      let plain = try Self.gradients(
        QATRecipe(training: Self.training, distillation: nil), isDouble: true)
      let flat = try Self.gradients(recipe, isDouble: true)
      let name = "network.transformer.encoder.layers.0.linear1.weight"
      #expect(plain[name] != nil && plain[name] != flat[name])
      #expect(flat[name]?.allSatisfy(\.isFinite) == true)
      let qat = try Self.qat(recipe, isDouble: true)
      let (batch, targets) = (Self.doubleBatch, Array(Self.targets))
      let (loss, objective) = (qat.student.loss, try #require(qat.objective))
      let term = qat.quantized.withQuantizedWeights { weights in
        let pairs = loss.matching(qat.student(batch), targets)
        let trained = weights.filter(\.parameter.isTrained)
        let shares = LossNormalization.weighted([0.25, 0.25, 0.25, 0.25])
        let estimate = gradientDifferencePenalty(of: trained.map(\.parameter), step: 0.1) {
          objective.loss(.folded, qat.student(batch), targets, pairs, loss, normalization: shares)
        }
        let parts = zip(trained, estimate.gradient).map { ($0.value * $1.detached()).sum() }
        return parts.dropFirst().reduce(parts[0]) { $0 + $1 } * 0.1
      }
      let own = Self.gradients(of: term, in: qat)
      #expect(own[name]?.contains { $0 != 0 } == true && own["network.class_embed.weight"] == nil)
      #expect(Self.mismatch(from: plain, to: flat, by: own) < 1e-6)
    }

    @Test("an interrupted training goes on as if it had not been, to the same packed bytes")
    func resumption() throws {
      struct Interruption: Error {}
      let folder = FileManager.default.temporaryDirectory.appending(
        path: "qat-\(ProcessInfo.processInfo.processIdentifier)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      let recipe = QATRecipe(
        training: Self.training, penalty: FlatnessPenalty(.fisherTrace(.forward()), plainShare: 0.5))
      func train(_ name: String, stoppingAt stop: Int?) throws -> (Data, [TrainingPoint]) {
        let qat = try Self.qat(recipe)
        let loop = TrainingLoop(
          recipe: recipe.training, stateFile: folder.appending(path: name), saveInterval: 0,
          report: { _, _ in })
        var validations = 0
        let history = try trainQuantized(qat, Self.samples, loop, seed: 5) { _ in
          validations += 1
          if validations == stop { throw Interruption() }
          return TrainingFigures(score: 0.5, details: ["x": 1])
        }
        return (try encodePacked(qat.student, qat.quantized.quantized()), history)
      }
      let whole = try train("whole", stoppingAt: nil)
      #expect(throws: Interruption.self) { try train("parts", stoppingAt: 2) }
      let resumed = try train("parts", stoppingAt: nil)
      #expect(resumed.0 == whole.0)
      #expect(resumed.1.map(\.loss) == whole.1.map(\.loss) && whole.1.last?.details == ["x": 1])
    }

    @Test("a packed detector computes what the trained one computed")
    func packedDetector() throws {
      let qat = try Self.qat(QATRecipe(training: Self.training), bits: 3)
      let expected = qat.quantized.withQuantizedWeights { _ in qat.student(Self.batch).logits.floats }
      let sizes = try JSONEncoder().encode(Self.configuration)
      let text = String(decoding: sizes, as: UTF8.self)
      let checkpoint = try QuantizedCheckpoint(
        qat.student, qat.quantized.quantized(),
        metadata: ["configuration": text, "categoryIDs": "[1,2,3]", "history": "[]"])
      let again = try QuantizedCheckpoint(decoding: checkpoint.encoded())
      let module = try again.detector()
      let found = module(Self.batch).logits.floats
      #expect(found == expected)
      #expect(again.bits.averageBits == 3)
      #expect(try again.categoryIDs() == [1, 2, 3])
      #expect(again.bits.size.totalBytes <= checkpoint.data.count)
    }
  }
}
