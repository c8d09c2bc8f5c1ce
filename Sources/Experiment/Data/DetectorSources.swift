// The code that a detector's outputs come from, for the steps that run one.

/// What steps declare that run detectors. An edit there makes their results new; the tensor layers below are not among them,
/// since parity with other implementations guards those.
let detectorSources: [String] =
  [
    "AnchorEncoding", "DABAttention", "DABDETR", "DABDecoder", "DABEncoder", "DETR", "DeformableDETR",
    "DeformableDecoder", "DeformableEncoder", "FeatureLevels", "ImageBatch", "InverseSigmoid",
    "PositionEncoding", "ResNet", "TransformerDecoder", "TransformerEncoder",
  ].map { "Sources/Detection/\($0).swift" }
