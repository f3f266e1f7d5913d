import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { forbiddenTrait } from "../src/contract/forbidden-names.ts";
import { readSource } from "../src/sources/source-file.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const source = (name: string, observations: string) => {
  const file = join(root, `${name}.yaml`);
  writeFileSync(file, `source: test\ntables: [{table: observation, files: o.csv, ${observations}}]\n`);
  return () => readSource(file);
};
const recipe = "{recipe: latest, unit: persons, direction: free}";

test("an observation named for a trait that no feature may depend on is refused, declared or unpivoted", () => {
  expect(source("declared", `observations: {Head natsionalnost: ${recipe}}`)).toThrow(
    /declared\.yaml: tables\.0 \(observation\): the observation "Head natsionalnost" speaks of nationality/,
  );
  expect(source("unpivoted", "unpivot: {columns: {party_member: p}, observed_on: day}")).toThrow(
    '"party_member" speaks of political views',
  );
  expect(source("plain", `observations: {Rooms used: ${recipe}}`)).not.toThrow();
});

test("names of such traits are known in three languages, and words that only begin alike are free", () => {
  const forbidden = [
    "nationality",
    "ult",
    "Ұлты",
    "ethnicGroup",
    "religion",
    "din",
    "vera",
    "home_language",
    "politics",
    "party",
    "appearance",
  ];
  for (const name of [...forbidden, "sex", "Gender of head", "pol", "пол"]) expect(forbiddenTrait(name), name).toBeDefined();
  for (const name of ["ultrasound visits", "dinners", "polyclinic", "parties visited", "surface m2", "тілек"])
    expect(forbiddenTrait(name), name).toBeUndefined();
});
