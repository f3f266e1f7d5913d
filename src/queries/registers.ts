import { existsSync } from "node:fs";
import { join } from "node:path";
import { isWithin, type Principal } from "../domain/principal.ts";
import { areaPrefix } from "../lists/list-id.ts";
import { readRegistryCheck } from "../runs/report.ts";
import { requirePermission } from "./access.ts";
import type { Sources } from "./parts.ts";

/** What was loaded of a source's table, before the run that is shown. */
export interface Loaded {
  source: string;
  table: string;
  loaded_at: string;
  loads: number;
  rows_read: number;
  rows_quarantined: number;
}

/** How new a source's rows of a table are in a region, and how many of the households known there it knows. */
export interface Freshness {
  source: string;
  table: string;
  /** KATO code of the region. */
  region: string;
  newest_recorded_at: string | null;
  newest_period: string | null;
  row_count: number;
  household_share: number | null;
}

/** The registers as the run that is shown found them: what was loaded, and its freshness in the principal's regions. */
export async function readSources(
  principal: Principal,
  { data, published }: Sources,
): Promise<{ run_id: string; as_of: string; loaded: Loaded[]; freshness: Freshness[]; warnings: string[] }> {
  requirePermission(principal, "sources");
  return published.withCurrent(async (run) => {
    const loaded = await run.read((session) =>
      session.rows<Loaded & Record<string, unknown>>(
        `select source, table_name as "table", loaded_at, loads::integer as loads, rows_read::bigint as rows_read, rows_quarantined::bigint as rows_quarantined
         from loads order by source, table_name`,
      ),
    );
    const directory = join(data.runs, run.id);
    const check = existsSync(join(directory, "check", "registry.json")) ? readRegistryCheck(directory) : { freshness: [], warnings: [] };
    const freshness = check.freshness.map(
      ({ table_name, region_code, source, newest_recorded_at, newest_period, row_count, household_share }) => ({
        source,
        table: table_name,
        region: region_code,
        newest_recorded_at: newest_recorded_at ?? null,
        newest_period: newest_period ?? null,
        row_count,
        household_share: household_share ?? null,
      }),
    ) as Freshness[];
    return {
      run_id: run.id,
      as_of: run.frame.meta.as_of,
      loaded,
      freshness: freshness.filter(({ region }) => isWithin(principal, region === "" ? "" : areaPrefix(region))),
      warnings: check.warnings,
    };
  });
}
