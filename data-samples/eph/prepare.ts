// Makes quarters.csv and eph-sample.parquet from the full panel: node src/domain/start.js data-samples/eph/prepare.ts PANEL.parquet
import { writeFileSync } from "node:fs";
import { openDatabase } from "../../src/warehouse/database.ts";
import { quoted } from "../../src/warehouse/session.ts";

const [panel] = process.argv.slice(2);
if (panel === undefined) throw new Error("name the panel's Parquet file");
const here = (name: string) => new URL(name, import.meta.url).pathname;
const session = await openDatabase(":memory:", { mode: "write" });

// The median of equivalised income (1 for the first adult, 0.8 for each further member from 10 on, 0.55 under 10), each household weighted by
// its survey weight times its members: the smallest income at which half of the weight is reached.
const quarters = await session.rows<{ quarter: string; median: string; line: string; basis: string }>(`
  with incomes as (
      select year * 4 + quarter - 1 as t, household, 100 * ITF / (20 + 80 * IX_MAYEQ10 + 55 * IX_MEN10) as income, PONDERA * IX_TOT as persons,
      from read_parquet(${quoted(panel)})
  ),
  cumulated as (
      select t, income,
          sum(persons) over (partition by t order by income, household rows unbounded preceding) as below,
          sum(persons) over (partition by t) as persons,
      from incomes
  ),
  medians as (
      select t, min(income) filter (where 2 * below >= persons) as median from cumulated group by t
  ),
  all_quarters as (
      select unnest(range(min(t), max(t) + 1)) as t from medians
  ),
  filled as (
      select a.t, coalesce(m.median, (before.median + after.median) / 2) as median, m.t is null as is_absent,
      from all_quarters as a
      left join medians as m on m.t = a.t
      left join medians as before on before.t = a.t - 1
      left join medians as after on after.t = a.t + 1
  )
  select
      t // 4 || 'Q' || t % 4 + 1 as quarter,
      round(median, 2)::decimal(18, 2)::varchar as median,
      -- Cut, not rounded: who stands exactly on the line is not below it.
      (floor(round(60 * median, 6)) / 100)::decimal(18, 2)::varchar as line,
      case when is_absent then 'assumption: mean of the neighbouring quarters, nobody was interviewed in this one' else 'derived' end as basis,
  from filled
  order by t`);
writeFileSync(
  here("quarters.csv"),
  ["quarter,kato2,subsistence_minimum_lcu,subsistence_basis,median_income_lcu,median_basis"]
    .concat(quarters.map(({ quarter, median, line, basis }) => [quarter, "", line, basis, median, basis].map(csvField).join(",")))
    .join("\n")
    .concat("\n"),
);

await session.copyToParquet(
  `select * from read_parquet(${quoted(panel)}) where AGLOMERADO in (13, 33) and year between 2006 and 2011 order by year, quarter, household`,
  here("eph-sample.parquet"),
);
session.close();

function csvField(text: string): string {
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
