import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as schemas from "../src/api/programme-schemas.ts";
import type { Principal } from "../src/domain/principal.ts";
import { cellSums } from "../src/indicators/cells.ts";
import { publishedFile } from "../src/lists/published.ts";
import { requirePublished } from "../src/queries/required-step.ts";
import { openDatabase } from "../src/warehouse/database.ts";
import { admin, keyOf, type TestApi, testApi } from "./support/api.ts";
import { listedFamilies } from "./support/listed-families.ts";
import { pseudonym, temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const planner: Principal = { id: "planner-61", role: "planner", areas: ["61"] };
const worker: Principal = { id: "worker-61", role: "social_worker", areas: ["61"] };
const worker7511: Principal = { id: "worker-7511", role: "social_worker", areas: ["7511"] };
let api: TestApi;
const [before, now] = ["2026-09-01", "2026-10-01"];

/** Able-bodied who work, of all, by area; a household each. */
const employed: [day: string, area: string, group: string, x: number, n: number][] = [
  [now, "", "all", 30, 100],
  [now, "61", "all", 20, 60],
  [now, "75", "all", 10, 40],
  [now, "6120", "all", 18, 50],
  [now, "6110", "all", 2, 10],
  [now, "7511", "all", 10, 40],
  // Of large families two work in one region now: too few to be shown, and so are the other region's, from which they would follow.
  [now, "61", "large", 2, 10],
  [now, "75", "large", 5, 20],
  [before, "", "all", 34, 100],
  [before, "61", "all", 24, 60],
  [before, "75", "all", 10, 40],
  [before, "61", "large", 12, 30],
  [before, "75", "large", 5, 20],
];

beforeAll(async () => {
  const listed = await listedFamilies(root);
  // A run of the same id, opened before with other figures: what it hid must not decide what is hidden now.
  const earlier = await testApi(listed.data);
  expect((await earlier.app.inject({ method: "GET", url: "/v1/indicators", headers: keyOf(admin) })).statusCode).toBe(200);
  await earlier.close();
  const session = await openDatabase(publishedFile(listed.data, listed.id), { mode: "write" });
  await session.script("delete from indicator_cell where indicator = 'employment_share'");
  for (const [day, area, group, x, n] of employed) {
    const sums = Object.fromEntries(cellSums.map((name) => [name, 0]));
    Object.assign(sums, { households: n, x, n, xx: x, xn: x, nn: n, unknown: area === "61" ? 3 : 7 });
    await session.run(
      `insert into indicator_cell by name select 'employment_share' as indicator, date '${day}' as as_of, '${area}' as area, '${group}' as "group",
         ${cellSums.map((name) => `${sums[name]}::double as ${name}`).join(", ")}`,
    );
  }
  for (const [name, area] of [
    ["far", "612000000"],
    ["warned", "612000000"],
    ["poor", "751110000"],
  ])
    await session.run(
      `insert into recipient by name select '${pseudonym(name as string)}' as household_id, '${area}' as area_code, '${area?.slice(0, 2)}0000000' as region_code,
         '${area?.slice(0, 4)}00000' as district_code, 3 as members, date '2025-06-01' as starts_on, date '9999-12-31' as until, 487 as days, true as is_start_seen`,
    );
  await session.script(`insert into recipient_note values ('${pseudonym("far")}', 'long_stay_risk', 'stayed_long', 16)`);
  await session.script("insert into spell_time values ('stay', '61', 100, 5, 0), ('stay', '61', 200, 8, 7), ('stay', '75', 100, 5, 14)");
  session.close();
  api = await testApi(listed.data, { now: () => new Date("2026-10-02T00:00:00Z") });
});
afterAll(() => api.close());

const get = (url: string, as = admin) => api.app.inject({ method: "GET", url, headers: keyOf(as) });
const indicators = async (query: string, as = admin) => schemas.Indicators.parse((await get(`/v1/indicators${query}`, as)).json());
const figures = (report: Awaited<ReturnType<typeof indicators>>) =>
  report.indicators
    .find(({ code }) => code === "employment_share")
    ?.figures.map(({ part, value, standing, unknown }) => ({ part, value, standing, unknown }));

describe("GET /v1/indicators", () => {
  test("a planner sees the own region, its target and interval; small unknown counts are hidden", async () => {
    const report = await indicators("?lang=en", planner);
    expect(report).toMatchObject({ as_of: "2026-10-01", areas: ["61"], by: null });
    expect(report.indicators).toHaveLength(18);
    expect(figures(report)).toEqual([{ part: "", value: 20 / 60, standing: "missed", unknown: null }]);
    expect(figures(await indicators("?lang=en"))).toEqual([{ part: "", value: 0.3, standing: "missed", unknown: 7 }]);
  });

  test("by district: two who work of ten are hidden, and so is the district beside them, from which they would follow", async () => {
    expect(figures(await indicators("?by=district", planner))).toEqual([
      { part: "6110", value: null, standing: "hidden", unknown: null },
      { part: "6120", value: null, standing: "hidden", unknown: null },
    ]);
    // Asked for alone it is hidden too.
    expect(figures(await indicators("?area=6120", planner))).toMatchObject([{ value: null, standing: "hidden" }]);
  });

  test("by region, group and month, in every language", async () => {
    expect(figures(await indicators("?by=region"))?.map(({ part }) => part)).toEqual(["61", "75"]);
    expect((await get("/v1/indicators?by=group")).statusCode).toBe(200);
    expect(figures(await indicators("?by=month"))?.map(({ part }) => part)).toEqual([before, now]);
    const names = await Promise.all(["kk", "ru", "en"].map(async (lang) => (await indicators(`?lang=${lang}`)).indicators[0]?.name));
    expect(new Set(names).size).toBe(3);
  });

  test("by region, kind of family and month at once; what is few is hidden there too", async () => {
    const report = await indicators("?by=month,region,group&lang=en");
    const large = report.indicators.find(({ code }) => code === "employment_share")?.figures.filter(({ group }) => group === "large");
    expect(large?.map(({ part, area, as_of, value }) => [part, area, as_of, value])).toEqual([
      [`61 large ${before}`, "61", before, 0.4],
      [`61 large ${now}`, "61", now, null],
      [`75 large ${before}`, "75", before, 0.25],
      [`75 large ${now}`, "75", now, null],
    ]);
    expect(large?.[0]?.part_name).toMatch(/, large families, 2026-09-01$/);
    expect((await indicators("?by=region,month&area=61")).indicators[0]?.figures.every(({ area }) => area === "61")).toBe(true);
  });

  test.each([
    ["region,distrct", 'distrct (did you mean "district"?) is none of region, district, group, month'],
    ["region,region", "name each once"],
    ["region,district", "districts are parts of regions"],
    ["", "nothing is none of"],
  ])("by=%s is refused with the words to mend it", async (by, words) => {
    const reply = await get(`/v1/indicators?by=${by}`);
    expect([reply.statusCode, reply.json().detail]).toEqual([400, expect.stringContaining(words)]);
  });

  test("a run that measured nothing says which step it lacks and what to do", async () => {
    const session = await openDatabase(":memory:", { mode: "write" });
    await expect(requirePublished(session, "indicator_cell", "indicators")).rejects.toThrow(
      'no step "indicators": it was made by an earlier version. Make a new one, which has it: npx aldyn run nightly',
    );
    await session.script("create table indicator_cell (indicator varchar)");
    await requirePublished(session, "indicator_cell", "indicators");
    session.close();
  });

  test("a curve of fewer than 20 spells is hidden, and every district's", async () => {
    const spells = async (area: string) => (await indicators(`?area=${area}`)).curves[0]?.spells;
    expect(await spells("61")).toBe(20);
    expect(await spells("75")).toBeNull();
    expect(await spells("6120")).toBeNull();
  });

  test("an area outside is refused, a place finer than a district is said not to be measured, an unknown part is bad", async () => {
    expect((await get("/v1/indicators?area=75", planner)).statusCode).toBe(403);
    expect((await get("/v1/indicators", worker)).statusCode).toBe(403);
    const fine = await get("/v1/indicators?area=612035");
    expect([fine.statusCode, fine.json().detail]).toEqual([400, expect.stringContaining("not for 612035")]);
    expect((await get("/v1/indicators?by=street")).statusCode).toBe(400);
    expect((await get("/v1/indicators?area=6120&by=region")).statusCode).toBe(400);
  });
});

describe("GET /v1/recipients", () => {
  const recipients = async (query: string, as: Principal) => schemas.Recipients.parse((await get(`/v1/recipients${query}`, as)).json());
  const both = ["far", "warned"].map(pseudonym).sort();

  test("a worker sees the families of the own areas, with reasons and what can be offered", async () => {
    const { items } = await recipients("?lang=en", worker);
    expect(items.map(({ household_id }) => household_id)).toEqual(both);
    const far = items.find(({ household_id }) => household_id === pseudonym("far"));
    expect(far).toMatchObject({ starts_on: "2025-06-01", until: null });
    expect(far?.notes.find(({ note }) => note === "long_stay_risk")).toMatchObject({
      state: "yes",
      reasons: [{ code: "stayed_long", text: "In the programme for 16 months", value: 16 }],
    });
    expect(far?.notes.filter(({ state }) => state === "no").every(({ advice, reasons }) => advice === null && reasons.length === 0)).toBe(
      true,
    );
    expect((await recipients("", worker7511)).items.map(({ household_id }) => household_id)).toEqual([pseudonym("poor")]);
  });

  test("pages follow each other, one note only, outside refused, planners not at all", async () => {
    const first = await recipients("?limit=1", worker);
    expect(first.items.map(({ household_id }) => household_id)).toEqual(both.slice(0, 1));
    const second = await recipients(`?limit=1&cursor=${first.next_cursor}`, worker);
    expect(second).toMatchObject({ items: [{ household_id: both[1] }], next_cursor: null });
    expect((await get(`/v1/recipients?limit=1&cursor=${first.next_cursor}&note=exit_ready`, worker)).statusCode).toBe(400);
    expect((await recipients("?note=long_stay_risk", worker)).items).toHaveLength(1);
    expect((await recipients("?note=plan_overdue", worker)).items).toEqual([]);
    expect((await get("/v1/recipients?area=7511", worker)).statusCode).toBe(403);
    expect((await get("/v1/recipients", planner)).statusCode).toBe(403);
  });
});
