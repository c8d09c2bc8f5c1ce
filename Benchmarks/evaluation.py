"""Times box scoring by three programs on the same files, and compares the numbers they give.

usage: evaluation.py QUIRE RUNS. Each program runs as a process of its own, with cold state but warm file cache, RUNS
times. "whole" is the process from start to end as a shell sees it; "evaluation" is matching and accumulation alone, after
the files are read, by the program's own clock.
"""

import json
import os
import pathlib
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time

IMAGES, CATEGORIES, DETECTIONS, OBJECTS = 5000, 80, 36, 7

PEER = """
import contextlib, io, json, sys, time
{imports}
with contextlib.redirect_stdout(io.StringIO()):
    truth = COCO(sys.argv[1])
    found = truth.loadRes(sys.argv[2])
    start = time.perf_counter()
    evaluation = Evaluation(truth, found, "bbox")
    evaluation.evaluate()
    evaluation.accumulate()
    evaluation.summarize()
    seconds = time.perf_counter() - start
print(json.dumps({{"seconds": seconds, "stats": [float(x) for x in list(evaluation.stats)[:12]]}}))
"""
PROGRAMS = {
    "pycocotools": "from pycocotools.coco import COCO\nfrom pycocotools.cocoeval import COCOeval as Evaluation",
    "faster-coco-eval": "from faster_coco_eval import COCO, COCOeval_faster as Evaluation",
}


def draw(folder):
    """Objects of all sizes; most detections are near an object and of its category, some scores are equal."""
    rng = random.Random(20240)
    annotations, detections = [], []
    for image in range(1, IMAGES + 1):
        near = []
        for _ in range(rng.randint(0, 2 * OBJECTS)):
            side = rng.choice([12, 24, 40, 70, 120, 220])
            box = [rng.uniform(0, 500), rng.uniform(0, 400), side * rng.uniform(0.6, 1.6), side * rng.uniform(0.6, 1.6)]
            box = [round(x, 2) for x in box]
            category = min(int(rng.expovariate(0.06)), CATEGORIES - 1) + 1
            near.append((box, category))
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": image,
                    "category_id": category,
                    "bbox": box,
                    "area": round(0.7 * box[2] * box[3], 3),
                    "iscrowd": int(rng.random() < 0.01),
                }
            )
        for _ in range(rng.randint(DETECTIONS - 10, DETECTIONS + 10)):
            if near and rng.random() < 0.6:
                box, category = rng.choice(near)
                spread = rng.choice([0.03, 0.1, 0.3])
                box = [x + rng.gauss(0, spread) * box[2 + index % 2] * (index < 2) for index, x in enumerate(box)]
            else:
                side = rng.choice([12, 40, 120])
                box = [rng.uniform(0, 500), rng.uniform(0, 400), side * rng.uniform(0.6, 1.6), side]
                category = rng.randint(1, CATEGORIES)
            detections.append(
                {"image_id": image, "category_id": category, "bbox": box, "score": round(rng.random() ** 2, 4)}
            )
    dataset = {
        "images": [{"id": i, "width": 640, "height": 480, "file_name": f"{i}.jpg"} for i in range(1, IMAGES + 1)],
        "annotations": annotations,
        "categories": [{"id": c, "name": f"c{c}", "supercategory": "all"} for c in range(1, CATEGORIES + 1)],
    }
    pathlib.Path(folder, "gt.json").write_text(json.dumps(dataset))
    pathlib.Path(folder, "dt.json").write_text(json.dumps(detections))
    print(f"{IMAGES} pictures, {CATEGORIES} categories, {len(annotations)} objects, {len(detections)} detections")


def command(name, quire, folder):
    files = [f"{folder}/gt.json", f"{folder}/dt.json"]
    if name == "quire":
        return [quire, "evaluate", "--annotations", files[0], "--detections", files[1], "--json", "--times"]
    return [sys.executable, "-c", PEER.format(imports=PROGRAMS[name]), *files]


def measure(name, quire, folder):
    start = time.perf_counter()
    run = subprocess.run(command(name, quire, folder), capture_output=True, text=True, check=True)
    whole = time.perf_counter() - start
    result = json.loads(run.stdout)
    if name == "quire":
        return whole, json.loads(run.stderr)["evaluation"], list(ordered(result["stats"]))
    return whole, result["seconds"], result["stats"]


def ordered(stats):
    for name in ["AP", "AP50", "AP75", "APs", "APm", "APl", "AR1", "AR10", "AR100", "ARs", "ARm", "ARl"]:
        yield stats[name]


def processor():
    with open("/proc/cpuinfo") as lines:
        names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return f"{names[0]}, {len(names)} cores" if names else platform.processor()


def main():
    quire, runs = sys.argv[1], int(sys.argv[2])
    print(f"{processor()}; load {os.getloadavg()[0]:.1f}; best of {runs} runs, medians in brackets")
    with tempfile.TemporaryDirectory() as folder:
        draw(folder)
        results = {}
        for name in [*PROGRAMS, "quire"]:
            measured = [measure(name, quire, folder) for _ in range(runs)]
            results[name] = measured
        print(f"{'':18}{'whole process':>24}{'evaluation alone':>24}")
        for name, measured in results.items():
            columns = [[one[part] for one in measured] for part in (0, 1)]
            texts = [f"{min(times):.3f} s ({statistics.median(times):.3f})" for times in columns]
            print(f"{name:18}{texts[0]:>24}{texts[1]:>24}")
        ours = [min(one[part] for one in results["quire"]) for part in (0, 1)]
        for name in PROGRAMS:
            ratios = [min(one[part] for one in results[name]) / ours[part] for part in (0, 1)]
            print(f"{name} / quire: {ratios[0]:.1f} times whole, {ratios[1]:.1f} times evaluation")
        expected = results["pycocotools"][0][2]
        difference = max(abs(a - b) for a, b in zip(expected, results["quire"][0][2]))
        print(f"largest difference to pycocotools in the twelve figures: {difference:.1e}")
        sys.exit(0 if difference <= 1e-12 else 1)


main()
