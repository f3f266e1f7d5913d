import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SimulatedFamily } from "../src/api/simulation-schemas.ts";
import { householdText } from "../src/cli/simulation-beside.ts";
import type { Principal } from "../src/domain/principal.ts";
import { projectFile } from "../src/domain/project-files.ts";
import { readParameters } from "../src/parameters/dated-values.ts";
import { readDeployment } from "../src/parameters/deployment.ts";
import { createReferenceTables } from "../src/parameters/reference-tables.ts";
import { changeOf } from "../src/simulation/change.ts";
import { changedDeployment } from "../src/simulation/changed-deployment.ts";
import { simulatedHousehold } from "../src/simulation/household.ts";
import { keptSimulation } from "../src/simulation/kept.ts";
import type { Reached, SimulatedDay, Simulation } from "../src/simulation/result.ts";
import { shownSimulation } from "../src/simulation/shown.ts";
import { identifySimulation, simulateChange } from "../src/simulation/simulate-change.ts";
import type { DataDirectory } from "../src/warehouse/data-directory.ts";
import { openKnown } from "../src/warehouse/warehouse.ts";
import { admin, keyOf, testApi } from "./support/api.ts";
import { aldyn, aldynJson } from "./support/command-line.ts";
import { entitlementByHand, type JudgedFamily } from "./support/entitlement-by-hand.ts";
import { temporaryDirectory } from "./support/registry.ts";
import { simulatedDay, simulatedRegister } from "./support/simulated.ts";

const root = temporaryDirectory(afterAll);
const deployment = readDeployment(projectFile("models/deployment.yaml"));
let data: DataDirectory;
const asOf = simulatedDay;

beforeAll(async () => {
  data = await simulatedRegister(root);
});

type Content = Record<string, unknown>;
const simulate = async (content: Content, days: string[] = [asOf], sample = 1): Promise<Simulation> => {
  const change = changeOf("change.yaml", { name: "test", question: "?", ...content });
  return (await simulateChange({ data, deployment, change, place: "change.yaml", days, sample, threads: 2 })).simulation;
};
const only = (simulation: Simulation): SimulatedDay => simulation.days[0] as SimulatedDay;
const reached = (simulation: Simulation, code: string): Reached => only(simulation).parts[0]?.programmes[code] as Reached;

/** What the second implementation says under the parameters of a change; asked once for each, since it takes seconds. */
function byHand(content: Content, minimumPercent = 70): Promise<Map<string, JudgedFamily>> {
  const key = JSON.stringify([content, minimumPercent]);
  const asked = saidByHand.get(key) ?? judgeByHand(content, minimumPercent);
  saidByHand.set(key, asked);
  return asked;
}
const saidByHand = new Map<string, Promise<Map<string, JudgedFamily>>>();

async function judgeByHand(content: Content, minimumPercent: number): Promise<Map<string, JudgedFamily>> {
  const change = changeOf("change.yaml", { name: "test", question: "?", ...content });
  const changed = await changedDeployment(deployment, change, "change.yaml", join(root, "changed"));
  const session = await openKnown(data);
  try {
    await createReferenceTables(session, changed, asOf);
    const snapshot = await session.value<number>("select max(load_id) from load");
    return await entitlementByHand(session, { asOf, snapshot, parameters: readParameters(changed.parameters), minimumPercent });
  } finally {
    session.close();
  }
}

const monthly = ["tsa", "child_supplement", "large_family_benefit"];
const line80 = { parameters: { poverty_line_subsistence_share: 0.8 } };

describe("laws", () => {
  test("a change that changes nothing changes nothing", async () => {
    const simulation = await simulate({ parameters: { poverty_line_subsistence_share: 0.7 } });
    const { parts, gini, marginal, lists } = only(simulation);
    expect(parts.length).toBeGreaterThan(20);
    for (const { programmes, poverty } of parts) {
      for (const each of Object.values(programmes)) {
        expect(each.families_changed).toBe(each.families_today);
        expect(each.both_families).toBe(each.families_today);
        expect(each.sum_changed_lcu).toBe(each.sum_today_lcu);
        expect([each.gained_families, each.lost_families, each.raised_families, each.lowered_families]).toEqual([0, 0, 0, 0]);
      }
      expect(poverty.changed).toEqual(poverty.today);
    }
    expect(reached(simulation, "tsa").families_today).toBeGreaterThan(50);
    expect(gini.changed).toBe(gini.today);
    for (const band of marginal) expect([band.mean_changed, band.over_changed]).toEqual([band.mean_today, band.over_today]);
    expect(lists).toEqual({ not_made: "unchanged" });
  });

  test("raising the line loses no family and lowers no sum; regions and groups make up the whole", async () => {
    let gained = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 700, max: 1500 }), async (share) => {
        const simulation = await simulate({ parameters: { poverty_line_subsistence_share: share / 1000 } });
        const { parts } = only(simulation);
        for (const { programmes } of parts)
          for (const each of Object.values(programmes)) {
            expect([each.lost_families, each.no_longer_known_families, each.lowered_families]).toEqual([0, 0, 0]);
            expect(each.families_changed).toBe(each.families_today + each.gained_families);
          }
        const of = (part: string, value: string[] | undefined) =>
          parts
            .filter((each) => each.part === part && (value?.includes(each.value) ?? true))
            .map((each) => each.programmes.tsa!.sum_changed_lcu);
        const sum = (all: number[]) => all.reduce((total, each) => total + each, 0);
        for (const part of ["region", "district"]) expect(sum(of(part, undefined))).toBe(reached(simulation, "tsa").sum_changed_lcu);
        expect(sum(of("group", ["is_rural", "is_urban"]))).toBe(reached(simulation, "tsa").sum_changed_lcu);
        gained += reached(simulation, "tsa").gained_families;
      }),
      { numRuns: 3, seed: 1, examples: [[1500]] },
    );
    expect(gained).toBeGreaterThan(10);
  });

  test("of today's families each is kept, lost, or no longer known; the pilot's criteria leave most without consent unknown", async () => {
    const { families_today, both_families, lost_families, no_longer_known_families, gained_families } = reached(
      await simulate({ pilot: "on" }),
      "tsa",
    );
    expect(both_families + lost_families + no_longer_known_families).toBe(families_today);
    expect(no_longer_known_families).toBeGreaterThan(families_today / 4);
    expect(gained_families).toBe(0);
  });
});

describe("figures", () => {
  test("families, persons and sums are those of the second implementation, today and with the line at 80 %", async () => {
    const simulation = await simulate(line80);
    const [today, changed] = [await byHand({}), await byHand(line80, 80)];
    expect(only(simulation).households).toBe(today.size);
    let gained = 0;
    for (const code of monthly) {
      const tell = (all: Map<string, JudgedFamily>) => {
        const families = [...all.values()].filter(({ judged }) => judged.programmes[code]?.state === "may_be_entitled");
        return {
          families: families.length,
          persons: families.reduce((sum, { family }) => sum + family.count, 0),
          sum: families.reduce((sum, { judged }) => sum + Number(judged.programmes[code]?.amount ?? 0), 0),
        };
      };
      const said = reached(simulation, code);
      expect({ families: said.families_today, persons: said.persons_today, sum: said.sum_today_lcu }, code).toEqual(tell(today));
      expect({ families: said.families_changed, persons: said.persons_changed, sum: said.sum_changed_lcu }, code).toEqual(tell(changed));
      gained += said.gained_families;
    }
    expect(gained).toBeGreaterThan(0);
  });

  test("poverty and Gini are those of the textbook's formulas", async () => {
    const simulation = await simulate(line80);
    const entries = [...(await byHand({}))].filter(([, { family }]) => family.income !== null);
    const families = entries.map(([, each]) => each);
    const benefits = await registeredBenefits(only(simulation).income_quarter);
    const receiving = (id: string, each: JudgedFamily) =>
      each.judged.receives.large_family_benefit === "yes" ? Math.min(benefits.get(id) ?? 0, 3 * amountOf(each, "large_family_benefit")) : 0;
    const before = entries.map(([id, each]) => each.family.income! - receiving(id, each));
    const after = families.map((each, index) => before[index]! + 3 * monthly.reduce((sum, code) => sum + amountOf(each, code), 0));
    const measured = only(simulation).parts[0]!.poverty;
    const line = families.map(({ family }) => (family.lineTiyn / 100) * family.count * 3);
    const persons = families.map(({ family }) => family.count);
    const fgt = (incomes: number[], order: number) => {
      const all = persons.reduce((sum, each) => sum + each, 0);
      return incomes.reduce((sum, income, i) => sum + (income < line[i]! ? persons[i]! * (1 - income / line[i]!) ** order : 0), 0) / all;
    };
    for (const [order, key] of [
      [0, "fgt0"],
      [1, "fgt1"],
      [2, "fgt2"],
    ] as const) {
      expect(measured.before.by_line[key]).toBeCloseTo(fgt(before, order), 6);
      expect(measured.today.by_line[key]).toBeCloseTo(fgt(after, order), 6);
    }
    expect(measured.before.by_line.fgt0).toBeGreaterThan(measured.today.by_line.fgt0);
    // Of exclusion and inclusion: who is poor before assistance, and whom TSA reaches.
    const isPoor = (index: number) => (before[index] as number) < (line[index] as number);
    const hasTsa = ({ judged }: JudgedFamily) => judged.programmes.tsa?.state === "may_be_entitled";
    const changed = await byHand(line80, 80);
    const counted = {
      poor_families: 0,
      poor_reached_today: 0,
      poor_reached_changed: 0,
      not_poor_reached_today: 0,
      not_poor_reached_changed: 0,
    };
    for (const [index, [id, each]] of entries.entries()) {
      const kind = isPoor(index) ? "poor" : "not_poor";
      if (isPoor(index)) counted.poor_families += 1;
      if (hasTsa(each)) counted[`${kind}_reached_today`] += 1;
      if (hasTsa(changed.get(id) as JudgedFamily)) counted[`${kind}_reached_changed`] += 1;
    }
    expect(reached(simulation, "tsa")).toMatchObject(counted);
    expect(Math.min(counted.poor_reached_today, counted.not_poor_reached_changed)).toBeGreaterThan(0);
    expect(only(simulation).gini.before).toBeCloseTo(giniOf(before, persons), 6);
    expect(only(simulation).gini.today).toBeCloseTo(giniOf(after, persons), 6);
  });

  test("a taper takes its rate of each further tenge, where today's programme takes all of it", async () => {
    const simulation = await simulate({
      taper: { programme: "tsa", rate: 0.5 },
      programmes: { child_supplement: null, large_family_benefit: null },
    });
    const today = await simulate({ programmes: { child_supplement: null, large_family_benefit: null } });
    const tsa = reached(simulation, "tsa");
    expect(tsa.families_changed).toBeGreaterThan(tsa.families_today);
    expect([tsa.lost_families, tsa.lowered_families]).toEqual([0, 0]);
    // Families well below the line that are reached lose the rate; the others of their band lose nothing.
    const share = (marginal: SimulatedDay["marginal"], key: "mean_today" | "mean_changed") => {
      const inside = marginal.filter(({ below }) => below !== null && below <= 0.75);
      return inside.reduce((sum, band) => sum + band[key] * band.families, 0) / inside.reduce((sum, band) => sum + band.families, 0);
    };
    const whole = share(only(today).marginal, "mean_changed");
    expect(whole).toBeGreaterThan(0.5);
    expect(share(only(simulation).marginal, "mean_changed") / whole).toBeCloseTo(0.5, 3);
    for (const band of only(simulation).marginal.filter(({ below }) => below !== null && below <= 1.5))
      expect(band.over_changed["0.6"]).toBe(0);
  });

  test("a sample scales its totals, and its errors hold the whole", async () => {
    const [whole, drawn] = [await simulate(line80), await simulate(line80, [asOf], 0.5)];
    const { sampled, households, parts } = only(drawn);
    expect(households).toBe(only(whole).households);
    expect(Math.abs(sampled / households - 0.5)).toBeLessThan(0.05);
    const errors = parts[0]!.standard_errors!.tsa!;
    for (const figure of ["families_today", "persons_today", "sum_today_lcu", "sum_changed_lcu"] as const) {
      expect(errors[figure]).toBeGreaterThan(0);
      expect(Math.abs(reached(drawn, "tsa")[figure] - reached(whole, "tsa")[figure])).toBeLessThan(4 * errors[figure]!);
    }
    const [n, x] = [sampled, (reached(drawn, "tsa").families_today * sampled) / households];
    const byHand = households * Math.sqrt(((1 - n / households) * (n / (n - 1)) * (x / n) * (1 - x / n)) / n);
    expect(errors.families_today! / byHand).toBeCloseTo(1, 2);
    expect(only(whole).parts[0]!.standard_errors).toBeUndefined();
    const rates = (simulation: Simulation) => [
      ...(["before", "today", "changed"] as const).flatMap((when) => {
        const { by_line, by_minimum } = only(simulation).parts[0]!.poverty[when];
        return [by_line.fgt0, by_line.fgt1, by_line.fgt2, by_minimum.fgt0, only(simulation).gini[when]];
      }),
    ];
    const { poverty, programmes } = parts[0]!.rate_errors!;
    const rateErrors = (["before", "today", "changed"] as const).flatMap((when) => {
      const { by_line, by_minimum } = poverty[when];
      return [by_line.fgt0, by_line.fgt1, by_line.fgt2, by_minimum.fgt0, only(drawn).gini_errors![when]];
    });
    const [told, expected] = [rates(drawn), rates(whole)];
    for (const [index, error] of rateErrors.entries()) {
      expect(error).toBeGreaterThan(0);
      expect(error).toBeLessThan(0.05);
      // After assistance hardly anybody is poor, too few to be near the normal.
      if (index < 5) expect(Math.abs((told[index] as number) - (expected[index] as number))).toBeLessThan(4 * error);
    }
    const [poor, poorReached] = (["poor_families", "poor_reached_today"] as const).map((figure) =>
      Math.round((reached(drawn, "tsa")[figure] * n) / households),
    ) as [number, number];
    const share = poorReached / poor;
    const ofShare = Math.sqrt(((1 - n / households) * (n / (n - 1)) * share * (1 - share)) / poor);
    expect(programmes.tsa!.exclusion_today / ofShare).toBeCloseTo(1, 2);
    for (const band of only(drawn).marginal) expect(band.errors!.mean_today).toBeGreaterThanOrEqual(0);
    expect([only(whole).gini_errors, only(whole).parts[0]!.rate_errors, only(whole).marginal[0]!.errors]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test("days of a series are those of each alone; a parameter that the facts rest on makes them anew", async () => {
    const series = await simulate(line80, ["2026-06-14", asOf]);
    expect(series.days.map((day) => day.as_of)).toEqual(["2026-06-14", asOf]);
    expect(series.days[1]).toEqual(only(await simulate(line80)));
    const kept = () => readdirSync(join(data.simulations, "facts")).length;
    const before = kept();
    const older = reached(await simulate({ parameters: { child_supplement_age_to: 10 } }), "child_supplement");
    expect(kept()).toBe(before + 1);
    expect(older.gained_families).toBeGreaterThan(0);
    expect(older.lost_families).toBe(0);
  });
});

/** Registered benefits of a quarter, by household. */
async function registeredBenefits(quarter: string): Promise<Map<string, number>> {
  const session = await openKnown(data);
  try {
    const rows = await session.rows<{ household_id: string; sum: number }>(
      `select i.household_id, sum(b.amount_lcu)::bigint as sum from known_income($asOf, 1000) as b join identity_household as i on i.household_key = b.household_key
       where b.kind = 'benefit' and year(b.month) || 'Q' || quarter(b.month) = $quarter group by i.household_id`,
      { asOf, quarter },
    );
    return new Map(rows.map((row) => [row.household_id, row.sum]));
  } finally {
    session.close();
  }
}

function amountOf({ judged }: JudgedFamily, code: string): number {
  const verdict = judged.programmes[code];
  return verdict?.state === "may_be_entitled" ? Number(verdict.amount ?? 0) : 0;
}

/** Half the mean difference of all pairs of persons, over the mean. */
function giniOf(incomes: readonly number[], persons: readonly number[]): number {
  const heads = incomes.map((income, i) => income / persons[i]!);
  const all = persons.reduce((sum, each) => sum + each, 0);
  const mean = incomes.reduce((sum, each) => sum + each, 0) / all;
  let differences = 0;
  for (let i = 0; i < heads.length; i++)
    for (let j = 0; j < heads.length; j++) differences += persons[i]! * persons[j]! * Math.abs(heads[i]! - heads[j]!);
  return differences / (2 * all * all * mean);
}

describe("a change's faults name file, key and the nearest right name", () => {
  const said = async (content: Content) => {
    try {
      const change = changeOf("c.yaml", { name: "test", question: "?", ...content });
      await identifySimulation({ data, deployment, change, place: "c.yaml", days: [asOf], sample: 1, threads: 1 });
      return "";
    } catch (error) {
      return (error as Error).message;
    }
  };
  test.each<[Content, RegExp]>([
    [{ parametres: {} }, /c\.yaml: parametres is not a known key \(did you mean "parameters"\?\)/],
    [
      { parameters: { poverty_line_share: 1 } },
      /c\.yaml: parameters\.poverty_line_share: there is no such parameter \(did you mean "poverty_line_\w+_share"/,
    ],
    [{ parameters: { mrp: { "2026-02-30": 1 } } }, /c\.yaml: parameters\.mrp: "2026-02-30" is not a date/],
    [{ rules: { "earner-dead": null } }, /c\.yaml: rules\.earner-dead: there is no such rule \(did you mean "earner-died"/],
    [
      { rules: { "earner-died": { wen: "true" } } },
      /c\.yaml: rules\.earner-died\.wen: the rule has nothing of this name \(did you mean "when"/,
    ],
    [{ rules: { "earner-died": { when: "no_such_feature > 1" } } }, /c\.yaml: rules\.earner-died.*no_such_feature is not a feature/],
    [{ programmes: { tsaa: { amount: "1" } } }, /c\.yaml: programmes\.tsaa: there is no such programme \(did you mean "tsa"/],
    [{ programmes: { tsa: { conditions: { car: null } } } }, /c\.yaml: programmes\.tsa\.conditions\.car: .*\(did you mean "cars"/],
    [{ programmes: { tsa: { amount: "incme_lcu" } } }, /c\.yaml: programmes\.tsa: amount.*incme_lcu/],
    [{ standards: { shares: { food: 0.9 } } }, /c\.yaml: standards\.method.*make up 1\.35/],
    [
      { policy: { capacity: { per_1000_household: 9 } } },
      /c\.yaml: policy\.capacity\.per_1000_household: .*\(did you mean "per_1000_households"/,
    ],
    [{ taper: { programme: "large_family_benefit", rate: 0.5 } }, /c\.yaml: taper\.programme: large_family_benefit pays no gap to a line/],
    [{ taper: { programme: "tsa", rate: 1.5 } }, /c\.yaml: taper\.rate/],
  ])("%j", async (content, words) => {
    expect(await said(content)).toMatch(words);
  });
});

describe("what is kept", () => {
  test("is found again with the same bytes, by name and id, and compared", async () => {
    const file = join(root, "line.yaml");
    writeFileSync(file, "name: line-at-80\nquestion: ?\nparameters: {poverty_line_subsistence_share: 0.8}\n".replace("?", "why"));
    const words = ["rules", "simulate", "--change", file, "--as-of", asOf, "--data", data.root];
    const first = await aldynJson<Simulation & { was_kept: boolean }>(words);
    const bytes = readFileSync(join(data.simulations, first.simulation_id, "result.json"), "utf8");
    const again = await aldynJson<Simulation & { was_kept: boolean }>(words);
    expect(again.was_kept).toBe(true);
    expect(again.simulation_id).toBe(first.simulation_id);
    expect(readFileSync(join(data.simulations, first.simulation_id, "result.json"), "utf8")).toBe(bytes);
    writeFileSync(file, "name: taper\nquestion: why\ntaper: {rate: 0.5}\n");
    const taper = await aldynJson<Simulation>(words);
    expect(taper.simulation_id).not.toBe(first.simulation_id);
    const kept = await aldynJson<{ simulation_id: string; name: string }[]>(["rules", "simulations", "--data", data.root]);
    expect(kept.map(({ name }) => name)).toEqual(expect.arrayContaining(["line-at-80", "taper"]));
    const compared = await aldynJson<{ differences: string[]; days: { programmes: { code: string; families: [number, number] }[] }[] }>([
      ...["rules", "compare", first.simulation_id, taper.simulation_id.slice(0, 8), "--data", data.root],
    ]);
    expect(compared.differences).toEqual([]);
    expect(compared.days[0]?.programmes.find(({ code }) => code === "tsa")?.families).toEqual([
      reached(first, "tsa").families_changed,
      reached(taper, "tsa").families_changed,
    ]);
    for (const language of ["kk", "ru", "en"]) {
      const text = await aldyn([...words, "--lang", language]);
      expect(text.status, text.stderr).toBe(0);
      expect(text.stdout).not.toMatch(/undefined|NaN|not eligible|refused/);
    }
  });

  test("one family sees what changes, condition by condition, in each language", async () => {
    const [today, changed] = [await byHand({}), await byHand(line80, 80)];
    const states = (all: Map<string, JudgedFamily>, id: string) => all.get(id)?.judged.programmes.tsa?.state;
    const id = [...today.keys()].find((each) => states(today, each) === "not_by_registers" && states(changed, each) === "may_be_entitled");
    const change = changeOf("c", { name: "test", question: "?", ...line80 });
    const asked = { data, deployment, change, place: "c", days: [asOf], sample: 1, threads: 1 };
    const sentences = new Set<string>();
    for (const language of ["kk", "ru", "en"] as const) {
      const seen = await simulatedHousehold(asked, id!, language);
      const tsa = seen.days[0]!.programmes.find(({ code }) => code === "tsa")!;
      expect([tsa.today?.state, tsa.changed?.state]).toEqual(["not_by_registers", "may_be_entitled"]);
      expect(tsa.changed?.amount_lcu).toBe(Number(changed.get(id!)?.judged.programmes.tsa?.amount));
      expect(tsa.conditions.map((each) => [each.id, each.today?.state, each.changed?.state])).toEqual([["below_line", "unmet", "met"]]);
      sentences.add(tsa.conditions[0]!.changed!.text);
      const sheet = householdText(seen, language);
      expect(sheet).toContain(tsa.changed!.state_text);
      expect(sheet).not.toMatch(/undefined|NaN|null|refused|отказ|бас тарт/);
    }
    expect(sentences.size).toBe(3);
    await expect(simulatedHousehold(asked, "0".repeat(32), "ru")).rejects.toThrow(/no household/);
  });

  test("the service makes and keeps them for analysts and administrators of the whole country", async () => {
    const api = await testApi(data, { now: () => new Date("2026-10-02T00:00:00Z") });
    /** A family's sheet by the API is that of the command, in each language; only for those who may look at households of the whole country. */
    const seenByApi = async (id: string) => {
      const household = [...(await byHand({})).keys()][0] as string;
      const get = (headers: Record<string, string>, of: string, lang = "ru") =>
        api.app.inject({ url: `/v1/simulations/${id}/households/${of}?lang=${lang}`, headers });
      const asked = { data, deployment, change: changeOf("c", change), place: "c", days: [asOf], sample: 1, threads: 1 };
      for (const lang of ["kk", "ru", "en"] as const) {
        const seen = SimulatedFamily.parse((await get(as("analyst", [""]), household, lang)).json());
        expect(seen).toEqual(await simulatedHousehold(asked, household, lang));
      }
      for (const headers of [as("social_worker", [""]), as("planner", [""]), as("analyst", ["75"])])
        expect((await get(headers, household)).statusCode).toBe(403);
      const unknown = await get(as("analyst", [""]), "0".repeat(32));
      expect([unknown.statusCode, unknown.json().detail]).toEqual([404, expect.not.stringContaining("0000")]);
    };
    const as = (role: Principal["role"], areas: string[]) => keyOf({ id: "p", role, areas });
    const ask = (headers: Record<string, string>, change: Content) =>
      api.app.inject({ method: "POST", url: "/v1/simulations", headers, payload: { change, as_of: asOf } });
    const change = { name: "by-service", question: "why", ...line80 };
    try {
      for (const headers of [as("social_worker", [""]), as("planner", [""]), as("operator", [""]), as("analyst", ["75"])])
        expect((await ask(headers, change)).statusCode).toBe(403);
      const bad = await ask(keyOf(admin), { name: "bad", question: "why", parameters: { mrpp: 1 } });
      expect([bad.statusCode, bad.json().detail]).toEqual([400, expect.stringContaining('did you mean "mrp"')]);
      const asked = await ask(as("analyst", [""]), change);
      expect([asked.statusCode, asked.json().state]).toEqual([202, "under_way"]);
      const id = asked.json().simulation_id as string;
      const read = async () => (await api.app.inject({ url: asked.headers.location as string, headers: keyOf(admin) })).json();
      await expect.poll(async () => (await read()).state, { timeout: 60_000, interval: 200 }).toBe("finished");
      expect((await read()).result).toEqual(JSON.parse(JSON.stringify(shownSimulation(keptSimulation(data, id) as Simulation))));
      await seenByApi(id);
      expect((await ask(as("analyst", [""]), change)).json()).toEqual({ simulation_id: id, state: "finished" });
      const list = await api.app.inject({ url: "/v1/simulations", headers: keyOf(admin) });
      expect(list.json().items).toContainEqual(expect.objectContaining({ simulation_id: id, name: "by-service" }));
      const missing = await api.app.inject({ url: `/v1/simulations/${"0".repeat(32)}`, headers: keyOf(admin) });
      expect(missing.statusCode).toBe(404);
    } finally {
      await api.close();
    }
  });
});
