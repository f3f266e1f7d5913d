import type { ContractTable } from "../contract/table.ts";
import { identifier, type Session } from "../warehouse/session.ts";
import type { TableSource } from "./source-file.ts";
import { storedColumns } from "./stage.ts";

/** SQL that two rows have the same values in some columns, unknown being equal to unknown. */
export function sameIn(columns: readonly string[], left: string, right: string, nullable: readonly string[] = columns): string {
  const each = columns.map((column) => {
    const name = identifier(column);
    return `${left}.${name} ${nullable.includes(column) ? "is not distinct from" : "="} ${right}.${name}`;
  });
  return each.length === 0 ? "true" : each.join(" and ");
}

/**
 * Weighs the good rows of `stage` against each other and against the warehouse: a repeat is marked unchanged (`fate` 1), a contradiction gets a
 * fault. Leaves the temp table `touched`, the keys that have more than one row here or have rows in the
 * warehouse already. Returns whether there are any.
 */
export async function weigh(session: Session, contract: ContractTable, mode: TableSource["mode"]): Promise<boolean> {
  const { key, nullableKey, content } = storedColumns(contract);
  const keys = key.map(identifier).join(", ");
  const same = (left: string, right: string) => sameIn(key, left, right, nullableKey);
  await session.script(`
    create or replace temp table touched as
    select ${keys} from stage where faults is null group by ${keys} having count(*) > 1
    union
    select ${key.map((name) => `s.${identifier(name)}`).join(", ")} from stage as s semi join ${contract.name} as t on ${same("s", "t")} where s.faults is null`);
  const isTouched = (await session.value<number>("select count(*)::integer from touched")) > 0;
  if (!isTouched) return false;
  const moment = mode === "append" ? "" : ", recorded_at";
  await session.script(`
    create or replace temp table first_told as
    select * from stage as s semi join touched as t on ${same("s", "t")}
    where faults is null
    qualify row_number() over (partition by ${keys}${moment} order by ${mode === "append" ? "recorded_at, " : ""}_file, _record) = 1`);
  const again = `stage.faults is null and ${same("stage", "f")}${mode === "append" ? "" : " and stage.recorded_at = f.recorded_at"}
      and (stage._file, stage._record) <> (f._file, f._record)`;
  const what = mode === "append" ? "the same key" : "the same key and recorded_at";
  await session.script(`
    update stage set fate = 1 from first_told as f where ${again} and ${sameIn(content, "stage", "f")};
    update stage set faults = ${faultSql(contract, `'says otherwise than record ' || f._record || case when f._file <> stage._file then ' of file ' || (f._file + 1) else '' end || ', which has ${what}'`)}
    from first_told as f where ${again} and stage.fate is null;
    drop table first_told`);
  await weighAgainstWarehouse(session, contract, mode, same);
  return true;
}

async function weighAgainstWarehouse(
  session: Session,
  contract: ContractTable,
  mode: TableSource["mode"],
  same: (left: string, right: string) => string,
): Promise<void> {
  const { content } = storedColumns(contract);
  const moments = {
    append: "true",
    changes: "stage.recorded_at = t.recorded_at",
    snapshot: "(stage.recorded_at = t.recorded_at or t.superseded_at is null)",
  };
  await session.script(`
    update stage set fate = 1 from ${contract.name} as t
    where faults is null and t.replaced_by_load is null and ${moments[mode]} and ${same("stage", "t")} and ${sameIn(content, "stage", "t")}`);
  if (mode === "append")
    await session.script(`
      update stage set faults = ${faultSql(contract, `'says otherwise than load ' || t.load_id || ' of the same key; the source is append-only'`)}
      from ${contract.name} as t where faults is null and fate is null and ${same("stage", "t")}`);
}

/** Marks rows of `stage` whose place is not in the area table. */
export async function checkAreas(session: Session, contract: ContractTable): Promise<void> {
  if (!("area_code" in contract.columns)) return;
  await session.script(`
    update stage set faults = to_json([{'column': 'area_code', 'fault': 'is no known area', 'value': regexp_replace(area_code, '[0-9]{12,}', '[12 digits or more]', 'g')}])::varchar
    where faults is null and area_code not in (select area_code from area)`);
}

function faultSql(contract: ContractTable, fault: string): string {
  return `to_json([{'column': '${contract.key.join(", ")}', 'fault': ${fault}, 'value': null::varchar}])::varchar`;
}
