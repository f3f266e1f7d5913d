import type { ContractTable } from "../contract/table.ts";
import { identifier, type Session } from "../warehouse/session.ts";
import { storedColumns } from "./stage.ts";
import { sameIn } from "./versions.ts";

/** Rows that a load added, and rows of earlier loads whose interval it closed. */
export interface Written {
  accepted: number;
  superseding: number;
}

/**
 * Writes the good rows of `stage` into the table, within the load's transaction. Rows of a key stand in the order of `recorded_at`, then of loads;
 * each is the register's word until the next. A row that comes late between two others takes the rest of the earlier one's interval:
 * the earlier row is marked replaced, and a copy of it with the shorter interval stands for it from this load on.
 * Rows are stored in the order of their keys, so that a bucket of households lies together and the same load makes the same table.
 */
export async function writeHistory(session: Session, contract: ContractTable, load: number, hasVersions: boolean): Promise<Written> {
  const { all, key, nullableKey } = storedColumns(contract);
  const columns = all.map(identifier).join(", ");
  const same = (left: string, right: string) => sameIn(key, left, right, nullableKey);
  const untouched = hasVersions ? `anti join touched as t on ${same("s", "t")}` : "";
  const plain = await session.run(
    `insert into ${contract.name} (${columns}, load_id)
     select ${columns}, $load::integer from stage as s ${untouched} where faults is null and fate is null
     order by ${identifier(key[0] as string)}, _file, _record`,
    { load },
  );
  if (!hasVersions) return { accepted: plain, superseding: 0 };
  await session.run(versionsSql(contract, columns, same), { load });
  const replaced = await session.run(
    `update ${contract.name} as t set replaced_by_load = $load::integer from version as v
     where t.rowid = v.stored_row and v.until < v.ended_at`,
    { load },
  );
  const closed = await session.run(
    `update ${contract.name} as t set superseded_at = v.until, superseded_by_load = $load::integer from version as v
     where t.rowid = v.stored_row and v.ended_at is null and v.until is not null`,
    { load },
  );
  await session.run(
    `insert into ${contract.name} (${columns}, load_id, superseded_at, superseded_by_load)
     select ${columns}, $load::integer, until, case when until is not null then $load::integer end
     from version
     where stored_row is not null and until < ended_at and until > recorded_at`,
    { load },
  );
  const added = await session.run(
    `insert into ${contract.name} (${columns}, load_id, superseded_at, superseded_by_load)
     select ${columns}, $load::integer, until, case when until is not null then $load::integer end
     from version
     where stored_row is null`,
    { load },
  );
  await session.script("drop table version");
  return { accepted: plain + added, superseding: replaced + closed };
}

/** The temp table `version`: all rows of the touched keys, old (`stored_row`) and new, each with the moment until which it stands. */
function versionsSql(contract: ContractTable, columns: string, same: (left: string, right: string) => string): string {
  const keys = storedColumns(contract).key.map(identifier).join(", ");
  return `
    create or replace temp table version as
    with rows as (
        select ${columns}, load_id, superseded_at as ended_at, t.rowid as stored_row
        from ${contract.name} as t semi join touched as k on ${same("t", "k")}
        where replaced_by_load is null
        union all
        select ${columns}, $load::integer, null, null
        from stage as s semi join touched as k on ${same("s", "k")}
        where faults is null and fate is null
    ),
    placed as (
        select *,
            lead(recorded_at) over w as next_at,
            last_value(case when stored_row is not null then ended_at end ignore nulls) over (w rows between unbounded preceding and 1 preceding) as gap_ends_at,
        from rows
        window w as (partition by ${keys} order by recorded_at, load_id)
    )
    select * exclude (next_at, gap_ends_at), least(next_at, coalesce(ended_at, case when stored_row is null and gap_ends_at > recorded_at then gap_ends_at end)) as until
    from placed`;
}
