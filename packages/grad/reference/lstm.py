"""Reference values for the LSTM layer, made with PyTorch in double precision.

Run by hand: python3 packages/grad/reference/lstm.py  (Debian: apt-get install python3-torch)
Weights and inputs follow from the formula of backbones.py. Two bidirectional layers over sequences of unequal length.
Writes lstm.json beside this script.
"""

import json
from pathlib import Path

import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from backbones import probe, uniform

BATCH, TIME, FEATURES, SIZE = 3, 6, 5, 4
LENGTHS = [6, 2, 4]


def reference() -> dict:
    model = torch.nn.LSTM(FEATURES, SIZE, num_layers=2, bidirectional=True, batch_first=True).double()
    with torch.no_grad():
        for name, p in model.named_parameters():
            p.copy_(torch.from_numpy(uniform(name, p.numel()).astype("float32")).reshape(p.shape))
    x = torch.from_numpy(uniform("input", BATCH * TIME * FEATURES).astype("float32")).double()
    x = x.reshape(BATCH, TIME, FEATURES).requires_grad_()
    packed = pack_padded_sequence(x, LENGTHS, batch_first=True, enforce_sorted=False)
    output, (hidden, _) = model(packed)
    sequence, _ = pad_packed_sequence(output, batch_first=True)
    final = torch.cat([hidden[-2], hidden[-1]], dim=1)
    loss = (sequence**2).sum() + final.sum()
    loss.backward()
    return {
        "shape": [BATCH, TIME, FEATURES],
        "size": SIZE,
        "lengths": LENGTHS,
        "loss": loss.item(),
        "sequence": probe(sequence),
        "final": probe(final),
        "input": probe(x.grad),
        "gradients": {name: probe(p.grad) for name, p in model.named_parameters()},
    }


if __name__ == "__main__":
    Path(__file__).with_name("lstm.json").write_text(json.dumps(reference()) + "\n")
