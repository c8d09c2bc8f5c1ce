// Quantizers against reference values and the optimum for a normal distribution.
import Foundation
import Quantization
import TestSupport
import Testing
import Torch

extension QuantizationTests {
  @Suite struct SchemeTests {
    @Test("codes, scales and values are the reference's", arguments: 2...8)
    func referenceValues(bits: Int) throws {
      let weight = try reference("weight")
      for (kind, granularity) in [
        ("channel", QuantizationScheme.Granularity.outputChannel), ("tensor", .tensor),
      ] {
        let quantized = QuantizationScheme(granularity: granularity).quantized(weight, bits: bits)
        let name = "symmetric.\(bits).\(kind)."
        #expect(quantized.codes.integers == (try reference(name + "codes")).integers)
        #expect(quantized.codes.elementType == .int8)
        #expect(largestDifference(quantized.scales.doubles, try reference(name + "scale").doubles) < 1e-12)
        #expect(
          largestDifference(quantized.dequantized.doubles, try reference(name + "value").doubles) < 1e-12)
        #expect(quantized.dequantized.shape == weight.shape)
        let single = QuantizationScheme(granularity: granularity)
          .quantized(weight.converted(to: .float32), bits: bits)
        #expect(single.dequantized.elementType == .float32)
        #expect(largestDifference(single.scales.doubles, try reference(name + "scale").doubles) < 1e-6)
      }
    }

    @Test("halves go to the even code")
    func ties() throws {
      // The largest magnitude 7 makes the scale at four bits exactly one.
      let weight = Tensor(try reference("halves").doubles + [7], shape: [1, 8])
      let expected = try reference("halves.rounded").integers + [7]
      #expect(QuantizationScheme.standard.quantized(weight, bits: 4).codes.integers == expected)
    }

    @Test("a channel of zeros has scale one and stays zero, whatever chooses the scale")
    func zeroChannel() {
      let weight = Tensor([0.0, 0, 0, 1, -2, 3], shape: [2, 3])
      let importance = Tensor([1.0, 1, 1, 1, 1, 1], shape: [2, 3])
      for scaling in [
        QuantizationScheme.Scaling.largestMagnitude, .percentile(0.9), .squaredError, .weightedSquaredError,
      ] {
        let quantized = QuantizationScheme(scaling: scaling).quantized(
          weight, bits: 3, importance: importance)
        #expect(quantized.scales.doubles[0] == 1)
        #expect(Array(quantized.dequantized.doubles[..<3]) == [0, 0, 0])
        #expect(quantized.scales.doubles[1] < 1.001)
      }
    }

    @Test("rows scaled as batch normalization does keep their codes, but not with one scale per tensor")
    func rowScaling() throws {
      let weight = try reference("weight")
      let factors = Tensor([0.37, -1.9, 12.5, -0.004, 1, 3.3], shape: [6, 1, 1, 1])
      let scheme = QuantizationScheme.standard
      for bits in [3, 4, 8] {
        let before = scheme.quantized(weight, bits: bits)
        let after = scheme.quantized(weight * factors, bits: bits)
        #expect(after.codes.doubles == (before.codes.converted(to: .float64) * factors.sign()).doubles)
        #expect(largestDifference(after.dequantized.doubles, (before.dequantized * factors).doubles) < 1e-14)
        let wide = QuantizationScheme(granularity: .tensor)
        #expect(
          wide.quantized(weight * factors, bits: bits).codes.doubles
            != (wide.quantized(weight, bits: bits).codes.converted(to: .float64) * factors.sign()).doubles)
      }
    }

    /// The clip with the smallest squared error for a normal distribution, in standard deviations, and that error in
    /// variances.
    ///
    /// With t = 2ᵇ⁻¹ − 1 and a step of clip / t, the error is twice the sum over codes k = 0…t of the integral of
    /// (x − step · k)² φ(x) from halfway to the code below, or zero, to halfway to the one above, or infinity. Its
    /// antiderivative is (1 + c²) Φ(x) + (2c − x) φ(x) with c = step · k. The error has one minimum, which thirds of
    /// an interval enclose.
    static func optimum(bits: Int) -> (clip: Double, error: Double) {
      let top = (1 << (bits - 1)) - 1
      func density(_ x: Double) -> Double { exp(-x * x / 2) / (2 * Double.pi).squareRoot() }
      func share(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }
      func error(_ clip: Double) -> Double {
        let step = clip / Double(top)
        return 2
          * (0...top).reduce(0.0) { sum, code in
            let center = step * Double(code)
            func integral(_ x: Double) -> Double {
              (1 + center * center) * share(x) + (2 * center - x) * density(x)
            }
            let low = code == 0 ? 0 : center - step / 2
            let above = code == top ? 1 + center * center : integral(center + step / 2)
            return sum + above - integral(low)
          }
      }
      var (low, high) = (0.5, 6.0)
      for _ in 0..<60 {
        let third = (high - low) / 3
        if error(low + third) < error(high - third) { high -= third } else { low += third }
      }
      return (low, error(low))
    }

    @Test(
      "a search for the smallest squared error finds the optimum of a normal distribution", arguments: 2...8)
    func normalDistribution(bits: Int) {
      let (clip, error) = Self.optimum(bits: bits)
      let sample = Tensor.normal([1, 400_000], seed: 12)
      let scheme = QuantizationScheme(scaling: .squaredError)
      let found = scheme.quantized(sample, bits: bits).scales.doubles[0] * Double((1 << (bits - 1)) - 1)
      let foundError = squaredSum(scheme.perturbation(of: sample, bits: bits)) / 400_000
      // Neighboring trials lie 0.05 apart, and the error is flat at its minimum. At eight bits the forty samples
      // beyond the clip carry a tenth of the error, hence the wider tolerance.
      #expect(isClose(found, clip, absolute: 0.08), "clip \(found)")
      #expect(isClose(foundError, error, relative: bits < 8 ? 0.02 : 0.05), "error \(foundError)")
    }

    @Test("at three bits the largest magnitude of a channel is a bad clip, at eight bits a good one")
    func largestMagnitude() {
      let sample = Tensor.normal([8, 4000], seed: 5)
      func ratio(_ bits: Int) -> Double {
        squaredSum(QuantizationScheme.standard.perturbation(of: sample, bits: bits))
          / squaredSum(QuantizationScheme(scaling: .squaredError).perturbation(of: sample, bits: bits))
      }
      #expect((2.2...3.3).contains(ratio(3)), "\(ratio(3))")
      #expect((1.0...1.1).contains(ratio(8)), "\(ratio(8))")
    }

    @Test("a percentile is the magnitude of that rank, and the rest is clipped")
    func percentile() {
      let weight = Tensor((1...1000).map { Double($0) * ($0 % 2 == 0 ? 1 : -1) }, shape: [1, 1000])
      let quantized = QuantizationScheme(scaling: .percentile(0.995)).quantized(weight, bits: 8)
      #expect(isClose(quantized.scales.doubles[0] * 127, 995, relative: 1e-12))
      #expect(quantized.codes.integers.suffix(5) == [127, -127, 127, -127, 127])
      let whole = QuantizationScheme(scaling: .percentile(1)).quantized(weight, bits: 8)
      #expect(isClose(whole.scales.doubles[0] * 127, 1000, relative: 1e-12))
      // Nearly everything zero: the percentile would be zero, so the largest magnitude decides.
      let sparse = Tensor([Double](repeating: 0, count: 99) + [5], shape: [1, 100])
      let fallen = QuantizationScheme(scaling: .percentile(0.9)).quantized(sparse, bits: 4)
      #expect(fallen.dequantized.doubles.last == 5)
    }

    @Test("importance moves the search toward the weights that matter")
    func importance() {
      let weight = Tensor.normal([4, 500], seed: 3)
      let plain = QuantizationScheme(scaling: .squaredError)
      let weighted = QuantizationScheme(scaling: .weightedSquaredError)
      // Large weights matter a thousand times as much.
      let importance = weight.abs().isGreater(than: 1.5).converted(to: .float32) * 1000 + 1
      let plainChange = plain.perturbation(of: weight, bits: 3)
      let weightedChange = weighted.perturbation(of: weight, bits: 3, importance: importance)
      #expect(
        squaredSum(weightedChange, importance: importance) < 0.8
          * squaredSum(plainChange, importance: importance))
      #expect(squaredSum(weightedChange) > squaredSum(plainChange))
      let equal = weighted.perturbation(of: weight, bits: 3, importance: .ones([4, 500]))
      #expect(equal.floats == plainChange.floats)
    }

    @Test("a width without codes is a mistake of the program")
    func impossibleWidth() async {
      await #expect(processExitsWith: .failure) {
        _ = QuantizationScheme.standard.quantized(.ones([1, 1]), bits: 1)
      }
    }
  }
}
