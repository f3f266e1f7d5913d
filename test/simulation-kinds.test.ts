import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { projectFile } from "../src/domain/project-files.ts";
import { parameterAt, readParameters } from "../src/parameters/dated-values.ts";
import { readDeployment } from "../src/parameters/deployment.ts";
import { createReferenceTables } from "../src/parameters/reference-tables.ts";
import { changeOf, readChange } from "../src/simulation/change.ts";
import type { Reached, SimulatedDay } from "../src/simulation/result.ts";
import { simulateChange, withSimulation } from "../src/simulation/simulate-change.ts";
import type { DataDirectory } from "../src/warehouse/data-directory.ts";
import { openDatabase } from "../src/warehouse/database.ts";
import { quoted } from "../src/warehouse/session.ts";
import { openKnown } from "../src/warehouse/warehouse.ts";
import { entitlementByHand } from "./support/entitlement-by-hand.ts";
import { entitlement, type Family } from "./support/law-by-hand.ts";
import { temporaryDirectory } from "./support/registry.ts";
import { simulatedDay as asOf, simulatedRegister } from "./support/simulated.ts";

const root = temporaryDirectory(afterAll);
const deployment = readDeployment(projectFile("models/deployment.yaml"));
const parameters = readParameters(deployment.parameters);
const law = (name: string) => parameterAt(parameters, name, asOf);
const monthly = ["tsa", "child_supplement", "large_family_benefit"];

let data: DataDirectory;
/** Every family as the second implementation reads it from the registers, by household id. */
let families: Map<string, Family>;

beforeAll(async () => {
  data = await simulatedRegister(root);
  const session = await openKnown(data);
  try {
    await createReferenceTables(session, deployment, asOf);
    const snapshot = await session.value<number>("select max(load_id) from load");
    const judged = await entitlementByHand(session, { asOf, snapshot, parameters, minimumPercent: 70 });
    families = new Map([...judged].map(([id, { family }]) => [id, family]));
  } finally {
    session.close();
  }
});

const asked = (name: string) => {
  const place = `data-samples/simulations/${name}.yaml`;
  return { data, deployment, change: readChange(projectFile(place)), place, days: [asOf], sample: 1, threads: 2 };
};
async function simulated(name: string): Promise<{ day: SimulatedDay; reached: (code: string) => Reached }> {
  const day = (await simulateChange(asked(name))).simulation.days[0] as SimulatedDay;
  return { day, reached: (code) => day.parts[0]?.programmes[code] as Reached };
}

interface Standards {
  all: number | null;
  housing: number | null;
}

/** The minimum standard of spending of each family in the quarter, as the facts of a change's side have it. */
function standardsOf(name: string, side: "today" | "changed"): Promise<Map<string, Standards>> {
  return withSimulation(asked(name), async ({ days }) => {
    const session = await openDatabase(":memory:", { mode: "write", threads: 1 });
    try {
      const files = quoted(join(days[0]?.[side].directory ?? "", "*.parquet"));
      const rows = await session.rows<{ id: string; all: number | null; housing: number | null }>(
        `select household_id as id, standard_lcu as "all", housing_standard_lcu as housing from read_parquet(${files})`,
      );
      return new Map(rows.map(({ id, ...each }) => [id, each]));
    } finally {
      session.close();
    }
  });
}

/** Families reached and the sum of a programme, told by the second implementation of the law of families that a change makes others. */
function toldOf(code: string, changed: (family: Family, id: string) => Family | null) {
  let [reached, sum] = [0, 0];
  for (const [id, family] of families) {
    const other = changed(family, id);
    const verdict = other === null ? undefined : entitlement(other, law)[code];
    if (verdict?.state === "may_be_entitled") [reached, sum] = [reached + 1, sum + (verdict.amount ?? 0)];
  }
  return { reached, sum };
}
const changedOf = ({ families_changed, sum_changed_lcu }: Reached) => ({ reached: families_changed, sum: sum_changed_lcu });
const upwards = (sum: number) => Math.ceil(Number(sum.toFixed(6)));

describe("figures of each kind of change are those of arithmetic by hand", () => {
  test("a taper reaches as far as the line over its rate, and takes its rate of income from the line", async () => {
    const { reached } = await simulated("taper");
    let [families_changed, sum_changed_lcu, raised_families] = [0, 0, 0];
    for (const family of families.values()) {
      const isReached = entitlement({ ...family, lineTiyn: family.lineTiyn * 2 }, law).tsa?.state === "may_be_entitled";
      if (!isReached || family.income === null) continue;
      const sum = upwards(((family.lineTiyn / 100) * family.count * 3 - 0.5 * family.income) / 3);
      const { state, amount } = entitlement(family, law).tsa as { state: string; amount: number | null };
      families_changed += 1;
      sum_changed_lcu += sum;
      raised_families += sum > (state === "may_be_entitled" ? (amount ?? 0) : 0) ? 1 : 0;
    }
    expect(families_changed).toBeGreaterThan(reached("tsa").families_today);
    expect(reached("tsa")).toMatchObject({ families_changed, sum_changed_lcu, raised_families, lost_families: 0, lowered_families: 0 });
  });

  test("a line by expenditure is the family's standard by member and month", async () => {
    const { reached } = await simulated("line-by-expenditure");
    const standards = await standardsOf("line-by-expenditure", "changed");
    const withLine = (family: Family, id: string): Family | null => {
      const standard = standards.get(id)?.all ?? null;
      return standard === null ? null : { ...family, lineTiyn: Math.round((standard / (family.count * 3)) * 100) };
    };
    for (const code of monthly.slice(0, 2)) expect(changedOf(reached(code)), code).toEqual(toldOf(code, withLine));
    expect(changedOf(reached("large_family_benefit"))).toEqual(toldOf("large_family_benefit", (family) => family));
    expect(reached("tsa").families_changed).not.toBe(reached("tsa").families_today);
  });

  test.each(["housing-allowance", "housing-standard"])("%s pays what housing costs above a tenth of income", async (name) => {
    const { reached } = await simulated(name);
    const standards = await standardsOf(name, "changed");
    const sums = [...families].flatMap(([id, { income }]) => {
      const housing = standards.get(id)?.housing ?? null;
      return housing === null || income === null || income * 0.1 >= housing ? [] : [upwards((housing - income * 0.1) / 3)];
    });
    expect(sums.length).toBeGreaterThan(20);
    expect(changedOf(reached("housing_allowance"))).toEqual({ reached: sums.length, sum: sums.reduce((all, each) => all + each, 0) });
    expect(reached("housing_allowance").families_today).toBe(0);
  });

  test("a changed share of housing changes each family's standard in proportion, but for rounding", async () => {
    const [before, after] = [await standardsOf("housing-standard", "today"), await standardsOf("housing-standard", "changed")];
    const ratios = [...before].flatMap(([id, { housing }]) => (housing === null ? [] : [(after.get(id)?.housing ?? 0) / housing]));
    expect(ratios.length).toBeGreaterThan(1000);
    for (const ratio of ratios) expect(Math.abs(ratio / (0.25 / 0.15) - 1)).toBeLessThan(0.002);
  });

  test("the pilot's criteria leave unknown whoever has given no consent, and reach nobody beside today's", async () => {
    const { reached } = await simulated("pilot");
    const today = reached("tsa");
    expect(today).toMatchObject({ families_today: toldOf("tsa", (family) => family).reached, gained_families: 0, raised_families: 0 });
    expect(today.both_families + today.lost_families + today.no_longer_known_families).toBe(today.families_today);
    expect(reached("large_family_benefit")).toMatchObject({ lost_families: 0, gained_families: 0 });
  });

  test.each(["rent-at-30", "more-visits"])("%s changes no assistance", async (name) => {
    const { day } = await simulated(name);
    for (const each of Object.values(day.parts[0]?.programmes ?? {}))
      expect([each.families_changed, each.sum_changed_lcu]).toEqual([each.families_today, each.sum_today_lcu]);
    expect(day.lists).toEqual({ not_made: "no_run" });
  });

  test("effective marginal tax rates by band of income are what each family loses of 10,000 tenge more", async () => {
    const { day } = await simulated("line-by-expenditure");
    const standards = await standardsOf("line-by-expenditure", "changed");
    const edges = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3];
    const bands = edges.map(() => ({ families: 0, today: [] as number[], changed: [] as number[] }));
    const paid = (family: Family | null) =>
      monthly.reduce((sum, code) => {
        const verdict = family === null ? undefined : entitlement(family, law)[code];
        return sum + (verdict?.state === "may_be_entitled" ? (verdict.amount ?? 0) : 0);
      }, 0);
    const lostOf = (family: Family) => (paid(family) - paid({ ...family, income: (family.income as number) + 30_000 })) / 10_000;
    for (const [id, family] of families) {
      if (family.income === null) continue;
      const ratio = family.income / ((family.lineTiyn / 100) * family.count * 3);
      const band = bands[edges.findLastIndex((edge) => ratio >= edge)] as (typeof bands)[number];
      const standard = standards.get(id)?.all ?? null;
      const line = standard === null ? 0 : Math.round((standard / (family.count * 3)) * 100);
      band.families += 1;
      band.today.push(lostOf(family));
      band.changed.push(lostOf({ ...family, lineTiyn: line }));
    }
    const mean = (all: number[]) => all.reduce((sum, each) => sum + each, 0) / all.length;
    const over = (all: number[]) =>
      Object.fromEntries([0.6, 0.8, 1].map((share) => [String(share), all.filter((each) => each >= share).length / all.length]));
    const byHand = bands.flatMap(({ families, today, changed }, index) =>
      families === 0 ? [] : [{ from: edges[index], families, today: [mean(today), over(today)], changed: [mean(changed), over(changed)] }],
    );
    expect(day.marginal.map(({ from, families }) => [from, families])).toEqual(byHand.map(({ from, families }) => [from, families]));
    for (const [index, band] of day.marginal.entries()) {
      const hand = byHand[index] as (typeof byHand)[number];
      for (const [said, told] of [
        [[band.mean_today, band.over_today], hand.today],
        [[band.mean_changed, band.over_changed], hand.changed],
      ] as const) {
        expect(said[0], `mean from ${band.from}`).toBeCloseTo(told[0] as number, 5);
        for (const [share, value] of Object.entries(told[1] as Record<string, number>))
          expect((said[1] as Record<string, number>)[share], `over ${share} from ${band.from}`).toBeCloseTo(value, 5);
      }
    }
    expect(Math.max(...day.marginal.map((band) => band.mean_today))).toBeGreaterThan(0.2);
  });
});

test("each kind of change has an example", () => {
  const kinds = [
    "line-at-80",
    "rent-at-30",
    "housing-standard",
    "more-visits",
    "taper",
    "line-by-expenditure",
    "housing-allowance",
    "pilot",
  ];
  const keys = kinds.flatMap((name) => Object.keys(readChange(projectFile(`data-samples/simulations/${name}.yaml`))));
  const own = ["parameters", "rules", "standards", "policy", "taper", "line", "housing_allowance", "pilot"];
  expect(new Set(keys)).toEqual(new Set(["name", "question", ...own]));
  expect(changeOf("c", { name: "t", question: "?", programmes: { tsa: null } }).programmes).toEqual({ tsa: null });
});
