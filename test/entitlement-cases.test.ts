import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { projectFile } from "../src/domain/project-files.ts";
import { readDeployment } from "../src/parameters/deployment.ts";
import { evaluateCases } from "./support/evaluate-cases.ts";
import type { State } from "./support/law-by-hand.ts";
import { levelCasesDocument } from "./support/level-cases.ts";
import { pseudonym } from "./support/registry.ts";
import { personOf, readWorkedCases, type WorkedCase } from "./support/worked-cases.ts";
import { workedCasesDocument } from "./support/worked-cases-document.ts";

const deployment = readDeployment(projectFile("models/deployment.yaml"));
const { cases, places } = readWorkedCases();

test("the figures of a case are those of the sample's quarters, or said to be made for it", () => {
  const rows = readFileSync(deployment.quarters, "utf8").split("\n");
  let read = 0;
  for (const { id, place, figures } of cases) {
    const row = rows
      .find((each) => each.startsWith(`${figures.quarter},${places[place]?.slice(0, 2)},`))
      ?.match(/^\w+,\d+,(\d+),[^,]*,(\d+),/);
    expect(row === undefined, `${id}: made up`).toBe(figures.made_up);
    if (row !== undefined && row !== null)
      expect([Number(row[1]), Number(row[2])], id).toEqual([figures.subsistence_minimum, figures.median_income]);
    read += row ? 1 : 0;
  }
  expect(read).toBeGreaterThan(40);
});

test("docs/worked-cases.md shows the cases; if it is stale, run: npx vitest run test/entitlement-cases.test.ts -u", async () => {
  expect(cases.length).toBeGreaterThanOrEqual(45);
  expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
  await expect(`${workedCasesDocument(cases)}\n${levelCasesDocument()}`).toMatchFileSnapshot(projectFile("docs/worked-cases.md"));
});

test("every condition of TSA is met by a case and unmet by another, and every programme has each of its states", () => {
  const states = (programme: string) => new Set(cases.map(({ expected }) => expected[programme]?.state).filter(Boolean));
  for (const programme of ["tsa", "child_supplement", "school_package", "large_family_benefit"])
    expect([...states(programme)], programme).toEqual(expect.arrayContaining<State>(["may_be_entitled", "not_by_registers", "unknown"]));
  for (const programme of ["child_supplement", "in_kind_set"]) expect([...states(programme)], programme).toContain("not_in_force");
  expect([...states("flood_lump_sum")].sort()).toEqual(["not_by_registers", "unknown"]);
  const unmet = new Set(cases.flatMap(({ expected }) => expected.tsa?.unmet ?? []));
  expect([...unmet].sort()).toEqual([
    "below_line",
    "cars",
    "no_building_plot",
    "no_business_premises",
    "no_dwelling_alienated",
    "no_refusal_block",
    "no_second_dwelling",
    "no_work_vehicles",
    "sole_trader",
  ]);
});

/** Both implementations say nothing of whom nothing is asked, and of whom it is unknown. */
const dutiesOf = (one: WorkedCase, duties: Record<string, string | null>, expected: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(expected).map(([who, duty]) => [
      who,
      duties[pseudonym(personOf(one, who))] ?? (duty === "unknown" ? "unknown" : "none"),
    ]),
  );

/** What an implementation says of a case, in the words of its expectation. */
function said(one: WorkedCase, verdicts: Awaited<ReturnType<typeof evaluateCases>>, by: "hand" | "product") {
  const found = verdicts.get(one.id)?.[by];
  if (found === undefined) throw new Error(`${one.id} was not evaluated by ${by}`);
  return Object.fromEntries(
    Object.entries(one.expected).map(([programme, expected]) => {
      const { state, amount } = found.programmes[programme] as { state: string | null; amount: number | null };
      const named = (answer: string) =>
        Object.keys(found.conditions)
          .filter((id) => found.conditions[id] === answer)
          .sort();
      return [
        programme,
        {
          state: state ?? "not_in_force",
          ...(expected.amount === undefined ? {} : { amount }),
          ...(expected.kind === undefined ? {} : { kind: found.tsaKind ?? "unknown" }),
          ...(expected.unmet === undefined ? {} : { unmet: named("no") }),
          ...(expected.unknown === undefined ? {} : { unknown: named("unknown") }),
          ...(expected.duties === undefined ? {} : { duties: dutiesOf(one, found.duties, expected.duties) }),
          ...(expected.receives === undefined ? {} : { receives: found.receives[programme] }),
        },
      ];
    }),
  );
}
const asWritten = ({ expected }: WorkedCase) =>
  Object.fromEntries(
    Object.entries(expected).map(([programme, { unmet, unknown, ...rest }]) => [
      programme,
      { ...rest, ...(unmet && { unmet: unmet.toSorted() }), ...(unknown && { unknown: unknown.toSorted() }) },
    ]),
  );

const byId = (words: (one: WorkedCase) => unknown) => Object.fromEntries(cases.map((one) => [one.id, words(one)]));

test("the product, and the second implementation, come to what was worked out by hand", async () => {
  const verdicts = await evaluateCases(cases, places);
  expect(byId((one) => said(one, verdicts, "hand"))).toEqual(byId(asWritten));
  expect(byId((one) => said(one, verdicts, "product"))).toEqual(byId(asWritten));
  for (const [id, { hand, product }] of verdicts) expect(product, id).toEqual(hand);
});
