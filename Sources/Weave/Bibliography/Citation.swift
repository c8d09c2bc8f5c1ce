// How works are named in the text and listed at its end.

extension BibliographyEntry {
  /// The names of the authors, each as given and family name.
  var authors: [(given: String, family: String)] {
    guard let field = fields["author"] else { return [] }
    return splitNames(field).map { name in
      let parts = name.split(separator: ",", maxSplits: 1).map { plainText(String($0)) }
      if parts.count == 2 { return (parts[1], parts[0]) }
      let words = plainText(name).split(separator: " ").map(String.init)
      return (words.dropLast().joined(separator: " "), words.last ?? "")
    }
  }

  /// The authors in a sentence: `Yang et al.`, `Kuhn`, `Loshchilov and Hutter`.
  var shortAuthors: String {
    let names = authors.map(\.family)
    switch names.count {
    case 0: return text("title") ?? key
    case 1: return names[0]
    case 2: return "\(names[0]) and \(names[1])"
    default: return "\(names[0]) et al."
    }
  }

  /// The work as it is listed: authors, title, where, year, and a link.
  var listed: String {
    var sentences: [String] = []
    let names = authors.map { trimmed("\($0.given) \($0.family)") }
    if names.count > 8 {
      sentences.append(names.prefix(6).joined(separator: ", ") + ", et al.")
    } else if names.count > 1 {
      sentences.append(
        names.dropLast().joined(separator: ", ") + (names.count > 2 ? "," : "")
          + " and \(names[names.count - 1]).")
    } else if let name = names.first {
      sentences.append(name + ".")
    }
    if let title = text("title") {
      sentences.append("*\(title)*.")
    }
    var place = text("journal") ?? text("booktitle") ?? text("howpublished") ?? text("publisher") ?? ""
    if let volume = text("volume") { place += " \(volume)" + (text("number").map { "(\($0))" } ?? "") }
    if let pages = text("pages") { place += ":\(pages)" }
    let year = text("year") ?? ""
    let where_ = [place, year].filter { !$0.isEmpty }.joined(separator: ", ")
    if !where_.isEmpty { sentences.append(where_ + ".") }
    if let url = fields["url"] {
      let preprint = url.ranges(of: "arxiv.org/abs/").first.map { String(url[$0.upperBound...]) }
      let name = (fields["eprint"] ?? preprint).map { "arXiv:\($0)" } ?? url
      sentences.append("[\(name)](\(url))")
    }
    return sentences.joined(separator: " ")
  }
}

/// Splits at the word "and" outside braces.
private func splitNames(_ field: String) -> [String] {
  var names: [String] = []
  var depth = 0
  var current: [String] = []
  for word in field.split(whereSeparator: \.isWhitespace) {
    if depth == 0 && word == "and" {
      names.append(current.joined(separator: " "))
      current = []
    } else {
      current.append(String(word))
    }
    depth += word.filter { $0 == "{" }.count - word.filter { $0 == "}" }.count
  }
  names.append(current.joined(separator: " "))
  return names.filter { !$0.isEmpty }
}
