// Which declarations of a library some code reaches: its records are out of date only if one of these has changed.
//
// What is reached is told from names, without knowing the types of expressions: code reaches a declaration whose name it
// mentions, unless that is a member of a type which nothing reached mentions, and whatever that one mentions. So more may be
// reached than is used. What can be used without being named is reached with its type (initializers, subscripts, operators,
// stored properties, nested types, and all members of a type that conforms to a protocol or carries an attribute), or always,
// where the type is not one of the library's. How a rehearsal shortens steps counts for nothing: what it makes has keys of
// its own, and none of it is recorded.
import Artifacts
import FoundationEssentials
import Synchronization

/// The declarations of some source files with what each of them rests on.
package final class DeclarationGraph: Sendable {
  private let nodes: [DeclarationNode]
  /// The names that stand for declarations, numbered.
  private let numbers: [String: Int]
  /// The declarations that a name can stand for, by its number.
  private let named: [[Int]]
  /// The numbers of the names that each declaration mentions.
  private let mentions: [[Int]]
  /// What all code reaches.
  private let always: [Int]
  private let identities = Mutex<[[Int]: String]>([:])

  /// A graph of files, each with its path and text.
  package init(_ files: [(path: String, text: String)]) {
    var collector = DeclarationCollector()
    for file in files { collector.add(file.text, path: file.path) }
    collector.link()
    let names = collector.byName.keys.sorted()
    let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    self.numbers = numbers
    named = names.map { collector.byName[$0] ?? [] }
    mentions = collector.nodes.map { node in node.mentions.compactMap { numbers[$0] } }
    nodes = collector.nodes
    always = collector.nodes.indices.filter { collector.isAlwaysReached($0) }
  }

  /// The identity of what code reaches that mentions some names, 16 digits. It does not say where declarations stand.
  package func identity(reachedBy names: Set<String>) -> String {
    let question = names.compactMap { numbers[$0] }.sorted()
    if let known = identities.withLock({ $0[question] }) { return known }
    let hasher = KeyHasher()
    for identity in Set(reached(by: question).map { nodes[$0].identity }).sorted() {
      hasher.add("declaration", identity)
    }
    let identity = String(hasher.finish().prefix(16))
    identities.withLock { $0[question] = identity }
    return identity
  }

  /// The files of the declarations that code reaches which mentions some names. Imports and the heads of extensions declare
  /// nothing, and would name all files.
  package func paths(reachedBy names: Set<String>) -> Set<String> {
    let declarations = reached(by: names.compactMap { numbers[$0] }).lazy.map { self.nodes[$0] }
    return Set(declarations.filter { !["import", "extension"].contains($0.keyword) }.map(\.path))
  }

  private func reached(by names: [Int]) -> [Int] {
    var reached: [Int] = []
    var isReached = [Bool](repeating: false, count: nodes.count)
    var isMentioned = [Bool](repeating: false, count: named.count)
    /// Members that were named, of types that were not reached yet, by the head they stand under.
    var waiting: [Int: [Int]] = [:]
    var pending = always
    func mention(_ names: [Int]) {
      for name in names where !isMentioned[name] {
        isMentioned[name] = true
        for index in named[name] {
          if let head = nodes[index].head, !nodes[head].isForeign, !isReached[head] {
            waiting[head, default: []].append(index)
          } else {
            pending.append(index)
          }
        }
      }
    }
    mention(names)
    while let index = pending.popLast() {
      guard !isReached[index] else { continue }
      isReached[index] = true
      reached.append(index)
      pending += nodes[index].brings
      if let members = waiting.removeValue(forKey: index) { pending += members }
      mention(mentions[index])
    }
    return reached
  }
}

/// A declaration or the head of a type or extension.
struct DeclarationNode: Sendable {
  /// The file it stands in.
  var path: String
  /// The identity of its name and its tokens.
  var identity: String
  /// Of a head, the name of its type with those around it; empty for everything else.
  var type = ""
  /// The name without those around it and without labels.
  var base = ""
  /// `func`, `var`, `struct` and the like; empty where nothing is declared.
  var keyword = ""
  /// The names that it mentions.
  var mentions: Set<String> = []
  /// Of a head, whether it has an attribute.
  var isAttributed = false
  /// Of a head, whether it has an attribute, a conformance or another constraint.
  var isMarked = false
  /// Of a head, whether its type is declared elsewhere.
  var isForeign = false
  /// The head of the braces it stands in.
  var head: Int?
  /// What is reached with it.
  var brings: [Int] = []

  init(path: String, identity: String) {
    self.path = path
    self.identity = identity
  }
}

/// Collects declarations, and tells which of them bring which.
private struct DeclarationCollector {
  private(set) var nodes: [DeclarationNode] = []
  private(set) var byName: [String: [Int]] = [:]
  /// Heads of types and extensions by the type's name.
  private var heads: [String: [Int]] = [:]

  mutating func add(_ text: String, path: String) {
    guard SourceLanguage(path: path) == .swift else {
      nodes.append(DeclarationNode(path: path, identity: codeIdentity(of: Data(text.utf8), path: path)))
      return
    }
    var blocks: [Int: Int] = [:]
    var rehearsals: Set<Int> = []
    for declaration in sourceDeclarations(of: text, path: path) {
      if isForRehearsals(declaration) || declaration.block.map(rehearsals.contains) == true {
        if let block = declaration.opens { rehearsals.insert(block) }
        continue
      }
      add(declaration, path: path, head: declaration.block.flatMap { blocks[$0] })
      if let block = declaration.opens { blocks[block] = nodes.count - 1 }
    }
  }

  /// Whether it is an extension that only makes a step `Rehearsable`.
  private func isForRehearsals(_ declaration: SourceDeclaration) -> Bool {
    guard declaration.opens != nil, declaration.keyword == "extension" else { return false }
    let conformances = declaration.tokens.map(\.text).drop { $0 != ":" }.dropFirst().prefix { $0 != "{" }
    return conformances.elementsEqual(["Rehearsable"])
  }

  private mutating func add(_ declaration: SourceDeclaration, path: String, head: Int?) {
    let hasher = KeyHasher()
    hasher.add("name", declaration.name)
    hasher.add("code", codeIdentity(of: declaration.tokens))
    var node = DeclarationNode(path: path, identity: String(hasher.finish().prefix(16)))
    node.head = head
    node.keyword = declaration.keyword
    node.mentions = mentionedNames(in: declaration.tokens)
    if declaration.opens != nil {
      node.type = declaration.name
      node.isAttributed = declaration.tokens.contains { $0.text.hasPrefix("@") }
      node.isMarked = node.isAttributed || declaration.tokens.contains { $0.text == ":" }
      heads[node.type, default: []].append(nodes.count)
    }
    let name = declaration.name.prefix { $0 != "(" }
    node.base = String(name[(name.lastIndex(of: ".").map(name.index(after:)) ?? name.startIndex)...])
      .replacing("`", with: "")
    for name in names(of: node, declaration.tokens) { byName[name, default: []].append(nodes.count) }
    nodes.append(node)
  }

  /// The names by which code can mention a declaration.
  private func names(of node: DeclarationNode, _ tokens: [SourceToken]) -> Set<String> {
    switch node.keyword {
    // These are reached with their type, wherever it may be inferred.
    case "", "init", "deinit", "subscript", "import", "extension": return []
    case "let", "var", "case": return boundNames(in: tokens).union([node.base])
    default: return [node.base]
    }
  }

  /// The names that one declaration binds: `let (a, b) = …`, `var a = 1, b = 2`, `case a, b`. Within brackets only those of
  /// a pattern count, so that bodies, arguments and lists bind nothing.
  private func boundNames(in tokens: [SourceToken]) -> Set<String> {
    var names: Set<String> = []
    /// Of every open bracket, whether it belongs to a pattern.
    var open: [Bool] = []
    for (index, token) in tokens.enumerated() {
      let previous = index == 0 ? "" : tokens[index - 1].text
      if ["(", "[", "{"].contains(token.text) {
        let isWithin = open.last == true && ["(", ","].contains(previous)
        open.append(token.text == "(" && (isWithin || ["let", "var"].contains(previous)))
      } else if [")", "]", "}"].contains(token.text) {
        _ = open.popLast()
      } else if token.kind == .word, open.allSatisfy({ $0 }),
        ["let", "var", "case", ",", "("].contains(previous)
      {
        names.insert(token.text.replacing("`", with: ""))
      }
    }
    return names
  }

  /// Says of each node what it brings, once all files are there.
  mutating func link() {
    for index in nodes.indices { link(index) }
  }

  private mutating func link(_ index: Int) {
    let node = nodes[index]
    // A member brings its type, a type its extensions, and these what can be used without being named.
    if let head = node.head {
      nodes[index].brings.append(head)
      if isUsedUnnamed(node) || hasUnnamedUses(nodes[head])
        || (nodes[head].keyword != "extension" && node.keyword != "func")
      {
        nodes[head].brings.append(index)
      }
    }
    if !node.type.isEmpty {
      let heads = heads[node.type, default: []]
      nodes[index].brings += heads
      nodes[index].isForeign = heads.allSatisfy { nodes[$0].keyword == "extension" }
    }
  }

  /// Whether members of a type's braces are used by code that does not name them: requirements of protocols, parts of
  /// wrappers and builders.
  private func hasUnnamedUses(_ head: DeclarationNode) -> Bool {
    head.isMarked
      || heads[head.type, default: []].contains { other in
        nodes[other].keyword == "protocol"
          || (nodes[other].keyword != "extension" && nodes[other].isAttributed)
      }
  }

  private func isUsedUnnamed(_ node: DeclarationNode) -> Bool {
    switch node.keyword {
    case "", "init", "deinit", "subscript", "case", "typealias", "associatedtype": true
    default:
      !(node.base.first.map { $0.isLetter || $0 == "_" } ?? false) || unnamedMembers.contains(node.base)
    }
  }

  /// Whether all code reaches a node: what declares nothing, imports, operators, and of types from elsewhere what is used
  /// without being named.
  func isAlwaysReached(_ index: Int) -> Bool {
    let node = nodes[index]
    if let head = node.head {
      return nodes[head].isForeign && (isUsedUnnamed(node) || hasUnnamedUses(nodes[head]))
    }
    switch node.keyword {
    case "", "import", "operator", "precedencegroup", "macro": return true
    case "func": return isUsedUnnamed(node)
    default: return node.isForeign && node.isMarked
    }
  }
}

/// Members that the language calls by itself.
private let unnamedMembers: Set<String> = [
  "callAsFunction", "dynamicallyCall", "appendInterpolation", "appendLiteral", "wrappedValue",
  "projectedValue",
]
