"""Draws annotations and detections, scores them with pycocotools and with `./quire evaluate`, and compares.

Exit code: 0 all numbers agree, 1 one does not, 2 a command failed.
"""

import contextlib
import io
import json
import pathlib
import random
import subprocess
import sys
import tempfile

from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

NAMES = ["AP", "AP50", "AP75", "APs", "APm", "APl", "AR1", "AR10", "AR100", "ARs", "ARm", "ARl"]
TOLERANCE = 1e-12


def box(rng):
    """A box of a size that falls into any of the three area ranges, now and then exactly on their border."""
    side = rng.choice([8, 20, 32, 60, 96, 150])
    width, height = side * rng.choice([0.5, 1, 1, 1.5]), side * rng.choice([0.75, 1, 1, 2])
    return [round(rng.uniform(0, 400), 1), round(rng.uniform(0, 300), 1), width, height]


def shifted(rng, values):
    """A box near another: equal, slightly moved, or far off."""
    amount = rng.choice([0, 0.02, 0.1, 0.3, 1]) * values[2]
    return [value + round(rng.uniform(-amount, amount), 1) * (index < 2) for index, value in enumerate(values)]


def draw(seed):
    """One case: crowds, equal scores, pictures and categories without objects, more than 100 detections."""
    rng = random.Random(seed)
    images, categories = rng.randint(1, 30), rng.randint(1, 8)
    annotations, detections = [], []
    for image in range(1, images + 1):
        for _ in range(rng.choice([0, 1, 3, 8])):
            values = box(rng)
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": image,
                    "category_id": rng.randint(1, categories),
                    "bbox": values,
                    "area": values[2] * values[3] * rng.choice([1, 1, 0.6]),
                    "iscrowd": int(rng.random() < 0.08),
                }
            )
        near = [a for a in annotations if a["image_id"] == image]
        for _ in range(rng.choice([0, 3, 20, 130])):
            source = rng.choice(near) if near and rng.random() < 0.7 else None
            values = shifted(rng, source["bbox"]) if source else box(rng)
            category = source["category_id"] if source and rng.random() < 0.9 else rng.randint(1, categories)
            score = rng.choice([0.5, round(rng.random(), 2), rng.random()])
            detections.append({"image_id": image, "category_id": category, "bbox": values, "score": score})
    dataset = {
        "images": [{"id": i, "width": 640, "height": 480, "file_name": f"{i}.jpg"} for i in range(1, images + 1)],
        "categories": [{"id": c, "name": f"c{c}", "supercategory": "all"} for c in range(1, categories + 1)],
        "annotations": annotations,
    }
    return dataset, detections


def reference(dataset, detections):
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO()
        truth.dataset = dataset
        truth.createIndex()
        evaluation = COCOeval(truth, truth.loadRes(detections), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return dict(zip(NAMES, evaluation.stats.tolist()))


def ours(folder):
    command = ["./quire", "evaluate", "--annotations", f"{folder}/gt.json", "--detections", f"{folder}/dt.json", "--json"]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if run.returncode != 0:
        print(f"test-oracle: quire evaluate ended with {run.returncode}", file=sys.stderr)
        sys.exit(2)
    return json.loads(run.stdout)["stats"]


def main():
    cases, largest = int(sys.argv[1]), 0.0
    for seed in range(cases):
        dataset, detections = draw(seed)
        if not detections:
            continue
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "gt.json").write_text(json.dumps(dataset))
            pathlib.Path(folder, "dt.json").write_text(json.dumps(detections))
            expected, actual = reference(dataset, detections), ours(folder)
        for name in NAMES:
            difference = abs(expected[name] - actual[name])
            largest = max(largest, difference)
            if not difference <= TOLERANCE:
                print(f"case {seed}: {name} is {actual[name]}, pycocotools says {expected[name]}")
                sys.exit(1)
    print(f"{cases} cases, 12 numbers each: largest difference {largest:.1e}")


main()
