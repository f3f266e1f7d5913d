import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { contractTables } from "../contract/tables.ts";
import { canonicalJson } from "../domain/canonical.ts";
import type { IsoDate } from "../domain/dates.ts";
import { projectFile } from "../domain/project-files.ts";
import type { Session } from "../warehouse/session.ts";
import type { Row } from "../warehouse/values.ts";
import { createRegistryRows, orphansSql } from "./registry-rows.ts";
import type { Step } from "./step.ts";

/** What the registry held for a run: rows, references that lead nowhere, what is covered, and how fresh each source is in each region. */
export interface RegistryCheck {
  tables: { table: string; row_count: number; orphans_of_household?: number; orphans_of_person?: number }[];
  coverage: Row[];
  freshness: Row[];
}

/** Writes `registry.json`. Orphans and stale sources stop nothing: they lower confidence where they matter, and are shown. */
export const checkRegistry: Step = {
  name: "check",
  async run({ manifest, outputDirectory, openKnown, progress }) {
    const session = await openKnown();
    try {
      const check = await registryCheck(session, manifest.as_of, manifest.snapshot.load_id, progress);
      writeFileSync(join(outputDirectory, "registry.json"), `${canonicalJson(check)}\n`);
      const total = (count: (table: RegistryCheck["tables"][number]) => number) =>
        check.tables.reduce((sum, table) => sum + count(table), 0);
      return {
        rows: total((table) => table.row_count),
        orphans: total((table) => (table.orphans_of_household ?? 0) + (table.orphans_of_person ?? 0)),
        sources: new Set(check.freshness.map((each) => each.source)).size,
      };
    } finally {
      session.close();
    }
  },
};

/** Counts what is known at `asOf` from the loads of a snapshot. */
export async function registryCheck(
  session: Session,
  asOf: IsoDate,
  snapshot: number,
  progress: (done: number, total: number) => void = () => undefined,
): Promise<RegistryCheck> {
  const parameters = { as_of: asOf, snapshot };
  const tables: RegistryCheck["tables"] = [];
  for (const [done, table] of contractTables.entries()) {
    progress(done, contractTables.length + 1);
    tables.push({ table: table.name, ...(await session.row<{ row_count: number }>(orphansSql(table), parameters)) });
  }
  await createRegistryRows(session);
  const coverage = await session.rows(selectIn("coverage"), parameters);
  const freshness = await session.rows(selectIn("freshness"), parameters);
  return { tables, coverage, freshness };
}

function selectIn(name: string): string {
  return readFileSync(projectFile(`sql/checks/${name}.sql`), "utf8");
}
