//: # Composed scenes give exact boxes in COCO vocabulary {#sec-data}
//:
//: The question of the paper is practical: a user cares about some categories more than about others, and a quantized
//: detector must not pay for its size with just those. @fig-overview shows the argument from that wish to two remedies.
//: To test it from nothing but a clone, the detector and its data have to come along. Natural images cannot; so the
//: scenes are composed from colored art of independent sets, in the vocabulary of COCO [@lin2014].
import Experiment

let notebook = Notebook()
let study = Study(notebook, .detrR50, on: .detection)
let scenes = SceneFacts(study.source.task)

notebook.figure(
  "fig-overview",
  caption:
    "What is studied. A critical-category objective sees unequal damage after post-training quantization and "
    + "overfitting in quantization-aware training; the Fisher information of that objective explains both and leads "
    + "to two remedies. Drawn after the description of the method [@yang2024]; this report so far tests the upper path.",
  alt:
    "A diagram that leads from a critical objective to quantization effects, to Fisher information, and to two remedies."
) { OverviewDiagram().figure }

//: ## What a scene shows {#sec-scenes}
//:
//: A scene holds up to {{largest-object-count}} objects of {{category-count}} categories on procedurally drawn textures,
//: turned, mirrored, scaled, lit, blurred and partly hidden by each other (@fig-scenes). A category is drawn first and then a
//: picture of it, so that rare and common categories are equally frequent. Boxes and areas are exact by construction: they
//: are those of the part that is seen, as in COCO.
notebook.value("category-count", .count) { scenes.categoryCount }
notebook.value("largest-object-count", .count) { scenes.largestObjectCount }

notebook.figure(
  "fig-scenes",
  caption:
    "The first report scenes with their true boxes; objects of the group *animal* are marked as critical. Art: Noto "
    + "Emoji and OpenMoji (CC BY-SA 4.0).",
  alt:
    "Twelve square pictures of small colorful objects on textured backgrounds with labeled boxes around the objects."
) { try study.sampleSheet(highlighting: .animal).figure }

//: ## Which scenes serve what {#sec-splits}
//:
//: Training, selection and report scenes are different scenes of the same two art sets, so AP on report scenes measures how
//: well known pictures are located and told apart. Two further sets of scenes use art that no step of this report learns
//: from; the difference between the two kinds of number is the price of memory (@tbl-splits).
notebook.table(
  "tbl-splits",
  caption: "The splits of scenes, the art they are composed of, and what they are used for."
) {
  Table(
    columns: [.text("Scenes"), .text("Art"), .text("Used for"), .number("Scenes", .count)],
    rows: scenes.splits.map { [.text($0.name), .text($0.art), .text($0.purpose), .count($0.count)] })
}

//: ## What is critical {#sec-groups}
//:
//: A critical set is a supercategory of COCO. Three are followed through the report, from a single category to ten (@tbl-groups).
notebook.table(
  "tbl-groups", caption: "The critical groups, with the objects they have in the report scenes."
) {
  Table(
    columns: [
      .text("Group"), .number("Categories", .count), .number("Objects", .count), .text("Categories"),
    ],
    rows: try study.groups.map { group in
      let facts = try study.facts(of: group)
      return [
        .text(group.rawValue), .count(facts.categories.count), .count(facts.objectCount), .text(facts.names),
      ]
    })
}

//: ## What is not shown {#sec-data-limits}
//:
//: These are not natural images. Within one set of art a network may memorize pictures; AP on the report scenes therefore
//: says little about recognizing a category in new art, and the unseen sets are there to keep that in sight.
