import { expect, test } from "vitest";
import { createFeatures } from "../src/features/build.ts";
import { createLabels } from "../src/features/labels.ts";
import type { Session } from "../src/warehouse/session.ts";
import { household, inRegistry, type World } from "./support/features.ts";

const coverage = [{ table: "income", from: "2023-01-01", until: "2028-01-01" }];
const world = (prepare: string): World => ({
  tables: { household: [household("astana", { area_code: "711110000", members: 1 }), household("abai", { members: 1 })] },
  coverage,
  prepare: (session) => session.script(prepare),
});
/** Lines of the two regions apart, named for a file. */
const regional = `
  create or replace temp table reference_line as
  select r.region_code, l.* exclude (region_code) from reference_line as l cross join (values ('710000000'), ('100000000')) as r(region_code);
  comment on table reference_line is 'quarters.csv'`;
const without = (region: string, quarter: string) =>
  `${regional}; delete from reference_line where region_code = '${region}' and quarter = date '${quarter}'`;
const features = (prepare: string) =>
  inRegistry(world(prepare), (session: Session) => createFeatures(session, { asOf: "2026-10-01", snapshot: 100 }));
const label = (prepare: string) =>
  inRegistry(world(prepare), (session: Session) =>
    createLabels(session, { label: "hardship_entry_6m", asOf: "2026-10-01", snapshot: 100 }),
  );

test("features need the line of the reference quarter in every region that has households, and no other", async () => {
  await expect(features(without("710000000", "2026-07-01"))).rejects.toThrow(
    /^quarters\.csv: region 710000000 has households, but no row of 2026Q3; add/,
  );
  await expect(features(without("710000000", "2026-10-01"))).resolves.toBeDefined();
  await expect(features(`${regional}; delete from reference_line where quarter = date '2026-07-01'`)).rejects.toThrow("2 such regions");
});

test("one line for everywhere serves any region, until its quarter is missing", async () => {
  await expect(features("select 1")).resolves.toBeDefined();
  await expect(features("delete from reference_line where quarter = date '2026-07-01'")).rejects.toThrow("no row of 2026Q3");
});

test("labels need the line of the reference quarter and of each quarter ahead in which income is observed", async () => {
  await expect(label(without("100000000", "2026-07-01"))).rejects.toThrow("region 100000000 has households, but no row of 2026Q3");
  await expect(label(without("100000000", "2027-01-01"))).rejects.toThrow("region 100000000 has households, but no row of 2027Q1");
  await expect(label(without("100000000", "2027-04-01"))).resolves.toBeDefined();
});
