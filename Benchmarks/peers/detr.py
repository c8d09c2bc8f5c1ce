"""DETR as a plain eager PyTorch program.

Run:  python detr.py detr-r50|detr-r101|detr-r50-full [--batch 32] [--pixels 96] [--steps 12]      needs torch, scipy
"""
import torch
import torch.nn.functional as F
from common import Backbone, measure, options, perceptron, sine, through
from torch import nn


class Attention(nn.MultiheadAttention):
    def __init__(self, width):
        super().__init__(width, 8, batch_first=True)

    def forward(self, query, key, value):
        return super().forward(query, key, value, need_weights=False)[0]


class Encoder(nn.Module):
    def __init__(self, width, hidden):
        super().__init__()
        self.attention = Attention(width)
        self.linear1, self.linear2 = nn.Linear(width, hidden), nn.Linear(hidden, width)
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)

    def forward(self, x, position):
        q = x + position
        x = self.norm1(x + self.attention(q, q, x))
        return self.norm2(x + self.linear2(F.relu(self.linear1(x))))


class Decoder(nn.Module):
    def __init__(self, width, hidden):
        super().__init__()
        self.self_attention, self.cross_attention = Attention(width), Attention(width)
        self.linear1, self.linear2 = nn.Linear(width, hidden), nn.Linear(hidden, width)
        self.norm1, self.norm2, self.norm3 = (nn.LayerNorm(width) for _ in range(3))

    def forward(self, x, queries, memory, position):
        q = x + queries
        x = self.norm1(x + self.self_attention(q, q, x))
        x = self.norm2(x + self.cross_attention(x + queries, memory + position, memory))
        return self.norm3(x + self.linear2(F.relu(self.linear1(x))))


class DETR(nn.Module):
    def __init__(self, stem, counts, dilates, width, hidden, queries, classes):
        super().__init__()
        self.backbone = Backbone(stem, counts, dilates)
        self.input_proj = nn.Conv2d(32 * stem, width, 1)
        self.encoder = nn.ModuleList([Encoder(width, hidden) for _ in range(6)])
        self.decoder = nn.ModuleList([Decoder(width, hidden) for _ in range(6)])
        self.norm = nn.LayerNorm(width)
        self.query_embed = nn.Embedding(queries, width)
        self.class_embed = nn.Linear(width, classes + 1)
        self.bbox_embed = perceptron([width, width, width, 4])

    def forward(self, pixels):
        map = self.input_proj(self.backbone(pixels)[-1])
        position = sine(*map.shape[2:], map.shape[1] // 2)
        memory = map.flatten(2).transpose(1, 2)
        for layer in self.encoder:
            memory = layer(memory, position)
        queries = self.query_embed.weight[None].expand(len(pixels), -1, -1)
        x, states = torch.zeros_like(queries), []
        for layer in self.decoder:
            x = layer(x, queries, memory, position)
            states.append(self.norm(x))
        states = torch.stack(states)
        return self.class_embed(states), through(self.bbox_embed, states).sigmoid()


if __name__ == "__main__":
    chosen = options()
    counts = (3, 4, 23, 3) if "r101" in chosen.kind else (3, 4, 6, 3)
    if chosen.kind.endswith("full"):
        model = DETR(64, counts, False, 256, 2048, 100, 91)
    else:
        model = DETR(16, counts, True, 64, 256, 25, 65)
    measure(chosen, model, class_weight=1, focal=False)
