// The words for curvature: eigenvalues and slices of the losses around trained weights.
import Artifacts
import Fisher

extension Study {
  /// The largest eigenvalues of the Hessian of the overall loss, or of a critical one.
  public func spectrum(_ group: CriticalGroup? = nil) -> Artifact<Spectrum> {
    notebook.artifact(CurvatureSpectrum(of: detector, on: source, group: group))
  }

  /// The same at the weights of a detector trained with quantized ones.
  public func spectrum(of trained: Artifact<QuantizedCheckpoint>, _ group: CriticalGroup? = nil) -> Artifact<
    Spectrum
  > {
    notebook.artifact(CurvatureSpectrum(of: trained, on: source, group: group))
  }

  /// On how many selection scenes the losses of a line or a plane are computed.
  public var landscapeSceneCount: Int {
    LossLandscape(of: qat(.plain, for: critical), on: source, group: critical, places: [], isPlane: false)
      .sceneCount
  }

  /// The losses over a line or a plane around the floating-point weights.
  public func landscape(
    _ group: CriticalGroup, places: [Double], isPlane: Bool = false
  ) -> Artifact<LossSlice> {
    notebook.artifact(LossLandscape(of: detector, on: source, group: group, places: places, isPlane: isPlane))
  }

  /// The losses over a line or a plane around the weights of a detector trained with quantized ones.
  public func landscape(
    around trained: Artifact<QuantizedCheckpoint>, _ group: CriticalGroup, places: [Double],
    isPlane: Bool = false
  ) -> Artifact<LossSlice> {
    notebook.artifact(LossLandscape(of: trained, on: source, group: group, places: places, isPlane: isPlane))
  }
}
