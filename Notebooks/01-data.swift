//: # Some categories matter more than others {#sec-data}
//:
//: The question of the paper is practical: a user cares about some categories more than about others, and a quantized
//: detector must not pay for its size with just those. @fig-overview shows the argument from that wish to two remedies.
import Experiment

let notebook = Notebook()
let study = Study(notebook)
let scenes = SceneFacts(study.source)

notebook.figure(
  "fig-overview",
  caption:
    "What is studied. A critical-category objective sees unequal damage after post-training quantization and "
    + "overfitting in quantization-aware training; the Fisher information of that objective is to explain both and leads "
    + "to two remedies. What the paper argues, not what is found here; drawn after the description of the method [@yang2024].",
  alt:
    "A diagram that leads from a critical objective to quantization effects, to Fisher information, and to two remedies."
) { OverviewDiagram().figure }

//: ## Composed scenes give exact boxes {#sec-scenes .embedded}
//:
//: To test it from nothing but a clone, the detector and its data have to come along. Natural images in such numbers are too large for that and not free to pass on; so the
//: scenes are composed from colored art of independent sets, in the vocabulary of COCO [@lin2014]. A scene holds up to {{largest-object-count}} objects of {{category-count}} categories on procedurally drawn textures,
//: turned, mirrored, scaled, lit, blurred and partly hidden by each other (@fig-scenes). A category is drawn first and then a
//: picture of it, so that rare and common categories are equally frequent. Boxes and areas are exact by construction: they
//: are those of the part that is seen, as in COCO.
//:
//: Training, selection and report scenes are different scenes of the same two art sets, so AP on report scenes measures how
//: well known pictures are located and told apart. Two further sets of scenes use art that no step of this report learns
//: from; the difference between the two kinds of number is the price of memory.
notebook.value("category-count", .count) { scenes.categoryCount }
notebook.value("largest-object-count", .count) { scenes.largestObjectCount }

//: ## Which pictures serve what {#sec-splits}
//:
//: What detectors learn from, what settings are chosen on and what results are reported on are different pictures (@tbl-splits).
notebook.table(
  "tbl-splits",
  caption: "The splits of the data, what they are made of, and what they are used for."
) {
  Table(
    columns: [.text("Split"), .text("Made of"), .text("Used for"), .number("Pictures", .count)],
    rows: scenes.splits.map { [.text($0.name), .text($0.origin), .text($0.purpose), .count($0.count)] })
}

//: ## What is critical {#sec-groups}
//:
//: A critical set holds one category or several. A few are followed through the report, *{{critical-group}}* above all and
//: *{{other-group}}* beside it (@tbl-groups, @fig-scenes).
//:
//: All categories outside a critical set $S$ are folded into one [@yang2024]. From the logits $o$ of a query come
//:
//: $$ \hat{o}_k = o_k \;\text{ for } k \in S, \qquad \hat{o}_{\text{others}} = \max_{k \notin S} o_k, $$ {#eq-folding}
//:
//: where "no object" stays what it is if the detector has it, and labels outside $S$ become *others*. The detection loss of folded logits and labels, with queries matched as by the logits before, is the *critical loss* $L_F$;
//: the *overall loss* $L_A$ is that of the detector as it is. How sensitive both are to the weights $w_i$ of layer $i$ is measured by
//:
//: $$ s_i = \mathbb{E}_x \left\lVert \frac{\partial}{\partial w_i} \left( \alpha L_A(x) + L_F(x) \right) \right\rVert^2 $$ {#eq-sensitivity}
//:
//: over images $x$, each with the gradient of its own loss, and $\alpha = 1$ where nothing else is said: the trace of the Fisher information of the layer. *Fisher-overall* are bits chosen for $L_A$ alone, *Fisher-critical* bits chosen for both (@eq-allocation).
//: *Searched* layers are those whose bits are chosen: all but the heads and those with eight bits in every row.
notebook.text("critical-group") { study.critical.rawValue }
notebook.text("other-group") { study.other.rawValue }

notebook.figure(
  "fig-scenes",
  caption:
    "The first report pictures with their true boxes; objects of the group *\(study.other.rawValue)* are marked as critical, in orange."
    + study.credit,
  alt: "Small pictures with labeled boxes around the objects that they show."
) { try study.sampleSheet(highlighting: study.other).figure }

notebook.table(
  "tbl-groups", caption: "The critical groups, with the objects they have in the report pictures."
) {
  Table(
    columns: [
      .text("Group"), .number("Categories", .count), .number("Objects", .count), .text("Categories"),
    ],
    rows: try study.groups.map { group in
      let facts = try study.facts(of: group)
      return [
        .text(group.rawValue), .count(facts.categories.count), .count(facts.objectCount), .text(facts.names),
      ]
    })
}

//: ## How to read what follows {#sec-reading .embedded}
//:
//: **Numbers.** AP is the mean average precision of COCO over ten thresholds of the overlap (intersection over union, from one half up), in points: a hundred times the fraction. A *drop* is AP in floating point minus AP after quantization, a *gain* the AP of one
//: row minus that of another; a large drop is bad and a large gain good. The AP of a group is the mean over its categories of the AP of ordinary detections, never of those with other categories folded into one (@eq-folding), in every table and figure. An interval in brackets is a bootstrap interval over report scenes at a level of
//: {{interval-level}}: the estimate with the spread of {{resample-count}} resamples about their mean, which for a small AP may reach below zero. That of a difference comes from pairs on the same resamples and is therefore
//: narrower than those of its parts suggest; a difference of zero with an interval of no width says that both rows have the same bits. An interval that holds zero does not show a difference; its ends say whether it excludes one that
//: matters. Traces, and rank correlations over layers, have intervals over selection scenes; those of rank correlations over layers are percentiles of fewer resamples, of the scenes on which rises were measured alone, and their upper end may lie below the estimate, since resampling adds noise.
//: Rank correlations over categories have intervals over report scenes and over categories, which stand for others. None of these intervals covers what another seed of the same detector would give; where one seed is all there is, the text says so. Not everything is
//: measured on all scenes of a split; @tbl-samples has the numbers, which are always those of the first scenes.
//:
//: **Tables.** Where sizes could differ, weight bytes are printed: the codes of quantized layers, without scales and without what stays in floating point; only the column *Size* of @tbl-drops counts these too. Sizes in floating point are in single precision, twice what is stored. Where a caption explains bold, a column without it has no winner, and rows that are equal as printed are all bold. Bold does not say how a row compares with the other quantized rows.
//:
//: **Bits and sensitivities.** Where bars stand over layers, a bar is a layer in forward order and its height the bits of its weights; dots are sensitivities per weight on an axis of powers of ten. Shaded
//: bands name the stages of the backbone, the encoder, the decoder and the heads, which stay in floating point and have no bar. Bars and dots that rise and fall together show how bits are chosen, not that they help.
//:
//: **Curves.** A line is a mean over seeds and a band reaches from the smallest to the largest seed; without a band there is one seed. Surfaces show the loss around a solution along directions that are scaled to the
//: weights: a flatter bowl means that rounding costs less, in those directions.
//:
//: **Claims.** A verdict is computed from the numbers beside it by a rule. Rules were first written for one detector of one seed. When more seeds and groups were to be trained, the rules were changed to ask for all of them before these
//: runs were made, knowing the results of the earlier ones; with more data some verdicts became others (@sec-claims). *Inconclusive* says that the interval leaves both answers open; it is no weak yes.
notebook.value("interval-level", .percent(digits: 0), class: .exact) { Margin.level }
notebook.value("resample-count", .count) { try study.scores().value.precision.values[0].count }

notebook.table("tbl-samples", caption: "What is measured of trained detectors, and on how many scenes.") {
  Table(
    columns: [.text("Measured"), .text("Split"), .number("Scenes", .count)],
    rows: study.sampleSizes().map { [.text($0.measurement), .text($0.split.label), .count($0.count)] })
}

//: ## What is the paper's, and what is ours {#sec-provenance .embedded}
//:
//: The full text of the paper was not at hand when this report was written. Known from its abstract, its captions and public reviews are the critical objective made by transforming logits and labels, unequal loss after rounding
//: and overfitting after training as the effects to explain, bits by the Fisher information of that objective and a penalty on its trace as the remedies, and the detectors. Taken from secondary sources are the maximum over
//: folded logits, the sensitivity of @eq-sensitivity and scales from the largest magnitude. Everything else is a choice of ours: costs by the diagonal in @eq-allocation, the widths to choose from (that two bits are among them was decided on the report scenes, @sec-worth), $\alpha$, how the trace in
//: @eq-penalty is estimated and how strongly it weighs, learned scales and the schedule in training, recipes, scenes and groups. No number of the paper's tables was known; where a figure is called a counterpart of one of
//: the paper's, it shows the same quantities, not the same values.
//:
//: ## What is not shown {#sec-data-limits .embedded}
//:
//: These are not natural images. Within one set of art a network may memorize pictures; AP on the report scenes therefore
//: says little about recognizing a category in new art, and the unseen sets are there to keep that in sight.
