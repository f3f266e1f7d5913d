import { join } from "node:path";
import { identifier, type Session } from "../warehouse/session.ts";
import type { Row } from "../warehouse/values.ts";
import type { Explanation } from "./explanation.ts";
import type { Phrase } from "./reason.ts";

/** Columns by table, in order; the first ones are the table's key. */
const tables = {
  reasons: {
    key: ["household_id", "position"],
    columns: {
      household_id: "VARCHAR",
      position: "INTEGER",
      source: "VARCHAR",
      code: "VARCHAR",
      value: "DOUBLE",
      word: "VARCHAR",
      unit: "VARCHAR",
      register: "VARCHAR",
      as_of: "DATE",
      contribution: "DOUBLE",
      arguments: "VARCHAR",
    },
  },
  offers: {
    key: ["household_id", "position"],
    columns: {
      household_id: "VARCHAR",
      position: "INTEGER",
      programme: "VARCHAR",
      amount_lcu: "BIGINT",
      period: "VARCHAR",
      rules: "VARCHAR[]",
      is_known_to_fit: "BOOLEAN",
    },
  },
  conditions: { key: ["household_id", "rule"], columns: { household_id: "VARCHAR", rule: "VARCHAR", state: "VARCHAR" } },
  contributions: {
    key: ["household_id", "feature"],
    columns: { household_id: "VARCHAR", feature: "VARCHAR", value: "DOUBLE", contribution: "DOUBLE", standard_error: "DOUBLE" },
  },
  scores: { key: ["household_id"], columns: { household_id: "VARCHAR", base: "DOUBLE", margin: "DOUBLE" } },
  phrases: { key: ["kind", "code"], columns: { kind: "VARCHAR", code: "VARCHAR", kk: "VARCHAR", ru: "VARCHAR", en: "VARCHAR" } },
} as const;
type Table = keyof typeof tables;
export const explanationTables = Object.keys(tables) as Table[];

/** Creates the empty temp tables `explained_<table>`. */
export async function createExplanationTables(session: Session): Promise<void> {
  for (const [table, { columns }] of Object.entries(tables)) {
    const declared = Object.entries(columns).map(([name, type]) => `${identifier(name)} ${type}`);
    await session.script(`create or replace temp table explained_${table} (${declared.join(", ")})`);
  }
}

/** Adds explanations to the tables. */
export async function addExplanations(session: Session, explanations: readonly Explanation[]): Promise<void> {
  const rows: Record<Exclude<Table, "phrases">, Row[]> = { reasons: [], offers: [], conditions: [], contributions: [], scores: [] };
  for (const { household_id, ...each } of explanations) {
    [...each.reasons, ...each.questions, ...each.spares].forEach((reason, position) => {
      const isWord = typeof reason.value === "string";
      rows.reasons.push({
        ...reason,
        household_id,
        position: position + 1,
        value: isWord ? null : reason.value,
        word: isWord ? reason.value : null,
        arguments: JSON.stringify(reason.arguments),
      });
    });
    each.offers.forEach((offer, position) => {
      rows.offers.push({ ...offer, household_id, position: position + 1, rules: `[${offer.rules.join(", ")}]` });
    });
    rows.conditions.push(...each.conditions.map((condition) => ({ ...condition, household_id })));
    rows.contributions.push(...each.contributions.map((contribution) => ({ ...contribution, household_id })));
    if (each.margin !== null) rows.scores.push({ household_id, base: each.base, margin: each.margin });
  }
  for (const [table, added] of Object.entries(rows)) await addRows(session, table as Table, added);
}

/** Adds the sentences that reasons and offers are said in. */
export async function addPhrases(session: Session, phrases: readonly Phrase[]): Promise<void> {
  await addRows(
    session,
    "phrases",
    phrases.map(({ kind, code, sentences }) => ({ kind, code, ...sentences })),
  );
}

/** Writes every table as Parquet, ordered by its key. */
export async function writeExplanations(session: Session, directory: string): Promise<void> {
  for (const table of explanationTables) {
    const key = tables[table].key.map(identifier).join(", ");
    await session.copyToParquet(`select * from explained_${table} order by ${key}`, join(directory, `${table}.parquet`));
  }
}

async function addRows(session: Session, table: Table, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  const types: Readonly<Record<string, string>> = tables[table].columns;
  const columns = Object.entries(types).map(([name, type]) => [
    name,
    type === "DOUBLE"
      ? Float64Array.from(rows, (row) => ((row[name] ?? null) === null ? Number.NaN : Number(row[name])))
      : rows.map((row) => (row[name] === null || row[name] === undefined ? null : String(row[name]))),
  ]);
  await session.createTable("arriving", Object.fromEntries(columns));
  const casts = Object.entries(types).map(([name, type]) => `${identifier(name)}::${type}`);
  await session.script(`insert into explained_${table} select ${casts.join(", ")} from arriving; drop table arriving`);
}
