import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makePopulation, type TestPopulation } from "./support/population.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
let population: TestPopulation;

beforeAll(async () => {
  population = await makePopulation(`${root}/population`, { households: 12_000, months: 36, seed: 5 });
});
afterAll(() => population.close());

/** Quarters' figures by `2025Q3 61`: read here on their own, from the published table. */
const quarters = new Map(
  readFileSync("data-samples/kazakhstan/regional-quarters.csv", "utf8")
    .split("\n")
    .slice(1)
    .filter((line) => line !== "")
    .map((line) => {
      const [, quarter, region, minimum, , median] = /^(\d{4}Q\d),(\d+),(\d+),("[^"]*"|[^,]*),(\d+),/.exec(line) as RegExpExecArray;
      return [`${quarter} ${region}`, { minimum: Number(minimum), median: Number(median) }] as const;
    }),
);

/** The quarter before that of a date: its name and first day. */
function quarterBefore(date: string): { name: string; start: string } {
  const [year, month] = [Number(date.slice(0, 4)), Number(date.slice(5, 7))];
  const index = year * 4 + Math.floor((month - 1) / 3) - 1;
  return {
    name: `${Math.floor(index / 4)}Q${(index % 4) + 1}`,
    start: `${Math.floor(index / 4)}-${String((index % 4) * 3 + 1).padStart(2, "0")}-01`,
  };
}

/** The poverty line of an application: 70 % of the minimum, from 2025 at least 35 % of median income, both of the quarter before. */
function lineOf(appliedOn: string, region: string): number {
  const found = quarters.get(`${quarterBefore(appliedOn).name} ${region}`);
  if (found === undefined) throw new Error(`no quarter before ${appliedOn} for ${region}`);
  const byMinimum = Math.round(found.minimum * 70) / 100;
  return appliedOn < "2025-01-01" ? byMinimum : Math.max(byMinimum, Math.round(found.median * 35) / 100);
}

interface Application extends Record<string, unknown> {
  household_id: string;
  region: string;
  applied_on: string;
  decision: string;
  refusal_reason: string | null;
  excess_lcu: number | null;
  monthly_lcu: number | null;
  starts_on: string | null;
  ends_on: string | null;
}

/** Applications of households that have always lived in the same number, with that number: then the member count needs no guess. */
async function applications(): Promise<(Application & { members: number; income: number })[]> {
  const found = await population.rows<Application & { members: number }>(`
    with steady as (select household_id, min(members) as members, max(area_code[1:2]) as region from {household} group by household_id having min(members) = max(members))
    select b.* exclude (applied_on, starts_on, ends_on), b.applied_on::varchar as applied_on, b.starts_on::varchar as starts_on, b.ends_on::varchar as ends_on, s.members, s.region
    from {benefit} as b join steady as s on s.household_id = b.household_id
    where b.kind in ('tsa_unconditional', 'tsa_conditional') and b.applied_on >= date '2024-01-01'
    order by b.household_id, b.applied_on`);
  const last = await population.rows<{ household_id: string; quarter: string; income: number }>(`
    with word as (select *, row_number() over (partition by household_id, person_id, month, kind order by recorded_at desc) as place from {income})
    select household_id, date_trunc('quarter', month)::date::varchar as quarter, sum(amount_lcu)::bigint as income
    from word where place = 1 group by household_id, date_trunc('quarter', month)`);
  const incomes = new Map(last.map(({ household_id, quarter, income }) => [`${household_id} ${quarter}`, income]));
  return found.map((each) => ({ ...each, income: incomes.get(`${each.household_id} ${quarterBefore(each.applied_on).start}`) ?? 0 }));
}

test("TSA is granted only below the line in force, and its sum is the gap of every member", async () => {
  const all = await applications();
  const granted = all.filter(({ decision }) => decision === "granted");
  expect(granted.length).toBeGreaterThan(200);
  for (const { income, members, applied_on, region, monthly_lcu } of granted) {
    const line = lineOf(applied_on, region);
    expect(income).toBeLessThan(line * members * 3);
    expect(Math.abs(monthly_lcu! - Math.floor(line * members - income / 3))).toBeLessThanOrEqual(1);
  }
});

test("a refusal for income is above the line by the excess it names; none above the line is granted", async () => {
  const refused = (await applications()).filter(({ refusal_reason }) => refusal_reason === "income");
  expect(refused.length).toBeGreaterThan(50);
  for (const { income, members, applied_on, region, excess_lcu } of refused) {
    const excess = income / (3 * members) - lineOf(applied_on, region);
    expect(excess).toBeGreaterThanOrEqual(0);
    expect(excess_lcu).toBe(Math.floor(excess + 1e-9));
  }
});

test("a grant lasts three months, and nothing is granted in the six months after broken contracts, refused measures or false data", async () => {
  const all = await applications();
  for (const { starts_on, ends_on } of all) if (starts_on !== null) expect(monthsBetween(starts_on, ends_on!)).toBe(2);
  const blocking = all.filter(({ refusal_reason }) => ["measures_refused", "contract_broken", "false_data"].includes(refusal_reason ?? ""));
  let followed = 0;
  for (const block of blocking) {
    const isOwn = ({ household_id, applied_on }: Application) => household_id === block.household_id && applied_on !== block.applied_on;
    const isRepeated = blocking.some(
      (one) => isOwn(one) && one.applied_on < block.applied_on && monthsBetween(one.applied_on, block.applied_on) < 6,
    );
    if (isRepeated) continue;
    const next = all.filter((one) => isOwn(one) && one.applied_on > block.applied_on);
    followed += next.length > 0 ? 1 : 0;
    for (const { decision, applied_on } of next) if (monthsBetween(block.applied_on, applied_on) < 6) expect(decision).toBe("refused");
  }
  expect(followed).toBeGreaterThan(5);
});

function monthsBetween(from: string, to: string): number {
  const month = (date: string) => Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7));
  return month(to) - month(from);
}
