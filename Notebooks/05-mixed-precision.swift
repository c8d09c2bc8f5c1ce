//: # The same bytes, spent where the Fisher information asks {#sec-mixed-precision}
//:
//: All categories outside a critical set $S$ are folded into one by the maximum of their logits; the same detection loss on folded logits and
//: labels is the critical loss $L_F$ beside the overall loss $L_A$. The sensitivity of layer $i$ with weights $w_i$ is
//:
//: $$ s_i = \mathbb{E}_n \left\lVert \frac{\partial}{\partial w_i} \left( \alpha L_{A,n} + L_{F,n} \right) \right\rVert^2 $$ {#eq-sensitivity}
//:
//: over images $n$, each with the gradient of its own loss [@yang2024]. With the diagonal $F_{jj}$ of the same expectation and the rounding error
//: $\Delta_j$ of @eq-quantizer, bits $b_i$ are chosen by
//:
//: $$ \min_{b} \sum_i \sum_{j \in i} F_{jj} \, \Delta_j(b_i)^2 \quad\text{subject to}\quad \sum_i n_i b_i \le 4 \sum_i n_i $$ {#eq-allocation}
//:
//: which a dynamic program solves exactly. Does the objective matter, at equal size?
import Experiment

let notebook = Notebook()
let study = Study(notebook, .detrR50, on: .detection)
let uniform = study.uniform(bits: 4)
let overall = study.mixed(.overall, averageBits: 4)
let person = study.mixed(for: .person, averageBits: 4)

//: ## Bits against sensitivity {#sec-bits}
//:
//: On average {{average-bits}} bits per weight are used. Bits and mean sensitivity per weight rank alike with a correlation of
//: {{rank-correlation}} over the searched layers (@fig-bits-r50-detection); part of that holds by construction, since the sensitivity is what the
//: program sees. The most sensitive of them is {{most-sensitive-layer}}.
notebook.value("average-bits", .digits(2)) { try person.value.averageBits }
notebook.value("rank-correlation", .digits(2), class: .within(absolute: 0.02, relative: 0)) {
  try study.rankCorrelation(person.value, for: .person)
}
notebook.text("most-sensitive-layer") { try study.mostSensitiveLayer(person.value, for: .person) }

notebook.figure(
  "fig-bits-r50-detection",
  caption:
    "Bits assigned for the critical group *person* at an average of four, and the sensitivity of @eq-sensitivity per weight, for every weight layer of "
    + "DETR-R50 in forward order (the counterpart of the paper's Figure 3 for this detector and task; its Figure 2 is the panoptic task). Heads stay in floating point and have no bar.",
  alt:
    "Bars of three to eight bits over all weight layers with dots of sensitivity on a logarithmic axis; parts of the network are shaded and named."
) { try study.bitsFigure(person.value, for: .person).figure }

//: ## Overall against critical {#sec-overall-critical}
//:
//: Making *person* critical changes the bits of {{changed-layers}} of {{searched-layers}} searched layers against the overall objective, which hold
//: {{changed-weights}} of the searched weights (@fig-assignments).
notebook.value("changed-layers", .count) { try study.changedLayers(overall.value, person.value).count }
notebook.value("searched-layers", .count) { try study.searchedLayerCount() }
notebook.value("changed-weights", .percent(digits: 1)) {
  try study.changedWeightShare(overall.value, person.value)
}

notebook.figure(
  "fig-assignments",
  caption:
    "Bits by layer for the overall objective and for *person* at equal size; layers that differ are marked.",
  alt:
    "Two step lines of bits over the layers that mostly coincide; the layers where they differ are highlighted."
) {
  AssignmentComparison(
    firstName: "Fisher-overall", secondName: "Fisher-critical (person)",
    [try study.comparison("", overall.value, person.value)]
  ).figure
}

//: ## What it is worth {#sec-worth}
//:
//: Against uniform bits of the same size the overall allocation changes AP by {{gain-overall}} points. For the AP of *person* the critical allocation
//: differs from the overall one by {{gain-person-over-overall}}, for *animal* by {{gain-animal-over-overall}} and for *indoor* by
//: {{gain-indoor-over-overall}} points (@tbl-mixed-precision). An interval that contains zero supports no claim in either direction.
//:
//: A gain for *person* is evidence for the objective only if it is a gain for *person* above others. The allocation for *person* also changes
//: the AP of all categories by {{gain-all-by-person}} points and that of *animal* by {{gain-animal-by-person}}: what the critical
//: objective brings here, it brings to categories that it folds away as well. Folding merges classes and so shifts weight between the class and the box terms of the loss,
//: which is a likelier cause than the category.
notebook.value("gain-overall", .points(digits: 1).signed.withInterval) {
  try study.gain(overall, over: uniform)
}
notebook.value("gain-person-over-overall", .points(digits: 1).signed.withInterval) {
  try study.gain(person, over: overall, .person)
}
notebook.value("gain-animal-over-overall", .points(digits: 1).signed.withInterval) {
  try study.gain(study.mixed(for: .animal, averageBits: 4), over: overall, .animal)
}
notebook.value("gain-indoor-over-overall", .points(digits: 1).signed.withInterval) {
  try study.gain(study.mixed(for: .indoor, averageBits: 4), over: overall, .indoor)
}

notebook.value("gain-all-by-person", .points(digits: 1).signed.withInterval) {
  try study.gain(person, over: overall)
}
notebook.value("gain-animal-by-person", .points(digits: 1).signed.withInterval) {
  try study.gain(person, over: overall, .animal)
}

notebook.table(
  "tbl-mixed-precision",
  caption:
    "AP in points at equal size: no quantized row uses more weight bytes than the uniform row, and the bytes are printed. "
    + "A critical row is also scored on the other groups: a gain that another group's objective gives as well is no evidence for the objective."
) {
  let rows: [(String, Artifact<WeightBits>?)] =
    [("floating point", nil), ("Uniform", uniform), ("Fisher-overall", overall)]
    + study.groups.map { ("Fisher-critical (\($0.rawValue))", study.mixed(for: $0, averageBits: 4)) }
  return Table(
    columns: [
      .text("Row"), .number("Weight bytes", .count), .number("Size", .bytes),
      .number("AP", .points(digits: 1).withInterval),
    ]
      + study.groups.map { .number($0.rawValue, .points(digits: 1).withInterval) },
    rows: try rows.map { try study.row($0.0, $0.1, countsWeightBytes: true) })
}

//: ## What is not shown {#sec-mixed-precision-limits}
//:
//: One seed; weights only; α is one. The diagonal leaves out what layers do to each other, and the loss that is predicted is not AP. Random assignments of
//: equal size, shuffled labels and a Hessian baseline belong beside these rows before a claim about the objective can be made.
