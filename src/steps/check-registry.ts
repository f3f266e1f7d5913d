import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { contractTables } from "../contract/tables.ts";
import { canonicalJson } from "../domain/canonical.ts";
import type { IsoDate } from "../domain/dates.ts";
import { projectFile } from "../domain/project-files.ts";
import { readDeployment } from "../parameters/deployment.ts";
import type { Session } from "../warehouse/session.ts";
import type { Row } from "../warehouse/values.ts";
import { createRegistryRows, orphansSql } from "./registry-rows.ts";
import type { Step } from "./step.ts";

/** Rows of a table known on the day, how many name a household or person, and how many of those name one that no register knows. */
export interface TableCheck {
  table: string;
  row_count: number;
  references_to_household?: number;
  orphans_of_household?: number;
  references_to_person?: number;
  orphans_of_person?: number;
}

/** What the registry held for a run: rows, references that lead nowhere, what is covered, how fresh each source is in each region, and what people should look at. */
export interface RegistryCheck {
  tables: TableCheck[];
  coverage: Row[];
  freshness: Row[];
  warnings: string[];
}

/** Writes `registry.json`. Orphans and stale sources stop nothing: they lower confidence where they matter, and are shown. */
export const checkRegistry: Step = {
  name: "check",
  async run({ manifest, deploymentFile, outputDirectory, openKnown, progress }) {
    const session = await openKnown();
    try {
      const held = await registryCheck(session, manifest.as_of, manifest.snapshot.load_id, progress);
      const check: RegistryCheck = { ...held, warnings: orphanWarnings(held.tables, readDeployment(deploymentFile).max_orphan_share) };
      writeFileSync(join(outputDirectory, "registry.json"), `${canonicalJson(check)}\n`);
      const total = (count: (table: TableCheck) => number) => check.tables.reduce((sum, table) => sum + count(table), 0);
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
): Promise<Omit<RegistryCheck, "warnings">> {
  const parameters = { as_of: asOf, snapshot };
  const tables: TableCheck[] = [];
  for (const [done, table] of contractTables.entries()) {
    progress(done, contractTables.length + 1);
    tables.push({ table: table.name, ...(await session.row<{ row_count: number }>(orphansSql(table), parameters)) });
  }
  await createRegistryRows(session);
  const coverage = await session.rows(selectIn("coverage"), parameters);
  const freshness = await session.rows(selectIn("freshness"), parameters);
  return { tables, coverage, freshness };
}

/** A sentence for each table of whose references to households, or to persons, more than the share `most` lead nowhere. */
export function orphanWarnings(tables: readonly TableCheck[], most: number): string[] {
  return tables.flatMap((table) =>
    (["household", "person"] as const).flatMap((kind) => {
      const [orphans, references] = [table[`orphans_of_${kind}`] ?? 0, table[`references_to_${kind}`] ?? 0];
      if (orphans <= most * references) return [];
      const counts = `${orphans.toLocaleString("en")} of ${references.toLocaleString("en")} rows that name a ${kind} (${((100 * orphans) / references).toFixed(1)} %)`;
      return (
        `${table.table}: ${counts} name one that no register knows, more than max_orphan_share ${most}: what they say may reach nobody's features. ` +
        `See that the table ${kind} is loaded, and that both sources number ${kind}s alike and make pseudonyms with the same key`
      );
    }),
  );
}

function selectIn(name: string): string {
  return readFileSync(projectFile(`sql/checks/${name}.sql`), "utf8");
}
