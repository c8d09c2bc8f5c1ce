// Second derivatives against closed forms, numerical derivatives and each other.
import Fisher
import NN
import Quantization
import TestSupport
import Testing
import Torch

/// A network of two layers in double precision with a smooth loss for each image.
private final class TwoLayers: Module {
  let first = Linear(4, 6, Initializer(seed: 3, path: "first."))
  let second = Linear(6, 3, Initializer(seed: 3, path: "second."))
  let inputs = Tensor.normal([5, 4], seed: 1).converted(to: .float64)
  let labels: [Int64] = [0, 2, 1, 1, 0]

  init() {
    for (_, parameter) in namedParameters {
      parameter.value = parameter.value.detached().converted(to: .float64) * 2
      parameter.setTrained(true)
    }
  }

  var members: [Member] { [.module("first", first), .module("second", second)] }
  var weights: [Parameter] { [first.weight, second.weight] }

  /// `[image]`
  func losses() -> Tensor {
    let outputs = second(first(inputs).sigmoid()).logSoftmax()
    return -outputs.gathered(-1, Tensor(labels, shape: [5, 1])).sum([1])
  }

  func signed(_ signs: [Double]) -> Tensor { (losses() * Tensor(signs, shape: [5])).sum() }

  /// `1/N Σ ‖∇Lₙ‖²` by one backward pass for each image.
  func trace() -> Double {
    (0..<5).reduce(0) { sum, image in
      let slopes = gradients(of: losses().selected(0, image), withRespectTo: weights.map(\.value))
      return sum + slopes.compactMap { $0 }.reduce(0) { $0 + $1.power(2).sum().item() }
    } / 5
  }
}

/// `½ wᵀ A w` with a known matrix.
private final class Quadratic: Module {
  let layer = Linear(4, 1, Initializer(seed: 1))
  let matrix = Tensor([4.0, 1, 0, 0, 1, 3, 0.5, 0, 0, 0.5, -2, 0, 0, 0, 0, 0.25], shape: [4, 4])

  init() {
    layer.weight.value = Tensor([0.3, -0.2, 0.5, 1.0], shape: [1, 4])
    layer.weight.setTrained(true)
  }

  var members: [Member] { [.module("layer", layer)] }

  func loss() -> Tensor {
    let w = layer.weight.value
    return (w.matrixProduct(matrix) * w).sum() * 0.5
  }
}

extension FisherTests {
  @Suite struct CurvatureTests {
    static let methods: [SecondDerivative] = [.exact, .central(), .forward(step: 1e-5)]

    @Test(
      "over all patterns of signs the estimate is the trace, and its gradient the numerical one",
      arguments: methods)
    func unbiased(method: SecondDerivative) throws {
      let network = TwoLayers()
      var value = 0.0
      var gradient = network.weights.map { $0.value.detached() * 0 }
      for pattern in 0..<32 {
        let signs = (0..<5).map { pattern >> $0 & 1 == 1 ? 1.0 : -1 }
        let estimate = fisherTrace(of: network.weights, imageCount: 5, method: method) {
          network.signed(signs)
        }
        value += estimate.value / 32
        gradient = zip(gradient, estimate.gradient).map { $0 + $1.detached() * (1.0 / 32) }
      }
      #expect(isClose(value, network.trace(), relative: 1e-12))
      // Numerical derivatives of the trace itself.
      for (place, parameter) in network.weights.enumerated() {
        let values = parameter.value.doubles
        let numerical = values.indices.map { index in
          func shifted(_ step: Double) -> Double {
            var moved = values
            moved[index] += step
            let original = parameter.value
            parameter.value = Tensor(moved, shape: original.shape)
            parameter.value.setRequiresGradient(true)
            defer { parameter.value = original }
            return network.trace()
          }
          return (shifted(1e-4) - shifted(-1e-4)) / 2e-4
        }
        #expect(
          largestDifference(gradient[place].doubles, numerical)
            < (method == .forward(step: 1e-5) ? 1e-3 : 1e-5))
      }
    }

    @Test("the square of the batch's mean gradient is another number")
    func batchGradientIsNotTheTrace() {
      let network = TwoLayers()
      let mean = gradients(of: network.losses().mean(), withRespectTo: network.weights.map(\.value))
      let square = mean.compactMap { $0 }.reduce(0) { $0 + $1.power(2).sum().item() }
      #expect(square < 0.6 * network.trace())
    }

    @Test("a forward pass that was made already is used, and its graph stays usable", arguments: methods)
    func presentPass(method: SecondDerivative) {
      let network = TwoLayers()
      let signs = randomSigns(5, seed: 1)
      let losses = network.losses()
      let signed = (losses * Tensor(signs, shape: [5])).sum()
      let estimate = fisherTrace(of: network.weights, imageCount: 5, method: method, present: signed) {
        network.signed(signs)
      }
      let again = fisherTrace(of: network.weights, imageCount: 5, method: method) { network.signed(signs) }
      #expect(isClose(estimate.value, again.value, relative: 1e-12))
      #expect(largestDifference(estimate.gradient[0].doubles, again.gradient[0].doubles) < 1e-9)
      losses.sum().backward()
      #expect(network.first.weight.value.gradient != nil)
    }

    @Test(
      "at quantized weights the gradient reaches the weights behind them, and a weight above zero changes the step"
    )
    func throughQuantization() throws {
      let network = TwoLayers()
      let fake = try FakeQuantizedNetwork(network, ["first": 3, "second": 4], scales: .largestMagnitude)
      let signs = randomSigns(5, seed: 2)
      func step(_ weight: Double) -> [Double] {
        let total = fake.withQuantizedWeights { fakes in
          let losses = network.losses()
          let estimate = fisherTrace(
            of: fakes.map(\.parameter), imageCount: 5, method: .central(),
            present: (losses * Tensor(signs, shape: [5])).sum()
          ) { network.signed(signs) }
          return zip(fakes, estimate.gradient).reduce(losses.mean()) {
            $0 + ($1.0.value * $1.1).sum() * weight
          }
        }
        for (_, parameter) in network.namedParameters { parameter.value.clearGradient() }
        total.backward()
        return network.first.weight.value.gradient?.doubles ?? []
      }
      let (plain, penalized) = (step(0), step(0.5))
      let exact = try withQuantized(network, ["first": 3, "second": 4]) {
        fisherTrace(of: network.weights, imageCount: 5, method: .exact) { network.signed(signs) }
      }
      let expected = zip(plain, exact.gradient[0].doubles).map { $0 + 0.5 * $1 }
      #expect(largestDifference(penalized, expected) < 1e-6)
      #expect(largestDifference(penalized, plain) > 1e-3)
    }

    @Test("the gradient-difference penalty has the gradient of its value with the shift held")
    func gradientDifference() {
      let network = TwoLayers()
      let estimate = gradientDifferencePenalty(of: network.weights, step: 0.2, productStep: 1e-5) {
        network.losses().mean()
      }
      // The shift as at the start.
      let values = network.weights.map { $0.value.detached() }
      func slopes(_ shift: [Tensor]) -> [Tensor] {
        let leaves = zip(values, shift).map { ($0 + $1).detached() }
        for (parameter, leaf) in zip(network.weights, leaves) {
          leaf.setRequiresGradient(true)
          parameter.value = leaf
        }
        return gradients(of: network.losses().mean(), withRespectTo: leaves).compactMap { $0 }
      }
      let here = slopes(values.map { $0 * 0 })
      let shift = zip(values, here).map { $1 * (0.2 * Tensor.totalNorm([$0]) / Tensor.totalNorm([$1])) }
      func penalty(_ move: [Tensor]) -> Double {
        let difference = zip(slopes(zip(shift, move).map { $0 + $1 }), slopes(move)).map { $0 - $1 }
        let norm = Tensor.totalNorm(difference)
        return norm * norm
      }
      #expect(isClose(estimate.value, penalty(values.map { $0 * 0 }), relative: 1e-9))
      let direction = values.enumerated().map {
        Tensor.normal($1.shape, seed: UInt64($0)).converted(to: .float64)
      }
      let numerical = (penalty(direction.map { $0 * 1e-4 }) - penalty(direction.map { $0 * -1e-4 })) / 2e-4
      let along = zip(estimate.gradient, direction).reduce(0) { $0 + ($1.0 * $1.1).sum().item() }
      #expect(isClose(along, numerical, relative: 1e-3))
    }

    @Test("products with the Hessian of a quadratic function are those with its matrix", arguments: methods)
    func quadraticProduct(method: SecondDerivative) throws {
      let quadratic = Quadratic()
      let direction = Tensor([1.0, -2, 0.5, 3], shape: [1, 4])
      let expected = direction.matrixProduct(quadratic.matrix).doubles
      let found = hessianProduct(of: [quadratic.layer.weight], [direction], method: method) {
        quadratic.loss()
      }
      #expect(largestDifference(found[0].doubles, expected) < 1e-7)
      let retained = try RetainedHessian(
        of: [quadratic.layer.weight], losses: [{ quadratic.loss() }, { quadratic.loss() * 2 }])
      for _ in 0..<2 {
        #expect(largestDifference(retained.product([direction])[0].doubles, expected.map { 3 * $0 }) < 1e-12)
      }
    }

    @Test("Hutchinson's traces meet the true ones within their error, which falls with the root of the draws")
    func hutchinson() throws {
      let network = TwoLayers()
      let hessian = try RetainedHessian(of: network.weights, losses: [{ network.losses().sum() }])
      // The true trace, one unit vector at a time.
      var truth: [Double] = []
      for (place, weight) in network.weights.enumerated() {
        var sum = 0.0
        for index in 0..<weight.value.count {
          var unit = network.weights.map { [Double](repeating: 0, count: $0.value.count) }
          unit[place][index] = 1
          let product = hessian.product(
            zip(unit, network.weights).map { Tensor($0, shape: $1.value.shape) })
          sum += product[place].doubles[index]
        }
        truth.append(sum)
      }
      let few = try hutchinsonTraces(
        of: network.weightLayers, tolerance: 0, draws: 100...100, seed: 1, product: hessian.product)
      let many = try hutchinsonTraces(
        of: network.weightLayers, tolerance: 0, draws: 1600...1600, seed: 2, product: hessian.product)
      for layer in 0..<2 {
        #expect(abs(many.layers[layer].trace - truth[layer]) < 4 * many.layers[layer].standardError)
        let ratio = few.layers[layer].standardError / many.layers[layer].standardError
        #expect(ratio > 3 && ratio < 5.3)
      }
      let stopped = try hutchinsonTraces(
        of: network.weightLayers, tolerance: 0.05, draws: 30...1000, seed: 3, product: hessian.product)
      #expect(stopped.drawCount >= 30 && stopped.drawCount < 200 && stopped.lastChange < 0.05)
      let costs = HessianTrace(name: "", weightCount: 4, trace: -2, standardError: 0).costs(squaredErrors: [8]
      )
      #expect(costs == [4])
    }

    @Test("Lanczos finds the largest eigenvalues of a known matrix, with residuals")
    func lanczos() {
      let quadratic = Quadratic()
      let spectrum = largestEigenvalues(2, iterations: 4, like: [quadratic.layer.weight.value], seed: 1) {
        [$0[0].matrixProduct(quadratic.matrix)]
      }
      // The largest root of the characteristic polynomial of the upper block, to nine digits.
      #expect(isClose(spectrum.eigenvalues[0], 4.62858647, absolute: 5e-9))
      for value in spectrum.eigenvalues {
        // det(A₃ − λ) of the upper 3 × 3 block, the fourth eigenvalue 0.25 aside.
        let l = value
        let determinant = (4 - l) * ((3 - l) * (-2 - l) - 0.25) - (-2 - l)
        #expect(abs(determinant) < 1e-8 || abs(l - 0.25) < 1e-10)
      }
      #expect(spectrum.residuals.allSatisfy { $0 < 1e-8 })
    }

    @Test("slices pass through the loss at the weights, along directions as long as each channel")
    func slices() throws {
      let network = TwoLayers()
      let direction = filterNormalizedDirection(of: network, seed: 1)
      let weight = network.first.weight.value.detached()
      let lengths = try #require(direction["first"]).power(2).sum([1]).sqrt().doubles
      #expect(largestDifference(lengths, weight.power(2).sum([1]).sqrt().doubles) < 1e-12)
      let slice = try lossSlice(
        of: network, along: [direction, filterNormalizedDirection(of: network, seed: 2)],
        first: [-0.5, 0, 0.5],
        second: [0, 0.25]
      ) { ["overall": network.losses().mean().item()] }
      let values = try #require(slice.losses["overall"])
      #expect(isClose(values[1][0], network.losses().mean().item(), relative: 1e-12))
      #expect(values.count == 3 && values.allSatisfy { $0.count == 2 })
      #expect(network.first.weight.value.doubles == weight.doubles)
    }

    @Test("measured sensitivities are the rises with one layer quantized, and leave the weights as they were")
    func measured() throws {
      let network = TwoLayers()
      let before = network.losses().doubles
      let found = try measureSensitivities(of: network, layers: network.weightLayers, bits: [2, 8]) {
        MeasuredLosses(overall: network.losses().doubles, critical: ["twice": (network.losses() * 2).doubles])
      }
      let alone = try withQuantized(network, ["second": 2]) { network.losses().doubles }
      #expect(found.rises[1][0].overall == zip(alone, before).map { $0 - $1 })
      #expect(found.meanRises(of: .critical("twice", alpha: 1)).count == 2)
      #expect(abs(found.meanRises(of: .overall)[0][1]) < abs(found.meanRises(of: .overall)[0][0]))
      #expect(network.losses().doubles == before)
    }
  }
}
