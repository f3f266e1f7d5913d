import { expect, test } from "vitest";
import { packBoosted } from "../src/scoring/pack-model.ts";
import { scoreSql } from "../src/scoring/score-sql.ts";
import type { Tables } from "../src/training/boosting/tables.ts";
import { openDatabase } from "../src/warehouse/database.ts";
import { identifier } from "../src/warehouse/session.ts";
import { boostedFamilies, boostedStatement } from "./support/boosted-models.ts";
import { edgeRows, runOnnx } from "./support/boosted-rows.ts";

/** What DuckDB makes of a model's select over rows; NaN becomes NULL where `asNull`. */
async function bySql(tables: Tables, features: readonly string[], rows: readonly number[][], asNull: boolean) {
  const session = await openDatabase(":memory:", { mode: "write", threads: 1 });
  const columns = features.map((name, at) => [name, Float64Array.from(rows, (row) => row[at]!)] as const);
  await session.createTable("given", { place: Float64Array.from(rows, (_, row) => row), ...Object.fromEntries(columns) });
  const values = features.map(identifier).map((name) => (asNull ? `case when not isnan(${name}) then ${name} end as ${name}` : name));
  await session.run(`create table households as select place, ${values.join(", ")} from given`);
  const { numbers } = await session.columns(`select place, margin, probability from (${scoreSql(tables)}) order by place`);
  session.close();
  return numbers;
}

test("an auditor's recomputation in DuckDB is onnxruntime's, with NULL and with NaN, at thresholds and beside them", async () => {
  const boosted = await boostedFamilies({ rounds: 60 });
  const { model, tables } = boosted;
  const rows = edgeRows(model, 5000);
  const { margin, probability } = await runOnnx(packBoosted(boosted, boostedStatement).onnx, rows);
  for (const asNull of [true, false]) {
    const found = await bySql(tables!, model.features, rows, asNull);
    expect(found["margin"]).toHaveLength(rows.length);
    for (const [name, expected] of [
      ["margin", margin!],
      ["probability", probability!],
    ] as const) {
      const largest = expected.reduce((most, each, row) => Math.max(most, Math.abs(found[name]![row]! - each)), 0);
      expect(largest).toBeLessThan(1e-9);
    }
  }
});

test("names with quotes, numbers with exponents, a model without tables", async () => {
  const odd = 'income "net"';
  const table = { features: [odd], thresholds: [[1e-7, 0.1, 1e21]], values: [1, 2, 1e-9, 4, 5], weights: [1, 1, 1, 1, 1] };
  const found = await bySql(
    { base: -0.5, tables: [table] },
    [odd],
    [[1e-7], [0.1], [0.10000000000000002], [1e21], [1e22], [Number.NaN]],
    true,
  );
  expect([...found["margin"]!]).toEqual([0.5, 1.5, 1e-9 - 0.5, 1e-9 - 0.5, 3.5, 4.5]);
  expect([...(await bySql({ base: 2, tables: [] }, ["x"], [[1]], true))["margin"]!]).toEqual([2]);
});
