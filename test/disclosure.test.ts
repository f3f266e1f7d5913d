import { appendFileSync, cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { impactAssessment, registerEntry } from "../src/disclosure/documents.ts";
import { type DisclosureFacts, disclosureFacts } from "../src/disclosure/facts.ts";
import { namedCodes } from "../src/disclosure/names.ts";
import { languages } from "../src/domain/languages.ts";
import { projectFile } from "../src/domain/project-files.ts";
import { readCatalogue } from "../src/features/catalogue.ts";
import { readDeployment } from "../src/parameters/deployment.ts";
import { demoModelDirectory, readModelDirectory, writeModel } from "../src/scoring/model-store.ts";
import { packModel } from "../src/scoring/pack-model.ts";
import { conditions } from "./support/conditions.ts";
import { storable, tableModel } from "./support/external-models.ts";
import { aldyn } from "./support/model-command.ts";
import { smallModel, smallStatement } from "./support/models.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const deployment = readDeployment(projectFile("models/deployment.yaml"));
const { manifest } = readModelDirectory(demoModelDirectory());
const factsOf = (change: object = {}, of = deployment): Promise<DisclosureFacts> =>
  disclosureFacts(of, { manifest: { ...manifest, ...change }, state: "champion", since: "2026-10-01T00:00:00.000Z" }, "2026-11-01");
const documents = { "register entry": registerEntry, "impact assessment": impactAssessment };

describe.each(Object.entries(documents))("the %s", (_, write) => {
  test("says the same headings, tables and figures in every language, whole", async () => {
    const facts = await factsOf();
    const texts = languages.map((language) => write(facts, language));
    const shape = (text: string) =>
      text.split("\n").map((line) => (line.startsWith("#") || line.startsWith("|") ? line.replaceAll(/[^#|]/g, "") : ""));
    const figures = (text: string) => (text.match(/\d+\.\d{3}/g) ?? []).join();
    expect(texts[0]!.match(/^## /gm)!.length).toBeGreaterThanOrEqual(12);
    for (const text of texts) {
      expect(shape(text)).toEqual(shape(texts[0]!));
      expect(figures(text)).toBe(figures(texts[0]!));
      expect(text).not.toMatch(/undefined|\bnull\b|NaN|\[object|[{}]/);
      expect(text).toContain(manifest.id);
    }
    expect(texts[0]).toMatch(/[әғқңөұүһі]/);
  });

  test("leaves no English in the Kazakh and the Russian text but names and codes", async () => {
    const filled = { kk: "иесі", ru: "владелец", en: "owner" };
    const authority = { ...conditions.authority, intended_use: filled, owner: filled, contact: filled, legal_basis: filled };
    const facts = { ...(await factsOf({ proxies: undefined })), conditions: { ...conditions, authority } };
    for (const language of ["kk", "ru"] as const) {
      const prose = write(facts, language).replaceAll(/`[^`]*`|hardship-entry-6m|reviewed_by|reviewed_on|\bAldyn\b/g, "");
      expect(prose.match(/[A-Za-z]{4,}/g) ?? []).toEqual([]);
    }
  });

  test("names each field that the authority has not filled, until it has", async () => {
    const facts = await factsOf();
    const fields = ["intended_use", "owner", "contact", "legal_basis", "retention_days"];
    const empty = write({ ...facts, conditions: { ...facts.conditions, authority: {} } }, "en");
    for (const field of fields) expect(empty).toContain(`**[to be filled by the authority: ${field}]**`);
    const full = write({ ...facts, conditions: { ...facts.conditions, authority: conditions.authority } }, "en");
    for (const field of fields) expect(full).not.toContain(`authority: ${field}]`);
    expect(full).toContain("an act");
    expect(write(facts, "ru")).toContain("**[заполняет орган: legal_basis]**");
  });

  test("follows the configuration: policy and its hash, rules, state, the model's kind of data", async () => {
    const models = join(root, `models-${Object.keys(documents).indexOf(_)}`);
    cpSync(projectFile("models"), models, { recursive: true });
    cpSync(projectFile("data-samples"), join(root, "data-samples"), { recursive: true });
    const before = write(await factsOf(), "en");
    const policy = join(models, "active.yaml");
    writeFileSync(policy, readFileSync(policy, "utf8").replace("per_1000_households: 20", "per_1000_households: 35"));
    appendFileSync(join(models, "rules", "rent-burden.yaml"), "# changed\n");
    const facts = await factsOf({ synthetic: false }, readDeployment(join(models, "deployment.yaml")));
    const after = write({ ...facts, state: "shadow", since: null }, "en");
    expect(before).toMatch(/has 20 places.*\n/);
    expect(after).toContain("has 35 places");
    const hash = (text: string, row: string) => new RegExp(`\\| ${row} \\| \`([0-9a-f]{64})\``).exec(text)?.[1];
    for (const row of ["rules", "policy"]) {
      expect(hash(before, row)).toBeDefined();
      expect(hash(after, row)).not.toBe(hash(before, row));
    }
    expect(hash(after, "legal values")).toBe(hash(before, "legal values"));
    expect([before.includes("made-up data: it says nothing"), after.includes("made-up data: it says nothing")]).toEqual([true, false]);
    expect([before.includes("in use, since 2026-10-01"), after.includes("shadow (changes no list)")]).toEqual([true, true]);
  });
});

test("every register and family of the catalogue has a name in each language", () => {
  const codes = readCatalogue(deployment.features).flatMap(({ family, register }) => [family, register]);
  expect([...new Set(codes)].filter((code) => !namedCodes.has(code))).toEqual([]);
  expect(codes.length).toBeGreaterThan(100);
});

test("data are told by register, with the features that only consent makes known", async () => {
  const behind = readCatalogue(deployment.features).filter(({ needs_consent, type }) => needs_consent && type !== "category");
  const [feature] = manifest.features;
  const features = [...manifest.features, ...behind.map(({ name }) => ({ ...feature!, name, needs_consent: true }))];
  const facts = await factsOf({ features });
  expect(facts.registers.reduce((sum, each) => sum + each.features, 0)).toBe(features.length);
  const consented = behind.map(({ name }) => name);
  expect(consented.length).toBeGreaterThan(3);
  expect(facts.registers.flatMap((register) => register.consented).sort()).toEqual([...consented].sort());
  const entry = registerEntry(facts, "en");
  for (const name of consented) expect(entry).toContain(`\`${name}\``);
  expect(impactAssessment(facts, "en")).toContain("rates of the place of residence are no features");
});

test("a model that reads rates of the place, or other columns than the catalogue's, is told so", async () => {
  const [feature] = manifest.features;
  const more = ["area_below_subsistence_share", "shoe_size"].map((name) => ({ ...feature!, name }));
  const facts = await factsOf({ features: [...manifest.features, ...more] });
  expect(registerEntry(facts, "en")).toContain("Features that the catalogue does not have: `shoe_size`.");
  expect(impactAssessment(facts, "en")).toContain("**rates of the place of residence are features");
});

test("a black box's contributions are called estimates, its fairness told as it was found", async () => {
  const inputs = [{ name: "children", kind: "float32" as const, rank: 2 as const, columns: ["children"] }];
  const box = storable(tableModel([["children", 1]], [{ op_type: "Sigmoid", input: ["children"], output: ["p"] }], ["p", 1]), inputs);
  const fairness = { verdict: "unfair" as const, findings: ["recall 75"] };
  const facts = await factsOf({ ...box.manifest, quality: { ...box.manifest.quality!, fairness } });
  const text = impactAssessment(facts, "en");
  expect(text).toContain("Contributions are estimates with their standard error");
  expect(text).toContain("Verdict: unfair. `recall 75");
  expect(text).toContain("Conditions for use that are unmet: it was found unfair: recall 75");
  expect(impactAssessment(await factsOf(), "en")).toContain("Contributions are exact.");
});

test("both are commands, in a language that exists", async () => {
  writeModel(packModel(smallModel, smallStatement), join(root, "small"));
  const flags = ["--data", join(root, "empty"), "--on", "2026-11-01"];
  for (const name of ["register-entry", "impact-assessment"]) {
    const { out, problem } = await aldyn(name, join(root, "small"), ...flags, "--lang", "kk", "--json");
    expect(problem).toBe("");
    expect(JSON.parse(out)).toMatchObject({ lang: "kk", on: "2026-11-01", markdown: expect.stringContaining("үміткер") });
    const wrong = await aldyn(name, join(root, "small"), ...flags, "--lang", "rus");
    expect(wrong).toMatchObject({ code: 2, problem: expect.stringContaining('did you mean "ru"') });
  }
});
