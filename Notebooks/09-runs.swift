//: # Every training, with its minutes {#sec-runs .embedded}
//:
//: Everything above rests on {{run-count}} trainings (@tbl-runs). Their weights are stored with the report, each with the seconds that it took where it ran; everything else is computed from them. One after the other they
//: took {{run-hours}} hours, the longest {{run-longest}} minutes, on processors of different speed and often two at a time. Each can be stopped at any moment, and goes on from its last state;
//: `quire retrain` executes them once more from the first step to the last, but for those whose bits follow from measurements, and compares the weights byte by byte: on another kind of processor they need not be equal.
import Experiment

let notebook = Notebook()
let matrix = RunMatrix(notebook)

//: ## The matrix {#sec-run-matrix}
//:
//: A run is a training with one seed; runs in one row differ in the seed alone. Trainings in floating point come first, in the order in which they build on each other, then those with quantized weights.
notebook.value("run-count", .count) { matrix.count }
notebook.value("run-hours", .digits(1), class: .volatile) { try matrix.hours() }
notebook.value("run-longest", .digits(0), class: .volatile) { try matrix.longestMinutes() }

notebook.table(
  "tbl-runs",
  caption:
    "The trainings that the report rests on: how many, the scenes that each sees, and the minutes of the longest and of all where they ran.",
  class: .volatile
) { Table(columns: RunMatrix.columns, rows: try matrix.rows()) }
