import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { documents } from "../src/cli/docs.ts";
import { contractTable } from "../src/contract/tables.ts";
import { projectFile } from "../src/domain/project-files.ts";
import { familySql } from "../src/features/build.ts";
import { type Feature, readCatalogue } from "../src/features/catalogue.ts";
import { lineageFaults, lineageOf, projectLineage } from "../src/features/lineage.ts";
import { inRegistry } from "./support/features.ts";

const catalogue = readCatalogue(projectFile("models/features"));
const lineage = await projectLineage(catalogue);

/** The lineage when `edit` is made to a family's select. */
const lineageWith = (family: string, edit: (sql: string) => string, features: readonly Feature[]) =>
  inRegistry({ tables: { household: [] }, coverage: [] }, (session) =>
    lineageOf(session, features, async (name) => {
      const sql = await familySql(session, name, 100);
      const edited = name === family ? edit(sql) : sql;
      if (name === family) expect(edited).not.toBe(sql);
      return edited;
    }),
  );
const named = (...names: string[]) => catalogue.filter((feature) => names.includes(feature.name));

test("no feature reaches a forbidden or protected column; only features that declare it ask for consent", () => {
  expect(lineage.size).toBeGreaterThan(100);
  expect(lineageFaults(catalogue, lineage)).toEqual([]);
  const asking = [...lineage].filter(([, columns]) => columns.includes("consent.state")).map(([name]) => name);
  expect(asking.sort()).toEqual(
    catalogue
      .filter((feature) => feature.needs_consent)
      .map((feature) => feature.name)
      .sort(),
  );
});

test("every feature's lineage reaches the register that its catalogue entry names", () => {
  const notReached = catalogue
    .filter((feature) => contractTable(feature.register) !== undefined)
    .filter((feature) => !lineage.get(feature.name)?.some((column) => column.startsWith(`${feature.register}.`)));
  expect(notReached.map((feature) => feature.name)).toEqual([]);
});

test("a feature that reads the contact language is found out, as a value, a condition or an order", async () => {
  const features = named("is_rural");
  const edits = [
    (sql: string) => sql.replace("s.settlement in ('rural_district', 'village')", "s.contact_language = 'kk'"),
    (sql: string) => `${sql}\nwhere s.contact_language = 'kk'`,
    (sql: string) => `select * from (${sql}\norder by s.contact_language limit 5)`,
  ];
  for (const edit of edits) {
    const faults = lineageFaults(features, await lineageWith("dwelling", edit, features));
    expect(faults).toEqual([expect.stringContaining("is_rural reads household.contact_language: language is a protected trait")]);
  }
});

test("sex, and the state of a consent where none is declared, are found out", async () => {
  const elderly = named("elderly");
  const bySex = (sql: string) =>
    sql
      .replace("        role,\n", "        role,\n        sex,\n")
      .replace("born_by($as_of, $pension_age)) as elderly", "born_by($as_of, case sex when 'female' then 61 else 63 end)) as elderly");
  expect(lineageFaults(elderly, await lineageWith("composition", bySex, elderly))).toEqual([
    expect.stringContaining("elderly reads person.sex"),
  ]);
  const has_car = named("has_car");
  const byConsent = (sql: string) => `${sql}\nsemi join known_consent_given('bank', $as_of, $snapshot) as g using (household_key)`;
  expect(lineageFaults(has_car, await lineageWith("asset", byConsent, has_car))).toEqual([
    expect.stringContaining("has_car reads consent.state"),
  ]);
});

test("protected traits reach the audit table only", () => {
  const audit = readFileSync(projectFile("sql/audit/audit.sql"), "utf8");
  for (const column of ["p.sex", "s.contact_language"]) expect(audit).toContain(column);
});

test.each(Object.keys(documents).map((path) => [path]))("%s is as the code makes it (else: npx aldyn docs)", async (path) => {
  expect(readFileSync(projectFile(path), "utf8")).toBe(await documents[path]?.());
});
