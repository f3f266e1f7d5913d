import { quoted, type Session } from "../warehouse/session.ts";
import { parseExpression } from "./expression.ts";
import type { Source, TableSource } from "./source-shapes.ts";

/** A wide file read as observations: SQL of each name's value, and of what the source says where that is no number (the value is NaN then). */
export type Unpivot = { name: string; value: string; text: string }[];

/** Checks the expressions of an unpivot. */
export async function parseUnpivot(
  session: Session,
  source: Source,
  table: TableSource,
  sourceColumns: ReadonlyMap<string, string>,
): Promise<Unpivot | undefined> {
  if (table.unpivot === undefined) return undefined;
  const unpivot: Unpivot = [];
  for (const [name, expression] of Object.entries(table.unpivot.columns)) {
    const place = `${source.file}: ${table.table}: unpivot.columns.${name}`;
    const { sql, columns } = await parseExpression(session, expression, place, sourceColumns);
    const isText = columns.some((column) => sourceColumns.get(column) === "VARCHAR");
    const given = isText ? `nullif(trim(${sql}::varchar), '')` : sql;
    const number = `try_cast(${given} as double)`;
    unpivot.push({
      name,
      value: `case when ${given} is not null then coalesce(${number}, 'nan'::double) end`,
      text: `case when ${given} is not null and ${number} is null then ${given}::varchar end`,
    });
  }
  return unpivot;
}

/** SQL of a wide row's observations as a list of structs with the names that staging expects. */
export function valuesSql(unpivot: Unpivot): string {
  const structs = unpivot.map(({ name, value, text }) => `{'raw_name': ${quoted(name)}, 'raw_value': ${value}, 'source_text': ${text}}`);
  return `[${structs.join(",\n      ")}] as _values`;
}
