import { afterAll, describe, expect, test } from "vitest";
import { decodeOnnx, encodeOnnx, type OnnxModel } from "../src/scoring/onnx-format.ts";
import { changed, type Golden, golden, tableModel } from "./support/external-models.ts";
import { externalPredictions } from "./support/predict-external.ts";
import { temporaryDirectory } from "./support/registry.ts";

const { modelPath, predict } = externalPredictions(temporaryDirectory(afterAll));

const withGaps = golden("scikit-learn histogram boosting, gaps, width not declared");
const named = golden("scikit-learn, several named inputs, words");
const margin = golden("XGBoost raw margin");
const linear = golden("scikit-learn scaler, logistic regression");

describe("what cannot be scored is refused with the file, what is wrong and how to export it", () => {
  const bytesOf = (model: Golden) => Buffer.from(model.onnx, "base64");
  const raw = (bytes: Uint8Array) => ({ ...withGaps, onnx: Buffer.from(bytes).toString("base64") });
  const declared = (change: (model: OnnxModel) => void) => changed(withGaps, change);
  const operator = (change: { op_type?: string; domain?: string }) => declared(({ graph }) => Object.assign(graph.node[0]!, change));
  const opset = (domain: string) =>
    declared(({ opset_import }) => Object.assign(opset_import.find((each) => (each.domain ?? "") === domain)!, { version: 99 }));

  test.each<[string, Golden, string]>([
    ["a file cut off", raw(bytesOf(withGaps).subarray(0, 2000)), "model.onnx is no ONNX model, or was cut off (2000 bytes)"],
    [
      "a file cut off behind its graph",
      raw(encodeOnnx({ ...decodeOnnx(bytesOf(withGaps)), opset_import: [] })),
      "is no ONNX model, or was cut off",
    ],
    ["an empty file", raw(new Uint8Array()), "is no ONNX model, or was cut off (0 bytes)"],
    ["a table", raw(Buffer.from("household,income\nh1,100\n")), "is no ONNX model, or was cut off"],
    ["a future opset", opset(""), "uses opset 99 of ai.onnx, newer than 26"],
    [
      "a future opset of ai.onnx.ml",
      opset("ai.onnx.ml"),
      "uses opset 99 of ai.onnx.ml, newer than 5, the last that is known here; export it with target_opset=5 or lower",
    ],
    [
      "an operator that its opset no longer has",
      declared(({ opset_import }) => Object.assign(opset_import.find((each) => each.domain === "ai.onnx.ml")!, { version: 5 })),
      "operator TreeEnsembleClassifier is no longer in opset 5; export it with a lower one",
    ],
    ["a future IR version", declared((model) => Object.assign(model, { ir_version: 99 })), "has IR version 99, newer than 13"],
    [
      "an operator that is not known",
      operator({ op_type: "Frobnicate" }),
      "operator Frobnicate is not known in opset 3; export it with standard operators",
    ],
    ["a domain that is not known", operator({ domain: "com.acme" }), "operators of com.acme are not known here"],
    [
      "a tensor that nothing makes",
      declared(({ graph }) => {
        graph.node[0]!.input = ["Y"];
      }),
      "it is a broken model: Invalid model. Node input 'Y'",
    ],
    [
      "labels alone",
      declared(({ graph }) => {
        graph.output = graph.output.slice(0, 1);
      }),
      "gives only labels (output_label); export it with the output of predict_proba",
    ],
    ["a bias that onnxruntime adds wrongly", golden("CatBoost classifier with a bias"), "boost_from_average=False"],
    ["a regressor", margin, 'straight from TreeEnsembleRegressor, whose values have no bounds; say "link: logistic"'],
    [
      "classes that do not say which is the event",
      changed(withGaps, ({ graph }) => {
        graph.node.at(-1)!.attribute = [{ name: "classlabels_strings", type: 8, strings: ["stayed", "fell"] }];
      }),
      'has the classes stayed, fell: say which is the event with "class: NAME"',
    ],
  ])("%s", async (_, model, message) => {
    const { problem, code } = await predict(model, model.columns);
    expect(problem).toContain(modelPath);
    expect(problem).toContain(message);
    expect(code).toBe(1);
  });

  test.each<[string, Golden, unknown, string]>([
    ["a column too few", linear, ["income", "children"], "takes 3 features, but 2 are named"],
    ["a column too few where no width is declared", withGaps, ["income", "children"], "takes at least 3 features, but 2 are named"],
    [
      "a column too many for a linear model that declares no width",
      changed(linear, ({ graph }) => {
        graph.input[0]!.type.tensor_type.shape.dim = [{}, {}];
      }),
      ["income", "children", "debt", "household"],
      "takes 3 features, but 4 are named",
    ],
    ["a column twice", linear, ["income", "children", "income"], "feature income is listed twice"],
    ["an input left out", named, { features: { income: "income", children: "children" } }, "also takes region"],
    [
      "an input that is not there",
      named,
      { income: "income", children: "children", regoin: "region" },
      'has no input regoin (did you mean "region"?)',
    ],
    ["no features", linear, undefined, "does not name its features; give --features"],
    ["a column that is not there", linear, ["income", "childen", "debt"], 'rows.csv has no column childen (did you mean "children"?)'],
    ["a setting that is not there", linear, { features: linear.columns, lnk: "logistic" }, 'lnk is not a known key (did you mean "link"?)'],
    [
      "an output that is not there",
      linear,
      { features: linear.columns, output: "probs" },
      "output probs: there is no such output; it has: output_label, output_probability",
    ],
    ["a class that is not there", linear, { features: linear.columns, class: "poor" }, "has no class poor: its classes are 0, 1"],
    [
      "log-odds said to be probabilities",
      margin,
      { features: margin.columns, link: "identity" },
      'which is no probability; say "link: logistic"',
    ],
  ])("%s", async (_, model, features, message) => {
    const { problem, code } = await predict(model, features);
    expect(problem).toContain(message);
    expect(code).toBe(1);
  });

  test("an unknown value in a linear model names row and column", async () => {
    const rows = linear.rows.map((row, index) => (index === 2 ? [row[0]!, null, row[2]!] : row));
    const { problem } = await predict({ ...linear, rows }, linear.columns);
    expect(problem).toContain("rows.csv, row 3: the model gives no number where children is unknown; a linear model takes no gaps");
  });

  test("two columns are taken when they add up to 1, and refused when they do not", async () => {
    const shares = tableModel([["X", 1, 2]], [{ op_type: "Identity", input: ["X"], output: ["p"] }], ["p", 1, 2]);
    const table = (second: number) => ({
      columns: ["no", "yes"],
      rows: [
        [0.75, 0.25],
        [0.5, second],
      ],
      onnx: shares,
    });
    expect((await predict(table(0.5), ["no", "yes"])).probability).toEqual([0.25, 0.5]);
    expect((await predict(table(0.50005), ["no", "yes"])).problem).toBe("");
    expect((await predict(table(0.5002), ["no", "yes"])).problem).toMatch(
      /row 2: the 2 columns of output p add up to 1\.000(2|199)\d*, not to 1/,
    );
  });

  test("values up to 0 and 1 are probabilities, beyond are not", async () => {
    const single = tableModel([["X", 1, 1]], [{ op_type: "Identity", input: ["X"], output: ["p"] }], ["p", 1, 1]);
    const table = (...cells: number[]) => ({ columns: ["x"], rows: cells.map((cell) => [cell]), onnx: single });
    expect((await predict(table(0, 1), ["x"])).probability).toEqual([0, 1]);
    expect((await predict(table(0, 1.01), ["x"])).problem).toMatch(/row 2: output p is 1\.0099\d*, which is no probability/);
    expect((await predict(table(-0.01), ["x"])).problem).toContain("row 1: output p is -0.0099");
  });

  test("a tree regressor is a probability when its leaves cannot leave 0 to 1, however its rows fall", async () => {
    const numbers = (name: string, ...ints: number[]) => ({ name, type: 7, ints });
    const trees = (...leaves: [number, number]) => {
      const attribute = [
        ...[numbers("nodes_treeids", 0, 0, 0), numbers("nodes_nodeids", 0, 1, 2), numbers("nodes_featureids", 0, 0, 0)],
        ...[numbers("nodes_truenodeids", 1, 0, 0), numbers("nodes_falsenodeids", 2, 0, 0), numbers("target_treeids", 0, 0)],
        ...[numbers("target_nodeids", 1, 2), numbers("target_ids", 0, 0), { name: "n_targets", type: 2, i: 1 }],
        { name: "nodes_modes", type: 8, strings: ["BRANCH_LEQ", "LEAF", "LEAF"] },
        { name: "nodes_values", type: 6, floats: [1, 0, 0] },
        { name: "target_weights", type: 6, floats: leaves },
      ];
      const node = { op_type: "TreeEnsembleRegressor", domain: "ai.onnx.ml", input: ["X"], output: ["p"], attribute };
      return { columns: ["x"], rows: [[1], [1.5]], onnx: tableModel([["X", 1]], [node], ["p", 1]) };
    };
    expect(await predict(trees(0.25, 1), ["x"])).toMatchObject({ problem: "", probability: [0.25, 1] });
    expect((await predict(trees(0.25, 1.5), ["x"])).problem).toContain("straight from TreeEnsembleRegressor, whose values have no bounds");
  });
});
