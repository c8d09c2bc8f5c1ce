//: # A narrow detector keeps every layer of the published one {#sec-detectors}
//:
//: DETR [@carion2020] is a ResNet [@he2016], a transformer [@vaswani2017] and two heads whose queries are matched with objects by an optimal
//: assignment [@kuhn1955]. The detector here, {{detector}}, has the layers of the published one in the same order and under the same names, at about
//: a quarter of the width: {{weight-layer-count}} weight layers and {{parameter-count}} parameters for pictures of {{scene-size}} pixels. How good is it in floating point, before anything is quantized?
import Experiment

let notebook = Notebook()
let study = Study(notebook)
let anchored = Study(notebook, .dabDETRR50, on: .detection)
let deformable = Study(notebook, .deformableDETRR50, on: .detection)
let deep = Study(notebook, .detrR101, on: .detection)
let panoptic = Study(notebook, .detrR50, on: .panoptic)
let deepPanoptic = Study(notebook, .detrR101, on: .panoptic)
let garments = Study(notebook, .detrR50, on: .garments)
let deformablePanoptic = Study(notebook, .deformableDETRR50, on: .panoptic)
let deformableGarments = Study(notebook, .deformableDETRR50, on: .garments)

notebook.text("detector") { study.kind.title }
notebook.value("weight-layer-count", .count) { try study.detector.value.detector().weightLayers.count }
notebook.value("parameter-count", .count) { try study.parameterCount() }
notebook.value("scene-size", .count) { study.source.size }

//: ## Training {#sec-training}
//:
//: The backbone is first trained to tell single objects apart, then batch norms, stem and first stage stay as they are. The detector
//: sees {{images-seen}} pictures, with a rate that falls to zero over the last two fifths of the steps, and the published losses: cross entropy with a tenth of the weight for *no object*, the L1
//: distance of boxes and generalized IoU [@rezatofighi2019] after each of the six decoder layers, by AdamW [@loshchilov2019].
//: @fig-training shows the course.
//: The weights are then rounded to sixteen bits, and every later number comes from the rounded ones.
notebook.value("images-seen", .count) { try study.detector.value.history().last?.imagesSeen ?? 0 }

notebook.figure(
  "fig-training",
  caption:
    "Training of the detectors: mean training loss over all decoder layers, each detector's own and not comparable between detectors, and AP on the first "
    + "selection scenes. The rate falls to zero over the last two fifths.",
  alt:
    "Curves over the number of scenes seen: the training losses fall, AP rises."
) { try study.trainingCurves(beside: study.isComposed ? [deep, anchored, deformable] : []).figure }

//: ## Floating-point accuracy {#sec-floating-point}
//:
//: On the report pictures the detector reaches {{ap-floating-point}} AP (@tbl-floating-point).
notebook.value("ap-floating-point", .points(digits: 1).withInterval) { try study.scores().value.estimate() }

notebook.table(
  "tbl-floating-point",
  caption:
    "Detectors in floating point: AP in points with bootstrap intervals over images where given. AP of a group is the mean over its "
    + "categories on ordinary detections."
) {
  Table(
    columns: [
      .text("Detector"), .text("Scenes"), .number("AP", .points(digits: 1).withInterval),
      .number("AP50", .points(digits: 1)),
      .number("AP75", .points(digits: 1)),
    ]
      + study.groups.map { .number($0.rawValue, .points(digits: 1).withInterval) },
    rows: try (study.isComposed ? [study, deep, anchored, deformable] : [study]).flatMap { study in
      try study.accuracyRows().map { [.text(study.kind.title)] + $0 }
    })
}

//: ## Art that no detector has seen {#sec-unseen .embedded}
//:
//: On art that it has never seen the detector reaches {{ap-emojione}} (EmojiOne) and
//: {{ap-twemoji}} (Twemoji): most of what was learned is what these pictures look like, and quantization is judged where the
//: detector works. What four bits do to this art is in @sec-unseen-bits.
notebook.value("ap-emojione", .points(digits: 1)) { try study.scores(on: .unseenEmojiOne).value.estimate() }
notebook.value("ap-twemoji", .points(digits: 1)) { try study.scores(on: .unseenTwemoji).value.estimate() }

//: ## Anchors, and chosen places {#sec-anchors .embedded}
//:
//: DAB-DETR [@liu2022] gives each query a box of its own, which every decoder layer corrects, and replaces the softmax by focal losses [@lin2017]. From the same
//: backbone and with the same recipe it reaches {{ap-anchored}} AP on the report scenes after {{images-seen-anchored}} scenes, where DETR reaches
//: {{ap-floating-point}} after {{images-seen}} with its first seed, and {{best-seed-ap}} with its best. Anchors and losses differ at once; which of them makes the difference was not tried.
//:
//: Deformable-DETR [@zhu2021] lets every query sample four feature maps at a few places that it chooses itself. It reaches {{ap-deformable}} AP after
//: {{images-seen-deformable}} scenes. The chapters that follow are about DETR where they do not say otherwise.
notebook.value("ap-anchored", .points(digits: 1).withInterval) { try anchored.scores().value.estimate() }
notebook.value("best-seed-ap", .points(digits: 1).withInterval) {
  try Replicates.ofReport(notebook).highestPrecision().estimate()
}
notebook.value("images-seen-anchored", .count) { try anchored.detector.value.history().last?.imagesSeen ?? 0 }
notebook.value("ap-deformable", .points(digits: 1).withInterval) { try deformable.scores().value.estimate() }
notebook.value("images-seen-deformable", .count) {
  try deformable.detector.value.history().last?.imagesSeen ?? 0
}

//: ## Size, and the size of objects {#sec-object-sizes .embedded}
//:
//: @tbl-detectors sets the four detectors beside each other. Objects count as small, medium and large by the areas of COCO; a scene is {{scene-size}} pixels wide, so that none is large. The authors of DETR found it weak on
//: small objects; the feature maps of several sizes in Deformable-DETR were made for them.

notebook.table(
  "tbl-detectors",
  caption:
    "The detectors on detection in floating point: weight layers, parameters, size in single precision, AP in points by the area of objects in pixels: small below 32², large from 96² on."
) {
  Table(
    columns: [
      .text("Detector"), .number("Weight layers", .count), .number("Parameters", .count),
      .number("Size", .bytes), .number("AP", .points(digits: 1).withInterval),
      .number("small", .points(digits: 1)), .number("medium", .points(digits: 1)),
    ], rows: try [study, deep, anchored, deformable].map { try $0.detectorRow() })
}

//: ## A deeper backbone {#sec-deeper .embedded}
//:
//: With the deeper of the published backbones, and {{weight-layer-count-deep}} weight layers in all, DETR reaches {{ap-deep}} AP after {{images-seen-deep}} scenes.
notebook.value("weight-layer-count-deep", .count) { try deep.detector.value.detector().weightLayers.count }
notebook.value("ap-deep", .points(digits: 1).withInterval) { try deep.scores().value.estimate() }
notebook.value("images-seen-deep", .count) { try deep.detector.value.history().last?.imagesSeen ?? 0 }

//: ## Surfaces and garments {#sec-tasks .embedded}
//:
//: Two more tasks ask the same questions elsewhere (@tbl-tasks, @fig-training-tasks). *Panoptic* scenes are the same kind of scenes with {{category-count-panoptic}} categories: the surfaces
//: behind the things are objects too, each with the box of what is seen of it. *Garments* are photographs [@xiao2017] of {{category-count-garments}} kinds on the same surfaces; training scenes are made of
//: few photographs, report scenes of others, so this is where a detector can overfit. On garments, where there is least to learn from, Deformable-DETR reaches {{ap-deformable-garments}} AP where DETR reaches {{ap-garments}}.
notebook.value("category-count-panoptic", .count) { panoptic.source.task.categories.count }
notebook.value("category-count-garments", .count) { garments.source.task.categories.count }

notebook.value("ap-garments", .points(digits: 1).withInterval) { try garments.scores().value.estimate() }
notebook.value("ap-deformable-garments", .points(digits: 1).withInterval) {
  try deformableGarments.scores().value.estimate()
}

notebook.table(
  "tbl-tasks",
  caption:
    "Detectors on the three tasks in floating point and at uniform four bits: AP on report scenes in points with bootstrap intervals, and the loss in pairs."
) {
  Table(
    columns: [
      .text("Detector"), .text("Task"), .number("Categories", .count), .number("Scenes seen", .count),
      .number("AP", .points(digits: 1).withInterval), .number("AP50", .points(digits: 1)),
      .number("AP, 4 bits", .points(digits: 1).withInterval),
      .number("AP lost", .points(digits: 1).withInterval),
    ],
    rows: try [study, panoptic, deepPanoptic, deformablePanoptic, garments, deformableGarments].map {
      try $0.taskRow()
    })
}

notebook.figure(
  "fig-training-tasks",
  caption:
    "Training on panoptic and garment scenes: mean training loss, not comparable between detectors, and AP on the first selection scenes, which for garments show photographs that training does not.",
  alt: "Curves over the number of scenes seen: losses fall and AP rises, for garments to a lower level."
) {
  try panoptic.trainingCurves(
    named: "DETR-R50, panoptic",
    beside: [
      ("DETR-R101, panoptic", deepPanoptic), ("Deformable-DETR-R50, panoptic", deformablePanoptic),
      ("DETR-R50, garments", garments), ("Deformable-DETR-R50, garments", deformableGarments),
    ]
  ).figure
}

//: ## What is not shown {#sec-detectors-limits .embedded}
//:
//: One seed of each detector, but for DETR-R50 on composed scenes of things. AP varies more between seeds than between resamples of the scenes; differences between detectors need several. The seed of DETR-R50 on which most chapters rest
//: has the lowest AP of the three in floating point (@tbl-seeds). DETR-R101 saw fewer scenes than DETR-R50, so that what stands between the two is training as well as depth.
