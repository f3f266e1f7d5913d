import { UserError } from "../../domain/errors.ts";
import { identifier } from "../../warehouse/session.ts";
import type { Spool } from "../pull/spool.ts";
import type { Reader } from "./reader.ts";

/** Reads a spool, a batch at a time. `columns` are all that its batches may have, with their types; one that a batch lacks is NULL there. */
export function spooledReader(spool: Spool, columns: ReadonlyMap<string, string>, words: string): Reader {
  refuseTwins([...columns.keys()], words);
  return {
    columns,
    async *parts() {
      let before = 0;
      for (const [batch, note] of spool.notes.entries()) {
        const values = [...columns].map(([name, type]) => `${valueSql(note.columns.indexOf(name), type)} as ${identifier(name)}`);
        const sql = `
          select 0 as _file, $before::bigint + n as _record, ${values.join(", ")}
          from (
            select unnest(list) as r, unnest(generate_series(1, len(list))) as n
            from (select from_json($batch::varchar, '[["VARCHAR"]]') as list)
          )`;
        yield { sql, parameters: { batch: await spool.rowsOf(batch), before } };
        before += note.rows;
      }
    },
    brokenLines: async () => [],
  };
}

function valueSql(index: number, type: string): string {
  if (index < 0) return `null::${type}`;
  return type === "VARCHAR" ? `r[${index + 1}]` : `r[${index + 1}]::${type}`;
}

/** The database takes names that differ in case alone for one. */
function refuseTwins(names: readonly string[], words: string): void {
  const twin = names.find((name, index) => names.findIndex((each) => each.toLowerCase() === name.toLowerCase()) !== index);
  if (twin !== undefined) throw new UserError("bad_columns", `${words}: has the column ${twin} twice (upper and lower case are the same)`);
}
