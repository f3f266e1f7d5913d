import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { projectFile } from "../src/domain/project-files.ts";
import { entitlementSelect } from "../src/entitlement/compile.ts";
import { createFacts, factDays, factTypes } from "../src/entitlement/facts.ts";
import { judgingOf } from "../src/entitlement/judging.ts";
import { conditionsOf, type ProgrammeSet, readProgrammes } from "../src/entitlement/programme.ts";
import { registerWords } from "../src/entitlement/words.ts";
import { readParameters } from "../src/parameters/dated-values.ts";
import { readDeployment } from "../src/parameters/deployment.ts";
import { createReferenceTables } from "../src/parameters/reference-tables.ts";
import { openDatabase } from "../src/warehouse/database.ts";
import type { Session } from "../src/warehouse/session.ts";
import { entitled } from "./support/entitled.ts";
import { household, income, inRegistry, only, person } from "./support/features.ts";
import { temporaryDirectory } from "./support/registry.ts";

const shipped = projectFile("models/programmes");
const parameters = readParameters(projectFile("models/parameters"));
const root = temporaryDirectory(afterAll);
let session: Session;
beforeAll(async () => {
  session = await openDatabase(":memory:", { mode: "write", threads: 1 });
});
afterAll(() => session.close());

/** The shipped programmes with one file changed. */
function changed(file: string, from: string | RegExp, to: string): Promise<ProgrammeSet> {
  const directory = mkdtempSync(join(root, "programmes-"));
  cpSync(shipped, directory, { recursive: true });
  const text = readFileSync(join(directory, file), "utf8");
  expect(text.replace(from, to)).not.toBe(text);
  writeFileSync(join(directory, file), text.replace(from, to));
  return readProgrammes(session, directory, parameters);
}

describe("programmes as they are written", () => {
  test.each([
    ["a fact that does not exist", "tsa.yaml", "value: cars", "value: cats", /tsa\.yaml: conditions\.cars\.value.*cats is not a feature/],
    ["a legal value that does not exist", "tsa.yaml", "$cars_allowed", "$cars_alowed", /\$cars_alowed is neither.*did you mean/i],
    [
      "a sum where a truth is wanted",
      "tsa.yaml",
      "receives: receives_tsa",
      "receives: members",
      /receives: a boolean is wanted, this is a number/,
    ],
    ["a relation without a value", "tsa.yaml", "    value: cars\n", "", /conditions\.cars: a value needs its relation/],
    ["a number without a threshold", "tsa.yaml", "    threshold: $cars_allowed\n", "", /conditions\.cars: at_most needs a threshold/],
    ["an exemption without its sentence", "tsa.yaml", "    unless: dwellings = 0\n", "", /no_building_plot: unless needs its sentence/],
    [
      "a sentence that names nothing known",
      "tsa.yaml",
      "Cars: {value, number}",
      "Cars: {number_of_cars}",
      /cars\.met: en: \{number_of_cars\} is not known here/,
    ],
    ["a sentence that is missing in a language", "tsa.yaml", /^ {2}kk: Атаулы.*\n/m, "", /tsa\.yaml: name\.kk/],
    [
      "a switch that does not exist",
      "in_kind_set.yaml",
      '"on": in_kind_set_children_1_6',
      '"on": in_kind_set',
      /on: there is no parameter in_kind_set/,
    ],
    ["conditions of nobody", "in_kind_set.yaml", "conditions_of: tsa", "conditions_of: tsb", /conditions_of: tsb is no programme/],
    ["a condition twice", "in_kind_set.yaml", "id: child_1_6", "id: cars", /the condition cars stands twice/],
    ["a sum without its period", "flood_lump_sum.yaml", "period: once\n", "", /a sum needs its period/],
    ["dates out of order", "tsa.yaml", "{2018-01-01: true}", "{2018-01-01: true, 2017-01-01: false}", /in_force: overlap/],
  ])("%s is named with its file", async (_what, file, from, to, message) => {
    await expect(changed(file, from, to)).rejects.toThrow(message);
  });

  test("every register that a condition names has words, and every condition cites what it rests on", async () => {
    const { programmes } = await readProgrammes(session, shipped, parameters);
    const conditions = programmes.flatMap((programme) => conditionsOf(programme, programmes));
    expect(conditions.length).toBeGreaterThan(40);
    expect(conditions.filter(({ condition }) => registerWords[condition.register] === undefined)).toEqual([]);
    expect(readdirSync(shipped).sort()).toEqual([...programmes.map(({ code }) => `${code}.yaml`), "terms.yaml"].sort());
  });
});

describe("the compiled select", () => {
  const world = {
    tables: {
      household: [household("h")],
      person: [person("h", "p", "1990-01-01", { disability: "none", employment: "unemployed", business: "none" })],
      income: [income("h", "2026-08", 150_000)],
    },
  };

  test("the facts have the columns that expressions and sentences may name", async () => {
    await inRegistry(world, async (known) => {
      await createReferenceTables(known, readDeployment(projectFile("models/deployment.yaml")), "2026-10-01");
      await createFacts(known, { asOf: "2026-10-01", snapshot: 100 });
      const columns = (await known.rows<{ column_name: string }>("describe entitlement_family")).map(({ column_name }) => column_name);
      expect([...factTypes.keys(), ...factDays].filter((name) => !columns.includes(name))).toEqual([]);
    });
  });

  test("is the same for the same law and day, and has the same columns on every day", async () => {
    const set = await readProgrammes(session, shipped, parameters);
    const on = (day: string, quarter: string) => entitlementSelect(set, judgingOf(parameters, day, quarter), "facts");
    expect(on("2026-10-01", "2026-07-01")).toBe(on("2026-10-01", "2026-07-01"));
    await inRegistry(world, async (known) => {
      await createReferenceTables(known, readDeployment(projectFile("models/deployment.yaml")), "2026-10-01");
      await createFacts(known, { asOf: "2026-10-01", snapshot: 100 });
      const columns = (day: string, quarter: string) => known.rows(`describe ${on(day, quarter).replace("facts", "entitlement_family")}`);
      const today = await columns("2026-10-01", "2026-07-01");
      expect(today.length).toBeGreaterThan(50);
      expect(await columns("2021-05-01", "2021-01-01")).toEqual(today);
    });
  });

  test("another law over the same facts: the line at 80 % of the minimum reaches a family that today's does not", async () => {
    // 50,000 a member and month; the line is 0.7 x 60,000 = 42,000 today, and 48,000 or 54,000 at 0.8 and 0.9.
    const at = async (share: number) => {
      const { h } = await entitled(world, {
        change: (frame) => ({ ...frame, values: { ...frame.values, poverty_line_subsistence_share: share } }),
      });
      return only(h, "tsa_state", "tsa_amount_lcu", "tsa_below_line_threshold");
    };
    expect(await at(0.7)).toEqual({ tsa_state: "not_by_registers", tsa_amount_lcu: null, tsa_below_line_threshold: 42_000 });
    expect(await at(0.8)).toMatchObject({ tsa_state: "not_by_registers", tsa_below_line_threshold: 48_000 });
    expect(await at(0.9)).toEqual({ tsa_state: "may_be_entitled", tsa_amount_lcu: 4_000, tsa_below_line_threshold: 54_000 });
  });

  test("a value that differs by region holds there, that of the longest code first", async () => {
    const at = async (...regional: { region: string; value: number }[]) => {
      const { h } = await entitled(world, { change: (frame) => ({ ...frame, regional: { poverty_line_subsistence_share: regional } }) });
      return h?.tsa_below_line_threshold;
    };
    expect(await at({ region: "11", value: 0.9 })).toBe(42_000);
    expect(await at({ region: "10", value: 0.9 })).toBe(54_000);
    expect(await at({ region: "1010", value: 0.8 }, { region: "10", value: 0.9 })).toBe(48_000);
  });

  test("the pilot's criteria are unknown without consent, and count only where they are on", async () => {
    const on = {
      change: <F extends { values: object }>(frame: F) => ({ ...frame, values: { ...frame.values, pilot_expenditure_criteria: 1 } }),
    };
    const poor = { tables: { ...world.tables, income: [income("h", "2026-08", 1000)] } };
    const columns = ["tsa_state", "tsa_pilot_loans_met", "tsa_pilot_savings_met"];
    expect(only((await entitled(poor)).h, ...columns)).toEqual({
      tsa_state: "may_be_entitled",
      tsa_pilot_loans_met: null,
      tsa_pilot_savings_met: null,
    });
    expect(only((await entitled(poor, on)).h, ...columns)).toEqual({
      tsa_state: "unknown",
      tsa_pilot_loans_met: null,
      tsa_pilot_savings_met: null,
    });
    const consent = [{ person_id: "p", scope: "bank", at: "2026-01-01", state: "given", recorded_at: "2026-01-02" }];
    const account = (savings_lcu: number) => [
      { household_id: "h", month: "2026-09-01", outflow_lcu: 0, savings_lcu, housing_deposit_lcu: 0, recorded_at: "2026-09-30" },
    ];
    // 200 MRP x 4,325 = 865,000
    const saved = async (sum: number) => (await entitled({ tables: { ...poor.tables, consent, account: account(sum) } }, on)).h;
    expect(only(await saved(865_000), ...columns)).toEqual({
      tsa_state: "may_be_entitled",
      tsa_pilot_loans_met: true,
      tsa_pilot_savings_met: true,
    });
    expect(only(await saved(865_001), "tsa_state", "tsa_pilot_savings_met")).toEqual({
      tsa_state: "not_by_registers",
      tsa_pilot_savings_met: false,
    });
  });
});
