"""The yardstick of `aldyn bench train`: scikit-learn's HistGradientBoostingClassifier on the same table.

python3 bench/train-peer.py DIRECTORY < settings.json > result.json, for each line of standard input one line of output. The directory holds
columns.f64 (column after column), label.u8 and the same for the rows that AUC is measured on, test-columns.f64 and test-label.u8.
"""
import json
import pathlib
import sys
import time

import numpy as np
import sklearn
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score

directory = pathlib.Path(sys.argv[1])


def table(prefix):
    label = np.fromfile(directory / f"{prefix}label.u8", dtype=np.uint8)
    columns = np.fromfile(directory / f"{prefix}columns.f64", dtype=np.float64)
    return columns.reshape(-1, len(label)).T, label


X, y = table("")
X_test, y_test = table("test-")
for line in sys.stdin:
    settings = json.loads(line)
    model = HistGradientBoostingClassifier(
        max_iter=settings["rounds"],
        learning_rate=settings["learningRate"],
        max_leaf_nodes=settings["leaves"],
        max_depth=settings["depth"],
        monotonic_cst=settings["directions"],
        early_stopping=False,
    )
    wall, cpu = time.perf_counter(), time.process_time()
    model.fit(X, y)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    auc = roc_auc_score(y_test, model.predict_proba(X_test)[:, 1])
    print(json.dumps({"seconds": wall, "cpu_seconds": cpu, "auc": auc, "version": sklearn.__version__}), flush=True)
