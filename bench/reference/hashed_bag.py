"""The plain neural reference: hashed word and character n-grams, an embedding bag of 64 and a linear layer (PyTorch).

Usage: python3 hashed_bag.py SNAPSHOT_DIR
Prints {"accuracy": …, "macroF1": …} of the test split as JSON. The epoch is chosen by the validation split.
"""

import json
import sys
import zlib

import torch

BUCKETS, WIDTH, EPOCHS, BATCH = 100_000, 64, 8, 64
torch.manual_seed(1)
torch.set_num_threads(2)
rows = [json.loads(line) for line in open(f"{sys.argv[1]}/rows.jsonl", encoding="utf8")]
rows = [row for row in rows if row.get("label") is not None]
classes = {label: index for index, label in enumerate(sorted({row["label"] for row in rows}))}


def buckets(row):
    words = " ".join(part for part in (row.get("title"), row.get("description")) if part).lower().split()
    grams = words + [f"{a} {b}" for a, b in zip(words, words[1:])]
    for word in words:
        framed = f"<{word}>"
        grams += [framed[at : at + n] for n in (3, 4, 5) for at in range(len(framed) - n + 1)]
    return torch.tensor([zlib.crc32(gram.encode()) % BUCKETS for gram in grams] or [0])


def split(name):
    chosen = [row for row in rows if row["split"] == name]
    return [buckets(row) for row in chosen], torch.tensor([classes[row["label"]] for row in chosen])


def batches(bags, order):
    for at in range(0, len(order), BATCH):
        part = [bags[i] for i in order[at : at + BATCH]]
        lengths = torch.tensor([0] + [len(bag) for bag in part[:-1]])
        yield order[at : at + BATCH], torch.cat(part), lengths.cumsum(0)


class Bag(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.bag = torch.nn.EmbeddingBag(BUCKETS, WIDTH, mode="mean", sparse=True)
        self.linear = torch.nn.Linear(WIDTH, len(classes))

    def forward(self, flat, offsets):
        return self.linear(self.bag(flat, offsets))


def guesses(model, bags):
    with torch.no_grad():
        return torch.cat([model(flat, at).argmax(1) for _, flat, at in batches(bags, list(range(len(bags))))])


model = Bag()
sparse = torch.optim.SparseAdam(model.bag.parameters(), lr=5e-3)
dense = torch.optim.Adam(model.linear.parameters(), lr=5e-3)
bags, labels = split("train")
held, held_labels = split("validation")
best, kept = -1.0, None
for epoch in range(EPOCHS):
    order = torch.randperm(len(bags)).tolist()
    for chosen, flat, offsets in batches(bags, order):
        loss = torch.nn.functional.cross_entropy(model(flat, offsets), labels[chosen])
        sparse.zero_grad()
        dense.zero_grad()
        loss.backward()
        sparse.step()
        dense.step()
    accuracy = (guesses(model, held) == held_labels).float().mean().item()
    if accuracy > best:
        best, kept = accuracy, {name: value.clone() for name, value in model.state_dict().items()}
model.load_state_dict(kept)
test, truth = split("test")
found = guesses(model, test)
scores = []
for index in range(len(classes)):
    hit = ((found == index) & (truth == index)).sum().item()
    said, there = (found == index).sum().item(), (truth == index).sum().item()
    if said + there:
        scores.append(2 * hit / (said + there))
print(json.dumps({"accuracy": (found == truth).float().mean().item(), "macroF1": sum(scores) / len(scores)}))
