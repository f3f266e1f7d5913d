import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { referenceOf } from "../src/monitoring/reference.ts";
import { modelIds, readModel, readModelDirectory, storeModel } from "../src/scoring/model-store.ts";
import { packModel } from "../src/scoring/pack-model.ts";
import { withReference } from "../src/scoring/reference-file.ts";
import { dataDirectory } from "../src/warehouse/data-directory.ts";
import { aldynJson } from "./support/command-line.ts";
import { smallModel, smallStatement } from "./support/models.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const plain = packModel(smallModel, smallStatement);
const columns = [{ name: "children", family: "composition", values: Float64Array.from({ length: 60 }, (_, row) => row % 3) }];
const reference = referenceOf(columns, null);

test("a model is read with the reference it was stored with, and one without has none", () => {
  const data = dataDirectory(join(root, "stored"));
  const { directory } = storeModel(data, withReference(plain, reference));
  expect(readModel(data, plain.manifest.id).reference).toEqual(reference);
  // The reference is no part of what the model foretells.
  expect(modelIds(data)).toEqual([plain.manifest.id]);
  storeModel(data, plain);
  expect(existsSync(join(directory, "reference.json"))).toBe(false);
  expect("reference" in readModel(data, plain.manifest.id)).toBe(false);
});

test("a reference that was changed or is gone is refused, and the message names the file", () => {
  const data = dataDirectory(join(root, "changed"));
  const { directory } = storeModel(data, withReference(plain, reference));
  const file = join(directory, "reference.json");
  writeFileSync(file, readFileSync(file, "utf8").replace("20", "21"));
  expect(() => readModelDirectory(directory)).toThrow(/reference\.json has SHA-256 .* the file was changed/);
  rmSync(file);
  expect(() => readModelDirectory(directory)).toThrow("reference.json is missing");
});

test("model fit keeps the distribution of the columns it learned from and the scores of rows kept aside, and no row's own value", async () => {
  const file = join(root, "rows.csv");
  const rows = Array.from({ length: 600 }, (_, row) => {
    const income = 100_000 + ((row * 7919) % 6007) * 13.7;
    return `${income},${row % 4},${row},${Number(income < 130_000 || row % 9 === 0)}`;
  });
  writeFileSync(file, ["income_lcu,children,household,y", ...rows].join("\n"));
  const out = join(root, "fitted");
  await aldynJson(["model", "fit", "--data", file, "--label", "y", "--exclude", "household", "--out", out]);
  const { reference: kept } = readModelDirectory(out);
  expect(kept).toMatchObject({ rows: 600, score: { rows: expect.any(Number) } });
  expect(kept!.features.map(({ name, distribution }) => [name, distribution.cells.kind])).toEqual([
    ["income_lcu", "numeric"],
    ["children", "few"],
  ]);
  expect(kept!.features[1]!.distribution).toEqual({
    cells: { kind: "few", values: [0, 1, 2, 3] },
    counts: [150, 150, 150, 150, 0],
    missing: 0,
  });
  const { cells } = kept!.features[0]!.distribution;
  const incomes = rows.map((row) => Number(row.split(",")[0]));
  expect(cells.kind === "numeric" && cells.edges.length > 50 && cells.edges.every((edge) => !incomes.includes(edge))).toBe(true);
});
