// The identity of code: what must not change if a stored result is to stay valid.
import FoundationEssentials

/// The identity of a source text, 64 hexadecimal digits: a hash of its tokens, so that comments, white space and
/// indentation do not count while every literal, name and operator does. Files in no known language count whole.
public func codeIdentity(of data: Data, path: String) -> String {
  guard let language = SourceLanguage(path: path) else { return SHA256.hash(of: data) }
  return codeIdentity(of: lex(String(decoding: data, as: UTF8.self), as: language).tokens)
}

/// The identity of a list of tokens, 64 hexadecimal digits.
public func codeIdentity(of tokens: some Sequence<SourceToken>) -> String {
  let hasher = KeyHasher()
  for token in tokens {
    hasher.add("token", token.text)
  }
  return hasher.finish()
}

/// The identity of a source file of the project.
/// - Parameters:
///   - path: relative to the root.
///   - root: the project's root.
/// - Returns: nothing if there is no such file.
public func codeIdentity(ofFile path: String, in root: URL) -> String? {
  guard let data = try? Files.read(root.appending(path: path)) else { return nil }
  return codeIdentity(of: data, path: path)
}
