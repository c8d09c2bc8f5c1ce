//: # What the Fisher information foretells {#sec-fisher .embedded}
//:
//: Let $\Delta$ be what rounding does to all weights $w$. The mean of a loss $L$ over images then rises by
//:
//: $$ L(w + \Delta) - L(w) \approx \bar{g}^\top \Delta + \tfrac{1}{2} \Delta^\top H \Delta \approx \tfrac{1}{2} \Delta^\top F \Delta \approx \tfrac{1}{2} \sum_j F_{jj} \Delta_j^2 $$ {#eq-expansion}
//:
//: if the mean gradient $\bar{g}$ is small, the Hessian $H$ is near the matrix $F$ of second moments of the gradients of single images, and what layers do to each
//: other is left out. Each step can fail: the L1 distance and the overlap of boxes are not likelihoods, and matching changes hands. This chapter measures how much
//: of the rise is foretold, for layers alone and for whole assignments, before any allocation is built on it.
//:
//: $F$ is exact for every image: in one batched backward pass each layer forms the gradients of single images from what it saw and what came back, and squares
//: them after the uses of a shared layer are summed. Squaring the gradient of a batch in its place measures something else: the mean gradient, and a share of
//: the spread that shrinks with the batch.
import Experiment

let notebook = Notebook()
let study = Study(notebook, .detrR50, on: .detection)

//: ## One layer at a time {#sec-layers-alone}
//:
//: Each of the searched layers is rounded alone to three, four and six bits, and the rise of the mean loss on selection scenes is set against half of its
//: diagonal cost (@fig-predicted-measured). The rank correlation is {{rho-diagonal}} for the overall loss. Queries stay matched with the objects that they had before rounding, as the gradients
//: have them: a few pictures whose matching jumps move the mean loss by more than most layers do. With matching made anew, on a quarter of the scenes, it is {{rho-rematched}}, where kept matching gives {{rho-kept-few}} on the same scenes. @tbl-predictions puts other models of the cost beside it: the
//: trace of the layer's Fisher block times its squared error, the Hessian trace by random vectors in its place [@dong2020], the Fisher trace with $2^{-2b}$ for the
//: error, the squared gradient of batches of {{gradient-batch}}, and the diagonal with the labels of other scenes. The last one, whose targets belong to other scenes, still ranks layers with {{rho-shuffled}}: what is
//: foretold is above all how far an error of a layer reaches. True labels in the place of others change ranks little, and AP by {{gain-over-shuffled}} points where bits are chosen by them (@sec-controls). Of the layers {{above-3bit}} rise by more than
//: foretold at three bits, {{above-4bit}} at four and {{above-6bit}} at six, where rises are small and {{fallen-6bit}} of the layers lower the loss.
notebook.value("rho-diagonal", .digits(2).withInterval, class: .within(absolute: 0.02, relative: 0)) {
  try study.predictionCorrelation(.diagonal).overall
}

notebook.value("rho-shuffled", .digits(2).withInterval, class: .within(absolute: 0.02, relative: 0)) {
  try study.predictionCorrelation(.shuffled).overall
}
notebook.value("gradient-batch", .count) { study.gradientBatchSize }
notebook.value("rho-rematched", .digits(2).withInterval, class: .within(absolute: 0.02, relative: 0)) {
  try study.rematchedCorrelation()
}
notebook.value("rho-kept-few", .digits(2).withInterval, class: .within(absolute: 0.02, relative: 0)) {
  try study.keptCorrelation()
}

notebook.value("above-3bit", .percent(digits: 0)) { try study.riseShares(bits: 3).above }
notebook.value("above-4bit", .percent(digits: 0)) { try study.riseShares(bits: 4).above }
notebook.value("above-6bit", .percent(digits: 0)) { try study.riseShares(bits: 6).above }
notebook.value("fallen-6bit", .percent(digits: 0)) { try study.riseShares(bits: 6).fallen }

notebook.figure(
  "fig-predicted-measured",
  caption:
    "Predicted against measured rise of the mean loss with one layer at a time rounded and matching kept: (a) overall loss, (b) critical loss of *person*. "
    + "On the dashed line both are equal; rings in the strip at the foot are layers whose rounding lowered the loss; by how much, they do not show. Layers without gradient are left out.",
  alt:
    "Two scatter plots on logarithmic axes; most points of three and four bits lie along the diagonal or above it, those of six bits scatter most widely."
) { try study.predictedMeasured(for: .person).figure }

notebook.table(
  "tbl-predictions",
  caption:
    "Rank correlation (Spearman) of predicted and measured rises of the overall loss over layers and widths, queries kept at their objects, with percentile intervals of resampled scenes; predictions and layers stay as they are. Resampling adds noise, which lowers rank correlations: an estimate may stand at the upper end of its interval or above it."
) {
  Table(
    columns: [
      .text("Cost of a layer"), .number("all widths", .digits(2).withInterval),
      .number("3 bits", .digits(2).withInterval), .number("4 bits", .digits(2).withInterval),
      .number("6 bits", .digits(2).withInterval),
    ],
    rows: try PredictionModel.allCases.map { model in
      let ranks = try study.predictionCorrelation(model)
      return [.text(model.rawValue), .number(ranks.overall)]
        + [3, 4, 6].map { bits in ranks.byBits[bits].map { .number($0) } ?? .missing("–") }
    })
}

//: ## Whole assignments {#sec-assignments}
//:
//: With all layers rounded at once, errors of different layers meet. Projections of every image's gradient on every layer's rounding error give the whole
//: quadratic form, cross-layer terms included. At uniform four bits the overall loss rises by {{rise-4bit}} on {{rise-scenes}} selection scenes; the diagonal foretells {{rise-4bit-diagonal}},
//: the whole form {{rise-4bit-full}}, to which the first order adds {{rise-4bit-first}} (@tbl-rises). The whole form is nearer to what is measured than the diagonal in {{whole-nearer}} of {{rise-rows}} rows; in {{whole-above}} of them it is above it. Two things can make a forecast too high: a quadratic form about the weights in floating point need not hold as far away as rounded weights are,
//: and here queries are matched anew under rounded weights, as they are in use, which can only lower the cost of matching.
let widths = [8, 6, 5, 4, 3]
let rises = study.rises(
  under: widths.map { study.uniform(bits: $0) } + [study.mixed(.overall, averageBits: 4)])
let overallRises = { try rises.value.map { try $0.rise(of: "overall") } }
let riseOfFourBits = { try overallRises()[widths.firstIndex(of: 4) ?? 0] }
notebook.value("rise-4bit", .digits(2).withInterval) { try riseOfFourBits().measuredMean }
notebook.value("rise-4bit-diagonal", .digits(2)) { try riseOfFourBits().diagonal }
notebook.value("rise-scenes", .count) { try riseOfFourBits().measured.count }
notebook.value("rise-4bit-first", .digits(2)) { try riseOfFourBits().predicted.firstOrder }
notebook.value("rise-4bit-full", .digits(2)) { try riseOfFourBits().predicted.fullSecondOrder }
notebook.value("rise-rows", .count) { try overallRises().count }
notebook.value("whole-nearer", .count) {
  try overallRises().count {
    abs($0.predicted.fullSecondOrder - $0.measuredMean.value) < abs($0.diagonal - $0.measuredMean.value)
  }
}
notebook.value("whole-above", .count) {
  try overallRises().count { $0.predicted.fullSecondOrder > $0.measuredMean.value }
}

notebook.table(
  "tbl-rises",
  caption:
    "Rise of the overall loss under whole assignments: measured, with queries matched anew unlike in @tbl-predictions and bootstrap intervals over scenes, and as foretold by the first-order part, by half the diagonal, "
    + "by the whole quadratic form of @eq-expansion, and by the same form with the mean gradient taken out of the gradients."
) {
  Table(
    columns: [
      .text("Weights"), .number("measured", .digits(2).withInterval), .number("first order", .digits(2)),
      .number("diagonal", .digits(2)), .number("whole form", .digits(2)),
      .number("about the mean", .digits(2)),
    ],
    rows: try zip(widths.map { "\($0) bits" } + ["Fisher-overall, 4 bits"], overallRises())
      .map { study.riseRow($0, $1) })
}

//: ## How many scenes an estimate needs {#sec-calibration}
//:
//: Scenes are drawn with replacement from those of the Fisher information, sensitivities and bits are taken from the draw, and compared with those of all scenes. In draws of the same number, {{scenes-most}}, the sensitivity of a typical layer
//: still scatters by {{spread-overall}} for the overall loss and by {{spread-critical}} where *person* is critical, and {{moved-overall}} of the weights
//: have other bits for the overall loss in a draw than with all scenes (@tbl-stability). Between the two objectives {{moved-between}} of the weights have others with all scenes, {{moved-between-draws}} in the mean over these draws. What an objective
//: changes has to be read against what chance changes. @tbl-estimates shows how long estimates take.
let stability = study.stability(for: .person, averageBits: 4)
notebook.value("scenes-most", .count) { try stability.value.rows.last?.sceneCount ?? 0 }
notebook.value("spread-overall", .percent(digits: 0)) { try stability.value.rows.last?.spreadOverall ?? 0 }
notebook.value("spread-critical", .percent(digits: 0)) { try stability.value.rows.last?.spreadCritical ?? 0 }
notebook.value("moved-overall", .percent(digits: 1)) {
  try mean(stability.value.rows.last?.changedOverall ?? [])
}
notebook.value("moved-between", .percent(digits: 1)) { try stability.value.changedBetween }
notebook.value("moved-between-draws", .percent(digits: 1)) {
  try mean(stability.value.rows.last?.changedBetween ?? [])
}

notebook.table(
  "tbl-stability",
  caption:
    "Draws of calibration scenes, twenty of each size: scatter of the median layer's sensitivity (standard deviation over mean), and the share of the searched weights whose bits "
    + "differ from those of all scenes, by objective, and between the objectives on one draw. Costs are the layer's trace times the mean squared error of its weights, since no diagonal is kept for single scenes."
) {
  Table(
    columns: [
      .text("Scenes"), .number("scatter, overall", .percent(digits: 0)),
      .number("scatter, person", .percent(digits: 0)), .number("moved, overall", .percent(digits: 1)),
      .number("moved, person", .percent(digits: 1)), .number("between objectives", .percent(digits: 1)),
    ],
    rows: try stability.value.rows.map { row in
      [
        .text("\(row.sceneCount)"), .number(row.spreadOverall), .number(row.spreadCritical),
        .number(mean(row.changedOverall)), .number(mean(row.changedCritical)),
        .number(mean(row.changedBetween)),
      ]
    })
}

notebook.table(
  "tbl-estimates",
  caption:
    "Estimates from gradients, and measured rises beside them: scenes, seconds where they ran, and milliseconds for each scene. Hessian traces are means over random vectors, drawn until the means change little.",
  class: .volatile
) {
  Table(
    columns: [
      .text("Estimate"), .number("Scenes", .count), .number("seconds", .digits(0)),
      .number("ms for a scene", .digits(0)),
    ], rows: try study.estimateCosts())
}

//: @fig-kept-bits shows which layers have other bits in a draw. Layers to which both objectives give the same bits keep them in {{kept-equal}} of the largest draws, those that the objectives
//: treat differently in {{kept-different}}.
notebook.value("kept-equal", .percent(digits: 0)) { try stability.value.keptWhereEqualAndNot.equal ?? 1 }
notebook.value("kept-different", .percent(digits: 0)) {
  try stability.value.keptWhereEqualAndNot.different ?? 1
}
notebook.figure(
  "fig-kept-bits",
  caption:
    "Share of draws of calibration scenes in which each searched layer keeps the bits that all scenes give it, by objective. Triangles: layers to which the objectives give different bits. Costs are those of the trace, so that these are not all of the layers of @fig-assignments.",
  alt:
    "Two charts of bars and dots over the layers in forward order, with the parts of the network named; most bars reach the top, some layers fall far below it."
) { try study.keptBits(stability.value, for: .person).figure }

//: ## What belongs to the critical loss {#sec-readings}
//:
//: How "critical loss" is to be taken is not settled by its name: these are *readings* of it. Read literally, as in @eq-folding, folding the other categories into one leaves the boxes of *all* objects in the critical loss, and the labels of others as a class of their own. Two further readings and two controls are
//: compared (@tbl-readings): boxes of critical objects alone; others as background, so that only critical objects count at all; the ordinary loss with the class terms of critical objects weighing five times as much, which folds
//: nothing; and a loss without any category, whose classes are object and none, which folds everything. In the literal reading, the first row, the critical gradient of *person* agrees with
//: the overall one to a cosine of {{agreement-literal}}, and the rank correlation of layers is {{ranks-literal}}. Over the readings cosines lie between {{agreement-least}} and {{agreement-most}}, rank correlations between {{ranks-least}} and {{ranks-most}}: where ranks agree though gradients do not,
//: how layers rank is a property of the network more than of the objective.
notebook.value("agreement-literal", .digits(2)) { try study.gradientAgreement(.person) }
notebook.value("ranks-literal", .digits(3)) { try study.rankAgreement(.person) }
let agreements = { try CriticalVariant.allCases.map { try study.gradientAgreement(.person, reading: $0) } }
let ranks = { try CriticalVariant.allCases.map { try study.rankAgreement(.person, reading: $0) } }
notebook.value("agreement-least", .digits(2)) { try agreements().min() ?? .nan }
notebook.value("agreement-most", .digits(2)) { try agreements().max() ?? .nan }
notebook.value("ranks-least", .digits(3)) { try ranks().min() ?? .nan }
notebook.value("ranks-most", .digits(3)) { try ranks().max() ?? .nan }

notebook.table(
  "tbl-readings",
  caption:
    "Readings of the critical loss: cosine of its gradient with that of the overall loss, over all images and searched layers, and rank correlation of the layers' mean sensitivities."
) {
  Table(
    columns: [.text("Reading")]
      + study.groups.flatMap {
        [Column.number("\($0.rawValue): cosine", .digits(2)), .number("ranks", .digits(3))]
      },
    rows: try CriticalVariant.allCases.map { reading in
      [.text(reading.title)]
        + (try study.groups.flatMap { group -> [Cell] in
          [
            .number(try study.gradientAgreement(group, reading: reading)),
            .number(try study.rankAgreement(group, reading: reading)),
          ]
        })
    })
}

//: ## Which layers matter to which categories {#sec-map}
//:
//: With a gradient for each category's class terms, sensitivities of any set of categories follow from one pass. @fig-sensitivity-map sets them against those of all categories.
//: Taken alone, the class terms of a supercategory differ from those of all categories by a factor of {{factor-classes}} at a typical layer, most for
//: *{{peculiar-group}}* in {{peculiar-layer}}, and of the variance of these ratios {{common-classes}} is common to all supercategories. The critical loss also holds the boxes of all
//: objects. With them the factor is {{factor-boxes}}, but {{common-boxes}} of the variance is common to all supercategories: beside the overall loss, a critical one weighs boxes
//: more and classes less, whichever category is critical.
notebook.value("factor-classes", .digits(2)) { try typicalFactor(study.relativeSensitivities(.classes)) }
notebook.value("factor-boxes", .digits(2)) {
  try typicalFactor(study.relativeSensitivities(.classesAndBoxes))
}
notebook.value("common-classes", .percent(digits: 0)) {
  try commonShare(study.relativeSensitivities(.classes))
}
notebook.value("common-boxes", .percent(digits: 0)) {
  try commonShare(study.relativeSensitivities(.classesAndBoxes))
}
notebook.text("peculiar-group") { try study.mostPeculiarLayer(.classes).group }
notebook.text("peculiar-layer") { try study.mostPeculiarLayer(.classes).layer }

notebook.figure(
  "fig-sensitivity-map",
  caption:
    "Fisher trace of every layer for each supercategory over that for all categories, in each row relative to the geometric mean over layers: (a) the class terms of its categories alone, "
    + "(b) with the boxes of all objects. Layers without gradient are empty. The class terms of other categories, which a critical loss folds into one, and of queries without object are left out of both.",
  alt:
    "Two heat maps of supercategories by layers in forward order, orange where a layer matters more to a supercategory than to all, blue where less. The rows of the upper map differ, those of the lower one resemble each other."
) { try study.sensitivityMap().figure }

//: ## Which categories lose {#sec-which-categories .embedded}
//:
//: The other question is which category suffers, not which layer. Half of each layer's trace for the class terms of a category, times its squared rounding error, summed over the layers and divided by
//: the number of the category's objects, is what the Fisher information foretells for one object at uniform four bits. Over the {{foretold-categories}} categories its rank correlation with the AP that each loses is
//: {{rho-drop-foretold}}, {{foretold-direction}}, and with the AP that each has in floating point {{rho-precision-foretold}}: where a detector errs, gradients are large, and there is little AP to lose. With that AP
//: taken out of both, the first is {{rho-drop-foretold-beside}}. The information that tells layers apart {{foretold-verdict}} which categories lose AP. Few objects of each category stand behind a trace, which makes ranks
//: agree less than they might; and since the rise of each category's loss was not measured, a failure to foretell the loss and a failure of the loss to tell AP are not kept apart.
let foretoldRises = { try study.foretoldCategoryRises(bits: 4) }
notebook.value("foretold-categories", .count) { try foretoldRises().count { !$0.isNaN } }
notebook.value("rho-drop-foretold", .digits(2).signed.withInterval) {
  try study.dropCorrelation(bits: 4, with: foretoldRises())
}
notebook.text("foretold-direction") {
  let ranks = try study.dropCorrelation(bits: 4, with: foretoldRises())
  return (ranks.high ?? 0) < 0
    ? "the wrong way round" : (ranks.low ?? 0) > 0 ? "the right way round" : "in no order"
}
notebook.text("foretold-verdict") {
  let ranks = try study.dropCorrelation(bits: 4, with: foretoldRises())
  return (ranks.low ?? 0) > 0 ? "tells to some degree" : "is not shown to tell"
}
notebook.value("rho-drop-foretold-beside", .digits(2).signed.withInterval) {
  try study.dropCorrelationBesidePrecision(bits: 4, with: foretoldRises())
}
notebook.value("rho-precision-foretold", .digits(2).signed.withInterval) {
  try study.precisionCorrelation(with: foretoldRises())
}

//: ## What is not shown {#sec-fisher-limits}
//:
//: Losses are followed, not AP, which is what users see, but for the last section. Rises are measured on the scenes that the gradients come from. One seed of one detector.
