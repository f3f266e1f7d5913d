import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { z } from "zod";
import { bare } from "../src/contract/column.ts";
import { contractTable } from "../src/contract/tables.ts";
import { projectFile } from "../src/domain/project-files.ts";
import { readCatalogue } from "../src/features/catalogue.ts";
import { parseExpression, type ValueType } from "../src/rules/parse-condition.ts";
import { aroundThreshold, type Described, domainOf } from "../src/rules/prove/domain.ts";
import { proveExpressions } from "../src/rules/prove/expression.ts";
import { combinations, householdsSql, mostHouseholds } from "../src/rules/prove/grid.ts";
import { openDatabase } from "../src/warehouse/database.ts";
import type { Session } from "../src/warehouse/session.ts";

let session: Session;
beforeAll(async () => {
  session = await openDatabase(":memory:", { mode: "write", threads: 1 });
});
afterAll(() => session.close());

const facts: Record<string, Described> = {
  children: { type: "number", unit: "persons" },
  income: { type: "number", unit: "lcu" },
  line: { type: "number", unit: "lcu" },
  members: { type: "number", unit: "persons", range: [1, null] },
  rent: { type: "number", unit: "share" },
  change: { type: "number", unit: "share", range: [-1, 10] },
  is_rural: { type: "boolean" },
  has_work: { type: "boolean" },
  tenure: { type: "category", words: ["owned", "rented"] },
  grade: { type: "category" },
};
for (let index = 0; index < 14; index++) facts[`f${index}`] = { type: "number", unit: "count" };
const types = new Map<string, ValueType>(Object.entries(facts).map(([name, { type }]) => [name, type]));
const legal = new Map([
  ["mrp", 4325],
  ["flag", 0],
  ["share", 0.35],
]);

async function prove(text: string, values: ReadonlyMap<string, number> = legal) {
  const expression = await parseExpression(session, text, { features: types, parameters: new Set(legal.keys()) }, "x");
  const domains = new Map(expression.features.map((name) => [name, domainOf(facts[name]!)]));
  const { faults, notes, thresholds, households } = await proveExpressions(session, [
    { place: "x", expression, domains, dates: [{ date: "2026-01-01", values }], switches: new Set(["flag"]) },
  ]);
  return { faults: faults.map((fault) => fault.replace("x, on 2026-01-01: ", "")), notes, thresholds, households };
}

describe("what holds", () => {
  test.each([
    ["a threshold of one number", "children > 2"],
    ["the least a number may be", "children = 0"],
    ["a share at its most", "rent = 1"],
    ["a negative threshold", "change <= -0.5"],
    ["a threshold between whole numbers", "children > 2.5"],
    ["a threshold by the law", "income <= 25 * $mrp"],
    ["a threshold of a threshold's own size", "income > 0.1 + 0.2"],
    ["a range", "children between 2 and 4"],
    ["numbers of a list", "children in (2, 3)"],
    ["words of a list", "tenure in ('rented')"],
    ["a word that nobody has listed", "grade = 'A'"],
    ["truths", "is_rural and not has_work"],
    ["unknown counted as no", "is_rural and has_work is not true"],
    ["unknown asked for", "children is null or children > 3"],
    ["two numbers beside each other", "income < line"],
    ["a sum a head", "income < line * members"],
    ["a quotient", "income / members < $share * line"],
    ["rounded numbers", "round(income / 1000) > 25"],
    ["a distance", "abs(income - line) < 5000"],
    ["choices", "case when members > 4 then income < 2 * line else income < line end"],
    ["conditions that hang together", "(children > 2 and is_rural) or (children > 4 and not is_rural)"],
    ["what a legal switch turns off", "children > 2 and $flag = 1"],
    ["a sum of money", "(line - income) * members"],
    ["a sum by steps", "case when children = 4 then 10 when children = 5 then 12 else 0 end"],
    ["ten features", Array.from({ length: 10 }, (_, index) => `f${index} > ${index}`).join(" and ")],
  ])("%s: %s", async (_, text) => {
    expect(await prove(text)).toMatchObject({ faults: [], notes: [] });
  });
});

describe("what does not", () => {
  test.each([
    ["children < 0", "no household can meet it"],
    ["rent > 1", "no household can meet it"],
    ["children > 2 and children < 3", "no household can meet it"],
    ["tenure = 'rent'", "no household can meet it"],
    ["is_rural and not is_rural", "no household can meet it"],
    ["children > 3 and 1 > 2", "no household can meet it"],
    ["children >= 0", "every household of which all is known meets it"],
    ["is_rural or not is_rural", "every household of which all is known meets it"],
    ["children > 2 and children > 1", "children > 1 changes nothing"],
    ["children >= 3 or children > 5", "children > 5 changes nothing"],
    ["children between 0 and 4", "children >= 0 changes nothing"],
    ["children in (3, -1)", "children = -1 changes nothing"],
    ["children > 3 and 2 > 1", "2 > 1 changes nothing"],
    ["is_rural and ((children > 5) = (children >= 6))", "children > 5 changes nothing"],
    ["income < line and income < 2 * line", "income < (2 * line) changes nothing"],
    ["children > 3 and (is_rural or not is_rural)", "is_rural changes nothing"],
    ["income + 0 * members < line", "members changes nothing"],
    ["tenure = 'rented' and tenure <> 'owned'", "changes nothing"],
    ["case when children > 3 then 5 else 5 end", "children > 3 changes nothing"],
    ["case when children = 3 then 5 when children >= 3 and children < 4 then 6 else 0 end", "changes nothing"],
  ])("%s: %s", async (text, fault) => {
    const { faults } = await prove(text);
    expect(faults.join("\n")).toContain(fault);
  });

  test("a comparison of the law's values that is no switch is not taken for met", async () => {
    expect((await prove("children > 2 and $mrp < 1000")).faults).toEqual(["no household can meet it"]);
  });
});

describe("generated households", () => {
  const list = (text: string) => session.rows(text);

  test("are every combination where these are few", async () => {
    const axes = [
      { name: "children", type: "number", values: [0, 1, null] },
      { name: "is_rural", type: "boolean", values: [true, false, null] },
    ] as const;
    expect(combinations(axes)).toBe(9);
    const rows = await list(householdsSql(axes));
    expect(new Set(rows.map((row) => JSON.stringify(row))).size).toBe(9);
  });

  test("are the same spread of them where these are many, each value about as often as the others, and pairs met too", async () => {
    const axes = Array.from({ length: 12 }, (_, index) => ({ name: `f${index}`, type: "number" as const, values: [0, 1, 2, 3] }));
    const text = householdsSql(axes, 4000);
    const [rows, again] = [await list(text), await list(text)];
    expect(rows).toEqual(again);
    expect(rows.length).toBe(4000);
    for (const { name } of axes)
      for (const value of [0, 1, 2, 3]) expect(Math.abs(rows.filter((row) => row[name] === value).length - 1000)).toBeLessThan(20);
    const pairs = axes.flatMap((one, index) => axes.slice(index + 1).map((other) => [one.name, other.name] as const));
    for (const [one, other] of pairs) expect(new Set(rows.map((row) => `${row[one]} ${row[other]}`)).size, `${one} ${other}`).toBe(16);
  });

  test("that show nothing where only a spread was tried are a note, never a fault", async () => {
    const text = `${Array.from({ length: 14 }, (_, index) => `f${index} > 3`).join(" or ")} or (f0 > 5 and f0 < 5)`;
    const { faults, notes, households } = await prove(text);
    expect(faults).toEqual([]);
    expect(notes.join("\n")).toMatch(new RegExp(`f0 > 5 changes nothing.*as far as ${mostHouseholds} of \\d+ combinations tell`));
    expect(households).toBeLessThan(20 * mostHouseholds);
  });

  test.each([
    [2, "persons", [1, 2, 3]],
    [2.5, "persons", [2, 3]],
    [0, "persons", [0, 1]],
    [0.4, "share", [0.39, 0.4, 0.41]],
    [1, "share", [0.99, 1]],
    [43250, "lcu", [43249.99, 43250, 43250.01]],
    [0.1 + 0.2, "lcu", [0.29, 0.3, 0.31]],
  ])("stand around %d (%s) at %j", (threshold, unit, values) => {
    expect(aroundThreshold(threshold, domainOf({ type: "number", unit }))).toEqual(values);
  });
});

test("the words of a category in the catalogue are those of the contract", () => {
  const catalogue = readCatalogue(projectFile("models/features"));
  const wordsOf = (table: string, column: string) => {
    const schema = contractTable(table)?.columns[column];
    return schema === undefined ? undefined : (bare(schema) as z.ZodEnum).options;
  };
  expect(catalogue.filter(({ type }) => type === "category").map(({ name, words }) => [name, words])).toEqual([
    ["dwelling_tenure", wordsOf("household", "dwelling_tenure")],
    ["map_level", wordsOf("level", "level")],
  ]);
});
