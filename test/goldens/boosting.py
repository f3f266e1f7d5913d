"""Makes boosting.json: python3 test/goldens/boosting.py (Debian's python3-sklearn 1.2.1, numpy 1.24.2).

Node tables of scikit-learn's HistGradientBoostingClassifier on small data, for several settings; Infinity and NaN are written as null.
"""
import json
import pathlib

import numpy as np
import sklearn
from sklearn.ensemble import HistGradientBoostingClassifier

here = pathlib.Path(__file__).parent
# One whose data give no ties of gain: those are decided by rounding, there and here.
seed = 1
rng = np.random.default_rng(seed)
n = 600

members = rng.integers(1, 8, n).astype(float)
income = np.round(np.exp(rng.normal(4, 0.5, n)), 3)
debt = np.round(rng.exponential(2, n), 3)
debt[rng.random(n) < 0.15] = np.nan
# Being unknown says more here than the value does.
visit = rng.integers(0, 12, n).astype(float)
visit[rng.random(n) < 0.4] = np.nan
flag = rng.integers(0, 2, n).astype(float)
twin = income.copy()
logit = -1.5 + 0.4 * members - 0.03 * income + 0.3 * np.nan_to_num(debt, nan=4) + 1.5 * np.isnan(visit) + flag * (members > 4)
label = (rng.random(n) < 1 / (1 + np.exp(-logit))).astype(int)
weight = np.round(rng.uniform(0.1, 5, n), 3)
columns = {"members": members, "income": income, "debt": debt, "visit": visit, "flag": flag, "twin": twin}
names = list(columns)
X = np.column_stack(list(columns.values()))

# The names of the settings are the trainer's.
cases = {
    "plain": {},
    "depth 2": {"depth": 2, "leaves": None, "rounds": 8},
    "deep": {"weighted": True, "leaves": None, "minSamplesLeaf": 5, "rounds": 2},
    "few leaves, fast": {"leaves": 6, "learningRate": 0.7, "rounds": 5},
    "large leaves": {"minSamplesLeaf": 77},
    "smallest leaves": {"minSamplesLeaf": 1, "minHessianLeaf": 1e-3, "leaves": 12},
    "ridge": {"l2": 3.5},
    "few bins": {"bins": 7},
    "monotone": {"directions": {"members": "+", "income": "-", "debt": "+"}, "leaves": 16},
    "monotone against the data": {"directions": {"members": "-", "income": "+", "visit": "+"}, "leaves": 8},
    "monotone, small leaves": {"directions": {"members": "+", "income": "-", "debt": "-", "twin": "-"}, "leaves": 12, "minSamplesLeaf": 3},
    "interactions": {"interactions": [["members", "income"], ["income", "debt"]]},
    "interactions of pairs, depth 2": {"interactions": [["members", "visit"], ["income", "debt"], ["flag"], ["twin"]], "depth": 2, "rounds": 8},
    "weights": {"weighted": True, "minSamplesLeaf": 15},
    "weights, monotone": {"weighted": True, "directions": {"members": "+", "income": "-"}, "depth": 3},
}


def fit(settings):
    directions = settings.get("directions", {})
    interactions = settings.get("interactions")
    model = HistGradientBoostingClassifier(
        max_iter=settings.get("rounds", 4),
        learning_rate=settings.get("learningRate", 0.1),
        max_leaf_nodes=settings.get("leaves", 31),
        max_depth=settings.get("depth"),
        min_samples_leaf=settings.get("minSamplesLeaf", 20),
        l2_regularization=settings.get("l2", 0),
        max_bins=settings.get("bins", 255),
        monotonic_cst=[{"+": 1, "-": -1}.get(directions.get(name), 0) for name in names],
        interaction_cst=None if interactions is None else [[names.index(name) for name in group] for group in interactions],
        early_stopping=False,
    )
    return model.fit(X, label, sample_weight=weight if settings.get("weighted") else None)


def numbers(values):
    return [float(value) if np.isfinite(value) else None for value in values]


def without_noise(nodes):
    """Takes back splits of two leaves that gained nothing: scikit-learn makes some out of rounding errors, where both sides have one value."""
    while True:
        leaf = nodes["is_leaf"].astype(bool)
        idle = [at for at in np.flatnonzero(~leaf) if nodes["gain"][at] < 1e-9 and leaf[nodes["left"][at]] and leaf[nodes["right"][at]]]
        if not idle:
            return nodes
        at = idle[0]
        nodes["value"][at] = nodes["value"][nodes["left"][at]]
        nodes["is_leaf"][at] = 1
        for side in ("left", "right"):
            nodes[side] = np.where(nodes[side] > at + 2, nodes[side] - 2, nodes[side])
        nodes = np.delete(nodes, [at + 1, at + 2])


def table(nodes):
    nodes = without_noise(nodes.copy())
    leaf = nodes["is_leaf"].astype(bool)
    return {
        "feature": np.where(leaf, -1, nodes["feature_idx"]).tolist(),
        "threshold": numbers(np.where(leaf, 0, nodes["num_threshold"])),
        "isMissingLeft": np.where(leaf, 0, nodes["missing_go_to_left"]).tolist(),
        "left": np.where(leaf, -1, nodes["left"].astype(int)).tolist(),
        "right": np.where(leaf, -1, nodes["right"].astype(int)).tolist(),
        "value": numbers(np.where(leaf, nodes["value"], 0)),
        "count": nodes["count"].tolist(),
        "gain": numbers(np.where(leaf, 0, nodes["gain"])),
    }


def case(name, settings):
    model = fit(settings)
    trees = [table(stage[0].nodes) for stage in model._predictors]
    return {"name": name, **settings, "base": float(np.ravel(model._baseline_prediction)[0]), "trees": trees}


many = np.round(rng.normal(0, 1, 700), 3)
golden = {
    "settings": {"sklearn": sklearn.__version__, "numpy": np.__version__, "seed": seed},
    "columns": {name: numbers(values) for name, values in columns.items()},
    "label": label.tolist(),
    "weight": weight.tolist(),
    "percentiles": {
        "values": many.tolist(),
        "bins": 100,
        "thresholds": np.unique(np.percentile(many, np.linspace(0, 100, 101)[1:-1], method="midpoint")).tolist(),
    },
    "cases": [case(name, settings) for name, settings in cases.items()],
}
(here / "boosting.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
