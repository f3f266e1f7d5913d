import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { projectFile } from "../src/domain/project-files.ts";
import { type Deployment, readDeployment } from "../src/parameters/deployment.ts";
import { proveRules } from "../src/rules/prove/rules.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const shipped = readDeployment(projectFile("models/deployment.yaml"));
let copies = 0;

/** A fault to put into a copy of the models, whose directory it is given; `touches`: files that it changes or rests on. */
interface Plant {
  touches: readonly string[];
  put: (models: string) => void;
}

/** A copy of the shipped models with faults. */
function copyOf(plants: readonly Plant[]): Deployment {
  const models = join(root, `models-${copies++}`);
  for (const part of ["rules", "parameters", "features", "offers.yaml"])
    cpSync(projectFile(`models/${part}`), join(models, part), { recursive: true });
  for (const { put } of plants) put(models);
  const [rules, parameters, features, offers] = ["rules", "parameters", "features", "offers.yaml"].map((part) => join(models, part)) as [
    string,
    string,
    string,
    string,
  ];
  return { ...shipped, rules, parameters, features, offers };
}

/** Puts one text in the place of another, which must be there. */
function edit(file: string, from: string | RegExp, to: string): Plant {
  const put = (models: string) => {
    const path = join(models, file);
    const text = readFileSync(path, "utf8");
    const changed = text.replace(from, to);
    expect(changed, `${file} has ${from}`).not.toBe(text);
    writeFileSync(path, changed);
  };
  return { touches: [file], put };
}

/** Writes a further rule: another one's file under another name, with changes. */
function alsoRule(id: string, like: string, ...changes: [string | RegExp, string][]): Plant {
  const put = (models: string) => {
    cpSync(join(models, "rules", `${like}.yaml`), join(models, "rules", `${id}.yaml`));
    for (const [from, to] of [[`id: ${like}`, `id: ${id}`] as const, ...changes]) edit(`rules/${id}.yaml`, from, to).put(models);
  };
  return { touches: [`rules/${like}.yaml`, `rules/${id}.yaml`], put };
}

const planted: [string, Plant, string, string][] = [
  [
    "a rule that can never fire: a share of income is 10 at most",
    edit("rules/rent-burden.yaml", "0.40", "12"),
    "rules/rent-burden.yaml",
    "no household can meet it",
  ],
  [
    "a rule that asks for a word that the category does not have",
    edit("rules/rent-burden.yaml", "'rented'", "'rent'"),
    "rules/rent-burden.yaml",
    "no household can meet it",
  ],
  [
    "a rule that always fires: arrears are never below nothing",
    edit("rules/utility-debt.yaml", "2022-01-01: 10", "2022-01-01: 0"),
    "rules/utility-debt.yaml",
    "every household of which all is known meets it",
  ],
  [
    "a threshold without effect",
    edit("rules/overdue-loan.yaml", "when: overdue_days_max > $days", "when: overdue_days_max > $days and overdue_days_max > 30"),
    "rules/overdue-loan.yaml",
    "overdue_days_max > 30 changes nothing",
  ],
  [
    "a feature without effect",
    edit(
      "rules/overdue-loan.yaml",
      "when: overdue_days_max > $days",
      "when: overdue_days_max > $days and (is_rural or not is_rural or is_rural is null)",
    ),
    "rules/overdue-loan.yaml",
    "is_rural changes nothing",
  ],
  [
    "two rules for the same households with different tiers",
    alsoRule(
      "overdue-again",
      "overdue-loan",
      ["tier: elevated", "tier: high"],
      ["overdue_days_max > $days", "not (overdue_days_max <= $days)"],
    ),
    "rules/overdue-again.yaml",
    "give them different tiers, high and elevated",
  ],
  [
    "a question that another rule takes for known",
    alsoRule("spends-more", "sole-trader-spending", ["tier: none", "tier: elevated"], ["question: true\n", ""]),
    "rules/spends-more.yaml",
    "what sole-trader-spending asks, spends-more takes for known",
  ],
  [
    "support that its own terms keep back from everybody whom the rule finds",
    edit("offers.yaml", "when: school_age_not_enrolled > 0", "when: school_age_not_enrolled = 0"),
    "rules/child-not-in-school.yaml",
    "school_enrolment is kept back by its own terms",
  ],
  [
    "a rule that ends with more hardship",
    edit("rules/overdue-loan.yaml", "when: overdue_days_max > $days", "when: overdue_days_max > 30 and overdue_days_max < $days"),
    "rules/overdue-loan.yaml",
    "ends as overdue_days_max rises",
  ],
  [
    "a feature that does not exist",
    edit("rules/overdue-loan.yaml", "when: overdue_days_max", "when: overdue_day_max"),
    "rules/overdue-loan.yaml",
    'overdue_day_max is not a feature of the catalogue (did you mean "overdue_days_max"?)',
  ],
  [
    "a parameter that does not exist",
    edit("rules/utility-debt.yaml", "* $mrp", "* $mpr"),
    "rules/utility-debt.yaml",
    '(did you mean "mrp"?)',
  ],
  ["a text missing in kk", edit("rules/income-halved.yaml", /^ {2}kk: .*\n/m, ""), "rules/income-halved.yaml", "reason.kk"],
  [
    "a text that was not translated",
    edit("rules/earner-died.yaml", /^ {2}kk: .*\n/m, '  kk: "За последний год семья потеряла кормильца"\n'),
    "rules/earner-died.yaml",
    "ru says the same as kk",
  ],
  [
    "legal values with a gap",
    edit("parameters/indices.yaml", "{from: 2024-01-01, value: 3692,", "{from: 2024-01-01, until: 2024-12-01, value: 3692,"),
    "parameters/indices.yaml",
    "mrp: gap from 2024-12-01 to 2024-12-31",
  ],
  [
    "a legal value that has ended while a rule needs it",
    edit("parameters/indices.yaml", "{from: 2026-01-01, value: 4325,", "{from: 2026-01-01, until: 2027-01-01, value: 4325,"),
    "rules/utility-debt.yaml",
    "mrp has no value on 2027-01-01; its last ended on 2027-01-01",
  ],
  [
    "a rule whose reference is empty",
    edit("rules/income-halved.yaml", /^reference: .*$/m, 'reference: " "'),
    "rules/income-halved.yaml",
    "reference",
  ],
  [
    "an offer that does not exist",
    edit("rules/rent-burden.yaml", "[housing_aid]", "[housing_aids]"),
    "rules/rent-burden.yaml",
    'offers: there is no housing_aids (did you mean "housing_aid"?)',
  ],
  [
    "an offer of a programme that does not exist",
    edit("offers.yaml", "programme: tsa", "programme: tas"),
    "offers.yaml",
    'tsa.programme: there is no programme tas (did you mean "tsa"?)',
  ],
  [
    "an offer that states a programme's law again",
    edit("offers.yaml", "programme: tsa\n", "programme: tsa\n  when: is_below_line\n"),
    "offers.yaml",
    "are for the programme tsa to say",
  ],
  [
    "a version to come that can never fire",
    edit(
      "rules/overdue-loan.yaml",
      "in_force:",
      "versions: {2027-01-01: {when: overdue_days_max > $days and overdue_days_max < 30}}\nin_force:",
    ),
    "rules/overdue-loan.yaml",
    "when, on 2027-01-01: no household can meet it",
  ],
  [
    "terms of support that nobody can meet",
    edit("offers.yaml", "when: school_age_not_enrolled > 0", "when: school_age_not_enrolled > 0 and school_age_not_enrolled < 1"),
    "offers.yaml",
    "school_enrolment.when, on 2018-01-01: no household can meet it",
  ],
  [
    "a rule by a value that differs by region",
    edit(
      "parameters/indices.yaml",
      "minimum_wage:",
      '  regions: {"71": [{from: 2026-01-01, value: 5000, status: assumption, reference: test}]}\nminimum_wage:',
    ),
    "rules/utility-debt.yaml",
    "$mrp differs by region",
  ],
];

/** Faults that touch none of the same files are planted together: a proof each would take a minute. What legal values lack concerns many rules. */
const together: (typeof planted)[] = [];
for (const each of planted) {
  const isLegal = (one: Plant) => one.touches.some((file) => file.startsWith("parameters/"));
  const fits = (group: typeof planted) =>
    group.every(([, other]) => !isLegal(other) && !isLegal(each[1]) && !other.touches.some((file) => each[1].touches.includes(file)));
  const group = together.find(fits);
  if (group === undefined) together.push([each]);
  else group.push(each);
}
const proofs = new Map<(typeof together)[number], Promise<string[]>>();

/** The faults found where this one was planted, and the places of all that were planted with it; rules by a legal value that has a fault have one too. */
async function proofWith(plant: Plant): Promise<{ places: string[]; faults: readonly string[] }> {
  const group = together.find((each) => each.some(([, other]) => other === plant)) as typeof planted;
  const proof = proofs.get(group) ?? proveRules(copyOf(group.map(([, each]) => each))).then(({ faults }) => [...faults]);
  proofs.set(group, proof);
  const isLegal = plant.touches.some((file) => file.startsWith("parameters/"));
  return { places: [...group.map(([, , place]) => place), ...(isLegal ? ["mrp"] : [])], faults: await proof };
}

describe("rules check", () => {
  test("the shipped rules hold, each threshold proven on both sides", async () => {
    const { rules, faults, notes, thresholds, households } = await proveRules(shipped);
    expect({ faults, notes }).toEqual({ faults: [], notes: [] });
    expect(rules.length).toBeGreaterThanOrEqual(22);
    expect(thresholds).toBeGreaterThan(50);
    expect(households).toBeGreaterThan(4000);
  });

  test.each(planted)("%s is caught by name, and nothing else is", async (_, plant, place, message) => {
    const { places, faults } = await proofWith(plant);
    const caught = faults.filter((fault) => fault.includes(place) && fault.includes(message));
    expect(caught, faults.join("\n")).not.toEqual([]);
    expect(faults.filter((fault) => !places.some((each) => fault.includes(each)))).toEqual([]);
  });
});
