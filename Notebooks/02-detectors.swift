//: # A narrow DETR finds and names known pictures {#sec-detectors}
//:
//: DETR [@carion2020] is a ResNet [@he2016], a transformer [@vaswani2017] and two heads whose queries are matched with objects by an optimal
//: assignment [@kuhn1955]. The detector here has the layers of the published DETR-R50 in the same order and under the same names, at about
//: a quarter of the width: {{weight-layer-count}} weight layers and {{parameter-count}} parameters for pictures of {{scene-size}} pixels. How good is it in floating point, before anything is quantized?
import Experiment

let notebook = Notebook()
let study = Study(notebook, .detrR50, on: .detection)
let anchored = Study(notebook, .dabDETRR50, on: .detection)

notebook.value("weight-layer-count", .count) { try study.detector.value.detector().weightLayers.count }
notebook.value("parameter-count", .count) { try study.detector.value.parameterCount }
notebook.value("scene-size", .count) { study.source.size }

//: ## Training {#sec-training}
//:
//: The backbone is first trained to tell single objects apart, then batch norms, stem and first stage stay as they are. The detector
//: sees {{images-seen}} scenes, with a rate that falls to zero over the last two fifths of the steps, and the published losses: cross entropy with a tenth of the weight for *no object*, the L1
//: distance of boxes and generalized IoU [@rezatofighi2019] after each of the six decoder layers, by AdamW [@loshchilov2019].
//: @fig-training shows the course.
//: The weights are then rounded to sixteen bits, and every later number comes from the rounded ones.
notebook.value("images-seen", .count) { try study.detector.value.history().last?.imagesSeen ?? 0 }

notebook.figure(
  "fig-training",
  caption:
    "Training of both detectors: mean training loss over all decoder layers, each detector's own, and AP on the first "
    + "selection scenes. The rate falls to zero over the last two fifths.",
  alt: "Curves over the number of images seen: the training losses fall, AP rises, DAB-DETR's much sooner."
) { try study.trainingCurves(beside: [anchored]).figure }

//: ## Floating-point accuracy {#sec-floating-point}
//:
//: On the report scenes the detector reaches {{ap-floating-point}} AP. On art that it has never seen it reaches {{ap-emojione}} (EmojiOne) and
//: {{ap-twemoji}} (Twemoji): most of what was learned is what these pictures look like, and quantization is judged where the
//: detector works (@tbl-floating-point).
notebook.value("ap-floating-point", .points(digits: 1).withInterval) { try study.scores().value.estimate() }
notebook.value("ap-emojione", .points(digits: 1)) { try study.scores(on: .unseenEmojiOne).value.estimate() }
notebook.value("ap-twemoji", .points(digits: 1)) { try study.scores(on: .unseenTwemoji).value.estimate() }

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
    rows: try [study, anchored].flatMap { study in
      [
        try study.accuracyRow("report", .report),
        try study.accuracyRow("unseen: EmojiOne", .unseenEmojiOne),
        try study.accuracyRow("unseen: Twemoji", .unseenTwemoji),
      ].map { [.text(study.kind.title)] + $0 }
    })
}

//: ## Anchors learn sooner {#sec-anchors}
//:
//: DAB-DETR [@liu2022] gives each query a box of its own, which every decoder layer corrects, and replaces the softmax by focal losses [@lin2017]. From the same
//: backbone and with the same recipe it reaches {{ap-anchored}} AP on the report scenes after {{images-seen-anchored}} scenes, where DETR needs {{images-seen}}
//: for its accuracy: a query that knows where to look does not have to learn it from the matching. The chapters that follow are about DETR.
notebook.value("ap-anchored", .points(digits: 1).withInterval) { try anchored.scores().value.estimate() }
notebook.value("images-seen-anchored", .count) { try anchored.detector.value.history().last?.imagesSeen ?? 0 }

//: ## What is not shown {#sec-detectors-limits}
//:
//: One seed of each detector, one task. Seeds vary more than images do; differences between detectors need several.
