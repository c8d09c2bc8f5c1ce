// The front matter of a report on other data than the notebooks' own.
import Authoring

extension Profile {
  /// Title, what the report is, what is critical, and what was left out.
  func frontMatter(omitted: [String]) -> String {
    var paragraphs = [
      "# \(title)",
      "*A report by the notebooks of another paper on data that is not that paper's: the profile "
        + "\u{201C}\(name)\u{201D}.*",
      "Every number, table and figure below is computed from this data. Headings and sentences that state a finding were "
        + "written about the composed scenes that come with the notebooks: where one of them and a number disagree, the "
        + "number holds.",
      "Critical sets: "
        + critical.map { "*\($0.name)* (\($0.categories.joined(separator: ", ")))" }.joined(separator: "; ")
        + ".",
    ]
    if !omitted.isEmpty {
      paragraphs.append(
        "Left out, since they are about those scenes only: "
          + omitted.map { "\u{201C}\($0)\u{201D}" }.joined(separator: "; ") + ".")
    }
    return paragraphs.joined(separator: "\n\n") + "\n"
  }
}
