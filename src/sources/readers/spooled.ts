import { UserError } from "../../domain/errors.ts";
import { identifier } from "../../warehouse/session.ts";
import type { Spool } from "../pull/spool.ts";
import type { Part, Reader } from "./reader.ts";

/** Small batches are read together up to so many rows: a statement each would cost more than its rows. */
const rowsPerPart = 20_000;

/** Reads a spool, some batches at a time. `columns` are all that its batches may have, with their types; one that a batch lacks is NULL there. */
export function spooledReader(spool: Spool, columns: ReadonlyMap<string, string>, words: string): Reader {
  refuseTwins([...columns.keys()], words);
  return { columns, parts: () => partsOf(spool, columns), brokenLines: async () => [] };
}

async function* partsOf(spool: Spool, columns: ReadonlyMap<string, string>): AsyncGenerator<Part> {
  let before = 0;
  let [rows, batches]: [number, string[]] = [0, []];
  for (const [batch, note] of spool.notes.entries()) {
    rows += note.rows;
    if (note.rows > 0) batches.push((await spool.rowsOf(batch)).slice(1, -1));
    const next = spool.notes[batch + 1];
    if (next !== undefined && rows + next.rows <= rowsPerPart && next.columns.join("\n") === note.columns.join("\n")) continue;
    yield { sql: partSql(note.columns, columns), parameters: { batch: `[${batches.join(",")}]`, before } };
    before += rows;
    [rows, batches] = [0, []];
  }
}

function partSql(names: readonly string[], columns: ReadonlyMap<string, string>): string {
  const values = [...columns].map(([name, type]) => `${valueSql(names.indexOf(name), type)} as ${identifier(name)}`);
  return `
    select 0 as _file, $before::bigint + row_number() over () as _record, ${values.join(", ")}
    from (select unnest(from_json($batch::varchar, '[["VARCHAR"]]')) as r)`;
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
