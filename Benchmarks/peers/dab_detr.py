"""DAB-DETR-R50 as a plain eager PyTorch program.

Run:  python dab_detr.py dab-detr-r50 [--batch 32] [--pixels 96] [--steps 12]        needs torch, scipy
"""
import math

import torch
import torch.nn.functional as F
from common import Backbone, inverse_sigmoid, measure, options, perceptron, sine, through
from torch import nn


def heads(x):
    return x.unflatten(-1, (8, -1)).transpose(1, 2)


def attend(query, key, value):
    return F.scaled_dot_product_attention(query, key, value).transpose(1, 2).flatten(2)


class Feed(nn.Module):
    def __init__(self, width, hidden):
        super().__init__()
        self.linear1, self.linear2 = nn.Linear(width, hidden), nn.Linear(hidden, width)
        self.activation = nn.PReLU()

    def forward(self, x):
        return self.linear2(self.activation(self.linear1(x)))


class Encoder(nn.Module):
    def __init__(self, width, hidden):
        super().__init__()
        self.attention = nn.MultiheadAttention(width, 8, batch_first=True)
        self.feed = Feed(width, hidden)
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)

    def forward(self, x, position):
        q = x + position
        x = self.norm1(x + self.attention(q, q, x, need_weights=False)[0])
        return self.norm2(x + self.feed(x))


class Decoder(nn.Module):
    def __init__(self, width, hidden, first):
        super().__init__()
        names = ["sa_qcontent", "sa_qpos", "sa_kcontent", "sa_kpos", "sa_v", "sa_out", "ca_qcontent", "ca_kcontent"]
        names += ["ca_kpos", "ca_v", "ca_qpos_sine", "ca_out"] + (["ca_qpos"] if first else [])
        self.first = first
        self.linears = nn.ModuleDict({name: nn.Linear(width, width) for name in names})
        self.feed = Feed(width, hidden)
        self.norm1, self.norm2, self.norm3 = (nn.LayerNorm(width) for _ in range(3))

    def forward(self, x, query, sines, memory, position):
        l = self.linears
        q, k = l["sa_qcontent"](x) + l["sa_qpos"](query), l["sa_kcontent"](x) + l["sa_kpos"](query)
        x = self.norm1(x + l["sa_out"](attend(heads(q), heads(k), heads(l["sa_v"](x)))))
        q, k, place = l["ca_qcontent"](x), l["ca_kcontent"](memory), l["ca_kpos"](position).expand_as(memory)
        if self.first:
            q, k = q + l["ca_qpos"](query), k + place
        q = torch.cat([heads(q), heads(l["ca_qpos_sine"](sines))], -1)
        k = torch.cat([heads(k), heads(place)], -1)
        x = self.norm2(x + l["ca_out"](attend(q, k, heads(l["ca_v"](memory)))))
        return self.norm3(x + self.feed(x))


def encode(boxes, width):
    """Sines of y, x, w, h, each `width` numbers."""
    lengths = 10000 ** (2 * torch.div(torch.arange(width), 2, rounding_mode="floor") / width)
    angle = boxes[..., [1, 0, 2, 3], None] * 2 * math.pi / lengths
    return torch.stack([angle[..., 0::2].sin(), angle[..., 1::2].cos()], -1).flatten(-3)


class DABDETR(nn.Module):
    def __init__(self, classes=65, width=64, hidden=256, queries=25):
        super().__init__()
        self.backbone = Backbone(16, (3, 4, 6, 3), True)
        self.input_proj = nn.Conv2d(512, width, 1)
        self.encoder = nn.ModuleList([Encoder(width, hidden) for _ in range(6)])
        self.encoder_scale = perceptron([width, width, width])
        self.decoder = nn.ModuleList([Decoder(width, hidden, i == 0) for i in range(6)])
        self.decoder_scale = perceptron([width, width, width])
        self.anchor_to_query = perceptron([2 * width, width, width])
        self.anchor_size = perceptron([width, width, 2])
        self.norm = nn.LayerNorm(width)
        self.anchors = nn.Embedding(queries, 4)
        self.class_embed = nn.Linear(width, classes)
        self.bbox_embed = perceptron([width, width, width, 4])
        nn.init.constant_(self.class_embed.bias, -math.log(99))
        nn.init.zeros_(self.bbox_embed[-1].weight)
        nn.init.zeros_(self.bbox_embed[-1].bias)

    def forward(self, pixels):
        map = self.input_proj(self.backbone(pixels)[-1])
        width = map.shape[1]
        position = sine(*map.shape[2:], width // 2, temperature=20)
        memory = map.flatten(2).transpose(1, 2)
        for layer in self.encoder:
            memory = layer(memory, position * through(self.encoder_scale, memory))
        current = self.anchors.weight.sigmoid()[None].expand(len(pixels), -1, -1)
        x = torch.zeros(*current.shape[:2], width)
        kept, states = [current], []
        for index, layer in enumerate(self.decoder):
            sines = encode(current, width // 2)
            query = through(self.anchor_to_query, sines)
            center = sines[..., :width]
            if index > 0:
                center = center * through(self.decoder_scale, x)
            extent = through(self.anchor_size, x).sigmoid()
            by_height = center[..., :width // 2] * (extent[..., 1] / current[..., 3]).unsqueeze(-1)
            by_width = center[..., width // 2:] * (extent[..., 0] / current[..., 2]).unsqueeze(-1)
            x = layer(x, query, torch.cat([by_height, by_width], -1), memory, position)
            states.append(self.norm(x))
            if index < 5:
                moved = (through(self.bbox_embed, x) + inverse_sigmoid(current, 1e-3)).sigmoid()
                kept.append(moved)
                current = moved.detach()
        states = torch.stack(states)
        boxes = (through(self.bbox_embed, states) + inverse_sigmoid(torch.stack(kept), 1e-3)).sigmoid()
        return self.class_embed(states), boxes


measure(options(), DABDETR(), class_weight=1, focal=True)
