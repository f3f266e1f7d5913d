"""Makes isotonic.json: python3 test/goldens/isotonic.py (Debian's python3-sklearn 1.2.1, numpy 1.24.2)."""
import json
import pathlib

import numpy as np
import sklearn
from sklearn.isotonic import IsotonicRegression

rng = np.random.default_rng(20261101)
cases = []
for n, digits, weighted in ((12, 2, False), (200, 3, False), (200, 2, True), (60, 1, True)):
    score = np.round(rng.random(n), digits)
    label = (rng.random(n) < np.clip(score**2 + 0.1, 0, 1)).astype(int)
    weight = rng.integers(1, 5, n).astype(float) if weighted else np.ones(n)
    fit = IsotonicRegression(out_of_bounds="clip").fit(score, label, sample_weight=weight)
    asked = np.round(np.linspace(-0.1, 1.1, 49), 4)
    cases.append(
        {
            "label": label.tolist(),
            "score": score.tolist(),
            "weight": weight.tolist() if weighted else None,
            "asked": asked.tolist(),
            "calibrated": fit.predict(asked).tolist(),
        }
    )
out = {"settings": {"sklearn": sklearn.__version__, "numpy": np.__version__, "seed": 20261101}, "cases": cases}
(pathlib.Path(__file__).parent / "isotonic.json").write_text(json.dumps(out, separators=(",", ":")) + "\n")
