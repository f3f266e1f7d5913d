"""Makes monitoring.json with SciPy: python3 test/goldens/monitoring.py > test/goldens/monitoring.json"""
import json

import numpy as np
import scipy
from scipy import special, stats

rng = np.random.default_rng(11)
samples = []
for n, m, shift, scale in [(400, 300, 0.0, 1.0), (400, 300, 0.3, 1.0), (60, 900, 0.0, 2.0), (5000, 4000, 0.02, 1.0)]:
    one = np.round(rng.normal(0, 10, n))
    other = np.round(rng.normal(10 * shift, 10 * scale, m))
    # values are whole, so that cells of one value each lose nothing
    values = np.union1d(one, other)
    count = lambda sample: [int((sample == value).sum()) for value in values]
    statistic = stats.ks_2samp(one, other).statistic
    p = stats.kstwobign.sf(np.sqrt(n * m / (n + m)) * statistic)
    samples.append({"one": count(one), "other": count(other), "statistic": float(statistic), "p": float(p)})

tables = []
for one, other in [([10, 20, 30], [12, 25, 20]), ([500, 30, 8, 2], [420, 60, 20, 9]), ([90, 10], [80, 20]), ([7, 0, 9], [3, 5, 8])]:
    statistic, p, _, _ = stats.chi2_contingency([one, other], correction=False)
    tables.append({"one": one, "other": other, "statistic": float(statistic), "p": float(p)})

tail = [[float(x), float(special.kolmogorov(x))] for x in [0.2, 0.4, 0.7, 0.99, 1.0, 1.01, 1.36, 1.63, 2.5, 4.0]]
print(json.dumps({"scipy": scipy.__version__, "kolmogorov_smirnov": samples, "chi_square": tables, "kolmogorov_tail": tail}))
