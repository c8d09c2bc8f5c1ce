// The words for any set of categories: one measurement, then bits for whatever set is asked for.
import Artifacts
import Authoring
import Fisher

extension Study {
  /// How the gradients of all categories lie to each other.
  public var categoryGradients: Artifact<LayerGram> {
    notebook.artifact(CategoryGram(of: detector, on: source))
  }

  /// Bits for a set of categories by name under the separable critical loss: the class terms of these categories with
  /// the boxes of all objects, at the size of uniform bits.
  public func bits(forCategories names: [String], averageBits: Double) -> Artifact<WeightBits> {
    notebook.artifact(
      CategoryBits(
        detector, gram: categoryGradients, uniform: uniform(averageBits: averageBits),
        parts: names.sorted() + ["boxes"]))
  }
}
