"""Writes masks.json: masks with their runs, compressed text, area and box as pycocotools 2.0.11 gives them."""

import json
import pathlib
import random

import numpy
from pycocotools import mask as masks


def runs(pixels):
    """The runs of a mask down its columns, the first outside."""
    flat = pixels.flatten(order="F").tolist()
    counts, inside = [0], 0
    for pixel in flat:
        if pixel != inside:
            counts.append(0)
            inside = pixel
        counts[-1] += 1
    return counts


def drawn(rng, number):
    height, width = rng.choice([(1, 1), (1, 9), (7, 1), (5, 6), (40, 30), (300, 200)])
    kind = number % 5
    if kind == 1:
        height, width = min(height, 20), min(width, 15)
    pixels = numpy.zeros((height, width), dtype=numpy.uint8)
    if kind == 0:
        pixels[:] = rng.randint(0, 1)
    elif kind == 1:
        pixels[:] = numpy.random.RandomState(number).rand(height, width) < rng.choice([0.05, 0.5, 0.95])
    else:
        for _ in range(rng.randint(1, 4)):
            top, left = rng.randrange(height), rng.randrange(width)
            pixels[top : top + rng.randint(1, height), left : left + rng.randint(1, width)] ^= 1
    return pixels


def main():
    rng, cases = random.Random(5), []
    for number in range(40):
        pixels = drawn(rng, number)
        encoded = masks.encode(numpy.asfortranarray(pixels))
        cases.append(
            {
                "size": encoded["size"],
                "runs": runs(pixels),
                "compressed": encoded["counts"].decode(),
                "area": int(masks.area(encoded)),
                "bbox": masks.toBbox(encoded).tolist(),
            }
        )
    lines = ",\n".join(json.dumps(case) for case in cases)
    pathlib.Path(__file__).with_name("masks.json").write_text(f"[\n{lines}\n]\n")


main()
