//: # The same bytes, spent where the Fisher information asks {#sec-mixed-precision}
//:
//: The sensitivity of a layer to the overall and the critical loss (@eq-folding) is the trace of a Fisher information (@eq-sensitivity). With the diagonal $F_{jj}$ of the same expectation and the rounding error
//: $\Delta_j$ of @eq-quantizer, we choose bits $b_i$ for the $n_i$ weights of each layer by
//:
//: $$ \min_{b} \sum_i \sum_{j \in i} F_{jj} \, \Delta_j(b_i)^2 \quad\text{subject to}\quad \sum_i n_i b_i \le \bar{b} \sum_i n_i $$ {#eq-allocation}
//:
//: with widths of two to eight bits and an average of $\bar{b} = 4$ where nothing else is said; a dynamic program solves it exactly. Does the objective matter, at equal size?
import Experiment

let notebook = Notebook()
let study = Study(notebook)
let uniform = study.uniform(bits: 4)
let overall = study.mixed(.overall, averageBits: 4)
let critical = study.mixed(for: study.critical, averageBits: 4)
let signedPoints = NumberFormat.points(digits: 1).signed.withInterval
func gain(
  _ row: AllocationRow, over other: AllocationRow, _ group: CriticalGroup? = nil, bits: Double = 4
) throws -> Estimate {
  try study.gain(row, over: other, averageBits: bits, group).estimate()
}

//: ## Bits against sensitivity {#sec-bits}
//:
//: On average {{average-bits}} bits per weight are used. Bits and mean sensitivity per weight have a rank correlation of
//: {{rank-correlation}} over the searched layers (@fig-bits-r50-detection), largely by construction: costs are made of sensitivities and rounding
//: errors. The most sensitive of them is {{most-sensitive-layer}}.
notebook.value("average-bits", .digits(2)) { try critical.value.averageBits }
notebook.value("rank-correlation", .digits(2), class: .within(absolute: 0.02, relative: 0)) {
  try study.rankCorrelation(critical.value, for: study.critical)
}
notebook.text("most-sensitive-layer") { try study.mostSensitiveLayer(critical.value, for: study.critical) }

notebook.figure(
  "fig-bits-r50-detection",
  caption:
    "Bits assigned for the critical group *\(study.critical.rawValue)* at an average of four, and the sensitivity of @eq-sensitivity per weight, for every weight layer of "
    + "\(study.kind.title) in forward order. Heads stay in floating point and have no bar.",
  alt:
    "Bars of two to eight bits over all weight layers with dots of sensitivity on a logarithmic axis; parts of the network are shaded and named."
) { try study.bitsFigure(critical.value, for: study.critical).figure }

//: ### The other detectors {#sec-bits-detectors .embedded}
//:
//: In DETR-R101 the rank correlation of bits and sensitivities is {{rank-deep}}, in DAB-DETR {{rank-anchored}}, in Deformable-DETR {{rank-deformable}} (@fig-bits-detectors). Early layers of the backbone get many bits and
//: its wide late convolutions few in all of them; further on they differ.
let detectors = [study] + Study.others(notebook)
func rankCorrelation(_ detector: Study) throws -> Double {
  try detector.rankCorrelation(detector.mixed(for: .person, averageBits: 4).value, for: .person)
}
notebook.value("rank-deep", .digits(2), class: .within(absolute: 0.02, relative: 0)) {
  try rankCorrelation(detectors[1])
}
notebook.value("rank-anchored", .digits(2), class: .within(absolute: 0.02, relative: 0)) {
  try rankCorrelation(detectors[2])
}
notebook.value("rank-deformable", .digits(2), class: .within(absolute: 0.02, relative: 0)) {
  try rankCorrelation(detectors[3])
}
notebook.figure(
  "fig-bits-detectors",
  caption:
    "Bits assigned for *person* at an average of four, and sensitivity, for every weight layer of the four detectors on the detection task (the counterpart of the paper's Figure 3). "
    + "What stands without a number before the first layer of encoder or decoder serves all its layers: input projections, in DAB-DETR the perceptrons shared by all layers, in Deformable-DETR the reference points of queries. "
    + "Rings: layers at the beginning of the decoder that no gradient reaches, as queries enter it without content.",
  alt: "One panel of bars and dots for each detector; bits and sensitivities rise and fall together."
) { try Study.bitsFigure(of: detectors, for: .person).figure }

//: ## Overall against critical {#sec-overall-critical}
//:
//: Making *{{critical-group}}* critical changes the bits of {{changed-layers}} of {{searched-layers}} searched layers against the overall objective, which hold
//: {{changed-weights}} of the searched weights (@fig-assignments).
notebook.value("changed-layers", .count) { try study.changedLayers(overall.value, critical.value).count }
notebook.value("searched-layers", .count) { try study.searchedLayerCount() }
notebook.value("changed-weights", .percent(digits: 1)) {
  try study.changedWeightShare(overall.value, critical.value)
}

notebook.figure(
  "fig-assignments",
  caption:
    "Bits by layer for the overall objective and for *\(study.critical.rawValue)* at equal size (the counterpart of the paper's Figure 5). Gray bars: bits of the overall objective; colored ends: what the other adds or takes away. "
    + "The first convolution, whose bits are fixed, is among the layers, heads are not.",
  alt: "Gray bars of bits over the layers, with colored ends at the few layers where the objectives differ."
) {
  AssignmentComparison(
    firstName: "Fisher-overall", secondName: "Fisher-critical (\(study.critical.rawValue))",
    [try study.comparison("", overall.value, critical.value)]
  ).figure
}

//: ## What it is worth {#sec-worth}
//:
//: Against uniform bits of the same size the overall allocation changes AP by {{gain-overall}} points; where no layer may have fewer than three bits, by {{gain-overall-wide}}. That two bits may be chosen at all was decided when rows without them were known on
//: these scenes, which biases the first of these numbers upwards. For the AP of *{{critical-group}}* its critical allocation
//: gains {{gain-critical-over-overall}} over the overall one, for that of *{{other-group}}* its own one
//: {{gain-other-over-overall}} points (@tbl-mixed-precision).
//:
//: A gain for a group is evidence for the objective only if it is a gain for this group above others. The allocation for *{{critical-group}}* also changes
//: the AP of all categories by {{gain-all-by-critical}} points and that of *{{other-group}}* by {{gain-other-by-critical}}: what the critical
//: objective brings here, it brings to categories that it folds away as well. Folding merges classes and so shifts weight between the class and the box terms of the loss,
//: whichever category is meant.
notebook.value("gain-overall", signedPoints) { try study.gain(overall, over: uniform) }
notebook.value("gain-overall-wide", signedPoints) {
  try study.gain(study.mixed(.overall, averageBits: 4, leastBits: 3), over: uniform)
}
notebook.value("gain-critical-over-overall", signedPoints) {
  try study.gain(critical, over: overall, study.critical)
}
notebook.value("gain-other-over-overall", signedPoints) {
  try study.gain(study.mixed(for: study.other, averageBits: 4), over: overall, study.other)
}

notebook.value("gain-all-by-critical", signedPoints) { try study.gain(critical, over: overall) }
notebook.value("gain-other-by-critical", signedPoints) {
  try study.gain(critical, over: overall, study.other)
}

notebook.table(
  "tbl-mixed-precision",
  caption:
    "AP in points at equal size: no quantized row uses more weight bytes than the uniform row, and the bytes are printed. "
    + "A critical row is also scored on the other groups: a gain that another group's objective gives as well is no evidence for the objective. "
    + boldNote
) {
  try study.allocationTable(
    [[.uniform], [.overall]] + study.groups.map { [.critical($0)] }, averageBits: 4,
    beginsWithFloatingPoint: true)
}

//: ## Controls {#sec-controls .embedded}
//:
//: What else chooses bits at this size (@tbl-controls)? Hessian traces take the place of the Fisher trace as in HAWQ-V2 [@dong2020]; random assignments of the same size say what
//: widths without regard to layers do: they ruin the detector; labels of other scenes, squared gradients of whole batches and a power law that knows the trace of a layer but not how large its weights are stand for cheaper estimates; weighing the
//: classes of *person* in the ordinary loss is the simplest way to make a category matter. Against random bits the overall allocation gains {{gain-over-random}} points, against
//: Hessian traces {{gain-over-hessian}}, against shuffled labels {{gain-over-shuffled}}. For *person*, its own critical allocation gains {{gain-person-over-weighted}} points over one by weighted
//: classes and {{gain-person-over-animal}} over that of *animal*.
//:
//: Over the overall allocation the power law gains {{gain-power-law}} points, squared gradients of batches {{gain-batch-gradients}}, and bits chosen by the rises of
//: @sec-layers-alone, measured at three widths and carried over to the others by a factor of four for each bit, falls counted as zero, {{gain-measured}}; for DAB-DETR Hessian traces gain
//: {{gain-hessian-anchored}}, for *person* {{gain-hessian-anchored-person}} (@tbl-detector-rows). Squared gradients of batches, which are not the diagonal, choose {{batch-verdict}} bits here than the exact diagonal. Hessian traces are of fewer scenes than the Fisher information, so that the two are compared as they are used, not scene by scene.
//:
//: One control isolates the folding: a "critical" objective of no category at all, whose classes are object and none. It gains {{gain-nobody-all}} points over the overall
//: allocation for all categories and {{gain-nobody-person}} for *person*; the objective of *person* gains {{gain-person-over-nobody}} over it for *person*. What a critical
//: objective gains beyond this control is what the category has to do with it.
let draws = (1...20).map { AllocationRow.random($0) }
notebook.value("gain-over-random", signedPoints) {
  let random = try draws.map { try study.precision($0, averageBits: 4) }
  return try (study.precision(.overall, averageBits: 4) - .mean(random)).estimate()
}
notebook.value("gain-power-law", signedPoints) { try gain(.powerLaw, over: .overall) }
notebook.value("gain-batch-gradients", signedPoints) { try gain(.batchGradients, over: .overall) }
notebook.text("batch-verdict") {
  let gain = try gain(.batchGradients, over: .overall)
  return (gain.low ?? 0) > 0 ? "better" : (gain.high ?? 0) < 0 ? "worse" : "neither better nor worse"
}
notebook.value("gain-measured", signedPoints) { try gain(.measured, over: .overall) }
notebook.value("gain-hessian-anchored", signedPoints) {
  try detectors[2].gain(.hessian, over: .overall, averageBits: 4).estimate()
}
notebook.value("gain-hessian-anchored-person", signedPoints) {
  try detectors[2].gain(.hessian, over: .overall, averageBits: 4, .person).estimate()
}
notebook.value("gain-over-hessian", signedPoints) { try gain(.overall, over: .hessian) }
notebook.value("gain-over-shuffled", signedPoints) { try gain(.overall, over: .shuffled) }
notebook.value("gain-person-over-weighted", signedPoints) {
  try gain(.critical(.person), over: .reweighted(.person), .person)
}
notebook.value("gain-person-over-animal", signedPoints) {
  try gain(.critical(.person), over: .critical(.animal), .person)
}

notebook.value("gain-nobody-all", signedPoints) { try gain(.noCategory, over: .overall) }
notebook.value("gain-nobody-person", signedPoints) { try gain(.noCategory, over: .overall, .person) }
notebook.value("gain-person-over-nobody", signedPoints) {
  try gain(.critical(.person), over: .noCategory, .person)
}

notebook.table(
  "tbl-controls",
  caption:
    "AP in points of other ways to choose bits, at equal size: no row uses more weight bytes than uniform four bits. "
    + boldNote
) {
  try study.allocationTable(
    [
      [.uniform], draws, [.overall], [.hessian], [.powerLaw], [.batchGradients], [.shuffled],
      [.measured], [.reweighted(.person)], [.noCategory],
    ], averageBits: 4)
}

//: ### Other seeds {#sec-seed-gains .embedded}
//:
//: @tbl-seed-gains repeats the comparison with detectors of {{gain-seed-count}} seeds, each with Fisher information and bits of its own. Over uniform bits the overall allocation gains {{seed-gain-overall}} points in the mean. For *person* the gain over the overall allocation has a mean of {{seed-gain-person}}
//: points, that over the best objective of another group or of none {{seed-gain-person-others}}. The AP of all categories changes by {{seed-gain-all}} in the mean when *person* is critical: what the first seed shows is not what all show.
let replicates = Replicates.ofReport(notebook)
notebook.value("gain-seed-count", .count) { replicates.seeds.count }
notebook.value("seed-gain-person", signedPoints) {
  try ResampledNumber.mean(replicates.ownGains(averageBits: 4, .person)).estimate()
}
notebook.value("seed-gain-overall", signedPoints) {
  try ResampledNumber.mean(replicates.overallGains(averageBits: 4)).estimate()
}
notebook.value("seed-gain-all", signedPoints) {
  try ResampledNumber.mean(replicates.gainsOfAll(averageBits: 4, by: .person)).estimate()
}
notebook.value("seed-gain-person-others", signedPoints) {
  try ResampledNumber.mean(replicates.ownGainsOverOthers(averageBits: 4, .person)).estimate()
}

notebook.table(
  "tbl-seed-gains",
  caption:
    "What the overall objective gains in AP over uniform four bits of the same size, what each group gains by its own objective over the overall one and over the best one of other groups and of none, and in the last row what all categories gain over the overall objective by that of *person*; in points, with paired bootstrap intervals over images."
) {
  try replicates.gainTable(averageBits: 4)
}

//: ### Other detectors {#sec-detector-gains .embedded}
//:
//: @tbl-detector-gains asks each of the four detectors what a group gains by its own objective; the rows behind it are those of @tbl-detector-rows. Over the overall allocation the best of {{detector-gain-count}} such gains is
//: {{detector-gain-best}} points, over the best objective of other groups and of none {{detector-gain-best-others}}; with as many questions the largest answer is biased upwards by the selection, while the best of the other
//: objectives is chosen on the same scenes, which biases gains over it downwards. In {{same-bits-count}} of these {{detector-gain-count}} cases another group's objective or that of no category chooses the very same bits: an objective of its own is then none. Corrected for their number, {{detector-gain-significant}} of the gains over others are significant at the level of the intervals.
func gains(_ gain: (Study, CriticalGroup) throws -> ResampledNumber) throws -> [ResampledNumber] {
  try detectors.flatMap { detector in try detector.groups.map { try gain(detector, $0) } }
}
notebook.value("detector-gain-count", .count) { detectors.reduce(0) { $0 + $1.groups.count } }
notebook.value("same-bits-count", .count) {
  try detectors.reduce(0) { sum, detector in
    try sum + detector.groups.count { try detector.hasBitsOfOthers(averageBits: 4, $0) }
  }
}
notebook.value("detector-gain-best", signedPoints) {
  try gains { try $0.ownGain(averageBits: 4, $1) }.max { $0.value < $1.value }?.estimate() ?? Estimate(0)
}
notebook.value("detector-gain-best-others", signedPoints) {
  try gains { try $0.ownGainOverOthers(averageBits: 4, $1) }.max { $0.value < $1.value }?.estimate()
    ?? Estimate(0)
}
notebook.value("detector-gain-significant", .count) {
  let all = try gains { try $0.ownGainOverOthers(averageBits: 4, $1) }
  return zip(all, correctedForNumber(all.map(\.pValue))).count { $0.value > 0 && $1 < 1 - Margin.level }
}

notebook.table(
  "tbl-detector-gains",
  caption:
    "The same for the detectors, one seed each; a difference of zero with an interval of no width is one of equal bits."
) {
  try study.gainTable(of: detectors, averageBits: 4)
}

notebook.table(
  "tbl-detector-rows",
  caption:
    "The other detectors on detection: AP in points at the size of uniform four bits, all rows scored on all groups. "
    + boldNote
) {
  .stacked(
    try Study.others(notebook).map { detector in
      let rows: [[AllocationRow]] =
        [
          [.uniform], (1...3).map { .random($0) }, [.overall], [.hessian], [.reweighted(.person)],
          [.noCategory],
        ]
        + detector.groups.map { [.critical($0)] }
      return (
        detector.kind.title,
        try detector.allocationTable(rows, averageBits: 4, beginsWithFloatingPoint: true)
      )
    }, under: "Detector")
}

//: ## How much of the overall loss {#sec-alpha .embedded}
//:
//: The objective $\alpha L_A + L_F$ has a weight that the paper leaves open; every critical row above has $\alpha = 1$. At zero only the critical loss of *person* counts, and with a growing weight the
//: allocation turns into the overall one (@tbl-alpha). Dropping the overall loss moves {{changed-alpha-zero}} of the searched weights and changes the AP of *person* by {{gain-alpha-zero}} points, that of all categories by
//: {{gain-alpha-zero-all}}.
notebook.value("changed-alpha-zero", .percent(digits: 1)) {
  try study.changedWeightShare(
    study.mixed(.critical("person", alpha: 0), averageBits: 4).value,
    study.mixed(for: .person, averageBits: 4).value)
}
notebook.value("gain-alpha-zero", signedPoints) {
  try study.gain(
    study.mixed(.critical("person", alpha: 0), averageBits: 4),
    over: study.mixed(for: .person, averageBits: 4), .person)
}
notebook.value("gain-alpha-zero-all", signedPoints) {
  try study.gain(
    study.mixed(.critical("person", alpha: 0), averageBits: 4),
    over: study.mixed(for: .person, averageBits: 4))
}

notebook.table(
  "tbl-alpha",
  caption:
    "The weight of the overall loss in the objective for *person*, at the size of uniform four bits: AP in points, and the share of the searched weights whose bits differ from those of the overall allocation, which is the last row."
) {
  try study.overallWeightTable([0, 0.1, 0.3, 1, 3, 10], for: .person, averageBits: 4)
}

//: ## Other sizes {#sec-budgets .embedded}
//:
//: Over uniform bits the overall allocation gains {{gain-overall-low}} points at three bits on average, {{gain-overall-half}} at three and a half, {{gain-overall}} at four and
//: {{gain-overall-high}} at five (@fig-sizes). The critical allocation of *person* against the overall one changes the AP of *person* by {{gain-person-low}} points at three bits and by
//: {{gain-person-high}} at five; at three and a half it changes the AP of all categories by {{gain-half}}.
//:
//: At three bits objectives that hardly differ are points apart (@tbl-sizes). Against the overall objective that of *person* changes the AP of all categories by {{gain-all-by-person-low}} points and of *animal* by {{gain-animal-by-person-low}}; that of *animal* changes
//: the AP of *animal* by {{gain-animal-low}}; that of no category changes the AP of all by {{gain-all-by-nobody-low}}. Where so few bits are left it matters which layers happen to lose one, and whose objective it was does not say who gains.
let averages = [3, 3.5, 4, 5]
notebook.value("gain-overall-low", signedPoints) { try gain(.overall, over: .uniform, bits: 3) }
notebook.value("gain-overall-half", signedPoints) { try gain(.overall, over: .uniform, bits: 3.5) }
notebook.value("gain-overall-high", signedPoints) { try gain(.overall, over: .uniform, bits: 5) }
notebook.value("gain-half", signedPoints) { try gain(.critical(.person), over: .overall, bits: 3.5) }
notebook.value("gain-person-low", signedPoints) {
  try gain(.critical(.person), over: .overall, .person, bits: 3)
}
notebook.value("gain-all-by-person-low", signedPoints) {
  try gain(.critical(.person), over: .overall, bits: 3)
}
notebook.value("gain-animal-by-person-low", signedPoints) {
  try gain(.critical(.person), over: .overall, .animal, bits: 3)
}
notebook.value("gain-animal-low", signedPoints) {
  try gain(.critical(.animal), over: .overall, .animal, bits: 3)
}
notebook.value("gain-all-by-nobody-low", signedPoints) { try gain(.noCategory, over: .overall, bits: 3) }
notebook.value("gain-person-high", signedPoints) {
  try gain(.critical(.person), over: .overall, .person, bits: 5)
}

notebook.figure(
  "fig-sizes",
  caption:
    "AP over the size of the packed weights at averages of 3 to 5 bits, all categories and *person*, with bootstrap intervals over images. "
    + "Uniform bits at 3.5 are two neighboring widths in turn.",
  alt:
    "Two charts of AP over kilobytes: the Fisher rows lie above uniform bits, far at three and three and a half bits, little at five."
) {
  try study.precisionOverSize(
    [.uniform, .hessian, .overall, .critical(.person)], averages: averages, for: .person
  ).figure
}

//: @tbl-sizes has the main rows at all sizes. Beside the objective of *person* stand three controls: the objective of another group, *animal*, that of no category, and weighted classes of *person*.
notebook.table(
  "tbl-sizes",
  caption:
    "AP in points at four sizes, all rows scored on all groups; at 3.5 bits uniform bits are two neighboring widths in turn. "
    + boldNote
) {
  let rows: [[AllocationRow]] = [
    [.hessian], [.overall], [.critical(.person)], [.critical(.animal)], [.noCategory],
    [.reweighted(.person)],
  ]
  return .stacked(
    try averages.map { average in
      let before: [[AllocationRow]] = average == 4 ? [[.uniform], draws] : [[.uniform]]
      return ("\(average)", try study.allocationTable(before + rows, averageBits: average))
    }, under: "Bits")
}

//: ## What is found {#sec-found .embedded}
//:
//: @fig-detections shows detections with a score of {{least-score}} and more on the first report scenes that hold a *person*, at an average of three bits, where rows differ most. A few scenes
//: give a feeling for what a loss of AP means; they cannot tell which row is better.
let shownScore = 0.5
let shownScenes = 4
notebook.value("least-score", .digits(1), class: .exact) { shownScore }
notebook.figure(
  "fig-detections",
  caption:
    "Detections with a score of \(shownScore) or more in floating point, with uniform three bits, and with as many bits spent for the overall loss and for *person* (critical), on the first \(shownScenes) report scenes that hold a *person*. Green: an object of the detection's category, "
    + "overlapped by half of the union or more; vermilion: wrong, or a second box on what was found; gray, dashed: objects that nothing found. Of boxes of one category that share half of the smaller one only that with the highest score is named; names that would cover another are left out.\(study.credit)",
  alt:
    "A grid of scenes with labeled boxes, a line for each scene and four columns, floating point, uniform, overall and critical, with the numbers of boxes found, wrong and missed under each picture."
) {
  try study.detectionSheet(
    [
      ("float", nil), ("uniform", study.uniform(bits: 3)),
      ("overall", study.mixed(.overall, averageBits: 3)),
      ("critical", study.mixed(for: .person, averageBits: 3)),
    ], showing: .person, sceneCount: shownScenes, leastScore: shownScore
  ).figure
}

//: ## What is not shown {#sec-mixed-precision-limits}
//:
//: Few seeds: where a table does not name them, it is the first. Weights only. Random bits give two to some layer in every draw, which alone ruins a detector. Critical groups were not chosen by what they lose. *{{critical-group}}* has few objects in the report scenes (@tbl-groups), so that small gains
//: cannot be told from none. The diagonal leaves out what layers do to each other, and the loss that is predicted is not AP.
