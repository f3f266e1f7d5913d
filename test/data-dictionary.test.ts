import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { dataDictionary } from "../src/contract/data-dictionary.ts";
import { contractTables } from "../src/contract/tables.ts";
import { projectFile } from "../src/domain/project-files.ts";

test("docs/data-dictionary.md is what the contract says now; if not, run: npx aldyn docs", () => {
  expect(readFileSync(projectFile("docs/data-dictionary.md"), "utf8")).toBe(dataDictionary());
});

test("the dictionary names every table and column of the contract", () => {
  const text = dataDictionary();
  expect(contractTables.length).toBeGreaterThan(15);
  for (const table of contractTables) {
    const section = text.split(`\n## ${table.name}\n`)[1]?.split("\n## ")[0] ?? "";
    for (const column of Object.keys(table.columns)) expect(section, `${table.name}.${column}`).toContain(`| \`${column}\` |`);
  }
});
