// Batched passes against the plain loop.
import Fisher
import NN
import TestSupport
import Testing
import Torch

/// Every kind of use that a detector makes of a layer: strides, dilation, kernels of one with a stride, fixed scales, one
/// layer at several depths, heads on stacked states, an input that no weight came before, and a layer without use.
private final class ManyUses: Module {
  let stem: Convolution
  let dilated: Convolution
  let strided: Convolution
  let shared: Linear
  let vector: Linear
  let head: Linear
  let unused: Linear
  let scale = Tensor([0.5, -2, 1.5, 1], shape: [4])
  let shift = Tensor([0.1, 0.2, 0.3, 0.4], shape: [4])
  let pictures: Tensor
  let codes: Tensor

  init(imageCount: Int) {
    let initializer = Initializer(seed: 8)
    stem = Convolution(3, 4, kernel: 7, stride: 2, padding: 3, initializer.child("stem"))
    dilated = Convolution(
      4, 4, kernel: 3, padding: 2, dilation: 2, hasBias: true, initializer.child("dilated"))
    strided = Convolution(4, 6, kernel: 1, stride: 2, initializer.child("strided"))
    shared = Linear(6, 6, initializer.child("shared"))
    vector = Linear(5, 6, initializer.child("vector"))
    head = Linear(6, 3, initializer.child("head"))
    unused = Linear(2, 2, initializer.child("unused"))
    pictures = Tensor.normal([imageCount, 3, 11, 9], seed: 1).converted(to: .float64)
    codes = Tensor.normal([imageCount, 5], seed: 2).converted(to: .float64)
    for (_, parameter) in namedParameters {
      parameter.value = parameter.value.detached().converted(to: .float64)
      parameter.setTrained(true)
    }
  }

  var members: [Member] {
    [
      .module("stem", stem), .module("dilated", dilated), .module("strided", strided),
      .module("shared", shared),
      .module("vector", vector), .module("head", head), .module("unused", unused),
    ]
  }

  func losses(_ images: Range<Int>) -> ImageLosses {
    func part(_ tensor: Tensor) -> Tensor { tensor.narrowed(0, from: images.lowerBound, count: images.count) }
    let early = stem(part(pictures), scale: scale, shift: shift).relu()
    let features = strided(dilated(early).relu() + early)
    let tokens = features.reshaped([images.count, 6, -1]).transposed(1, 2)
    let first = shared(tokens).sigmoid() + vector(part(codes)).unsqueezed(1)
    let second = shared(first).sigmoid()
    let outputs = head(Tensor.stacked([first, second, first * second]))  // [layer, image, token, 3]
    let overall = outputs.logSoftmax().narrowed(3, from: 1, count: 1).sum()
    return (
      -overall, ["codes": vector(part(codes)).power(2).sum(), "last": outputs.selected(0, 2).power(2).sum()]
    )
  }
}

extension FisherTests {
  @Suite struct BatchTests {
    private func expectSame(
      _ batched: FisherAccumulator, _ loop: FisherAccumulator, names: [String], within tolerance: Double,
      sourceLocation: SourceLocation = #_sourceLocation
    ) {
      let (left, right) = (batched.measurement(bits: [3, 8]), loop.measurement(bits: [3, 8]))
      for objective in [Objective.overall] + names.map({ .critical($0, alpha: 0.6) }) {
        let (norms, expected) = (left.squaredNorms(of: objective), right.squaredNorms(of: objective))
        for image in expected.indices {
          #expect(
            largestDifference(norms[image], expected[image]) < tolerance, sourceLocation: sourceLocation)
        }
        let (costs, expectedCosts) = (left.costs(of: objective), right.costs(of: objective))
        let (diagonals, expectedDiagonals) = (batched.diagonals(of: objective), loop.diagonals(of: objective))
        for (layer, name) in right.layerNames.enumerated() {
          #expect(
            largestDifference(costs[layer], expectedCosts[layer]) < tolerance, sourceLocation: sourceLocation)
          #expect(
            largestDifference(diagonals[name]?.doubles ?? [], expectedDiagonals[name]?.doubles ?? [1])
              < tolerance,
            "\(name)", sourceLocation: sourceLocation)
        }
      }
      #expect((batched.projections == nil) == (loop.projections == nil), sourceLocation: sourceLocation)
      guard let made = batched.projections, let expected = loop.projections else { return }
      #expect(
        largestDifference(made.overall.joined().flatMap(\.self), expected.overall.joined().flatMap(\.self))
          < tolerance, sourceLocation: sourceLocation)
    }

    @Test("batches of any size give what the loop gives, for every kind of use", arguments: [1, 3, 5, 8])
    func everyUse(batchSize: Int) throws {
      let network = ManyUses(imageCount: 5)
      let names = ["codes", "last"]
      let directions = LayerPerturbations(of: network, bits: [3, 8])
      let loop = try accumulateFisher(
        of: network, critical: names, imageCount: 5, projectingOn: directions
      ) { network.losses($0..<$0 + 1) }
      let batched = try accumulateFisher(
        of: network, critical: names, imageCount: 5, batchSize: batchSize, projectingOn: directions,
        losses: network.losses)
      expectSame(batched, loop, names: names, within: 1e-10)
      let norms = loop.measurement(bits: [4]).squaredNorms(of: .overall)
      #expect(norms.allSatisfy { $0.dropLast().allSatisfy { $0 > 0 } && $0.last == 0 })
      #expect(loop.layers.last?.name == "unused")
    }

    @Test(
      "in single precision batches of one and of eight agree with the loop to one in ten thousand",
      arguments: [1, 8])
    func singlePrecision(batchSize: Int) throws {
      let task = SmallTask(imageCount: 11, doublePrecision: false)
      let names = ["animal", "person"]
      let loop = try accumulateFisher(of: task.network, critical: names, imageCount: 11, losses: task.losses)
      let batched = try accumulateFisher(
        of: task.network, critical: names, imageCount: 11, batchSize: batchSize
      ) { images in
        let vectors = task.losses(Array(images))
        return (vectors.overall.sum(), vectors.critical.mapValues { $0.sum() })
      }
      expectSame(batched, loop, names: names, within: 1e-4)
    }

    @Test("the mean of a batch's losses instead of their sum would be noticed")
    func meanInsteadOfSum() throws {
      let network = ManyUses(imageCount: 4)
      let right = try accumulateFisher(of: network, imageCount: 4, batchSize: 4) {
        (network.losses($0).overall, [:])
      }
      let wrong = try accumulateFisher(of: network, imageCount: 4, batchSize: 4) {
        (network.losses($0).overall / Double($0.count), [:])
      }
      let (expected, found) = (right.measurement(bits: [4]), wrong.measurement(bits: [4]))
      #expect(
        isClose(found.costs(of: .overall)[0][0] * 16, expected.costs(of: .overall)[0][0], relative: 1e-10))
    }

    @Test("gradients left by training stay as they were")
    func keptGradients() throws {
      let network = ManyUses(imageCount: 2)
      network.losses(0..<2).overall.backward()
      let before = network.stem.weight.value.gradient?.doubles
      #expect(before != nil)
      _ = try accumulateFisher(of: network, imageCount: 2, batchSize: 2) { (network.losses($0).overall, [:]) }
      #expect(network.stem.weight.value.gradient?.doubles == before)
      // And nothing records any more.
      let again = gradients(of: network.losses(0..<1).overall, withRespectTo: [network.stem.weight.value])
      #expect(again[0] != nil)
    }

    @Test("a batch whose loss is not finite is told by its images")
    func notFinite() {
      let network = ManyUses(imageCount: 5)
      #expect(throws: FisherError("images 2 to 3: the overall loss is inf")) {
        try accumulateFisher(of: network, imageCount: 5, batchSize: 2) {
          (network.losses($0).overall * ($0.contains(3) ? Double.infinity : 1), [:])
        }
      }
    }

    @Test("a weight that is used in another way is a mistake of the program")
    func otherUse() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let network = ManyUses(imageCount: 2)
        _ = try accumulateFisher(of: network, imageCount: 2, batchSize: 2) {
          (network.losses($0).overall + network.head.weight.value.sum(), [:])
        }
      }
      let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
      #expect(text.contains("also used other than by linear layers"), "\(text)")
    }

    @Test("a layer that does not see the images first is a mistake of the program")
    func mixedImages() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let network = ManyUses(imageCount: 2)
        _ = try accumulateFisher(of: network, imageCount: 2, batchSize: 2) { _ in
          (network.head(Tensor.ones([7, 2, 6], type: .float64)).sum(), [:])
        }
      }
      let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
      #expect(text.contains("expected 2 images along dimension 0"), "\(text)")
    }

    @Test("sums do not depend on the number of threads, and no tensor is left behind")
    func threadsAndLeaks() async {
      await #expect(processExitsWith: .success) {
        func sums(_ threads: Int) -> ([Double], [Double]) {
          Runtime.setThreadCount(threads)
          let rows = Tensor.normal([3, 100_001], seed: 1)
          let others = Tensor.normal([3, 100_001], seed: 2)
          let diagonal = Tensor.zeros([100_001], type: .float64)
          let products = diagonal.addRowProducts(rows, others).doubles
          return (diagonal.doubles, products)
        }
        let (diagonal, products) = sums(2)
        let (alone, aloneProducts) = sums(1)
        #expect(diagonal == alone)
        #expect(products == aloneProducts)
        let network = ManyUses(imageCount: 4)
        func run() throws {
          _ = try accumulateFisher(
            of: network, critical: ["codes", "last"], imageCount: 4, batchSize: 2, losses: network.losses)
        }
        try run()
        let before = Runtime.liveTensorCount
        for _ in 0..<3 { try run() }
        #expect(Runtime.liveTensorCount == before)
      }
    }

    @Test("row products are sums of products, in both precisions")
    func rowProducts() {
      let left = Tensor([1.0, 2, 3, 4, 5, 6], shape: [2, 3])
      let right = Tensor([2.0, 0, 1, -1, 1, 0.5], shape: [2, 3])
      for type in [ElementType.float64, .float32] {
        let diagonal = Tensor([10.0, 20, 30], shape: [3])
        let products = diagonal.addRowProducts(left.converted(to: type), right.converted(to: type))
        #expect(products.doubles == [5, 4])
        #expect(diagonal.doubles == [8, 25, 36])
      }
    }
  }
}
