import { meaningOf } from "../contract/column.ts";
import { type ContractTable, isNullable, storedName } from "../contract/table.ts";
import type { IsoDate } from "../domain/dates.ts";
import { identifier, quoted, type Session } from "../warehouse/session.ts";
import { type Check, checksOf, faultsSql, sourceAlias, typedSql } from "./checks.ts";
import { createDoor } from "./door.ts";
import type { MappedColumn } from "./mapping.ts";
import { masked } from "./mask.ts";
import { type IdKind, innerSql, type Pseudonyms } from "./pseudonym.ts";
import type { BrokenLine, Reader } from "./readers/reader.ts";
import { type Unpivot, valuesSql } from "./unpivot.ts";

/** What a load is staged from. */
export interface Staging {
  contract: ContractTable;
  columns: readonly MappedColumn[];
  reader: Reader;
  pseudonyms: Pseudonyms;
  unpivot: Unpivot | undefined;
  /** The day of loading, which `recorded_at` cannot pass; undefined for made-up registers, which may lie in the future. */
  today: IsoDate | undefined;
}

/**
 * Fills the temp table `stage`: a row per record with its number, the contract's columns as they will be stored (pseudonyms as keys),
 * `faults` (JSON text, NULL for a good row), `source_row` (what a bad row said, without identifiers) and `fate` (NULL: to be loaded).
 * Direct identifiers pass through the hash on the way from the reader: no table ever holds them. Lines that are no records
 * stand in the temp table `broken_line`; returns how many.
 */
export async function stage(session: Session, staging: Staging): Promise<number> {
  const identifiers = staging.columns.filter((column) => column.meaning.identifier !== undefined);
  for (const column of identifiers) {
    const kind = column.meaning.identifier as IdKind;
    const place = `${staging.contract.name}.${column.name}`;
    await createDoor(session, staging.reader, { kind, expression: column.raw ?? "null", pseudonyms: staging.pseudonyms, place });
  }
  await session.script(`create or replace temp table stage (_file integer, _record bigint, ${stagedColumns(staging.contract)},
    faults varchar, source_row varchar, fate utinyint)`);
  const checks = checksOf(staging.contract, staging.columns, staging.today);
  for await (const part of staging.reader.parts())
    await session.run(`insert into stage ${stageSql(staging, identifiers, checks, part.sql)}`, part.parameters);
  return countBroken(session, await staging.reader.brokenLines(session));
}

const lineType = '[{"file": "INTEGER", "line": "BIGINT", "column": "VARCHAR", "fault": "VARCHAR", "recordsBefore": "BIGINT"}]';

/** Keeps the broken lines in the temp table `broken_line`, and counts them among the records of their file. Returns how many there are. */
async function countBroken(session: Session, broken: readonly BrokenLine[]): Promise<number> {
  await session.run(
    `create or replace temp table broken_line as select unnest(from_json($lines::varchar, '${lineType}'), recursive := true)`,
    {
      lines: JSON.stringify(broken),
    },
  );
  if (broken.length > 0)
    await session.script(`
      update stage as s set _record = _record + (select count(*) from broken_line as b where b.file = s._file and b."recordsBefore" < s._record)
      where _file in (select file from broken_line)`);
  return broken.length;
}

function stagedColumns(contract: ContractTable): string {
  return Object.entries(contract.columns)
    .map(([name, schema]) => `${identifier(storedName(name, schema))} ${meaningOf(schema).sql}`)
    .join(", ");
}

function stageSql(staging: Staging, identifiers: readonly MappedColumn[], checks: readonly Check[], part: string): string {
  const { columns, contract, unpivot } = staging;
  const typed = [
    ...columns.filter((column) => !identifiers.includes(column)).map((column) => `${typedSql(column)} as "${column.name}"`),
    ...identifiers.map((column) => `"door_${column.name}".key as "${column.name}", "door_${column.name}".id as "pseudonym_${column.name}"`),
  ];
  const joins = identifiers.map(
    (column) =>
      `left join door_${column.meaning.identifier} as "door_${column.name}" on "door_${column.name}".inner_hash = r."inner_${column.name}"`,
  );
  const raw = rawSql(staging, identifiers, part);
  const rows = unpivot === undefined ? raw : `select * exclude (_values), unnest(_values, recursive := true) from (${raw})`;
  return `
    select _file, _record, ${Object.keys(contract.columns).map(identifier).join(", ")},
      case when is_bad then ${faultsSql(checks)} end, case when is_bad then ${sourceRow(staging, identifiers)} end, null
    from (
      select *, coalesce(${checks.map((check) => `(${check.isBad})`).join(" or ")}, false) as is_bad
      from (
        select r.*, ${typed.join(",\n        ")}
        from (${rows}) as r
        ${joins.join("\n")}
        ${unpivot === undefined ? "" : "where raw_value is not null"}
      )
    )`;
}

/** A record as the source has it: hashes of identifiers (the numbers themselves end here), what each expression gives, and the columns read. */
function rawSql({ columns, pseudonyms, unpivot }: Staging, identifiers: readonly MappedColumn[], part: string): string {
  const values = columns.filter((column) => column.raw !== undefined && !identifiers.includes(column));
  const selected = [
    "_file, _record",
    ...sourceColumns(values).map((name) => `${identifier(name)} as ${sourceAlias(name)}`),
    ...values.map((column) => `${column.raw} as "raw_${column.name}"`),
    ...identifiers.map(
      (column) => `${innerSql(pseudonyms, column.meaning.identifier as IdKind, column.raw ?? "null")} as "inner_${column.name}"`,
    ),
    ...(unpivot === undefined ? [] : [valuesSql(unpivot)]),
  ];
  return `select ${selected.join(", ")} from (${part})`;
}

function sourceColumns(columns: readonly MappedColumn[]): string[] {
  return [...new Set(columns.flatMap((column) => column.columns))];
}

/** What a bad row said, as JSON text: the source columns that the mapping reads, pseudonyms in the place of identifiers. */
function sourceRow({ columns, unpivot }: Staging, identifiers: readonly MappedColumn[]): string {
  const fields = sourceColumns(columns).map((name) => {
    const id = identifiers.find((column) => column.columns.includes(name));
    return `${quoted(name)}: ${id === undefined ? masked(sourceAlias(name)) : `"pseudonym_${id.name}"`}`;
  });
  if (unpivot !== undefined) fields.push(`'_name': raw_name, '_value': ${masked("coalesce(source_text, raw_value::varchar)")}`);
  return fields.length === 0 ? "'{}'" : `to_json({${fields.join(", ")}})::varchar`;
}

/** Stored column names of a table's key, and of everything else that a row says (but for when and who). */
export function storedColumns(contract: ContractTable): { all: string[]; key: string[]; nullableKey: string[]; content: string[] } {
  const entries = Object.entries(contract.columns).map(([name, schema]) => ({ name, stored: storedName(name, schema), schema }));
  const key = entries.filter(({ name }) => contract.key.includes(name));
  const content = entries.filter(({ name }) => !contract.key.includes(name) && name !== "recorded_at" && name !== "source");
  return {
    all: entries.map(({ stored }) => stored),
    key: key.map(({ stored }) => stored),
    nullableKey: key.filter(({ schema }) => isNullable(schema)).map(({ stored }) => stored),
    content: content.map(({ stored }) => stored),
  };
}

/** Whose pseudonyms a table holds. */
export function identifierKinds(contract: ContractTable): IdKind[] {
  return Object.values(contract.columns).flatMap((schema) => meaningOf(schema).identifier ?? []);
}
