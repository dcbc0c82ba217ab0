"""Reference values for layers, ops and losses, made with PyTorch in double precision.

Run by hand: python3 packages/grad/reference/layers.py [case …]  (Debian: apt-get install python3-torch
python3-torchvision). Computes the cases that are named and those not stored yet; the others stay as they are.
Weights and inputs follow from the formula of backbones.py, by their names. Each case is differentiated through the sum of
the squares of its outputs. src/nn/reference.test.ts holds the same cases. Writes layers.json beside this script.
"""

import json
import sys

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
from torchvision.ops import SqueezeExcitation

from backbones import probe, store, stored, uniform

LENGTHS = [6, 2, 4]
LABELS = [2, 0, 255, 1, 1, 3, 0, 255, 2]


def numbers(name, shape):
    count = int(torch.tensor(shape).prod())
    return torch.from_numpy(uniform(name, count).astype("float32")).double().reshape(shape)


def recurrent(kind):
    model = kind(5, 4, num_layers=2, bidirectional=True, batch_first=True)

    def run(x):
        packed = pack_padded_sequence(x, LENGTHS, batch_first=True, enforce_sorted=False)
        output, state = model(packed)
        hidden = state[0] if isinstance(state, tuple) else state
        sequence, _ = pad_packed_sequence(output, batch_first=True)
        return {"sequence": sequence, "final": torch.cat([hidden[-2], hidden[-1]], dim=1)}

    return model, run


def layer(model):
    return model, lambda x: {"y": model(x)}


def function(run):
    return nn.Module(), lambda *inputs: {"y": run(*inputs)}


def pixels():
    return torch.tensor(LABELS).reshape(1, 3, 3)


def weights(count):
    return numbers("weights", [count]) + 2


INDICES = torch.tensor([[1, 3, 0], [2, 2, 4]])

CASES = {
    "lstm": (recurrent(nn.LSTM), {"x": [3, 6, 5]}),
    "gru": (recurrent(nn.GRU), {"x": [3, 6, 5]}),
    "conv2d": (layer(nn.Conv2d(6, 4, (3, 2), stride=2, padding=1, dilation=2, groups=2)), {"x": [2, 6, 9, 8]}),
    "convTranspose2d": (
        layer(nn.ConvTranspose2d(4, 6, 3, stride=2, padding=1, output_padding=1, groups=2)),
        {"x": [2, 4, 5, 4]},
    ),
    "convTranspose2d dilated": (layer(nn.ConvTranspose2d(3, 2, 3, stride=(1, 2), dilation=2)), {"x": [2, 3, 4, 5]}),
    "groupNorm": (layer(nn.GroupNorm(2, 6)), {"x": [2, 6, 3, 4]}),
    "layerNorm": (layer(nn.LayerNorm(7)), {"x": [2, 3, 7]}),
    "squeezeExcite": (layer(SqueezeExcitation(6, 3)), {"x": [2, 6, 3, 4]}),
    "nearest": (function(lambda x: F.interpolate(x, size=(9, 11))), {"x": [2, 2, 5, 4]}),
    "bilinear": (function(lambda x: F.interpolate(x, size=(9, 11), mode="bilinear")), {"x": [2, 2, 5, 4]}),
    "bilinear twice": (function(lambda x: F.interpolate(x, scale_factor=2, mode="bilinear")), {"x": [2, 2, 5, 4]}),
    "maxPool": (function(lambda x: F.max_pool2d(x, 3, 2, 1)), {"x": [2, 3, 7, 8]}),
    "averagePool": (function(lambda x: F.avg_pool2d(x, 3, 2, 1)), {"x": [2, 3, 7, 8]}),
    "hardSwish": (function(lambda x: F.hardswish(x * 5)), {"x": [4, 9]}),
    "gelu": (function(lambda x: F.gelu(x * 3)), {"x": [4, 9]}),
    "variance": (function(lambda x: torch.var(x, dim=1)), {"x": [3, 5, 2]}),
    "normalize": (function(lambda x: x + F.normalize(x, dim=1)), {"x": [3, 5, 2]}),
    "embeddingBag": (
        function(lambda table, w: F.embedding_bag(INDICES, table, mode="sum", per_sample_weights=w)),
        {"table": [5, 3], "w": [2, 3]},
    ),
    "embeddingBag mean": (function(lambda table: F.embedding_bag(INDICES, table, mode="mean")), {"table": [5, 3]}),
    "cross-entropy of pixels": (
        function(lambda x: F.cross_entropy(x, pixels(), weights(4), ignore_index=255, label_smoothing=0.1)),
        {"x": [1, 4, 3, 3]},
    ),
    "binary cross-entropy": (
        function(lambda x: F.binary_cross_entropy_with_logits(x * 4, weights(3) - 1.5, pos_weight=weights(3))),
        {"x": [3]},
    ),
    "huber": (function(lambda x, t: F.huber_loss(x * 3, t, delta=0.7)), {"x": [4, 3], "t": [4, 3]}),
    "triplet": (
        function(lambda x, p, n: F.triplet_margin_loss(x, p, n, margin=0.5)),
        {"x": [4, 3], "p": [4, 3], "n": [4, 3]},
    ),
}


def reference(case):
    (model, run), shapes = case
    model.double()
    with torch.no_grad():
        for name, p in model.named_parameters():
            p.copy_(numbers(name, list(p.shape)))
    inputs = {name: numbers(name, shape).requires_grad_() for name, shape in shapes.items()}
    outputs = run(*inputs.values())
    sum((output**2).sum() for output in outputs.values()).backward()
    leaves = {**inputs, **dict(model.named_parameters())}
    return {
        "inputs": shapes,
        "outputs": {name: probe(output) for name, output in outputs.items()},
        "gradients": {name: probe(leaf.grad) for name, leaf in leaves.items()},
    }


def main(names: list) -> None:
    kept = {name: values for name, values in json.loads(stored("layers").read_text()).items() if name not in names}
    store("layers", {name: kept[name] if name in kept else reference(case) for name, case in CASES.items()})


if __name__ == "__main__":
    main(sys.argv[1:])
