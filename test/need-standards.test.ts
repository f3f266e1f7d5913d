import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { projectFile } from "../src/domain/project-files.ts";
import { deriveStandards, type Season, seasonFactor, standardsOf } from "../src/need/derive-standards.ts";
import { categories, memberUnits, methodAt, readMethod, type Unit } from "../src/need/standards-method.ts";
import { readDeployment } from "../src/parameters/deployment.ts";
import { temporaryDirectory } from "./support/registry.ts";

const deployment = readDeployment(projectFile("models/deployment.yaml"));
const shipped = readFileSync(join(deployment.standards, "standards.csv"), "utf8");
const method = methodAt(readMethod(deployment.standards), "2026-10-01");
const rows = shipped
  .trim()
  .split("\n")
  .slice(1)
  .map((line) => {
    const [region = "", quarter = "", season = "", unit = "", ...amounts] = line.split(",");
    return { region, quarter, season, unit, amounts: amounts.slice(0, 7).map(Number), status: amounts[7] };
  });
const minimums = new Map(
  readFileSync(deployment.quarters, "utf8")
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(","))
    .map(([quarter, region, minimum]) => [`${region} ${quarter}`, Number(minimum)]),
);
const sum = (values: readonly number[]) => values.reduce((total, each) => total + each, 0);
const found = new Map(rows.map((row) => [`${row.region} ${row.quarter} ${row.season} ${row.unit}`, row.amounts]));
/** The standard of a family in an own home, by category. */
const familyStandard = (region: string, quarter: string, season: Season, units: readonly Unit[]) =>
  categories.map((_, index) =>
    sum(["household", ...units].map((unit) => found.get(`${region} ${quarter} ${season} ${unit}`)?.[index] as number)),
  );

describe("the shipped table", () => {
  test("is what the method gives from the quarters' subsistence minimums (else: npx aldyn standards derive)", async () => {
    expect(await deriveStandards(deployment)).toBe(shipped);
  });

  test("has every region, quarter, season and unit once, each marked as derived", () => {
    expect(minimums.size).toBe(400);
    expect(rows.length).toBe(400 * 2 * 11);
    expect(found.size).toBe(rows.length);
    expect(new Set(rows.map((row) => row.status))).toEqual(new Set(["derived"]));
  });

  test("worked out by hand: an adult and a rented home in Almaty, a heated month of 2026Q4 (67,130; housing x 1.5)", () => {
    expect(minimums.get("75 2026Q4")).toBe(67_130);
    expect(found.get("75 2026Q4 heating adult")).toEqual([
      Math.round(67_130 * 0.55 * 1.08),
      Math.round(67_130 * 0.15 * 0.75 * 1.25 * 1.5),
      Math.round(67_130 * 0.04 * 0.9),
      Math.round(67_130 * 0.04 * 0.4),
      Math.round(67_130 * 0.06 * 1.35),
      Math.round(67_130 * 0.1 * 0.95 * 1.15),
      Math.round(67_130 * 0.06),
    ]);
    // Six heated months at 1.25 leave 12 - 7.5 = 4.5 for the other six.
    expect(found.get("75 2026Q4 warm adult")?.[1]).toBe(Math.round(67_130 * 0.15 * 0.75 * 0.75 * 1.5));
    for (const season of ["heating", "warm"])
      expect(found.get(`75 2026Q4 ${season} rented`)).toEqual([0, Math.round(67_130 * 0.15 * 4 * 1.5), 0, 0, 0, 0, 0]);
  });

  test("over a year, for a population of the ages named in the method, comes to the subsistence minimum in each category within 3 %", () => {
    const ages = { child_0_6: 0.14, child_7_13: 0.13, child_14_17: 0.07, adult: 0.56, pensioner: 0.1 };
    for (const region of ["10", "31", "61", "79"]) {
      const heated = (method.heatingMonths[region] ?? method.heatingMonths[""])!.length;
      const year = (unit: string, index: number) =>
        (heated * found.get(`${region} 2026Q3 heating ${unit}`)![index]! +
          (12 - heated) * found.get(`${region} 2026Q3 warm ${unit}`)![index]!) /
        12;
      for (const [index, category] of categories.entries()) {
        const head = sum(Object.entries(ages).map(([unit, share]) => share * year(unit, index))) + year("household", index) / 3.4;
        const wanted = minimums.get(`${region} 2026Q3`)! * method.shares[category];
        expect(Math.abs(head / wanted - 1), `${category} in ${region}`).toBeLessThan(0.03);
      }
    }
  });
});

describe("laws", () => {
  const members = fc.array(fc.constantFrom(...memberUnits), { minLength: 1, maxLength: 10 });
  const place = fc.constantFrom(...minimums.keys());

  test("a family's standard grows with each member, and a heated month costs more than a warm one", () => {
    fc.assert(
      fc.property(place, members, fc.constantFrom(...memberUnits), (named, units, more) => {
        const [region = "", quarter = ""] = named.split(" ");
        const of = (season: Season, all: readonly Unit[]) => sum(familyStandard(region, quarter, season, all));
        for (const season of ["heating", "warm"] as const) expect(of(season, [...units, more])).toBeGreaterThan(of(season, units));
        expect(of("heating", units)).toBeGreaterThan(of("warm", units));
      }),
    );
  });

  test("it is never below the food share of the subsistence minimum for each member, in whatever season", () => {
    fc.assert(
      fc.property(place, members, (named, units) => {
        const [region = "", quarter = ""] = named.split(" ");
        const least = minimums.get(named)! * method.shares.food * units.length;
        expect(sum(familyStandard(region, quarter, "warm", units))).toBeGreaterThanOrEqual(least);
      }),
    );
  });

  test("one of unknown age never counts for more than whoever it turns out to be, in no category", () => {
    for (const row of rows.filter((each) => (memberUnits as readonly string[]).includes(each.unit))) {
      const unknown = found.get(`${row.region} ${row.quarter} ${row.season} age_unknown`)!;
      expect(row.amounts.every((amount, index) => (unknown[index] as number) <= amount)).toBe(true);
    }
  });

  test("it follows the subsistence minimum", () => {
    const [low, high] = [50_000, 60_000].map((minimum) => standardsOf("61", "2026Q3", minimum, method));
    for (const [index, row] of low!.entries())
      for (const category of categories) expect(high![index]!.amounts[category]).toBeGreaterThanOrEqual(row.amounts[category]);
  });

  test("heated and warm months make up a year's mean", () => {
    for (const months of [5, 6, 7, 8])
      expect(months * seasonFactor(1.25, months, "heating") + (12 - months) * seasonFactor(1.25, months, "warm")).toBeCloseTo(12, 9);
  });
});

describe("a method that does not hold is named", () => {
  const root = temporaryDirectory(afterAll);
  const text = readFileSync(join(deployment.standards, "method.yaml"), "utf8");
  const reading = (name: string, from: string | RegExp, to: string) => () => {
    const directory = join(root, name);
    mkdirSync(directory, { recursive: true });
    expect(text).toMatch(from);
    writeFileSync(join(directory, "method.yaml"), text.replace(from, to));
    return readMethod(directory);
  };

  test.each([
    ["shares that do not make up 1", "food: 0.55", "food: 0.56", /shares from 2018-01-01 make up 1\.01, not 1/],
    ["a unit that is missing", /\n {6}pensioner: .*/, "", /units\.0\.value\.pensioner/],
    ["a category that is unknown", "other: 0.06", "leisure: 0.06", /leisure is not a known key/],
    ["a month that does not exist", "[11, 12, 1, 2, 3]", "[13]", /heating_months/],
    ["no months for everywhere else", /\n {6}"": .*/, "", /none for everywhere else/],
    ["a region that is no code", '"71": {housing', '"Astana": {housing', /prices\.0\.value\.Astana/],
  ])("%s", (name, from, to, words) => {
    expect(reading(name.replaceAll(" ", "-"), from, to)).toThrow(words);
  });

  test("a date before the first value has no method", () => {
    expect(() => methodAt(readMethod(deployment.standards), "2017-12-31")).toThrow(/no shares on 2017-12-31/);
  });

  test("a deployment elsewhere derives its own table", async () => {
    const directory = join(root, "elsewhere");
    cpSync(deployment.standards, directory, { recursive: true });
    const derived = await deriveStandards({ ...deployment, standards: directory });
    expect(existsSync(join(directory, "standards.csv"))).toBe(true);
    expect(derived).toBe(shipped);
  });
});
