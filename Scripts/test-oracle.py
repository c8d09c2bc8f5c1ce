"""Draws data, scores it with the reference implementations and with `quire evaluate`, and compares.

usage: test-oracle.py QUIRE CASES. Exit code: 0 all numbers agree, 1 one does not, 2 a command failed.
"""

import contextlib
import io
import json
import pathlib
import random
import subprocess
import sys
import tempfile

import numpy
from panopticapi.evaluation import pq_compute_single_core
from panopticapi.utils import id2rgb, rgb2id
from PIL import Image
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

NAMES = ["AP", "AP50", "AP75", "APs", "APm", "APl", "AR1", "AR10", "AR100", "ARs", "ARm", "ARl"]
TOLERANCE = 1e-12
QUIRE = sys.argv[1]


class Difference(Exception):
    pass


def box(rng):
    """A box of a size that falls into any of the three area ranges, now and then exactly on their border."""
    side = rng.choice([8, 20, 32, 60, 96, 150])
    width, height = side * rng.choice([0.5, 1, 1, 1.5]), side * rng.choice([0.75, 1, 1, 2])
    if rng.random() < 0.01:
        width = 0
    return [round(rng.uniform(0, 400), 1), round(rng.uniform(0, 300), 1), width, height]


def shifted(rng, values):
    """A box near another: equal, slightly moved, or far off."""
    amount = rng.choice([0, 0.02, 0.1, 0.3, 1]) * values[2]
    return [value + round(rng.uniform(-amount, amount), 1) * (index < 2) for index, value in enumerate(values)]


def draw(seed):
    """One case: crowds, equal scores, pictures and categories without objects, more than 100 detections of a category in
    a picture, ids that are not in order, start at 0 or are beyond 32 bits, detections of a category that is not listed and
    boxes of negative extent."""
    rng = random.Random(seed)
    images, categories = rng.randint(1, 60), rng.randint(1, 12)
    ids = rng.choice([range(1, images + 1), range(images), rng.sample(range(2**31, 2**33), images)])
    kinds = rng.choice([range(1, categories + 1), range(categories), rng.sample(range(1, 1000), categories)])
    annotations, detections, first = [], [], rng.choice([0, 1, 1, 2**40])
    for image in ids:
        for _ in range(rng.choice([0, 1, 3, 8])):
            values = box(rng)
            annotations.append(
                {
                    "id": len(annotations) + first,
                    "image_id": image,
                    "category_id": rng.choice(kinds),
                    "bbox": values,
                    "area": values[2] * values[3] * rng.choice([1, 1, 0.6]),
                    "iscrowd": int(rng.random() < 0.08),
                }
            )
        near = [a for a in annotations if a["image_id"] == image]
        lone = rng.choice(kinds)
        for _ in range(rng.choice([0, 3, 20, 130])):
            source = rng.choice(near) if near and rng.random() < 0.7 else None
            values = shifted(rng, source["bbox"]) if source else box(rng)
            if rng.random() < 0.005:
                values[rng.choice([2, 3])] *= -1
            category = source["category_id"] if source and rng.random() < 0.9 else rng.choice([*kinds, lone, lone])
            if rng.random() < 0.005:
                category = 5000
            score = rng.choice([0.5, round(rng.random(), 2), rng.random(), rng.choice([0.0, -0.0, -1.5, 1])])
            detections.append({"image_id": image, "category_id": category, "bbox": values, "score": score})
    if rng.random() < 0.3:
        rng.shuffle(detections)
    dataset = {
        "images": [{"id": i, "width": 640, "height": 480, "file_name": f"{i}.jpg"} for i in ids],
        "categories": [{"id": c, "name": f"c{c}", "supercategory": "all"} for c in kinds],
        "annotations": annotations,
    }
    return dataset, detections


def quietly(body):
    with contextlib.redirect_stdout(io.StringIO()):
        return body()


def reference(dataset, detections):
    def score():
        truth = COCO()
        truth.dataset = dataset
        truth.createIndex()
        evaluation = COCOeval(truth, truth.loadRes(detections), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
        return evaluation

    evaluation = quietly(score)
    numbers = dict(zip(NAMES, evaluation.stats.tolist()))
    for place, category in enumerate(evaluation.params.catIds):
        values = evaluation.eval["precision"][:, :, place, 0, 2]
        values = values[values > -1]
        numbers[f"AP of category {category}"] = float(numpy.mean(values)) if values.size else -1.0
    return numbers


def quire(*arguments):
    run = subprocess.run([QUIRE, *map(str, arguments)], stdout=subprocess.PIPE, text=True)
    if run.returncode != 0:
        print(f"test-oracle: quire {arguments[0]} ended with {run.returncode}", file=sys.stderr)
        sys.exit(2)
    return json.loads(run.stdout)


def ours(folder):
    report = quire(
        "evaluate", "--annotations", folder / "gt.json", "--detections", folder / "dt.json", "--json"
    )
    return report["stats"] | {f"AP of category {one['id']}": one["AP"] for one in report["categories"]}


def compare(case, expected, actual):
    for name, value in expected.items():
        if not abs(value - actual[name]) <= TOLERANCE:
            raise Difference(f"{case}: {name} is {actual[name]}, the reference says {value}")
    return max(abs(value - actual[name]) for name, value in expected.items())


def boxes(cases):
    largest, numbers, compared = 0.0, 0, 0
    for seed in range(cases):
        dataset, detections = draw(seed)
        if not detections:
            continue
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "gt.json").write_text(json.dumps(dataset))
            (folder / "dt.json").write_text(json.dumps(detections))
            expected = reference(dataset, detections)
            largest = max(largest, compare(f"case {seed}", expected, ours(folder)))
        compared += 1
        numbers += len(expected)
    print(f"boxes: {compared} data sets with detections, {numbers} numbers: largest difference {largest:.1e}")


def segments(rng, size, categories, void):
    """A map of rectangles put over each other, some of them crowds."""
    ids = numpy.zeros(size, dtype=numpy.uint32)
    kinds = {}
    for _ in range(rng.randint(1, 9)):
        top, left = rng.randint(0, size[0] - 2), rng.randint(0, size[1] - 2)
        number = rng.randint(1, 2**24 - 1)
        ids[top : top + rng.randint(2, size[0]), left : left + rng.randint(2, size[1])] = number
        kinds[number] = (rng.choice(categories)["id"], int(rng.random() < 0.15))
    if not void:
        ids[ids == 0] = 7
        kinds[7] = (categories[0]["id"], 0)
    present = set(numpy.unique(ids).tolist()) - {0}
    return ids, {number: kind for number, kind in kinds.items() if number in present}


def disturbed(rng, ids, kinds, categories):
    """A prediction: the truth shifted, with other ids, some of other kinds, merged or left out."""
    shifted = numpy.roll(ids, (rng.randint(-2, 2), rng.randint(-2, 2)), (0, 1))
    found, names = numpy.zeros_like(shifted), {}
    for number, kind in kinds.items():
        if rng.random() < 0.1 or not (shifted == number).any():
            continue
        other = rng.randint(1, 2**24 - 1) if rng.random() < 0.9 or not names else rng.choice(list(names))
        found[shifted == number] = other
        names[other] = kind[0] if rng.random() < 0.85 else rng.choice(categories)["id"]
    return found, {number: kind for number, kind in names.items() if (found == number).any()}


def panoptic(cases):
    largest = 0.0
    for seed in range(cases):
        rng = random.Random(1000 + seed)
        categories = [
            {"id": 3 * index + 1, "name": f"c{index}", "supercategory": "all", "isthing": int(rng.random() < 0.6)}
            for index in range(rng.randint(2, 7))
        ]
        truth = {"images": [], "annotations": [], "categories": categories}
        predictions = {"annotations": []}
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "gt").mkdir()
            (folder / "dt").mkdir()
            for image in range(1, rng.randint(2, 8)):
                size = (rng.randint(8, 40), rng.randint(8, 40))
                ids, kinds = segments(rng, size, categories, rng.random() < 0.6)
                infos = []
                for number, (category, crowd) in kinds.items():
                    area = int((ids == number).sum())
                    infos.append({"id": number, "category_id": category, "iscrowd": crowd, "area": area, "bbox": [0, 0, 1, 1]})
                file = f"{image}.png"
                truth["images"].append({"id": image, "width": size[1], "height": size[0], "file_name": file})
                truth["annotations"].append({"image_id": image, "file_name": file, "segments_info": infos})
                Image.fromarray(id2rgb(ids)).save(folder / "gt" / file)
                found, names = disturbed(rng, ids, kinds, categories)
                predictions["annotations"].append(
                    {
                        "image_id": image,
                        "file_name": file,
                        "segments_info": [{"id": k, "category_id": v} for k, v in names.items()],
                    }
                )
                Image.fromarray(id2rgb(found)).save(folder / "dt" / file)
            (folder / "gt.json").write_text(json.dumps(truth))
            (folder / "dt.json").write_text(json.dumps(predictions))
            report = quire(
                "evaluate", "--panoptic", "--annotations", folder / "gt.json", "--detections", folder / "dt.json", "--json"
            )
            kinds = {one["id"]: one for one in categories}
            pairs = list(zip(truth["annotations"], predictions["annotations"]))
            counted = quietly(lambda: pq_compute_single_core(0, pairs, folder / "gt", folder / "dt", kinds))
            expected, actual = {}, {}
            for part, is_thing in [("all", None), ("things", True), ("stuff", False)]:
                with contextlib.suppress(ZeroDivisionError):
                    means, _ = counted.pq_average(kinds, is_thing)
                    for key in ["pq", "sq", "rq"]:
                        expected[f"{part} {key}"] = means[key]
                        actual[f"{part} {key}"] = report[part][key.upper()]
            for one in report["categories"]:
                for key in ["tp", "fp", "fn"]:
                    expected[f"{key} of {one['id']}"] = getattr(counted[one["id"]], key)
                    actual[f"{key} of {one['id']}"] = one[key.upper()]
            largest = max(largest, compare(f"panoptic case {seed}", expected, actual))
    print(f"panoptic: {cases} data sets: largest difference {largest:.1e}")


def exports(count):
    """Every embedded task, exported, loads in pycocotools and panopticapi; what is there scores 1 against itself."""
    with tempfile.TemporaryDirectory() as name:
        for task in ["detection", "panoptic", "garments"]:
            folder = pathlib.Path(name) / task
            written = ["--task", task, "--split", "report", "--count", str(count), "--out", folder]
            subprocess.run([QUIRE, "data", "export", *written], check=True, stderr=subprocess.DEVNULL)
            truth = quietly(lambda: COCO(folder / "annotations" / "instances_report.json"))
            for image in truth.dataset["images"]:
                with Image.open(folder / "report" / image["file_name"]) as picture:
                    compare(f"{task} picture {image['id']}", {"size": image["width"]}, {"size": picture.width})
            objects = truth.dataset["annotations"]
            keys = ["image_id", "category_id", "bbox"]
            found = quietly(lambda: truth.loadRes([{**{key: a[key] for key in keys}, "score": 1} for a in objects]))
            scorer = COCOeval(truth, found, "bbox")
            quietly(lambda: (scorer.evaluate(), scorer.accumulate(), scorer.summarize()))
            compare(f"{task} against itself", {"AP": 1}, {"AP": scorer.stats[0]})
        scenes = json.loads((folder.parent / "panoptic/annotations/panoptic_report.json").read_text())
        maps, kinds = folder.parent / "panoptic/annotations/panoptic_report", {k["id"]: k for k in scenes["categories"]}
        for one in scenes["annotations"]:
            ids = rgb2id(numpy.array(Image.open(maps / one["file_name"])))
            areas = {info["id"]: info["area"] for info in one["segments_info"]}
            compare(one["file_name"], areas, {number: int((ids == number).sum()) for number in areas})
        pairs = [(one, one) for one in scenes["annotations"]]
        counted = quietly(lambda: pq_compute_single_core(0, pairs, maps, maps, kinds))
        compare("panoptic maps against themselves", {"PQ": 1}, {"PQ": counted.pq_average(kinds, None)[0]["pq"]})
    print(f"exports: {count} scenes of each task load and score 1 against themselves")


def main():
    cases = int(sys.argv[2])
    try:
        boxes(cases)
        panoptic(max(cases // 5, 1))
        exports(max(cases // 3, 1))
    except Difference as difference:
        print(difference)
        sys.exit(1)


main()
