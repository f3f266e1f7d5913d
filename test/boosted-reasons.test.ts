import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { packBoosted } from "../src/scoring/pack-model.ts";
import { fitBoosted } from "../src/training/boosting/boost.ts";
import { tablesOf } from "../src/training/boosting/tables.ts";
import { marginOf } from "../src/training/boosting/tree.ts";
import { openDatabase } from "../src/warehouse/database.ts";
import { quoted } from "../src/warehouse/session.ts";
import { boostedStatement } from "./support/boosted-models.ts";
import { families } from "./support/boosting.ts";
import { calm, listedRun } from "./support/listed-run.ts";
import { pseudonym, temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const names = ["children", "income_to_subsistence_ratio", "utility_arrears_lcu", "attendance_rate_3m", "overdue_days_max"];
const rows = { ...families(1, 2000), names };

test.each([2, null])(
  "a family on the list by boosted trees of depth %s is told what raised its score, and contributions add up to it",
  async (depth) => {
    const { model } = await fitBoosted(rows, { rounds: 30, depth, directions: { children: "+", income_to_subsistence_ratio: "-" } });
    const packed = packBoosted({ model, calibration: null, tables: tablesOf(model, rows) }, boostedStatement);
    const working = { ...calm, working_age_adults: 2, wage_earners_3m: 2 };
    const slipping = { ...working, children: 4, income_to_subsistence_ratio: 60, utility_arrears_lcu: 0.9, attendance_rate_3m: 3 };
    const run = await listedRun(
      join(root, String(depth)),
      "2026-10-01",
      [{ name: "slipping", features: slipping, risk: 0.6 }, ...["c1", "c2", "c3"].map((name) => ({ name, features: working }))],
      packed,
    );
    const session = await openDatabase(":memory:", { mode: "write", threads: 1 });
    const rowsOf = (table: string) =>
      session.rows<Record<string, string | number>>(
        `select * from read_parquet(${quoted(join(run.runDirectory, "explain", `${table}.parquet`))}) where household_id = ${quoted(pseudonym("slipping"))} order by all`,
      );
    const [reasons, contributions] = [await rowsOf("reasons"), await rowsOf("contributions")];
    session.close();
    const row = names.map((name) => (slipping as Record<string, unknown>)[name] ?? Number.NaN) as number[];
    const sum = contributions.reduce((all, { contribution }) => all + Number(contribution), packed.manifest.base);
    expect(contributions).toHaveLength(names.length);
    expect(sum).toBeCloseTo(marginOf(model, row), 9);
    const raising = contributions.filter(({ contribution }) => Number(contribution) > 0.1).map(({ feature }) => feature);
    expect(raising).toContain("children");
    expect(reasons.filter(({ source }) => source === "model").map(({ code }) => code)).toContain("children");
  },
);
