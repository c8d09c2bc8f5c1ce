"""Full-size detectors with random weights: the output of `./quire detect --raw` against Hugging Face's transformers.

The pictures are of several sizes and kinds and are resized by Pillow here and by quire there, so that preprocessing is
compared too. Exit code: 0 all numbers agree to 1e-3, 1 one does not, 2 a command failed.
"""

import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile

import torch
from PIL import Image
from safetensors.torch import save_file
from transformers import (DabDetrConfig, DabDetrForObjectDetection, DeformableDetrConfig,
                          DeformableDetrForObjectDetection, DetrConfig, DetrForObjectDetection, ResNetConfig)

TOLERANCE = 1e-3
MEAN, DEVIATION = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
QUIRE = os.environ.get("QUIRE", "./quire").split()


def backbone(*stages, depths=(3, 4, 6, 3)):
    return ResNetConfig(embedding_size=64, hidden_sizes=[256, 512, 1024, 2048], depths=list(depths), layer_type="bottleneck",
                        out_features=list(stages))


def models():
    """Name, architecture as quire calls it, how to build it, and the shorter side of its pictures."""
    last, three = ["stage4"], ["stage2", "stage3", "stage4"]
    deep = (3, 4, 23, 3)
    return [
        ("detr-r50", "detr", lambda: DetrForObjectDetection(DetrConfig(backbone_config=backbone(*last), num_labels=91)), 800),
        ("detr-r101", "detr",
         lambda: DetrForObjectDetection(DetrConfig(backbone_config=backbone(*last, depths=deep), num_labels=91)), 320),
        ("dab-detr-r50", "dab-detr",
         lambda: DabDetrForObjectDetection(DabDetrConfig(backbone_config=backbone(*last), num_labels=91)), 480),
        ("deformable-detr-r50", "deformable-detr",
         lambda: DeformableDetrForObjectDetection(
             DeformableDetrConfig(backbone_config=backbone(*three), num_labels=91, with_box_refine=False)), 480),
        ("deformable-detr-r50-refined", "deformable-detr",
         lambda: DeformableDetrForObjectDetection(
             DeformableDetrConfig(backbone_config=backbone(*three), num_labels=91, with_box_refine=True)), 320),
    ]


def randomize(model, seed):
    """Values that every part of the network has an influence through, and that stay of moderate size through all layers."""
    generator = torch.Generator().manual_seed(seed)
    done = set()
    with torch.no_grad():
        for name, tensor in sorted(model.state_dict(keep_vars=True).items()):
            if not tensor.is_floating_point() or tensor.data_ptr() in done:
                continue
            done.add(tensor.data_ptr())
            noise = torch.randn(tensor.shape, generator=generator)
            if name.endswith("running_var"):
                value = 0.5 + torch.rand(tensor.shape, generator=generator)
            elif name.endswith("layer.2.normalization.weight"):
                value = 0.3 + 0.05 * noise
            elif "activation_fn" in name:
                value = 0.25 + 0.02 * noise
            elif "bbox_predictor.layers.2" in name:
                # Boxes stay away from the edges, where DAB-DETR's authors cut logits at 1e-3 and the library at 1e-5.
                value = noise * (0.1 / math.sqrt(tensor.shape[1]) if tensor.dim() > 1 else 0.05)
            elif "sampling_offsets.bias" in name or "query_refpoint" in name:
                value = tensor + 0.5 * noise if "bias" in name else 0.8 * noise
            elif "query_position" in name:
                value = 2 * noise
            elif "level_embed" in name:
                value = noise
            elif tensor.dim() == 1 and name.endswith("weight"):
                value = 1 + 0.1 * noise
            elif tensor.dim() == 1:
                value = 0.1 * noise
            elif tensor.dim() == 4:
                value = noise * math.sqrt(2 / tensor[0].numel())
            else:
                # Sharp attention and strong answers keep queries apart through all layers.
                cross = any(part in name for part in ["encoder_attn", "cross_attn"])
                strong = 3 if cross and any(part in name for part in ["v_proj", "value_proj", "o_proj", "output_proj"]) else 1
                sharp = 2 if any(part in name for part in ["q_proj", "k_proj", "class"]) else 1
                sharp = 1.5 if any(part in name for part in ["query", "key"]) else sharp
                small = 0.1 if "sampling_offsets" in name else 1
                value = noise / math.sqrt(tensor.shape[1]) * strong * sharp * small
            tensor.copy_(value)
    return model.eval()


def pictures(folder):
    """Smooth random pictures: wide, high, gray, with alpha, and in ink colors."""
    generator = torch.Generator().manual_seed(5)
    files = []
    for index, (mode, width, height) in enumerate(
            [("RGB", 640, 427), ("RGB", 300, 451), ("L", 500, 500), ("RGBA", 333, 200), ("RGB", 900, 120)]):
        bands = len(mode)
        noise = torch.rand(1, bands, 9, 12, generator=generator) * 255
        values = torch.nn.functional.interpolate(noise, (height, width), mode="bicubic").clamp(0, 255)[0].byte()
        array = values[0].numpy() if bands == 1 else values.permute(1, 2, 0).contiguous().numpy()
        file = folder / f"{index}.{'png' if mode == 'RGBA' or index == 1 else 'jpg'}"
        Image.fromarray(array).save(file)
        files.append(file)
    return files


def size(width, height, side, limit=1333):
    short, long = min(width, height), max(width, height)
    if long / short * side > limit:
        side = round(limit * short / long)
    if short == side:
        return width, height
    other = int(side * long / short)
    return (side, other) if width < height else (other, side)


def expected(model, file, side):
    image = Image.open(file).convert("RGB")
    image = image.resize(size(*image.size, side), Image.Resampling.BILINEAR)
    pixels = torch.frombuffer(bytearray(image.tobytes()), dtype=torch.uint8).view(image.height, image.width, 3)
    pixels = ((pixels.float() / 255 - MEAN) / DEVIATION).permute(2, 0, 1)[None].contiguous()
    with torch.no_grad():
        output = model(pixel_values=pixels, pixel_mask=torch.ones(1, *pixels.shape[2:], dtype=torch.long))
    return output.logits[0], output.pred_boxes[0]


def main(names):
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "2")))
    worst = 0.0
    for seed, (name, architecture, build, side) in enumerate(models()):
        if names and name not in names and architecture not in names:
            continue
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            model = randomize(build(), seed)
            weights, config = folder / "model.safetensors", folder / "config.json"
            if seed % 2:
                model.save_pretrained(folder)
            else:
                save_file({key: value.clone().contiguous() for key, value in model.state_dict().items()}, weights)
                model.config.save_pretrained(folder)
            settings = json.loads(config.read_text())
            config.write_text(json.dumps(settings | {"size": side}))
            files = pictures(folder)
            run = subprocess.run(
                [*QUIRE, "detect", "--architecture", architecture, "--weights", weights, "--config", config, "--raw",
                 "--json", "--image", *files], stdout=subprocess.PIPE)
            if run.returncode != 0:
                print(f"{name}: quire detect ended with exit code {run.returncode}", file=sys.stderr)
                return 2
            for file, found in zip(files, json.loads(run.stdout)["images"]):
                logits, boxes = expected(model, file, side)
                differences = [
                    (torch.tensor(found["logits"]) - logits).abs().max().item(),
                    (torch.tensor(found["boxes"]) - boxes).abs().max().item()]
                spread = logits.std(0).mean().item()
                worst = max(worst, *differences)
                print(f"{name} {file.name}: logits {differences[0]:.1e} (spread {spread:.2f}), boxes {differences[1]:.1e}")
    print(f"largest difference {worst:.1e}, allowed {TOLERANCE:.0e}")
    return 0 if worst <= TOLERANCE else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
