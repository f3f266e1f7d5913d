import type { ContractTable } from "../contract/table.ts";
import { identifier, type Session } from "../warehouse/session.ts";
import { masked } from "./mask.ts";
import type { TableSource } from "./source-shapes.ts";
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
  const { key, nullableKey } = storedColumns(contract);
  const keys = key.map(identifier).join(", ");
  const same = (left: string, right: string) => sameIn(key, left, right, nullableKey);
  await session.script(`
    create or replace temp table touched as
    select ${keys} from stage where faults is null group by ${keys} having count(*) > 1
    union
    select ${key.map((name) => `s.${identifier(name)}`).join(", ")} from stage as s semi join ${contract.name} as t on ${same("s", "t")} where s.faults is null`);
  if ((await session.value<number>("select count(*)::integer from touched")) === 0) return false;
  if (mode === "append") {
    await weighAgainstWarehouse(session, contract, mode, same);
    await weighAmongThemselves(session, contract, { same, moment: "", what: "the same key" });
  } else {
    await weighAmongThemselves(session, contract, { same, moment: "recorded_at", what: "the same key and recorded_at" });
    await weighAgainstWarehouse(session, contract, mode, same);
  }
  return true;
}

type SameKey = (left: string, right: string) => string;

/** Rows of one key, and of one moment where that counts, must say the same; the first to stand there is believed. */
async function weighAmongThemselves(
  session: Session,
  contract: ContractTable,
  { same, moment, what }: { same: SameKey; moment: "" | "recorded_at"; what: string },
): Promise<void> {
  const { key, content } = storedColumns(contract);
  const group = [...key, ...(moment === "" ? [] : [moment])].map(identifier).join(", ");
  const again = `stage.faults is null and stage.fate is null and ${same("stage", "f")} and ${moment === "" ? "true" : "stage.recorded_at = f.recorded_at"}
      and (stage._file, stage._record) <> (f._file, f._record)`;
  const file = "case when f._file <> stage._file then ' of file ' || (f._file + 1) else '' end";
  await session.script(`
    create or replace temp table first_told as
    select * from stage as s semi join touched as t on ${same("s", "t")}
    where faults is null and fate is null
    qualify row_number() over (partition by ${group} order by recorded_at, _file, _record) = 1;
    update stage set fate = 1 from first_told as f where ${again} and ${sameIn(content, "stage", "f")};
    update stage set faults = ${faultSql(contract, `'says otherwise than record ' || f._record || ${file} || ', which has ${what}'`)}
    from first_told as f where ${again};
    drop table first_told`);
}

async function weighAgainstWarehouse(session: Session, contract: ContractTable, mode: TableSource["mode"], same: SameKey): Promise<void> {
  const { content } = storedColumns(contract);
  const moments = {
    append: "true",
    changes: "stage.recorded_at = t.recorded_at",
    snapshot: "(stage.recorded_at = t.recorded_at or t.superseded_at is null and t.replaced_by_load is null)",
  };
  await session.script(`
    update stage set fate = 1 from ${contract.name} as t
    where faults is null and ${moments[mode]} and ${same("stage", "t")} and ${sameIn(content, "stage", "t")}`);
  if (mode === "append")
    await session.script(`
      update stage set faults = ${faultSql(contract, `'says otherwise than load ' || t.load_id || ' of the same key; the source is append-only'`)}
      from ${contract.name} as t where faults is null and fate is null and ${same("stage", "t")}`);
}

/** Marks rows of `stage` whose place is not in the area table. */
export async function checkAreas(session: Session, contract: ContractTable): Promise<void> {
  if (!("area_code" in contract.columns)) return;
  await session.script(`
    update stage set faults = to_json([{'column': 'area_code', 'fault': 'is no known area', 'value': ${masked("area_code")}}])::varchar
    where faults is null and area_code not in (select area_code from area)`);
}

function faultSql(contract: ContractTable, fault: string): string {
  return `to_json([{'column': '${contract.key.join(", ")}', 'fault': ${fault}, 'value': null::varchar}])::varchar`;
}
