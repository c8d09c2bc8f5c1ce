import COCO
import TestSupport
import Testing

@Suite("Bootstrap over images")
struct BootstrapTests {
  private static func allCategories(_ one: EvaluationCase) -> [CategorySet] {
    let ids = one.dataset.categories.map(\.id)
    return [CategorySet(name: "all", ids: ids)] + ids.map { CategorySet(name: "\($0)", ids: [$0]) }
  }

  /// The data set in which image i occurs `weights[i]` times: copies are numbered on in the order of images.
  private static func repeated(
    _ one: EvaluationCase, _ weights: [Int32]
  ) -> (dataset: Dataset, detections: [Detection]) {
    var result = Dataset(images: [], annotations: [], categories: one.dataset.categories)
    var detections: [Detection] = []
    for (image, copies) in zip(one.dataset.images.sorted(by: { $0.id < $1.id }), weights) {
      for _ in 0..<copies {
        let id = result.images.count + 1
        result.images.append(ImageRecord(id: id, width: 1, height: 1, fileName: ""))
        for var object in one.dataset.annotations where object.imageID == image.id {
          object.imageID = id
          object.id = result.annotations.count + 1
          result.annotations.append(object)
        }
        for var detection in one.detections where detection.imageID == image.id {
          detection.imageID = id
          detections.append(detection)
        }
      }
    }
    return (result, detections)
  }

  @Test(
    "a resample scores as the data set in which its images really are repeated",
    arguments: ["random-a", "random-c", "ties-across-images"])
  func againstRepetition(name: String) throws {
    let one = try EvaluationCase(name)
    let sets = Self.allCategories(one)
    let result = evaluate(one.dataset, one.detections)
    for size in [ObjectSize.all, .medium] {
      for criterion in [OverlapCriterion.mean, .half] {
        let resampled = result.resampledPrecision(of: sets, resamples: 4, seed: 11, at: criterion, size: size)
        #expect(resampled.estimates[0] == result.averagePrecision(at: criterion, size: size))
        for resample in 0..<4 {
          let weights = resampleWeights(imageCount: one.dataset.images.count, seed: 11, resample: resample)
          #expect(weights.reduce(0, +) == Int32(weights.count))
          let real = Self.repeated(one, weights)
          let expected = evaluate(real.dataset, real.detections)
          for (set, values) in zip(sets, resampled.values) {
            let value = expected.averagePrecision(categories: set.ids, at: criterion, size: size)
            #expect(isClose(values[resample], value, absolute: 1e-12))
          }
        }
      }
    }
  }

  @Test("the same seed gives the same resamples, another seed others, and one family member is not the next")
  func seeds() {
    let first = resampleWeights(imageCount: 50, seed: 1, resample: 0)
    #expect(first == resampleWeights(imageCount: 50, seed: 1, resample: 0))
    #expect(first != resampleWeights(imageCount: 50, seed: 2, resample: 0))
    #expect(first != resampleWeights(imageCount: 50, seed: 1, resample: 1))
  }

  @Test("the generator gives the published numbers of SplitMix64")
  func generator() {
    var generator = SplitMix64(seed: 1_234_567)
    let expected: [UInt64] = [
      6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      4_593_380_528_125_082_431,
    ]
    #expect((0..<4).map { _ in generator.next() } == expected)
    var counts = [Int](repeating: 0, count: 5)
    for _ in 0..<5000 { counts[generator.next(below: 5)] += 1 }
    #expect(counts.allSatisfy { (850...1150).contains($0) })
  }

  @Test("percentiles are interpolated as numpy does, and the centered interval turns on the mean")
  func percentiles() {
    let interval = BootstrapInterval(of: [4, 1, 3, 2], estimate: 3, level: 0.5)
    #expect(interval.lower == 1.75 && interval.upper == 3.25 && interval.resamples == 4)
    #expect(interval.bias == -0.5 && isClose(interval.standardError, (5.0 / 3).squareRoot(), relative: 1e-15))
    let centered = BootstrapInterval(of: [4, 1, 1, 2], estimate: 3, level: 0.5, method: .centered)
    #expect(centered.lower == 2.5 && centered.upper == 4 && centered.bias == -1)
    let none = BootstrapInterval(of: [], estimate: 2)
    #expect(none.resamples == 0 && none.lower == 2 && none.upper == 2)
    #expect(BootstrapInterval(of: (0...1000).reversed().map(Double.init), estimate: 5).upper == 975)
  }

  @Test(
    "an interval narrows with the level, and the centered one surrounds its estimate in spite of the bias")
  func intervals() throws {
    let one = try EvaluationCase("random-b")
    let sets = [CategorySet(name: "all", ids: one.dataset.categories.map(\.id))]
    let resampled = evaluate(one.dataset, one.detections).resampledPrecision(
      of: sets, resamples: 300, seed: 3)
    let wide = resampled.intervals()[0]
    let narrow = resampled.intervals(level: 0.5)[0]
    #expect(wide.lower < narrow.lower && narrow.upper < wide.upper && wide.resamples == 300)
    #expect(wide.upper - wide.lower < 0.2 && wide.standardError > 0.005 && wide.standardError < 0.05)
    // About 15 objects per category: the bias is as large as the standard error.
    #expect(wide.bias > 0.5 * wide.standardError)
    let centered = resampled.intervals(method: .centered)[0]
    #expect(centered.lower < centered.estimate && centered.estimate < centered.upper)
    #expect(isClose(centered.upper - centered.lower, wide.upper - wide.lower, absolute: 1e-12))
  }

  @Test("differences are paired: none to itself, and a worse detector is told apart")
  func differences() throws {
    let one = try EvaluationCase("random-b")
    let sets = Array(Self.allCategories(one).prefix(2))
    let good = evaluate(one.dataset, one.detections)
    let worse = evaluate(
      one.dataset, one.detections.enumerated().filter { $0.offset % 3 != 0 }.map(\.element))
    let first = good.resampledPrecision(of: sets, resamples: 200, seed: 5)
    let second = worse.resampledPrecision(of: sets, resamples: 200, seed: 5)
    #expect(first.differences(from: first).allSatisfy { $0.lower == 0 && $0.upper == 0 && $0.estimate == 0 })
    let drop = first.differences(from: second)[0]
    #expect(drop.lower > 0 && drop.estimate == good.averagePrecision() - worse.averagePrecision())
    // Paired intervals are tighter than the two intervals taken apart.
    let apart = first.intervals()[0]
    #expect(drop.upper - drop.lower < apart.upper - apart.lower)
  }

  @Test("a category without objects in a resample is left out and counted")
  func leftOut() throws {
    let box = PixelBox(x: 0, y: 0, width: 50, height: 50)
    let dataset = Dataset(
      images: (1...6).map { ImageRecord(id: $0, width: 60, height: 60, fileName: "") },
      annotations: (1...6).map { Annotation(id: $0, imageID: $0, categoryID: $0 == 6 ? 2 : 1, box: box) },
      categories: [
        Category(id: 1, name: "common"), Category(id: 2, name: "rare"), Category(id: 3, name: "absent"),
      ])
    let detections = (1...5).map { Detection(imageID: $0, categoryID: 1, box: box, score: 1) }
    let sets = [CategorySet(name: "all", ids: [1, 2, 3]), CategorySet(name: "rare", ids: [2])]
    let resampled = evaluate(dataset, detections).resampledPrecision(of: sets, resamples: 100, seed: 1)
    let without = (0..<100).filter { resampleWeights(imageCount: 6, seed: 1, resample: $0)[5] == 0 }
    #expect((15...55).contains(without.count))
    #expect(resampled.leftOut == [without.count, without.count])
    #expect(resampled.values[1].indices.filter { resampled.values[1][$0] == -1 } == without)
    #expect(without.allSatisfy { isClose(resampled.values[0][$0], 1, absolute: 1e-12) })
    #expect(resampled.intervals()[1].resamples == 100 - without.count)
    #expect(isClose(resampled.estimates[0], 0.5, absolute: 1e-12))
  }

  @Test("exchanging outputs finds no difference to itself and a clear one to a detector that finds less")
  func swapping() throws {
    let one = try EvaluationCase("random-b")
    let ids = one.dataset.categories.map(\.id)
    let good = evaluate(one.dataset, one.detections)
    let worse = evaluate(
      one.dataset, one.detections.enumerated().filter { $0.offset % 3 != 0 }.map(\.element))
    let same = good.swapTest(against: good, categories: ids, permutations: 50, seed: 1)
    #expect(same.difference == 0 && same.pValue == 1 && same.permutations == 50)
    let clear = good.swapTest(against: worse, categories: ids, permutations: 99, seed: 1)
    #expect(isClose(clear.difference, good.averagePrecision() - worse.averagePrecision(), absolute: 1e-12))
    #expect(clear.pValue <= 0.02)
    let turned = worse.swapTest(against: good, categories: ids, permutations: 99, seed: 1)
    #expect(isClose(turned.difference, -clear.difference, absolute: 1e-12) && turned.pValue == clear.pValue)
    // One detection moved by a hair in one image: no evidence of anything.
    var moved = one.detections
    moved[0].score += 0.001
    let barely = good.swapTest(
      against: evaluate(one.dataset, moved), categories: ids, permutations: 50, seed: 1)
    #expect(barely.pValue > 0.3)
  }

  @Test(
    "exchanged differences begin with the observed one, exchange alike under one seed, and give the probability"
  )
  func exchangedDifferences() throws {
    #expect(exchangeProbability([2, -2, 1, -3, 0]) == 3.0 / 5)
    #expect(exchangeProbability([0, 1, -1]) == 1)
    let one = try EvaluationCase("random-b")
    let sets = [CategorySet(name: "all", ids: one.dataset.categories.map(\.id))]
    let good = evaluate(one.dataset, one.detections)
    let worse = evaluate(
      one.dataset, one.detections.enumerated().filter { $0.offset % 3 != 0 }.map(\.element))
    let differences = good.exchangedDifferences(to: worse, sets: sets, permutations: 20, seed: 4)
    #expect(differences.count == 21)
    #expect(
      isClose(differences[0][0], good.averagePrecision() - worse.averagePrecision(), absolute: 1e-12))
    // The other way round every difference has the other sign, since the same images are exchanged.
    let turned = worse.exchangedDifferences(to: good, sets: sets, permutations: 20, seed: 4)
    #expect(zip(differences, turned).allSatisfy { isClose($0[0], -$1[0], absolute: 1e-12) })
    #expect(Set(differences.map { $0[0] }).count > 5)
  }

  /// Of 1001 values 400.5 count as below 400, so that the shift is Φ⁻¹(0.40010) = −0.253089. Without acceleration the
  /// ends are at the shares Φ(2 · shift ± 1.959964) = 0.0068289 and 0.9269973 of the way through the sorted values.
  @Test(
    "a corrected interval moves with the place of the estimate among the resamples; in the middle it stays")
  func corrected() {
    let values = (0...1000).map(Double.init)
    let low = BootstrapInterval(of: values, estimate: 400, jackknife: [])
    #expect(isClose(low.lower, 6.828877, absolute: 1e-6) && isClose(low.upper, 926.997304, absolute: 1e-6))
    #expect(low.estimate == 400 && low.bias == 100 && low.resamples == 1001)
    let middle = BootstrapInterval(of: values, estimate: 500, jackknife: [])
    let plain = BootstrapInterval(of: values, estimate: 500)
    #expect(isClose(middle.lower, plain.lower, absolute: 1e-9) && isClose(plain.lower, 25, absolute: 1e-9))
    #expect(isClose(middle.upper, plain.upper, absolute: 1e-9) && isClose(plain.upper, 975, absolute: 1e-9))
    // An estimate beyond all resamples: the interval ends at the outermost.
    let (below, above) = (
      BootstrapInterval(of: values, estimate: -5, jackknife: []),
      BootstrapInterval(of: values, estimate: 2000, jackknife: [])
    )
    #expect(isClose(below.lower, 0, absolute: 1e-9) && isClose(above.upper, 1000, absolute: 1e-9))
    let none = BootstrapInterval(of: [], estimate: 2, jackknife: [1, 2, 3])
    #expect(none.lower == 2 && none.upper == 2 && none.resamples == 0)
  }

  /// Without the one image that matters the value is 3, else 0. Mean 1, deviations 1, 1, −2: squares 6, cubes −6, and
  /// the acceleration −6 / (6 · 6^1.5) = −0.068041. The ends are at Φ(z / (1 + 0.068041 z)) with z = ∓1.959964.
  @Test("a corrected interval leans to where single images matter more, and not where they matter alike")
  func accelerated() {
    let values = (0...1000).map(Double.init)
    let leaning = BootstrapInterval(of: values, estimate: 500, jackknife: [0, 0, 3])
    #expect(isClose(leaning.lower, 11.862208, absolute: 1e-6))
    #expect(isClose(leaning.upper, 958.125989, absolute: 1e-6))
    for alike in [[1.0, 2, 3], [2, 2, 2], [0, 3]] {
      let interval = BootstrapInterval(of: values, estimate: 500, jackknife: alike)
      #expect(isClose(interval.lower, 25, absolute: 1e-9) && isClose(interval.upper, 975, absolute: 1e-9))
    }
  }

  @Test(
    "left out in turn, images score as the data set that really lacks them",
    arguments: ["random-a", "ties-across-images", "unordered-ids"], [2, 3, 200])
  func jackknife(name: String, groups: Int) throws {
    let one = try EvaluationCase(name)
    let sets = Self.allCategories(one)
    let found = evaluate(one.dataset, one.detections).jackknifedPrecision(of: sets, groups: groups)
    let ids = one.dataset.images.map(\.id).sorted()
    let count = min(groups, ids.count)
    #expect(found.allSatisfy { $0.count == count })
    for group in 0..<count {
      let kept = Set(ids.indices.filter { $0 % count != group }.map { ids[$0] })
      var dataset = one.dataset
      dataset.images = dataset.images.filter { kept.contains($0.id) }
      dataset.annotations = dataset.annotations.filter { kept.contains($0.imageID) }
      let real = evaluate(dataset, one.detections.filter { kept.contains($0.imageID) })
      for (set, values) in zip(sets, found) {
        let value = real.averagePrecision(categories: set.ids)
        #expect(isClose(values[group], value, absolute: 1e-12), "\(set.name) without group \(group)")
      }
    }
  }

  @Test(
    "exchanged differences are those of detections that really changed sides",
    arguments: ["random-a", "random-c"])
  func realExchanges(name: String) throws {
    let one = try EvaluationCase(name)
    let sets = Self.allCategories(one)
    // Every third detection is missing, and the scores are coarse, so that there are ties across lists.
    let lists = [
      one.detections,
      one.detections.enumerated().filter { $0.offset % 3 != 0 }.map { _, detection in
        var coarse = detection
        coarse.score = (detection.score * 10).rounded() / 10
        return coarse
      },
    ]
    let evaluations = lists.map { evaluate(one.dataset, $0) }
    let found = evaluations[0].exchangedDifferences(to: evaluations[1], sets: sets, permutations: 6, seed: 9)
    let ids = one.dataset.images.map(\.id).sorted()
    for exchange in 0...6 {
      // The first one is the observed difference; the others are drawn as the test of exchanges draws them.
      var generator = SplitMix64(seed: 9, member: max(exchange - 1, 0))
      let exchanged = Set(exchange == 0 ? [] : ids.filter { _ in generator.next() >> 63 == 1 })
      let sides = [0, 1].map { side in
        evaluate(
          one.dataset,
          lists[side].filter { !exchanged.contains($0.imageID) }
            + lists[1 - side].filter { exchanged.contains($0.imageID) })
      }
      for (set, value) in zip(sets, found[exchange]) {
        let precisions = sides.map { $0.averagePrecision(categories: set.ids) }
        #expect(
          isClose(value, precisions[0] - precisions[1], absolute: 1e-12), "\(set.name), exchange \(exchange)")
      }
    }
    #expect(Set(found.map { $0[0] }).count > 3, "exchanges matter")
  }

  @Test("a result compared with itself differs by nothing, with certainty")
  func itself() throws {
    let one = try EvaluationCase("random-c")
    let result = evaluate(one.dataset, one.detections)
    let sets = [CategorySet(name: "odd", ids: one.expected.subset.categories)]
    let found = EvaluationComparison(
      result, result, critical: sets, resamples: 40, permutations: 20, seed: 2)
    let critical = try #require(found.critical["odd"])
    #expect(found.comparisons == 2 && found.averagePrecision.first == result.averagePrecision())
    for entry in [found.averagePrecision, critical] {
      #expect(entry.difference == 0 && entry.pValue == 1 && entry.first == entry.second)
      #expect(entry.percentile == [0, 0] && entry.bca == [0, 0] && entry.standardError == 0)
    }
  }

  @Test("evaluations that were not resampled alike are not compared")
  func trap() async {
    await #expect(processExitsWith: .failure) {
      let nothing = evaluate(Dataset(images: [], annotations: [], categories: []), [])
      let one = nothing.resampledPrecision(of: [], resamples: 1, seed: 1)
      _ = one.differences(from: nothing.resampledPrecision(of: [], resamples: 1, seed: 2))
    }
  }
}
