// Pictures inside the web page, so that it is one file.
import FoundationEssentials

/// Puts pictures into a web page.
/// - Parameters:
///   - html: a page whose pictures are files: `<img src="Figures/fig-bits.svg" …`.
///   - light: the content of a file; nil where there is none, which leaves the page's link.
///   - dark: another picture for dark screens; nil where there is none.
/// - Returns: the page with `data:` addresses.
public func embeddingPictures(
  in html: String, light: (String) throws -> Data?, dark: (String) throws -> Data?
) rethrows -> String {
  var result = ""
  var rest = html[...]
  let opening = "<img src=\""
  while let start = rest.firstRange(of: opening) {
    result += rest[..<start.lowerBound]
    rest = rest[start.upperBound...]
    guard let quote = rest.firstIndex(of: "\""), let end = rest.firstIndex(of: ">") else {
      result += opening
      break
    }
    let path = String(rest[..<quote])
    let attributes = rest[rest.index(after: quote)...end]
    rest = rest[rest.index(after: end)...]
    guard !path.hasPrefix("data:"), let data = try light(path) else {
      result += opening + path + "\"" + attributes
      continue
    }
    let image = opening + address(of: data, path) + "\"" + attributes
    if let other = try dark(path) {
      let source =
        "<source media=\"screen and (prefers-color-scheme: dark)\" srcset=\"\(address(of: other, path))\">"
      result += "<picture>\(source)\(image)</picture>"
    } else {
      result += image
    }
  }
  return result + rest
}

private func address(of data: Data, _ path: String) -> String {
  let kind =
    switch path.split(separator: ".").last {
    case "svg": "svg+xml"
    case "jpg", "jpeg": "jpeg"
    default: "png"
    }
  return "data:image/\(kind);base64,\(data.base64EncodedString())"
}
