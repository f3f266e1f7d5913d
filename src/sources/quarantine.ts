import { mkdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { meaningOf } from "../contract/column.ts";
import { type ContractTable, storedName } from "../contract/table.ts";
import { identifier, type Session } from "../warehouse/session.ts";
import { masked } from "./mask.ts";
import { identifierKinds } from "./stage.ts";

/** Rows that a load refuses, where they are written, and the commonest faults in words. */
export interface Quarantined {
  rows: number;
  file: string | null;
  reasons: string[];
}

const faultType = '[{"column": "VARCHAR", "fault": "VARCHAR", "value": "VARCHAR"}]';

/**
 * Writes the bad rows of `stage` and of `broken_line` to `<name>.parquet`: file, line (of text that is no record) or record number, key (JSON,
 * pseudonyms), column, reason, value, and the row without identifiers. A row with two faults stands twice. No file when nothing is wrong.
 */
export async function quarantine(
  session: Session,
  contract: ContractTable,
  files: readonly string[],
  place: { directory: string; name: string },
): Promise<Quarantined> {
  await session.run(refusedSql(contract), { files });
  const rows = await session.value<number>("select count(*)::integer from (select distinct file, line, record, part from refused)");
  const file = join(place.directory, `${place.name}.parquet`);
  if (rows === 0) {
    await rm(file, { force: true });
    return { rows, file: null, reasons: [] };
  }
  mkdirSync(place.directory, { recursive: true });
  await session.copyToParquet('select * exclude (part) from refused order by file, line, record, part, "column", reason', file);
  const reasons = await commonest(session);
  await session.script("drop table refused");
  return { rows, file, reasons };
}

function refusedSql(contract: ContractTable): string {
  const joins = identifierKinds(contract).map(
    (kind) => `left join (select distinct key, id from door_${kind}) as d_${kind} on d_${kind}.key = s.${kind}_key`,
  );
  const fields = (names: readonly string[]) =>
    `to_json({${names.map((name) => `'${name}': ${shown(contract, name)}`).join(", ")}})::varchar`;
  return `
    create or replace temp table refused as
    select $files[file + 1] as file, line, null::bigint as record, null::varchar as key, "column", fault as reason,
      null::varchar as value, null::varchar as row, null::bigint as part
    from broken_line
    union all
    select $files[s._file + 1], null, s._record,
      ${fields(contract.key)}, u.fault.column, u.fault.fault, u.fault.value, coalesce(source_row, ${fields(Object.keys(contract.columns))}), s.rowid
    from (select *, rowid from stage where faults is not null) as s
    ${joins.join("\n")}, unnest(from_json(s.faults, '${faultType}')) as u(fault)`;
}

/** SQL of a staged column as text that names nobody. */
function shown(contract: ContractTable, name: string): string {
  const schema = contract.columns[name]!;
  const kind = meaningOf(schema).identifier;
  return kind === undefined ? masked(`s.${identifier(storedName(name, schema))}::varchar`) : `d_${kind}.id`;
}

async function commonest(session: Session): Promise<string[]> {
  const found = await session.rows<{
    column: string | null;
    reason: string;
    n: number;
    value: string | null;
    file: string;
    line: number | null;
    record: number | null;
  }>(`
    select "column", reason, (count(*) over same_fault)::integer as n, value, file, line::integer as line, record::integer as record
    from refused
    window same_fault as (partition by "column", regexp_replace(reason, '[0-9]+', '', 'g'))
    qualify row_number() over (same_fault order by file, line, record, part, reason) = 1
    order by n desc, "column", reason
    limit 5`);
  return found.map(({ column, reason, n, value, file, line, record }) => {
    const where = `${basename(file)} ${line === null ? `record ${record}` : `line ${line}`}`;
    return `${n} x ${column ?? "line"} ${value === null ? "" : `"${value}" `}${reason} (first: ${where})`;
  });
}
