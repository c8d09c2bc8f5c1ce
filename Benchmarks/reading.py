"""Reads one large instances file with pycocotools (Python's json and its index) and with quire, each in its own process.

usage: reading.py QUIRE MEGABYTES. Prints seconds of processor time and the peak of resident memory. `quire evaluate` scores
an empty list of detections, which costs next to nothing.
"""

import os
import pathlib
import random
import sys
import tempfile

PEER = "import sys; from pycocotools.coco import COCO; COCO(sys.argv[1])"


def write(file, megabytes):
    """Objects with outlines of dozens of points, as in published files; the text repeats itself but for the ids."""
    rng = random.Random(1)
    tails = []
    for _ in range(500):
        points = [round(rng.uniform(0, 640), 2) for _ in range(2 * rng.randint(8, 45))]
        box = [round(rng.uniform(0, 300), 2) for _ in range(4)]
        tails.append(
            f'"category_id": {rng.randint(1, 80)}, "bbox": {box}, "area": {box[2] * box[3]:.3f}, '
            f'"iscrowd": 0, "segmentation": [{points}]}}'
        )
    images, count, size = 100_000, 0, 0
    with open(file, "w") as out:
        out.write('{"info": {}, "licenses": [], "images": [\n')
        out.write(
            ",\n".join(f'{{"id": {i}, "width": 640, "height": 480, "file_name": "{i:012}.jpg"}}' for i in range(images))
        )
        out.write('],\n"categories": [\n' + ",\n".join(f'{{"id": {c}, "name": "c{c}"}}' for c in range(1, 81)))
        out.write('],\n"annotations": [\n')
        while size < megabytes << 20:
            line = f'{{"id": {count + 1}, "image_id": {rng.randrange(images)}, {tails[count % 500]}'
            out.write((",\n" if count else "") + line)
            size += len(line)
            count += 1
        out.write("]}\n")
    return count


def measure(command):
    child = os.posix_spawnp(
        command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    )
    _, status, usage = os.wait4(child, 0)
    if status:
        sys.exit(f"{command[0]} ended with status {status}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    quire, megabytes = sys.argv[1], int(sys.argv[2])
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        count = write(folder / "gt.json", megabytes)
        (folder / "dt.json").write_text("[]")
        size = (folder / "gt.json").stat().st_size / 2**20
        print(f"{size:.0f} MB, {count} objects")
        files = ["--annotations", str(folder / "gt.json"), "--detections", str(folder / "dt.json")]
        ours = measure([quire, "evaluate", *files, "--json"])
        theirs = measure([sys.executable, "-c", PEER, str(folder / "gt.json")])
        for label, (seconds, peak) in [("quire", ours), ("pycocotools", theirs)]:
            print(f"{label:12} {seconds:7.2f} s {peak:7.0f} MB")
        print(f"{theirs[0] / ours[0]:.1f} times faster, {theirs[1] / ours[1]:.1f} times less memory")


main()
