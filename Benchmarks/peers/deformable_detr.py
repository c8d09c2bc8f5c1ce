"""Deformable-DETR-R50 as a plain eager PyTorch program. The sampling is the usual composition by grid_sample.

Run:  python deformable_detr.py deformable-detr-r50 [--batch 32] [--pixels 96] [--steps 12]        needs torch, scipy
"""
import math

import torch
import torch.nn.functional as F
from common import Backbone, inverse_sigmoid, measure, options, perceptron, sine, through
from torch import nn


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


class DeformableDETR(nn.Module):
    def __init__(self, classes=65, width=64, hidden=256, queries=25, layers=6):
        super().__init__()
        self.backbone = Backbone(16, (3, 4, 6, 3), False)
        self.input_proj = nn.ModuleList(
            [nn.Sequential(nn.Conv2d(c, width, 1), nn.GroupNorm(32, width)) for c in (128, 256, 512)]
            + [nn.Sequential(nn.Conv2d(512, width, 3, 2, 1), nn.GroupNorm(32, width))])
        self.level_embed = nn.Parameter(torch.randn(4, width))
        self.encoder = nn.ModuleList([Encoder(width, hidden, False) for _ in range(layers)])
        self.decoder = nn.ModuleList([Decoder(width, hidden, True) for _ in range(layers)])
        self.query_embed = nn.Embedding(queries, 2 * width)
        self.reference_points = nn.Linear(width, 2)
        self.class_embed = nn.Linear(width, classes)
        self.bbox_embed = perceptron([width, width, width, 4])
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
        position = torch.cat([sine(h, w, width // 2, offset=-0.5) + self.level_embed[l] for l, (h, w) in enumerate(extents)], 1)
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
        inverse = inverse_sigmoid(start, 1e-5)
        for layer in self.decoder:
            state = layer(state, position, references, cells, extents, scale)
            change = through(self.bbox_embed, state)
            boxes.append(torch.cat([change[..., :2] + inverse, change[..., 2:]], -1).sigmoid())
            logits.append(self.class_embed(state))
        return logits, boxes


slow = ("sampling_offsets", "reference_points")
measure(options(), DeformableDETR(), class_weight=2, focal=True, slow=slow)
