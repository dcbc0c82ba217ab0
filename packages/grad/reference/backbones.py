"""Reference values for the convolutional backbones, made with PyTorch in double precision.

Run by hand: python3 packages/grad/reference/backbones.py [name …]
(Debian: apt-get install python3-torch python3-torchvision; the values kept were made with 1.13 and 0.14.)
Computes what is named, or else what isn't stored yet: the last digits of a value depend on the machine.
Every weight and input follows from a formula that src/testing/reference-values.ts repeats, so that only a loss, a norm and
four elements per parameter need storing. Writes one JSON file per network beside this script, and shapes.json: of every
architecture, a hash of the names and shapes in its state_dict.
"""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torchvision import models

CLASSES = 10
BATCH, SIZE = 8, 48


def uniform(name: str, count: int) -> np.ndarray:
    """Values in [-1, 1): FNV-1a of the name, then the 32-bit mixer of MurmurHash3 over the element's position."""
    seed = 0x811C9DC5
    for byte in name.encode():
        seed = ((seed ^ byte) * 0x01000193) & 0xFFFFFFFF
    with np.errstate(over="ignore"):
        h = np.arange(count, dtype=np.uint32) * np.uint32(0x9E3779B9) + np.uint32(seed)
        h ^= h >> np.uint32(16)
        h *= np.uint32(0x85EBCA6B)
        h ^= h >> np.uint32(13)
        h *= np.uint32(0xC2B2AE35)
        h ^= h >> np.uint32(16)
    return h.astype(np.float64) / 2**31 - 1


def parameter(name: str, shape: torch.Size) -> np.ndarray:
    """Weights of two or more axes: uniform with variance 2 / fan-in. Vectors: near 1, but biases near 3, so that few
    activations sit at the threshold of a ReLU, where one rounding error switches a whole path of the gradient."""
    u = uniform(name, int(np.prod(shape)))
    middle = 3 if name.endswith("bias") else 1
    value = u * np.sqrt(6 / np.prod(shape[1:])) if len(shape) > 1 else middle + 0.1 * u
    return value.astype(np.float32).reshape(tuple(shape))


def probe(tensor: torch.Tensor) -> dict:
    flat = tensor.detach().numpy().reshape(-1)
    at = [0, len(flat) // 3, (2 * len(flat)) // 3, len(flat) - 1]
    return {"norm": float(np.linalg.norm(flat)), "values": [float(flat[i]) for i in at]}


def prepared(model: nn.Module) -> nn.Module:
    """In double precision, with weights by the formula and nothing random."""
    model = model.double().train()
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    with torch.no_grad():
        for name, p in model.named_parameters():
            p.copy_(torch.from_numpy(parameter(name, p.shape)))
    return model


def pictures(batch: int, height: int, width: int) -> torch.Tensor:
    values = torch.from_numpy(uniform("input", batch * 3 * height * width).astype(np.float32)).double()
    return values.reshape(batch, 3, height, width)


def gradients_and_buffers(model: nn.Module, loss: torch.Tensor) -> dict:
    loss.backward()
    return {
        "loss": loss.item(),
        "gradients": {name: probe(p.grad) for name, p in model.named_parameters()},
        "buffers": {name: probe(b) for name, b in model.named_buffers() if "running" in name},
    }


def classifier(model: nn.Module) -> dict:
    """One step of training: cross-entropy with label smoothing."""
    model = prepared(model)
    labels = torch.tensor([(i * 7) % CLASSES for i in range(BATCH)])
    logits = model(pictures(BATCH, SIZE, SIZE))
    loss = F.cross_entropy(logits, labels, label_smoothing=0.1)
    return {
        "batch": BATCH,
        "size": [SIZE, SIZE],
        "classes": CLASSES,
        "outputs": {"logits": probe(logits)},
        **gradients_and_buffers(model, loss),
    }


def forward(model: nn.Module) -> dict:
    """The scores of a training step."""
    batch, size = 4, 64
    with torch.no_grad():
        logits = prepared(model)(pictures(batch, size, size))
    return {"batch": batch, "size": [size, size], "classes": CLASSES, "outputs": {"logits": probe(logits)}}


def resnext14() -> nn.Module:
    """One block of ResNeXt-101 32×8d for each of its stages."""
    return models.ResNet(models.resnet.Bottleneck, [1, 1, 1, 1], CLASSES, groups=32, width_per_group=8)


class DecoderBlock(nn.Module):
    def __init__(self, channels: int, out: int):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, out, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out)
        self.conv2 = nn.Conv2d(out, out, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out)

    def forward(self, x):
        return F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))))


class UNet(nn.Module):
    """The decoder of src/backbones/unet.ts on ResNet-18."""

    def __init__(self, widths=(256, 128, 64, 32, 16)):
        super().__init__()
        self.encoder = models.resnet18()
        del self.encoder.fc
        skips = [256, 128, 64, 64, 0]
        blocks = [DecoderBlock(a + b, out) for a, b, out in zip((512, *widths), skips, widths)]
        self.decoder = nn.ModuleList(blocks)
        self.head = nn.Conv2d(widths[-1], CLASSES, 3, padding=1)

    def pyramid(self, x):
        e = self.encoder
        maps = [F.relu(e.bn1(e.conv1(x)))]
        y = e.maxpool(maps[0])
        for layer in (e.layer1, e.layer2, e.layer3, e.layer4):
            y = layer(y)
            maps.append(y)
        return maps

    def forward(self, x):
        *skips, y = self.pyramid(x)
        for block, skip in zip(self.decoder, [*reversed(skips), None]):
            size = (x if skip is None else skip).shape[2:]
            y = F.interpolate(y, size=size, mode="bilinear", align_corners=False)
            y = block(y if skip is None else torch.cat([y, skip], 1))
        return self.head(y)


def segmenter(model: nn.Module) -> dict:
    """One step of training on pictures whose sides are no powers of two: the mean square of all scores."""
    batch, height, width = 4, 44, 56
    scores = prepared(model)(pictures(batch, height, width))
    result = gradients_and_buffers(model, (scores**2).mean())
    return {"batch": batch, "size": [height, width], "classes": CLASSES, "outputs": {"scores": probe(scores)}, **result}


def shapes() -> dict:
    names = ["resnet18", "resnet34", "resnet50", "resnext101_32x8d", "mobilenet_v2", "efficientnet_b0", "efficientnet_b3"]
    result = {}
    for name in names:
        state = getattr(models, name)().state_dict()
        arrays = {k: v.shape for k, v in state.items() if not k.endswith("num_batches_tracked")}
        lines = sorted(f"{k} {'x'.join(map(str, s))}\n" for k, s in arrays.items())
        result[name] = {
            "arrays": len(lines),
            "numbers": sum(int(np.prod(s)) for s in arrays.values()),
            "sha256": hashlib.sha256("".join(lines).encode()).hexdigest(),
        }
    return result


REFERENCES = {
    "resnet18": lambda: classifier(models.resnet18(num_classes=CLASSES)),
    "resnet50": lambda: classifier(models.resnet50(num_classes=CLASSES)),
    "mobilenet-v2": lambda: classifier(models.mobilenet_v2(num_classes=CLASSES)),
    "efficientnet-b0": lambda: classifier(models.efficientnet_b0(num_classes=CLASSES, stochastic_depth_prob=0.0)),
    "efficientnet-b3": lambda: forward(models.efficientnet_b3(num_classes=CLASSES, stochastic_depth_prob=0.0)),
    "resnet34": lambda: forward(models.resnet34(num_classes=CLASSES)),
    "resnext14-32x8d": lambda: classifier(resnext14()),
    "unet-resnet18": lambda: segmenter(UNet()),
    "shapes": shapes,
}


def stored(name: str) -> Path:
    return Path(__file__).resolve().with_name(f"{name}.json")


def store(name: str, values: dict) -> None:
    """In the format that `npx biome check` asks for."""
    stored(name).write_text(json.dumps(values))
    subprocess.run(["npx", "biome", "format", "--write", stored(name)], cwd=stored(name).parent, check=True)


def main(names: list) -> None:
    for name in names or [name for name in REFERENCES if not stored(name).exists()]:
        store(name, REFERENCES[name]())


if __name__ == "__main__":
    main(sys.argv[1:])
