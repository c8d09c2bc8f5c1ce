//: # Below five bits, categories do not fall alike {#sec-gaps}
//:
//: Weights are rounded to $b$ bits with one scale per output channel, the largest magnitude of the channel over $2^{b-1}-1$:
//:
//: $$ Q_b(w) = s \cdot \operatorname{round}\left(\frac{w}{s}\right), \qquad s = \frac{\max_j \lvert w_j \rvert}{2^{b-1}-1} $$ {#eq-quantizer}
//:
//: Heads and embeddings stay in floating point and the first convolution has eight bits in every row. Nothing is calibrated and nothing is
//: trained again. How far do the overall AP and the AP of each group fall as bits are taken away?
import Experiment

let notebook = Notebook()
let study = Study(notebook)
let widths = [8, 6, 5, 4, 3]

//: ## AP over bits {#sec-bits-sweep}
//:
//: At eight bits AP is {{ap-8bit}}, at four {{ap-4bit}}, at three {{ap-3bit}} (@fig-ap-over-bits, @tbl-drops).
notebook.value("ap-8bit", .points(digits: 1)) { try study.scores(study.uniform(bits: 8)).value.estimate() }
notebook.value("ap-4bit", .points(digits: 1)) { try study.scores(study.uniform(bits: 4)).value.estimate() }
notebook.value("ap-3bit", .points(digits: 1)) { try study.scores(study.uniform(bits: 3)).value.estimate() }

notebook.figure(
  "fig-ap-over-bits",
  caption:
    "AP under uniform weight quantization by @eq-quantizer, overall and by group, with bootstrap intervals over the report pictures. "
    + "Points at the right: floating point.",
  alt: "Curves of AP over three to eight bits: flat down to five bits, then falling."
) { try study.apOverBits(widths.reversed()).figure }

//: ## Who pays at four bits {#sec-who-pays}
//:
//: At four bits the overall AP falls by {{drop-overall-4bit}} points. Group by group the loss differs (@fig-drops): *{{critical-group}}*
//: loses {{drop-critical-4bit}}, *{{other-group}}* {{drop-other-4bit}} points. Intervals are those of the paired difference on the same resampled pictures.
notebook.value("drop-overall-4bit", .points(digits: 1).withInterval) { try study.drop(bits: 4) }
notebook.value("drop-critical-4bit", .points(digits: 1).withInterval) {
  try study.drop(bits: 4, study.critical)
}
notebook.value("drop-other-4bit", .points(digits: 1).withInterval) { try study.drop(bits: 4, study.other) }

notebook.figure(
  "fig-drops",
  caption:
    "Loss of AP against floating point, overall and by critical group, under uniform quantization; paired bootstrap intervals over images.",
  alt: "Points with intervals: the loss of AP of each group at five, four and three bits."
) { try study.drops([5, 4, 3]).figure }

notebook.table(
  "tbl-drops",
  caption:
    "AP in points under uniform quantization, heads in floating point; the size counts packed codes, scales and the "
    + "floating-point remainder."
) {
  Table(
    columns: [.text("Weights"), .number("Size", .bytes), .number("AP", .points(digits: 1).withInterval)]
      + study.groups.map { .number($0.rawValue, .points(digits: 1).withInterval) },
    rows: [try study.row("floating point", nil)]
      + (try widths.map { try study.row("\($0) bits", study.uniform(bits: $0)) }))
}

//: ## What is not shown {#sec-gaps-limits}
//:
//: Activations keep their precision. Scales come from the largest magnitude; a searched scale loses less at three and four bits. With one seed,
//: an unequal loss shows that these weights have it, not that the category does.
