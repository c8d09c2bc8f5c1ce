"""What the plain eager PyTorch programs of the detectors share: backbone, boxes, matching, losses, and the measuring.

Nothing here is tuned: modules and optimizer are used as PyTorch offers them, in the forms of the published programs.
"""
import argparse
import json
import resource
import statistics
import time

import torch
import torch.nn.functional as F
from scipy.optimize import linear_sum_assignment
from torch import nn


class FrozenNorm(nn.Module):
    def __init__(self, channels):
        super().__init__()
        for name, value in (("weight", 1.0), ("bias", 0.0), ("mean", 0.0), ("variance", 1.0)):
            self.register_buffer(name, torch.full((channels,), value))

    def forward(self, x):
        scale = (self.weight * (self.variance + 1e-5).rsqrt()).reshape(1, -1, 1, 1)
        return x * scale + (self.bias.reshape(1, -1, 1, 1) - self.mean.reshape(1, -1, 1, 1) * scale)


class Bottleneck(nn.Module):
    def __init__(self, inputs, width, stride, dilation, projects):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(inputs, width, 1, bias=False), FrozenNorm(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, dilation, dilation, bias=False)
        self.bn2 = FrozenNorm(width)
        self.conv3, self.bn3 = nn.Conv2d(width, 4 * width, 1, bias=False), FrozenNorm(4 * width)
        self.shortcut = nn.Identity()
        if projects:
            projection = nn.Conv2d(inputs, 4 * width, 1, stride, bias=False)
            self.shortcut = nn.Sequential(projection, FrozenNorm(4 * width))

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = F.relu(self.bn2(self.conv2(y)))
        return F.relu(self.bn3(self.conv3(y)) + self.shortcut(x))


class Backbone(nn.Module):
    """Stem and first stage stay fixed; returns the maps of stages two to four."""

    def __init__(self, stem, counts, dilates):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, stem, 7, 2, 3, bias=False), FrozenNorm(stem)
        inputs, stages = stem, []
        for stage, count in enumerate(counts):
            width, blocks = stem * 2**stage, []
            dilated = dilates and stage == 3
            for block in range(count):
                stride = 2 if block == 0 and stage > 0 and not dilated else 1
                blocks.append(Bottleneck(inputs, width, stride, 2 if dilated and block > 0 else 1, block == 0))
                inputs = 4 * width
            stages.append(nn.Sequential(*blocks))
        self.stages = nn.ModuleList(stages)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out")
            # Fixed norms let sums over 33 blocks grow until losses overflow; smaller branches cost the same time.
            if isinstance(module, Bottleneck):
                module.bn3.weight.fill_(0.25)
        for module in (self.conv1, self.stages[0]):
            module.requires_grad_(False)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        maps = []
        for stage in self.stages:
            x = stage(x)
            maps.append(x)
        return maps[1:]


def perceptron(widths):
    return nn.ModuleList([nn.Linear(a, b) for a, b in zip(widths, widths[1:])])


def through(layers, x):
    for layer in layers[:-1]:
        x = F.relu(layer(x))
    return layers[-1](x)


def sine(h, w, half, temperature=10000, offset=0.0):
    """[1, h * w, 2 * half]: the row's half first."""
    y = (torch.arange(1, h + 1).float() + offset) / (h + 1e-6) * 2 * torch.pi
    x = (torch.arange(1, w + 1).float() + offset) / (w + 1e-6) * 2 * torch.pi
    lengths = temperature ** (2 * torch.div(torch.arange(half), 2, rounding_mode="floor") / half)

    def wave(v):
        angle = v[:, None] / lengths
        return torch.stack([angle[:, 0::2].sin(), angle[:, 1::2].cos()], -1).flatten(1)

    rows, columns = wave(y)[:, None].expand(h, w, half), wave(x)[None].expand(h, w, half)
    return torch.cat([rows, columns], -1).reshape(1, h * w, 2 * half)


def inverse_sigmoid(x, epsilon):
    x = x.clamp(0, 1)
    return torch.log(x.clamp(min=epsilon) / (1 - x).clamp(min=epsilon))


def corners(b):
    return torch.cat([b[..., :2] - b[..., 2:] / 2, b[..., :2] + b[..., 2:] / 2], -1)


def giou(a, b):
    """Of all pairs, [n, m]."""
    top, low = torch.max(a[:, None, :2], b[None, :, :2]), torch.min(a[:, None, 2:], b[None, :, 2:])
    inside = (low - top).clamp(min=0).prod(-1)
    area = lambda x: (x[:, 2:] - x[:, :2]).prod(-1)
    union = area(a)[:, None] + area(b)[None] - inside
    top, low = torch.min(a[:, None, :2], b[None, :, :2]), torch.max(a[:, None, 2:], b[None, :, 2:])
    hull = (low - top).clamp(min=0).prod(-1)
    return inside / union - (hull - union) / hull


@torch.no_grad()
def match(logits, boxes, targets, focal):
    B, Q = logits.shape[:2]
    flat = boxes.flatten(0, 1)
    labels, truth = torch.cat([t[0] for t in targets]), torch.cat([t[1] for t in targets])
    if focal:
        p = logits.flatten(0, 1).sigmoid()
        no = 0.75 * p**2 * -(1 - p + 1e-8).log()
        yes = 0.25 * (1 - p) ** 2 * -(p + 1e-8).log()
        classes = 2 * (yes - no)[:, labels]
    else:
        classes = -logits.flatten(0, 1).softmax(-1)[:, labels]
    cost = classes + 5 * torch.cdist(flat, truth, p=1) - 2 * giou(corners(flat), corners(truth))
    parts = cost.view(B, Q, -1).split([len(t[0]) for t in targets], -1)
    return [tuple(torch.as_tensor(i) for i in linear_sum_assignment(c[b])) for b, c in enumerate(parts)]


def loss(logits, boxes, targets, class_weight, focal):
    """Over all decoder layers, each matched on its own; softmax heads have "no object" as the last class."""
    count, total = max(1, sum(len(t[0]) for t in targets)), 0
    for x, b in zip(logits, boxes):
        pairs = match(x, b, targets, focal)
        image = torch.cat([torch.full_like(q, i) for i, (q, _) in enumerate(pairs)])
        query = torch.cat([q for q, _ in pairs])
        labels = torch.cat([t[0][o] for t, (_, o) in zip(targets, pairs)])
        truth = torch.cat([t[1][o] for t, (_, o) in zip(targets, pairs)])
        if focal:
            wanted = torch.zeros_like(x)
            wanted[image, query, labels] = 1
            p = x.sigmoid()
            hit = p * wanted + (1 - p) * (1 - wanted)
            entropy = F.binary_cross_entropy_with_logits(x, wanted, reduction="none")
            share = 0.25 * wanted + 0.75 * (1 - wanted)
            total = total + class_weight * (entropy * (1 - hit) ** 2 * share).sum() / count
        else:
            wanted = torch.full(x.shape[:2], x.shape[2] - 1)
            wanted[image, query] = labels
            weights = torch.ones(x.shape[2])
            weights[-1] = 0.1
            total = total + class_weight * F.cross_entropy(x.transpose(1, 2), wanted, weights)
        found = b[image, query]
        total = total + 5 * (found - truth).abs().sum() / count
        total = total + 2 * (1 - giou(corners(found), corners(truth)).diag()).sum() / count
    return total


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("kind")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--pixels", type=int, default=96)
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--channels-last", action="store_true", help="the other memory format of PyTorch")
    parser.add_argument("--profile", action="store_true")
    return parser.parse_args()


def measure(options, model, class_weight, focal, slow=()):
    """Prints one line of JSON: images per second of training steps and of forward passes, and the peak memory in MB."""
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    named = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    is_slow = lambda n: any(part in n for part in slow)
    optimizer = torch.optim.AdamW([
        {"params": [p for n, p in named if not n.startswith("backbone") and not is_slow(n)], "lr": 5e-4},
        {"params": [p for n, p in named if n.startswith("backbone")], "lr": 2e-4},
        {"params": [p for n, p in named if is_slow(n)], "lr": 5e-5}], weight_decay=1e-4)
    pixels = torch.randn(options.batch, 3, options.pixels, options.pixels)
    if options.channels_last:
        pixels, model = (x.to(memory_format=torch.channels_last) for x in (pixels, model))
    targets = []
    for _ in range(options.batch):
        n = int(torch.randint(2, 6, ()))
        boxes = torch.cat([torch.rand(n, 2) * 0.6 + 0.2, torch.rand(n, 2) * 0.3 + 0.1], 1)
        targets.append((torch.randint(0, 65, (n,)), boxes))

    def step():
        value = loss(*model(pixels), targets, class_weight, focal)
        optimizer.zero_grad(set_to_none=True)
        value.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 0.1)
        optimizer.step()
        return value.item()

    # On one thread the time is the processor's, which neighbors on the machine disturb least.
    clock = time.process_time if options.threads == 1 else time.perf_counter

    def rate(work):
        work()
        work()
        times = []
        for _ in range(options.steps):
            start = clock()
            work()
            times.append(clock() - start)
        return options.batch / statistics.median(times)

    if options.profile:
        step()
        with torch.profiler.profile() as profile:
            step()
        print(profile.key_averages().table(sort_by="self_cpu_time_total", row_limit=30))
    training = rate(step)
    with torch.no_grad():
        forward = rate(lambda: model(pixels))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"training": training, "forward": forward, "peak": peak}))
