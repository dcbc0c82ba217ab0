"""The plain reference: TF-IDF over words and characters with a linear SVM, on a snapshot's own split.

Usage: python3 tfidf_svm.py SNAPSHOT_DIR [train|train+validation]
Prints {"accuracy": …, "macroF1": …} of the test split as JSON.
"""

import json
import sys

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import accuracy_score, f1_score
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.svm import LinearSVC

directory = sys.argv[1]
learn_from = set((sys.argv[2] if len(sys.argv) > 2 else "train").split("+"))
rows = [json.loads(line) for line in open(f"{directory}/rows.jsonl", encoding="utf8")]
rows = [row for row in rows if row.get("label") is not None]


def text(row):
    return " ".join(part for part in (row.get("title"), row.get("description")) if part)


train = [row for row in rows if row["split"] in learn_from]
test = [row for row in rows if row["split"] == "test"]
model = make_pipeline(
    FeatureUnion(
        [
            ("words", TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), min_df=2)),
            ("characters", TfidfVectorizer(sublinear_tf=True, analyzer="char_wb", ngram_range=(2, 5), min_df=3, max_features=300_000)),
        ]
    ),
    LinearSVC(C=0.5),
)
model.fit([text(row) for row in train], [row["label"] for row in train])
guess = model.predict([text(row) for row in test])
truth = [row["label"] for row in test]
print(json.dumps({"accuracy": accuracy_score(truth, guess), "macroF1": f1_score(truth, guess, average="macro")}))
