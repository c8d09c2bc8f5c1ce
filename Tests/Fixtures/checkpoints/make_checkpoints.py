"""Makes the small PyTorch checkpoints of this folder. Needs torch 2.13 (any 2.x will do)."""
import argparse
import os
from collections import OrderedDict

import torch


class Command:
    """What a harmful file does: it would create a file when read by Python's own reader."""

    def __reduce__(self):
        return (os.system, ("touch was-executed",))


def numbers(*shape, type=torch.float32):
    """0, 1, 2, … in row-major order."""
    count = 1
    for extent in shape:
        count *= extent
    return torch.arange(count).reshape(shape).to(type)


types = {
    "float64": torch.float64, "float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16,
    "int64": torch.int64, "int32": torch.int32, "int16": torch.int16, "int8": torch.int8, "uint8": torch.uint8,
}
plain = OrderedDict((name, numbers(2, 3, type=type)) for name, type in types.items())
plain["int16"] -= 3
plain["bool"] = torch.tensor([True, False, True])
plain["scalar"] = torch.tensor(2.5)
plain["empty"] = torch.zeros(0, 3)
plain["turned"] = numbers(3, 2).t()
plain["part"] = numbers(4, 4)[1:3, 1:3]
plain["parameter"] = torch.nn.Parameter(numbers(4))
plain["first"] = numbers(5)
plain["tied"] = plain["first"]
torch.save(plain, "plain.pth")

# As training programs write them: the weights beside everything else, with versions of modules as an attribute.
linear = torch.nn.Linear(3, 2)
with torch.no_grad():
    linear.weight.copy_(numbers(2, 3))
    linear.bias.copy_(numbers(2))
optimizer = torch.optim.AdamW(linear.parameters(), lr=1e-4)
linear(numbers(3)).sum().backward()
optimizer.step()
with torch.no_grad():
    linear.weight.copy_(numbers(2, 3))
    linear.bias.copy_(numbers(2))
torch.save(
    {"epoch": 300, "loss": 0.25, "names": ["a", ("b", None, True)], "optimizer": optimizer.state_dict(),
     "model": linear.state_dict()}, "training.pth")
torch.save({"model": linear.state_dict(), "args": argparse.Namespace(lr=1e-4)}, "foreign.pth")
torch.save({"model": linear.state_dict(), "hook": Command()}, "harmful.pth")
torch.save(linear.state_dict(), "old.pth", _use_new_zipfile_serialization=False)
