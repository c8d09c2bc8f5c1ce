// The loop that all trainings share: steps, clipping, validation, progress, state on disk.
import FoundationEssentials
import NN
import Torch

/// A loss ready for `backward`, and its parts as text for a failure or the progress line.
public struct StepLoss {
  /// A single number.
  public let total: Tensor
  /// The parts in words.
  public let summary: () -> String

  /// A loss with its parts.
  public init(total: Tensor, summary: @escaping () -> String) {
    self.total = total
    self.summary = summary
  }
}

/// A training from its parts; it can be stopped at any moment and goes on from its last saved state.
public struct TrainingLoop {
  /// Steps, rates, clipping, validation.
  public let recipe: TrainingRecipe
  /// The step before which it ends, if not the recipe's last one: to execute the beginning of a training again.
  public let stopStep: Int?
  /// Where the state is kept.
  public let stateFile: URL
  /// Told once in a while: a line for people, and the share done.
  public let report: (String, Double) -> Void

  /// Seconds between two saved states.
  private let saveInterval: Double

  /// A loop with its recipe.
  public init(
    recipe: TrainingRecipe, stateFile: URL, saveInterval: Double = 120, stopStep: Int? = nil,
    report: @escaping (String, Double) -> Void
  ) {
    self.recipe = recipe
    self.stateFile = stateFile
    self.stopStep = stopStep
    self.saveInterval = saveInterval
    self.report = report
  }

  /// Trains a module.
  ///
  /// - Parameters:
  ///   - groups: the parameters with their rates.
  ///   - loss: of a step, counted from 0.
  ///   - validate: the score of the module as it is.
  /// - Returns: the training curve.
  public func run(
    _ module: any Module, groups: [AdamW.Group], loss: (Int) throws -> StepLoss,
    validate: () throws -> Double
  ) throws -> [TrainingPoint] {
    try run(
      module, groups: groups, loss: loss,
      figures: {
        TrainingFigures(score: try withoutGradients { () throws in try validate() })
      })
  }

  /// Trains a module of which more than a score is to be remembered.
  ///
  /// - Parameter figures: of the module as it is.
  public func run(
    _ module: any Module, groups: [AdamW.Group], loss: (Int) throws -> StepLoss,
    figures: () throws -> TrainingFigures
  ) throws -> [TrainingPoint] {
    let optimizer = AdamW(groups)
    let state = TrainingState(file: stateFile)
    var (history, recentLosses) = try state.restore(module, optimizer) ?? ([], [])
    let clock = ContinuousClock()
    let start = clock.now
    let firstStep = optimizer.stepCount
    var lastSave = start
    var lastReport = start
    let end = min(stopStep ?? recipe.stepCount, recipe.stepCount)
    while optimizer.stepCount < end {
      let step = optimizer.stepCount
      let stepLoss = try loss(step)
      let value = stepLoss.total.item()
      guard value.isFinite else {
        throw TrainingError(
          "step \(step): the loss is \(value) (\(stepLoss.summary())); expected a finite number")
      }
      recentLosses.append(value)
      stepLoss.total.backward()
      optimizer.step(
        rateFactor: recipe.schedule.factor(step: step), clippingNorm: recipe.clippingNorm)
      let done = step + 1
      if done % recipe.validationInterval == 0 || done == recipe.stepCount {
        let found = try figures()
        let mean = recentLosses.reduce(0, +) / Double(recentLosses.count)
        history.append(
          TrainingPoint(
            imagesSeen: done * recipe.batchSize, loss: mean, score: found.score, details: found.details))
        recentLosses = []
      }
      // The clock decides only when to speak and to save, never what is computed.
      let now = clock.now
      if (now - lastSave) / .seconds(1) > saveInterval {
        try state.save(module, optimizer, history: history, recentLosses: recentLosses)
        lastSave = now
      }
      if (now - lastReport) / .seconds(1) > 2 || done == end {
        lastReport = now
        let rate = Double((done - firstStep) * recipe.batchSize) / ((now - start) / .seconds(1))
        let left = Int(Double((end - done) * recipe.batchSize) / rate)
        let score = history.last.map { ", last score \(($0.score * 1000).rounded() / 1000)" } ?? ""
        report(
          "\(Int(rate)) images/s, loss \((value * 100).rounded() / 100) (\(stepLoss.summary()))\(score), "
            + "\(left / 60) min \(left % 60) s left",
          Double(done) / Double(end))
      }
    }
    return history
  }
}
