import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { contractTables } from "../contract/tables.ts";
import { addDays, addMonths } from "../domain/dates.ts";
import type { Session } from "../warehouse/session.ts";
import type { SynthOptions } from "./options.ts";

/** Tables whose rows are only ever added. */
const appended = new Set(["life_event", "emergency", "community_signal", "consent"]);
/** Registers of states and documents that are complete too: no row means none. Their rows have no month of their own. */
const completeRegisters = new Set(["person", "asset", "benefit", "health", "employment_measure", "level"]);
/** Days after a month's end by which its rows are recorded, but for those that come late. */
const publicationLag: Readonly<Record<string, number>> = {
  income: 25,
  credit: 16,
  utility: 24,
  schooling: 16,
  observation: 12,
  expenditure: 20,
  account: 20,
};

/** Writes `sources.yaml`: which files fill which table, and what they are complete for. */
export async function writeSources(session: Session, options: SynthOptions): Promise<void> {
  const covered = await coveredAreas(session);
  const from = addMonths(options.until, -options.months);
  const tables = contractTables
    .filter(({ name }) => options.tables === undefined || options.tables.includes(name))
    .map(({ name, period }) => ({
      table: name,
      files: `${name}/*.parquet`,
      format: "parquet",
      mode: appended.has(name) ? "append" : "changes",
      columns: {},
      ...(period === undefined && !completeRegisters.has(name)
        ? {}
        : {
            covers: [
              {
                ...(name === "observation" ? { names: ["electricity_kwh"] } : {}),
                areas: covered.get(name) ?? "all",
                from,
                until: options.until,
                complete_through: addDays(options.until, -1),
                publication_lag_days: publicationLag[name] ?? 0,
              },
            ],
          }),
    }));
  writeFileSync(join(options.directory, "sources.yaml"), stringify({ source: "synthetic", synthetic: true, key: "demo", tables }));
}

/** Leading digits of KATO where a register is kept, for registers that some districts are without. */
async function coveredAreas(session: Session): Promise<Map<string, string[]>> {
  const rows = await session.rows<{ name: string; areas: string[] }>(`
    with kept as (
        select r.name, d.district, d.district[1:2] as region,
            bool_and(s.district is not null) over (partition by r.name, d.district[1:2]) as is_whole,
            s.district is not null as is_kept,
        from (select distinct name from synth_register) as r
        cross join (select distinct area_code[1:4] as district from synth_place) as d
        left join synth_register as s on s.name = r.name and s.district = d.district
    )
    select name, list(distinct case when is_whole then region else district end order by case when is_whole then region else district end) as areas
    from kept
    where is_kept
    group by name
    order by name`);
  return new Map(rows.map(({ name, areas }) => [name, areas]));
}
