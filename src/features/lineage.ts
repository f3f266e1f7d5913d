import { meaningOf } from "../contract/column.ts";
import { storedName } from "../contract/table.ts";
import { contractTable } from "../contract/tables.ts";
import { projectFile } from "../domain/project-files.ts";
import { readDeployment } from "../parameters/deployment.ts";
import { createReferenceTables } from "../parameters/reference-tables.ts";
import { openDatabase } from "../warehouse/database.ts";
import { identifier, type Session } from "../warehouse/session.ts";
import type { Parameter, Parameters } from "../warehouse/values.ts";
import { createKnownMacros, createWarehouse } from "../warehouse/warehouse.ts";
import { families, familySql } from "./build.ts";
import type { Feature } from "./catalogue.ts";
import { clockParameters } from "./clock.ts";
import { type ContextTable, contextSql, contextTables, createMacros } from "./context.ts";

/** Any day does: lineage does not depend on it. */
const lineageDay = "2026-10-01";
const snapshot = 2 ** 31 - 1;

/** Columns of the contract that a feature's value depends on, as `table.column` in the contract's words, in order. */
export type Lineage = ReadonlyMap<string, readonly string[]>;

/** The lineage of the project's own catalogue, told on an empty warehouse in memory. */
export async function projectLineage(features: readonly Feature[]): Promise<Lineage> {
  const session = await openDatabase(":memory:", { mode: "write", threads: 1 });
  try {
    await createWarehouse(session);
    await createKnownMacros(session);
    await createReferenceTables(session, readDeployment(projectFile("models/deployment.yaml")), lineageDay);
    return await lineageOf(session, features);
  } finally {
    session.close();
  }
}

/** Columns of the history that every known row is chosen by; they say when a row counts, not what it says. */
const historyColumns = new Set(["recorded_at", "load_id", "superseded_at", "superseded_by_load", "replaced_by_load"]);

/**
 * What the engine itself says each feature reads: context and families stand as views over the warehouse, and the plan of `select <feature>` lists
 * every column that is scanned, joined on or filtered by. Optimisers that would leave scans out because tables are small or empty are off.
 */
export async function lineageOf(
  session: Session,
  features: readonly Feature[],
  select: (family: (typeof families)[number]) => Promise<string> = (family) => familySql(session, family, snapshot),
): Promise<Lineage> {
  const parameters = await clockParameters(session, { asOf: lineageDay, snapshot });
  await session.run("set disabled_optimizers = 'statistics_propagation,empty_result_pullup'");
  await createMacros(session);
  for (const table of contextTables) await createView(session, table, contextSql(table), parameters);
  for (const family of families) await createView(session, `features_${family}`, await select(family), parameters);
  const lineage = new Map<string, readonly string[]>();
  for (const feature of features) lineage.set(feature.name, await columnsRead(session, feature));
  return lineage;
}

async function createView(
  session: Session,
  name: ContextTable | `features_${string}`,
  select: string,
  parameters: Parameters,
): Promise<void> {
  const text = select.replaceAll(/\$(\w+)/g, (_, parameter: string) => literal(parameters[parameter]));
  await session.run(`create or replace temp view ${name} as ${text}`);
}

function literal(value: Parameter | undefined): string {
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return `'${value}'`;
  throw new Error(`${String(value)} is no parameter of a select of features`);
}

interface PlanNode {
  name: string;
  children: PlanNode[];
  extra_info: { Table?: string; Projections?: string | string[]; Filters?: string | string[] };
}

async function columnsRead(session: Session, feature: Feature): Promise<string[]> {
  const explained = await session.row<{ explain_value: string }>(
    `explain (format json) select ${identifier(feature.name)} from features_${feature.family}`,
  );
  const read = new Set<string>();
  const visit = (node: PlanNode): void => {
    for (const column of scanned(node)) read.add(column);
    node.children.forEach(visit);
  };
  (JSON.parse(explained.explain_value) as PlanNode[]).forEach(visit);
  if (read.size === 0) throw new Error(`the plan of ${feature.name} reads no table: its lineage cannot be told`);
  return [...read].sort();
}

/** Columns of a contract table that a scan projects or filters by. */
function scanned(node: PlanNode): string[] {
  const table = node.extra_info.Table?.split(".").at(-1)?.replaceAll('"', "");
  const contract = table === undefined ? undefined : contractTable(table);
  if (contract === undefined) return [];
  const texts = [node.extra_info.Projections ?? [], node.extra_info.Filters ?? []].flat();
  const words = new Set(texts.flatMap((text) => text.replaceAll(/'[^']*'/g, "").match(/\w+/g) ?? []));
  return Object.entries(contract.columns)
    .filter(([name, schema]) => words.has(storedName(name, schema)) && !historyColumns.has(name))
    .map(([name]) => `${contract.name}.${name}`);
}

/** Why features may not stand: each names the feature, the column it reaches and the reason. Consent may be asked by features that declare it. */
export function lineageFaults(features: readonly Feature[], lineage: Lineage): string[] {
  return features.flatMap((feature) =>
    (lineage.get(feature.name) ?? []).flatMap((reached) => {
      const [table = "", column = ""] = reached.split(".");
      const schema = contractTable(table)?.columns[column];
      if (schema === undefined) return [];
      const { forbidden, protected: isProtected } = meaningOf(schema);
      if (reached === "consent.state" && feature.needs_consent) return [];
      if (forbidden !== undefined) return [`${feature.name} reads ${reached}: ${forbidden}`];
      return isProtected === true ? [`${feature.name} reads ${reached}: a protected trait`] : [];
    }),
  );
}
