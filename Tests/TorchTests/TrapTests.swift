// Mistakes of the program: they end it with the operator, the shapes and the place.
import Foundation
import Testing
import Torch

extension TorchTests {
  @Suite struct TrapTests {
    /// What a process that ended badly has said.
    private func message(_ result: ExitTest.Result?) -> String {
      String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    }

    @Test("shapes that do not fit name the operator, both shapes and the caller's place")
    func shapes() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Tensor.ones([2, 3]).matrixProduct(Tensor.ones([4, 5]))
      }
      let text = message(result)
      #expect(text.contains("matrixProduct([2, 3], [4, 5])"), "\(text)")
      #expect(text.contains("TrapTests.swift"), "\(text)")
    }

    @Test("operators that say more in their name say it in the message")
    func reshaping() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Tensor.ones([2, 3]).reshaped([4])
      }
      #expect(message(result).contains("reshaped to [4]([2, 3])"), "\(message(result))")
    }

    @Test("too few numbers for a shape are told before libtorch sees them")
    func bytes() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Tensor([1.0, 2, 3], shape: [2, 2])
      }
      #expect(message(result).contains("24 bytes for a float64 tensor of shape [2, 2]"), "\(message(result))")
    }

    @Test("a dimension that is not there ends the program")
    func dimension() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Tensor.ones([2, 3]).size(2)
      }
      #expect(message(result).contains("dimension 2 of a tensor of shape [2, 3]"), "\(message(result))")
    }

    @Test("the number of threads is what it was set to, and forward passes do not depend on it")
    func threads() async {
      await #expect(processExitsWith: .success) {
        let weight = Tensor.normal([64, 64], seed: 1)
        let input = Tensor.normal([256, 64], seed: 2)
        Runtime.setThreadCount(1)
        #expect(Runtime.threadCount == 1)
        let alone = input.linear(weight).softmax().floats
        Runtime.setThreadCount(2)
        #expect(Runtime.threadCount == 2)
        #expect(input.linear(weight).softmax().floats == alone)
      }
    }

    @Test("the linked library is of the supported major version and tells about its threads")
    func version() {
      #expect(Runtime.version.hasPrefix("2."))
      #expect(Runtime.parallelInfo.contains("ATen"))
    }
  }
}
