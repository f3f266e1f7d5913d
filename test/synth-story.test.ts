import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { makePopulation, type TestPopulation } from "./support/population.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
let population: TestPopulation;

beforeAll(async () => {
  population = await makePopulation(`${root}/population`, { households: 8000, months: 24, seed: 3 });
});
afterAll(() => population.close());

/** Shares of households with a sign in the three months before the quarter in which registered income falls below the minimum, and of others. */
async function signsBefore(sign: string): Promise<{ fell: number; others: number; falls: number }> {
  const quarters = await population.rows<{ household_id: string; quarter: string; is_poor_by_registers: boolean }>(
    "select household_id, quarter::varchar as quarter, is_poor_by_registers from {truth/household_quarter} order by household_id, quarter",
  );
  const signs = new Set(
    (await population.rows<{ household_id: string; month: string }>(sign)).map(
      ({ household_id, month }) => `${household_id} ${month.slice(0, 7)}`,
    ),
  );
  const count = { fell: [0, 0], others: [0, 0] } as Record<"fell" | "others", [number, number]>;
  quarters.forEach((now, index) => {
    const before = quarters[index - 1];
    if (before === undefined || before.household_id !== now.household_id || before.is_poor_by_registers) return;
    const group = count[now.is_poor_by_registers ? "fell" : "others"];
    const year = Number(before.quarter.slice(0, 4));
    const month = Number(before.quarter.slice(5, 7));
    const isSigned = [0, 1, 2].some((later) => signs.has(`${now.household_id} ${year}-${String(month + later).padStart(2, "0")}`));
    group[0] += isSigned ? 1 : 0;
    group[1] += 1;
  });
  return { fell: count.fell[0] / count.fell[1], others: count.others[0] / count.others[1], falls: count.fell[1] };
}

test("overdue loans and unpaid bills are more frequent in the quarter before a fall of income than where none follows", async () => {
  const overdue = await signsBefore("select household_id, month::varchar as month from {credit} where overdue_days >= 16");
  const arrears = await signsBefore("select household_id, month::varchar as month from {utility} where arrears_lcu > 0");
  for (const { fell, others, falls } of [overdue, arrears]) {
    expect(falls).toBeGreaterThan(500);
    expect(fell).toBeGreaterThan(1.5 * others);
    expect(fell).toBeLessThan(0.8);
    expect(others).toBeGreaterThan(0.02);
  }
});

test("children miss more lessons when trouble has begun and income has not yet fallen", async () => {
  const [found] = await population.rows<{ troubled: number; calm: number; lessons: number }>(`
    with pupil as (select person_id, min(household_id) as household_id from {person} group by person_id),
    lesson as (
        select p.household_id, s.month, s.attendance_rate,
            exists (select 1 from {truth/trouble} as t where t.household_id = p.household_id and not t.is_quiet and t.kind <> 'scare'
                and s.month >= t.begins_on and s.month < t.falls_on) as is_before_fall
        from {schooling} as s join pupil as p on p.person_id = s.person_id
        where s.enrolled
    )
    select median(attendance_rate) filter (where is_before_fall) as troubled, median(attendance_rate) filter (where not is_before_fall) as calm,
        count(*) filter (where is_before_fall) as lessons
    from lesson`);
  expect(found!.lessons).toBeGreaterThan(300);
  expect(found!.troubled).toBeLessThan(found!.calm - 0.02);
});

test("a register that a district is without has no row from it, and the source's definition leaves the district out", async () => {
  const definition = parse(readFileSync(`${population.directory}/sources.yaml`, "utf8")) as {
    tables: { table: string; covers?: { areas: "all" | string[]; from: string; until: string }[] }[];
  };
  const areasOf = (table: string) => definition.tables.find((each) => each.table === table)?.covers?.[0]?.areas;
  expect(areasOf("income")).toBe("all");
  const areas = areasOf("utility") as string[];
  const districts = await population.rows<{ district: string; rows: number }>(`
    select h.area_code[1:4] as district, count(u.month) as rows
    from (select household_id, max(area_code) as area_code from {household} group by household_id) as h
    left join {utility} as u on u.household_id = h.household_id
    group by h.area_code[1:4]`);
  const isCovered = (district: string) => areas.some((area) => district.startsWith(area));
  expect(districts.filter(({ district }) => !isCovered(district)).length).toBeGreaterThan(10);
  expect(districts.filter(({ district, rows }) => !isCovered(district) && rows > 0)).toEqual([]);
  expect(districts.filter(({ district, rows }) => isCovered(district) && rows > 0).length).toBeGreaterThan(100);
});

test("spending and accounts are there only for households of which every adult asked gave consent", async () => {
  const [found] = await population.rows<{ seen: number; unasked: number }>(`
    with answer as (
        select p.household_id, c.person_id, bool_or(c.state = 'given') as gave
        from {consent} as c join (
            select person_id, max(household_id) as household_id from {person} group by person_id having count(distinct household_id) = 1
        ) as p on p.person_id = c.person_id
        where c.scope = 'bank' group by p.household_id, c.person_id
    ),
    household as (select household_id, bool_and(gave) as all_gave from answer group by household_id)
    select count(distinct a.household_id) as seen, count(distinct a.household_id) filter (where not h.all_gave) as unasked
    from {account} as a join household as h on h.household_id = a.household_id`);
  expect(found!.seen).toBeGreaterThan(50);
  expect(found!.unasked).toBe(0);
});

test("floods of spring 2024 strike flagged regions only", async () => {
  const spring = await makePopulation(`${root}/spring`, {
    households: 1500,
    months: 12,
    until: "2024-10-01",
    tables: ["emergency", "household"],
  });
  const floods = await spring.rows<{ region: string }>(
    "select distinct area_code[1:2] as region from {emergency} where kind = 'flood' order by region",
  );
  spring.close();
  expect(floods.length).toBeGreaterThan(4);
  expect(floods.filter(({ region }) => !["11", "15", "23", "27", "35", "39", "55", "59"].includes(region))).toEqual([]);
});
