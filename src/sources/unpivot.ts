import { quoted, type Session } from "../warehouse/session.ts";
import { parseExpression } from "./expression.ts";
import type { Source, TableSource } from "./source-file.ts";

/** A wide file read as observations: one row for each name whose expression is known. */
export interface Unpivot {
  /** SQL of each name's value: a number, NULL when unknown, NaN when it is there but no number. */
  values: { name: string; sql: string }[];
  /** Source columns that the expressions read. */
  columns: string[];
}

/** Checks the expressions of an unpivot. */
export async function parseUnpivot(
  session: Session,
  source: Source,
  table: TableSource,
  sourceColumns: ReadonlyMap<string, string>,
): Promise<Unpivot | undefined> {
  if (table.unpivot === undefined) return undefined;
  const unpivot: Unpivot = { values: [], columns: [] };
  for (const [name, text] of Object.entries(table.unpivot.columns)) {
    const place = `${source.file}: ${table.table}: unpivot.columns.${name}`;
    const expression = await parseExpression(session, text, place, sourceColumns);
    const isText = expression.columns.some((column) => sourceColumns.get(column) === "VARCHAR");
    const given = isText ? `nullif(trim(${expression.sql}::varchar), '')` : expression.sql;
    unpivot.values.push({ name, sql: `case when ${given} is not null then coalesce(try_cast(${given} as double), 'nan'::double) end` });
    unpivot.columns.push(...expression.columns);
  }
  return unpivot;
}

/** SQL of a wide part as a long one, with `_name` and `_value` beside the source's columns. */
export function unpivoted(part: string, unpivot: Unpivot): string {
  const structs = unpivot.values.map(({ name, sql }) => `{'_name': ${quoted(name)}, '_value': ${sql}}`);
  return `
    select * from (select w.*, unnest([${structs.join(",\n      ")}], recursive := true) from (${part}) as w)
    where _value is not null`;
}
