// The part of Python's pickle language in which PyTorch describes checkpoints, as a machine that builds values and calls
// nothing. Language: the comments of CPython's pickletools.py, protocols 2 to 5.

/// Builds the value of a pickle out of tensors, dictionaries, lists, tuples, numbers and text; refuses everything else.
///
/// Every instruction makes at most one value of fixed size, so memory is bounded by the length of the pickle.
struct PickleMachine {
  private(set) var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
  private(set) var views: [PyTorchView] = []
  private(set) var storages: [PyTorchStorage] = []
  private var sequences: [[PickleValue]] = []
  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memory: [Int: PickleValue] = [:]
  private var reader: ByteReader

  init(_ bytes: [UInt8]) {
    reader = ByteReader(bytes)
  }

  /// Runs to the end; the error is a clause that goes after the name of the file.
  mutating func run() throws(TorchError) -> PickleValue {
    while true {
      let place = reader.position
      guard let code = reader.unsigned(1) else {
        throw TorchError("the description of its tensors ends early")
      }
      if code == 0x2E { return try pop() }  // .
      do {
        guard try step(UInt8(code)) else {
          throw TorchError(
            "instruction \(code) at byte \(place) of its description is not one of a checkpoint")
        }
      } catch is Malformed {
        throw TorchError("the description of its tensors is broken at byte \(place)")
      } catch let error as TorchError {
        throw error
      } catch {
        throw TorchError("the description of its tensors is broken at byte \(place)")
      }
    }
  }

  /// An instruction whose operands are missing or of the wrong kind.
  private struct Malformed: Error {}

  /// - Returns: whether the instruction is known.
  private mutating func step(_ code: UInt8) throws -> Bool {
    switch code {
    case 0x80: _ = try need(reader.take(1))  // PROTO
    case 0x95: _ = try need(reader.take(8))  // FRAME
    case 0x28: marks.append(stack.count)  // MARK
    case 0x30: _ = try pop()  // POP
    case 0x31: _ = try popToMark()  // POP_MARK
    case 0x4E: stack.append(.none)
    case 0x88: stack.append(.bool(true))
    case 0x89: stack.append(.bool(false))
    case 0x4A: stack.append(.integer(try need(reader.signed(4))))  // BININT
    case 0x4B: stack.append(.integer(try need(reader.unsigned(1))))  // BININT1
    case 0x4D: stack.append(.integer(try need(reader.unsigned(2))))  // BININT2
    case 0x8A:  // LONG1
      let length = try need(reader.unsigned(1))
      guard length <= 8 else { throw Malformed() }
      stack.append(.integer(try need(reader.signed(length))))
    case 0x47:  // BINFLOAT, big endian
      let bits = try need(reader.take(8)).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      stack.append(.number(Double(bitPattern: bits)))
    case 0x8C, 0x55: try pushText(lengthBytes: 1)  // SHORT_BINUNICODE, SHORT_BINSTRING
    case 0x58, 0x54: try pushText(lengthBytes: 4)  // BINUNICODE, BINSTRING
    case 0x8D: try pushText(lengthBytes: 8)  // BINUNICODE8
    case 0x7D: push(dictionary: [])
    case 0x5D: stack.append(.list(keep([])))
    case 0x29: stack.append(.tuple(keep([])))
    case 0x85, 0x86, 0x87: stack.append(.tuple(keep(try popLast(Int(code) - 0x84))))  // TUPLE1 to TUPLE3
    case 0x74: stack.append(.tuple(keep(try popToMark())))  // TUPLE
    case 0x6C: stack.append(.list(keep(try popToMark())))  // LIST
    case 0x64: push(dictionary: try pairs(popToMark()))  // DICT
    case 0x73: try add(pairs: popLast(2))  // SETITEM
    case 0x75: try add(pairs: popToMark())  // SETITEMS
    case 0x61: try add(items: popLast(1))  // APPEND
    case 0x65: try add(items: popToMark())  // APPENDS
    case 0x71: memory[try need(reader.unsigned(1))] = try top()  // BINPUT
    case 0x72: memory[try need(reader.unsigned(4))] = try top()  // LONG_BINPUT
    case 0x94: memory[memory.count] = try top()  // MEMOIZE
    case 0x68: stack.append(try need(memory[try need(reader.unsigned(1))]))  // BINGET
    case 0x6A: stack.append(try need(memory[try need(reader.unsigned(4))]))  // LONG_BINGET
    case 0x63:  // GLOBAL
      let module = String(decoding: try need(reader.line()), as: UTF8.self)
      try push(global: module + "." + String(decoding: try need(reader.line()), as: UTF8.self))
    case 0x93:  // STACK_GLOBAL
      let names = try popLast(2)
      guard case .text(let module) = names[0], case .text(let name) = names[1] else { throw Malformed() }
      try push(global: module + "." + name)
    case 0x51: try pushStorage(popItems())  // BINPERSID
    case 0x52, 0x81: try call(with: popItems())  // REDUCE, NEWOBJ
    case 0x62: _ = try pop()  // BUILD: attributes of an ordered dictionary, which hold versions of modules
    default: return false
    }
    return true
  }

  /// The value of a text key of a dictionary; of several the last, as in Python.
  func value(of key: String, in dictionary: Int) -> PickleValue? {
    dictionaries[dictionary].last { if case .text(key) = $0.key { true } else { false } }?.value
  }

  // MARK: Calls

  private mutating func push(global name: String) throws {
    if let callable = PickleCallable(rawValue: name) {
      stack.append(.callable(callable))
    } else if let element = StoredElement(storageClass: name) {
      stack.append(.storageType(element))
    } else {
      throw TorchError(
        "it names \(name.legible), which is neither a tensor nor a plain value; expected a file of tensors alone, saved anew without it"
      )
    }
  }

  private mutating func call(with arguments: [PickleValue]) throws {
    guard case .callable(let callable) = try pop() else { throw Malformed() }
    switch callable {
    case .orderedDictionary:
      push(dictionary: [])
      for argument in arguments {
        guard case .list(let index) = argument else { throw Malformed() }
        for pair in sequences[index] {
          guard case .tuple(let index) = pair, sequences[index].count == 2 else { throw Malformed() }
          try add(pairs: sequences[index])
        }
      }
    case .parameter:
      guard case .tensor? = arguments.first else { throw Malformed() }
      stack.append(arguments[0])
    case .tensor:
      guard arguments.count >= 4, case .storage(let storage) = arguments[0],
        case .integer(let offset) = arguments[1], case .tuple(let shape) = arguments[2],
        case .tuple(let strides) = arguments[3]
      else { throw Malformed() }
      let view = PyTorchView(
        storage: storage, offset: offset, shape: try integers(shape), strides: try integers(strides))
      guard view.isInside(storages[storage].count) else {
        throw TorchError(
          "a tensor of shape \(view.shape) and strides \(view.strides) is not inside its storage of \(storages[storage].count) numbers"
        )
      }
      views.append(view)
      stack.append(.tensor(views.count - 1))
    }
  }

  /// `("storage", type, name of the entry, device, count)`.
  private mutating func pushStorage(_ items: [PickleValue]) throws {
    guard items.count == 5, case .text("storage") = items[0], case .storageType(let element) = items[1],
      case .text(let key) = items[2], case .integer(let count) = items[4], count >= 0
    else { throw Malformed() }
    storages.append(PyTorchStorage(element: element, key: key, count: count))
    stack.append(.storage(storages.count - 1))
  }

  private func integers(_ index: Int) throws -> [Int] {
    // No network has tensors of more dimensions, and a tuple can be used again and again at the price of two bytes.
    guard sequences[index].count <= 16 else { throw Malformed() }
    return try sequences[index].map {
      guard case .integer(let value) = $0 else { throw Malformed() }
      return value
    }
  }

  // MARK: Stack and containers

  private func need<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw Malformed() }
    return value
  }

  private func top() throws(TorchError) -> PickleValue {
    guard let last = stack.last, stack.count > marks.last ?? 0 else {
      throw TorchError("the description of its tensors is broken: a value is missing")
    }
    return last
  }

  private mutating func pop() throws(TorchError) -> PickleValue {
    let value = try top()
    stack.removeLast()
    return value
  }

  private mutating func popLast(_ count: Int) throws -> [PickleValue] {
    guard stack.count - count >= marks.last ?? 0 else { throw Malformed() }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popToMark() throws -> [PickleValue] {
    let mark = try need(marks.popLast())
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  /// The items of the tuple on top.
  private mutating func popItems() throws -> [PickleValue] {
    guard case .tuple(let index) = try pop(), sequences[index].count <= 16 else { throw Malformed() }
    return sequences[index]
  }

  private mutating func pushText(lengthBytes: Int) throws {
    let length = try need(reader.unsigned(lengthBytes))
    stack.append(.text(String(decoding: try need(reader.take(length)), as: UTF8.self)))
  }

  private mutating func keep(_ items: [PickleValue]) -> Int {
    sequences.append(items)
    return sequences.count - 1
  }

  private mutating func push(dictionary: [(key: PickleValue, value: PickleValue)]) {
    dictionaries.append(dictionary)
    stack.append(.dictionary(dictionaries.count - 1))
  }

  private func pairs(_ items: [PickleValue]) throws -> [(key: PickleValue, value: PickleValue)] {
    guard items.count % 2 == 0 else { throw Malformed() }
    return stride(from: 0, to: items.count, by: 2).map { (items[$0], items[$0 + 1]) }
  }

  private mutating func add(pairs items: [PickleValue]) throws {
    guard case .dictionary(let index) = try top() else { throw Malformed() }
    dictionaries[index] += try pairs(items)
  }

  private mutating func add(items: [PickleValue]) throws {
    guard case .list(let index) = try top() else { throw Malformed() }
    sequences[index] += items
  }
}
