//: # The mean of many throws is near three and a half {#sec-first}
//:
//: How far from its expectation is the mean of a die that is thrown many times? It must come nearer with the number of
//: throws [@bernoulli1713].
import Steps

let notebook = Notebook()
let count = notebook.parameter("throws", 600)
let throwing = notebook.artifact(Throws(count: count, seed: 1))

//: ## Each face {#sec-faces}
//:
//: In {{throw-count}} throws the faces came up as @tbl-faces says.
notebook.value("throw-count", .count) { count }
notebook.table("tbl-faces", caption: "How often each face came up.") {
  let faces = try throwing.value
  return Table(
    columns: [.number("Face", .count), .number("Throws", .count), .number("Share", .percent(digits: 1))],
    rows: (1...6).map { face in
      let number = faces.count { $0 == face }
      return [.count(face), .count(number), .number(Double(number) / Double(faces.count))]
    })
}

//: ## The mean {#sec-mean}
//:
//: The mean is {{mean-throw}}, which is {{mean-distance}} from the expectation. It wanders at first (@fig-mean).
notebook.value("mean-throw", .digits(3)) { try runningMeans(throwing.value).last ?? .nan }
notebook.value("mean-distance", .digits(3)) { try abs((runningMeans(throwing.value).last ?? .nan) - 3.5) }
notebook.figure(
  "fig-mean", caption: "The mean of all throws so far, and the expectation (dashed).",
  alt: "A line that begins far from three and a half and then stays near it."
) {
  let means = try runningMeans(throwing.value)
  return Figure(
    height: 180,
    .chart(
      Chart(
        x: Axis("Throws"), y: Axis("Mean of the throws so far", lower: 1, upper: 6),
        marks: [
          Mark(.line(x: means.indices.map { Double($0 + 1) }, y: means)),
          Mark(.horizontalRules(y: [3.5]), MarkStyle(.ink, dash: .dashed)),
        ])))
}

//: ## What is not shown {#sec-limits}
//:
//: One seed was thrown, and no interval is given.
