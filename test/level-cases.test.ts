import { expect, test } from "vitest";
import { projectFile } from "../src/domain/project-files.ts";
import { judgingOf } from "../src/entitlement/judging.ts";
import { readScale } from "../src/entitlement/level/scale.ts";
import { levelSelect } from "../src/entitlement/level/select.ts";
import { readProgrammes } from "../src/entitlement/programme.ts";
import { readParameters } from "../src/parameters/dated-values.ts";
import { readDeployment } from "../src/parameters/deployment.ts";
import { openDatabase } from "../src/warehouse/database.ts";
import { evaluateLevelCases, levelCases } from "./support/level-cases.ts";

test("every level begins at its points and ends below them: a case on both sides of each", () => {
  const certain = levelCases.filter(({ expected }) => expected.level.length === 1).map(({ expected }) => expected);
  const sums = (level: string) => certain.filter((each) => each.level[0] === level).map(({ points }) => points[0]);
  expect(Math.min(...sums("A"))).toBe(1800);
  expect(Math.min(...sums("B"))).toBe(730);
  expect(Math.min(...sums("C"))).toBe(-30);
  expect([Math.max(...sums("B")), Math.max(...sums("D")), Math.max(...sums("E"))]).toEqual([1780, -50, -470]);
});

test("the product, and the second implementation, come to the level worked out by hand", async () => {
  const verdicts = await evaluateLevelCases();
  const said = (by: "hand" | "product") =>
    Object.fromEntries(levelCases.map(({ id }) => [id, { level: verdicts.get(id)?.[by].levels, points: verdicts.get(id)?.[by].sum }]));
  const written = Object.fromEntries(levelCases.map(({ id, expected }) => [id, expected]));
  expect(said("hand")).toEqual(written);
  expect(said("product")).toEqual(written);
  for (const [id, { hand, product }] of verdicts) expect(product, id).toEqual(hand);
});

test("no level is named before the order, and the columns are the same", async () => {
  const deployment = readDeployment(projectFile("models/deployment.yaml"));
  const parameters = readParameters(deployment.parameters);
  const session = await openDatabase(":memory:", { mode: "write", threads: 1 });
  const { terms } = await readProgrammes(session, deployment.programmes, parameters);
  const scale = await readScale(session, deployment.levels, parameters, terms);
  const facts = [
    ...scale.criteria.flatMap(({ bands }) => bands),
    ...terms.map(({ expression }) => ({ value: expression, upTo: undefined, threshold: undefined })),
  ]
    .flatMap(({ value, upTo, threshold }) => [value, upTo, threshold])
    .flatMap((each) => each?.features ?? []);
  const columns = [...new Set(facts)].filter((name) => !terms.some((term) => term.name === name)).map((name) => `null as ${name}`);
  const on = (day: string) =>
    levelSelect(scale, terms, judgingOf(parameters, day, "2023-01-01"), `(select ${columns.join(", ")})`, "1 as one");
  const [before, after] = [await session.row(on("2023-06-28")), await session.row(on("2023-06-29"))];
  const described = async (day: string) => session.rows(`describe ${on(day)}`);
  expect(await described("2023-06-28")).toEqual(await described("2023-06-29"));
  session.close();
  expect(Object.entries(before).filter(([name, value]) => name !== "one" && value !== null)).toEqual([]);
  expect(after).toMatchObject({ level: null, level_best: "A", level_worst: "E" }); // of whom nothing is known
});
