"""Reference values for the convolutional backbones, made with PyTorch in double precision.

Run by hand: python3 packages/grad/reference/backbones.py  (Debian: apt-get install python3-torch python3-torchvision)
Every weight and input follows from a formula that src/testing/reference-values.ts repeats, so that only a loss, a norm and
four elements per parameter need storing. Writes one JSON file per architecture beside this script.
"""

import json
from pathlib import Path

import numpy as np
import torch
from torchvision.models import mobilenet_v2, resnet18

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
    """Weights of two or more axes: uniform with variance 2 / fan-in. Vectors: near 1, biases too, so that few activations
    sit at the threshold of a ReLU, where one rounding error switches a whole path of the gradient."""
    u = uniform(name, int(np.prod(shape)))
    value = u * np.sqrt(6 / np.prod(shape[1:])) if len(shape) > 1 else 1 + 0.1 * u
    return value.astype(np.float32).reshape(tuple(shape))


def probe(tensor: torch.Tensor) -> dict:
    flat = tensor.detach().numpy().reshape(-1)
    at = [0, len(flat) // 3, (2 * len(flat)) // 3, len(flat) - 1]
    return {"norm": float(np.linalg.norm(flat)), "values": [float(flat[i]) for i in at]}


def reference(model: torch.nn.Module) -> dict:
    model = model.double().train()
    with torch.no_grad():
        for name, p in model.named_parameters():
            p.copy_(torch.from_numpy(parameter(name, p.shape)))
    x = torch.from_numpy(uniform("input", BATCH * 3 * SIZE * SIZE).astype(np.float32)).double()
    labels = torch.tensor([(i * 7) % CLASSES for i in range(BATCH)])
    logits = model(x.reshape(BATCH, 3, SIZE, SIZE))
    loss = torch.nn.functional.cross_entropy(logits, labels, label_smoothing=0.1)
    loss.backward()
    return {
        "batch": BATCH,
        "size": SIZE,
        "classes": CLASSES,
        "loss": loss.item(),
        "logits": probe(logits),
        "gradients": {name: probe(p.grad) for name, p in model.named_parameters()},
        "buffers": {name: probe(b) for name, b in model.named_buffers() if "running" in name},
    }


def main() -> None:
    here = Path(__file__).parent
    models = {"resnet18": resnet18(num_classes=CLASSES), "mobilenet-v2": mobilenet_v2(num_classes=CLASSES, dropout=0.0)}
    for name, model in models.items():
        text = json.dumps(reference(model), separators=(",", ":"))
        (here / f"{name}.json").write_text(text.replace('},"', '},\n"') + "\n")


if __name__ == "__main__":
    main()
