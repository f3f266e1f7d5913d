import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Golden } from "./external-models.ts";
import { aldyn, columnOf } from "./model-command.ts";

/** `aldyn model predict` with models made elsewhere, in a directory of its own. */
export function externalPredictions(root: string) {
  const at = (name: string) => join(root, name);
  const modelPath = at("model.onnx");

  /** What the command makes of a golden's rows, which stand in the file between a household and a column that nobody asked for. */
  const predict = async ({ columns, rows, onnx }: Pick<Golden, "columns" | "rows" | "onnx">, features: unknown, ...words: string[]) => {
    writeFileSync(modelPath, Buffer.from(onnx, "base64"));
    const lines = rows.map((row, index) => [`h${index}`, ...row.toReversed().map((cell) => cell ?? ""), "x"].join(","));
    writeFileSync(at("rows.csv"), `household,${columns.toReversed().join(",")},note\n${lines.join("\n")}\n`);
    if (features !== undefined) writeFileSync(at("features.json"), JSON.stringify(features));
    rmSync(at("preds.csv"), { force: true });
    const given = features === undefined ? [] : ["--features", at("features.json")];
    const { problem, code } = await aldyn(
      ...["predict", "--model", modelPath, ...given, "--data", at("rows.csv"), "--out", at("preds.csv"), ...words],
    );
    expect(existsSync(at("preds.csv"))).toBe(problem === "");
    return { problem, code, probability: problem === "" ? columnOf(at("preds.csv"), "probability").map(Number) : [] };
  };
  /** Whose predictions were written last, in order. */
  const households = () => columnOf(at("preds.csv"), "household");
  return { modelPath, predict, households };
}

/** The largest difference of probabilities from those of the model's own library. */
export function differenceFrom(found: readonly number[], { probability }: Golden): number {
  expect(found).toHaveLength(probability.length);
  return Math.max(...found.map((value, row) => Math.abs(value - (probability[row] as number))));
}
