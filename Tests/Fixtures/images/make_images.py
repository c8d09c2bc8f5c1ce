"""Small PNG and JPEG files of every kind the decoders must know, and the RGB bytes that Pillow reads from them.

Usage: python3 make_images.py    (needs numpy and Pillow; the values here are from Pillow 13.0)
"""
import base64
import json
import pathlib

import numpy as np
from PIL import Image

here = pathlib.Path(__file__).parent
rng = np.random.default_rng(1)
y, x = np.mgrid[0:19, 0:27]
pixels = np.stack([x * 255 / 26, y * 255 / 18, ((x // 4 + y // 3) % 2) * 255], -1) * 0.8 + rng.integers(0, 50, (19, 27, 3))
picture = Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
alpha = Image.fromarray(((x * 9 + y * 5) % 256).astype(np.uint8))

with_alpha = picture.copy()
with_alpha.putalpha(alpha)
gray_alpha = picture.convert("L")
gray_alpha.putalpha(alpha)
with_alpha.save(here / "rgba.png")
gray_alpha.save(here / "gray-alpha.png")
picture.convert("L").save(here / "gray.png")
picture.convert("1").save(here / "bilevel.png")
palette = picture.quantize(16)
palette.save(here / "palette.png", transparency=3)
picture.save(here / "chroma-halved.jpg", quality=85)
picture.save(here / "chroma-full.jpg", quality=92, subsampling=0)
picture.save(here / "progressive.jpg", quality=80, progressive=True)
picture.convert("L").save(here / "gray.jpg", quality=85)
picture.convert("CMYK").save(here / "cmyk.jpg", quality=90)

expected = {}
for path in sorted(here.iterdir()):
    if path.suffix in (".png", ".jpg"):
        image = Image.open(path).convert("RGB")
        expected[path.name] = {
            "width": image.width, "height": image.height, "rgb": base64.b64encode(image.tobytes()).decode()}
(here / "expected.json").write_text(json.dumps(expected, indent=1, sort_keys=True) + "\n")
