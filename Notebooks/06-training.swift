//: # Training with quantized weights gives back most of what rounding took {#sec-qat .embedded}
//:
//: After quantization the detector is trained on with its quantized weights (quantization-aware training, *QAT*; *Fisher-trace QAT* is that with the penalty): gradients pass straight through the rounding, scales are learned [@esser2020],
//: and the floating-point detector teaches query by query, by the distance $L_{\text{distil}}$ of the student's class probabilities $p$ and boxes $b$ from its own, $p^\ast$ and $b^\ast$, summed over decoder layers and averaged over queries:
//:
//: $$ L_{\text{distil}} = \mathrm{KL}(p^\ast \parallel p) + 5 \lVert b - b^\ast \rVert_1 $$ {#eq-distil}
//:
//: The second remedy of the paper [@yang2024] penalizes the trace of the Fisher
//: information of the critical loss at the quantized weights $\tilde{w} = Q(w)$. We write it as
//:
//: $$ \min_w \; L_A(\tilde{w}) + L_{\text{distil}} + \lambda \, \mathbb{E}_n \left\lVert \nabla L_{F,n}(\tilde{w}) \right\rVert^2 $$ {#eq-penalty}
//:
//: so that the critical loss becomes flat. The expectation runs over single images. Squaring the gradient of a batch would punish something else, so the images of a batch get random
//: signs $\varepsilon_n$, and $\lVert \sum_n \varepsilon_n \nabla L_{F,n} \rVert^2$ has $\sum_n \lVert \nabla L_{F,n} \rVert^2$ as its expectation over signs. Its gradient is $2 H_\varepsilon u$, with $u$ the signed sum of gradients and $H_\varepsilon$ that of Hessians; where nothing else is said it is estimated by central
//: differences at $\tilde{w}$, which @sec-derivative compares with the exact product. The weights are those that are rounded and trained; the stem and the first stage of the backbone stay as they are. All arms have the same {{qat-steps}} steps of {{qat-batch}} scenes, order of scenes and teacher. The penalty acts in the second half, where $\lambda$ rises from {{lambda-first}} to {{lambda-last}}, but for @tbl-lambda.
import Experiment

let notebook = Notebook()
let study = Study(notebook, .detrR50, on: .detection)
let panoptic = Study(notebook, .detrR50, on: .panoptic)
let garments = Study(notebook, .detrR50, on: .garments)
let seeds = Replicates.seedsOfReport
let recipe = QATArm.flat.recipe
notebook.value("qat-steps", .count) { recipe.training.stepCount }
notebook.value("qat-batch", .count) { recipe.training.batchSize }
notebook.text("lambda-first") { recipe.penalty.map { scientific($0.firstWeight) } ?? "" }
notebook.text("lambda-last") { recipe.penalty.map { scientific($0.lastWeight) } ?? "" }

//: ## What training gives back {#sec-qat-accuracy}
//:
//: Rounding to four bits costs {{drop-overall-4bit-qat}} points of AP; {{qat-scenes}} scenes of training later {{qat-gap}} points are missing (@tbl-qat). With the penalty for *person* AP of *person*
//: changes by {{gain-flat-person}} points against plain training, that of all categories by {{gain-flat-all}}; of the critical trace that plain training has it leaves {{trace-left}}.
notebook.value("drop-overall-4bit-qat", .points(digits: 1).withInterval) { try study.drop(bits: 4) }
notebook.value("qat-scenes", .count) { QATArm.plain.recipe.training.imageCount }
notebook.value("qat-gap", .points(digits: 1).withInterval) {
  try (study.scores().value.resampled() - study.qatPrecision(.plain, for: .person, seeds: seeds)).estimate()
}
notebook.value("gain-flat-person", .points(digits: 1).signed.withInterval) {
  try study.gain(.flat, over: .plain, trainedFor: .person, seeds: seeds, scored: .person).estimate()
}
notebook.value("gain-flat-all", .points(digits: 1).signed.withInterval) {
  try study.gain(.flat, over: .plain, trainedFor: .person, seeds: seeds).estimate()
}
notebook.value("trace-left", .percent(digits: 0).withInterval) {
  try PenalizedGroup(study, .person, seeds: seeds).traceLeft().estimate()
}

notebook.table(
  "tbl-qat",
  caption:
    "AP in points at uniform four bits: rounded alone, and trained with quantized weights; means over seeds where there are several, with bootstrap intervals over report scenes. The size is the same in every quantized row. \(trainedNote)"
) {
  try study.qatTable(penaltiesFor: [.person, .animal], seeds: seeds)
}

//: ## The course {#sec-qat-course}
//:
//: @fig-qat follows AP, the critical loss on scenes of the training and of the selection, and the critical trace. The gap between the two losses shows how much of the fall is particular to the scenes of the training; the claim asks for more, that AP on other scenes does not rise (@sec-claims).
//: For *person* the gap is {{gap-first}} at the first point and {{gap-last}} at the last one of plain training, {{gap-last-flat}} with the penalty.
notebook.value("gap-first", .digits(2)) {
  try study.generalizationGap(.plain, for: .person, seeds: seeds).first
}
notebook.value("gap-last", .digits(2)) {
  try study.generalizationGap(.plain, for: .person, seeds: seeds).last
}
notebook.value("gap-last-flat", .digits(2)) {
  try study.generalizationGap(.flat, for: .person, seeds: seeds).last
}

notebook.figure(
  "fig-qat",
  caption:
    "Training with quantized weights at uniform four bits: (a) AP of *person* on selection scenes, (b) its critical loss on scenes of the training and of the selection, (c) the trace of its Fisher information; means over seeds, bands from the smallest to the largest seed. The penalty begins at the mark. (In place of a figure of the paper that is not known.)",
  alt: "Three charts over the number of scenes seen, with a band for each way of training."
) { try study.qatCurves([.plain, .flat], for: .person, seeds: seeds).figure }

//: ## Where it can overfit {#sec-qat-garments}
//:
//: Scenes of training and report share their pictures of things. Those of garments do not: selection and report show photographs that training never does, so this is where a critical category can
//: overfit (@tbl-qat-garments, @fig-qat-garments). Between the first and the last point of plain training the critical loss of *tops* on scenes of the training falls by {{fall-tops}}, and the gap to that on
//: selection scenes goes from {{gap-first-tops}} to {{gap-last-tops}}, with the penalty to {{gap-last-flat-tops}}; AP of *tops* on selection scenes changes by {{rise-tops}} points. With the penalty the trace of one seed jumps in between, as it can where a course is followed on few scenes. Of the trace that plain training has the penalty for *tops* leaves {{trace-left-tops}}, and it changes the AP of *tops* by
//: {{gain-flat-tops}} points.
notebook.value("rise-tops", .points(digits: 1).signed) {
  try mean(garments.courseOfTraining(.plain, for: .tops, seeds: seeds).map(\.riseOfPrecision))
}
notebook.value("fall-tops", .digits(2)) {
  try mean(garments.courseOfTraining(.plain, for: .tops, seeds: seeds).map(\.fallOfTrainingLoss))
}
notebook.value("gap-first-tops", .digits(2)) {
  try garments.generalizationGap(.plain, for: .tops, seeds: seeds).first
}
notebook.value("gap-last-tops", .digits(2)) {
  try garments.generalizationGap(.plain, for: .tops, seeds: seeds).last
}
notebook.value("gap-last-flat-tops", .digits(2)) {
  try garments.generalizationGap(.flat, for: .tops, seeds: seeds).last
}
notebook.value("trace-left-tops", .percent(digits: 0).withInterval) {
  try PenalizedGroup(garments, .tops, seeds: seeds).traceLeft().estimate()
}
notebook.value("gain-flat-tops", .points(digits: 1).signed.withInterval) {
  try garments.gain(.flat, over: .plain, trainedFor: .tops, seeds: seeds, scored: .tops).estimate()
}

notebook.table(
  "tbl-qat-garments",
  caption:
    "DETR-R50 on garment scenes at uniform four bits: AP in points, rounded alone and trained with quantized weights; means over seeds where there are several, with bootstrap intervals over report scenes, which show photographs that no training scene does. \(trainedNote)"
) {
  try garments.qatTable(penaltiesFor: [.tops, .footwear], seeds: seeds)
}

notebook.figure(
  "fig-qat-garments",
  caption:
    "Training with quantized weights on garment scenes: (a) AP of *tops* on selection scenes, (b) its critical loss on scenes of the training and of the selection, which show other photographs, (c) the trace of its Fisher information; means over seeds, bands from the smallest to the largest seed. The penalty begins at the mark. (In place of a figure of the paper that is not known.)",
  alt: "Three charts over the number of scenes seen, with a band for each way of training."
) { try garments.qatCurves([.plain, .flat], for: .tops, seeds: seeds).figure }

//: ## Every penalty {#sec-penalties}
//:
//: Panoptic scenes add surfaces, which are seen in every scene, to the things (@tbl-qat-panoptic). @tbl-penalties sets the penalties of all tasks side by side, two groups on each. The AP of the group that a penalty is for changes by {{least-gain}} points for {{least-gain-group}}, which gains least, and by {{largest-gain}} for
//: {{largest-gain-group}}, which gains most; the best of several is biased upwards by the selection.
//:
//: The trace that courses follow is that of all weights. The penalty acts on those alone that are rounded and trained, not on the heads nor on what stays fixed. On four times as many scenes @tbl-traces tells them
//: apart; since few scenes hold much of a trace, the ratios for all weights differ between the tables, and those of courses have no interval. Of the trace in the weights that it acts on the penalty leaves between {{least-trained-trace}} and {{largest-trained-trace}}; the whole interval lies below all of it for {{trained-trace-lower-count}} and above for {{trained-trace-higher-count}} of {{penalty-count}} groups.
let penalized = PenalizedGroup.ofReport(notebook)
notebook.value("penalty-count", .count) { penalized.count }
func byGain() throws -> [(name: String, gain: ResampledNumber)] {
  try penalized.map { ($0.name, try $0.gain()) }.sorted { $0.gain.value < $1.gain.value }
}
notebook.value("least-trained-trace", .percent(digits: 0).withInterval) {
  try trainedTraces().min { $0.value < $1.value }?.estimate() ?? Estimate(0)
}
notebook.value("largest-trained-trace", .percent(digits: 0).withInterval) {
  try trainedTraces().max { $0.value < $1.value }?.estimate() ?? Estimate(0)
}
notebook.value("trained-trace-lower-count", .count) {
  try trainedTraces().count { ($0.estimate().high ?? $0.value) < 1 }
}
notebook.value("trained-trace-higher-count", .count) {
  try trainedTraces().count { ($0.estimate().low ?? $0.value) > 1 }
}
func trainedTraces() throws -> [ResampledNumber] { try penalized.map { try $0.traceLeft(in: [.trained]) } }
notebook.text("least-gain-group") { try byGain().first?.name ?? "" }
notebook.value("least-gain", .points(digits: 1).signed.withInterval) {
  try byGain().first?.gain.estimate() ?? Estimate(0)
}
notebook.text("largest-gain-group") { try byGain().last?.name ?? "" }
notebook.value("largest-gain", .points(digits: 1).signed.withInterval) {
  try byGain().last?.gain.estimate() ?? Estimate(0)
}

notebook.table(
  "tbl-qat-panoptic",
  caption:
    "DETR-R50 on panoptic scenes at uniform four bits: AP in points, rounded alone and trained with quantized weights; means over seeds where there are several, with bootstrap intervals over report scenes. \(trainedNote)"
) { try panoptic.qatTable(penaltiesFor: [.person, .ground], seeds: seeds) }

notebook.table(
  "tbl-penalties",
  caption:
    "DETR-R50 at uniform four bits, means over \(seeds.count) seeds. Plain training: fall of the group's critical loss on scenes of the training and rise of its AP on selection scenes, from the first to the last point. Growth of the gap between the losses of selection and training, without and with the penalty for the group. With the penalty: what is left of the trace of plain training, and the change of AP on report scenes, of the group and of all categories, in points."
) { Table(columns: PenalizedGroup.columns, rows: try penalized.map { try $0.row() }) }

notebook.table(
  "tbl-traces",
  caption:
    "Where the trace of the critical Fisher information lies after plain training, and what the penalty leaves of it, in the weights that are rounded and trained, in the rest (those that are rounded but fixed, and the heads), and in all; means over \(seeds.count) seeds, intervals over selection scenes (@tbl-samples)."
) { Table(columns: PenalizedGroup.traceColumns, rows: try penalized.map { try $0.traceRow() }) }

//: ## How its derivative is taken {#sec-derivative}
//:
//: Rectifiers, L1 distances and maxima give the loss kinks. The exact product $H_\varepsilon u$, by differentiating twice, sees the curvature between them; a central difference over a step sees the change of the gradient over that step, kinks included, which is what rounding meets.
//: At the weights that plain training ends with the two have a cosine of {{cosine-used}} in the mean over batches at the step that is used, {{step-used}} of the length of the weights (@tbl-derivatives): they are different penalties. What counts is which of them lowers the trace. A move as short as that lowers it
//: to {{left-used}} on the scenes it was computed from and to {{left-used-others}} on others with differences, to {{left-exact}} and {{left-exact-others}} with the exact product. Trained with the exact product in their place, one seed, the trace ends at {{trace-exact}} of that of plain training, where differences with this seed end at {{trace-flat}}, and AP of *person* changes by {{gain-exact}}
//: points against plain training (@tbl-qat-arms).
func derivative(_ isExact: Bool) throws -> DerivativeSummary {
  try study.derivativeSummary(for: .person, isExact: isExact)
}
notebook.text("step-used") { try derivative(false).step }
notebook.value("cosine-used", .digits(2).signed) { try derivative(false).cosine }
notebook.value("left-used", .percent(digits: 0)) { try derivative(false).own }
notebook.value("left-used-others", .percent(digits: 0)) { try derivative(false).other }
notebook.value("left-exact", .percent(digits: 0)) { try derivative(true).own }
notebook.value("left-exact-others", .percent(digits: 0)) { try derivative(true).other }

notebook.table(
  "tbl-derivatives",
  caption:
    "Ways to take the derivative of the critical trace of *person* after plain training, on batches of selection scenes (@tbl-samples): cosine with the exact product, its mean and range over batches, and what is left of the trace after a move against the derivative of so many lengths of the weights, on the scenes of the derivative and on others."
) {
  Table(
    columns: study.penaltyDirectionColumns(for: .person),
    rows: try study.penaltyDirectionRows(for: .person))
}

//: ## Other bits, other ways, other detectors {#sec-qat-others}
//:
//: @tbl-qat-arms trains DETR-R50 for *person* in other ways, one seed. From the mixed bits of @sec-mixed-precision in place of uniform ones, plain training changes the AP of *person* by {{gain-mixed-plain}} points, training
//: with the penalty by {{gain-mixed-flat}}; there the penalty itself changes it by {{gain-mixed-penalty}}. The penalty of HERO [@yang2022], on the change of the gradient by a step $h$ along it, $\lVert \nabla L_F(\tilde{w} + h) - \nabla L_F(\tilde{w}) \rVert^2$ (*gradient-difference*), changes the AP of *person* by {{gain-difference}}
//: points against plain training, with a step and a weight that were not tuned here; classes of *person* that weigh more (*weighted-class*) change it by {{gain-weighted}} and leave {{trace-weighted}} of the trace of all weights, where the penalty on the trace leaves
//: {{trace-flat}} with this seed. The other detectors are trained too, plain and with the penalty (@tbl-qat-detectors), which leaves {{trace-deep}} of the trace of DETR-R101, {{trace-anchored}} of DAB-DETR
//: and {{trace-deformable}} of Deformable-DETR. Intervals are over scenes; another seed of the training changes these numbers too, so that one seed decides nothing.
let mixedBits = study.mixed(for: .person, averageBits: 4)
let others = Study.others(notebook)
func gainOfMixedBits(_ arm: QATArm) throws -> Estimate {
  let (mixed, uniform) = (
    try study.qatPrecision(arm, for: .person, bits: mixedBits, seeds: [1], scored: .person),
    try study.qatPrecision(arm, for: .person, seeds: [1], scored: .person)
  )
  return (mixed - uniform).estimate()
}
notebook.value("gain-mixed-plain", .points(digits: 1).signed.withInterval) { try gainOfMixedBits(.plain) }
notebook.value("gain-mixed-flat", .points(digits: 1).signed.withInterval) { try gainOfMixedBits(.flat) }
notebook.value("gain-mixed-penalty", .points(digits: 1).signed.withInterval) {
  let (flat, plain) = (
    try study.qatPrecision(.flat, for: .person, bits: mixedBits, seeds: [1], scored: .person),
    try study.qatPrecision(.plain, for: .person, bits: mixedBits, seeds: [1], scored: .person)
  )
  return (flat - plain).estimate()
}
notebook.value("trace-weighted", .percent(digits: 0)) {
  try study.traceRatio(.weighted, over: .plain, for: .person, seeds: [1])
}
notebook.value("trace-exact", .percent(digits: 0)) {
  try study.traceRatio(.exact, over: .plain, for: .person, seeds: [1])
}
notebook.value("gain-exact", .points(digits: 1).signed.withInterval) {
  try study.gain(.exact, over: .plain, trainedFor: .person, seeds: [1], scored: .person).estimate()
}
notebook.value("trace-flat", .percent(digits: 0)) { try traceLeft(study) }
notebook.value("gain-difference", .points(digits: 1).signed.withInterval) {
  try study.gain(
    .gradientDifference, over: .plain, trainedFor: .person, seeds: [1], scored: .person
  ).estimate()
}
notebook.value("gain-weighted", .points(digits: 1).signed.withInterval) {
  try study.gain(.weighted, over: .plain, trainedFor: .person, seeds: [1], scored: .person).estimate()
}
func traceLeft(_ study: Study) throws -> Double {
  try study.traceRatio(.flat, over: .plain, for: .person, seeds: [1])
}
notebook.value("trace-deep", .percent(digits: 0)) { try traceLeft(others[0]) }
notebook.value("trace-anchored", .percent(digits: 0)) { try traceLeft(others[1]) }
notebook.value("trace-deformable", .percent(digits: 0)) { try traceLeft(others[2]) }

notebook.table(
  "tbl-qat-arms",
  caption:
    "Ways to train DETR-R50 with quantized weights for *person*, one seed: AP in points with bootstrap intervals over report scenes, and the trace of the critical Fisher information at the end."
) {
  Table(
    columns: study.armColumns,
    rows: try QATArm.allCases.map { try study.armRow("uniform", $0, for: .person) }
      + [QATArm.plain, .flat].map { try study.armRow("for person", $0, bits: mixedBits, for: .person) })
}

notebook.table(
  "tbl-qat-detectors",
  caption:
    "The other detectors at uniform four bits, one seed: AP in points, rounded alone and trained with quantized weights, with bootstrap intervals over report scenes."
) {
  .stacked(
    try others.map { ($0.kind.title, try $0.qatTable(penaltiesFor: [.person], seeds: [1])) },
    under: "Detector")
}

//: ## How much flatness {#sec-lambda}
//:
//: The result depends on $\lambda$ (@tbl-lambda names its last value). It was chosen on selection scenes: of these powers of ten the largest that costs less than half a point of AP there. That is a
//: hundredth of what a secondary source names for the paper, which is the last row; nothing between the rows was tried.
notebook.table(
  "tbl-lambda",
  caption:
    "The weight of the penalty, one seed: AP on selection scenes, overall and of *person*, critical loss of *person* on scenes of the training and of the selection, and the trace of its Fisher information, at the end of training."
) {
  Table(
    columns: [
      .text("λ"), .number("AP", .points(digits: 1)), .number("person", .points(digits: 1)),
      .number("loss, training", .digits(2)), .number("loss, selection", .digits(2)),
      .number("trace", .digits(0)),
    ],
    rows: try PenaltyWeight.swept.map { try study.penaltyRow($0, for: .person) })
}

//: ## The shape of the loss {#sec-landscapes}
//:
//: Along a random direction in which every filter moves by its own length [@li2018] the two ways of training are hard to tell apart (@fig-landscapes). The largest eigenvalue of the Hessian of the critical loss of *person* is
//: {{eigenvalue-plain}} after plain training and {{eigenvalue-flat}} with the penalty. What is penalized is the trace of another matrix, the Fisher information, and a trace does not tell how large the largest eigenvalue is. The second largest are {{second-plain}} and {{second-flat}}; the iteration leaves residuals of at most
//: {{residual-share}} of an eigenvalue. A loss that has kinks can owe its largest eigenvalue to a few pictures, and both are of one seed and few scenes (@tbl-samples): no conclusion is drawn from them.
let places = stride(from: -10, through: 10, by: 1).map { 0.02 * Double($0) }
let plane = stride(from: -6, through: 6, by: 1).map { 0.03 * Double($0) }
let spectrum = { (arm: QATArm) in try study.spectrum(of: study.qat(arm, for: .person), .person).value }
notebook.value("eigenvalue-plain", .digits(0)) { try spectrum(.plain).eigenvalues[0] }
notebook.value("eigenvalue-flat", .digits(0)) { try spectrum(.flat).eigenvalues[0] }
notebook.value("second-plain", .digits(0)) { try spectrum(.plain).eigenvalues[1] }
notebook.value("second-flat", .digits(0)) { try spectrum(.flat).eigenvalues[1] }
notebook.value("residual-share", .percent(digits: 1)) {
  try [QATArm.plain, .flat].map { try spectrum($0) }
    .flatMap { [$0.residuals[0] / $0.eigenvalues[0], $0.residuals[1] / $0.eigenvalues[1]] }.max() ?? 0
}

notebook.figure(
  "fig-landscapes",
  caption:
    "The critical loss of *person* around the quantized weights after training: (a) along one random direction of filter-normalized length, (b) and (c) over two, on one scale of color, (d) the difference of both. Distances are in lengths of the weights. First seed, mean over \(study.landscapeSceneCount) selection scenes; queries matched anew at every place. (In place of a figure of the paper that is not known.)",
  alt:
    "A chart of two curves that all but coincide, with a minimum in the middle, two maps that darken from the middle to the edges alike, and a map of their small difference."
) { try study.landscapeFigure([.plain, .flat], for: .person, line: places, plane: plane).figure }

//: ## A training, executed again {#sec-audit}
//:
//: Trained weights are stored, not recomputed. What ties them to the code is that their training can be executed again, as a whole (@sec-runs) or its beginning: the first {{audit-steps}} steps of plain training have a mean loss of {{audit-committed}} in the
//: course that stands with the committed weights, and {{audit-repeated}} when the present code executes them.
let audit = study.audit(.plain, for: .person)
notebook.value("audit-steps", .count) {
  try audit.value.committed.imagesSeen / QATArm.plain.recipe.training.batchSize
}
notebook.value("audit-committed", .digits(1)) { try audit.value.committed.loss }
notebook.value("audit-repeated", .digits(1), class: .within(absolute: 0, relative: 0.01)) {
  try audit.value.repeated.loss
}

//: ## What is not shown {#sec-qat-limits}
//:
//: Five hundred steps, of which the penalty sees half; weights only. Its weight was chosen on scenes of things and is the same on garments. All seeds of this chapter train one detector in floating point, the first: they say how training with
//: quantized weights varies, not how detectors do. Traces are those of a few selection scenes; intervals of their ratios, where there are any, do not tell how seeds vary. Selection
//: scenes of things and surfaces share their pictures with those of the training, and a course has few points, so that overfitting of less than these show would not be seen. What a step costs in time is not compared.
//:
//: That the penalty does little may be due to how it is applied: its weight is small, since larger ones cost AP, and but for one training what is made small is the change of the gradient over a short step and not the derivative that @eq-penalty names (@sec-derivative).
