"""Exact diagonal Fisher information of DETR-R50 mini: this project's batched pass beside what PyTorch offers.

Run:  python fisher.py OURS [--images 256] [--rounds 3]      needs torch, scipy; OURS is the program benchmark-fisher

All on one thread, in turn, in seconds of processor time, the best of all rounds. The loss of an image is its own, with its
own normalizers and matching; diagonals are of all parameters, in ours of all weights of layers.
"""
import argparse
import subprocess
import time

import torch
import torch.nn.functional as F
from common import corners, giou, loss, match
from detr import DETR
from torch.func import functional_call, grad, vmap

BATCH, MOST = 8, 6


def data(count):
    torch.manual_seed(1)
    targets = []
    for _ in range(count):
        n = int(torch.randint(1, MOST + 1, ()))
        boxes = torch.cat([torch.rand(n, 2) * 0.6 + 0.2, torch.full((n, 2), 0.2)], 1)
        targets.append((torch.randint(0, 65, (n,)), boxes))
    return torch.randn(count, 3, 96, 96), targets


def plain(model, pixels, targets):
    """Forward and backward of batches: no Fisher information, what any of it is compared with."""
    for start in range(0, len(pixels), BATCH):
        loss(*model(pixels[start:start + BATCH]), targets[start:start + BATCH], 1, False).backward()
        model.zero_grad(set_to_none=True)


def one_at_a_time(model, pixels, targets):
    parameters = list(model.parameters())
    diagonals = [torch.zeros_like(p) for p in parameters]
    for image in range(len(pixels)):
        value = loss(*model(pixels[image:image + 1]), targets[image:image + 1], 1, False)
        for sum_, slope in zip(diagonals, torch.autograd.grad(value, parameters)):
            sum_.addcmul_(slope, slope)
    return diagonals


def pair(output, targets):
    """The matching as tensors of one shape: classes of queries [image, layer, query]; query, box and mask of objects."""
    logits, boxes = output
    layers, count, queries, classes = logits.shape
    wanted = torch.full((count, layers, queries), classes - 1)
    places, truth = torch.zeros(count, layers, MOST, dtype=torch.long), torch.full((count, layers, MOST, 4), 0.5)
    mask = torch.zeros(count, layers, MOST)
    for layer in range(layers):
        for image, (q, o) in enumerate(match(logits[layer], boxes[layer], targets, False)):
            wanted[image, layer, q] = targets[image][0][o]
            places[image, layer, :len(q)], mask[image, layer, :len(q)] = q, 1
            truth[image, layer, :len(q)] = targets[image][1][o]
    return wanted, places, truth, mask


def own_loss(model, parameters, buffers, picture, wanted, places, truth, mask):
    logits, boxes = functional_call(model, (parameters, buffers), (picture[None],))
    logits, boxes = logits[:, 0], boxes[:, 0]
    weights = torch.where(wanted == logits.shape[-1] - 1, 0.1, 1.0)
    likelihood = F.log_softmax(logits, -1).gather(-1, wanted[..., None])[..., 0]
    total = -((likelihood * weights).sum(-1) / weights.sum(-1)).sum()
    found = boxes.gather(1, places[..., None].expand(-1, -1, 4))
    count = mask.sum(-1).clamp(min=1)
    total = total + 5 * ((found - truth).abs().sum(-1) * mask).sum(-1).div(count).sum()
    a, b = corners(found).flatten(0, 1)[:, None], corners(truth).flatten(0, 1)[:, None]
    overlaps = vmap(giou)(a, b).reshape(mask.shape)
    return total + 2 * ((1 - overlaps) * mask).sum(-1).div(count).sum()


def mapped(model, pixels, targets):
    parameters = {n: p.detach() for n, p in model.named_parameters()}
    buffers = dict(model.named_buffers())
    diagonals = {n: torch.zeros_like(p) for n, p in parameters.items()}
    slopes_of = vmap(grad(lambda p, *image: own_loss(model, p, buffers, *image)), in_dims=(None, 0, 0, 0, 0, 0))
    for start in range(0, len(pixels), BATCH):
        part = pixels[start:start + BATCH]
        with torch.no_grad():
            pairs = pair(model(part), targets[start:start + BATCH])
        for name, slopes in slopes_of(parameters, part, *pairs).items():
            diagonals[name] += (slopes * slopes).sum(0)
    return list(diagonals.values())


def ours(program, count):
    text = subprocess.run([program, str(count), "1", "passes"], check=True, capture_output=True, text=True).stdout
    return {name: float(seconds) for name, seconds in (line.split("\t") for line in text.splitlines())}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("ours")
    parser.add_argument("--images", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    pixels, targets = data(chosen.images)
    model = DETR(16, (3, 4, 6, 3), True, 64, 256, 25, 65).eval().requires_grad_(True)

    few = 4
    first, second = one_at_a_time(model, pixels[:few], targets[:few]), mapped(model, pixels[:few], targets[:few])
    worst = max(float((a - b).norm() / a.norm().clamp(min=1e-12)) for a, b in zip(first, second) if a.max() > 1e-12)
    print(f"the two peers agree to {worst:.1e} of each tensor's norm")

    peers = {"PyTorch, forward and backward of batches": plain, "PyTorch, one image at a time": one_at_a_time,
             "PyTorch, vmap(grad)": mapped}
    best = {}
    for _ in range(chosen.rounds):
        for name, work in peers.items():
            start = time.process_time()
            work(model, pixels, targets)
            best[name] = min(best.get(name, float("inf")), time.process_time() - start)
        for name, seconds in ours(chosen.ours, chosen.images).items():
            best[name] = min(best.get(name, float("inf")), seconds)
    base, single, vectorized = best["forward and backward"], *list(best.values())[1:3]
    print(f"{'':42} images/s  × one at a time  × vmap(grad)  time / forward and backward of ours")
    for name, seconds in best.items():
        print(f"{name:42} {chosen.images / seconds:8.1f} {single / seconds:15.2f} {vectorized / seconds:13.2f} {seconds / base:20.2f}")


main()
