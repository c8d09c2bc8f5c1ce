// What a network is made of: parameters with checkpoint names, in modules with checkpoint names.
import Torch

/// A tensor that belongs to a network: a leaf of the graph, changed in place by optimizers.
public final class Parameter {
  /// The values. Layers read them at each use, so a quantizer may put others in their place.
  public var value: Tensor

  /// Whether training changes it.
  public private(set) var isTrained: Bool

  /// The same values once for each image, `[image, …]`, while gradients of single images are collected.
  var copies: Tensor?

  /// A parameter with its first values.
  public init(_ value: Tensor, isTrained: Bool = true) {
    self.value = value
    self.isTrained = isTrained
    value.setRequiresGradient(isTrained)
  }

  /// Makes training change it, or keep it.
  public func setTrained(_ isTrained: Bool) {
    self.isTrained = isTrained
    value.setRequiresGradient(isTrained)
  }
}

/// What a module holds under a name.
public enum Member {
  /// Numbers that training may change.
  case parameter(String, Parameter)
  /// Numbers that belong to the checkpoint but get no gradient.
  case buffer(String, Tensor)
  /// A part with members of its own.
  case module(String, any Module)
}

/// A part of a network whose members have the names of published checkpoints.
public protocol Module: AnyObject {
  /// The members in the order of computation.
  var members: [Member] { get }
}

/// A module whose weight matrix or kernel is large enough to be worth quantizing.
public protocol WeightLayer: Module {
  /// `[output, …]`: the first dimension counts output channels.
  var weight: Parameter { get }
  /// What is put before the input, if anything: a quantizer of activations, or one who watches.
  var inputTransform: ((Tensor) -> Tensor)? { get set }
}

/// A weight layer with its full name.
public struct NamedLayer {
  /// The name of the weight in a checkpoint without the ending `.weight`.
  public let name: String
  /// The layer.
  public let layer: any WeightLayer

  /// A layer with its name.
  public init(name: String, layer: any WeightLayer) {
    self.name = name
    self.layer = layer
  }
}

extension Module {
  /// All parameters with their full names, in the order of computation; a shared one appears once, under its first name.
  public var namedParameters: [(name: String, parameter: Parameter)] {
    var result: [(String, Parameter)] = []
    var seen = Set<ObjectIdentifier>()
    visit("") { name, member in
      if case .parameter(_, let parameter) = member, seen.insert(ObjectIdentifier(parameter)).inserted {
        result.append((name, parameter))
      }
    }
    return result
  }

  /// How many numbers training may change, shared ones counted once.
  public var parameterCount: Int { namedParameters.reduce(0) { $0 + $1.parameter.value.count } }

  /// All tensors of a checkpoint by full name, shared ones under each of their names.
  public var state: [String: Tensor] {
    var result: [String: Tensor] = [:]
    visit("") { name, member in
      switch member {
      case .parameter(_, let parameter): result[name] = parameter.value
      case .buffer(_, let tensor): result[name] = tensor
      case .module: break
      }
    }
    return result
  }

  /// All layers with a weight matrix or kernel, in the order of computation, shared ones once.
  public var weightLayers: [NamedLayer] {
    var result: [NamedLayer] = []
    var seen = Set<ObjectIdentifier>()
    visit("") { name, member in
      if case .module(_, let module) = member, let layer = module as? any WeightLayer,
        seen.insert(ObjectIdentifier(layer)).inserted
      {
        result.append(NamedLayer(name: name, layer: layer))
      }
    }
    return result
  }

  private func visit(_ prefix: String, _ body: (String, Member) -> Void) {
    for member in members {
      switch member {
      case .parameter(let name, _), .buffer(let name, _):
        body(prefix + name, member)
      case .module(let name, let module):
        body(prefix + name, member)
        module.visit(prefix + name + ".", body)
      }
    }
  }
}
