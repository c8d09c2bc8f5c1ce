// PyTorch's checkpoint files (`torch.save` since 1.6): a zip archive with a pickled description and raw numbers.
// Nothing in the file is executed. Format: torch/serialization.py of PyTorch.
import FoundationEssentials

/// A `.pth` file, memory-mapped; its tensors are copied out by name.
public struct PyTorchArchive {
  private let data: Data
  private let place: String
  private let views: [String: PyTorchView]
  private let storages: [PyTorchStorage]
  /// The bytes of each storage that a tensor uses.
  private let ranges: [Int: Range<Int>]

  /// The names of all tensors, sorted.
  public var names: [String] { views.keys.sorted() }

  /// Keys under which training programs keep the weights.
  private static let innerKeys = ["model", "state_dict", "model_state_dict"]

  /// A description of a large detector has about 100 kB.
  private static let longestDescription = 16 << 20

  /// Opens a file; its description is checked completely, its numbers are read when asked for.
  public init(contentsOf file: URL) throws(TorchError) {
    let data: Data
    do {
      data = try Data(contentsOf: file, options: .mappedIfSafe)
    } catch {
      throw TorchError("\(file.lastPathComponent): cannot be read; expected a PyTorch checkpoint")
    }
    try self.init(data, from: file.lastPathComponent)
  }

  /// Reads an archive that is in memory; `place` names it in errors.
  public init(_ data: Data, from place: String) throws(TorchError) {
    let directory = try ZipDirectory(data, from: place)
    func bytes(_ range: Range<Int>) -> Data {
      data[data.startIndex + range.lowerBound..<data.startIndex + range.upperBound]
    }
    let descriptions = directory.entries.filter { $0.key.hasSuffix("/data.pkl") }
    guard descriptions.count == 1, let description = descriptions.first else {
      throw TorchError(
        "\(place): a zip archive with \(descriptions.count) entries data.pkl; expected one, as in PyTorch's")
    }
    let root = description.key.dropLast("data.pkl".count)
    if let order = directory.entries[root + "byteorder"],
      order.count != 6 || bytes(order) != Data("little".utf8)
    {
      throw TorchError("\(place): its numbers are not little endian, which is not supported")
    }
    guard description.value.count <= Self.longestDescription else {
      throw TorchError(
        "\(place): the description of its tensors has \(description.value.count) bytes; expected at most \(Self.longestDescription)"
      )
    }

    var machine = PickleMachine([UInt8](bytes(description.value)))
    do {
      views = Self.namedViews(of: try machine.run(), machine)
    } catch {
      throw TorchError("\(place): \(error)")
    }
    guard !views.isEmpty else {
      throw TorchError("\(place): there are no tensors in it; expected a dictionary of tensors by name")
    }
    storages = machine.storages

    var ranges: [Int: Range<Int>] = [:]
    var total = 0
    for (name, view) in views.sorted(by: { $0.key < $1.key }) {
      let storage = storages[view.storage]
      guard let range = directory.entries[root + "data/" + storage.key],
        storage.count <= range.count / storage.element.byteCount
      else {
        throw TorchError(
          "\(place): \(name.legible) has \(storage.count) numbers that are not all in the file")
      }
      ranges[view.storage] = range
      total += view.shape.reduce(1, *) * storage.element.type.byteCount
    }
    // Tensors may share numbers, as tied weights do, but not without end.
    guard total <= 16 * data.count else {
      throw TorchError("\(place): its tensors would take \(total) bytes, from a file of \(data.count)")
    }
    self.ranges = ranges
    self.data = data
    self.place = place
  }

  /// The tensors of the outermost dictionary, or of the one that it keeps under a usual key.
  private static func namedViews(of root: PickleValue, _ machine: PickleMachine) -> [String: PyTorchView] {
    guard case .dictionary(var index) = root else { return [:] }
    for _ in 0..<innerKeys.count {
      let inner = innerKeys.lazy.compactMap { machine.value(of: $0, in: index) }.first
      guard case .dictionary(let next)? = inner else { break }
      index = next
    }
    var result: [String: PyTorchView] = [:]
    for (key, value) in machine.dictionaries[index] {
      if case .text(let name) = key, case .tensor(let view) = value { result[name] = machine.views[view] }
    }
    return result
  }

  /// The tensor of a name; bfloat16 comes as float32 and int16 as int32.
  public func tensor(_ name: String) throws(TorchError) -> Tensor {
    guard let view = views[name], let range = ranges[view.storage] else {
      throw TorchError("\(place): there is no tensor \(name.legible); it has \(views.count) others")
    }
    let element = storages[view.storage].element
    let start = data.startIndex + range.lowerBound
    return data[start..<data.startIndex + range.upperBound].withUnsafeBytes { source in
      let width = element.byteCount
      if view.isRowMajor {
        let count = view.shape.reduce(1, *)
        let part = UnsafeRawBufferPointer(
          rebasing: source[view.offset * width..<(view.offset + count) * width])
        return element.tensor(of: part, shape: view.shape)
      }
      return view.bytes(of: source, width: width)
        .withUnsafeBytes { element.tensor(of: $0, shape: view.shape) }
    }
  }

  /// All tensors by name.
  public func tensors() throws(TorchError) -> [String: Tensor] {
    var result: [String: Tensor] = [:]
    for name in names { result[name] = try tensor(name) }
    return result
  }
}
