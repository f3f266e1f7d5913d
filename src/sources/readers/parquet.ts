import { identifier, quoted, type Session } from "../../warehouse/session.ts";
import type { Reader } from "./reader.ts";

/** Reads Parquet files, which must have the same columns. */
export async function parquetReader(session: Session, files: readonly string[]): Promise<Reader> {
  const list = `[${files.map(quoted).join(", ")}]`;
  const described = await session.rows<{ column_name: string; column_type: string }>(`describe select * from read_parquet(${list})`);
  const columns = new Map(described.map((column) => [column.column_name, column.column_type]));
  const sql = `
    select list_position(${list}, filename)::integer - 1 as _file, file_row_number + 1 as _record, ${[...columns.keys()].map(identifier).join(", ")}
    from read_parquet(${list})`;
  return {
    columns,
    async *parts() {
      yield { sql, parameters: {} };
    },
    brokenLines: async () => [],
  };
}
