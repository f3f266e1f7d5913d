"""Makes logistic.json and metrics.json: python3 test/goldens/scikit-learn.py (Debian's python3-sklearn 1.2.1, numpy 1.24.2).

The design is written out here (weighted mean and population deviation of the known values, unknown at the mean, a standardised
mark of being unknown), because scikit-learn's own imputer and scaler take the deviation over the imputed values too.
"""
import json
import pathlib

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score

here = pathlib.Path(__file__).parent
rng = np.random.default_rng(20261001)
settings = {"sklearn": sklearn.__version__, "numpy": np.__version__, "seed": 20261001}
exact = {"penalty": "l2", "solver": "newton-cholesky", "tol": 1e-12, "max_iter": 1000}


def rounded(values, digits):
    return [None if np.isnan(value) else round(float(value), digits) for value in values]


def standardised(columns, weight):
    design = []
    for values in columns:
        known = ~np.isnan(values)
        mean = np.average(values[known], weights=weight[known])
        deviation = np.sqrt(np.average((values[known] - mean) ** 2, weights=weight[known]))
        design.append(np.where(known, (values - mean) / deviation, 0))
        if not known.all():
            rate = np.average(~known, weights=weight)
            design.append((~known - rate) / np.sqrt(rate * (1 - rate)))
    return np.column_stack(design)


def logistic():
    n = 250
    members = rng.integers(1, 8, n).astype(float)
    income = np.round(np.exp(rng.normal(4, 0.5, n)), 3)
    share = np.round(income / 200 + rng.normal(0, 0.05, n), 4)
    debt = np.round(rng.exponential(2, n), 3)
    debt[rng.random(n) < 0.15] = np.nan
    age = np.round(rng.normal(40, 12, n), 1)
    age[rng.random(n) < 0.3] = np.nan
    logit = -1 + 0.4 * members - 0.04 * income + 0.3 * np.nan_to_num(debt, nan=2)
    label = (rng.random(n) < 1 / (1 + np.exp(-logit))).astype(int)
    weight = rng.integers(1, 40, n) / 8
    columns = {"members": members, "income": income, "share": share, "debt": debt, "age": age}
    fits = []
    for weighted in (False, True):
        for C in (0.02, 1.0, 100.0):
            w = weight if weighted else np.ones(n)
            design = standardised(columns.values(), w)
            fit = LogisticRegression(C=C, **exact).fit(design, label, sample_weight=w)
            fits.append({"weighted": weighted, "C": C, "intercept": float(fit.intercept_[0]), "coefficients": fit.coef_[0].tolist()})
    return {
        "settings": {**settings, **exact},
        "columns": {name: rounded(values, 4) for name, values in columns.items()},
        "label": label.tolist(),
        "weight": weight.tolist(),
        "fits": fits,
    }


def metrics():
    n = 300
    score = np.round(rng.beta(1, 4, n), 2).clip(0.01, 0.99)
    label = (rng.random(n) < score**1.3).astype(int)
    weight = rng.integers(1, 16, n) / 4
    logit = np.log(score / (1 - score)).reshape(-1, 1)
    line = LogisticRegression(penalty=None, solver="newton-cholesky", tol=1e-12, max_iter=1000).fit(logit, label, sample_weight=weight)
    return {
        "settings": settings,
        "label": label.tolist(),
        "score": score.tolist(),
        "weight": weight.tolist(),
        "auc": roc_auc_score(label, score, sample_weight=weight),
        "average_precision": average_precision_score(label, score, sample_weight=weight),
        "brier": brier_score_loss(label, score, sample_weight=weight),
        "log_loss": log_loss(label, score, sample_weight=weight),
        "calibration_slope": float(line.coef_[0][0]),
        "calibration_intercept": float(line.intercept_[0]),
    }


for name, content in (("logistic", logistic()), ("metrics", metrics())):
    (here / f"{name}.json").write_text(json.dumps(content) + "\n")
