import { afterAll, describe, expect, test } from "vitest";
import { changed, type Golden, golden, goldens, tableModel } from "./support/external-models.ts";
import { differenceFrom, externalPredictions } from "./support/predict-external.ts";
import { temporaryDirectory } from "./support/registry.ts";

const { households, predict } = externalPredictions(temporaryDirectory(afterAll));

const withGaps = golden("scikit-learn histogram boosting, gaps, width not declared");
const named = golden("scikit-learn, several named inputs, words");

describe("a model made elsewhere gives its own library's probabilities, row by row", () => {
  const sound = Object.entries(goldens).filter(([name]) => name !== "CatBoost classifier with a bias");
  test.each(sound)("%s", async (name, model) => {
    const link = name === "XGBoost raw margin" ? { link: "logistic" } : {};
    const { problem, probability } = await predict(model, { features: model.columns, ...link });
    expect(problem).toBe("");
    expect(differenceFrom(probability, model)).toBeLessThan(name.endsWith("in double") ? 1e-12 : 1e-6);
    expect(households()).toEqual(model.rows.map((_, row) => `h${row}`));
  });

  test("without its ZipMap a file gives the same numbers to the bit as one exported without", async () => {
    const zipped = await predict(golden("scikit-learn gradient boosting, ZipMap"), ["income", "children", "debt"]);
    const plain = await predict(golden("scikit-learn gradient boosting, zipmap=False"), ["income", "children", "debt"]);
    expect(new Set(plain.probability).size).toBeGreaterThan(20);
    expect(zipped.probability).toEqual(plain.probability);
  });

  test.each<[string, Golden, unknown]>([
    ["a list alone", withGaps, withGaps.columns],
    ["the input's name and its columns", withGaps, { X: withGaps.columns }],
    ["the same under features", withGaps, { features: { X: withGaps.columns } }],
    ["a column for each input", named, { features: { region: "region", income: "income", children: ["children"] } }],
    ["a list of the inputs' names in another order", named, ["region", "income", "children"]],
    ["nothing, where each input has the name of its column", named, undefined],
    [
      "output and class",
      golden("scikit-learn random forest, classes in words"),
      { features: ["income", "children", "debt"], output: "output_probability", class: "yes" },
    ],
    ["output and column", golden("XGBoost classifier"), { features: ["income", "children", "debt"], output: "probabilities", column: 1 }],
  ])("the features may be given as %s", async (_, model, features) => {
    const { problem, probability } = await predict(model, features);
    expect(problem).toBe("");
    expect(differenceFrom(probability, model)).toBeLessThan(1e-6);
  });

  test("the other class has the other probability", async () => {
    const forest = golden("scikit-learn random forest, classes in words");
    const { probability } = await predict(forest, { features: forest.columns, class: "no" });
    expect(
      differenceFrom(
        probability.map((value) => 1 - value),
        forest,
      ),
    ).toBeLessThan(1e-6);
  });

  test.each([1, 7])("a file for %i rows at once is refused, or run so when asked", async (batch) => {
    const fixed = changed(withGaps, ({ graph }) => {
      graph.input[0]!.type.tensor_type.shape.dim[0] = { dim_value: batch };
    });
    const { problem } = await predict(fixed, fixed.columns);
    expect(problem).toContain(
      `model.onnx takes exactly ${batch === 1 ? "one row" : "7 rows"} at once; export it with a free number of rows`,
    );
    const asked = await predict(fixed, fixed.columns, "--row-by-row");
    expect(asked.problem).toBe("");
    expect(differenceFrom(asked.probability, withGaps)).toBeLessThan(1e-6);
  });

  test("whole numbers and true or false go into inputs of their kind", async () => {
    const typed = tableModel(
      [
        ["members", 7],
        ["is_rural", 9],
      ],
      [
        { op_type: "Cast", input: ["members"], output: ["m"], attribute: [{ name: "to", type: 2, i: 1 }] },
        { op_type: "Cast", input: ["is_rural"], output: ["r"], attribute: [{ name: "to", type: 2, i: 1 }] },
        { op_type: "Sub", input: ["r", "m"], output: ["margin"] },
        { op_type: "Sigmoid", input: ["margin"], output: ["p"] },
      ],
      ["p", 1],
    );
    const rows = {
      columns: ["members", "is_rural"],
      rows: [
        [3, "true"],
        [0, "false"],
      ],
    };
    const { probability } = await predict({ ...rows, onnx: typed }, undefined);
    expect(probability[0]).toBeCloseTo(1 / (1 + Math.exp(2)), 7);
    expect(probability[1]).toBe(0.5);
    const unknown = await predict(
      {
        ...rows,
        rows: [
          [3, "true"],
          ["", "true"],
        ],
        onnx: typed,
      },
      undefined,
    );
    expect(unknown.problem).toContain("rows.csv, column members, row 2 is unknown, but input members takes a whole number (int64) only");
  });
});
