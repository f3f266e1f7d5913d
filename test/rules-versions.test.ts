import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { diffText, lawText } from "../src/cli/rules-text.ts";
import { projectFile } from "../src/domain/project-files.ts";
import { featureTypes, readCatalogue } from "../src/features/catalogue.ts";
import { tierWord } from "../src/lists/words.ts";
import { type Deployment, readDeployment } from "../src/parameters/deployment.ts";
import { diffLaw } from "../src/rules/diff.ts";
import { lawOn } from "../src/rules/in-force.ts";
import { inspectRules, type RulesRead, rulesInForce } from "../src/rules/read-rules.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const shipped = readDeployment(projectFile("models/deployment.yaml"));
const features = featureTypes(readCatalogue(shipped.features));

/** The shipped models with other lines in one rule. */
function withRule(name: string, id: string, change: (text: string) => string): Deployment {
  for (const part of ["rules", "parameters"]) cpSync(projectFile(`models/${part}`), join(root, name, part), { recursive: true });
  const file = join(root, name, "rules", `${id}.yaml`);
  const text = readFileSync(file, "utf8");
  expect(change(text)).not.toBe(text);
  writeFileSync(file, change(text));
  return { ...shipped, rules: join(root, name, "rules"), parameters: join(root, name, "parameters") };
}

const scheduled = `months: {2022-01-01: 18, 2027-01-01: 12}
least_children: {2027-01-01: 2}
versions:
  2026-07-01: {tier: elevated, changed: {by: the ministry, on: 2026-05-20, why: order 100}}
  2027-01-01: {when: children >= $least_children and months_since_checkup_children_max >= $months, offers: [], reference: order 200}
`;
let deployment: Deployment;
let read: RulesRead;
beforeAll(async () => {
  deployment = withRule("scheduled", "child-without-check-up", (text) =>
    text.replace(/^months: .*\n/m, scheduled).replace("2022-01-01: true", "2022-01-01: true, 2028-01-01: false"),
  );
  read = await inspectRules(deployment, features);
  expect(read.faults).toEqual([]);
});

describe("versions of a rule", () => {
  test.each([
    ["2026-06-30", "watch", '(("children" > 0) and ("months_since_checkup_children_max" >= 18))', ["health_checkups"]],
    ["2026-07-01", "elevated", '(("children" > 0) and ("months_since_checkup_children_max" >= 18))', ["health_checkups"]],
    ["2026-12-31", "elevated", '(("children" > 0) and ("months_since_checkup_children_max" >= 18))', ["health_checkups"]],
    ["2027-01-01", "elevated", '(("children" >= 2) and ("months_since_checkup_children_max" >= 12))', []],
    ["2027-12-31", "elevated", '(("children" >= 2) and ("months_since_checkup_children_max" >= 12))', []],
  ])("on %s the tier is %s and the condition %s: what a version does not name stays", async (date, tier, sql, offers) => {
    const rule = (await rulesInForce(deployment, features, date)).rules.find(({ id }) => id === "child-without-check-up");
    expect(rule).toMatchObject({ tier, sql, offers });
  });

  test("a rule that is switched off on a day is not there from that day on", async () => {
    const { rules } = await rulesInForce(deployment, features, "2028-01-01");
    expect(rules.map(({ id }) => id)).not.toContain("child-without-check-up");
    expect(rules.length).toBeGreaterThan(10);
  });

  test.each([
    [
      "unordered",
      "versions: {2027-01-01: {tier: watch}, 2026-01-01: {tier: high}}",
      "versions: overlap: 2026-01-01 stands after 2027-01-01",
    ],
    ["early", "versions: {2021-01-01: {tier: watch}}", "versions: overlap: 2021-01-01 stands after 2022-01-01"],
    ["unknown", "versions: {2027-01-01: {teir: watch}}", "teir is not a known key"],
    ["offer", "versions: {2027-01-01: {offers: [tsb]}}", "version of 2027-01-01: offers: there is no tsb"],
    [
      "feature",
      "versions: {2027-01-01: {when: childrem > 0 and months_since_checkup_children_max >= $months}}",
      "version of 2027-01-01: when, character 1",
    ],
    [
      "value",
      "fewest: {2028-01-01: 2}\nversions: {2027-01-01: {when: children > $fewest and months_since_checkup_children_max >= $months}}",
      "fewest begins on 2028-01-01, the rule on 2027-01-01",
    ],
    ["question", "versions: {2027-01-01: {question: true}}", "version of 2027-01-01: a question never raises a tier"],
  ])("with a fault in the %s is named with the version", async (name, lines, message) => {
    const faulty = withRule(`faulty-${name}`, "child-without-check-up", (text) =>
      text.replace(/^months: .*\n/m, (months) => `${months}${lines}\n`),
    );
    const { faults } = await inspectRules(faulty, features);
    expect(faults.join("\n")).toContain(message);
    expect(faults.every((fault) => fault.includes("child-without-check-up.yaml"))).toBe(true);
  });
});

describe("the law on a date", () => {
  test("has each rule in force with its values and where they stand, and the legal values of that day", () => {
    const law = lawOn(read, "2026-07-01");
    expect(law.rules.find(({ id }) => id === "child-without-check-up")).toMatchObject({
      tier: "elevated",
      since: "2022-01-01",
      version: "2026-07-01",
      values: [{ own: true, name: "months", value: 18, from: "2022-01-01" }],
      changed: { by: "the ministry", on: "2026-05-20", why: "order 100" },
    });
    expect(law.rules.find(({ id }) => id === "utility-debt")?.values[1]).toMatchObject({
      own: false,
      name: "mrp",
      value: 4325,
      from: "2026-01-01",
      status: "source",
    });
    expect(law.parameters.find(({ name }) => name === "minimum_wage")).toMatchObject({ value: 85000, until: null });
    expect(law.without_value).toEqual([]);
  });

  test("before the first values says which have none, and no rule is in force", () => {
    const law = lawOn(read, "2018-06-01");
    expect(law.rules).toEqual([]);
    expect(() => lawOn(read, "2017-12-31")).toThrow("nothing is in force on 2017-12-31: the first legal value begins on 2018-01-01");
    expect(law.without_value).toContain("mrp");
    expect(law.parameters.map(({ name }) => name)).toContain("adult_age");
    expect(law.parameters.map(({ name }) => name)).not.toContain("mrp");
  });
});

describe("in words", () => {
  test.each([
    ["kk", "2026-07-01 күні қолданыстағы ережелер: 22", "2026-05-20 күні the ministry өзгертті: order 100", "күннен бастап"],
    ["ru", "На 2026-07-01 действует правил: 22", "изменил(а) the ministry 2026-05-20: order 100", "с какого дня"],
    ["en", "22 rules in force on 2026-07-01", "changed by the ministry on 2026-05-20: order 100", "since"],
  ] as const)("in %s the law on a date names who changed a rule, when and why", (language, head, changed, since) => {
    const text = lawText(lawOn(read, "2026-07-01"), language);
    expect(text).toContain(head);
    expect(text.split("\n")[1]).toContain(since);
    // Cells are broken into lines: the words of the change stand in order in the last column of its rule.
    const cell = text
      .split("\n")
      .map((line) => line.slice(line.lastIndexOf("  ")).trim())
      .join(" ");
    expect(cell).toContain(changed);
    expect(text).not.toMatch(/\{(count|date|since|version|from|by|on)\}/);
    expect(diffText(diffLaw(read, "2026-07-01", "2026-07-01"), language)).toContain("2026-07-01");
  });

  test.each([
    ["kk", "шарт"],
    ["ru", "условие"],
    ["en", "condition"],
  ] as const)("in %s a difference says what it is of, and tiers by their names", (language, condition) => {
    const text = diffText(diffLaw(read, "2026-06-30", "2027-01-01"), language);
    expect(text).toContain(tierWord("elevated", language));
    expect(text).toContain(condition);
    expect(text).toContain("child-without-check-up");
  });
});

describe("the difference of two dates", () => {
  test("has what a version changes, and nothing of other rules", () => {
    expect(diffLaw(read, "2026-06-30", "2026-07-01")).toMatchObject({
      rules: [{ id: "child-without-check-up", change: "changes", differences: [{ what: "tier", before: "watch", after: "elevated" }] }],
      parameters: [],
      offers: [],
    });
  });

  test("has condition, values, support and reference, each before and after", () => {
    const [{ differences } = { differences: [] }] = diffLaw(read, "2026-12-31", "2027-01-01").rules;
    expect(differences.map(({ what, before, after }) => [what, before, after])).toEqual([
      [
        "when",
        "children > 0 and months_since_checkup_children_max >= $months",
        "children >= $least_children and months_since_checkup_children_max >= $months",
      ],
      ["$months", 18, 12],
      ["offers", "health_checkups", ""],
      ["reference", "P1 (children's compulsory check-ups)", "order 200"],
      ["$least_children", null, 2],
    ]);
  });

  test("says which rules begin and end, in either direction", () => {
    expect(diffLaw(read, "2027-12-31", "2028-01-01").rules).toEqual([{ id: "child-without-check-up", change: "ends", differences: [] }]);
    expect(diffLaw(read, "2028-01-01", "2027-12-31").rules).toEqual([{ id: "child-without-check-up", change: "begins", differences: [] }]);
    expect(diffLaw(read, "2021-12-31", "2022-01-01").rules.filter(({ change }) => change === "begins").length).toBe(read.rules.length);
  });

  test("follows a legal value into rules that name it", () => {
    const { rules, parameters } = diffLaw(read, "2025-12-31", "2026-01-01");
    expect(rules.map(({ id, differences }) => [id, differences])).toEqual(
      ["sole-trader-spending", "utility-debt"].map((id) => [id, [{ what: "$mrp", before: 3932, after: 4325 }]]),
    );
    expect(parameters.find(({ name }) => name === "mrp")?.differences[0]).toEqual({ what: "value", before: 3932, after: 4325 });
  });

  test("of a date with itself is nothing", () => {
    expect(diffLaw(read, "2026-01-01", "2026-01-01")).toMatchObject({ rules: [], parameters: [], offers: [] });
  });
});
