import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { projectFile } from "../src/domain/project-files.ts";
import { createNeed } from "../src/need/build.ts";
import { needOf } from "../src/need/need-of.ts";
import type { NeedRow } from "../src/need/need-row.ts";
import { readDeployment } from "../src/parameters/deployment.ts";
import { createReferenceTables } from "../src/parameters/reference-tables.ts";
import { ingest } from "../src/sources/ingest.ts";
import { generatePopulation } from "../src/synth/generate.ts";
import { dataDirectory } from "../src/warehouse/data-directory.ts";
import { openKnown, openWarehouseToWrite } from "../src/warehouse/warehouse.ts";
import { naiveNeed } from "./support/naive-need.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const deployment = readDeployment(projectFile("models/deployment.yaml"));
const data = dataDirectory(join(root, "var"));

/**
 * What the population lacks: half the families consent, some months are declared, some of those not verified, some ages and homes
 * unknown, some families too new for an income.
 */
async function makeItHarder(): Promise<void> {
  const session = await openWarehouseToWrite(data);
  await session.script(`
    insert into consent by name
    select c.* replace (p.person_key as person_key)
    from (select person_key from person where household_key % 2 = 0 group by person_key) as p
    cross join (select * replace (timestamp '2025-01-10' as "at", 'given' as state, timestamp '2025-01-10' as recorded_at) from consent
      where scope in ('bank', 'expenditure') qualify row_number() over (partition by scope order by person_key, "at") = 1) as c
    where p.person_key not in (select person_key from consent);
    insert into expenditure by name
    select * replace ('declared' as basis, null as verified_by, (amount_lcu * 13) // 10 as amount_lcu) from expenditure
    where (household_key + month(month)) % 3 = 0;
    delete from expenditure where basis = 'verified' and (household_key + month(month)) % 3 = 0 and category in ('food', 'medical');
    update person set birth_date = null where person_key % 97 = 0;
    update household set dwelling_tenure = null where household_key % 89 = 0;
    update household set formed_on = date '2026-09-15' where household_key % 61 = 0;`);
  session.close();
}

test("the need of a made-up population agrees with a naive recomputation, and one family's alone is the same as among all", async () => {
  const directory = join(root, "population");
  await generatePopulation({ households: 500, months: 24, seed: 11, until: "2026-10-01", directory, threads: 2, partitions: 1 });
  const settings = {
    areas: deployment.areas,
    timeZone: deployment.time_zone,
    environment: {},
    now: () => new Date("2026-10-02T00:00:00Z"),
  };
  await ingest({ data, sources: [directory], ...settings });
  await makeItHarder();
  const session = await openKnown(data, { threads: 2 });
  try {
    const snapshot = await session.value<number>("select max(load_id) from load");
    for (const asOf of ["2026-10-01", "2026-02-10"]) {
      await createReferenceTables(session, deployment, asOf);
      await createNeed(session, deployment, { asOf, snapshot });
      const made = await session.rows<NeedRow>("select * from need order by household_id");
      const naive = await naiveNeed(session, asOf, snapshot);
      expect(made.length).toBeGreaterThan(400);
      expect(naive.size).toBe(made.length);
      for (const row of made) {
        const { standards, counted, gaps, ...expected } = naive.get(row.household_key) as Record<string, unknown>;
        expect(
          {
            ...Object.fromEntries(Object.keys(expected).map((name) => [name, row[name]])),
            standards: row.categories.map((each) => each.standard_lcu),
            counted: row.categories.map((each) => each.counted_lcu),
            gaps: row.categories.map((each) => each.gap_lcu),
          },
          `${row.household_id} at ${asOf}`,
        ).toEqual({ ...expected, standards, counted, gaps });
      }
      const shown = (is: (row: NeedRow) => boolean) => made.filter(is).length;
      expect(shown((row) => (row.line_gap_lcu ?? 0) > 0)).toBeGreaterThan(20);
      expect(shown((row) => row.spent_lcu !== null)).toBeGreaterThan(100);
      expect(shown((row) => row.spent_lcu === null)).toBeGreaterThan(100);
      expect(shown((row) => row.declared_lcu !== null)).toBeGreaterThan(5);
      expect(shown((row) => row.categories.some((each) => each.is_unverified === true))).toBeGreaterThan(5);
      expect(shown((row) => row.is_standard_least)).toBeGreaterThan(10);
      expect(shown((row) => row.income_lcu === null)).toBeGreaterThan(0);
      for (const row of made.filter((_, index) => index % 150 === 7)) {
        const { household_key: _, ...among } = row;
        expect(await needOf(session, deployment, { household: row.household_id, asOf })).toEqual(among);
      }
    }
    await expect(needOf(session, deployment, { household: "0".repeat(32), asOf: "2026-10-01" })).rejects.toThrow(
      /no household 0+ is known/,
    );
  } finally {
    session.close();
  }
});
