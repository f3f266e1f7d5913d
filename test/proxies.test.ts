import { expect, test } from "vitest";
import { projectFile } from "../src/domain/project-files.ts";
import { proxiesOf } from "../src/experiments/proxies.ts";
import type { Matrix } from "../src/experiments/read-matrix.ts";
import { readCatalogue } from "../src/features/catalogue.ts";
import { modelCard } from "../src/scoring/card.ts";
import { packModel } from "../src/scoring/pack-model.ts";
import { seededRandom } from "../src/training/random.ts";
import { smallModel, smallStatement } from "./support/models.ts";

const random = seededRandom(3);
const size = 3000;
const names = ["members", "overdue_days_max", "rent_share_3m"];
const household = Float64Array.from({ length: size }, (_, row) => 1000 + row);
const columns = names.map(() => Float64Array.from({ length: size }, random));
const coefficients = [1, 1, 0];
const model = {
  base: 0,
  terms: names.map((name, index) => ({
    name,
    transform: "none" as const,
    mean: 0.5,
    deviation: 0.3,
    coefficient: coefficients[index]!,
    missing: null,
  })),
};
const matrix: Matrix = {
  moments: [
    { asOf: "2026-01-01", quarter: "2025-10-01", labelKnownOn: "2026-07-01" },
    { asOf: "2026-04-01", quarter: "2026-01-01", labelKnownOn: "2026-10-01" },
  ],
  // A tenth of the rows are of the first day, and are not looked at.
  moment: Uint16Array.from(household, (_, row) => (row % 10 === 0 ? 0 : 1)),
  household,
  features: readCatalogue(projectFile("models/features")).filter(({ name }) => names.includes(name)),
  columns: [],
  label: new Uint8Array(size),
  district: new Float64Array(size),
  isHelped: new Uint8Array(size),
  rankings: new Map(),
  snapshot: { load_id: 1, loads_sha256: "" },
  synthetic: true,
};
const given = { ...matrix, columns: matrix.features.map(({ name }) => columns[names.indexOf(name)]!) };
const byMembers = (above: number, yes: string, no: string) => Array.from(columns[0]!, (value) => (value > above ? yes : no));
const traits = {
  settlement: byMembers(0.4, "urban", "rural"),
  sex_of_head: Array.from(household, () => (random() < 0.5 ? "female" : "male")),
  // Told by a feature that has no weight in the model.
  contact_language: Array.from(columns[2]!, (value) => (value > 0.5 ? "kk" : "ru")),
  disability: Array.from(household, () => "no"),
  family_type: byMembers(0.5, "large", "other").map((value, row) => (row % 3 === 0 ? null : value)),
};
const proxies = proxiesOf(model, given, { household, traits });

test("a trait that a feature gives away has an AUC near 1, one that nothing gives away near 0.5", () => {
  expect(proxies.settlement).toMatchObject({ value: "urban", n: 1350 });
  expect(proxies.settlement!.auc).toBeGreaterThan(0.99);
  for (const trait of ["sex_of_head", "contact_language"]) expect(Math.abs(proxies[trait]!.auc - 0.5), trait).toBeLessThan(0.06);
});

test("households whose trait is unknown are not judged by, and a trait of one value is left out", () => {
  expect(Object.keys(proxies).sort()).toEqual(["contact_language", "family_type", "settlement", "sex_of_head"]);
  const known = traits.family_type.filter((value, row) => value !== null && row % 10 !== 0).length;
  expect(proxies.family_type!.n).toBe(Math.floor(known / 2));
});

test("the order in which households' traits are given changes nothing", () => {
  const turned = Object.fromEntries(Object.entries(traits).map(([trait, values]) => [trait, [...values].reverse()]));
  expect(proxiesOf(model, given, { household: household.slice().reverse(), traits: turned })).toEqual(proxies);
});

test("the card says what the features give away; without known traits it is silent", () => {
  const statement = { ...smallStatement, proxies: { settlement: { value: "urban", auc: 0.81234, n: 70 } } };
  expect(modelCard(packModel(smallModel, statement).manifest)).toContain("| settlement | urban | 0.8123 | 70 |");
  expect(modelCard(packModel(smallModel, smallStatement).manifest)).not.toContain("give away");
});
