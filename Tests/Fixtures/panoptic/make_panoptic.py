"""Writes a small panoptic data set, faulty predictions, and what panopticapi makes of them: truth.json, prediction.json,
their maps beside them, and expected.json."""

import contextlib
import io
import json
import pathlib
import random

import numpy
from panopticapi.evaluation import pq_compute_single_core
from panopticapi.utils import id2rgb
from PIL import Image

HERE = pathlib.Path(__file__).parent
CATEGORIES = [
    {"id": 1, "name": "person", "supercategory": "person", "isthing": 1},
    {"id": 17, "name": "cat", "supercategory": "animal", "isthing": 1},
    {"id": 62, "name": "chair", "supercategory": "furniture", "isthing": 1},
    {"id": 187, "name": "sky", "supercategory": "sky", "isthing": 0},
    {"id": 193, "name": "grass", "supercategory": "plant", "isthing": 0},
]


def truth(rng, height, width):
    """Sky above grass with rectangles before them; some pixels are void, some rectangles crowds."""
    ids = numpy.full((height, width), 70000, dtype=numpy.uint32)
    ids[height // 2 :] = 300
    kinds = {70000: (187, 0), 300: (193, 0)}
    for number in [1, 255, 256, 65536, 16777215][: rng.randint(2, 5)]:
        top, left = rng.randrange(height - 3), rng.randrange(width - 3)
        ids[top : top + rng.randint(3, 9), left : left + rng.randint(3, 9)] = number
        kinds[number] = (rng.choice([1, 17, 62]), int(rng.random() < 0.25))
    ids[:2, :3] = 0
    return ids, kinds


def prediction(rng, ids, kinds):
    """The truth moved, renumbered, with wrong kinds, segments missed, and one invented."""
    moved = numpy.roll(ids, (rng.randint(-1, 1), rng.randint(-1, 1)), (0, 1))
    found, names = numpy.zeros_like(moved), {}
    for place, (number, kind) in enumerate(kinds.items()):
        if rng.random() < 0.15:
            continue
        found[moved == number] = 1000 * (place + 1)
        names[1000 * (place + 1)] = kind[0] if rng.random() < 0.8 else 17
    found[-3:, -4:] = 9
    names[9] = 1
    return found, {number: kind for number, kind in names.items() if (found == number).any()}


def save(ids, file):
    file.parent.mkdir(exist_ok=True)
    Image.fromarray(id2rgb(ids)).save(file)


def main():
    rng = random.Random(3)
    data = {"images": [], "annotations": [], "categories": CATEGORIES}
    predictions = {"annotations": []}
    for image in range(6):
        height, width = rng.randint(14, 24), rng.randint(14, 30)
        ids, kinds = truth(rng, height, width)
        infos = []
        for number, (category, crowd) in kinds.items():
            rows, columns = numpy.nonzero(ids == number)
            if len(rows) == 0:
                continue
            box = [columns.min(), rows.min(), columns.max() - columns.min() + 1, rows.max() - rows.min() + 1]
            infos.append(
                {"id": number, "category_id": category, "iscrowd": crowd, "area": len(rows), "bbox": [int(x) for x in box]}
            )
        found, names = prediction(rng, ids, {info["id"]: kinds[info["id"]] for info in infos})
        file = f"{image}.png"
        data["images"].append({"id": image, "width": width, "height": height, "file_name": f"{image}.jpg"})
        data["annotations"].append({"image_id": image, "file_name": file, "segments_info": infos})
        predictions["annotations"].append(
            {
                "image_id": image,
                "file_name": file,
                "segments_info": [{"id": k, "category_id": v} for k, v in names.items()],
            }
        )
        save(ids, HERE / "truth" / file)
        save(found, HERE / "prediction" / file)
    (HERE / "truth.json").write_text(json.dumps(data, indent=1) + "\n")
    (HERE / "prediction.json").write_text(json.dumps(predictions, indent=1) + "\n")
    kinds = {one["id"]: one for one in CATEGORIES}
    with contextlib.redirect_stdout(io.StringIO()):
        pairs = list(zip(data["annotations"], predictions["annotations"]))
        counted = pq_compute_single_core(0, pairs, HERE / "truth", HERE / "prediction", kinds)
    expected = {"categories": []}
    for name, is_thing in [("all", None), ("things", True), ("stuff", False)]:
        expected[name] = counted.pq_average(kinds, is_thing)[0]
    for one in CATEGORIES:
        entry = counted[one["id"]]
        expected["categories"].append(
            {"id": one["id"], "iou": entry.iou, "tp": entry.tp, "fp": entry.fp, "fn": entry.fn}
        )
    (HERE / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


main()
