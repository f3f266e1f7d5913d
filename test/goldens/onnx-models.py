"""Writes onnx-models.json: models fitted by scikit-learn and XGBoost as ONNX files with the layouts of sklearn-onnx, onnxmltools and CatBoost's
own export (names, operators, attributes, class labels, ZipMap), beside rows and the probabilities that the fitted models themselves give.
The file format comes from the onnx package, not from Aldyn's writer. LightGBM and CatBoost are not in Debian: their trees are made by hand here,
and their probabilities come from the loop at `walk`.

Debian 12: apt-get install python3-sklearn python3-onnx python3-xgboost; python3 test/goldens/onnx-models.py; npx biome format --write test/goldens/onnx-models.json
"""

import base64
import json
import math
import pathlib

import numpy as np
import sklearn
import onnx
from onnx import TensorProto, helper as h
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

FLOAT, DOUBLE, INT64, STRING = TensorProto.FLOAT, TensorProto.DOUBLE, TensorProto.INT64, TensorProto.STRING
ML = "ai.onnx.ml"
rng = np.random.default_rng(7)
n = 400
income = np.round(np.exp(rng.normal(11, 1, n)))
children = rng.integers(0, 6, n)
debt = np.round(rng.random(n), 3)
region = np.array(["north", "south", "east"])[rng.integers(0, 3, n)]
X = np.column_stack([income, children, debt]).astype(np.float32)
risk = 1 / (1 + np.exp(1 - 0.6 * children + 0.8 * (np.log(income) - 11) - (region == "south")))
y = (rng.random(n) < risk).astype(int)
gaps = X.copy()
gaps[rng.random(X.shape) < 0.2] = np.nan
features = ["income", "children", "debt"]
shown = slice(0, 40)
models = {}


def tensor(name, kind, shape):
    return h.make_tensor_value_info(name, kind, shape)


def zipped(name, keys, kind=FLOAT):
    value = onnx.ValueInfoProto(name=name)
    maps = value.type.sequence_type.elem_type.map_type
    maps.key_type = keys
    maps.value_type.tensor_type.elem_type = kind
    return value


def node(op, inputs, outputs, domain="", **attributes):
    return h.make_node(op, inputs, outputs, domain=domain, name=f"{op}_{outputs[0]}", **attributes)


def model(name, nodes, inputs, outputs, rows, probability, initializer=(), ml_only=False, producer="skl2onnx", columns=features, **said):
    graph = h.make_graph(nodes, name, inputs, outputs, initializer=list(initializer))
    opsets = [h.make_opsetid(ML, 2 if ml_only else 3)] + ([] if ml_only else [h.make_opsetid("", 15)])
    made = h.make_model(graph, producer_name=producer, opset_imports=opsets)
    made.ir_version = 8
    cells = [[None if isinstance(v, float) and math.isnan(v) else v for v in row] for row in rows]
    models[name] = {
        "columns": columns,
        "rows": cells,
        "probability": [float(p) for p in probability],
        "onnx": base64.b64encode(made.SerializeToString()).decode(),
        **said,
    }


def rows_of(matrix):
    return [[float(v) for v in row] for row in matrix]


class Trees:
    """Attributes of a TreeEnsemble node, filled node by node."""

    def __init__(self, votes):
        self.votes = votes
        self.attributes = {f"nodes_{k}": [] for k in ("treeids", "nodeids", "featureids", "modes", "values", "truenodeids", "falsenodeids", "missing_value_tracks_true", "hitrates")}
        self.attributes.update({f"{votes}_{k}": [] for k in ("treeids", "nodeids", "ids", "weights")})

    def node(self, tree, place, mode, feature=0, value=0.0, yes=0, no=0, missing=0, votes=()):
        a = self.attributes
        for key, v in zip(("treeids", "nodeids", "featureids", "modes", "values", "truenodeids", "falsenodeids", "missing_value_tracks_true", "hitrates"), (tree, place, feature, mode, float(value), yes, no, missing, 1.0)):
            a[f"nodes_{key}"].append(v)
        for target, weight in votes:
            for key, v in zip(("treeids", "nodeids", "ids", "weights"), (tree, place, target, float(weight))):
                a[f"{self.votes}_{key}"].append(v)


def float_below(threshold):
    """sklearn-onnx: the nearest float32 that is not above a double threshold, so that x <= t splits float rows alike."""
    t = np.float32(threshold)
    return float(t) if float(t) <= threshold else float(np.nextafter(t, np.float32(-np.inf)))


def sklearn_tree(trees, number, tree, votes_of):
    for i in range(tree.node_count):
        if tree.children_left[i] < 0:
            trees.node(number, i, "LEAF", votes=votes_of(tree.value[i].ravel()))
        else:
            trees.node(number, i, "BRANCH_LEQ", tree.feature[i], float_below(tree.threshold[i]), tree.children_left[i], tree.children_right[i])


def zipmap_end(labels, inner_label="label", inner="probabilities"):
    key = "classlabels_int64s" if isinstance(labels[0], int) else "classlabels_strings"
    kind = INT64 if isinstance(labels[0], int) else STRING
    cast = node("Cast", [inner_label], ["output_label"], to=INT64) if kind == INT64 else node("Identity", [inner_label], ["output_label"])
    end = [cast, node("ZipMap", [inner], ["output_probability"], ML, **{key: labels})]
    return end, [tensor("output_label", kind, [None]), zipped("output_probability", kind)]


# scikit-learn: gradient boosting, integer classes, ZipMap.
gb = GradientBoostingClassifier(n_estimators=15, max_depth=3, random_state=0).fit(X, y)
trees = Trees("class")
for number, (estimator,) in enumerate(gb.estimators_):
    sklearn_tree(trees, number, estimator.tree_, lambda v: [(0, v[0] * gb.learning_rate)])
prior = gb._raw_predict_init(X[:1])[0, 0]
end, outputs = zipmap_end([0, 1])
tree_node = node("TreeEnsembleClassifier", ["float_input"], ["label", "probabilities"], ML, base_values=[float(prior)], classlabels_int64s=[0, 1], post_transform="LOGISTIC", **trees.attributes)
model("scikit-learn gradient boosting, ZipMap", [tree_node, *end], [tensor("float_input", FLOAT, [None, 3])], outputs, rows_of(X[shown]), gb.predict_proba(X[shown])[:, 1])

# scikit-learn: the same without ZipMap.
plain = node("TreeEnsembleClassifier", ["X"], ["label", "probabilities"], ML, base_values=[float(prior)], classlabels_int64s=[0, 1], post_transform="LOGISTIC", **trees.attributes)
model("scikit-learn gradient boosting, zipmap=False", [plain], [tensor("X", FLOAT, [None, 3])], [tensor("label", INT64, [None]), tensor("probabilities", FLOAT, [None, 2])], rows_of(X[shown]), gb.predict_proba(X[shown])[:, 1])

# scikit-learn: random forest, classes named in words.
words = np.where(y == 1, "yes", "no")
rf = RandomForestClassifier(n_estimators=10, max_depth=4, random_state=0).fit(X, words)
trees = Trees("class")
for number, estimator in enumerate(rf.estimators_):
    sklearn_tree(trees, number, estimator.tree_, lambda v: [(i, each / v.sum() / 10) for i, each in enumerate(v)])
end, outputs = zipmap_end(["no", "yes"])
tree_node = node("TreeEnsembleClassifier", ["X"], ["label", "probabilities"], ML, classlabels_strings=["no", "yes"], post_transform="NONE", **trees.attributes)
model("scikit-learn random forest, classes in words", [tree_node, *end], [tensor("X", FLOAT, [None, 3])], outputs, rows_of(X[shown]), rf.predict_proba(X[shown])[:, 1])

# scikit-learn: histogram gradient boosting, rows with gaps, declared width missing.
hgb = HistGradientBoostingClassifier(max_iter=10, max_leaf_nodes=6, random_state=0).fit(gaps, y)
trees = Trees("class")
for number, (predictor,) in enumerate(hgb._predictors):
    for i, each in enumerate(predictor.nodes):
        if each["is_leaf"]:
            trees.node(number, i, "LEAF", votes=[(0, each["value"])])
        else:
            trees.node(number, i, "BRANCH_LEQ", int(each["feature_idx"]), float_below(each["num_threshold"]), int(each["left"]), int(each["right"]), int(each["missing_go_to_left"]))
end, outputs = zipmap_end([0, 1])
tree_node = node("TreeEnsembleClassifier", ["X"], ["label", "probabilities"], ML, base_values=[float(hgb._baseline_prediction.ravel()[0])], classlabels_int64s=[0, 1], post_transform="LOGISTIC", **trees.attributes)
model("scikit-learn histogram boosting, gaps, width not declared", [tree_node, *end], [tensor("X", FLOAT, [None, None])], outputs, rows_of(gaps[shown]), hgb.predict_proba(gaps[shown])[:, 1])

# scikit-learn: SimpleImputer, StandardScaler, LogisticRegression.
pipe = make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression()).fit(gaps, y)
imputer, scaler, lr = (step for _, step in pipe.steps)


def logistic_nodes(source, coef, intercept, normalised="probabilities"):
    w = [float(c) for c in coef]
    return [
        node("LinearClassifier", [source], ["label", "raw_probabilities"], ML, classlabels_ints=[0, 1], coefficients=[-c for c in w] + w, intercepts=[-float(intercept), float(intercept)], multi_class=0, post_transform="LOGISTIC"),
        node("Normalizer", ["raw_probabilities"], [normalised], ML, norm="L1"),
    ]


end, outputs = zipmap_end([0, 1])
nodes = [
    node("Imputer", ["X"], ["imputed"], ML, imputed_value_floats=[float(v) for v in imputer.statistics_], replaced_value_float=math.nan),
    node("Scaler", ["imputed"], ["scaled"], ML, offset=[float(v) for v in scaler.mean_], scale=[float(1 / v) for v in scaler.scale_]),
    *logistic_nodes("scaled", lr.coef_[0], lr.intercept_[0]),
    *end,
]
model("scikit-learn imputer, scaler, logistic regression", nodes, [tensor("X", FLOAT, [None, 3])], outputs, rows_of(gaps[shown]), pipe.predict_proba(gaps[shown])[:, 1])

# scikit-learn: logistic regression alone: unknown values are not for it.
bare = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)
scaler, lr = (step for _, step in bare.steps)
end, outputs = zipmap_end([0, 1])
nodes = [
    node("Scaler", ["X"], ["scaled"], ML, offset=[float(v) for v in scaler.mean_], scale=[float(1 / v) for v in scaler.scale_]),
    *logistic_nodes("scaled", lr.coef_[0], lr.intercept_[0]),
    *end,
]
model("scikit-learn scaler, logistic regression", nodes, [tensor("X", FLOAT, [None, 3])], outputs, rows_of(X[shown]), bare.predict_proba(X[shown])[:, 1])

# scikit-learn: the same in double, which sklearn-onnx writes with standard operators.
doubles = rows_of(np.column_stack([income, children, debt])[shown])
scale = [h.make_tensor("mean", DOUBLE, [3], scaler.mean_), h.make_tensor("deviation", DOUBLE, [3], scaler.scale_)]
coef = h.make_tensor("coef", DOUBLE, [3, 2], np.column_stack([-lr.coef_[0], lr.coef_[0]]).ravel())
intercept = h.make_tensor("intercept", DOUBLE, [1, 2], [-lr.intercept_[0], lr.intercept_[0]])
nodes = [
    node("Sub", ["X", "mean"], ["centred"]),
    node("Div", ["centred", "deviation"], ["scaled"]),
    node("MatMul", ["scaled", "coef"], ["multiplied"]),
    node("Add", ["multiplied", "intercept"], ["raw_scores"]),
    node("ArgMax", ["raw_scores"], ["label"], axis=1, keepdims=0),
    node("Sigmoid", ["raw_scores"], ["sig"]),
    node("ReduceSum", ["sig", "axes"], ["norm"], keepdims=1),
    node("Div", ["sig", "norm"], ["probabilities"]),
]
axes = h.make_tensor("axes", INT64, [1], [1])
exact = bare.predict_proba(np.column_stack([income, children, debt])[shown])[:, 1]
model("scikit-learn logistic regression in double", nodes, [tensor("X", DOUBLE, [None, 3])], [tensor("label", INT64, [None]), tensor("probabilities", DOUBLE, [None, 2])], doubles, exact, [*scale, coef, intercept, axes])

# scikit-learn: ColumnTransformer: one named input per column, a category in words.
table = np.empty((n, 3), dtype=object)
table[:, 0], table[:, 1], table[:, 2] = X[:, 0], X[:, 1], region
mixed = make_pipeline(ColumnTransformer([("number", StandardScaler(), [0, 1]), ("word", OneHotEncoder(handle_unknown="ignore"), [2])]), LogisticRegression()).fit(table, y)
transform, lr = (step for _, step in mixed.steps)
scaler = transform.named_transformers_["number"]
categories = [str(c) for c in transform.named_transformers_["word"].categories_[0]]
end, outputs = zipmap_end([0, 1])
nodes = [
    node("Concat", ["income", "children"], ["numbers"], axis=1),
    node("Scaler", ["numbers"], ["scaled"], ML, offset=[float(v) for v in scaler.mean_], scale=[float(1 / v) for v in scaler.scale_]),
    node("OneHotEncoder", ["region"], ["encoded"], ML, cats_strings=categories, zeros=1),
    node("Reshape", ["encoded", "flat"], ["hot"]),
    node("Concat", ["scaled", "hot"], ["all"], axis=1),
    *logistic_nodes("all", lr.coef_[0], lr.intercept_[0]),
    *end,
]
flat = h.make_tensor("flat", INT64, [2], [-1, len(categories)])
inputs = [tensor("income", FLOAT, [None, 1]), tensor("children", FLOAT, [None, 1]), tensor("region", STRING, [None, 1])]
unseen = table[shown].copy()
unseen[0, 2] = "west"
model("scikit-learn, several named inputs, words", nodes, inputs, outputs, [[float(a), float(b), c] for a, b, c in unseen], mixed.predict_proba(unseen)[:, 1], [flat], columns=["income", "children", "region"])


# XGBoost by onnxmltools: BRANCH_LT, no ZipMap.
import xgboost

xgb = xgboost.XGBClassifier(n_estimators=12, max_depth=3, random_state=0, n_jobs=1, base_score=0.5, tree_method="exact").fit(gaps, y)


def xgboost_tree(trees, number, js):
    if "leaf" in js:
        return trees.node(number, js["nodeid"], "LEAF", votes=[(0, js["leaf"])])
    trees.node(number, js["nodeid"], "BRANCH_LT", int(js["split"][1:]), js["split_condition"], js["yes"], js["no"], int(js["missing"] == js["yes"]))
    for child in js["children"]:
        xgboost_tree(trees, number, child)


def xgboost_trees(votes):
    trees = Trees(votes)
    for number, dumped in enumerate(xgb.get_booster().get_dump(dump_format="json")):
        xgboost_tree(trees, number, json.loads(dumped))
    return trees.attributes


tree_node = node("TreeEnsembleClassifier", ["input"], ["label", "probabilities"], ML, base_values=[0.0], classlabels_int64s=[0, 1], post_transform="LOGISTIC", **xgboost_trees("class"))
model("XGBoost classifier", [tree_node], [tensor("input", FLOAT, [None, 3])], [tensor("label", INT64, [None]), tensor("probabilities", FLOAT, [None, 2])], rows_of(gaps[shown]), xgb.predict_proba(gaps[shown])[:, 1], producer="OnnxMLTools")
tree_node = node("TreeEnsembleRegressor", ["input"], ["variable"], ML, base_values=[0.0], n_targets=1, post_transform="NONE", **xgboost_trees("target"))
model("XGBoost raw margin", [tree_node], [tensor("input", FLOAT, [None, 3])], [tensor("variable", FLOAT, [None, 1])], rows_of(gaps[shown]), xgb.predict_proba(gaps[shown])[:, 1], producer="OnnxMLTools", link="logistic")
nodes = [node("TreeEnsembleRegressor", ["input"], ["margin"], ML, base_values=[0.0], n_targets=1, post_transform="NONE", **xgboost_trees("target")), node("Sigmoid", ["margin"], ["risk"])]
model("a single probability", nodes, [tensor("input", FLOAT, [None, 3])], [tensor("risk", FLOAT, [None, 1])], rows_of(gaps[shown]), xgb.predict_proba(gaps[shown])[:, 1], producer="OnnxMLTools")


# LightGBM by onnxmltools: BRANCH_LEQ, missing goes left, ZipMap. Trees by hand: (feature, threshold, left, right) or a leaf.
hand = [(0, 60000.0, (1, 2.5, 0.3, 0.9), (2, 0.5, -0.6, -0.2)), (1, 1.5, -0.25, 0.35), (2, 0.75, (0, 30000.0, 0.4, -0.1), 0.15)]


def walk(tree, row, base=0.0):
    """The margin that one tree adds."""
    while isinstance(tree, tuple):
        feature, threshold, left, right = tree
        tree = left if math.isnan(row[feature]) or row[feature] <= np.float32(threshold) else right
    return tree


def hand_tree(trees, number, tree):
    """Numbers its nodes from the root on, level by level."""
    queue, place = [tree], 0
    while place < len(queue):
        each = queue[place]
        if isinstance(each, tuple):
            trees.node(number, place, "BRANCH_LEQ", each[0], each[1], len(queue), len(queue) + 1, 1)
            queue.extend(each[2:])
        else:
            trees.node(number, place, "LEAF", votes=[(0, each)])
        place += 1


trees = Trees("class")
for number, each in enumerate(hand):
    hand_tree(trees, number, each)
margins = [sum(walk(tree, row) for tree in hand) for row in gaps[shown]]
nodes = [
    node("TreeEnsembleClassifier", ["input"], ["label_tensor", "probability_tensor"], ML, classlabels_int64s=[0, 1], post_transform="LOGISTIC", **trees.attributes),
    node("Cast", ["label_tensor"], ["label"], to=INT64),
    node("ZipMap", ["probability_tensor"], ["probabilities"], ML, classlabels_int64s=[0, 1]),
]
model("LightGBM classifier, ZipMap", nodes, [tensor("input", FLOAT, [None, 3])], [tensor("label", INT64, [None]), zipped("probabilities", INT64)], rows_of(gaps[shown]), [1 / (1 + math.exp(-m)) for m in margins], producer="OnnxMLTools")

# CatBoost: oblivious trees, BRANCH_GT, votes for both classes, ZipMap, ai.onnx.ml 2 alone. ([(feature, border), ...], leaves); bit k of a leaf's
# number says whether the row is above the k-th border from the end.
oblivious = [([(1, 2.5), (0, 60000.0)], [0.5, -0.4, 0.8, 0.1]), ([(2, 0.5)], [-0.2, 0.3])]


def catboost(name, bias):
    trees, margins = Trees("class"), [bias] * 40
    for number, (splits, leaves) in enumerate(oblivious):
        place = 0
        for depth, (feature, border) in enumerate(splits):
            for _ in range(2**depth):
                trees.node(number, place, "BRANCH_GT", feature, border, 2 * place + 2, 2 * place + 1)
                place += 1
        for leaf in leaves:
            trees.node(number, place, "LEAF", votes=[(0, -leaf), (1, leaf)])
            place += 1
        for i, row in enumerate(X[shown]):
            leaf = 0
            for feature, border in splits:
                leaf = 2 * leaf + int(row[feature] > border)
            margins[i] += leaves[leaf]
    said = {} if bias == 0 else {"base_values": [-bias, bias]}
    nodes = [
        node("TreeEnsembleClassifier", ["features"], ["label", "probability_tensor"], ML, classlabels_int64s=[0, 1], post_transform="LOGISTIC", **said, **trees.attributes),
        node("ZipMap", ["probability_tensor"], ["probabilities"], ML, classlabels_int64s=[0, 1]),
    ]
    outputs = [tensor("label", INT64, ["N"]), zipped("probabilities", INT64)]
    model(name, nodes, [tensor("features", FLOAT, ["N", 3])], outputs, rows_of(X[shown]), [1 / (1 + math.exp(-m)) for m in margins], ml_only=True, producer="CatBoost")


catboost("CatBoost classifier, ZipMap", 0)
catboost("CatBoost classifier with a bias", -0.35)

made_with = {"scikit-learn": sklearn.__version__, "onnx": onnx.__version__, "xgboost": xgboost.__version__}
target = pathlib.Path(__file__).with_name("onnx-models.json")
target.write_text(json.dumps({"made_with": made_with, "models": models}, indent=1) + "\n")
print({name: round(sum(each["probability"]), 3) for name, each in models.items()})
