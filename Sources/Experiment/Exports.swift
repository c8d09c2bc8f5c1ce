// A notebook imports this target alone and can name what the experiment is made of.
@_exported import Artifacts
@_exported import Authoring
@_exported import Detection
@_exported import Fisher
import Quantization

/// Which layers every row of the report leaves in floating point or gives bits of their own, for commands that do the same.
public var reportPolicy: QuantizationPolicy { quantizationPolicy }
