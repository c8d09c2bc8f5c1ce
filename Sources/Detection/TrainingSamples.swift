// Pictures with their objects, and in which order training sees them.
import Images
import NN

/// A picture and what it shows.
public struct TrainingSample: Sendable {
  /// The picture.
  public let image: RGBImage
  /// Its objects.
  public let target: Target

  /// A picture and its objects.
  public init(image: RGBImage, target: Target) {
    self.image = image
    self.target = target
  }
}

/// The order of samples over a training: every epoch a permutation of its own, every sample flipped or not. A function
/// of the seed and the step alone, so that a resumed training goes on as if it had never stopped.
public struct SampleOrder {
  private let seed: UInt64
  private let count: Int
  private let batchSize: Int
  private var epoch = -1
  private var permutation: [Int] = []

  /// The order of `count` samples in batches.
  public init(seed: UInt64, count: Int, batchSize: Int) {
    guard count > 0, batchSize > 0 else { fatalError("\(count) samples in batches of \(batchSize)") }
    self.seed = seed
    self.count = count
    self.batchSize = batchSize
  }

  /// The samples of a step, counted from 0, and whether each is flipped.
  public mutating func batch(step: Int) -> [(sample: Int, isMirrored: Bool)] {
    (step * batchSize..<(step + 1) * batchSize).map { position in
      if position / count != epoch {
        epoch = position / count
        permutation = Self.permutation(count, seed: SeedSequence.seed(seed, "epoch \(epoch)"))
      }
      let flip = SeedSequence.seed(seed, "flip \(position)") & 1 == 1
      return (permutation[position % count], flip)
    }
  }

  /// The numbers below `count` in random order (Fisher and Yates).
  static func permutation(_ count: Int, seed: UInt64) -> [Int] {
    var order = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) {
      // Multiplying instead of dividing: the high word is uniform below `last + 1` up to one part in 2⁶⁴ / count.
      let random = SeedSequence.seed(seed, "\(last)")
      order.swapAt(last, Int(random.multipliedFullWidth(by: UInt64(last + 1)).high))
    }
    return order
  }
}
