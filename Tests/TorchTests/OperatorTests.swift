// Operators against known values.
import Foundation
import TestSupport
import Testing
import Torch

/// A matrix of doubles.
func matrix(_ rows: [[Double]]) -> Tensor {
  Tensor(rows.flatMap(\.self), shape: [rows.count, rows[0].count])
}

/// A vector of doubles.
func vector(_ values: [Double]) -> Tensor { Tensor(values, shape: [values.count]) }

extension TorchTests {
  @Suite struct OperatorTests {
    typealias Elementwise = (
      name: String, operate: @Sendable (Tensor) -> Tensor, expected: @Sendable (Double) -> Double
    )

    static let elementwise: [Elementwise] = [
      ("exp", { $0.exp() }, { Foundation.exp($0) }),
      ("log", { $0.log() }, { Foundation.log($0) }),
      ("sqrt", { $0.sqrt() }, { $0.squareRoot() }),
      ("rsqrt", { $0.rsqrt() }, { 1 / $0.squareRoot() }),
      ("abs", { (-$0).abs() }, { $0 }),
      ("sin", { $0.sin() }, { Foundation.sin($0) }),
      ("cos", { $0.cos() }, { Foundation.cos($0) }),
      ("sigmoid", { $0.sigmoid() }, { 1 / (1 + Foundation.exp(-$0)) }),
      ("relu", { ($0 - 1).relu() }, { max($0 - 1, 0) }),
      ("sign", { ($0 - 1).sign() }, { $0 > 1 ? 1 : $0 < 1 ? -1 : 0 }),
      ("round", { $0.round() }, { $0.rounded(.toNearestOrEven) }),
      ("floor", { (-$0).floor() }, { (-$0).rounded(.down) }),
      ("logSigmoid", { (-$0).logSigmoid() }, { -Foundation.log(1 + Foundation.exp($0)) }),
      ("power", { $0.power(1.5) }, { Foundation.pow($0, 1.5) }),
      ("clamped", { $0.clamped(low: 0.5, high: 2) }, { min(max($0, 0.5), 2) }),
      ("arithmetic", { (3 - $0 * 2) / 4 + 1 }, { (3 - $0 * 2) / 4 + 1 }),
    ]

    @Test("elementwise operators are the functions they are named after", arguments: elementwise.indices)
    func elementwiseOperators(index: Int) {
      let (name, operate, expected) = Self.elementwise[index]
      let values = [0.25, 0.5, 1, 1.5, 2.5, 30]
      let result = operate(vector(values)).doubles
      for (value, result) in zip(values, result) {
        #expect(isClose(result, expected(value), absolute: 1e-15, relative: 1e-14), "\(name)(\(value))")
      }
    }

    @Test("two operands broadcast")
    func broadcast() {
      let left = matrix([[1, 2], [3, 4]])
      let right = vector([10, 20])
      #expect((left + right).doubles == [11, 22, 13, 24])
      #expect((left - right).doubles == [-9, -18, -7, -16])
      #expect((left * right).doubles == [10, 40, 30, 80])
      #expect((left / right).doubles == [0.1, 0.1, 0.3, 0.2])
      #expect(left.maximum(vector([2, 3])).doubles == [2, 3, 3, 4])
      #expect(left.minimum(vector([2, 3])).doubles == [1, 2, 2, 3])
      #expect(left.matrixProduct(right.reshaped([2, 1])).doubles == [50, 110])
    }

    @Test("comparisons give truth values that choose and fill")
    func comparisons() {
      let values = vector([-1, 0, 2])
      let positive = values.isGreater(than: 0)
      #expect(positive.elementType == .bool)
      #expect(positive.integers == [0, 0, 1])
      #expect(positive.logicalNot().integers == [1, 1, 0])
      #expect(values.isLess(than: 0).integers == [1, 0, 0])
      #expect(values.isLess(than: vector([0, 0, 0])).integers == [1, 0, 0])
      #expect(values.isEqual(to: 0).integers == [0, 1, 0])
      #expect(values.isEqual(to: vector([-1, 1, 2])).integers == [1, 0, 1])
      #expect(positive.logicalAnd(values.isEqual(to: 2)).integers == [0, 0, 1])
      #expect(values.chosen(where: positive, else: vector([7, 8, 9])).doubles == [7, 8, 2])
      #expect(values.filled(where: positive, with: 5).doubles == [-1, 0, 5])
      #expect(vector([1, .infinity, .nan]).isFinite().integers == [1, 0, 0])
    }

    @Test("reductions over everything and over some dimensions")
    func reductions() {
      let values = Tensor((0..<12).map(Double.init), shape: [2, 3, 2])
      #expect(values.sum().item() == 66)
      #expect(values.mean().item() == 5.5)
      #expect(values.largest().item() == 11)
      #expect(values.sum([1]).doubles == [6, 9, 24, 27])
      #expect(values.sum([0, 2], keepingDimensions: true).shape == [1, 3, 1])
      #expect(values.mean([0, 1]).doubles == [5, 6])
      #expect(values.largest([2]).doubles == [1, 3, 5, 7, 9, 11])
      let (largest, places) = matrix([[1, 5, 3], [9, 2, 9]]).maximum(along: 1)
      #expect(largest.doubles == [5, 9])
      #expect(places.integers == [1, 0])
      let top = vector([1, 9, 5, 7]).largest(3)
      #expect(top.values.doubles == [9, 7, 5])
      #expect(top.indices.integers == [1, 3, 2])
      #expect(vector([1, 2, 3]).cumulativeSum(along: 0).doubles == [1, 3, 6])
    }

    @Test("functions along a dimension, also where exponentials overflow")
    func normalizing() {
      let values = matrix([[1000, 1000], [0, Foundation.log(3)]])
      #expect(largestDifference(values.softmax().doubles, [0.5, 0.5, 0.25, 0.75]) < 1e-15)
      let expected = [-Foundation.log(2), -Foundation.log(2), -Foundation.log(4), Foundation.log(0.75)]
      #expect(largestDifference(values.logSoftmax().doubles, expected) < 1e-12)
      #expect(
        largestDifference(values.logSumExp(along: 1).doubles, [1000 + Foundation.log(2), Foundation.log(4)])
          < 1e-15)
      #expect(isClose(vector([-800]).logSigmoid().item(), -800, relative: 1e-15))
    }

    @Test("changes of shape move elements as they say")
    func shapes() {
      let values = Tensor((0..<6).map(Double.init), shape: [2, 3])
      #expect(values.transposed().doubles == [0, 3, 1, 4, 2, 5])
      #expect(values.reshaped([3, -1]).shape == [3, 2])
      #expect(values.flipped([1]).doubles == [2, 1, 0, 5, 4, 3])
      #expect(values.unsqueezed(0).shape == [1, 2, 3])
      #expect(values.unsqueezed(-1).shape == [2, 3, 1])
      #expect(values.narrowed(1, from: 1, count: 2).doubles == [1, 2, 4, 5])
      #expect(values.selected(0, 1).doubles == [3, 4, 5])
      #expect(values.unsqueezed(2).expanded([-1, -1, 2]).doubles == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5])
      let places = Tensor([2 as Int64, 0], shape: [2])
      #expect(values.picked(1, places).doubles == [2, 0, 5, 3])
      #expect(values.gathered(1, Tensor([2 as Int64, 0], shape: [2, 1])).doubles == [2, 3])
      #expect(values.reshaped([1, 2, 3]).permuted([2, 0, 1]).doubles == [0, 3, 1, 4, 2, 5])
      #expect(Tensor.concatenated([values, values], along: 1).shape == [2, 6])
      #expect(Tensor.stacked([values, values]).shape == [2, 2, 3])
    }

    @Test("layers on numbers that can be checked by hand")
    func layers() {
      let input = matrix([[1, 2], [3, 4]])
      let weight = matrix([[1, -1], [0, 2], [1, 1]])
      #expect(input.linear(weight, bias: vector([10, 20, 30])).doubles == [9, 24, 33, 9, 28, 37])
      let picture = Tensor((0..<16).map(Double.init), shape: [1, 1, 4, 4])
      let kernel = Tensor([1.0, 0, 0, -1], shape: [1, 1, 2, 2])
      #expect(picture.convolved(kernel).doubles == [Double](repeating: -5, count: 9))
      #expect(picture.convolved(kernel, bias: vector([1]), stride: 2).doubles == [-4, -4, -4, -4])
      #expect(picture.convolved(kernel, padding: 1).shape == [1, 1, 5, 5])
      #expect(picture.convolved(kernel, dilation: 3).doubles == [-15])
      #expect(picture.maxPooled(window: 2, stride: 2, padding: 0).doubles == [5, 7, 13, 15])
      #expect(picture.maxPooled(window: 3, stride: 2, padding: 1).doubles == [5, 7, 13, 15])
      let normalized = matrix([[1, 3], [-2, 2]])
        .layerNormalized(weight: vector([1, 10]), bias: vector([0, 1]), epsilon: 0).doubles
      #expect(largestDifference(normalized, [-1, 11, -1, 11]) < 1e-14)
      let grouped = Tensor([1.0, 3, -2, 2], shape: [1, 4, 1])
        .groupNormalized(groups: 2, weight: vector([1, 1, 1, 2]), bias: vector([0, 0, 0, 5]), epsilon: 0)
        .doubles
      #expect(largestDifference(grouped, [-1, 1, -1, 7]) < 1e-14)
    }

    @Test("random numbers are functions of their seed with the promised moments")
    func random() {
      let uniform = Tensor.uniform([20_000], low: -2, high: 4, seed: 1)
      #expect(uniform.floats == Tensor.uniform([20_000], low: -2, high: 4, seed: 1).floats)
      #expect(uniform.floats != Tensor.uniform([20_000], low: -2, high: 4, seed: 2).floats)
      #expect(abs(uniform.mean().item() - 1) < 0.05)
      #expect(uniform.floats.allSatisfy { (-2...4).contains($0) })
      let normal = Tensor.normal([20_000], seed: 1)
      #expect(abs(normal.mean().item()) < 0.03)
      #expect(abs(normal.power(2).mean().item() - 1) < 0.05)
      let dropped = Tensor.ones([20_000]).droppedOut(0.25, seed: 3)
      #expect(dropped.floats == Tensor.ones([20_000]).droppedOut(0.25, seed: 3).floats)
      let kept = dropped.floats.filter { $0 != 0 }
      #expect(abs(Double(kept.count) / 20_000 - 0.75) < 0.02)
      #expect(kept.allSatisfy { abs($0 - 4.0 / 3) < 1e-6 })
    }

    @Test("making, reading and converting")
    func contents() {
      #expect(Tensor.range(to: 3, type: .int64).integers == [0, 1, 2])
      #expect(Tensor.range(from: 1, to: 2, by: 0.5).floats == [1, 1.5])
      #expect(Tensor.full([2], 2.5).floats == [2.5, 2.5])
      #expect(Tensor([1.75, -1.25], shape: [2]).converted(to: .int64).integers == [1, -1])
      #expect(
        Tensor([1.0 as Float, 65504], shape: [2]).converted(to: .float16).bytes == [0x00, 0x3c, 0xff, 0x7b])
      #expect(Tensor([7 as UInt8], shape: []).rank == 0)
      #expect(Tensor.zeros([0, 4]).floats.isEmpty)
      #expect(Tensor.zeros([2, 3]).size(-1) == 3)
      for type in ElementType.allCases {
        let tensor = Tensor.ones([3], type: type)
        #expect(tensor.elementType == type)
        #expect(tensor.bytes.count == 3 * type.byteCount)
        #expect(tensor.doubles == [1, 1, 1])
      }
      let turned = matrix([[1, 2], [3, 4]]).transposed()
      #expect(turned.contiguous().bytes == turned.bytes)
      let picture = Tensor((0..<8).map(Double.init), shape: [1, 2, 2, 2])
      #expect(picture.channelsLast().doubles == picture.doubles)
    }

    @Test("changes in place show in every view, copies do not")
    func inPlace() {
      let values = vector([1, 2, 3])
      let view = values.narrowed(0, from: 1, count: 2)
      let copy = values.clone()
      values.add(vector([1, 1, 1]), scale: 10)
      values.scale(by: 2)
      values.addProduct(vector([1, 2, 3]), vector([1, 1, -1]), scale: 0.5)
      #expect(values.doubles == [22.5, 25, 24.5])
      #expect(view.doubles == [25, 24.5])
      #expect(copy.doubles == [1, 2, 3])
      values.assign(Tensor([4 as Float, 5, 6], shape: [3]))
      #expect(view.doubles == [5, 6])
      #expect(Tensor.totalNorm([vector([3]), vector([0, 4])]) == 5)
    }
  }
}
