import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { projectFile } from "../src/domain/project-files.ts";
import { parseExpression } from "../src/sources/expression.ts";
import type { LoadReport } from "../src/sources/load.ts";
import { sourceShapes } from "../src/sources/source-shapes.ts";
import { sourcesDocument } from "../src/sources/sources-document.ts";
import { openDatabase } from "../src/warehouse/database.ts";
import { type Bench, load, newBench, read, readParquet, writeSource } from "./support/ingest.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const text = readFileSync(projectFile("docs/sources.md"), "utf8");
const section = (title: string) => text.split(`\n## ${title}\n`)[1]?.split("\n## ")[0] ?? "";

describe("the example in docs/sources.md", () => {
  const blocks = [...section("A worked example").matchAll(/^(?:`(\S+)`\n\n)?```\w+\n([\s\S]*?)```/gm)];
  const files = Object.fromEntries(blocks.flatMap(([, name, content]) => (name === undefined ? [] : [[name, content as string]])));
  let bench: Bench;
  let reports: LoadReport[];
  beforeAll(async () => {
    bench = newBench(root);
    const { "source.yaml": definition, ...rows } = files;
    reports = await load(bench, writeSource(bench, "source", parse(definition ?? "", { schema: "core" }), rows));
  });

  test("has a definition and the files that it names", () => {
    expect(Object.keys(files)).toEqual(["source.yaml", "families.csv", "wages-2025.csv", "meters.csv"]);
  });

  test("loads as the document says", () => {
    const said = reports.map(
      (each) => `${each.table}: ${each.rows_accepted} of ${each.rows_read} rows loaded, ${each.rows_quarantined} in quarantine`,
    );
    expect(blocks.at(-1)?.[2]?.trim().split("\n")).toEqual(said);
  });

  test("the bad row is named with its place", async () => {
    const refused = await readParquet(reports[1]?.quarantine_file as string);
    expect(refused.map(({ record, column, value }) => [record, column, value])).toEqual([[4, "amount_lcu", "95,5"]]);
    expect(section("A worked example")).toContain("(record 4), the column `amount_lcu`");
  });

  test("January and March are claimed as complete, February is not", async () => {
    expect(await read(bench, "select month_from, by_row from coverage where table_name = 'income' order by month_from")).toEqual([
      { month_from: "2025-01-01", by_row: false },
      { month_from: "2025-02-01", by_row: true },
      { month_from: "2025-03-01", by_row: false },
    ]);
  });

  test("value maps, units, expressions and the wide file give these rows", async () => {
    expect(await read(bench, "select area_code, dwelling_tenure::varchar as tenure from household order by area_code, tenure")).toEqual([
      { area_code: "101010000", tenure: "owned" },
      { area_code: "103200000", tenure: "rented" },
      { area_code: "103200000", tenure: null },
    ]);
    expect(await read(bench, "select month, amount_lcu from income order by month, amount_lcu")).toEqual([
      { month: "2025-01-01", amount_lcu: 95_000 },
      { month: "2025-01-01", amount_lcu: 182_500 },
      { month: "2025-02-01", amount_lcu: 182_500 },
    ]);
    expect(await read(bench, "select name, value from observation order by name, value")).toEqual([
      { name: "electricity_kwh", value: 120 },
      { name: "electricity_kwh", value: 310 },
      { name: "meter_is_sealed", value: 1 },
    ]);
    expect(await read(bench, "select name, recipe from observation_recipe order by name, recipe")).toHaveLength(3);
  });
});

test("the expressions that the document calls allowed are allowed, those that it calls refused are refused", async () => {
  const columns = new Map(["family", "period", "kwh", "seal"].map((name) => [name, "VARCHAR"]));
  const session = await openDatabase(":memory:", { mode: "write" });
  const [, allowed = "", refused = ""] = section("Expressions").split(/^\| (?:allowed|refused) \|.*$/m);
  const written = (table: string) => [...table.matchAll(/^\| `(.+?)` \|/gm)].map((match) => (match[1] as string).replaceAll("\\|", "|"));
  expect([written(allowed).length, written(refused).length]).toEqual([5, 6]);
  for (const each of written(allowed)) await expect(parseExpression(session, each, "x", columns), each).resolves.toBeDefined();
  for (const each of written(refused)) await expect(parseExpression(session, each, "x", columns), each).rejects.toThrow(each);
  session.close();
});

test.each(Object.entries(sourceShapes))("every key of a %s is described, and stands in the document", (name, shape) => {
  const { properties = {} } = z.toJSONSchema(shape, { io: "input" });
  const keys = Object.entries(properties) as [string, { description?: string }][];
  expect(keys.length).toBeGreaterThan(4);
  expect(keys.filter(([, { description }]) => description === undefined)).toEqual([]);
  const [, made = ""] = new RegExp(`<!-- made: keys of ${name} -->([\\s\\S]*?)<!-- end -->`).exec(text) ?? [];
  for (const [key] of keys) expect(made).toContain(`| \`${key}\` |`);
});

test("a mark for which nothing is made is an error, prose stays as it is written", () => {
  expect(() => sourcesDocument("<!-- made: keys of sauce -->\n<!-- end -->")).toThrow('nothing is made for "keys of sauce"');
  expect(sourcesDocument("By hand.\n<!-- made: units -->\nold\n<!-- end -->\nBy hand.")).toMatch(
    /^By hand\.\n<!-- made: units -->\n\n\| unit [\s\S]*\| `sotka` \| 100 \|\n\n<!-- end -->\nBy hand\.$/,
  );
});

test("every link of the document leads somewhere", () => {
  const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map((match) => match[1] as string);
  const anchors = [...text.matchAll(/^## (.+)$/gm)].map(
    (match) =>
      `#${(match[1] as string)
        .toLowerCase()
        .replaceAll(/[^a-z0-9 ]/g, "")
        .replaceAll(" ", "-")}`,
  );
  expect(links.length).toBeGreaterThan(5);
  for (const link of links)
    if (link.startsWith("#")) expect(anchors).toContain(link);
    else expect(readFileSync(join(projectFile("docs"), link), "utf8")).not.toBe("");
});
