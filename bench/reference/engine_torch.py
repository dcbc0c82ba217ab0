"""PyTorch as a contestant of the engine benchmark: python3 engine_torch.py <workload>.

Says `ready` (or `cannot: ` and why); then answers each line holding a number with the milliseconds of as many runs, as
JSON. The workloads are those of src/engine/workloads.ts.
"""
import json
import os
import sys
import time
from pathlib import Path

# OpenBLAS takes processors newer than itself for the oldest and loses half their speed: it is told what they can do.
if os.path.exists("/proc/cpuinfo") and " avx512f " in open("/proc/cpuinfo").read():
    os.environ.setdefault("OPENBLAS_CORETYPE", "SkylakeX")

import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(1)
torch.set_num_threads(2)


def training(model, inputs, labels, optimizers=None):
    model.train()
    optimizers = optimizers or [torch.optim.Adam(model.parameters(), 1e-3)]

    def step():
        for optimizer in optimizers:
            optimizer.zero_grad()
        loss = F.cross_entropy(model(inputs), labels)
        loss.backward()
        for optimizer in optimizers:
            optimizer.step()
        loss.item()

    return step


def pictures(name, size, batch):
    import torchvision

    model = getattr(torchvision.models, name)(num_classes=1000)
    return training(model, torch.rand(batch, 3, size, size), torch.arange(batch))


def masks(size, batch):
    sys.path.append(str(Path(__file__).parents[2] / "packages/grad/reference"))
    from backbones import CLASSES, UNet

    labels = torch.arange(batch * size * size).view(batch, size, size) % CLASSES
    return training(UNet(), torch.rand(batch, 3, size, size), labels)


def words(count, limit):
    return (limit * torch.rand(count) ** 3).long().clamp(max=limit - 1)


class LstmClassifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(5000, 128)
        self.lstm = nn.LSTM(128, 128, batch_first=True)
        self.out = nn.Linear(128, 27)

    def forward(self, x):
        return self.out(self.lstm(self.embedding(x))[1][0][-1])


def lstm():
    return training(LstmClassifier(), words(32 * 64, 5000).view(32, 64), torch.arange(32) % 27)


def bag(sparse):
    table, out = nn.EmbeddingBag(100_000, 64, mode="mean", sparse=sparse), nn.Linear(64, 27)
    optimizers = [torch.optim.Adam(out.parameters(), 1e-3)]
    optimizers.append((torch.optim.SparseAdam if sparse else torch.optim.Adam)(list(table.parameters()), 1e-3))
    return training(nn.Sequential(table, out), words(128 * 64, 100_000).view(128, 64), torch.arange(128) % 27, optimizers)


def calling(function, *inputs):
    def run():
        with torch.no_grad():
            function(*inputs)

    return run


def inference(batch):
    import torchvision

    return calling(torchvision.models.resnet18().eval(), torch.rand(batch, 3, 224, 224))


def perceptron():
    model = nn.Sequential(nn.Linear(784, 1024), nn.ReLU(), nn.Linear(1024, 1024), nn.ReLU(), nn.Linear(1024, 10))
    return training(model, torch.rand(128, 784), torch.arange(128) % 10)


WORKLOADS = {
    "resnet18-64": lambda: pictures("resnet18", 64, 32),
    "resnet18-128": lambda: pictures("resnet18", 128, 16),
    "resnet18-224": lambda: pictures("resnet18", 224, 8),
    "mobilenetv2-128": lambda: pictures("mobilenet_v2", 128, 16),
    "efficientnet-128": lambda: pictures("efficientnet_b0", 128, 16),
    "unet-256": lambda: masks(256, 4),
    "lstm": lstm,
    "bag": lambda: bag(False),
    "bag-sparse": lambda: bag(True),
    "infer-1": lambda: inference(1),
    "infer-16": lambda: inference(16),
    "infer-1-int8": lambda: inference(1),
    "infer-16-int8": lambda: inference(16),
    "matmul": lambda: calling(torch.matmul, torch.rand(1024, 1024), torch.rand(1024, 1024)),
    "conv": lambda: calling(nn.Conv2d(64, 64, 3, padding=1).eval(), torch.rand(8, 64, 56, 56)),
    "perceptron": perceptron,
}


def main(name):
    if name not in WORKLOADS:
        print("cannot: unknown workload", flush=True)
        return
    run = WORKLOADS[name]()
    print("ready", flush=True)
    for line in sys.stdin:
        times = []
        for _ in range(int(line)):
            start = time.perf_counter()
            run()
            times.append((time.perf_counter() - start) * 1000)
        print(json.dumps(times), flush=True)


main(sys.argv[1])
