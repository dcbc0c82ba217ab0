"""faiss' HNSW on the vectors of the index benchmark, on one thread.

Usage: python3 index_faiss.py CONNECTIVITY EF_CONSTRUCTION DIRECTORY DIMENSION
Prints a line of facts as JSON, then answers each line of input, a number of candidates to follow, with a round.
"""

import json
import sys
import time

import faiss
import numpy as np

connectivity, ef_construction, directory, dimension = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
faiss.omp_set_num_threads(1)


def vectors(name):
    return np.fromfile(f"{directory}/{name}.f32", dtype=np.float32).reshape(-1, dimension)


base, queries = vectors("base"), vectors("queries")
began = time.perf_counter()
index = faiss.IndexHNSWFlat(dimension, connectivity, faiss.METRIC_INNER_PRODUCT)
index.hnsw.efConstruction = ef_construction
index.add(base)
seconds = time.perf_counter() - began
del base
print(json.dumps({"version": faiss.__version__, "buildSeconds": seconds}), flush=True)

for line in sys.stdin:
    index.hnsw.efSearch = int(line) or 64
    began = time.perf_counter()
    _, rows = index.search(queries, 10)
    print(json.dumps({"seconds": time.perf_counter() - began, "rows": rows.tolist()}), flush=True)
