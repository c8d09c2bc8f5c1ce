"""Deformable-DETR-R50 at the small size as a plain eager PyTorch program: the peer of `training` in Swift.

Prints images per second of training steps (forward, matching, loss, backward, clipping, AdamW) and of forward passes.
The sampling is the usual composition by grid_sample, the optimizer is torch.optim.AdamW as it comes.
Run:  python deformable_detr.py [--batch 32] [--pixels 96] [--steps 12]        needs torch, scipy
"""
import argparse
import math
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
    def __init__(self, inputs, width, stride, projects):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(inputs, width, 1, bias=False), FrozenNorm(width)
        self.conv2, self.bn2 = nn.Conv2d(width, width, 3, stride, 1, bias=False), FrozenNorm(width)
        self.conv3, self.bn3 = nn.Conv2d(width, 4 * width, 1, bias=False), FrozenNorm(4 * width)
        self.shortcut = nn.Sequential(nn.Conv2d(inputs, 4 * width, 1, stride, bias=False), FrozenNorm(4 * width)) if projects else nn.Identity()

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = F.relu(self.bn2(self.conv2(y)))
        return F.relu(self.bn3(self.conv3(y)) + self.shortcut(x))


class Backbone(nn.Module):
    def __init__(self, stem=16, widths=(16, 32, 64, 128), counts=(3, 4, 6, 3)):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, stem, 7, 2, 3, bias=False), FrozenNorm(stem)
        inputs, stages = stem, []
        for stage, (width, count) in enumerate(zip(widths, counts)):
            blocks = []
            for block in range(count):
                blocks.append(Bottleneck(inputs, width, 2 if block == 0 and stage > 0 else 1, block == 0))
                inputs = 4 * width
            stages.append(nn.Sequential(*blocks))
        self.stages = nn.ModuleList(stages)
        for module in (self.conv1, self.stages[0]):
            module.requires_grad_(False)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        maps = []
        for stage in self.stages:
            x = stage(x)
            maps.append(x)
        return maps[1:]


def sample(value, extents, locations, weights):
    """Values [B,S,M,D], locations [B,Q,M,L,K,2] in 0..1, weights [B,Q,M,L,K] -> [B,Q,M*D]."""
    B, _, M, D = value.shape
    Q, L, K = locations.shape[1], locations.shape[3], locations.shape[4]
    samples = []
    for level, map in enumerate(value.split([h * w for h, w in extents], 1)):
        h, w = extents[level]
        map = map.flatten(2).transpose(1, 2).reshape(B * M, D, h, w)
        grid = (2 * locations[:, :, :, level] - 1).transpose(1, 2).flatten(0, 1)
        samples.append(F.grid_sample(map, grid, mode="bilinear", padding_mode="zeros", align_corners=False))
    weights = weights.transpose(1, 2).reshape(B * M, 1, Q, L * K)
    mixed = (torch.stack(samples, -2).flatten(-2) * weights).sum(-1)
    return mixed.view(B, M * D, Q).transpose(1, 2).contiguous()


class DeformableAttention(nn.Module):
    def __init__(self, width, heads, levels, points):
        super().__init__()
        self.heads, self.levels, self.points = heads, levels, points
        self.sampling_offsets = nn.Linear(width, heads * levels * points * 2)
        self.attention_weights = nn.Linear(width, heads * levels * points)
        self.value_proj, self.output_proj = nn.Linear(width, width), nn.Linear(width, width)
        rays = torch.arange(heads) * (2 * math.pi / heads)
        rays = torch.stack([rays.cos(), rays.sin()], -1)
        rays = (rays / rays.abs().amax(-1, keepdim=True)).view(heads, 1, 1, 2) * torch.arange(1, points + 1).view(1, 1, -1, 1)
        nn.init.zeros_(self.sampling_offsets.weight)
        self.sampling_offsets.bias.data = rays.expand(heads, levels, points, 2).reshape(-1).clone()
        nn.init.zeros_(self.attention_weights.weight)
        nn.init.zeros_(self.attention_weights.bias)
        for layer in (self.value_proj, self.output_proj):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, query, references, cells, extents, scale):
        B, Q, width = query.shape
        value = self.value_proj(cells).view(B, -1, self.heads, width // self.heads)
        shape = (B, Q, self.heads, self.levels, self.points)
        offsets = self.sampling_offsets(query).view(*shape, 2)
        weights = self.attention_weights(query).view(B, Q, self.heads, -1).softmax(-1).view(shape)
        locations = references[:, :, None, :, None, :] + offsets / scale[None, None, None, :, None, :]
        return self.output_proj(sample(value, extents, locations, weights))


class Layer(nn.Module):
    def __init__(self, width, hidden, is_decoder):
        super().__init__()
        self.deformable = DeformableAttention(width, 8, 4, 4)
        self.norm1, self.norm3 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.linear1, self.linear2 = nn.Linear(width, hidden), nn.Linear(hidden, width)
        if is_decoder:
            self.self_attn, self.norm2 = nn.MultiheadAttention(width, 8, batch_first=True), nn.LayerNorm(width)

    def rest(self, x):
        return self.norm3(x + self.linear2(F.relu(self.linear1(x))))


class Encoder(Layer):
    def forward(self, x, position, references, extents, scale):
        return self.rest(self.norm1(x + self.deformable(x + position, references, x, extents, scale)))


class Decoder(Layer):
    def forward(self, x, position, references, cells, extents, scale):
        q = x + position
        x = self.norm2(x + self.self_attn(q, q, x, need_weights=False)[0])
        return self.rest(self.norm1(x + self.deformable(x + position, references, cells, extents, scale)))


def sine(h, w, half):
    y = (torch.arange(1, h + 1).float() - 0.5) / (h + 1e-6) * 2 * math.pi
    x = (torch.arange(1, w + 1).float() - 0.5) / (w + 1e-6) * 2 * math.pi
    lengths = 10000 ** (2 * torch.div(torch.arange(half), 2, rounding_mode="floor") / half)
    wave = lambda v: torch.stack([(v[:, None] / lengths)[:, 0::2].sin(), (v[:, None] / lengths)[:, 1::2].cos()], -1).flatten(1)
    return torch.cat([wave(y)[:, None].expand(h, w, half), wave(x)[None].expand(h, w, half)], -1).reshape(1, h * w, 2 * half)


class DeformableDETR(nn.Module):
    def __init__(self, classes=65, width=64, hidden=256, queries=25, layers=6):
        super().__init__()
        self.backbone = Backbone()
        self.input_proj = nn.ModuleList(
            [nn.Sequential(nn.Conv2d(c, width, 1), nn.GroupNorm(32, width)) for c in (128, 256, 512)]
            + [nn.Sequential(nn.Conv2d(512, width, 3, 2, 1), nn.GroupNorm(32, width))])
        self.level_embed = nn.Parameter(torch.randn(4, width))
        self.encoder = nn.ModuleList([Encoder(width, hidden, False) for _ in range(layers)])
        self.decoder = nn.ModuleList([Decoder(width, hidden, True) for _ in range(layers)])
        self.query_embed = nn.Embedding(queries, 2 * width)
        self.reference_points = nn.Linear(width, 2)
        self.class_embed = nn.Linear(width, classes)
        self.bbox_embed = nn.ModuleList([nn.Linear(width, width), nn.Linear(width, width), nn.Linear(width, 4)])
        nn.init.constant_(self.class_embed.bias, -math.log(99))
        nn.init.zeros_(self.bbox_embed[2].weight)
        self.bbox_embed[2].bias.data = torch.tensor([0.0, 0, -2, -2])

    def forward(self, pixels):
        B = pixels.shape[0]
        features = self.backbone(pixels)
        maps = [self.input_proj[i](f) for i, f in enumerate(features)] + [self.input_proj[3](features[-1])]
        extents = [tuple(m.shape[2:]) for m in maps]
        cells = torch.cat([m.flatten(2).transpose(1, 2) for m in maps], 1)
        width = cells.shape[-1]
        position = torch.cat([sine(h, w, width // 2) + self.level_embed[l] for l, (h, w) in enumerate(extents)], 1)
        scale = torch.tensor([[w, h] for h, w in extents]).float()
        centers = []
        for h, w in extents:
            y, x = torch.meshgrid((torch.arange(h) + 0.5) / h, (torch.arange(w) + 0.5) / w, indexing="ij")
            centers.append(torch.stack([x.reshape(-1), y.reshape(-1)], -1))
        references = torch.cat(centers)[None, :, None].expand(B, -1, 4, 2)
        for layer in self.encoder:
            cells = layer(cells, position, references, extents, scale)
        position, state = self.query_embed.weight[None].expand(B, -1, -1).split(width, -1)
        start = self.reference_points(position).sigmoid()
        references = start[:, :, None].expand(-1, -1, 4, -1)
        logits, boxes = [], []
        clamped = start.clamp(0, 1)
        inverse = torch.log(clamped.clamp(min=1e-5) / (1 - clamped).clamp(min=1e-5))
        for layer in self.decoder:
            state = layer(state, position, references, cells, extents, scale)
            hidden = F.relu(self.bbox_embed[1](F.relu(self.bbox_embed[0](state))))
            change = self.bbox_embed[2](hidden)
            boxes.append(torch.cat([change[..., :2] + inverse, change[..., 2:]], -1).sigmoid())
            logits.append(self.class_embed(state))
        return logits, boxes


def corners(b):
    return torch.cat([b[..., :2] - b[..., 2:] / 2, b[..., :2] + b[..., 2:] / 2], -1)


def giou(a, b):
    """Of all pairs, [n, m]."""
    top, low = torch.max(a[:, None, :2], b[None, :, :2]), torch.min(a[:, None, 2:], b[None, :, 2:])
    inside = (low - top).clamp(min=0).prod(-1)
    area = lambda x: (x[:, 2:] - x[:, :2]).prod(-1)
    union = area(a)[:, None] + area(b)[None] - inside
    hull = (torch.max(a[:, None, 2:], b[None, :, 2:]) - torch.min(a[:, None, :2], b[None, :, :2])).clamp(min=0).prod(-1)
    return inside / union - (hull - union) / hull


@torch.no_grad()
def match(logits, boxes, targets):
    B, Q = logits.shape[:2]
    p, flat = logits.flatten(0, 1).sigmoid(), boxes.flatten(0, 1)
    labels, truth = torch.cat([t[0] for t in targets]), torch.cat([t[1] for t in targets])
    no = 0.75 * p**2 * -(1 - p + 1e-8).log()
    yes = 0.25 * (1 - p) ** 2 * -(p + 1e-8).log()
    cost = 2 * (yes - no)[:, labels] + 5 * torch.cdist(flat, truth, p=1) - 2 * giou(corners(flat), corners(truth))
    parts = cost.view(B, Q, -1).split([len(t[0]) for t in targets], -1)
    return [tuple(torch.as_tensor(i) for i in linear_sum_assignment(c[b])) for b, c in enumerate(parts)]


def loss(logits, boxes, targets):
    count, total = max(1, sum(len(t[0]) for t in targets)), 0
    for x, b in zip(logits, boxes):
        pairs = match(x, b, targets)
        image = torch.cat([torch.full_like(q, i) for i, (q, _) in enumerate(pairs)])
        query = torch.cat([q for q, _ in pairs])
        labels = torch.cat([t[0][o] for t, (_, o) in zip(targets, pairs)])
        truth = torch.cat([t[1][o] for t, (_, o) in zip(targets, pairs)])
        wanted = torch.zeros_like(x)
        wanted[image, query, labels] = 1
        p = x.sigmoid()
        hit = p * wanted + (1 - p) * (1 - wanted)
        focal = F.binary_cross_entropy_with_logits(x, wanted, reduction="none") * (1 - hit) ** 2 * (0.25 * wanted + 0.75 * (1 - wanted))
        found = b[image, query]
        total = total + 2 * focal.sum() / count + 5 * (found - truth).abs().sum() / count
        total = total + 2 * (1 - giou(corners(found), corners(truth)).diag()).sum() / count
    return total


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--pixels", type=int, default=96)
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--channels-last", action="store_true")
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(1)
    model = DeformableDETR()
    slow = lambda n: "sampling_offsets" in n or "reference_points" in n
    named = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW([
        {"params": [p for n, p in named if not n.startswith("backbone") and not slow(n)], "lr": 5e-4},
        {"params": [p for n, p in named if n.startswith("backbone")], "lr": 1e-4},
        {"params": [p for n, p in named if slow(n)], "lr": 5e-5}], weight_decay=1e-4)
    pixels = torch.randn(options.batch, 3, options.pixels, options.pixels)
    if options.channels_last:
        pixels = pixels.to(memory_format=torch.channels_last)
    targets = []
    for _ in range(options.batch):
        n = int(torch.randint(2, 6, ()))
        targets.append((torch.randint(0, 65, (n,)), torch.cat([torch.rand(n, 2) * 0.6 + 0.2, torch.rand(n, 2) * 0.3 + 0.1], 1)))

    def step():
        value = loss(*model(pixels), targets)
        optimizer.zero_grad(set_to_none=True)
        value.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 0.1)
        optimizer.step()
        return value.item()

    def rate(work):
        work()
        times = []
        for _ in range(options.steps):
            start = time.process_time()
            work()
            times.append(time.process_time() - start)
        return options.batch / statistics.median(times)

    print(f"torch {torch.__version__}, {sum(p.numel() for p in model.parameters())} parameters")
    if options.profile:
        step()
        with torch.profiler.profile() as profile:
            step()
        print(profile.key_averages().table(sort_by="self_cpu_time_total", row_limit=25))
    print(f"training {rate(step):.1f} images/s of processor time")
    with torch.no_grad():
        print(f"forward  {rate(lambda: model(pixels)):.1f} images/s of processor time")


main()
