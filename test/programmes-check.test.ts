import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { projectFile } from "../src/domain/project-files.ts";
import { programmeProvables } from "../src/entitlement/provables.ts";
import { readDeployment } from "../src/parameters/deployment.ts";
import { proveExpressions } from "../src/rules/prove/expression.ts";
import { openDatabase } from "../src/warehouse/database.ts";
import type { Session } from "../src/warehouse/session.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const shipped = readDeployment(projectFile("models/deployment.yaml"));
let session: Session;
beforeEach(async () => {
  session = await openDatabase(":memory:", { mode: "write", threads: 1 });
});
afterEach(() => session.close());

/** What the proof of one programme's file says, with one text in the place of another. */
async function faultsWith(name: string, file: string, from: string | RegExp, to: string): Promise<string[]> {
  const programmes = join(root, name);
  cpSync(shipped.programmes, programmes, { recursive: true });
  const path = join(programmes, file);
  const text = readFileSync(path, "utf8");
  expect(text.replace(from, to)).not.toBe(text);
  writeFileSync(path, text.replace(from, to));
  const { provables, faults } = await programmeProvables({ ...shipped, programmes });
  const touched = provables.filter(({ place }) => place.startsWith(path));
  return [...faults, ...(await proveExpressions(session, touched)).faults];
}

describe("programmes on both sides of their thresholds", () => {
  test("hold as they are shipped: every condition, shared term and sum", async () => {
    const { provables, faults } = await programmeProvables(shipped);
    const proof = await proveExpressions(session, provables);
    expect({ faults: [...faults, ...proof.faults], notes: proof.notes }).toEqual({ faults: [], notes: [] });
    const places = provables.map(({ place }) => place);
    for (const part of ["terms.yaml: poverty_line_lcu", "tsa.yaml: amount", "large_family_benefit.yaml: amount"])
      expect(
        places.filter((place) => place.endsWith(part)),
        part,
      ).toHaveLength(1);
    expect(places.filter((place) => place.includes("tsa.yaml: conditions.")).length).toBeGreaterThan(8);
    expect(proof.thresholds).toBeGreaterThan(40);
  });

  test.each([
    ["always", "school_package.yaml", /threshold: "1"/, 'threshold: "0"', "every household of which all is known meets it"],
    [
      "never",
      "school_package.yaml",
      /relation: at_least\n {4}threshold: "1"/,
      'relation: below\n    threshold: "0"',
      "no household can meet it",
    ],
    [
      "idle",
      "large_family_benefit.yaml",
      "when children_and_students = 6 then",
      "when children_and_students = 6 and children_and_students <> 5 then",
      "children_and_students <> 5 changes nothing",
    ],
    [
      "fact",
      "school_package.yaml",
      "value: children_school_age_at_least",
      "value: children_school_age",
      "is not a feature of the catalogue",
    ],
    [
      "term",
      "terms.yaml",
      "median_line_lcu <= subsistence_line_lcu then subsistence_line_lcu",
      "median_line_lcu <= subsistence_line_lcu then median_line_lcu",
      "terms.yaml: poverty_line_lcu",
    ],
  ])("a fault planted (%s in %s) is caught by name", async (name, file, from, to, message) => {
    expect((await faultsWith(name, file, from, to)).join("\n")).toContain(message);
  });

  test.each([
    ["band", "levels.yaml", '{id: two, relation: below, threshold: "3"', '{id: two, relation: below, threshold: "2"', "bands.two.value"],
    ["word", "levels.yaml", "settlement = 'village'", "settlement = 'hamlet'", "criteria.settlement.bands.village.value"],
    ["cars", "levels.yaml", "value: has_founder,", "value: has_founders,", "has_founders is not a feature of the catalogue"],
    ["tongue", "levels.yaml", /^ {6}kk: "Жеңіл автокөлік"\n/m, "", "criteria.3.name.kk"],
    ["order", "parameters/levels.yaml", "value: 730,", "value: 1900,", "levels.B.from, on 2018-01-01: nobody can reach it"],
    ["share", "parameters/levels.yaml", "value: 0.25,", "value: 1.5,", "criteria.income.bands.low, on 2018-01-01: nobody can reach it"],
  ])("a fault planted in the scale of levels (%s) is caught by name", async (name, file, from, to, message) => {
    const directory = join(root, `scale ${name}`);
    cpSync(dirname(shipped.levels), directory, { recursive: true });
    const text = readFileSync(join(directory, file), "utf8");
    expect(text.replace(from, to)).not.toBe(text);
    writeFileSync(join(directory, file), text.replace(from, to));
    const levels = join(directory, "levels.yaml");
    const { provables, faults } = await programmeProvables({ ...shipped, levels, parameters: join(directory, "parameters") });
    const proof =
      faults.length > 0
        ? []
        : (
            await proveExpressions(
              session,
              provables.filter(({ place }) => place.startsWith(levels)),
            )
          ).faults;
    expect([...faults, ...proof].join("\n")).toContain(message);
  });
});
